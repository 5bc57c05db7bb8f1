//! The reference of the language as Markdown, from the tables that the compiler itself reads.
//!
//! ```text
//! opening.md ─┐
//! keys ───────┼─▶ markdown() ─▶ `opwright reference`, docs/REFERENCE.md
//! expr table  │
//! codes ──────┘
//! ```

mod codes;
mod forms;
mod schema;

use crate::decode::to_come;
use crate::expr::FUNCTIONS;
use crate::keys::common::REFUSAL;
use crate::keys::documents::{DOCUMENTS, RULE};
use crate::keys::fields::{FIELD, TRANSITION, UNIQUE};
use crate::keys::scenarios::{AGENT, CALL, EMITTED, EXPECT};
use crate::keys::steps::STEPS;
use crate::keys::types::{NAMED, TYPES, TypeWord, is_common};
use crate::keys::{Key, Table, tables};

pub use schema::schema;

/// What readers found hardest, by hand.
const OPENING: &str = include_str!("opening.md");

/// The reference.
pub fn markdown() -> String {
    let parts =
        [OPENING.to_owned(), documents(), fields(), types(), steps(), calls(), codes::codes(), later()];
    parts.join("\n")
}

fn documents() -> String {
    let mut text =
        "## Documents\n\nThe first key of a document is its kind, the value of that key its name. \
                    Several documents of one file are separated by `---`.\n"
            .to_owned();
    for table in DOCUMENTS {
        text += &format!("\n### `{}`\n\n{}\n\n{}", table.kind(), table.about, keys(table));
        let inside: &[(&str, &Table)] = match table.kind() {
            "resource" => &[("A rule", &RULE)],
            "scenario" => &[
                ("Who calls, as a map", &AGENT),
                ("A call before", &CALL),
                ("What is expected", &EXPECT),
                ("An event that is expected", &EMITTED),
            ],
            _ => &[],
        };
        text += &inside.iter().map(|(title, table)| inner(title, table)).collect::<String>();
    }
    text
}

fn fields() -> String {
    let common: Vec<&Key> = FIELD.here().filter(|key| is_common(key.name)).collect();
    let special: Vec<&Key> = FIELD.here().filter(|key| !is_common(key.name)).collect();
    format!(
        "## Fields\n\n{}\n\nEvery field may have:\n\n{}\nWhat else it may have is said by its type:\n\n{}{}{}",
        FIELD.about,
        rows(&common),
        rows(&special),
        inner("`unique`, as a map", &UNIQUE),
        inner("A transition", &TRANSITION),
    )
}

fn types() -> String {
    let mut text = "## Types\n\n| type | what it is | keys | limits | on the wire | SQLite / PostgreSQL |\n\
                    |---|---|---|---|---|---|\n"
        .to_owned();
    for TypeWord { word, keys, about, limits, wire, column } in TYPES {
        let (keys, limits) = (words(keys), forms::limits(*limits));
        text += &format!("| `{word}` | {about} | {keys} | {limits} | {wire} | {column} |\n");
    }
    let keys = words(NAMED);
    text + &format!(
        "| a `type` document | Its value, or an object. | {keys} | its own | object | one column a part |\n"
    )
}

fn steps() -> String {
    let mut text = "## Steps\n\nThe first key of a step is its kind.\n".to_owned();
    for table in STEPS {
        text += &format!("\n### `{}`\n\n{}\n\n{}", table.kind(), table.about, keys(table));
    }
    text + &inner("A refusal, as a map", &REFUSAL)
}

fn calls() -> String {
    let mut text = "## Functions\n\n`T` is a type as that of what it is used on.\n".to_owned();
    for group in FUNCTIONS {
        text += &format!("\n### {}\n\n| function | what it gives | such as |\n|---|---|---|\n", group.title);
        for it in group.functions {
            let ways: Vec<String> = it.signature.split(", ").fold(Vec::new(), whole);
            let ways = ways.iter().map(|way| format!("`{way}`")).collect::<Vec<_>>().join("<br>");
            text += &format!("| {ways} | {} | `{}` |\n", it.about, it.example);
        }
    }
    text
}

/// Ways to call a function are separated by commas, and so are arguments: a way has closed what it has opened.
fn whole(mut ways: Vec<String>, part: &str) -> Vec<String> {
    match ways.last_mut().filter(|way| way.matches('(').count() > way.matches(')').count()) {
        Some(open) => *open += &format!(", {part}"),
        None => ways.push(part.to_owned()),
    }
    ways
}

fn later() -> String {
    let part = |what: &str, words: &[&str]| {
        let words = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        format!("- {what}: {words}.\n")
    };
    let mut text = format!(
        "## To come\n\nWhat nothing enforces yet is refused with a line that says so.\n\n{}{}{}",
        part("Documents", to_come::KINDS),
        part("Steps", to_come::STEPS),
        part("Keys", to_come::KEYS),
    );
    for table in tables() {
        let keys: Vec<&str> = table.to_come().map(|key| key.name).collect();
        if !keys.is_empty() {
            let of =
                if table.what == "a step" { format!("`{}`", table.kind()) } else { table.what.to_owned() };
            text += &part(&format!("Keys of {of}"), &keys);
        }
    }
    text
}

/// The keys of a map inside of another one.
fn inner(title: &str, table: &Table) -> String {
    format!("\n### {title}\n\n{}\n\n{}", table.about, keys(table))
}

fn keys(table: &Table) -> String {
    rows(&table.here().collect::<Vec<_>>())
}

fn rows(keys: &[&Key]) -> String {
    let mut text = "| key | value | meaning | if left out |\n|---|---|---|---|\n".to_owned();
    for key in keys {
        let default = match (key.required, key.default) {
            (true, _) => "**required**",
            (false, default) => default,
        };
        let (form, spots) = (forms::form(key.form), forms::spots(key.spots));
        text += &format!("| `{}` | {form} | {}{spots} | {default} |\n", key.name, key.meaning);
    }
    text
}

fn words(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
}
