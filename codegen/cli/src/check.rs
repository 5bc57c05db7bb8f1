//! `opwright check DIR [--json] [--exits] [--watch]`, `opwright check --explain CODE`

use crate::specs::{Form, counted, model};
use crate::watch::watched;
use lexopt::prelude::*;
use opwright_codegen::exits::{End, ends, listed};
use opwright_codegen::model::Model;
use opwright_codegen::report::explain::explain;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let (mut folder, mut form, mut exits, mut watch) = (None, Form::Text, false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => form = Form::Json,
            Long("exits") => exits = true,
            Long("watch") => watch = true,
            Long("explain") => return explained(&parser.value()?.string()?),
            Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            other => return Err(other.unexpected()),
        }
    }
    let folder = folder.ok_or("say which folder: `opwright check DIR`")?;
    Ok(watched(&folder, watch, || check(&folder, form, exits)))
}

fn check(folder: &Path, form: Form, exits: bool) -> ExitCode {
    let Some((model, _)) = model(folder, form) else { return ExitCode::FAILURE };
    if form == Form::Text {
        println!(
            "{} is good: {}, {}, {}",
            model.schema.service,
            counted(model.schema.resources.len(), "resource"),
            counted(model.operations.len(), "operation"),
            counted(model.scenarios.len(), "scenario"),
        );
    }
    if exits {
        unseen(&model, folder, form);
    }
    if form == Form::Json {
        // Names are letters, digits and `_`.
        println!(
            r#"{{"level":"good","service":"{}","resources":{},"operations":{},"scenarios":{}}}"#,
            model.schema.service,
            model.schema.resources.len(),
            model.operations.len(),
            model.scenarios.len(),
        );
    }
    ExitCode::SUCCESS
}

/// The list of ends that no scenario shows, with the reason, beside the specs.
const LIST: &str = "unseen.txt";

/// Says which ways to end no scenario shows, but for those that the list beside the specs gives a reason for.
fn unseen(model: &Model, folder: &Path, form: Form) {
    let ends = ends(model);
    let list = std::fs::read_to_string(folder.join(LIST)).unwrap_or_default();
    let mut listed: BTreeSet<&str> = listed(&list).into_iter().map(|(end, _)| end).collect();
    let all_listed = listed.len();
    let new: Vec<&End> = ends
        .unseen
        .iter()
        .filter(|end| !listed.remove(format!("{} {}", end.operation, end.node).as_str()))
        .collect();
    if form == Form::Json {
        for end in &new {
            // Names are letters, digits, `_`, `.` and `!`.
            println!(r#"{{"operation":"{}","exit":"{}"}}"#, end.operation, end.node);
        }
        return;
    }
    let mut operation = "";
    for end in &new {
        if operation != end.operation {
            operation = &end.operation;
            println!("\n{operation}");
        }
        println!("  {}", end.node);
    }
    match (new.len(), all_listed - listed.len()) {
        (0, 0) => println!("each of the {} ways to end has a scenario", ends.all),
        (0, known) => {
            println!("each of the {} ways to end has a scenario, or is one of {known} in {LIST}", ends.all)
        }
        (unseen, 0) => println!("\n{unseen} of {} ways to end have no scenario", ends.all),
        (unseen, known) => {
            println!(
                "\n{unseen} of {} ways to end have no scenario, besides {known} that {LIST} lists",
                ends.all
            );
        }
    }
    for end in listed {
        println!("{LIST} lists `{end}`, which has a scenario by now, or is no way to end: remove the line");
    }
}

fn explained(code: &str) -> Result<ExitCode, lexopt::Error> {
    print!("{}", explain(code)?);
    Ok(ExitCode::SUCCESS)
}
