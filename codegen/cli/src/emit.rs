//! `opwright emit DIR --out DIR [--watch]`: the Rust that a build script makes of the specs, to be read.

use crate::specs::{Form, counted, model};
use crate::watch::watched;
use lexopt::prelude::*;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Writes the generated service of a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let (mut folder, mut out, mut watch) = (None, None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("watch") => watch = true,
            Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            other => return Err(other.unexpected()),
        }
    }
    let folder = folder.ok_or("say which folder: `opwright emit DIR --out DIR`")?;
    let out = out.ok_or("say where the code goes: `--out DIR`")?;
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
            eprintln!("error: cannot write to {}: {error}", out.display());
            ExitCode::FAILURE
        }
    }
}
