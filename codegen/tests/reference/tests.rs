//! The tests that are there, as their sources say: what is named can be run.
//!
//! ```text
//! opwright-tests::guards an_int_has_53_bits            a test or a trial, as nextest names it; `::sqlite` may be left out
//! golden 0301_optional_used                            codegen/tests/diagnostics/0301_optional_used
//! flow a write forgets what goes through the field     codegen/tests/expressions/flows.txt
//! expression order.lines[0].price                      codegen/tests/expressions/expressions.txt
//! value math.div(1.00, 3, 2)                           tests/values.txt
//! scenario a closed ticket is not answered             a scenario of a service whose scenarios are tests
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folders whose scenarios are run as tests, on both databases.
const SCENARIOS: &[&str] = &[
    "specs/helpdesk",
    "specs/retail",
    "tests/specs/scenarios",
    "tests/specs/language",
    "tests/specs/excluded",
];

/// Folders with a crate that has tests.
const CRATES: &[&str] = &[
    "values",
    "tracer",
    "codegen",
    "codegen/cli",
    "runtime",
    "tests",
    "tests/xtask",
    "tests/differential",
    "examples/helpdesk",
    "examples/retail",
];

/// The tests that are there.
pub struct Tests {
    /// By the name of their target: `opwright-tests::guards`.
    by_target: BTreeMap<String, BTreeSet<String>>,
    scenarios: BTreeSet<String>,
    flows: BTreeSet<String>,
    expressions: BTreeSet<String>,
    values: BTreeSet<String>,
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of the repository.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

impl Tests {
    /// Looks for them.
    pub fn new() -> Self {
        let (mut by_target, mut scenarios) = (BTreeMap::new(), BTreeSet::new());
        for folder in CRATES {
            targets(folder, &mut by_target);
        }
        for folder in SCENARIOS {
            for file in files(&root().join(folder), "yaml") {
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                let names = text.lines().filter_map(|line| line.strip_prefix("scenario: "));
                scenarios.extend(names.map(|name| name.trim_matches(['"', '\'']).replace("''", "'")));
            }
        }
        let lines = |name: &str, prefix: &str| -> BTreeSet<String> {
            let text = text(name);
            text.lines().filter_map(|line| line.strip_prefix(prefix)).map(str::to_owned).collect()
        };
        let values = text("tests/values.txt");
        let values = values.lines().filter_map(|line| Some(line.split_once(" = ")?.0.trim().to_owned()));
        Tests {
            by_target,
            scenarios,
            flows: lines("codegen/tests/expressions/flows.txt", "=== "),
            expressions: lines("codegen/tests/expressions/expressions.txt", ""),
            values: values.collect(),
        }
    }

    /// Why there is no such test, if there is none.
    pub fn missing(&self, name: &str) -> Option<String> {
        let (kind, rest) = name.split_once(' ').unwrap_or((name, ""));
        let (known, place) = match kind {
            "golden" => {
                let folder = root().join("codegen/tests/diagnostics").join(rest);
                (folder.join("expected.txt").exists(), "in codegen/tests/diagnostics".to_owned())
            }
            "scenario" => (self.scenarios.contains(rest), format!("among the scenarios of {SCENARIOS:?}")),
            "flow" => (self.flows.contains(rest), "in codegen/tests/expressions/flows.txt".to_owned()),
            "expression" => {
                (self.expressions.contains(rest), "in codegen/tests/expressions/expressions.txt".to_owned())
            }
            "value" => (self.values.contains(rest), "in tests/values.txt".to_owned()),
            target => {
                let Some(tests) = self.by_target.get(target) else {
                    let known: Vec<&str> = self.by_target.keys().map(String::as_str).collect();
                    return Some(format!("there is no target `{target}`; there are {}", known.join(", ")));
                };
                (tests.contains(without_database(rest)), format!("in the sources of {target}"))
            }
        };
        (!known).then(|| format!("there is no `{rest}` {place}"))
    }
}

/// The targets of a crate, with the names of their tests.
fn targets(folder: &str, by_target: &mut BTreeMap<String, BTreeSet<String>>) {
    let manifest = text(&format!("{folder}/Cargo.toml"));
    let name = manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap_or_default();
    let name = name.trim_matches('"');
    let root = root().join(folder);
    let mut add = |target: String, top: &Path, file: &Path| {
        let tests = names(top, file);
        by_target.entry(target).or_default().extend(tests);
    };
    for file in files(&root.join("src"), "rs") {
        add(name.to_owned(), &root.join("src"), &file);
        add(format!("{name}::bin/{name}"), &root.join("src"), &file);
    }
    let tests = root.join("tests");
    for file in files(&tests, "rs") {
        let Some(first) = file.strip_prefix(&tests).ok().and_then(|inside| inside.iter().next()) else {
            continue;
        };
        let first = first.to_string_lossy();
        let target = first.trim_end_matches(".rs");
        let top = if first.ends_with(".rs") { tests.clone() } else { tests.join(target) };
        add(format!("{name}::{target}"), &top, &file);
    }
}

/// The names of the tests in a file: functions, and the texts that trials are called by.
fn names(top: &Path, file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let inside = file.strip_prefix(top).unwrap_or(file).with_extension("");
    let mut modules: Vec<String> = inside.iter().map(|it| it.to_string_lossy().into_owned()).collect();
    if modules.last().is_some_and(|last| ["mod", "main", "lib"].contains(&last.as_str()))
        || top.ends_with("tests") && modules.len() == 1
    {
        modules.pop();
    }
    let (mut names, mut test, mut inner) = (BTreeSet::new(), false, false);
    for line in text.lines().map(str::trim) {
        inner |= line.starts_with("mod tests {");
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            test = true;
        } else if let (true, Some((name, _))) = (test, signature(line)) {
            let path = modules.iter().map(String::as_str).chain(inner.then_some("tests")).chain([name]);
            names.insert(path.collect::<Vec<_>>().join("::"));
            test = false;
        }
    }
    for (at, _) in text.match_indices('(') {
        let rest = text.get(at + 1..).unwrap_or_default().trim_start();
        let Some((name, _)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) else { continue };
        let name = without_database(&name.replace(", ", "_").replace(' ', "_")).to_owned();
        // A trial is called as it is, or with the name of the module in front.
        names.extend(modules.first().map(|module| format!("{module}::{name}")));
        names.insert(name);
    }
    names
}

fn without_database(name: &str) -> &str {
    name.strip_suffix("::sqlite").or(name.strip_suffix("::postgres")).unwrap_or(name)
}

/// The name of a function, and what follows.
fn signature(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("pub(crate) ").unwrap_or(line).strip_prefix("fn ")?.split_once('(')
}

/// All files of a folder and of those in it, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return all };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            all.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            all.push(path);
        }
    }
    all.sort();
    all
}
