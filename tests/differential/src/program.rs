//! A program of many compiled services: rustc takes it once, and it runs on each database.

use crate::seen::{Call, Seen};
use opwright_codegen::emit::{Files, emit_alike};
use opwright_codegen::model::Model;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What rustc links a program with.
pub(crate) struct Libraries {
    folder: PathBuf,
    runtime: PathBuf,
    this: PathBuf,
}

impl Libraries {
    /// Asks cargo where they are; it builds what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--message-format", "json", "--lib"]).current_dir(root);
        command.args(["--package", "opwright-runtime", "--package", "opwright-differential"]);
        let done = command.output().map_err(|error| format!("cannot run cargo: {error}"))?;
        if !done.status.success() {
            return Err(format!("the libraries do not build: {}", String::from_utf8_lossy(&done.stderr)));
        }
        let said = String::from_utf8_lossy(&done.stdout);
        let library = |name: &str| {
            let files = said.lines().filter_map(|line| file_of(line, name)).next();
            files.ok_or_else(|| format!("cargo does not say where {name} is"))
        };
        let (runtime, this) = (library("opwright_runtime")?, library("opwright_differential")?);
        let folder = runtime.parent().map(|debug| debug.join("deps")).unwrap_or_default();
        Ok(Self { folder, runtime, this })
    }
}

/// The library that a message of cargo names.
fn file_of(message: &str, name: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    if message.get("target")?.get("name")?.as_str()? != name {
        return None;
    }
    let files = message.get("filenames")?.as_array()?;
    files.iter().filter_map(|file| file.as_str()).find(|file| file.ends_with(".rlib")).map(PathBuf::from)
}

/// A compiled program.
pub(crate) struct Program {
    folder: PathBuf,
}

/// Why there is no program.
pub(crate) enum NoProgram {
    /// rustc refuses what was emitted for some services: their numbers, and what it says.
    Refused(BTreeSet<usize>, String),
    /// Something else.
    Failed(String),
}

impl From<String> for NoProgram {
    fn from(why: String) -> Self {
        NoProgram::Failed(why)
    }
}

impl Program {
    /// Compiles services; what rustc says if it refuses.
    pub(crate) fn compile(
        libraries: &Libraries,
        folder: &Path,
        models: &[&Model],
    ) -> Result<Self, NoProgram> {
        let said = |error: std::io::Error| format!("{}: {error}", folder.display());
        std::fs::create_dir_all(folder).map_err(said)?;
        let (mut modules, mut services) = (String::new(), String::new());
        for (at, files) in emitted(models) {
            let inside = folder.join(format!("s{at}"));
            std::fs::create_dir_all(&inside).map_err(said)?;
            for (name, text) in files {
                std::fs::write(inside.join(name), text).map_err(said)?;
            }
            let _ = writeln!(modules, "mod s{at};");
            let _ = write!(services, "&s{at}::SERVICE, ");
        }
        let main = format!(
            "{modules}fn main() -> std::process::ExitCode {{ opwright_differential::execute::main(&[{services}]) }}\n"
        );
        std::fs::write(folder.join("main.rs"), main).map_err(said)?;
        rustc(libraries, folder)?;
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// Makes the calls of every service on a database: `sqlite`, or the address of a server.
    pub(crate) fn run(&self, database: &str, calls: &[&[Call]]) -> Result<Vec<Seen>, String> {
        let name = if database == "sqlite" { "sqlite" } else { "postgres" };
        let (asked, seen) =
            (self.folder.join(format!("{name}.calls")), self.folder.join(format!("{name}.seen")));
        let text = serde_json::to_string(calls).map_err(|error| error.to_string())?;
        std::fs::write(&asked, text).map_err(|error| format!("{}: {error}", asked.display()))?;
        let mut command = Command::new(self.folder.join("program"));
        // Files that nobody keeps are kept in memory, where there is such a folder.
        let memory = Path::new("/dev/shm");
        if memory.is_dir() {
            command.env("TMPDIR", memory);
        }
        let done = command.arg(&asked).arg(database).arg(&seen).output();
        let done = done.map_err(|error| format!("cannot run the program: {error}"))?;
        if !done.status.success() {
            return Err(format!(
                "the program ends with {}: {}",
                done.status,
                String::from_utf8_lossy(&done.stderr)
            ));
        }
        let text = std::fs::read_to_string(&seen).map_err(|error| format!("{}: {error}", seen.display()))?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

/// The files of every service. What is made for a resource costs rustc more than the operations on it, so services with
/// the same resources share what the first of them makes.
fn emitted(models: &[&Model]) -> BTreeMap<usize, Files> {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, model) in models.iter().enumerate() {
        let mut resources = model.schema.resources.clone();
        // What is looked up by value is found out from the operations, and is said in the schema alone.
        resources.iter_mut().for_each(|resource| resource.indexes.clear());
        let resources = format!("{resources:?}{:?}", model.resources);
        alike.entry(resources).or_default().push(at);
    }
    let mut all = BTreeMap::new();
    for numbers in alike.values() {
        let together: Vec<&Model> = numbers.iter().filter_map(|at| models.get(*at).copied()).collect();
        for (at, mut files) in numbers.iter().copied().zip(emit_alike(&together)) {
            if let Some(first) = numbers.first().filter(|first| **first != at) {
                files.insert("model.rs".to_owned(), format!("pub use crate::s{first}::model::*;\n"));
            }
            all.insert(at, files);
        }
    }
    all
}

fn rustc(libraries: &Libraries, folder: &Path) -> Result<(), NoProgram> {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args([
        "--edition",
        "2024",
        "--crate-name",
        "program",
        "--cap-lints",
        "allow",
        "-C",
        "debuginfo=0",
        "-C",
        "opt-level=0",
        "-C",
        "debug-assertions=off",
        "-C",
        "overflow-checks=on",
        "-C",
        "strip=debuginfo",
    ]);
    command.arg("-L").arg(format!("dependency={}", libraries.folder.display()));
    command.arg("--extern").arg(format!("opwright_runtime={}", libraries.runtime.display()));
    command.arg("--extern").arg(format!("opwright_differential={}", libraries.this.display()));
    command.args(["main.rs", "-o", "program"]).current_dir(folder);
    let done = command.output().map_err(|error| format!("cannot run rustc: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let places = said.lines().filter_map(|line| line.trim_start().strip_prefix("--> s")?.split_once('/'));
    let guilty: BTreeSet<usize> = places.filter_map(|(number, _)| number.parse().ok()).collect();
    let said = said.lines().take(60).collect::<Vec<_>>().join("\n");
    Err(if guilty.is_empty() { NoProgram::Failed(said) } else { NoProgram::Refused(guilty, said) })
}
