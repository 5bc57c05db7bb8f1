//! `cargo xtask scale`: how the compiler, and rustc behind it, grow with the number of operations.
//!
//! ```text
//! 1,000 and 10,000 operations   opwright check · opwright emit                     in a release build
//! 1,000 operations              cargo check of the generated crate · again after one operation has changed
//! ```

mod specs;

use crate::Failed;
use crate::tools::{cargo, root, scratch};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

pub(crate) const HELP: &str = "\
cargo xtask scale: measure the compiler with 1,000 and 10,000 operations

Each operation has three arguments, three rules, one write and one event. Asked of 1,000 of them: `opwright check` and
the emission in a second each, ten times that for 10,000; `cargo check` of the generated crate in 10 s (what it depends
on is built, nothing is incremental), again after one operation has changed in 8 s; 85 generated lines an operation.
The exit code is 1 if a figure is missed. Nothing else should run meanwhile.
";

/// Seconds, and how many lines.
const CHECK_MAX: f64 = 1.0;
const EMIT_MAX: f64 = 1.0;
const CRATE_MAX: f64 = 10.0;
const CHANGED_MAX: f64 = 8.0;
const LINES_MAX: usize = 85;
/// Ten times as many operations take at most so many times as long.
const GROWTH_MAX: f64 = 13.0;

/// Each figure is the best of so many.
const ROUNDS: usize = 3;

/// Measures; `false` if a figure is missed.
pub(crate) fn run() -> Result<bool, Failed> {
    println!("building opwright for release");
    if !cargo(&["build", "--release", "--quiet", "--package", "opwright-cli"], &[])? {
        return Err("opwright does not build".to_owned());
    }
    let folder = scratch("scale")?;
    let (few, many) = (sizes(&folder, 1_000)?, sizes(&folder, 10_000)?);
    let mut good = judge("check, 1,000 operations", few.check, CHECK_MAX, "s");
    good &= judge("emit, 1,000 operations", few.emit, EMIT_MAX, "s");
    good &= judge("check, 10,000 to 1,000", many.check / few.check, GROWTH_MAX, "x");
    good &= judge("emit, 10,000 to 1,000", many.emit / few.emit, GROWTH_MAX, "x");
    let lines = std::fs::read_to_string(few.out.join("change_thing_1.rs")).map_err(failed)?.lines().count();
    #[expect(clippy::cast_precision_loss, reason = "a file has few lines")]
    let judged = judge("lines of an operation", lines as f64, LINES_MAX as f64, "");
    good &= judged;
    let (whole, changed) = generated(&folder, &few.specs)?;
    good &= judge("cargo check, 1,000 operations", whole, CRATE_MAX, "s");
    good &= judge("the same, one operation changed", changed, CHANGED_MAX, "s");
    Ok(good)
}

fn failed(error: std::io::Error) -> Failed {
    error.to_string()
}

fn judge(what: &str, figure: f64, limit: f64, unit: &str) -> bool {
    let good = figure <= limit;
    println!("{what:<34}{figure:>8.2} {unit:<2} of {limit:>5} {}", if good { "" } else { "MISSED" });
    good
}

struct Sizes {
    specs: PathBuf,
    out: PathBuf,
    check: f64,
    emit: f64,
}

fn sizes(folder: &Path, operations: usize) -> Result<Sizes, Failed> {
    let (specs, out) = (folder.join(format!("specs{operations}")), folder.join(format!("out{operations}")));
    specs::write(&specs, operations).map_err(failed)?;
    let program = root().join("target/release/opwright");
    let (of, to) = (specs.display().to_string(), out.display().to_string());
    let check = best(&program, &["check", &of])?;
    // The files are there from the second time on, and only those that differ are written.
    let both = best(&program, &["emit", &of, "--out", &to])?;
    Ok(Sizes { specs, out, check, emit: (both - check).max(0.0) })
}

fn best(program: &Path, arguments: &[&str]) -> Result<f64, Failed> {
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let status = Command::new(program).args(arguments).stdout(Stdio::null()).status().map_err(failed)?;
        if status.success() {
            Ok(start.elapsed().as_secs_f64())
        } else {
            Err(format!("opwright {} fails", arguments.join(" ")))
        }
    });
    times.collect::<Result<Vec<f64>, Failed>>().map(|times| times.into_iter().fold(f64::MAX, f64::min))
}

/// `cargo check` of a crate of these specs: when all that it depends on is built, and after a change.
fn generated(folder: &Path, specs: &Path) -> Result<(f64, f64), Failed> {
    let home = folder.join("crate");
    std::fs::create_dir_all(home.join("src")).map_err(failed)?;
    let of = |part: &str| root().join(part).display().to_string();
    let manifest = format!(
        "[workspace]\n[package]\nname = \"big\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [dependencies]\nopwright-runtime = {{ path = {:?} }}\n\
         [build-dependencies]\nopwright-codegen = {{ path = {:?} }}\n\
         [profile.dev]\nincremental = false\n[profile.dev.build-override]\nopt-level = 1\n",
        of("runtime"),
        of("codegen")
    );
    let build = format!(
        "fn main() -> std::process::ExitCode {{ opwright_codegen::compile({:?}) }}\n",
        specs.display().to_string()
    );
    let main = "mod service { include!(concat!(env!(\"OUT_DIR\"), \"/service/mod.rs\")); }\n\
                fn main() -> std::process::ExitCode { opwright_runtime::main(&service::SERVICE) }\n";
    std::fs::write(home.join("Cargo.toml"), manifest).map_err(failed)?;
    std::fs::copy(root().join("Cargo.lock"), home.join("Cargo.lock")).map_err(failed)?;
    std::fs::write(home.join("build.rs"), build).map_err(failed)?;
    std::fs::write(home.join("src/main.rs"), main).map_err(failed)?;
    println!("building what the generated crate depends on");
    checked(&home)?;
    let (mut whole, mut changed) = (f64::MAX, f64::MAX);
    let spec = specs.join("thing_3.yaml");
    for round in 0..ROUNDS {
        std::fs::write(home.join("src/main.rs"), format!("{main}// {round}\n")).map_err(failed)?;
        whole = whole.min(checked(&home)?);
        let text = std::fs::read_to_string(&spec).map_err(failed)?;
        // The first `closed` of a message: one operation.
        let other = text.replacen("is closed", &format!("is closed ({round})"), 1);
        std::fs::write(&spec, other).map_err(failed)?;
        changed = changed.min(checked(&home)?);
    }
    Ok((whole, changed))
}

fn checked(home: &Path) -> Result<f64, Failed> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["check", "--quiet"]).current_dir(home).env("CARGO_TARGET_DIR", home.join("target"));
    let start = Instant::now();
    if command.status().map_err(failed)?.success() {
        Ok(start.elapsed().as_secs_f64())
    } else {
        Err("the generated crate does not compile".to_owned())
    }
}
