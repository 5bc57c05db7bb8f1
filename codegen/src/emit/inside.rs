//! References inside of values: lists are gone through, parts of objects taken.
//!
//! ```text
//! for (at_1_, it) in self.legs.iter().enumerate() {
//!     to.add(&it.flight, format_args!("/legs/{}/flight", at_1_));
//! }
//! ```
//!
//! The variables of lists end with a line, which no local does.

use crate::emit::calls::mentions;
use crate::emit::ident::ident;
use crate::model::Inside;
use proc_macro2::TokenStream;
use quote::quote;

/// What is done with each reference, and with where it is: the variables of the lists that it is in.
type Leaf<'l> = &'l dyn Fn(TokenStream, &[TokenStream]) -> TokenStream;

/// Goes through all references of a place, in order.
pub(super) fn each(place: &TokenStream, optional: bool, way: &[Inside], leaf: Leaf<'_>) -> TokenStream {
    go(&Place { tokens: place.clone(), borrowed: false }, optional, way, &mut Vec::new(), leaf)
}

/// Where the way has got to.
struct Place {
    tokens: TokenStream,
    /// Whether it is a variable that holds a reference to the value.
    borrowed: bool,
}

fn go(
    Place { tokens, borrowed }: &Place,
    optional: bool,
    way: &[Inside],
    at: &mut Vec<TokenStream>,
    leaf: Leaf<'_>,
) -> TokenStream {
    // All parts up to the next list are one step.
    let parts = way.iter().take_while(|it| matches!(it, Inside::Part(..))).count();
    let (parts, rest) = way.split_at(parts);
    if optional || !parts.is_empty() {
        let (value, absent) = one(tokens, optional, parts);
        if absent {
            let inside = go(&Place { tokens: quote!(it), borrowed: true }, false, rest, at, leaf);
            return quote!(if let Some(it) = #value { #inside });
        }
        let keys =
            parts.iter().filter_map(|it| if let Inside::Part(key, _) = it { Some(ident(key)) } else { None });
        return go(&Place { tokens: quote!(#tokens #(.#keys)*), borrowed: false }, false, rest, at, leaf);
    }
    let value = if *borrowed { tokens.clone() } else { quote!(&#tokens) };
    let Some((first, rest)) = way.split_first() else { return leaf(value, at) };
    let number = ident(&format!("at_{}_", at.len() + 1));
    let of_list = *first == Inside::Elements;
    at.push(if of_list { quote!(#number) } else { quote!(pointer_key(#number)) });
    let inside = go(&Place { tokens: quote!(it), borrowed: true }, false, rest, at, leaf);
    at.pop();
    match (of_list, mentions(&inside, &number.to_string())) {
        (true, true) => quote!(for (#number, it) in #tokens.iter().enumerate() { #inside }),
        (false, true) => quote!(for (#number, it) in #value { #inside }),
        (true, false) => quote!(for it in #value { #inside }),
        (false, false) => quote!(for it in #tokens.values() { #inside }),
    }
}

/// The one reference that a place leads to, and whether it may be absent: `&id`, or an option of that.
pub(super) fn one(place: &TokenStream, optional: bool, way: &[Inside]) -> (TokenStream, bool) {
    let mut tokens = if optional { quote!(#place.as_ref()) } else { place.clone() };
    let mut absent = optional;
    for inside in way {
        let Inside::Part(key, optional) = inside else { continue };
        let key = ident(key);
        tokens = match (absent, optional) {
            (false, false) => quote!(#tokens.#key),
            (false, true) => quote!(#tokens.#key.as_ref()),
            (true, false) => quote!(#tokens.map(|it| &it.#key)),
            (true, true) => quote!(#tokens.and_then(|it| it.#key.as_ref())),
        };
        absent |= optional;
    }
    if absent { (tokens, true) } else { (quote!(&#tokens), false) }
}
