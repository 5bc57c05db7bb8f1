//! What something was called before, and what a rule said: what `migrate` compares with what is stored.
//!
//! ```text
//! mobile: { type: string, was: phone }        the column `phone` becomes `mobile`
//! mobile: { type: string, was: [cell, phone] }  the older history says `phone`
//! ```

use crate::decl::{Documents, ResourceDecl};
use crate::names;
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;
use opwright_values::schema::{Field, Resource, Rule};
use std::collections::BTreeMap;

/// Checks the former names of things that stand together: each is of one thing, and of nothing that is there now.
pub(super) fn check<'d>(
    all: impl Iterator<Item = (&'d Text, &'d [Text])> + Clone,
    what: &'static str,
    report: &mut Report,
) {
    let mut former: BTreeMap<&str, &Text> = BTreeMap::new();
    for was in all.clone().flat_map(|(_, was)| was) {
        let name = was.value.as_str();
        if !names::check(was, what, report) {
            continue;
        }
        if let Some((now, _)) = all.clone().find(|(now, _)| now.value == name) {
            let fault = Diagnostic::new("E0104", was.span, format!("`{name}` is still the name of {what}"));
            let help = "`was` names what is not there any more: remove it; what is new and called as something else was, has to be called otherwise";
            report.add(fault.other(now.span, "here").help(help));
        } else if let Some(first) = former.insert(name, was) {
            let fault = Diagnostic::new("E0104", was.span, format!("two cannot both have been `{name}`"));
            report.add(fault.other(first.span, "the other one").help("remove one of the two `was`"));
        }
    }
}

/// Checks those of resources and operations.
pub(super) fn documents(documents: &Documents, report: &mut Report) {
    let resources = documents.resources.iter().map(|it| (&it.header.name, it.was.as_slice()));
    check(resources, "a resource", report);
    let operations = documents.operations.iter().map(|it| (&it.header.name, it.was.as_slice()));
    check(operations, "an operation", report);
}

/// The names that operations had before, by the names that they have.
pub(super) fn operations(documents: &Documents) -> BTreeMap<String, Vec<String>> {
    let renamed = documents.operations.iter().filter(|it| !it.was.is_empty());
    let names = |was: &[Text]| was.iter().map(|it| it.value.clone()).collect();
    renamed.map(|it| (it.header.name.value.clone(), names(&it.was))).collect()
}

/// What a field that had another name is called now.
pub(crate) fn field<'f>(fields: &'f [Field], old: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.was.iter().any(|was| was == old))
}

/// What a resource that had another name is called now.
pub(crate) fn resource<'s>(resources: &'s [Resource], old: &str) -> Option<&'s str> {
    resources.iter().find(|it| it.was.iter().any(|was| was == old)).map(|it| it.name.as_str())
}

/// Says what something is called now, if it had this name before; else what was probably meant.
pub(crate) fn meant(fault: Diagnostic, now: Option<&str>, meant: Option<&str>) -> Diagnostic {
    match now {
        Some(now) => fault.help(called(now)),
        None => fault.meant(meant),
    }
}

/// What something is called that had another name before.
pub(crate) fn called(now: &str) -> String {
    format!("it is called `{now}` now")
}

/// The rules of a resource as they were written, with single spaces.
pub(super) fn rules(decl: &ResourceDecl) -> Vec<Rule> {
    let words = |text: &Text| text.value.split_whitespace().collect::<Vec<_>>().join(" ");
    let rules = decl.rules.iter();
    rules.map(|(holds, refuse)| Rule { code: refuse.code.value.clone(), holds: words(holds) }).collect()
}
