//! How ids begin: what a row is, its id says.

use crate::decl::Documents;
use crate::report::{Diagnostic, Report};
use crate::source::Span;
use crate::yaml::Text;
use opwright_values::id::{PREFIX_MAX, is_id};
use opwright_values::schema::Resource;
use std::collections::BTreeMap;

/// Ids of two resources do not begin alike.
pub(super) fn differ(documents: &Documents, resources: &[Resource], report: &mut Report) {
    let mut known: BTreeMap<&str, (&str, Span, bool)> = BTreeMap::new();
    for (decl, resource) in documents.resources.iter().zip(resources) {
        let Some(field) = decl.fields.iter().find(|field| field.ty.value == "id") else { continue };
        let Some(prefix) = &resource.id_prefix else { continue };
        let place = field.prefix.as_ref().map_or(field.span, |prefix| prefix.span);
        let Some((other, first, by_name)) = known.get(prefix.as_str()) else {
            known.insert(prefix, (&resource.name, place, field.prefix.is_none()));
            continue;
        };
        // Of two with one name, that is what is reported.
        if *other == resource.name {
            continue;
        }
        let fault = format!("ids of `{}` begin with `{prefix}`, as those of `{other}` do", resource.name);
        let fault = Diagnostic::new("E0205", place, fault).other(*first, format!("those of `{other}`"));
        report.add(fault.help(if field.prefix.is_none() && *by_name {
            format!("say a `prefix` at one of them: without one, ids begin with the first {PREFIX_MAX} characters of its name")
        } else {
            "give one of them another `prefix`: an id says of which resource its row is".to_owned()
        }));
    }
}

/// Whether ids can begin with a prefix.
pub(super) fn fits(prefix: &Text, report: &mut Report) -> bool {
    let fits = is_id(&prefix.value) && prefix.value.len() <= PREFIX_MAX;
    if !fits {
        let fault = format!("ids cannot begin with `{}`", prefix.value);
        let help = format!("a prefix is 1 to {PREFIX_MAX} of `A-Za-z0-9_.#-`");
        report.add(Diagnostic::new("E0107", prefix.span, fault).help(help));
    }
    fits
}
