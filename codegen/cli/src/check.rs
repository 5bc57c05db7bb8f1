//! `opwright check DIR [--json] [--exits] [--watch]`, `opwright check --explain CODE`

use crate::specs::{Form, counted, model};
use crate::watch::watched;
use lexopt::prelude::*;
use opwright_codegen::exits::ends;
use opwright_codegen::model::Model;
use opwright_codegen::report::explain::explain;
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
        unseen(&model, form);
    }
    ExitCode::SUCCESS
}

/// Says which ways to end no scenario shows.
fn unseen(model: &Model, form: Form) {
    let ends = ends(model);
    if form == Form::Json {
        for end in &ends.unseen {
            // Names are letters, digits, `_`, `.` and `!`.
            println!(r#"{{"operation":"{}","exit":"{}"}}"#, end.operation, end.node);
        }
        return;
    }
    let mut operation = "";
    for end in &ends.unseen {
        if operation != end.operation {
            operation = &end.operation;
            println!("\n{operation}");
        }
        println!("  {}", end.node);
    }
    match ends.unseen.len() {
        0 => println!("each of the {} ways to end has a scenario", ends.all),
        unseen => println!("\n{unseen} of {} ways to end have no scenario", ends.all),
    }
}

fn explained(code: &str) -> Result<ExitCode, lexopt::Error> {
    print!("{}", explain(code)?);
    Ok(ExitCode::SUCCESS)
}
