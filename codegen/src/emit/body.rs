//! What stands inside of the function of a node.
//!
//! ```text
//! let see = walk.at("rules.customer_banned")?;      where the call stands, and what is recorded there
//! ```

use crate::emit::rust::Used;
use proc_macro2::TokenStream;
use quote::quote;

/// What stands inside of a function.
pub(super) struct Body {
    /// Whether it needs the store, or only the walk.
    pub(super) store: bool,
    pub(super) result: TokenStream,
    pub(super) statements: TokenStream,
    pub(super) used: Used,
}

/// Says where the call stands; `see` records what is read there.
pub(super) fn at(id: &str, see: bool, call: &TokenStream) -> TokenStream {
    if see { quote!(let see = #call.at(#id)?;) } else { quote!(#call.at(#id)?;) }
}
