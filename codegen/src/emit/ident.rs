//! Names of the spec as names of Rust.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// A name as an identifier; keywords are written raw, and the few that cannot be get a line behind them.
pub(crate) fn ident(name: &str) -> Ident {
    match name {
        "self" | "Self" | "super" | "crate" | "_" => Ident::new(&format!("{name}_"), Span::call_site()),
        // A keyword since the edition of 2024, which `syn` takes for a name.
        "gen" => Ident::new_raw(name, Span::call_site()),
        _ if syn::parse_str::<Ident>(name).is_ok() => Ident::new(name, Span::call_site()),
        _ if syn::parse_str::<Ident>(&format!("r#{name}")).is_ok() => Ident::new_raw(name, Span::call_site()),
        _ => Ident::new("unnamed", Span::call_site()),
    }
}

/// The Rust type of a resource or object: `order_line` is `OrderLine`. Names that the generated code needs for
/// itself get a line behind them, which no other name ends with.
pub(crate) fn type_name(name: &str) -> Ident {
    let camel = crate::names::camel(name);
    ident(&if TAKEN.contains(&camel.as_str()) { format!("{camel}_") } else { camel })
}

/// The constant of a reference or collection: `payment_history` is `PAYMENT_HISTORY`.
pub(crate) fn constant(name: &str) -> Ident {
    ident(&name.to_ascii_uppercase())
}

/// Types that generated code names, the prelude's included.
const TAKEN: &[&str] = &[
    "BTreeMap",
    "Bind",
    "Box",
    "Broken",
    "Call",
    "Checked",
    "Clone",
    "Collections",
    "Columns",
    "Copy",
    "Cx",
    "Date",
    "Decimal",
    "Decoded",
    "Default",
    "Drop",
    "Duration",
    "Eq",
    "Err",
    "Fault",
    "Fields",
    "Fn",
    "From",
    "FromValue",
    "Input",
    "Into",
    "IntoValue",
    "Iterator",
    "Json",
    "Live",
    "Many",
    "Masked",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Ord",
    "Query",
    "Refs",
    "Relation",
    "Reply",
    "Resource",
    "Result",
    "Row",
    "Rows",
    "Search",
    "Seen",
    "Self",
    "Service",
    "Show",
    "Some",
    "Stop",
    "String",
    "Timestamp",
    "ToJson",
    "ToString",
    "Value",
    "Vec",
    "Walk",
];
/// A field of a new value; one that is given a local of its own name is written once.
pub(super) fn member(key: &Ident, value: &TokenStream) -> TokenStream {
    if *key == value.to_string() { quote!(#key) } else { quote!(#key: #value) }
}
