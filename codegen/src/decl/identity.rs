//! The id of a row as other languages declare it: what was meant is told once, and the row has its id.
//!
//! ```text
//! id: { type: uuid, primary_key: true }      `id: id`
//! ```

use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value};
use std::collections::BTreeSet;

/// The type of the id that a field of a resource was meant for, if other languages declare it so. What the specs have
/// `declared` as a type is no word of another language.
pub(super) fn foreign(
    name: &Text,
    node: &Node,
    declared: &BTreeSet<String>,
    report: &mut Report,
) -> Option<Text> {
    let is_made = |ty: &str| is_made(ty) && !declared.contains(ty);
    let said = match &node.value {
        Value::Scalar(word) => name.value == "id" && is_made(&word.value),
        Value::Map(entries) => {
            let ty = scalar(entries, "type");
            let marked = entries.iter().any(|(key, _)| is_mark(&key.value));
            ty != Some("id") && (marked || name.value == "id" && ty.is_some_and(is_made))
        }
        Value::List(_) => false,
    };
    if !said {
        return None;
    }
    let fault = Diagnostic::new("E0204", node.span, "the id of a row is its field of `type: id`");
    let help = format!("write `{}: id`: it is made when the row is, and never changes", name.value);
    let fault = fault.help(help);
    report.add(if matches!(node.value, Value::Scalar(_)) { fault.patch(node.span, "id") } else { fault });
    Some(Text::made("id", node.span))
}

/// Whether one of these fields is the id as it should be: then no other was meant for it.
pub(super) fn is_there(fields: &[(Text, Node)]) -> bool {
    fields.iter().any(|(_, node)| match &node.value {
        Value::Scalar(word) => word.value == "id",
        Value::Map(entries) => scalar(entries, "type") == Some("id"),
        Value::List(_) => false,
    })
}

/// What other languages call an id that is made.
fn is_made(ty: &str) -> bool {
    let ty = ty.to_ascii_lowercase();
    matches!(
        ty.as_str(),
        "uuid"
            | "guid"
            | "ulid"
            | "serial"
            | "bigserial"
            | "identity"
            | "autoincrement"
            | "auto"
            | "objectid"
    )
}

/// What marks a field as the id.
fn is_mark(key: &str) -> bool {
    matches!(key, "primary_key" | "primaryKey" | "primary" | "pk")
}

fn scalar<'n>(entries: &'n [(Text, Node)], wanted: &str) -> Option<&'n str> {
    entries.iter().find_map(|(key, node)| match &node.value {
        Value::Scalar(text) if key.value == wanted => Some(text.value.as_str()),
        _ => None,
    })
}
