//! The specs of the examples are read, checked and lowered; their graphs are structured.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use opwright_codegen::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn sources(folder: &str) -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs").join(folder);
    opwright_codegen::files::read(&root).unwrap_or_else(|error| panic!("{folder}: {error}"))
}

#[test]
fn example_specs_are_valid_and_structured() {
    for folder in ["helpdesk", "retail"] {
        let sources = sources(folder);
        let model = match opwright_codegen::check(&sources) {
            Ok(model) => model,
            Err(report) => {
                let texts = report.sorted();
                let texts =
                    texts.iter().map(|it| opwright_codegen::report::render::text(it, &sources, false));
                panic!("{folder}:\n{}", texts.collect::<Vec<_>>().join("\n\n"));
            }
        };
        for operation in &model.operations {
            let graph = opwright_codegen::lower::lower(&model, operation);
            if let Err(error) = graph.structure() {
                panic!("{}: {error}", operation.name);
            }
        }
    }
}

#[test]
fn emission_is_deterministic_and_formatted() {
    for folder in ["helpdesk", "retail"] {
        let sources = sources(folder);
        let Ok(model) = opwright_codegen::check(&sources) else { panic!("{folder}") };
        let files = opwright_codegen::emit::emit(&model);
        assert_eq!(files, opwright_codegen::emit::emit(&model));
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".rs")) {
            assert!(text.lines().count() > 3, "{name} is not formatted:\n{text}");
        }
        if let Some(out) = std::env::var_os("OPWRIGHT_EMITTED") {
            for (name, text) in &files {
                std::fs::write(Path::new(&out).join(name), text)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        }
    }
}

/// What an operation finds by a condition, or in a collection that is not owned, it names; rows that are loaded one by
/// one are not among it.
#[test]
fn a_graph_names_what_is_scanned() {
    let scans = |folder: &str, name: &str| {
        let Ok(model) = opwright_codegen::check(&sources(folder)) else { panic!("{folder}") };
        let operation = model.operations.iter().find(|operation| operation.name == name);
        let Some(operation) = operation else { panic!("there is no {name}") };
        opwright_codegen::lower::lower(&model, operation).head.scans
    };
    assert_eq!(scans("helpdesk", "open_ticket"), ["ticket"]);
    assert_eq!(scans("helpdesk", "find_customer_by_email"), ["customer"]);
    assert_eq!(scans("helpdesk", "change_customer_email"), [""; 0]);
    // Replies are the ticket's own.
    assert_eq!(scans("helpdesk", "answer_ticket"), [""; 0]);
    // Who looks at nothing may fill a shelf all the same: two of them together would put one book too many on it.
    assert_eq!(scans("../tests/specs/guards", "spare_book"), ["book"]);
}

/// Every way to end of the examples is shown by a scenario, or stands in a list with the reason.
#[test]
fn what_no_scenario_shows_has_a_reason() {
    for folder in ["helpdesk", "retail"] {
        let Ok(model) = opwright_codegen::check(&sources(folder)) else { panic!("{folder}") };
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs").join(folder).join("unseen.txt");
        let text = std::fs::read_to_string(&list).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let listed: BTreeMap<&str, &str> = opwright_codegen::exits::listed(&text).into_iter().collect();
        let unseen = opwright_codegen::exits::ends(&model).unseen;
        let unseen: BTreeSet<String> =
            unseen.iter().map(|end| format!("{} {}", end.operation, end.node)).collect();
        let listed_ends: BTreeSet<String> = listed.keys().map(|end| (*end).to_owned()).collect();
        assert_eq!(
            unseen, listed_ends,
            "left: no scenario of {folder} shows it, right: what unseen.txt lists"
        );
        assert!(listed.values().all(|why| why.len() > 5), "{listed:#?}");
    }
}

/// Loops, loops in loops and deletions multiply, of two lanes the larger counts, and what an owner is told is no row.
#[test]
fn the_rows_of_a_call_are_counted_on_its_graph() {
    let mut sources = Sources::default();
    sources.add("boxes.yaml", BOXES);
    let Ok(model) = opwright_codegen::check(&sources) else { panic!("it is refused") };
    let rows = model.operations.iter().map(|operation| {
        let head = opwright_codegen::lower::lower(&model, operation).head;
        (operation.name.as_str(), head.rows)
    });
    let wanted = [("of_two_lanes", 4), ("loop_in_loop", 12), ("deletes", 5), ("one_item", 1), ("looks", 0)];
    assert_eq!(rows.collect::<Vec<_>>(), wanted);
}

const BOXES: &str = "
service: boxes
summary: Boxes with items.
capabilities: { all.do: Do all. }
---
resource: box
fields:
  id: { type: id, prefix: box }
  number: int
  items: { type: many, of: item, size: ..4 }
---
resource: item
fields:
  box: { type: ref, to: box, owner: true }
  number: int
---
operation: of_two_lanes
summary: One row in a lane, each of four in the other one.
requires: all.do
input: { box: { type: ref, to: box }, number: int }
steps:
  - when: input.number > 1
    as: high
    then:
      - update: box
        set: { number: input.number }
    else:
      - each: box.items
        as: item
        do:
          - update: item
            set: { number: input.number }
---
operation: loop_in_loop
summary: Four items in each of three boxes.
requires: all.do
input: { boxes: { type: list, of: { type: ref, to: box }, size: ..3 } }
steps:
  - each: boxes
    as: box
    do:
      - each: box.items
        as: item
        do:
          - update: item
            set: { number: box.number }
---
operation: deletes
summary: A box with four items.
requires: all.do
tier: open
because: It can be restored.
input: { box: { type: ref, to: box } }
steps:
  - delete: box
---
operation: one_item
summary: One item, whose owner gets another version.
requires: all.do
input: { box: { type: ref, to: box }, number: int }
steps:
  - create: item
    set: { box: box, number: input.number }
---
operation: looks
summary: None.
requires: all.do
input: { box: { type: ref, to: box } }
returns: box
";
