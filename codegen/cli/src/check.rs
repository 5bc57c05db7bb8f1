//! `opwright check DIR [--json] [--watch]`, `opwright check --explain CODE`

use crate::specs::{Form, counted, model};
use crate::watch::watched;
use lexopt::prelude::*;
use opwright_codegen::report::explain::explain;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let (mut folder, mut form, mut watch) = (None, Form::Text, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => form = Form::Json,
            Long("watch") => watch = true,
            Long("explain") => return explained(&parser.value()?.string()?),
            Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            other => return Err(other.unexpected()),
        }
    }
    let folder = folder.ok_or("say which folder: `opwright check DIR`")?;
    Ok(watched(&folder, watch, || check(&folder, form)))
}

fn check(folder: &Path, form: Form) -> ExitCode {
    let Some((model, _)) = model(folder, form) else { return ExitCode::FAILURE };
    if form == Form::Text {
        println!(
            "{} is good: {}, {}",
            model.schema.service,
            counted(model.schema.resources.len(), "resource"),
            counted(model.operations.len(), "operation"),
        );
    }
    ExitCode::SUCCESS
}

fn explained(code: &str) -> Result<ExitCode, lexopt::Error> {
    print!("{}", explain(code)?);
    Ok(ExitCode::SUCCESS)
}
