//! Functions and macros as Rust.

use crate::emit::ident::ident;
use crate::emit::rust::{Out, Rust, owned};
use crate::emit::types::{is_copy, is_text};
use crate::expr::parts::{is_rows, is_rows_in_lists, row_of, rows_inside};
use crate::expr::typed::{Function, Kind, Macro, MacroKind, Ty, Typed};
use crate::rows::finder::Vars;
use crate::rows::locals::Repr;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Rust<'_> {
    /// A function with its arguments, the receiver first.
    pub(super) fn call(&mut self, function: Function, args: &[Typed], whole: &Typed, vars: &Vars) -> Out {
        let (Some(first), second) = (args.first(), args.get(1)) else { return owned(quote!(())) };
        match function {
            Function::OrValue | Function::Or => or(self, function, first, second, vars),
            Function::Size => seen_size(self, first, whole, vars),
            Function::Sum => tried(self, quote!(sum), first, vars),
            Function::Min => tried(self, quote!(min), first, vars),
            Function::Max => tried(self, quote!(max), first, vars),
            Function::Sort => plain(self, quote!(sort), first, vars),
            Function::Flatten => plain(self, quote!(flatten), first, vars),
            Function::Distinct => distinct(self, first, vars),
            Function::Join => {
                let (list, between) = (self.slice(first, vars), text(self, second, vars));
                owned(quote!(join(#list, #between)))
            }
            Function::Contains | Function::StartsWith | Function::EndsWith => {
                let (of, part) = (self.str(first, vars), text(self, second, vars));
                owned(match function {
                    Function::Contains => quote!(as_str(#of).contains(#part)),
                    Function::StartsWith => quote!(as_str(#of).starts_with(#part)),
                    _ => quote!(as_str(#of).ends_with(#part)),
                })
            }
            Function::Matches => {
                let (of, pattern) = (self.str(first, vars), text(self, second, vars));
                owned(quote!({
                    static SEARCH: Search = Search::new(#pattern);
                    SEARCH.found_in(#of)
                }))
            }
            Function::LowerAscii => on_text(self, quote!(lower_ascii), first, vars),
            Function::UpperAscii => on_text(self, quote!(upper_ascii), first, vars),
            Function::Trim => on_text(self, quote!(trim), first, vars),
            Function::MathAbs => {
                let value = self.owned(first, vars);
                self.tried(quote!(abs(#value)))
            }
            Function::MathRound | Function::MathDiv => scaled(self, function, (first, second), whole, vars),
            Function::MathGreatest | Function::MathLeast => {
                let (a, b) = (self.owned(first, vars), second.map(|second| self.owned(second, vars)));
                owned(if function == Function::MathGreatest {
                    quote!(greatest(#a, #b))
                } else {
                    quote!(least(#a, #b))
                })
            }
            Function::DateOf => {
                let value = self.owned(first, vars);
                owned(quote!(Date::of(#value)))
            }
            Function::TimestampOf => {
                let value = self.owned(first, vars);
                self.tried(quote!(Timestamp::of(#value)))
            }
            Function::GetHours | Function::GetMinutes | Function::GetSeconds => {
                let value = self.receiver(first, vars);
                owned(match function {
                    Function::GetHours => quote!(#value.hours()),
                    Function::GetMinutes => quote!(#value.minutes()),
                    _ => quote!(#value.seconds()),
                })
            }
        }
    }
}

fn text(rust: &mut Rust<'_>, expr: Option<&Typed>, vars: &Vars) -> TokenStream {
    expr.map_or_else(|| quote!(""), |expr| rust.str(expr, vars))
}

fn on_text(rust: &mut Rust<'_>, function: TokenStream, expr: &Typed, vars: &Vars) -> Out {
    let text = rust.str(expr, vars);
    owned(quote!(#function(#text)))
}

fn plain(rust: &mut Rust<'_>, function: TokenStream, list: &Typed, vars: &Vars) -> Out {
    let list = rust.slice(list, vars);
    owned(quote!(#function(#list)))
}

fn tried(rust: &mut Rust<'_>, function: TokenStream, list: &Typed, vars: &Vars) -> Out {
    let list = rust.slice(list, vars);
    rust.tried(quote!(#function(#list)))
}

fn distinct(rust: &mut Rust<'_>, list: &Typed, vars: &Vars) -> Out {
    let handles = matches!(&list.ty, Ty::List(of) if row_of(of).is_some())
        && rust.finder().repr(list, vars) == Repr::Handle;
    let list = if is_rows_in_lists(&list.ty) {
        let lists = rust.stored(list, vars);
        quote!(&(#lists))
    } else {
        rust.borrowed(list, vars)
    };
    owned(if handles { quote!(distinct_rows(#list)) } else { quote!(distinct(#list)) })
}

fn scaled(
    rust: &mut Rust<'_>,
    function: Function,
    (a, b): (&Typed, Option<&Typed>),
    whole: &Typed,
    vars: &Vars,
) -> Out {
    let scale = if let Ty::Decimal(scale) = whole.ty { scale } else { 0 };
    let scale = Literal::u8_unsuffixed(scale);
    let a = rust.receiver(a, vars);
    match (function, b) {
        (Function::MathDiv, Some(b)) => {
            let b = rust.owned(b, vars);
            rust.tried(quote!(#a.quotient::<_, #scale>(#b)))
        }
        _ => rust.tried(quote!(#a.round::<#scale>())),
    }
}

fn or(rust: &mut Rust<'_>, function: Function, of: &Typed, other: Option<&Typed>, vars: &Vars) -> Out {
    let of_ref = rust.borrowed(of, vars);
    let other = other.map(|other| match rows_inside(&other.ty) {
        Some(_) => rust.stored(other, vars),
        None => rust.owned(other, vars),
    });
    let inner = of.ty.present();
    let value = if is_copy(inner) { quote!(*value) } else { quote!(value.clone()) };
    let value = if function == Function::Or { quote!(Some(#value)) } else { value };
    owned(quote!(match #of_ref {
        Some(value) => #value,
        None => #other,
    }))
}

fn size(rust: &mut Rust<'_>, of: &Typed, vars: &Vars) -> Out {
    if is_text(&of.ty) {
        let text = rust.str(of, vars);
        return owned(quote!(text_size(#text)));
    }
    if let Kind::Macro(mac @ Macro { kind: MacroKind::Filter, .. }) = &of.kind {
        let counted = counted(rust, mac, vars);
        return owned(quote!(size(#counted)));
    }
    let items = rust.items(of, vars);
    owned(quote!(size(#items.len())))
}

/// The same, recorded where it is how many rows there are: the rows themselves are shown elsewhere, and lists of values
/// where they are read. Within a macro it would be recorded for each element.
fn seen_size(rust: &mut Rust<'_>, of: &Typed, whole: &Typed, vars: &Vars) -> Out {
    let saw = std::mem::take(&mut rust.saw);
    let out = size(rust, of, vars);
    let inside = std::mem::replace(&mut rust.saw, saw);
    rust.saw |= inside;
    if inside || !rust.traced || !vars.is_empty() || !is_rows(&of.ty) {
        return out;
    }
    let (text, tokens) = (&whole.text, out.tokens);
    let read = if whole.pii { quote!(hidden) } else { quote!(read) };
    rust.saw = true;
    owned(quote!(*see.#read(#text, &#tokens)))
}

/// How many elements a condition holds for.
fn counted(rust: &mut Rust<'_>, mac: &Macro, vars: &Vars) -> TokenStream {
    let parts = Parts::of(rust, mac, vars);
    let (iter, kept, body) = (&parts.iter, &parts.kept, &parts.body);
    if !parts.tries {
        return quote!(#iter.filter(|#kept| #body).count());
    }
    let pattern = &parts.pattern;
    rust.tries = true;
    quote!(try_count(#iter, |#pattern| -> Result<bool, Stop> { Ok(#body) })?)
}

/// The pieces of a macro in Rust.
struct Parts {
    /// The list, borrowed.
    borrowed: TokenStream,
    /// An iterator over it.
    iter: TokenStream,
    /// The variables as a closure takes them.
    pattern: TokenStream,
    /// The same where the closure is given a reference to them.
    kept: TokenStream,
    /// The same for a filter that can fail.
    tried: TokenStream,
    filter: Option<TokenStream>,
    body: TokenStream,
    /// Whether body or filter can fail.
    tries: bool,
}

impl Parts {
    fn of(rust: &mut Rust<'_>, mac: &Macro, vars: &Vars) -> Self {
        let list = rust.written(&mac.list, vars).map_or_else(|| rust.expr(&mac.list, vars), owned);
        let (list, borrowed) = (list.tokens.clone(), list.borrowed());
        let inside = rust.finder().with_var(mac, vars);
        let outer = std::mem::take(&mut rust.tries);
        let filter = mac.filter.as_ref().map(|filter| rust.owned(filter, &inside));
        let body = rust.row_or_owned(&mac.body, &inside);
        let tries = std::mem::replace(&mut rust.tries, outer);
        // `filter`, and `all` and its kin, look at references to what `map` is given as it is.
        let kept = used(&rust.var(&mac.var), filter.as_ref().unwrap_or(&body));
        let var = used(&rust.var(&mac.var), &body);
        let (iter, pattern, kept, tried) = match &mac.index {
            None => (quote!(#list.iter()), quote!(#var), quote!(&#kept), quote!(#kept)),
            Some(index) => {
                let index = used(&rust.var(index), &body);
                let pattern = quote!((#index, #var));
                (quote!(indexed(#borrowed)), pattern.clone(), quote!(&#pattern), pattern)
            }
        };
        Self { borrowed, iter, pattern, kept, tried, filter, body, tries }
    }
}

/// Whether a name stands somewhere.
pub(super) fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// A variable, with a line in front if nothing reads it.
fn used(name: &proc_macro2::Ident, tokens: &TokenStream) -> proc_macro2::Ident {
    let written = name.to_string();
    if mentions(tokens, &written) {
        name.clone()
    } else {
        ident(&format!("_{}", written.trim_start_matches("r#")))
    }
}

impl Rust<'_> {
    pub(super) fn macro_(&mut self, mac: &Macro, vars: &Vars) -> Out {
        let parts = Parts::of(self, mac, vars);
        self.tries |= parts.tries;
        let Parts { borrowed, iter, pattern, kept, tried, filter, body, tries } = parts;
        let sees = mentions(&body, "see") && filter.as_ref().is_some_and(|filter| mentions(filter, "see"));
        let result = quote!(-> Result<bool, Stop>);
        owned(match (mac.kind, tries) {
            (MacroKind::All, false) => quote!(#iter.all(|#pattern| #body)),
            (MacroKind::All, true) => quote!(try_all(#iter, |#pattern| #result { Ok(#body) })?),
            (MacroKind::Exists, false) => quote!(#iter.any(|#pattern| #body)),
            (MacroKind::Exists, true) => quote!(try_any(#iter, |#pattern| #result { Ok(#body) })?),
            (MacroKind::ExistsOne, false) => {
                quote!(matches!(#iter.filter(|#kept| #body).count(), 1))
            }
            // Not `== 1`: this may stand behind a `!`, or beside another `==`.
            (MacroKind::ExistsOne, true) => {
                quote!(matches!(try_count(#iter, |#pattern| #result { Ok(#body) })?, 1))
            }
            (MacroKind::Filter, false) => quote!(#iter.filter(|#kept| #body).cloned().collect::<Vec<_>>()),
            (MacroKind::Filter, true) => {
                quote!(try_filter(#iter.cloned(), |#pattern| #result { Ok(#body) })?)
            }
            (MacroKind::SortBy, false) => quote!(sort_by(#borrowed, |#pattern| #body)),
            (MacroKind::SortBy, true) => {
                quote!(try_sort_by(#borrowed, |#pattern| -> Result<_, Stop> { Ok(#body) })?)
            }
            // Both record what they read, so one is done with it before the other begins.
            (MacroKind::Map, false) if sees => {
                quote!(#iter.filter(|#kept| #filter).cloned().collect::<Vec<_>>().iter().map(|#pattern| #body).collect::<Vec<_>>())
            }
            (MacroKind::Map, false) => {
                let filter = filter.map(|filter| quote!(.filter(|#kept| #filter)));
                quote!(#iter #filter.map(|#pattern| #body).collect::<Vec<_>>())
            }
            (MacroKind::Map, true) => {
                let items = match filter {
                    Some(filter) => {
                        quote!(try_filter(#iter.cloned(), |#tried| #result { Ok(#filter) })?.iter())
                    }
                    None => iter,
                };
                quote!(#items.map(|#pattern| -> Result<_, Stop> { Ok(#body) }).collect::<Result<Vec<_>, Stop>>()?)
            }
        })
    }
}
