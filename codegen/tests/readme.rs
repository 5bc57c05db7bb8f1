//! What the README shows is what the compiler says, and where the specs have it.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

use opwright_codegen::report::render;
use opwright_codegen::source::Sources;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn readme() -> String {
    std::fs::read_to_string(path("README.md")).unwrap()
}

/// The first block of a language behind some words, without what it is indented by.
fn block(readme: &str, behind: &str, language: &str) -> String {
    let Some((_, rest)) = readme.split_once(behind) else { panic!("the README does not say: {behind}") };
    let fence = format!("```{language}\n");
    let Some((before, rest)) = rest.split_once(&fence) else { panic!("no {language} behind: {behind}") };
    let indent = before.len() - before.trim_end_matches(' ').len();
    let lines = rest.lines().map(|line| line.get(indent..).unwrap_or_default());
    lines.take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_operation_is_that_of_the_help_desk() {
    let shown = block(&readme(), "before anything is deployed.", "yaml");
    let spec = std::fs::read_to_string(path("specs/helpdesk/operations/customers.yaml")).unwrap();
    let said = |text: &str| -> Vec<String> {
        // Comments and descriptions may differ, what is done may not.
        let lines = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim_end());
        lines.filter(|line| !line.starts_with("description")).map(str::to_owned).collect()
    };
    let (shown, spec) = (said(&shown), said(&spec));
    assert!(spec.windows(shown.len()).any(|lines| lines == shown), "not in the specs: {shown:#?}");
}

#[test]
fn the_picture_shows_the_line_of_the_rule() {
    let sources = opwright_codegen::files::read(&path("specs/helpdesk")).unwrap();
    let model = opwright_codegen::check(&sources).unwrap();
    let operation = model.operations.iter().find(|it| it.name == "change_customer_email").unwrap();
    let graph = opwright_codegen::lower::lower(&model, operation).drawn();
    let rule = graph.flow.node_weights().find(|node| node.id == "rules.customer_banned").unwrap();
    let src = rule.src.as_ref().unwrap();
    let place = format!("`{}:{}`", src.file, src.line);
    assert!(
        readme().contains(&place),
        "the rule is at {place}: say so in the README, and take docs/pictures/refused-run.png again"
    );
}

#[test]
fn the_mistake_is_told_as_shown() {
    let shown = block(&readme(), "how it is mended:", "text");
    let mut sources = Sources::default();
    for (_, file) in opwright_codegen::files::read(&path("specs/helpdesk")).unwrap().files() {
        sources.add(
            file.name.clone(),
            file.text.replace("customer.status != 'banned'", "customer.status != 'baned'"),
        );
    }
    let sources = sources.found_in("specs/helpdesk");
    let report = opwright_codegen::check(&sources).unwrap_err();
    let said: Vec<String> =
        report.sorted().iter().map(|it| render::text(it, &sources, false) + "\n").collect();
    assert_eq!(said.concat(), shown);
}

#[test]
fn the_outline_and_the_code_are_what_is_made() {
    let sources = opwright_codegen::files::read(&path("specs/helpdesk")).unwrap();
    let model = opwright_codegen::check(&sources).unwrap();
    let operation = model.operations.iter().find(|it| it.name == "change_customer_email").unwrap();
    let outline =
        opwright_tracer::view::text::outline(&opwright_codegen::lower::lower(&model, operation).drawn());
    let shown = block(&readme(), "which is what one reads in a review", "text");
    assert!(outline.contains(&shown), "the outline is now: {outline}");
    let files = opwright_codegen::emit::emit(&model);
    let code = &files["change_customer_email.rs"];
    let shown = block(&readme(), "a function a node", "rust");
    assert!(code.contains(&shown), "the code is now: {code}");
}
