//! `opwright check DIR [--json]`

use crate::specs::{Form, counted, model};
use lexopt::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let (mut folder, mut form) = (None, Form::Text);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => form = Form::Json,
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
