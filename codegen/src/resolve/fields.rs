//! The names of fields that stand together.

use crate::decl::field::FieldDecl;
use crate::keys::fields::A_FIELD;
use crate::names::{self, Given};
use crate::report::Report;
use crate::resolve::former;

/// Checks the names of fields that stand together: keys on the wire are unique, and so are names in specs.
pub(super) fn check(fields: &[FieldDecl], report: &mut Report) {
    let (mut keys, mut called) = (Given::default(), Given::default());
    for field in fields {
        names::check(&field.name, A_FIELD, report);
        let new = keys.add(&field.name, report);
        if let Some(alias) = &field.alias {
            names::check(alias, A_FIELD, report);
        }
        if new || field.alias.is_some() {
            called.add(field.alias.as_ref().unwrap_or(&field.name), report);
        }
    }
    former::check(fields.iter().map(|field| (&field.name, field.was.as_slice())), A_FIELD, report);
}
