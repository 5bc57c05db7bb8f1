//! `opwright check DIR [--json]`, `opwright check --explain CODE`

use crate::specs::{Form, counted, model};
use lexopt::prelude::*;
use opwright_codegen::report::explain::explain;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let (mut folder, mut form) = (None, Form::Text);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => form = Form::Json,
            Long("explain") => return explained(&parser.value()?.string()?),
            Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            other => return Err(other.unexpected()),
        }
    }
    let folder = folder.ok_or("say which folder: `opwright check DIR`")?;
    let Some((model, _)) = model(&folder, form) else { return Ok(ExitCode::FAILURE) };
    if form == Form::Text {
        println!(
            "{} is good: {}, {}",
            model.schema.service,
            counted(model.schema.resources.len(), "resource"),
            counted(model.operations.len(), "operation"),
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn explained(code: &str) -> Result<ExitCode, lexopt::Error> {
    print!("{}", explain(code)?);
    Ok(ExitCode::SUCCESS)
}
