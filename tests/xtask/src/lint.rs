//! Looks for what this repository does not want, and clippy cannot know.

use crate::Failed;
use crate::tools::{files, root};
use std::path::Path;

pub(crate) const HELP: &str = "\
cargo xtask lint: look for what this repository does not want, and clippy cannot know

  files of more than 400 lines, but for those that have a reason in the lint's own list
  `unwrap` and `expect` outside tests, on anything
  what says that something is not done, and tests that are told to be ignored
  paths of the machine that it was written on, and hosts of package registries

That every public item is documented is said by rustc's `missing_docs`, which warns; `cargo xtask test` has clippy deny
every warning.
";

/// The longest file, in lines.
const LINES_MAX: usize = 400;

/// Files that may be longer, and why.
const LONGER: &[(&str, &str)] =
    &[("tests/promises.yaml", "a list in the order of two pages: who looks for a sentence searches for it")];

/// Words that say that something is not done, or that a test is not run.
const UNFINISHED: &[&str] = &["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "FIXME"];

/// Hosts that packages come from: where a machine gets its packages is said by the machine. Written in two parts, so that
/// this list is no finding.
const REGISTRIES: &[(&str, &str)] = &[
    ("static.", "crates.io"),
    ("index.", "crates.io"),
    ("registry.", "npmjs.org"),
    ("files.", "pythonhosted.org"),
    ("deb.", "debian.org"),
    ("proxy.", "golang.org"),
];

/// Folders that are somebody's own machine.
const MACHINES: &[(&str, &str)] =
    &[("/ho", "me/"), ("/ro", "ot/"), ("/Us", "ers/"), ("/wo", "rk/"), ("/tmp", "/")];

/// Looks at every file that git knows; `false` if anything is found.
pub(crate) fn run() -> Result<bool, Failed> {
    let mut found = Vec::new();
    for file in files()?.into_iter().filter(|file| !file.ends_with("Cargo.lock")) {
        let Ok(text) = std::fs::read_to_string(root().join(&file)) else { continue };
        look(&file, &text, &mut found);
    }
    for line in &found {
        println!("{line}");
    }
    println!("lint: {} found", found.len());
    Ok(found.is_empty())
}

fn look(file: &Path, text: &str, found: &mut Vec<String>) {
    let name = file.display().to_string();
    if is_written(file) {
        let lines = text.lines().count();
        if lines > LINES_MAX && !LONGER.iter().any(|(longer, _)| *longer == name) {
            found.push(format!("{name}: {lines} lines, more than {LINES_MAX}: one idea a file"));
        }
    }
    let rust = file.extension().is_some_and(|ending| ending == "rs");
    // The lint's own lists of words are no finding.
    if rust && !name.ends_with("xtask/src/lint.rs") {
        code(&name, text, found);
    }
    for (number, line) in text.lines().enumerate() {
        for (kind, list) in [("a path of a machine", MACHINES), ("a host of packages", REGISTRIES)] {
            for (start, end) in list {
                let word = format!("{start}{end}");
                if line.match_indices(&word).any(|(at, _)| !word.starts_with('/') || begins(line, at)) {
                    found.push(format!("{name}:{}: {kind}: `{word}`", number + 1));
                }
            }
        }
    }
}

/// Whether a person wrote it line by line: not data, not what a test expects, not the text of a licence.
fn is_written(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    matches!(ending, "rs" | "css" | "js" | "sh" | "py" | "yaml" | "toml")
}

/// A path in a web address or in the middle of another path is no path of a machine.
fn begins(line: &str, at: usize) -> bool {
    let before = line.get(..at).and_then(|before| before.chars().next_back());
    !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '}' | ')'))
}

fn code(name: &str, text: &str, found: &mut Vec<String>) {
    let in_tests = ["/tests/", "tests.rs", "testing.rs"].iter().any(|part| name.contains(part));
    // The chores and the help of tests lie in `tests/` as well, and are no tests.
    let in_tests = in_tests || (name.starts_with("tests/") && !name.contains("/src/"));
    let mut tested = in_tests;
    for (number, line) in text.lines().enumerate() {
        tested |= line.trim_start().starts_with("#[cfg(test)]");
        for word in UNFINISHED.iter().filter(|word| line.contains(**word)) {
            found.push(format!("{name}:{}: `{word}` says that something is not done", number + 1));
        }
        let code = line.split("//").next().unwrap_or("");
        if !tested && (code.contains(".unwrap()") || code.contains(".expect(\"")) {
            found.push(format!("{name}:{}: what comes from outside may be anything; no unwrap", number + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> usize {
        let mut found = Vec::new();
        look(Path::new(file), text, &mut found);
        found.len()
    }

    #[test]
    fn what_is_found() {
        let unwrap = "fn f() { g().unwrap(); }\n";
        assert_eq!(found("values/src/a.rs", unwrap), 1);
        assert_eq!(found("values/tests/a.rs", unwrap), 0);
        assert_eq!(found("values/src/a.rs", &format!("#[cfg(test)]\nmod tests {{\n{unwrap}}}\n")), 0);
        assert_eq!(found("values/src/a.rs", &format!("// {unwrap}")), 0);
        assert_eq!(found("tests/src/a.rs", unwrap), 1);
        assert_eq!(found("values/src/a.rs", &"\n".repeat(401)), 1);
        assert_eq!(found("README.md", &"\n".repeat(401)), 0);
        assert_eq!(found("README.md", concat!("see /ho", "me/me/x")), 1);
        assert_eq!(found("README.md", concat!("see target/ho", "me/me/x")), 0);
        assert_eq!(found("a.toml", concat!("\"https://static.", "crates.io/x\"")), 1);
        assert_eq!(found("a.toml", concat!("host static.", "crates.io")), 1);
    }
}
