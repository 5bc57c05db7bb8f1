//! The field called `id`: a row is told by it, so it is of `type: id` or called otherwise.
//!
//! ```text
//! id: { type: uuid, primary_key: true }      `id: id`
//! id: string                                 `id: { type: id, prefix: ite }`, or a `pattern` where ids are given
//! code: id, id: string                       `x.id` is the code: the other one is called otherwise
//! ```

use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value};

/// The type of the id that a field of a resource was meant for, if it is called `id` or marked as other languages mark it.
/// What was meant is told once, and the row has its id.
pub(super) fn foreign(resource: &str, name: &Text, node: &Node, report: &mut Report) -> Option<Text> {
    let made = match &node.value {
        Value::Scalar(word) => (name.value == "id").then(|| is_made(&word.value))?,
        Value::Map(entries) => {
            let ty = scalar(entries, "type");
            let marked = entries.iter().any(|(key, _)| is_mark(&key.value));
            let ty = if marked { ty.unwrap_or("") } else { ty? };
            (ty != "id" && (marked || name.value == "id")).then(|| marked || is_made(ty))?
        }
        Value::List(_) => return None,
    };
    let fault = |whose: &str| {
        Diagnostic::new("E0204", node.span, format!("the id of {whose} is its field of `type: id`"))
    };
    let fault = if made {
        let help = format!("write `{}: id`: it is made when the row is, and never changes", name.value);
        fault("a row").help(help)
    } else {
        // Whether its ids are made or given is not known yet, so nothing can be said of what gives them.
        report.doubt(resource);
        fault(&format!("a row of `{resource}`")).help(format!(
            "write `id: {{ type: id, prefix: {} }}`: it is made when the row is, and never changes; or `id: {{ type: id, \
             pattern: '[A-Za-z0-9]{{1,20}}' }}` for ids that a `create` gives",
            prefix(resource)
        ))
    };
    let whole = made && matches!(node.value, Value::Scalar(_));
    report.add(if whole { fault.patch(node.span, "id") } else { fault });
    Some(Text::made("id", node.span))
}

/// Whether a field is called `id` in specs, whatever its key is on the wire.
fn is_called_id(node: &Node) -> bool {
    matches!(&node.value, Value::Map(entries) if scalar(entries, "as") == Some("id"))
}

/// Reports a field called `id` that is not the id of the row: nothing could read it.
pub(super) fn beside(fields: &[(Text, Node)], report: &mut Report) {
    for (name, _) in fields.iter().filter(|(_, node)| is_called_id(node)) {
        let fault = Diagnostic::new("E0205", name.span, "`id` is the id of a row in specs");
        report.add(fault.help("give this field another name behind `as`"));
    }
    let Some((id, _)) = fields.iter().find(|(_, node)| is_id(node)) else { return };
    for (name, _) in fields.iter().filter(|(name, node)| name.value == "id" && !is_id(node)) {
        let fault = format!("`id` is the id of a row in specs, and that is `{}` here", id.value);
        let fault = Diagnostic::new("E0205", name.span, fault).other(id.span, "the id of the row");
        report.add(fault.help("give this field another name, or call the id of the row `id`"));
    }
}

/// What ids of a resource may begin with: enough of its name to know it by.
fn prefix(resource: &str) -> String {
    let prefix: String = resource.chars().filter(char::is_ascii_lowercase).take(3).collect();
    if prefix.is_empty() { "row".to_owned() } else { prefix }
}

/// Whether one of these fields is the id as it should be: then no other was meant for it.
pub(super) fn is_there(fields: &[(Text, Node)]) -> bool {
    fields.iter().any(|(_, node)| is_id(node))
}

fn is_id(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(word) => word.value == "id",
        Value::Map(entries) => scalar(entries, "type") == Some("id"),
        Value::List(_) => false,
    }
}

/// What other languages call an id that is made.
fn is_made(ty: &str) -> bool {
    let ty = ty.to_ascii_lowercase();
    matches!(
        ty.as_str(),
        "id" | "uuid"
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
