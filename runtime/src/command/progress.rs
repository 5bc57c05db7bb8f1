//! How far long work has come: one line on standard error that is written over, for a person at a terminal only.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

/// How often the line changes at most: a person reads no faster, and a terminal is slow.
const RESTS: Duration = Duration::from_millis(100);

/// A line that is written over, and gone at the end.
pub(super) struct Progress {
    last: Option<Instant>,
    shown: bool,
    /// Whether nobody looks.
    silent: bool,
}

impl Progress {
    /// A line on standard error, if that is a terminal.
    pub(super) fn new() -> Self {
        Progress { last: None, shown: false, silent: !stderr().is_terminal() }
    }

    /// Says how far it is, unless something was said just now.
    pub(super) fn say(&mut self, words: impl Display) {
        if let Some(line) = self.line(Instant::now(), words) {
            let mut out = stderr().lock();
            drop(out.write_all(line.as_bytes()).and_then(|()| out.flush()));
        }
    }

    /// What goes to the terminal; nothing in the first moment, since most work is done by then.
    fn line(&mut self, now: Instant, words: impl Display) -> Option<String> {
        let last = *self.last.get_or_insert(now);
        if self.silent || now.duration_since(last) < RESTS {
            return None;
        }
        (self.last, self.shown) = (Some(now), true);
        Some(format!("\r\u{1b}[K{words}"))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            drop(stderr().write_all(b"\r\x1b[K"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_over_now_and_then() {
        let start = Instant::now();
        let mut progress = Progress { last: None, shown: false, silent: false };
        assert_eq!(progress.line(start, "1"), None);
        assert_eq!(progress.line(start + RESTS, "2").as_deref(), Some("\r\u{1b}[K2"));
        assert_eq!(progress.line(start + RESTS, "3"), None);
        let mut silent = Progress { last: None, shown: false, silent: true };
        assert_eq!(silent.line(start, "1").or(silent.line(start + RESTS, "2")), None);
        progress.shown = false;
    }
}
