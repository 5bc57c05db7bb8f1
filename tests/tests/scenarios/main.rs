//! Scenarios are run as tests are: this target is the target of a service with scenarios, some of them wrong, and looks
//! at what it says about them. The scenarios of the language are run the same way.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod language;
mod refused;
mod unheard;

mod small_shop {
    include!(concat!(env!("OUT_DIR"), "/scenarios/mod.rs"));
}

mod circles {
    #![expect(clippy::all, reason = "every value is given in one way")]
    include!(concat!(env!("OUT_DIR"), "/circles/mod.rs"));
}

mod excluded {
    include!(concat!(env!("OUT_DIR"), "/excluded/mod.rs"));
}

mod members {
    #![expect(clippy::all, reason = "every value is given in one way")]
    include!(concat!(env!("OUT_DIR"), "/members/mod.rs"));
}

mod rows {
    #![expect(clippy::all, reason = "every value is given in one way")]
    include!(concat!(env!("OUT_DIR"), "/rows/mod.rs"));
}

use opwright_runtime::generated::Service;
use opwright_tests::harness::{Need, Trials};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Set where this process is the target of the service.
const AS_TARGET: &str = "OPWRIGHT_TEST_SCENARIOS";

/// The services whose scenarios all have to pass, by the folder of their specs.
const PASSING: &[(&str, &Service)] = &[
    ("circles", &circles::SERVICE),
    ("excluded", &excluded::SERVICE),
    ("language", &language::SERVICE),
    ("members", &members::SERVICE),
    ("rows", &rows::SERVICE),
];

fn main() -> ExitCode {
    if let Some(service) = std::env::var_os(AS_TARGET) {
        let passing = PASSING.iter().find(|(name, _)| service == *name);
        return opwright_runtime::scenario::main(passing.map_or(&small_shop::SERVICE, |(_, it)| it));
    }
    let mut trials = Trials::new();
    for (name, _) in PASSING {
        trials.test(&format!("all_of_{name}_pass::sqlite"), || all_pass(name, "sqlite"));
        trials.with(&format!("all_of_{name}_pass::postgres"), Need::Postgres, |_| all_pass(name, "postgres"));
    }
    trials.test("no_scenario_is_left_out", none_left_out);
    language::trials(&mut trials);
    refused::trials(&mut trials);
    unheard::trials(&mut trials);
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

/// All scenarios of a service; `tests/promises.yaml` names many of them.
fn all_pass(service: &str, database: &str) {
    let (code, said) = target_of(service, &[&format!("scenario::{database}::")], true);
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

/// Every service of the tests that has a scenario is one of those that are run here.
fn none_left_out() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    for folder in std::fs::read_dir(specs).unwrap().map(|folder| folder.unwrap().path()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let run = name == "scenarios" || PASSING.iter().any(|(known, _)| *known == name);
        assert!(run || !has_scenario(&folder), "nothing runs the scenarios of {}", folder.display());
    }
}

fn has_scenario(path: &Path) -> bool {
    if path.is_dir() {
        return std::fs::read_dir(path).unwrap().any(|inside| has_scenario(&inside.unwrap().path()));
    }
    std::fs::read_to_string(path).unwrap().lines().any(|line| line.starts_with("scenario:"))
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
