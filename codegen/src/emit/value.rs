//! The function of a step that names a value: it computes it, and a run shows what was made of what was read.
//!
//! ```text
//! let see = walk.at("rules.total")?;
//! let value = see.read("order.price", &order.price).times(*see.read("input.count", &input.count))?;
//! see.read("total", &value);
//! Ok(value)
//! ```

use crate::emit::body::{Body, at};
use crate::emit::paths::{is_read, is_shown};
use crate::emit::rust::Rust;
use crate::expr::parts::row_of;
use crate::expr::typed::{ResourceId, Ty, Typed};
use crate::model::Model;
use crate::rows::finder::Vars;
use proc_macro2::TokenStream;
use quote::quote;

/// A value that a step names.
pub(super) struct Named<'s> {
    pub(super) name: &'s str,
    pub(super) be: &'s Typed,
    /// Whether rows are kept as handles, not as ids.
    pub(super) handles: bool,
}

pub(super) fn value(mut rust: Rust<'_>, id: &str, named: Named<'_>, result: TokenStream) -> Body {
    let Named { name, be, handles } = named;
    rust.traced = true;
    let value = if handles { rust.kept(be, &Vars::new()) } else { rust.stored(be, &Vars::new()) };
    rust.traced = false;
    // What was only read is shown already. That a row is kept is recorded as no read, so its id is shown here.
    let is_read = is_read(be) && !(handles && row_of(&be.ty).is_some());
    let made = is_shown(&be.ty) && !is_read;
    let at = at(id, std::mem::take(&mut rust.saw) || made, &quote!(walk));
    let end = if made {
        let read = if is_masked(be, rust.model) { quote!(hidden) } else { quote!(read) };
        quote! {
            let value = #value;
            see.#read(#name, &value);
            Ok(value)
        }
    } else {
        quote!(Ok(#value))
    };
    let statements = quote! {
        #at
        #end
    };
    Body { store: false, result: quote!(Result<#result, Stop>), statements, used: rust.used }
}

/// Whether a value must not be shown; rows are shown by their ids.
fn is_masked(value: &Typed, model: &Model) -> bool {
    let resource = rows_in(&value.ty).and_then(|of| model.schema.resources.get(of));
    value.pii || resource.and_then(|of| of.fields.get(of.id)).is_some_and(|id| id.pii || id.hidden)
}

/// The resource of rows, in whatever lists.
fn rows_in(ty: &Ty) -> Option<ResourceId> {
    match ty {
        Ty::Optional(of) | Ty::List(of) => rows_in(of),
        of => row_of(of),
    }
}
