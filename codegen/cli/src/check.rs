//! `opwright check DIR [--json] [--exits] [--watch]`, `opwright check --explain CODE [--json]`

use crate::exits;
use crate::places::folder_or_specs;
use crate::slip::Slip;
use crate::specs::{Form, model};
use crate::watch::watched;
use lexopt::prelude::*;
use opwright_codegen::model::Model;
use opwright_codegen::report::explain;
use opwright_values::json::Json;
use opwright_values::words::counted;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let (mut folder, mut form, mut exits, mut watch) = (None, Form::Text, false, false);
    let mut code = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => form = Form::Json,
            Long("exits") => exits = true,
            Long("watch") => watch = true,
            Long("explain") => code = Some(parser.value()?.string()?),
            Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            other => return Err(other.unexpected()),
        }
    }
    if let Some(code) = code {
        return explained(&code, form);
    }
    let folder = folder_or_specs(folder, "check DIR")?;
    Ok(watched(&folder, watch, || check(&folder, form, exits)))
}

fn check(folder: &Path, form: Form, exits: bool) -> ExitCode {
    let Some((model, sources)) = model(folder, form) else { return ExitCode::FAILURE };
    if form == Form::Text {
        println!(
            "{} is good: {}, {}, {}",
            model.schema.service,
            counted(model.schema.resources.len(), "resource"),
            counted(model.operations.len(), "operation"),
            counted(model.scenarios.len(), "scenario"),
        );
    }
    if exits && !exits::say(&model, &sources, folder, form) {
        return ExitCode::FAILURE;
    }
    if form == Form::Json {
        println!("{}", good(&model));
    }
    ExitCode::SUCCESS
}

/// The last line of good specs, for programs.
fn good(model: &Model) -> Json {
    let count = |count: usize| Json::int(i64::try_from(count).unwrap_or(i64::MAX));
    Json::object([
        ("level", Json::text("good")),
        ("service", Json::text(model.schema.service.clone())),
        ("resources", count(model.schema.resources.len())),
        ("operations", count(model.operations.len())),
        ("scenarios", count(model.scenarios.len())),
    ])
}

fn explained(code: &str, form: Form) -> Result<ExitCode, lexopt::Error> {
    let said = match form {
        Form::Text => explain::explain(code),
        Form::Json => explain::json(code).map(|json| {
            format!(
                "{json}
"
            )
        }),
    };
    match said {
        Ok(text) => print!("{text}"),
        Err(wrong) => {
            let (said, fix) =
                wrong.split_once("; ").unwrap_or((&wrong, "`opwright reference` has all of them"));
            return Err(Slip::new(said, fix).into());
        }
    }
    Ok(ExitCode::SUCCESS)
}
