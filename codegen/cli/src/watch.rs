//! `--watch`: the same again at every edit, until Ctrl-C.
//!
//! ```text
//! look ─▶ another text than before? ─▶ do it ─▶ sleep ─▶ look …
//! ```
//!
//! Texts are compared, not times: an editor that writes twice, or a checkout that sets times back, is no matter.

use opwright_codegen::files;
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long is slept between looks: an edit is answered before a person looks up.
const LOOKS: Duration = Duration::from_millis(25);

/// A look at a large folder takes long; this many times as long is slept, so that watching costs a twentieth of a core.
const RESTS: u32 = 20;

/// Does something once, or at every change of a folder of specs if `again`.
pub(crate) fn watched(folder: &Path, again: bool, mut act: impl FnMut() -> ExitCode) -> ExitCode {
    let mut known = state(folder);
    let code = act();
    if !again {
        return code;
    }
    let mut looked = Duration::ZERO;
    loop {
        std::thread::sleep(LOOKS.max(looked * RESTS));
        let start = Instant::now();
        let now = state(folder);
        looked = start.elapsed();
        if now != known {
            begin_anew(&changed(&known, &now));
            known = now;
            act();
        }
    }
}

/// The texts of all specs by their names, or why they cannot be read.
type State = Result<BTreeMap<String, String>, String>;

fn state(folder: &Path) -> State {
    let sources = files::read(folder).map_err(|error| error.to_string())?;
    Ok(sources.files().map(|(_, file)| (file.name.clone(), file.text.clone())).collect())
}

/// How many files that have changed are named.
const NAMED: usize = 3;

/// Which files have another text, are new, or are gone.
fn changed(before: &State, now: &State) -> String {
    let none = BTreeMap::new();
    let (before, now) = (before.as_ref().unwrap_or(&none), now.as_ref().unwrap_or(&none));
    let all: BTreeSet<&str> = before.keys().chain(now.keys()).map(String::as_str).collect();
    let other: Vec<&str> = all.into_iter().filter(|name| before.get(*name) != now.get(*name)).collect();
    let more = other.len().saturating_sub(NAMED);
    let named = other.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{named} and {more} more") } else { named }
}

/// A clean screen for a person, and a line on what has changed.
fn begin_anew(changed: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\u{1b}[2J\u{1b}[H");
    }
    eprintln!("── changed: {changed} ──");
}

#[cfg(test)]
mod tests {
    use super::{State, changed};

    #[test]
    fn what_has_changed_is_named() {
        let state = |files: &[(&str, &str)]| -> State {
            Ok(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
        };
        let one = state(&[("a.yaml", "1"), ("b.yaml", "1"), ("c.yaml", "1")]);
        assert_eq!(changed(&one, &state(&[("a.yaml", "1"), ("b.yaml", "2"), ("c.yaml", "1")])), "b.yaml");
        assert_eq!(
            changed(&one, &state(&[("b.yaml", "1"), ("c.yaml", "1"), ("d.yaml", "1")])),
            "a.yaml, d.yaml"
        );
        let all = state(&[("d.yaml", "1")]);
        assert_eq!(changed(&one, &all), "a.yaml, b.yaml, c.yaml and 1 more");
        assert_eq!(changed(&Err("gone".to_owned()), &all), "d.yaml");
    }
}
