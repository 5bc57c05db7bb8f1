//! Keys of fields that other languages have, and what to write instead.
//!
//! ```text
//! limit: { type: integer, minimum: 0, maximum: 10 }      `range: 0..10`, as `int` has it
//! email: { type: string, format: email }                 `type: email`
//! state: { type: string, enum: [open, closed] }          `type: enum`, with `values`
//! ```

use crate::decode::advice::Advice;
use crate::decode::types::{self, Meant, PARTS};
use crate::keys::types::{keys_of, words};
use crate::source::Span;
use crate::yaml::{Node, Text, Value};

/// What stands beside a key.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'n> {
    /// All of the map, the key too.
    pub(crate) entries: &'n [(Text, Node)],
    /// Whether the map is written in braces.
    pub(crate) in_braces: bool,
}

/// What to write instead of a key of a field that says more than its word.
pub(super) fn instead(name: &Text, value: &Node, beside: Beside<'_>) -> Option<Advice> {
    let written = name.value.as_str();
    let says = |word: &str| matches!(&value.value, Value::Scalar(text) if text.value == word);
    let (yes, no) = (says("true"), says("false"));
    let pair = name.span.to(value.span);
    match written {
        "required" | "notNull" | "not_null" | "mandatory" if yes => {
            Advice::say("remove it: what is not `optional: true` is never absent")
        }
        "nullable" | "null" | "nil" if yes => Advice::write(pair, "optional: true"),
        "required" | "notNull" | "not_null" | "mandatory" => Advice::write(pair, "optional: true"),
        "nullable" | "null" | "nil" => Advice::say("remove it: what is not `optional: true` is never absent"),
        "pii" | "secret" | "private" | "masked" if no => {
            Advice::say("remove it: what is not `sensitive` is shown")
        }
        "pii" | "secret" | "private" | "masked" => {
            let word = if written == "secret" { "secret" } else { "pii" };
            Advice::write(pair, format!("sensitive: {word}"))
        }
        "primary_key" | "primary" => Advice::say("remove it: the id of a row is its field of `type: id`"),
        "on_delete" | "onDelete" | "cascade" => Advice::say(
            "remove it: what others refer to is not deleted (`in_use`), and what it owns (`owner: true`) goes with it",
        ),
        "index" | "indexed" => Advice::say("remove it: references and what is `unique` have an index"),
        "uniqueItems" | "unique_items" if no => Advice::say("remove it: what is not `distinct` may repeat"),
        "uniqueItems" | "unique_items" => Advice::write(pair, "distinct: true"),
        "properties" | "fields" | "props" => Advice::say(PARTS),
        "format" => format(name, value, beside),
        _ if LEAST.contains(&written) || MOST.contains(&written) => bounds(name, value, beside),
        _ => None,
    }
}

/// What to write instead of values of a text.
pub(super) fn values(name: &Text, value: &Node, beside: Beside<'_>) -> Option<Advice> {
    if !is_text(word_of(beside.entries)?) {
        return None;
    }
    let help = format!("write `type: enum`, and `values: [{}]`", listed(value).join(", "));
    let ty = beside.known_type(name.span);
    Some(Advice { help, patch: ty.map(|ty| (ty.to(name.span), "type: enum, values".to_owned())) })
}

/// Whether a type is one of texts that anybody may make up.
pub(crate) fn is_text(word: &str) -> bool {
    matches!(word, "string" | "text")
}

/// The texts of a list.
fn listed(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(scalar).collect(),
        _ => scalar(node).into_iter().collect(),
    }
}

fn scalar(node: &Node) -> Option<&str> {
    if let Value::Scalar(text) = &node.value { Some(text.value.as_str()) } else { None }
}

/// What to write for fields that are unique together.
pub(crate) fn unique_together(items: &[Node]) -> String {
    let names: Vec<&str> = items.iter().filter_map(scalar).collect();
    match names.as_slice() {
        [] => "write it at the field: `unique: true`, or `unique: { per: other_field }`".to_owned(),
        [one] => format!("write it at the field: `{one}: {{ …, unique: true }}`"),
        [one, per] => format!("write it at one of the fields: `{one}: {{ …, unique: {{ per: {per} }} }}`"),
        [one, per @ ..] => {
            format!(
                "write it at one of the fields: `{one}: {{ …, unique: {{ per: [{}] }} }}`",
                per.join(", ")
            )
        }
    }
}

/// The type that a `format` of JSON Schema stands for.
pub(crate) fn of_format(written: &str) -> Option<&'static str> {
    Some(match written {
        "email" | "idn-email" | "e-mail" | "mail" => "email",
        "url" | "uri" | "iri" | "uri-reference" | "link" => "url",
        "date" => "date",
        "date-time" | "datetime" | "time" | "timestamp" => "timestamp",
        "duration" | "interval" => "duration",
        _ => return None,
    })
}

fn format(name: &Text, value: &Node, beside: Beside<'_>) -> Option<Advice> {
    let pair = name.span.to(value.span);
    let written = scalar(value).unwrap_or("");
    if let Some(meant) = of_format(written) {
        if word_of(beside.entries) == Some(meant) {
            return Advice::say(format!("remove it: `type: {meant}` says it"));
        }
        let help = format!("write `type: {meant}`, and no `format`");
        let ty = beside.known_type(name.span);
        return Some(Advice { help, patch: ty.map(|ty| (ty.to(value.span), format!("type: {meant}"))) });
    }
    match written {
        "uuid" | "guid" => Advice::say(
            "remove it: the id of a row is made, by its field of `type: id`; an id that others have given is a `string` with its `length`",
        ),
        "password" => Advice::write(pair, "sensitive: secret"),
        "int32" | "int64" | "float" | "double" => {
            Advice::say("remove it: the bounds of a number are its `range`, and its digits its `scale`")
        }
        _ => Advice::say(
            "what a text looks like, its type or a `pattern` says: a regular expression of all of it",
        ),
    }
}

/// The bounds, which are called otherwise and stand in one key here.
fn bounds(name: &Text, value: &Node, beside: Beside<'_>) -> Option<Advice> {
    let Beside { entries, .. } = beside;
    let ty = word_of(entries).unwrap_or("string");
    let least = said(entries, LEAST).unwrap_or("");
    let most = said(entries, MOST).unwrap_or("");
    let Some(bounds) = keys_of(ty).iter().find(|key| ["length", "range", "size"].contains(key)) else {
        return Advice::say(if words().any(|word| word == ty) {
            format!("remove it: `{ty}` has no bounds")
        } else {
            format!(
                "bounds stand where `{ty}` is declared: `range`, `length` or `size`, such as `{least}..{most}`"
            )
        });
    };
    let write = format!("{bounds}: {least}..{most}");
    if least.is_empty() || most.is_empty() {
        return Advice::write(name.span.to(value.span), write);
    }
    // Where the other one stands right behind it, one change mends both.
    let is_other = |key: &str| key != name.value && (LEAST.contains(&key) || MOST.contains(&key));
    let other = entries
        .iter()
        .find(|(key, _)| is_other(&key.value) && beside.follows(value.span, key.span))
        .map(|(_, node)| (name.span.to(node.span), write.clone()));
    Some(Advice { help: format!("write `{write}` for both"), patch: other })
}

/// The bytes between two entries of one line in braces: a comma and a blank.
const BETWEEN: u32 = 2;

impl Beside<'_> {
    /// Whether an entry stands right behind the one before in braces, so that one change may be of both.
    fn follows(self, before: Span, entry: Span) -> bool {
        self.in_braces && before.end + BETWEEN == entry.start
    }

    /// The entry `type`, where a key stands right behind it. A word that is no type here is told, and changed, by itself.
    fn known_type(self, key: Span) -> Option<Span> {
        let (name, node) = self.entries.iter().find(|(name, _)| name.value == "type")?;
        let is_known = scalar(node).is_some_and(|ty| words().any(|word| word == ty));
        (is_known && self.follows(node.span, key)).then(|| name.span.to(node.span))
    }
}

/// The type of a field by the word that it has here.
fn word_of(entries: &[(Text, Node)]) -> Option<&str> {
    Some(word(said(entries, &["type"])?))
}

/// A type by the word that it has here.
pub(crate) fn word(written: &str) -> &str {
    if words().any(|word| word == written) {
        return written;
    }
    match types::ty(written, &[]) {
        Some(Meant::Word(word) | Meant::Keys(word, _)) => word,
        Some(Meant::Say(_)) | None => written,
    }
}

/// Keys for the least of something, and for the most.
const LEAST: &[&str] = &[
    "min",
    "minimum",
    "min_length",
    "minLength",
    "min_size",
    "minItems",
    "min_items",
    "gte",
    "ge",
    "from",
    "least",
];
const MOST: &[&str] = &[
    "max",
    "maximum",
    "max_length",
    "maxLength",
    "max_size",
    "maxItems",
    "max_items",
    "lte",
    "le",
    "upto",
    "most",
];

/// The value of the first of these keys that is written.
fn said<'n>(entries: &'n [(Text, Node)], keys: &[&str]) -> Option<&'n str> {
    entries
        .iter()
        .find_map(|(name, node)| if keys.contains(&name.value.as_str()) { scalar(node) } else { None })
}
