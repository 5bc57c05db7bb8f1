//! Every mistake has a golden: broken specs, the report that they get, and the fix that makes them pass.
//!
//! ```text
//! tests/diagnostics/base.yaml                    a small service that every case adds to
//! tests/diagnostics/0101_misspelt_key/
//!     spec.yaml                                  with the mistake
//!     expected.txt                               the report; `UPDATE_EXPECT=1 cargo test` writes it
//!     fixed/spec.yaml                            without it
//! ```
//!
//! What is no fault, but probably not meant, has a case that begins with `warning_`.
//!
//! A change that a report offers, made by itself, mends the fault and brings no other.
//!
//! A case that declares a service of its own is read without the base.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use opwright_codegen::report::{Diagnostic, codes, render};
use opwright_codegen::source::{Sources, Span};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

fn sources(folder: &Path) -> Sources {
    let files: Vec<(String, String)> = entries(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text(&path)))
        .collect();
    assert!(!files.is_empty(), "{} holds no specs", folder.display());
    let own = files.iter().any(|(_, text)| text.lines().any(|line| line.starts_with("service:")));
    let mut sources = Sources::default();
    if !own {
        sources.add("base.yaml", text(&root().join("base.yaml")));
    }
    for (name, text) in files {
        sources.add(name, text);
    }
    sources
}

fn said(faults: &[Diagnostic], sources: &Sources) -> String {
    faults.iter().map(|fault| render::text(fault, sources, false) + "\n\n").collect()
}

/// What is told of specs: faults, or else warnings.
fn told(sources: &Sources) -> Vec<Diagnostic> {
    match opwright_codegen::check(sources) {
        Ok(model) => model.warnings,
        Err(report) => report.sorted(),
    }
}

fn cases() -> Vec<PathBuf> {
    entries(&root()).into_iter().filter(|path| path.is_dir()).collect()
}

#[test]
fn every_mistake_is_reported_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let broken = sources(&case);
        let faults = told(&broken);
        let found = said(&faults, &broken);
        let number = name.split('_').next().unwrap_or("");
        let code = if number == "warning" { String::new() } else { format!("E{number}") };
        if !faults.iter().any(|fault| fault.code == code) {
            wrong.push(format!("{name}: no {code} among\n{found}"));
        }
        let expected = case.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&expected, &found).unwrap_or_else(|error| panic!("{name}: {error}"));
        } else if !expected.exists() || text(&expected) != found {
            wrong.push(format!("{name}: not as expected:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_mistake_has_a_fix() {
    let mut wrong = Vec::new();
    for case in cases() {
        let fixed = sources(&case.join("fixed"));
        let warns = case.file_name().is_some_and(|name| name.to_string_lossy().starts_with("warning_"));
        let faults = told(&fixed);
        if faults.iter().any(|fault| warns || !fault.is_warning()) {
            wrong.push(format!("{}: the fix is refused:\n{}", case.display(), said(&faults, &fixed)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_are_enough_and_all_are_in_the_catalogue() {
    let cases = cases();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    let known: BTreeSet<&str> = codes::CODES.iter().map(|code| code.code).collect();
    for case in &cases {
        let broken = sources(case);
        for fault in told(&broken) {
            assert!(
                fault.is_warning() || known.contains(fault.code),
                "{} is not in the catalogue",
                fault.code
            );
            assert!(!fault.message.ends_with('.'), "{}", fault.message);
            assert!(!fault.message.starts_with(|c: char| c.is_uppercase()), "{}", fault.message);
        }
    }
}

#[test]
fn json_says_the_same_as_the_text() {
    for case in cases() {
        let broken = sources(&case);
        let found = told(&broken);
        let json = render::json(&found, &broken);
        assert_eq!(json.lines().count(), found.len());
        for (line, fault) in json.lines().zip(&found) {
            let line: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
            assert_eq!(line["code"], fault.code);
            assert_eq!(line["place"]["underlined"], broken.text(fault.span));
        }
    }
}

/// Specs with one change made.
fn changed(sources: &Sources, (place, by): &(Span, String)) -> Sources {
    let mut after = Sources::default();
    for (id, file) in sources.files() {
        let mut text = file.text.clone();
        if id == place.file {
            let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
            text.replace_range(at(place.start)..at(place.end), by);
        }
        after.add(file.name.clone(), text);
    }
    after
}

/// What is told of specs behind a change that was not told before.
fn told_besides(fault: &Diagnostic, before: &[Diagnostic], after: &Sources) -> Vec<Diagnostic> {
    let is_known =
        |it: &Diagnostic| before.iter().any(|known| (known.code, &known.message) == (it.code, &it.message));
    // Where a file could not be read, all that it says is looked at now.
    let of_yaml = |it: &Diagnostic| ["E0001", "E0102", "E0103"].contains(&it.code);
    let counts = |it: &Diagnostic| !it.is_warning() && !is_known(it) && (of_yaml(it) || !of_yaml(fault));
    told(after).into_iter().filter(counts).collect()
}

#[test]
fn a_change_mends_what_it_is_for_and_nothing_follows() {
    let mut wrong = Vec::new();
    for case in cases() {
        let broken = sources(&case);
        let faults = told(&broken);
        for fault in &faults {
            let Some(change) = &fault.patch else { continue };
            let after = changed(&broken, change);
            let besides = told_besides(fault, &faults, &after);
            let left = |of: &[Diagnostic]| of.iter().filter(|it| it.message == fault.message).count();
            if !besides.is_empty() || left(&told(&after)) >= left(&faults) {
                wrong.push(format!("{}: {change:?}\n{}", case.display(), said(&besides, &after)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
