//! Which keys say something of which field: what would have no effect is refused.
//!
//! ```text
//! name: { type: string, range: 1..9 }      `range` says nothing of a `string`: its bounds are its `length`
//! ```

use crate::decl::field::FieldDecl;
use crate::keys::Spot;
use crate::keys::fields::FIELD;
use crate::keys::types::{is_common, keys_of};
use crate::report::{Diagnostic, Report};
use crate::resolve::place::Place;
use crate::source::Span;

/// Checks the keys of a field.
pub(crate) fn of_field(decl: &FieldDecl, place: Place<'_>, report: &mut Report) {
    let word = decl.ty.value.as_str();
    for key in &decl.keys {
        let (name, span) = (key.value.as_str(), key.span);
        if is_common(name) || keys_of(word).contains(&name) {
            misplaced(name, (span, word), place, report);
        } else {
            report.add(silent(name, span, word));
        }
    }
    contradictions(decl, place, report);
    if decl.secret && !(matches!(place, Place::Resource(_)) || place == Place::Input) {
        let span = decl.keys.iter().find(|key| key.value == "sensitive").map_or(decl.span, |key| key.span);
        let fault = format!("nothing is secret in {}", place.words());
        let fault = Diagnostic::new("E0108", span, fault);
        report.add(
            fault.help("a field of a resource, or an argument, is secret as a whole; `pii` masks a part"),
        );
    }
}

/// Checks the keys of what a list or map holds, or of what a constrained value is: only those of its type.
pub(crate) fn of_type(decl: &FieldDecl, place: Place<'_>, report: &mut Report) {
    let word = decl.ty.value.as_str();
    for key in &decl.keys {
        let (name, span) = (key.value.as_str(), key.span);
        let whole = ["as", "owner", "acyclic", "transitions", "flat"].contains(&name) || is_common(name);
        if name == "type" {
            continue;
        }
        if whole && (is_common(name) || keys_of(word).contains(&name)) {
            let fault = Diagnostic::new("E0108", span, format!("`{name}` says nothing of a part of a value"));
            report.add(fault.help("write it at the field itself"));
        } else if keys_of(word).contains(&name) {
            misplaced(name, (span, word), place, report);
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

fn misplaced(name: &str, (span, word): (Span, &str), place: Place<'_>, report: &mut Report) {
    let spot = match place {
        Place::Resource(_) => Some(Spot::Resource),
        Place::Type => Some(Spot::Type),
        Place::Input => Some(Spot::Input),
        Place::Event => None,
    };
    let spots = FIELD.here().find(|key| key.name == name).map_or(&[][..], |key| key.spots);
    // Of a collection it says who is in it, of a reference what may be sent.
    let of_reference = name == "where" && word != "many" && spot == Some(Spot::Resource);
    if !spots.is_empty() && !spot.is_some_and(|spot| spots.contains(&spot)) || of_reference {
        let fault = Diagnostic::new("E0108", span, format!("`{name}` says nothing in {}", place.words()));
        report.add(match name {
            "hidden" => fault.help("leave out what nobody shall see"),
            "was" => {
                fault.help("`was` names what is stored: fields of resources and types, resources, operations")
            }
            "where" | "flat" | "deleted" => fault.help(format!("`{name}` is for arguments of an operation")),
            _ => fault.help(format!("`{name}` is for fields of a resource")),
        });
    }
}

/// Keys that exclude each other.
fn contradictions(decl: &FieldDecl, place: Place<'_>, report: &mut Report) {
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
            refuse("permission", "an id never changes", "remove `permission`");
            if decl.secret {
                let help = "give the row another field that is secret";
                refuse("sensitive", "an id is said wherever its row is", help);
            }
            if has("pattern").is_some() {
                refuse("prefix", "an id with a `pattern` is given, not made", "remove `prefix` or `pattern`");
            }
        }
        "ref" => {
            refuse("default", "a reference has no default", "remove it, or make the reference `optional`");
            if decl.owner {
                refuse("optional", "an owner is never absent", "remove `optional`, or `owner`");
            }
            if let Place::Resource(resource) = place
                && decl.to.as_ref().is_some_and(|to| to.value != resource)
            {
                let why = "a reference to another resource never leads back to its own row";
                refuse("acyclic", why, "remove `acyclic`: it is for references to the same resource");
            }
        }
        "many" => {
            let why = "a collection is never absent: it may be empty";
            refuse("optional", why, "remove `optional`");
            refuse("default", why, "remove `default`");
            refuse("unique", "a collection is not a value", "remove `unique`");
            refuse("was", "a collection is not stored under its name", "remove `was`");
            refuse("permission", "a collection is not a value", "remove `permission`");
            refuse("sensitive", "a collection is not a value", "mark fields of its rows");
        }
        "enum" if decl.optional && !decl.transitions.is_empty() => {
            let why = "a state is never absent: a row begins in the first one, the `default`";
            refuse("optional", why, "remove `optional`; that there is none yet can be a value of its own");
        }
        "list" | "map" | "bool" => {
            let why = "unique values are texts, numbers, times and references";
            refuse("unique", why, "remove `unique`");
        }
        _ => {}
    }
}
