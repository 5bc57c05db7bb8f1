//! One program of all variants of a service: those that rustc refuses are left out until the rest compiles.

use super::variants::Variant;
use crate::Failed;
use crate::tools::root;
use opwright_values::json::Json;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How often rustc is asked: names, types and borrows are looked at one after another.
const PASSES_MAX: usize = 10;

/// What cargo has built: the folder of a service's generated code, and the runtime.
pub(super) struct Built {
    messages: Vec<Json>,
}

impl Built {
    /// Builds the services and reads what cargo says of it.
    pub(super) fn new() -> Result<Self, Failed> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--message-format", "json", "--package", "helpdesk"]);
        command.args(["--package", "retail", "--package", "opwright-runtime"]).current_dir(root());
        let done = command.output().map_err(|error| format!("cannot run cargo: {error}"))?;
        if !done.status.success() {
            return Err(format!("the services do not build: {}", String::from_utf8_lossy(&done.stderr)));
        }
        let text = String::from_utf8_lossy(&done.stdout);
        let messages = text.lines().filter_map(|line| Json::parse(line).ok()).collect();
        Ok(Self { messages })
    }

    /// Where the generated code of a service is.
    pub(super) fn generated(&self, service: &str) -> Result<PathBuf, Failed> {
        let message = self.messages.iter().find(|message| {
            let package = text(message, "package_id");
            text(message, "reason") == "build-script-executed" && package.contains(&format!("/{service}#"))
        });
        let folder = message.map(|message| PathBuf::from(text(message, "out_dir")).join("service"));
        folder.ok_or_else(|| format!("cargo does not say where the generated code of {service} is"))
    }

    fn runtime(&self) -> Result<PathBuf, Failed> {
        let of_runtime = |message: &&Json| {
            message.get("target").is_some_and(|target| text(target, "name") == "opwright_runtime")
        };
        let files = self.messages.iter().filter(of_runtime).find_map(|message| message.get("filenames"));
        let Some(Json::List(files)) = files else {
            return Err("cargo does not say where the runtime is".into());
        };
        let file = files.iter().filter_map(Json::as_text).find(|file| file.ends_with(".rlib"));
        file.map(PathBuf::from).ok_or_else(|| "the runtime has no library".to_owned())
    }
}

/// A program that serves any of the variants that compile, and the names of those.
pub(super) struct Program {
    pub(super) path: PathBuf,
    pub(super) compiled: BTreeSet<String>,
}

/// Compiles all variants of a service: `(name, variant, operation)`.
pub(super) fn compile(
    built: &Built,
    generated: &Path,
    folder: &Path,
    variants: &[(String, Variant)],
) -> Result<Program, Failed> {
    let service = folder.join("service");
    std::fs::create_dir_all(&service).map_err(|error| error.to_string())?;
    let files = std::fs::read_dir(generated).map_err(|error| format!("{}: {error}", generated.display()))?;
    for file in files.filter_map(Result::ok) {
        std::fs::copy(file.path(), service.join(file.file_name())).map_err(|error| error.to_string())?;
    }
    for (name, variant) in variants {
        write(&service.join(format!("{name}.rs")), &variant.text)?;
    }
    let path = folder.join("swapped");
    let mut compiled: BTreeSet<String> = variants.iter().map(|(name, _)| name.clone()).collect();
    for _ in 0..PASSES_MAX {
        write(&folder.join("main.rs"), &program(&compiled))?;
        let refused = rustc(built, folder, &path)?;
        if refused.is_empty() {
            return Ok(Program { path, compiled });
        }
        compiled.retain(|name| !refused.contains(name));
    }
    Err(format!("rustc finds other faults each of {PASSES_MAX} times"))
}

/// The program: which variant it serves is said by `SWAPPED`.
fn program(names: &BTreeSet<String>) -> String {
    let mut text = String::from(
        "mod service {\n    pub mod model;\n    use opwright_runtime::generated::Service;\n    \
         const SCHEMA: &str = include_str!(\"service/schema.json\");\n    \
         const DATA: &str = include_str!(\"service/data.json\");\n",
    );
    for name in names {
        let _ = writeln!(
            text,
            "    pub mod {name};\n    pub static {}: Service = Service {{ schema: SCHEMA, data: DATA, scenarios: \"[]\", operations: &[&{name}::OPERATION], rules: &[], members: &[] }};",
            name.to_uppercase()
        );
    }
    text.push_str("}\nfn main() -> std::process::ExitCode {\n    let asked = std::env::var(\"SWAPPED\").unwrap_or_default();\n    let service = match asked.as_str() {\n");
    for name in names {
        let _ = writeln!(text, "        \"{name}\" => &service::{},", name.to_uppercase());
    }
    text.push_str("        _ => return std::process::ExitCode::FAILURE,\n    };\n    opwright_runtime::main(service)\n}\n");
    text
}

/// Asks rustc; the names of the variants that it refuses.
fn rustc(built: &Built, folder: &Path, to: &Path) -> Result<BTreeSet<String>, Failed> {
    let runtime = built.runtime()?;
    let dependencies = runtime.parent().map(|debug| debug.join("deps")).unwrap_or_default();
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args([
        "--edition",
        "2024",
        "--crate-name",
        "swapped",
        "--error-format",
        "json",
        "--cap-lints",
        "allow",
    ]);
    command.arg("-L").arg(format!("dependency={}", dependencies.display()));
    command.arg("--extern").arg(format!("opwright_runtime={}", runtime.display()));
    command.arg("main.rs").arg("-o").arg(to).current_dir(folder);
    let done = command.output().map_err(|error| format!("cannot run rustc: {error}"))?;
    if done.status.success() {
        return Ok(BTreeSet::new());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let faults = said.lines().filter_map(|line| Json::parse(line).ok());
    let faults = faults.filter(|fault| text(fault, "level") == "error");
    let refused: BTreeSet<String> = faults.filter_map(|fault| place(&fault)).collect();
    if refused.is_empty() {
        return Err(format!("rustc: {said}"));
    }
    Ok(refused)
}

/// The variant that a fault is in.
fn place(fault: &Json) -> Option<String> {
    let Json::List(spans) = fault.get("spans")? else { return None };
    let file = spans.iter().find_map(|span| span.get("file_name")?.as_text())?;
    Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned())
}

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json.get(key).and_then(Json::as_text).unwrap_or_default()
}

fn write(file: &Path, text: &str) -> Result<(), Failed> {
    std::fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}
