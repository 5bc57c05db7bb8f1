//! Steps that are all run, whatever becomes of them, and a table of what became of them.

use crate::Failed;
use std::time::{Duration, Instant};

/// How a step ended.
enum End {
    Passed,
    Failed,
    /// It could not run, and why.
    NotRun(String),
}

/// What has been run.
pub(crate) struct Steps {
    all: Vec<(&'static str, End, Duration)>,
    start: Instant,
}

impl Steps {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { all: Vec::new(), start: Instant::now() }
    }

    /// Runs one.
    pub(crate) fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<bool, Failed>) {
        println!("\n── {name} ──");
        let start = Instant::now();
        let end = match step() {
            Ok(true) => End::Passed,
            Ok(false) => End::Failed,
            Err(error) => {
                println!("{error}");
                End::Failed
            }
        };
        self.all.push((name, end, start.elapsed()));
    }

    /// One that cannot run.
    pub(crate) fn cannot(&mut self, name: &'static str, why: &str) {
        self.all.push((name, End::NotRun(why.to_owned()), Duration::ZERO));
    }

    /// Prints the table; `false` if anything failed.
    pub(crate) fn end(self) -> bool {
        println!("\n── all in {:.0} s ──", self.start.elapsed().as_secs_f64());
        let (mut passed, mut failed, mut not_run) = (0, 0, 0);
        for (name, end, took) in &self.all {
            let took = took.as_secs_f64();
            match end {
                End::Passed => {
                    passed += 1;
                    println!("{name:<22} {took:>6.0} s  passed");
                }
                End::Failed => {
                    failed += 1;
                    println!("{name:<22} {took:>6.0} s  FAILED");
                }
                End::NotRun(why) => {
                    not_run += 1;
                    println!("{name:<22} {:>8}  NOT RUN: {why}", "");
                }
            }
        }
        println!("{passed} passed, {failed} failed, {not_run} skipped");
        failed == 0
    }
}
