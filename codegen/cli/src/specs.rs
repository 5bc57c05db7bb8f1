//! Reading and checking a folder of specs, with what is wrong said to people or to programs.

use crate::places::USUAL;
use opwright_codegen::model::Model;
use opwright_codegen::report::{Diagnostic, Report, render};
use opwright_codegen::source::Sources;
use opwright_values::words::counted;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// How many faults are drawn; the rest is counted.
const DRAWN_MAX: usize = 100;

/// In which form faults are said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As rustc says them, on standard error.
    Text,
    /// One JSON object a line, on standard output.
    Json,
}

/// The model of a folder of specs; says what is wrong if there is none.
pub(crate) fn model(folder: &Path, form: Form) -> Option<(Model, Sources)> {
    if folder.is_file() {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or_else(|| Path::new("."));
        let said = format!("{} is a file: specs are read together, from a folder", folder.display());
        fail(&said, &format!("name its folder: `{}`", parent.display()), form);
        return None;
    }
    let sources = match opwright_codegen::files::read(folder) {
        Ok(sources) => sources.found_in(folder),
        Err(error) => {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            let help = if missing {
                "name the folder of the specs"
            } else {
                "a folder of specs is text that can be read"
            };
            fail(&format!("{}: {error}", folder.display()), help, form);
            return None;
        }
    };
    if sources.files().next().is_none() {
        let said = format!("{}: there is no file that ends in .yaml or .yml", folder.display());
        fail(&said, "name the folder of the specs", form);
        return None;
    }
    match opwright_codegen::check(&sources) {
        Ok(model) => {
            warn(&model, &sources, form);
            Some((model, sources))
        }
        Err(report) => {
            say(&report, &sources, form);
            if form == Form::Text
                && let Some(inner) = inner(folder, &report, &sources)
            {
                eprintln!("  fix: for the specs alone, name their folder: `{}`", inner.display());
            }
            None
        }
    }
}

/// The folder `specs` inside of a folder, if something is wrong that is not in it: the folder of a project was named.
fn inner(folder: &Path, report: &Report, sources: &Sources) -> Option<PathBuf> {
    let inner = folder.join(USUAL);
    let inside = format!("{USUAL}/");
    let beside = |fault: &Diagnostic| !sources.place(fault.span).file.starts_with(&inside);
    (inner.is_dir() && report.sorted().iter().any(beside)).then_some(inner)
}

/// Says what went wrong that has no place in the specs.
pub(crate) fn fail(message: &str, help: &str, form: Form) {
    match form {
        Form::Text => eprintln!("error: {message}\n  fix: {help}"),
        Form::Json => print!("{}", render::plain(message, help)),
    }
}

fn warn(model: &Model, sources: &Sources, form: Form) {
    if form == Form::Json {
        print!("{}", render::json(&model.warnings, sources));
        return;
    }
    for warning in model.warnings.iter().take(DRAWN_MAX) {
        eprintln!("{}\n", render::text(warning, sources, coloured()));
    }
}

fn coloured() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn say(report: &Report, sources: &Sources, form: Form) {
    let found = report.sorted();
    if form == Form::Json {
        print!("{}", render::json(&found, sources));
        return;
    }
    for fault in found.iter().take(DRAWN_MAX) {
        eprintln!("{}\n", render::text(fault, sources, coloured()));
    }
    if let Some(more) = found.len().checked_sub(DRAWN_MAX + 1) {
        eprintln!("… and {} more\n", more + 1);
    }
    let files = sources.files().count();
    let first = found.first().map_or("", |fault| fault.code);
    let more = format!("`opwright check --explain {first}` says more");
    eprintln!("{} in {}; {more}", counted(found.len(), "mistake"), counted(files, "file"));
}
