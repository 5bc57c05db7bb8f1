//! The harness of tests that need more than Rust: what they need and is not here is the reason why they are not run.
//!
//! ```text
//! $ cargo test -p opwright-tests
//! test                                                          calls::sqlite   ... ok
//! test [OPWRIGHT_TEST_POSTGRES is not set: cargo xtask test]    calls::postgres ... ignored
//! ```
//!
//! A test target without cargo's own harness (`harness = false`) makes a list of trials and runs it:
//!
//! ```no_run
//! use opwright_tests::harness::{Need, Trials};
//! fn main() -> std::process::ExitCode {
//!     let mut trials = Trials::new();
//!     trials.on_databases("a_call", |database| { database.url(); });
//!     trials.with("a_page", Need::Chromium, |chromium| { assert!(chromium.ends_with("chromium")); });
//!     trials.run()
//! }
//! ```

use crate::database::Database;
use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

/// What a test needs besides Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A server of PostgreSQL whose user may create databases.
    Postgres,
    /// Graphviz.
    Dot,
    /// A browser.
    Chromium,
}

impl Need {
    /// The variable that says where it is.
    pub fn variable(self) -> &'static str {
        match self {
            Need::Postgres => "OPWRIGHT_TEST_POSTGRES",
            Need::Dot => "OPWRIGHT_TEST_DOT",
            Need::Chromium => "OPWRIGHT_TEST_CHROMIUM",
        }
    }

    /// Where it is: an address or a program.
    pub fn place(self) -> Option<String> {
        std::env::var(self.variable()).ok().filter(|place| !place.is_empty())
    }
}

/// The tests of a target.
#[derive(Default)]
pub struct Trials {
    all: Vec<Trial>,
}

impl Trials {
    /// No test yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A test that needs nothing.
    pub fn test(&mut self, name: &str, test: impl FnOnce() + Send + 'static) {
        self.all.push(Trial::test(name, move || {
            test();
            Ok(())
        }));
    }

    /// A test that cannot run if something is missing; this says what.
    pub fn unless(
        &mut self,
        name: &str,
        missing: Option<&'static str>,
        test: impl FnOnce() + Send + 'static,
    ) {
        let Some(missing) = missing else { return self.test(name, test) };
        let trial = Trial::test(name, move || Err(missing.into()));
        self.all.push(trial.with_kind(missing).with_ignored_flag(true));
    }

    /// A test that needs something, and is told where it is.
    pub fn with(&mut self, name: &str, need: Need, test: impl FnOnce(&str) + Send + 'static) {
        let reason = format!("{} is not set: cargo xtask test", need.variable());
        let place = need.place();
        let here = place.is_some();
        let trial = Trial::test(name, {
            let reason = reason.clone();
            move || {
                // Only who asks for ignored tests as well gets here without the place.
                test(&place.ok_or(reason)?);
                Ok(())
            }
        });
        self.all.push(if here { trial } else { trial.with_kind(reason).with_ignored_flag(true) });
    }

    /// A test that runs on a new database of each kind.
    pub fn on_databases(&mut self, name: &str, test: impl Fn(&Database) + Send + Sync + Clone + 'static) {
        let other = test.clone();
        self.test(&format!("{name}::sqlite"), move || test(&Database::sqlite()));
        self.with(&format!("{name}::postgres"), Need::Postgres, move |url| other(&Database::postgres(url)));
    }

    /// Runs what the command line asks for.
    pub fn run(self) -> ExitCode {
        libtest_mimic::run(&Arguments::from_args(), self.all).exit_code()
    }
}
