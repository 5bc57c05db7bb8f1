//! Looks for what this repository does not want, and clippy cannot know.

use crate::Failed;
use crate::tools::root;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest file, in lines.
const LINES_MAX: usize = 400;

/// Files that may be longer, and why.
const LONGER: &[(&str, &str)] = &[];

/// Words that say that something is not done, or that a test is not run.
const UNFINISHED: &[&str] = &["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "FIXME", "XXX"];

/// Looks at every file that git knows; `false` if anything is found.
pub(crate) fn run() -> Result<bool, Failed> {
    let mut found = Vec::new();
    for file in files()? {
        let path = root().join(&file);
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if file.extension().is_some_and(|ending| ending == "rs") {
            rust(&file, &text, &mut found);
        }
        places(&file, &text, &mut found);
    }
    for line in &found {
        println!("{line}");
    }
    println!("lint: {} found", found.len());
    Ok(found.is_empty())
}

fn files() -> Result<Vec<PathBuf>, Failed> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let listed = listed.map_err(|error| format!("cannot run git: {error}"))?;
    let mut files: Vec<PathBuf> =
        String::from_utf8_lossy(&listed.stdout).lines().map(PathBuf::from).collect();
    files.retain(|file| !file.ends_with("Cargo.lock"));
    Ok(files)
}

fn rust(file: &Path, text: &str, found: &mut Vec<String>) {
    let name = file.display().to_string();
    let lines = text.lines().count();
    if lines > LINES_MAX && !LONGER.iter().any(|(longer, _)| *longer == name) {
        found.push(format!("{name}: {lines} lines, more than {LINES_MAX}: one idea a file"));
    }
    // The lint's own list of words is no finding.
    if name.ends_with("xtask/src/lint.rs") {
        return;
    }
    let in_tests = name.contains("/tests/") || name.ends_with("tests.rs");
    let mut tested = in_tests;
    for (number, line) in text.lines().enumerate() {
        tested |= line.trim_start().starts_with("#[cfg(test)]");
        let code = line.split("//").next().unwrap_or("");
        for word in UNFINISHED.iter().filter(|word| line.contains(**word)) {
            found.push(format!("{name}:{}: `{word}` says that something is not done", number + 1));
        }
        let unwraps = code.contains(".unwrap()") || code.contains(".expect(");
        if unwraps && !tested {
            found.push(format!("{name}:{}: what comes from outside may be anything; no unwrap", number + 1));
        }
    }
}

/// The repository speaks of the project alone: no place of the machine that it was written on.
fn places(file: &Path, text: &str, found: &mut Vec<String>) {
    let root = root();
    let above = root.parent().map(|above| format!("{}/", above.display())).filter(|above| above.len() > 1);
    for (number, line) in text.lines().enumerate() {
        let here = above.as_ref().is_some_and(|above| line.contains(above.as_str()));
        if here {
            found.push(format!("{}:{}: a path of this machine", file.display(), number + 1));
        }
    }
}
