//! `cargo xtask new`: what `opwright new` makes is built, tested and served, as somebody does who has just come.
//!
//! ```text
//! opwright new shop --runtime .     ─▶ cargo test ─▶ serve ─▶ an answer
//! opwright new shop + a directory source with the packaged crates ─▶ the same
//! ```

use crate::Failed;
use crate::tools::{cargo, root, scratch};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) const HELP: &str = "\
cargo xtask new: build, test and serve what `opwright new` makes

Once with the crates of this folder, and once with the packaged crates in a directory source that stands for the registry,
as a machine without a network has them (`cargo vendor` fetches what cargo has not here yet). Both are built from nothing, so
it takes some minutes.
";

/// The crates that a service needs, in the order in which they are published.
const CRATES: [&str; 4] = ["opwright-values", "opwright-tracer", "opwright-codegen", "opwright-runtime"];

/// Runs it; `false` if a project does not do what it should.
pub(crate) fn run() -> Result<bool, Failed> {
    let folder = scratch("new")?;
    if !cargo(&["build", "--quiet", "--package", "opwright-cli"], &[])? {
        return Err("the command `opwright` cannot be built".to_owned());
    }
    let (local, vendored) = (folder.join("local"), folder.join("vendored"));
    make(&local, Some(&root()))?;
    println!("with the crates of this folder:");
    let good = try_out(&local)?;
    make(&vendored, None)?;
    vendor(&folder, &vendored)?;
    println!("with a directory source:");
    Ok(try_out(&vendored)? && good)
}

fn make(folder: &Path, runtime: Option<&Path>) -> Result<(), Failed> {
    let mut command = Command::new(root().join("target/debug/opwright"));
    command.args(["new", "shop", "--path"]).arg(folder);
    if let Some(runtime) = runtime {
        command.arg("--runtime").arg(runtime);
    }
    run_in(&root(), &mut command)?;
    // The versions that were tested here: those that a registry has by now are not the point.
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).map_err(|error| error.to_string())?;
    Ok(())
}

/// Puts all crates into a folder, and tells cargo to take them from there.
fn vendor(folder: &Path, project: &Path) -> Result<(), Failed> {
    let crates = folder.join("crates");
    let mut command = cargo_in(&root());
    run_in(&root(), command.args(["vendor", "--quiet", "--locked", "--versioned-dirs"]).arg(&crates))?;
    let mut command = cargo_in(&root());
    command.args(["package", "--quiet", "--no-verify", "--allow-dirty", "--exclude-lockfile"]);
    run_in(&root(), command.args(CRATES.iter().flat_map(|name| ["--package", name])))?;
    for name in CRATES {
        let named = format!("{name}-{}", env!("CARGO_PKG_VERSION"));
        let packed = root().join(format!("target/package/{named}.crate"));
        run_in(&crates, Command::new("tar").arg("-xzf").arg(packed))?;
        let sums = crates.join(named).join(".cargo-checksum.json");
        std::fs::write(sums, "{\"files\":{}}").map_err(|error| error.to_string())?;
    }
    let config = "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\ndirectory = \"../crates\"\n";
    let there = project.join(".cargo");
    std::fs::create_dir_all(&there).map_err(|error| error.to_string())?;
    std::fs::write(there.join("config.toml"), config).map_err(|error| error.to_string())
}

/// Runs the scenarios of a project, and serves it until it says what to call.
fn try_out(project: &Path) -> Result<bool, Failed> {
    let tested = cargo_in(project).args(["test", "--quiet", "--offline"]).status();
    if !tested.map_err(|error| format!("cannot run cargo: {error}"))?.success() {
        println!("the scenarios of {} do not pass", project.display());
        return Ok(false);
    }
    let program = root().join("target/new/debug/shop");
    let mut service = Command::new(program)
        .args(["--listen", "127.0.0.1:0", "--database", "sqlite:demo.db", "--demo"])
        .current_dir(project)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start the service: {error}"))?;
    let said = service.stdout.take().map(BufReader::new);
    let call =
        said.and_then(|said| said.lines().map_while(Result::ok).find(|line| line.contains("  call  ")));
    println!("{}", call.as_deref().unwrap_or("the service does not say what to call"));
    let answered = call.is_some_and(|call| {
        let line = call.trim_start().trim_start_matches("call").trim();
        let answer = Command::new("sh").args(["-c", line]).output();
        answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("\"run\""))
    });
    drop(service.kill());
    drop(service.wait());
    Ok(answered)
}

/// Cargo in a folder; both projects share what they build.
fn cargo_in(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder).env("CARGO_TARGET_DIR", root().join("target/new"));
    if folder == root() {
        command.env_remove("CARGO_TARGET_DIR");
    }
    command
}

fn run_in(folder: &Path, command: &mut Command) -> Result<(), Failed> {
    let output = command.current_dir(folder).stdout(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot run {command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{command:?} failed:\n{said}")) }
}
