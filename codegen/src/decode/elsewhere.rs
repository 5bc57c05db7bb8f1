//! Words that other languages have for what specs call by another name, and what to write instead.
//!
//! ```text
//! email: { type: varchar, nullable: true }      `string`, `optional: true`
//! - if: has(customer.phone)                     `when`
//! ```

use crate::decode::called;
use crate::keys::fields::A_FIELD;
use crate::keys::scenarios;
use crate::keys::steps::A_STEP;
use crate::keys::types::{keys_of, words};
use crate::keys::{Form, Table};
use crate::source::Span;
use crate::yaml::{Node, Text, Value};
use opwright_values::suggest::closest;

/// What to write instead.
pub(crate) struct Advice {
    /// In words.
    pub(crate) help: String,
    /// What to replace, and by what, where that is one change.
    pub(crate) patch: Option<(Span, String)>,
}

impl Advice {
    fn say(help: impl Into<String>) -> Option<Self> {
        Some(Self { help: help.into(), patch: None })
    }

    fn write(place: Span, text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        Some(Self { help: format!("write `{text}`"), patch: Some((place, text)) })
    }
}

/// The step that is called so elsewhere.
pub(crate) fn step(written: &str) -> Option<&'static str> {
    Some(match written {
        "if" | "unless" | "branch" | "choose" | "switch" | "match" | "case" => "when",
        "insert" | "add" | "new" | "make" => "create",
        "save" | "modify" | "change" | "edit" | "patch" | "assign" => "update",
        "remove" | "destroy" | "drop" => "delete",
        "undelete" => "restore",
        "find" | "get" | "fetch" | "query" | "select" | "read" | "lookup" => "load",
        "for" | "foreach" | "forEach" | "for_each" | "loop" | "iterate" | "map" => "each",
        "assert" | "check" | "ensure" | "guard" | "validate" | "verify" | "must" | "requires" => "require",
        "publish" | "event" | "notify" | "dispatch" | "trigger" | "raise_event" => "emit",
        "var" | "const" | "define" | "compute" | "bind" => "let",
        _ => return None,
    })
}

/// What to say of a step of other languages that no other step is.
pub(crate) fn no_step(written: &str) -> Option<&'static str> {
    Some(match written {
        "set" => {
            "fields of a row are changed by a step `update: <row>` with `set` below it, a value is named by `let` and `be`"
        }
        "refuse" | "fail" | "raise" | "throw" | "error" | "abort" | "reject" | "deny" => {
            "a call is refused where a condition does not hold: `require: <condition>` with `refuse: <code>` below it"
        }
        "return" | "returns" => "`returns` stands beside `steps`, not among them",
        "narrate" => "`narrate` stands beside `steps`, not among them",
        "else" | "elif" | "otherwise" => "`else` stands below its `when`, beside `then`",
        _ => return None,
    })
}

/// What a key of other languages is called in this map, where only the word differs.
pub(crate) fn key(table: &Table, written: &str) -> Option<&'static str> {
    let kind = table.kind();
    if table.what == A_STEP && step(written) == Some(kind) {
        return Some(kind);
    }
    Some(match (table.what, kind, written) {
        (A_STEP, "create" | "update" | "transition", "with" | "values" | "fields" | "data") => "set",
        (A_STEP, "emit", "set" | "data" | "payload" | "fields" | "values") => "with",
        (A_STEP, "when", "do" | "steps") => "then",
        (A_STEP, "when", "otherwise") => "else",
        (A_STEP, "each", "then" | "steps" | "body") => "do",
        (A_STEP, "let", "value" | "is" | "to" | "expr" | "expression") => "be",
        (A_STEP, "require", "else" | "code" | "error") => "refuse",
        (A_STEP, "load", "sort" | "order_by" | "sort_by" | "orderBy") => "order",
        (A_STEP, "load" | "create" | "when" | "each", "name" | "into" | "var") => "as",
        (A_FIELD, _, "items" | "element" | "elements" | "item" | "elem") => "of",
        (A_FIELD, _, "enum" | "options" | "choices" | "one_of" | "oneOf" | "allowed") => "values",
        (A_FIELD, _, "precision" | "digits" | "decimals") => "scale",
        (A_FIELD, _, "regex" | "regexp" | "format" | "matches") => "pattern",
        (A_FIELD, _, "references" | "resource" | "target" | "model") => "to",
        (A_FIELD, _, "description" | "summary" | "comment" | "doc" | "docs" | "title") => "describe",
        (A_FIELD, _, "alias") => "as",
        (A_FIELD, _, "initial" | "default_value") => "default",
        (
            scenarios::EXPECTED,
            _,
            "error" | "code" | "fails" | "fails_with" | "fail" | "refusal" | "refuse" | "rejected",
        ) => "refused",
        (scenarios::EXPECTED, _, "result" | "output" | "response" | "value") => "returns",
        (scenarios::EXPECTED, _, "events" | "event" | "emit" | "told") => "emitted",
        _ => return None,
    })
}

/// What to write instead of a key that says more than its word.
pub(crate) fn instead(table: &Table, name: &Text, value: &Node, entries: &[(Text, Node)]) -> Option<Advice> {
    let written = name.value.as_str();
    let has_set = || entries.iter().any(|(key, _)| key.value == "set");
    if table.what == A_STEP && table.kind() == "create" && written == "name" && !has_set() {
        return Advice::say("its fields stand below `set`; what the row is called here, `as` says");
    }
    if let Some(meant) = key(table, written) {
        let advice = Advice::write(name.span, meant)?;
        // A choice has a name, which other languages do not ask for.
        let unnamed = meant == "when" && !entries.iter().any(|(key, _)| key.value == "as");
        return Some(if unnamed { Advice { help: named_choice(value), ..advice } } else { advice });
    }
    if table.what == A_STEP {
        return of_step(table.kind(), written);
    }
    if table.what != A_FIELD {
        return None;
    }
    let says = |word: &str| matches!(&value.value, Value::Scalar(text) if text.value == word);
    let (yes, no) = (says("true"), says("false"));
    let pair = name.span.to(value.span);
    let ty = said(entries, &["type"]).unwrap_or("string");
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
        "index" | "indexed" => Advice::say("remove it: references and what is `unique` have an index"),
        _ if LEAST.contains(&written) || MOST.contains(&written) => {
            let bounds = keys_of(ty).iter().find(|key| ["length", "range", "size"].contains(key));
            let Some(bounds) = bounds else { return Advice::say(format!("remove it: `{ty}` has no bounds")) };
            let least = said(entries, LEAST).unwrap_or("");
            let most = said(entries, MOST).unwrap_or("");
            let one = least.is_empty() || most.is_empty();
            let write = format!("{bounds}: {least}..{most}");
            if one {
                return Advice::write(pair, write);
            }
            Advice::say(format!("write `{write}` for both"))
        }
        _ => None,
    }
}

fn named_choice(condition: &Node) -> String {
    let name = if let Value::Scalar(text) = &condition.value { called::choice(&text.value) } else { None };
    format!("write `when`, and below it `as: {}`, its name in the picture", name.as_deref().unwrap_or("…"))
}

fn of_step(kind: &str, written: &str) -> Option<Advice> {
    match (kind, written) {
        (_, "if" | "when" | "unless") => Advice::say(format!(
            "put the step under a choice: `when: <condition>` with `as: <name>`, and `- {kind}: …` under its `then`"
        )),
        ("when", "elif" | "else_if" | "elsif" | "elseif") => {
            Advice::say("write `else`, and in it a step `when` with a name of its own")
        }
        ("require", "message" | "fix" | "next") => {
            Advice::say(format!("it is part of the refusal: `refuse: {{ code: some_code, {written}: … }}`"))
        }
        ("load", "id") => Advice::say(
            "a row that is sent by its id is an argument, `{ type: ref, to: <resource> }`, and is loaded as such; \
             else write `where: row.id == …`",
        ),
        ("load", "offset" | "skip" | "page") => {
            Advice::say("write `limit` with `after: input.cursor`: a list goes on behind its last row")
        }
        ("delete" | "update" | "transition" | "restore", "where" | "id") => Advice::say(format!(
            "name one row: `load` it with this `where` in a step above, and write its name behind `{kind}`"
        )),
        ("transition", "to") => {
            Advice::say("write the name of the transition behind the row: `order.cancel`")
        }
        _ => None,
    }
}

/// How a map of this table is written, where a word stands for it: `agent: bob`.
pub(crate) fn as_map(table: &Table, node: &Node) -> Option<String> {
    let word = match &node.value {
        Value::Scalar(text) if !text.value.is_empty() => text.value.as_str(),
        _ => "…",
    };
    Some(match table.what {
        scenarios::AN_AGENT => format!("agent: {{ name: {word}, capabilities: [ … ] }}"),
        scenarios::A_CALL => format!("{{ call: {word}, input: {{ … }} }}"),
        scenarios::AN_EMITTED => format!("{{ event: {word}, with: {{ … }} }}"),
        _ => return None,
    })
}

/// What to write instead of a map, where a key takes one value.
pub(crate) fn of_map(key: &str, form: Form, node: &Node) -> Option<String> {
    if let Some(inside) = in_braces(node) {
        return Some(match form {
            Form::Template => format!("put it in quotes: `\"{{{inside}}}\"`"),
            _ => format!("write it without braces: `{inside}`"),
        });
    }
    let Value::Map(entries) = &node.value else { return None };
    let (name, Node { value: Value::Scalar(value), .. }) = entries.first()? else { return None };
    Some(match key {
        "where" => format!("write a condition over the row: `row.{} == {}`", name.value, value.value),
        "let" => format!("write `let: {}`, and below it `be: {}`", name.value, value.value),
        "emit" | "create" | "update" | "load" | "delete" | "transition" => {
            format!("write the name behind `{key}:`, and what belongs to it as keys of their own below it")
        }
        _ => return None,
    })
}

/// The expression that a map in braces was meant for: `{ input.name }`.
pub(crate) fn in_braces(node: &Node) -> Option<&str> {
    let Value::Map(entries) = &node.value else { return None };
    let [(name, value)] = entries.as_slice() else { return None };
    let empty = matches!(&value.value, Value::Scalar(text) if text.value.is_empty());
    empty.then_some(name.value.as_str())
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
    entries.iter().find_map(|(name, node)| match &node.value {
        Value::Scalar(text) if keys.contains(&name.value.as_str()) => Some(text.value.as_str()),
        _ => None,
    })
}

/// A type that is written in another way here.
pub(crate) enum Meant {
    /// By another word.
    Word(&'static str),
    /// By several keys: `type: ref, to: customer`.
    Keys(String),
    /// Not at all; what to do.
    Say(&'static str),
}

/// How a type of another language is written, `resources` being those that a reference may lead to.
pub(crate) fn ty(written: &str, resources: &[&str]) -> Option<Meant> {
    let written = written.trim();
    if let Some(inner) = written.strip_suffix('?') {
        return Some(Meant::Keys(format!("{}, optional: true", keys(inner, resources)?)));
    }
    if let Some(inner) = inside(written, &["list", "array", "set", "vec"]) {
        let inner = value(inner, resources)?;
        return Some(Meant::Keys(format!("type: list, of: {inner}")));
    }
    if let Some(to) = inside(written, &["ref", "reference", "link", "fk"]) {
        let to = to.trim_start_matches("to ").trim();
        return Some(Meant::Keys(format!("type: ref, to: {}", closest(to, resources.iter().copied())?)));
    }
    if let Some(length) = inside(written, &["string", "varchar", "char", "text"]) {
        let digits = !length.is_empty() && length.chars().all(|c| c.is_ascii_digit());
        return digits.then(|| Meant::Keys(format!("type: string, length: ..{length}")));
    }
    if let Some(values) = inside(written, &["enum", "choice"]) {
        return Some(Meant::Keys(format!("type: enum, values: [{values}]")));
    }
    if let Some(resource) = resources.iter().find(|resource| resource.eq_ignore_ascii_case(written)) {
        return Some(Meant::Keys(format!("type: ref, to: {resource}")));
    }
    word(&written.to_ascii_lowercase())
}

fn word(written: &str) -> Option<Meant> {
    Some(Meant::Word(match written {
        "boolean" | "flag" | "logical" => "bool",
        "float" | "double" | "real" | "number" | "numeric" | "money" | "currency" | "float64" | "f64" => {
            "decimal"
        }
        "str" | "varchar" | "char" | "uuid" | "guid" | "character" | "word" => "string",
        "integer" | "long" | "bigint" | "smallint" | "short" | "int32" | "int64" | "i32" | "i64" | "u32"
        | "u64" | "uint" => "int",
        "datetime" | "timestamptz" | "instant" | "time" | "date_time" | "date-time" => "timestamp",
        "interval" | "timespan" | "timedelta" => "duration",
        "longtext" | "textarea" | "markdown" => "text",
        "uri" | "link" => "url",
        "array" | "set" | "vec" | "tuple" => "list",
        "dict" | "dictionary" | "hash" | "hashmap" => "map",
        "choice" | "select" | "status" => "enum",
        "reference" | "foreign_key" | "fk" | "belongs_to" | "relation" => "ref",
        "has_many" | "collection" | "one_to_many" => "many",
        "object" | "struct" | "record" | "json" | "jsonb" | "any" | "unknown" => {
            let help = "parts that belong together are a document `type: <name>` with `fields`, and the type is that name";
            return Some(Meant::Say(help));
        }
        "file" | "binary" | "bytes" | "blob" | "bytea" | "image" => {
            return Some(Meant::Say("files are kept elsewhere: keep their address as `url`"));
        }
        _ => return None,
    }))
}

/// What stands inside: of `list<text>`, `list[text]`, `list of text`, `[text]`, `text[]`.
fn inside<'t>(written: &'t str, of: &[&str]) -> Option<&'t str> {
    if of.contains(&"list") {
        let brackets = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(inner) = brackets.or_else(|| written.strip_suffix("[]")) {
            return Some(inner.trim());
        }
    }
    let length = written.find(|c: char| !c.is_ascii_alphabetic())?;
    let (word, rest) = written.split_at_checked(length)?;
    if !of.contains(&word.to_ascii_lowercase().as_str()) {
        return None;
    }
    for (open, close) in [('<', '>'), ('[', ']'), ('(', ')')] {
        if let Some(inner) = rest.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            return Some(inner.trim());
        }
    }
    rest.strip_prefix(" of ")
        .or_else(|| rest.strip_prefix(' '))
        .or_else(|| rest.strip_prefix(':'))
        .map(str::trim)
}

/// A type as keys.
fn keys(written: &str, resources: &[&str]) -> Option<String> {
    if words().any(|word| word == written) {
        return Some(format!("type: {written}"));
    }
    match ty(written, resources)? {
        Meant::Word(word) => Some(format!("type: {word}")),
        Meant::Keys(keys) => Some(keys),
        Meant::Say(_) => None,
    }
}

/// A type as the value of a key.
fn value(written: &str, resources: &[&str]) -> Option<String> {
    let keys = keys(written, resources)?;
    let word = keys.strip_prefix("type: ").filter(|word| words().any(|known| known == *word));
    Some(word.map_or_else(|| format!("{{ {keys} }}"), str::to_owned))
}
