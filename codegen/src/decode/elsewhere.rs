//! Words that other languages have for what specs call by another name, and what to write instead.
//!
//! ```text
//! email: { type: varchar, nullable: true }      `string`, `optional: true`
//! - if: has(customer.phone)                     `when`
//! ```

use crate::decode::advice::Advice;
use crate::decode::of_fields::Beside;
use crate::decode::{called, of_fields};
use crate::keys::fields::A_FIELD;
use crate::keys::scenarios;
use crate::keys::steps::A_STEP;
use crate::keys::{Form, Table};
use crate::report::Diagnostic;
use crate::yaml::{Node, Text, Value};

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
        (A_FIELD, _, "regex" | "regexp" | "matches") => "pattern",
        (A_FIELD, _, "references" | "resource" | "target" | "model") => "to",
        (A_FIELD, _, "description" | "summary" | "comment" | "doc" | "docs" | "title") => "describe",
        (A_FIELD, _, "alias") => "as",
        ("a resource" | "a type" | "an event", _, "properties" | "columns" | "attributes" | "props") => {
            "fields"
        }
        ("an operation", _, "parameters" | "params" | "arguments" | "args") => "input",
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
pub(crate) fn instead(table: &Table, name: &Text, value: &Node, beside: Beside<'_>) -> Option<Advice> {
    let written = name.value.as_str();
    let Beside { entries, .. } = beside;
    let has_set = || entries.iter().any(|(key, _)| key.value == "set");
    if table.what == A_STEP && table.kind() == "create" && written == "name" && !has_set() {
        return Advice::say("its fields stand below `set`; what the row is called here, `as` says");
    }
    if let Some(meant) = key(table, written) {
        if table.what == A_FIELD
            && meant == "values"
            && let Some(advice) = of_fields::values(name, value, beside)
        {
            return Some(advice);
        }
        let advice = Advice::write(name.span, meant)?;
        // A choice has a name, which other languages do not ask for.
        let unnamed = meant == "when" && !entries.iter().any(|(key, _)| key.value == "as");
        return Some(if unnamed { Advice { help: named_choice(value), ..advice } } else { advice });
    }
    if table.what == A_STEP {
        return of_step(table.kind(), written);
    }
    if table.what == "a refusal" && ["status", "http", "http_status"].contains(&written) {
        return Advice::say(
            "remove it: it is 422 where a rule reads only what was sent, and 409 where it reads rows",
        );
    }
    if table.what == "a resource" && ["unique", "uniques", "constraints"].contains(&written) {
        let items = if let Value::List(items) = &value.value { items.as_slice() } else { &[] };
        return Advice::say(of_fields::unique_together(items));
    }
    if table.what == A_FIELD { of_fields::instead(name, value, beside) } else { None }
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

/// What other languages write for `true` and `false`, as it is written here.
pub(crate) fn flag(written: &str) -> Option<&'static str> {
    match written.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some("true"),
        "false" | "no" | "off" | "n" | "0" => Some("false"),
        _ => None,
    }
}

/// A fault of a text that stands where one of the two belongs.
pub(crate) fn no_flag(text: &Text, fault: Diagnostic) -> Diagnostic {
    match flag(&text.value) {
        Some(meant) => fault.write(text.span, meant),
        None => fault,
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
