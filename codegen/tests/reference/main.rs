//! The reference in the repository is that of the compiler, and what it shows is true.
#![expect(clippy::panic, reason = "a test that panics has failed")]

mod pages;
mod promises;
mod tests;

use opwright_codegen::reference;
use opwright_codegen::report::render;
use opwright_codegen::source::Sources;
use std::path::Path;

fn checked(text: &str) {
    let mut sources = Sources::default();
    sources.add("spec.yaml", text.to_owned());
    if let Err(report) = opwright_codegen::check(&sources) {
        let faults = report.sorted();
        panic!("{}", faults.iter().map(|it| render::text(it, &sources, false) + "\n").collect::<String>());
    }
}

/// `UPDATE_EXPECT=1 cargo test` writes it.
#[test]
fn the_reference_in_the_repository_is_of_this_version() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/REFERENCE.md");
    let text = reference::markdown();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap();
    assert!(there == text, "docs/REFERENCE.md is of another version; UPDATE_EXPECT=1 writes it");
}

#[test]
fn the_service_of_the_opening_is_one() {
    let text = reference::markdown();
    let (_, rest) = text.split_once("```yaml\n").unwrap();
    checked(rest.split_once("```").unwrap().0);
}

/// Each function is shown with a use of it.
#[test]
fn every_use_of_a_function_is_one() {
    let text = reference::markdown();
    let (_, rest) = text.split_once("## Functions").unwrap();
    let (calls, _) = rest.split_once("\n## ").unwrap();
    let mut count = 0;
    for row in calls.lines().filter(|line| line.starts_with("| `")) {
        let example = row.trim_end_matches(" |").rsplit("| ").next().unwrap().trim_matches('`');
        checked(&SERVICE.replace("EXAMPLE", example));
        count += 1;
    }
    assert!(count > 30, "{count} functions");
}

/// What an argument means is in the graph, which callers and their programs read.
#[test]
fn what_a_field_means_is_told() {
    let mut sources = Sources::default();
    let words = "How often it is done.";
    sources.add("spec.yaml", format!("{SERVICE}---\noperation: count\nsummary: Count.\nrequires: all.read\ninput: {{ times: {{ type: int, describe: {words} }} }}\nreturns: input.times\n").replace("EXAMPLE", "input.word"));
    let Ok(model) = opwright_codegen::check(&sources) else { panic!("it is refused") };
    let files = opwright_codegen::emit::emit(&model);
    let told = files.iter().filter(|(_, text)| text.contains(words)).map(|(name, _)| name.as_str());
    assert_eq!(told.collect::<Vec<_>>(), ["count.graph.json", "count.rs"]);
}

const SERVICE: &str = "
service: all
summary: Every function once.
capabilities: { all.read: Use them. }
---
resource: customer
fields:
  id: id
  name: string
---
operation: use
summary: Use one.
requires: all.read
input:
  customer: { type: ref, to: customer }
  note: { type: string, optional: true }
  other: { type: string, optional: true }
  numbers: { type: list, of: int }
  words: { type: list, of: string }
  word: string
  amount: decimal
  span: duration
returns: \"EXAMPLE\"
";
