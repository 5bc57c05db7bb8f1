//! `opwright new NAME [--path DIR] [--runtime PATH]`: a service of a few files that builds, serves and tests itself.
//!
//! ```text
//! shop/ ─┬─ Cargo.toml  build.rs  src/main.rs  tests/scenarios.rs
//!        ├─ specs/service.yaml  operations.yaml  scenarios.yaml
//!        └─ README.md  opwright.schema.json  .vscode/settings.json  .vscode/extensions.json  .gitignore
//! ```

mod names;

use crate::slip::Slip;
use crate::specs::{Form, fail};
use lexopt::prelude::*;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The files by their place in the project; `{name}`, `{runtime}` and `{codegen}` are filled in.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("project/Cargo.toml.txt")),
    ("README.md", include_str!("project/README.md.txt")),
    (".gitignore", "/target\n/pictures\n*.db\n*.db-*\n*.db.lock\n"),
    (".vscode/settings.json", include_str!("project/vscode-settings.json")),
    (".vscode/extensions.json", include_str!("project/vscode-extensions.json")),
    ("build.rs", include_str!("project/build.rs.txt")),
    ("src/main.rs", include_str!("project/main.rs.txt")),
    ("tests/scenarios.rs", include_str!("project/scenarios.rs.txt")),
    ("specs/service.yaml", include_str!("project/specs/service.yaml")),
    ("specs/operations.yaml", include_str!("project/specs/operations.yaml")),
    ("specs/scenarios.yaml", include_str!("project/specs/scenarios.yaml")),
    ("specs/unseen.txt", include_str!("project/specs/unseen.txt")),
];

/// What is said once it is made.
const NEXT: &str = "\
made {folder}

  cd {folder}
  cargo run     serves it with demo data, and prints what to open and to call
  cargo test    runs its scenarios

The first build takes some minutes: it compiles SQLite, and the compiler of the specs. Later ones take seconds.
Then change a rule in specs/operations.yaml and start again; README.md has the commands, `opwright reference` the language.
";

/// Makes a project.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let (mut name, mut path, mut runtime) = (None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("path") => path = Some(PathBuf::from(parser.value()?)),
            Long("runtime") => runtime = Some(PathBuf::from(parser.value()?)),
            Value(word) if name.is_none() => name = Some(word.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let given = given(path.as_deref(), runtime.as_deref());
    let name = name
        .ok_or_else(|| Slip::new("say what it is called", format!("write `opwright new my_shop{given}`")))?;
    names::check(&name, &given)?;
    let folder = path.unwrap_or_else(|| PathBuf::from(&name));
    let from_registry = runtime.is_none();
    let sources = match runtime {
        Some(runtime) => Sources::at(&runtime)?,
        None => Sources::registry(),
    };
    match write(&name, &folder, &sources) {
        Ok(()) => {
            print!("{}", NEXT.replace("{folder}", &folder.display().to_string()));
            if from_registry {
                eprintln!("{}", of_registry(&name, &given));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(slip) => {
            fail(&slip.said, &slip.fix, Form::Text);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// What was given besides the name, as a fix says it again.
fn given(path: Option<&Path>, runtime: Option<&Path>) -> String {
    let said = |option: &str, path: &Path| {
        let path = path.display().to_string();
        let is_word = path.chars().all(|c| c.is_alphanumeric() || "/._-:~+@".contains(c));
        // A shell takes all that stands in single quotes as it is.
        let word = if is_word { path } else { format!("'{}'", path.replace('\'', "'\\''")) };
        format!(" {option} {word}")
    };
    let path = path.map(|path| said("--path", path));
    let runtime = runtime.map(|runtime| said("--runtime", runtime));
    [path, runtime].into_iter().flatten().collect()
}

/// What to do where the registry does not have the crates.
fn of_registry(name: &str, given: &str) -> String {
    let place = repository().map_or_else(|| "DIR".to_owned(), |place| place.display().to_string());
    let where_ = if place == "DIR" { ", DIR being the folder of Opwright's repository" } else { "" };
    format!(
        "\nnote: cargo looks for `opwright-runtime` and `opwright-codegen` {} in a registry. If it does not find them there:\n  \
         fix: remove the folder, and write `opwright new {name}{given} --runtime {place}`{where_}",
        env!("CARGO_PKG_VERSION")
    )
}

/// The folder of the repository in which this command was built, if it is still there.
fn repository() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let has = |folder: &Path, name: &str| folder.join(name).join("Cargo.toml").is_file();
    program.ancestors().find(|it| has(it, "runtime") && has(it, "codegen")).map(Path::to_path_buf)
}

/// Where the two crates come from, as `Cargo.toml` says it.
struct Sources {
    runtime: String,
    codegen: String,
}

impl Sources {
    /// From a registry, or from what cargo is told to use instead of it.
    fn registry() -> Self {
        let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
        Self { runtime: version.clone(), codegen: version }
    }

    /// From a folder that holds both.
    fn at(folder: &Path) -> Result<Self, Slip> {
        let found = |name: &str| {
            let path = folder.join(name);
            if !path.join("Cargo.toml").is_file() {
                let here = repository().map_or_else(|| "DIR".to_owned(), |place| place.display().to_string());
                return Err(Slip::new(
                    format!("{} has no crate `{name}`", folder.display()),
                    format!(
                        "name the folder of Opwright's repository, in which `runtime` and `codegen` are: `--runtime {here}`"
                    ),
                ));
            }
            let elsewhere = "name a folder with a plain path: it stands in Cargo.toml";
            let wrong = |said: String| Slip::new(said, elsewhere);
            let path = path.canonicalize().map_err(|error| wrong(format!("{}: {error}", path.display())))?;
            let path = path.to_str().ok_or_else(|| wrong(format!("{} is no UTF-8", path.display())))?;
            // A literal string of TOML has no escapes, and cannot hold a single quote.
            if path.contains('\'') {
                return Err(wrong(format!("{path} cannot stand in Cargo.toml: it has a single quote")));
            }
            Ok(format!("{{ path = '{path}' }}"))
        };
        Ok(Self { runtime: found("runtime")?, codegen: found("codegen")? })
    }
}

fn write(name: &str, folder: &Path, sources: &Sources) -> Result<(), Slip> {
    let another = "name another folder with `--path DIR`";
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Slip::new(format!("cannot write {}: {error}", path.display()), another)
    };
    // A folder that holds something is somebody's.
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Slip::new(format!("{} is not empty", folder.display()), another));
    }
    let schema = opwright_codegen::reference::schema();
    let files = FILES.iter().copied().chain([("opwright.schema.json", schema.as_str())]);
    for (place, text) in files {
        let path = folder.join(place);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        }
        let text = match place {
            "Cargo.toml" | "README.md" | "specs/service.yaml" => text
                .replace("{name}", name)
                .replace("{runtime}", &sources.runtime)
                .replace("{codegen}", &sources.codegen),
            _ => text.to_owned(),
        };
        std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}
