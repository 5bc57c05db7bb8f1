//! The specs of the examples are read, checked and lowered; their graphs are structured.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use opwright_codegen::source::Sources;
use std::collections::BTreeSet;
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
    let Ok(model) = opwright_codegen::check(&sources("helpdesk")) else { panic!("helpdesk") };
    let scans = |name: &str| {
        let operation = model.operations.iter().find(|operation| operation.name == name);
        let Some(operation) = operation else { panic!("there is no {name}") };
        opwright_codegen::lower::lower(&model, operation).head.scans
    };
    assert_eq!(scans("open_ticket"), ["ticket"]);
    assert_eq!(scans("find_customer_by_email"), ["customer"]);
    assert_eq!(scans("change_customer_email"), [""; 0]);
    // Replies are the ticket's own.
    assert_eq!(scans("answer_ticket"), [""; 0]);
}

/// Every way to end of the help desk is shown by a scenario, or stands in a list with the reason.
#[test]
fn what_no_scenario_shows_has_a_reason() {
    let sources = sources("helpdesk");
    let Ok(model) = opwright_codegen::check(&sources) else { panic!("helpdesk") };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/helpdesk/unseen.txt");
    let listed = std::fs::read_to_string(&root).unwrap_or_default();
    let listed: BTreeSet<&str> = listed.lines().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    let unseen = opwright_codegen::exits::ends(&model).unseen;
    let unseen: Vec<String> = unseen.iter().map(|end| format!("{} {}", end.operation, end.node)).collect();
    let unseen: BTreeSet<&str> = unseen.iter().map(String::as_str).collect();
    assert_eq!(unseen, listed, "left: no scenario shows it, right: what unseen.txt lists");
}
