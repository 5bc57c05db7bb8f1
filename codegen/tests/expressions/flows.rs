//! What is known where: steps one after another, and the faults that are found in them: `flows.txt`.
//!
//! ```text
//! === a require proves it for what follows
//! - require: has(user.phone)
//!   refuse: no_phone
//! - let: size
//!   be: user.phone.size()
//! > fine
//! ```
//!
//! `UPDATE_EXPECT=1 cargo test` writes what is found behind each.

use crate::world::said;
use opwright_codegen::source::Sources;
use std::path::Path;

const WORLD: &str = include_str!("world.yaml");

fn found(steps: &str) -> String {
    let steps: String = steps.lines().map(|line| format!("  {line}\n")).collect();
    let mut sources = Sources::default();
    sources.add("world.yaml", format!("{WORLD}steps:\n{steps}"));
    match opwright_codegen::check(&sources) {
        Ok(model) => {
            let graph = opwright_codegen::lower::lower(&model, &model.operations[0]);
            let nodes = graph.flow.node_weights().map(|node| node.id.as_str());
            let failing = nodes.filter_map(|id| id.strip_suffix("!cannot_compute"));
            let failing: String = failing.map(|id| format!("> {id} can fail\n")).collect();
            format!("> fine\n{failing}")
        }
        Err(report) => said(&report, &sources).iter().map(|said| format!("> {said}\n")).collect(),
    }
}

#[test]
fn steps_know_what_those_before_them_proved() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions/flows.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut expected = String::new();
    for case in text.split("=== ").filter(|case| !case.is_empty()) {
        let (title, rest) = case.split_once('\n').unwrap();
        let steps: Vec<&str> =
            rest.lines().filter(|line| !line.starts_with('>') && !line.is_empty()).collect();
        let steps = steps.join("\n");
        expected.push_str(&format!("=== {title}\n{steps}\n{}\n", found(&steps)));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(text == expected, "not as expected; with UPDATE_EXPECT=1 it becomes\n{expected}");
}
