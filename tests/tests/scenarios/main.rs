//! Scenarios are run as tests are: this target is the target of a service with scenarios, some of them wrong, and looks
//! at what it says about them. The scenarios of the language are run the same way.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod language;

mod small_shop {
    include!(concat!(env!("OUT_DIR"), "/scenarios/mod.rs"));
}

use opwright_tests::harness::{Need, Trials};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Set where this process is the target of the service.
const AS_TARGET: &str = "OPWRIGHT_TEST_SCENARIOS";

fn main() -> ExitCode {
    if let Some(service) = std::env::var_os(AS_TARGET) {
        let language = service == "language";
        return opwright_runtime::scenario::main(if language {
            &language::SERVICE
        } else {
            &small_shop::SERVICE
        });
    }
    let mut trials = Trials::new();
    trials.test("the_language_is_as_its_page_says::sqlite", || promised("sqlite"));
    trials.with("the_language_is_as_its_page_says::postgres", Need::Postgres, |_| promised("postgres"));
    language::trials(&mut trials);
    trials.test("right_ones_pass::sqlite", || right("sqlite"));
    trials.with("right_ones_pass::postgres", Need::Postgres, |_| right("postgres"));
    trials.test("of_wrong_ones_is_said_what_differs::sqlite", || wrong("sqlite"));
    trials.with("of_wrong_ones_is_said_what_differs::postgres", Need::Postgres, |_| wrong("postgres"));
    trials.test("what_cannot_run_is_ignored_with_the_reason", ignored);
    trials.test("names_are_listed_as_test_runners_read_them", listed);
    trials.run()
}

/// Runs the target: exit code and what it prints.
fn target(arguments: &[&str], postgres: bool) -> (Option<i32>, String) {
    target_of("small_shop", arguments, postgres)
}

fn target_of(service: &str, arguments: &[&str], postgres: bool) -> (Option<i32>, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).env(AS_TARGET, service);
    if !postgres {
        command.env_remove(Need::Postgres.variable());
    }
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn right(database: &str) {
    let (code, said) = target(&[&format!("scenario::{database}::right")], true);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("\ntest result: ok. 7 passed; 0 failed; 0 ignored; 0 measured;"), "{said}");
}

/// The scenarios that `tests/promises.yaml` names, all of them.
fn promised(database: &str) {
    let (code, said) = target_of("language", &[&format!("scenario::{database}::")], true);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(" 0 failed; 0 ignored;") && !said.contains(" 0 passed"), "{said}");
}

/// On both databases the same is said; `UPDATE_EXPECT=1 cargo test` writes it.
fn wrong(database: &str) {
    let (code, said) =
        target(&[&format!("scenario::{database}::wrong"), "--test-threads", "1", "--nocapture"], true);
    assert_eq!(code, Some(101), "{said}");
    let said = said.replace(&format!("scenario::{database}::"), "scenario::");
    // What differs from run to run: times, and how many others there are.
    let lines = said.lines().map(|line| match line.split_once(" µs  ") {
        Some((_, rest)) => format!("           {rest}\n"),
        None => format!("{line}\n"),
    });
    let said: String = lines.collect();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/wrong.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() && database == "sqlite" {
        std::fs::write(&golden, &said).unwrap();
    }
    assert_eq!(said, std::fs::read_to_string(golden).unwrap_or_default());
}

fn ignored() {
    let one = "right, a rule of the input refuses";
    let (code, said) = target(&[one], false);
    assert_eq!(code, Some(0), "{said}");
    let line = format!("test scenario::postgres::{one} ... ignored, OPWRIGHT_TEST_POSTGRES is not set\n");
    assert!(said.contains(&line), "{said}");
    assert!(said.contains("test result: ok. 1 passed; 0 failed; 1 ignored;"), "{said}");
    // Of many it is said once, and none of them passes.
    let (code, said) = target(&["right"], false);
    assert_eq!(code, Some(0), "{said}");
    let line = "\nNOT RUN: 7 scenarios on postgres, each named scenario::postgres::… ... ignored, OPWRIGHT_TEST_POSTGRES is not set\n";
    assert!(said.contains(line), "{said}");
    assert_eq!(said.matches("postgres").count(), 2, "{said}");
    assert_eq!(said.matches("test scenario::sqlite::right").count(), 7, "each that ran is named: {said}");
    assert!(said.contains("test result: ok. 7 passed; 0 failed; 7 ignored;"), "{said}");
    // Who asks for it all the same is told why not.
    let (code, said) = target(&[one, "--include-ignored"], false);
    assert_eq!(code, Some(101), "{said}");
    assert!(said.contains("test result: FAILED. 1 passed; 1 failed; 0 ignored;"), "{said}");
}

fn listed() {
    let (code, all) = target(&["--list", "--format", "terse"], false);
    assert_eq!(code, Some(0));
    assert_eq!(all.lines().count(), 40, "{all}");
    assert!(all.lines().all(|line| line.starts_with("scenario::") && line.ends_with(": test")), "{all}");
    let (_, ignored) = target(&["--list", "--format", "terse", "--ignored"], false);
    assert_eq!(ignored.lines().count(), 20, "{ignored}");
    let name = "scenario::sqlite::right, ids of new rows are counted by prefix";
    let (code, said) = target(&[name, "--exact"], false);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("test {name} ... ok\n")), "{said}");
    assert_eq!(target(&["--lisst"], false).0, Some(2));
}
