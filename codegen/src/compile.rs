//! What `build.rs` calls: specs in, a module out.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     opwright_codegen::compile("specs")
//! }
//! ```

use crate::emit::{Files, emit};
use crate::files;
use crate::report::render;
use opwright_values::words::counted;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Compiles a folder of specs, named from the folder of the crate, into `$OUT_DIR/service`. Include it with
/// `mod service { include!(concat!(env!("OUT_DIR"), "/service/mod.rs")); }`.
///
/// Mistakes are printed as rustc would print them, and the build stops.
pub fn compile(folder: impl AsRef<Path>) -> ExitCode {
    compile_as(folder, "service")
}

/// The same into `$OUT_DIR/<name>`, for a crate with more than one service.
pub fn compile_as(folder: impl AsRef<Path>, name: &str) -> ExitCode {
    let base = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    let folder = base.join(folder);
    println!("cargo::rerun-if-changed={}", folder.display());
    let Some(out) = std::env::var_os("OUT_DIR") else {
        eprintln!("OUT_DIR is not set: `compile` is for build.rs; use `opwright check` elsewhere");
        return ExitCode::FAILURE;
    };
    match compiled(&folder).and_then(|files| write(&Path::new(&out).join(name), &files).map_err(failed)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            // Cargo shows what a script that failed has said: `cargo::error` besides would say the first line twice more.
            eprintln!("{report}");
            ExitCode::FAILURE
        }
    }
}

fn failed(error: io::Error) -> String {
    format!("cannot write the generated service: {error}")
}

fn compiled(folder: &Path) -> Result<Files, String> {
    let sources =
        files::read(folder).map_err(|error| format!("cannot read specs in {}: {error}", folder.display()))?;
    let sources = sources.found_in(of_workspace(folder));
    match crate::check(&sources) {
        Ok(model) => {
            for warning in &model.warnings {
                let src = sources.place(warning.span);
                println!("cargo::warning={}:{}: {}", sources.shown(&src.file), src.line, warning.message);
            }
            Ok(emit(&model))
        }
        Err(report) => {
            let texts =
                report.sorted().iter().map(|it| render::text(it, &sources, false)).collect::<Vec<_>>();
            let mistakes = counted(texts.len(), "mistake");
            Err(format!("{mistakes} in {}\n\n{}", folder.display(), texts.join("\n\n")))
        }
    }
}

/// A folder as it is found from the workspace, where cargo has its lock: from there rustc names files too. Where none is,
/// the folder as it is.
fn of_workspace(folder: &Path) -> PathBuf {
    let found = || {
        let folder = folder.canonicalize().ok()?;
        let base = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?).canonicalize().ok()?;
        let workspace = base.ancestors().find(|it| it.join("Cargo.lock").is_file())?;
        folder.strip_prefix(workspace).ok().map(Path::to_path_buf)
    };
    found().unwrap_or_else(|| folder.to_path_buf())
}

/// Writes files whose text differs from what is there, and removes what is not wanted any more: cargo and rustc go
/// by the time of files. Everything else in the folder is removed.
pub fn write(folder: &Path, files: &Files) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !files.contains_key(entry.file_name().to_string_lossy().as_ref()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    for (name, text) in files {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
            std::fs::write(&path, text)?;
        }
    }
    Ok(())
}
