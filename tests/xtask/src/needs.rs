//! What tests need besides Rust: found, installed where that is possible, or said to be missing.

use crate::Failed;
use crate::postgres::Postgres;
use crate::tools::{cargo, find, install};

/// What is here, as variables for the tests, and what is not.
pub(crate) struct Needs {
    /// Kept until the tests are over.
    _postgres: Option<Postgres>,
    env: Vec<(&'static str, String)>,
    /// Which tests do not run, and why.
    pub(crate) missing: Vec<(&'static str, String)>,
}

impl Needs {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { _postgres: None, env: Vec::new(), missing: Vec::new() }
    }

    /// A private PostgreSQL.
    pub(crate) fn postgres(mut self) -> Self {
        match Postgres::start() {
            Ok(server) => {
                self.env.push(("OPWRIGHT_TEST_POSTGRES", server.url("postgres")));
                self._postgres = Some(server);
            }
            Err(why) => self.lacks("tests on PostgreSQL", why),
        }
        self
    }

    /// Graphviz.
    pub(crate) fn dot(self) -> Self {
        self.program("tests with Graphviz", "dot", "OPWRIGHT_TEST_DOT", "graphviz")
    }

    /// A browser.
    pub(crate) fn chromium(self) -> Self {
        self.program("tests in a browser", "chromium", "OPWRIGHT_TEST_CHROMIUM", "chromium")
    }

    fn program(mut self, tests: &'static str, name: &str, variable: &'static str, package: &str) -> Self {
        if find(name).is_none() {
            install(&[package]);
        }
        match find(name) {
            Some(path) => self.env.push((variable, path.display().to_string())),
            None => self.lacks(tests, format!("`{name}` is not here; install it: apt-get install {package}")),
        }
        self
    }

    fn lacks(&mut self, tests: &'static str, why: String) {
        println!("{tests}: {why}");
        self.missing.push((tests, why));
    }

    /// The variables.
    pub(crate) fn env(&self) -> Vec<(&str, &str)> {
        self.env.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// Whether there is a PostgreSQL.
    pub(crate) fn has_postgres(&self) -> bool {
        self._postgres.is_some()
    }
}

/// Runs tests of the workspace with cargo-nextest, which is installed if it is missing; else with cargo's own runner.
/// `targets` are names of test targets, all if there are none.
pub(crate) fn run_tests(targets: &[&str], env: &[(&str, &str)]) -> Result<bool, Failed> {
    if find("cargo-nextest").is_none() {
        println!("cargo-nextest is not here: installing it");
        cargo(&["install", "cargo-nextest", "--locked", "--quiet"], &[])?;
    }
    let nextest = find("cargo-nextest").is_some();
    let mut args = if nextest { vec!["nextest", "run"] } else { vec!["test"] };
    args.extend(["--workspace", "--no-fail-fast"]);
    if !nextest {
        println!("cargo-nextest could not be installed: cargo test runs the tests");
        if targets.is_empty() {
            args.extend(["--lib", "--bins", "--tests"]);
        }
    }
    args.extend(targets.iter().flat_map(|target| ["--test", *target]));
    cargo(&args, env)
}
