//! The JSON Schema takes what the compiler takes, and knows no key that the compiler does not know.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod validator;

use opwright_codegen::reference;
use opwright_codegen::report::Report;
use opwright_codegen::source::Sources;
use serde::Deserialize;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema() -> Json {
    serde_json::from_str(&reference::schema()).unwrap()
}

fn specs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            specs(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
}

/// What is wrong with the documents of a file.
fn faults(schema: &Json, text: &str) -> Vec<String> {
    let documents = serde_yaml::Deserializer::from_str(text).map(Json::deserialize);
    documents
        .filter_map(|document| match document {
            Ok(document) => validator::fault(schema, &document),
            Err(error) => Some(error.to_string()),
        })
        .collect()
}

/// `UPDATE_EXPECT=1 cargo test` writes it.
#[test]
fn the_schema_in_the_repository_is_of_this_version() {
    let path = root().join("docs/opwright.schema.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, reference::schema()).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap();
    assert!(there == reference::schema(), "docs/opwright.schema.json is of another version");
}

#[test]
fn every_spec_fits() {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    specs(&root().join("specs"), &mut found);
    specs(&root().join("tests/specs"), &mut found);
    specs(&root().join("codegen/tests/diagnostics"), &mut found);
    let whole = |path: &PathBuf| {
        let path = path.to_string_lossy();
        !path.contains("diagnostics") || path.contains("/fixed/") || path.ends_with("base.yaml")
    };
    found.retain(whole);
    assert!(found.len() > 100, "{} specs", found.len());
    let schema = schema();
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        wrong.extend(faults(&schema, &text).iter().map(|fault| format!("{}{fault}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn specs_say_where_their_schema_is() {
    let mut found = Vec::new();
    specs(&root().join("specs"), &mut found);
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let line = text.lines().next().unwrap_or_default();
        let Some(schema) = line.strip_prefix("# yaml-language-server: $schema=") else {
            panic!("{} does not begin with its schema", path.display());
        };
        assert!(path.parent().unwrap().join(schema).exists(), "{}: {line}", path.display());
    }
}

/// Each key of the help desk is misspelt once: where the compiler does not know it, the schema does not either.
#[test]
fn what_is_no_key_is_none_for_an_editor() {
    let schema = schema();
    let folder = root().join("specs/helpdesk");
    let files: Vec<(String, String)> = {
        let sources = opwright_codegen::files::read(&folder).unwrap();
        sources.files().map(|(_, file)| (file.name.clone(), file.text.clone())).collect()
    };
    let mut unknown = 0;
    for (name, text) in &files {
        for (at, line) in text.lines().enumerate() {
            let Some(key) = key_of(line) else { continue };
            let misspelt = line.replacen(&format!("{key}:"), &format!("{key}x:"), 1);
            let mut lines: Vec<&str> = text.lines().collect();
            lines[at] = &misspelt;
            let changed = lines.join("\n") + "\n";
            let (mut sources, mut report) = (Sources::default(), Report::default());
            sources.add(name.clone(), changed.clone());
            opwright_codegen::decl::read(&sources, &mut report);
            if report.sorted().iter().any(|it| it.code == "E0101") {
                unknown += 1;
                assert!(!faults(&schema, &changed).is_empty(), "an editor takes `{misspelt}`");
            }
        }
    }
    assert!(unknown > 100, "{unknown} keys");
}

/// The key that a line begins with.
fn key_of(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches("- ");
    let (key, _) = line.split_once(':')?;
    let word = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    word.then_some(key)
}
