//! `opwright emit DIR --out DIR [--watch]`: the Rust that a build script makes of the specs, to be read.

use crate::places::Places;
use crate::specs::{Form, fail, model};
use crate::watch::watched;
use opwright_values::words::counted;
use std::path::Path;
use std::process::ExitCode;

/// Writes the generated service of a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let Places { folder, out, watch } = Places::read(parser, "emit")?;
    Ok(watched(&folder, watch, || emit(&folder, &out)))
}

fn emit(folder: &Path, out: &Path) -> ExitCode {
    let Some((model, _)) = model(folder, Form::Text) else { return ExitCode::FAILURE };
    match opwright_codegen::write(out, &opwright_codegen::emit::emit(&model)) {
        Ok(()) => {
            let operations = counted(model.operations.len(), "operation");
            println!("wrote the service of {operations}: read {}", out.join("mod.rs").display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let said = format!("cannot write to {}: {error}", out.display());
            fail(&said, "name a folder that can be written: `--out DIR`", Form::Text);
            ExitCode::FAILURE
        }
    }
}
