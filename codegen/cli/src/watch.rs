//! `--watch`: the same again at every edit, until Ctrl-C.
//!
//! ```text
//! look ─▶ another text than before? ─▶ do it ─▶ sleep ─▶ look …
//! ```
//!
//! Texts are compared, not times: an editor that writes twice, or a checkout that sets times back, is no matter.

use opwright_codegen::files;
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
            known = now;
            begin_anew();
            act();
        }
    }
}

/// The names and texts of all specs, or why they cannot be read.
fn state(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let sources = files::read(folder).map_err(|error| error.to_string())?;
    Ok(sources.files().map(|(_, file)| (file.name.clone(), file.text.clone())).collect())
}

/// A clean screen for a person, a line for a pipe.
fn begin_anew() {
    if std::io::stderr().is_terminal() {
        eprint!("\u{1b}[2J\u{1b}[H");
    } else {
        eprintln!("── changed ──");
    }
}
