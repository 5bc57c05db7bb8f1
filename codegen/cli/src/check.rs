//! `opwright check DIR [--json] [--exits] [--watch]`, `opwright check --explain CODE`

use crate::exits;
use crate::specs::{Form, counted, model};
use crate::watch::watched;
use lexopt::prelude::*;
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
    if exits && !exits::say(&model, folder, form) {
        return ExitCode::FAILURE;
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

fn explained(code: &str) -> Result<ExitCode, lexopt::Error> {
    print!("{}", explain(code)?);
    Ok(ExitCode::SUCCESS)
}
