//! Which keys say something of which field: what would have no effect is refused.
//!
//! ```text
//! name: { type: string, range: 1..9 }      `range` says nothing of a `string`: its bounds are its `length`
//! ```

use crate::decl::field::FieldDecl;
use crate::report::{Diagnostic, Report};
use crate::resolve::place::Place;
use crate::source::Span;

/// Keys that every field may have.
const COMMON: &[&str] = &["type", "optional", "default", "describe", "sensitive", "hidden", "unique"];

/// Keys that stand only where they mean something.
const RESOURCE_ONLY: &[&str] = &["owner", "unique", "transitions", "order", "through"];
const INPUT_ONLY: &[&str] = &["where", "flat"];

/// The words of the types that need no document.
pub(crate) const WORDS: &[&str] = &[
    "id",
    "ref",
    "string",
    "text",
    "email",
    "url",
    "int",
    "date",
    "timestamp",
    "duration",
    "decimal",
    "bool",
    "enum",
    "list",
    "map",
    "many",
];

/// The keys of a type, by its word; other words name a `type` document.
fn keys_of(word: &str) -> &'static [&'static str] {
    match word {
        "id" => &["prefix", "pattern"],
        "ref" => &["to", "as", "owner", "where"],
        "string" | "text" => &["length", "pattern"],
        "email" | "url" => &["length"],
        "int" | "date" | "timestamp" | "duration" => &["range"],
        "decimal" => &["scale", "range"],
        "bool" => &[],
        "enum" => &["values", "transitions"],
        "list" => &["of", "size", "distinct", "as"],
        "map" => &["of", "size"],
        "many" => &["of", "size", "order", "through", "where"],
        _ => &["flat"],
    }
}

/// Checks the keys of a field.
pub(crate) fn of_field(decl: &FieldDecl, place: Place<'_>, report: &mut Report) {
    let word = decl.ty.value.as_str();
    for key in &decl.keys {
        let (name, span) = (key.value.as_str(), key.span);
        if COMMON.contains(&name) || keys_of(word).contains(&name) {
            misplaced(name, span, place, report);
        } else {
            report.add(silent(name, span, word));
        }
    }
    contradictions(decl, report);
}

/// Checks the keys of what a list or map holds, or of what a constrained value is: only those of its type.
pub(crate) fn of_type(decl: &FieldDecl, place: Place<'_>, report: &mut Report) {
    let word = decl.ty.value.as_str();
    for key in &decl.keys {
        let (name, span) = (key.value.as_str(), key.span);
        let whole = ["as", "owner", "transitions", "flat"].contains(&name) || COMMON.contains(&name);
        if name == "type" {
            continue;
        }
        if whole && (COMMON.contains(&name) || keys_of(word).contains(&name)) {
            let fault = Diagnostic::new("E0108", span, format!("`{name}` says nothing of a part of a value"));
            report.add(fault.help("write it at the field itself"));
        } else if keys_of(word).contains(&name) {
            misplaced(name, span, place, report);
        } else {
            report.add(silent(name, span, word));
        }
    }
}

fn silent(name: &str, span: Span, word: &str) -> Diagnostic {
    let fault = Diagnostic::new("E0108", span, format!("`{name}` says nothing of `{word}`"));
    let bounds = ["length", "range", "size"].contains(&name);
    match keys_of(word).iter().find(|key| bounds && ["length", "range", "size"].contains(key)) {
        Some(meant) => fault.help(format!("the bounds of `{word}` are its `{meant}`")).patch(span, *meant),
        None if keys_of(word).is_empty() => fault.help(format!("`{word}` has no keys of its own")),
        None => fault.help(format!("the keys of `{word}` are: {}", keys_of(word).join(", "))),
    }
}

fn misplaced(name: &str, span: Span, place: Place<'_>, report: &mut Report) {
    let input = place == Place::Input;
    let resource = matches!(place, Place::Resource(_));
    let wrong = RESOURCE_ONLY.contains(&name) && !resource
        || INPUT_ONLY.contains(&name) && !input && !(name == "where" && resource)
        || name == "hidden" && (input || place == Place::Event);
    if wrong {
        let fault = Diagnostic::new("E0108", span, format!("`{name}` says nothing in {}", place.words()));
        report.add(match name {
            "hidden" => fault.help("leave out what nobody shall see"),
            "where" | "flat" => fault.help(format!("`{name}` is for arguments of an operation")),
            _ => fault.help(format!("`{name}` is for fields of a resource")),
        });
    }
}

/// Keys that exclude each other.
fn contradictions(decl: &FieldDecl, report: &mut Report) {
    let word = decl.ty.value.as_str();
    let has = |name: &str| decl.keys.iter().find(|key| key.value == name).map(|key| key.span);
    let mut refuse = |name: &str, why: &str, help: &str| {
        if let Some(span) = has(name) {
            report.add(Diagnostic::new("E0108", span, why.to_owned()).help(help.to_owned()));
        }
    };
    match word {
        "id" => {
            refuse("optional", "an id is never absent", "remove `optional`");
            refuse(
                "default",
                "an id has no default",
                "without `pattern`, ids are made when rows are created",
            );
            refuse("unique", "an id is unique anyway", "remove `unique`");
            if has("pattern").is_some() {
                refuse("prefix", "an id with a `pattern` is given, not made", "remove `prefix` or `pattern`");
            }
        }
        "ref" => {
            refuse("default", "a reference has no default", "remove it, or make the reference `optional`");
            if decl.owner {
                refuse("optional", "an owner is never absent", "remove `optional`, or `owner`");
            }
        }
        "many" => {
            let why = "a collection is never absent: it may be empty";
            refuse("optional", why, "remove `optional`");
            refuse("default", why, "remove `default`");
            refuse("unique", "a collection is not a value", "remove `unique`");
            refuse("where", "`where` of a collection is to come", "filter where you read it");
        }
        "list" | "map" | "bool" => {
            let why = "unique values are texts, numbers, times and references";
            refuse("unique", why, "remove `unique`");
        }
        _ => {}
    }
}
