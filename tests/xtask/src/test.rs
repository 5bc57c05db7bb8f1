//! `cargo xtask test`: gets what the tests need, runs every test, and says plainly what could not be run.

use crate::Failed;
use crate::postgres::Postgres;
use crate::tools::{cargo, find, install, root};
use std::time::{Duration, Instant};

/// How a step ended.
enum End {
    Passed,
    Failed,
    /// It could not run, and why.
    NotRun(String),
}

struct Step {
    name: &'static str,
    end: End,
    took: Duration,
}

/// Runs everything; `false` if anything failed.
pub(crate) fn run() -> Result<bool, Failed> {
    let start = Instant::now();
    let mut steps: Vec<Step> = Vec::new();
    let postgres = Postgres::start();
    let mut env: Vec<(&str, String)> = Vec::new();
    match &postgres {
        Ok(server) => env.push(("OPWRIGHT_TEST_POSTGRES", server.url("postgres"))),
        Err(why) => println!("PostgreSQL: {why}"),
    }
    for (name, variable, package) in
        [("dot", "OPWRIGHT_TEST_DOT", "graphviz"), ("chromium", "OPWRIGHT_TEST_CHROMIUM", "chromium")]
    {
        if find(name).is_none() {
            install(&[package]);
        }
        match find(name) {
            Some(path) => env.push((variable, path.display().to_string())),
            None => println!("{name} is not here; install it: `apt-get install {package}`"),
        }
    }
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    step(&mut steps, "format", || cargo(&["fmt", "--all", "--check"], &[]));
    step(&mut steps, "lint", crate::lint::run);
    step(&mut steps, "clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])
    });
    step(&mut steps, "tests", || tests(&env));
    step(&mut steps, "doc tests", || cargo(&["test", "--workspace", "--doc", "--quiet"], &[]));
    replay(&mut steps, postgres.is_ok());
    missing(&mut steps, &env);
    drop(postgres);
    Ok(summary(&steps, start.elapsed()))
}

fn step(steps: &mut Vec<Step>, name: &'static str, run: impl FnOnce() -> Result<bool, Failed>) {
    println!("\n── {name} ──");
    let start = Instant::now();
    let end = match run() {
        Ok(true) => End::Passed,
        Ok(false) => End::Failed,
        Err(error) => {
            println!("{error}");
            End::Failed
        }
    };
    steps.push(Step { name, end, took: start.elapsed() });
}

/// With cargo-nextest, which is installed if it is missing; else with cargo's own runner.
fn tests(env: &[(&str, &str)]) -> Result<bool, Failed> {
    if find("cargo-nextest").is_none() {
        println!("installing cargo-nextest");
        cargo(&["install", "cargo-nextest", "--locked", "--quiet"], &[])?;
    }
    if find("cargo-nextest").is_some() {
        return cargo(&["nextest", "run", "--workspace", "--no-fail-fast"], env);
    }
    println!("cargo-nextest could not be installed; cargo test runs the tests");
    cargo(&["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"], env)
}

/// The cases of the shop, where they are.
fn replay(steps: &mut Vec<Step>, postgres: bool) {
    let folder = root().join("../shared/retail");
    if !folder.join("db.json").is_file() {
        let why = "the cases are not here".to_owned();
        steps.push(Step { name: "replay of the shop", end: End::NotRun(why), took: Duration::ZERO });
        return;
    }
    let databases: &[&str] = if postgres { &["sqlite", "postgres"] } else { &["sqlite"] };
    step(steps, "replay of the shop", || crate::replay::replay(&folder, databases, None));
}

/// What is missing is said, never counted as passed.
fn missing(steps: &mut Vec<Step>, env: &[(&str, &str)]) {
    let needs = [
        ("tests on PostgreSQL", "OPWRIGHT_TEST_POSTGRES", "there is no PostgreSQL"),
        ("tests with Graphviz", "OPWRIGHT_TEST_DOT", "there is no `dot`"),
        ("tests in a browser", "OPWRIGHT_TEST_CHROMIUM", "there is no Chromium"),
    ];
    for (name, variable, why) in needs {
        if !env.iter().any(|(known, _)| *known == variable) {
            steps.push(Step { name, end: End::NotRun(why.to_owned()), took: Duration::ZERO });
        }
    }
}

fn summary(steps: &[Step], took: Duration) -> bool {
    println!("\n── all in {:.0} s ──", took.as_secs_f64());
    let (mut passed, mut failed, mut not_run) = (0, 0, 0);
    for step in steps {
        let said = match &step.end {
            End::Passed => {
                passed += 1;
                "passed".to_owned()
            }
            End::Failed => {
                failed += 1;
                "FAILED".to_owned()
            }
            End::NotRun(why) => {
                not_run += 1;
                format!("NOT RUN: {why}")
            }
        };
        println!("{:<22} {:>6.0} s  {said}", step.name, step.took.as_secs_f64());
    }
    println!("{passed} passed, {failed} failed, {not_run} skipped");
    failed == 0
}
