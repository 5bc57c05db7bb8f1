//! How far long work has come: one line on standard error that is written over, for a person at a terminal only.
//!
//! A thread writes it, since the work may be one statement that says nothing until it has ended.
//!
//! ```text
//! item: 35000 rows asked (12 s)
//! ```

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// When the line is there: most work is done by then.
const FIRST: Duration = Duration::from_secs(1);

/// How often it changes: a person reads no faster, and a terminal is slow.
const RESTS: Duration = Duration::from_millis(200);

/// The longest line: one that a terminal breaks is not written over.
const LONGEST: usize = 70;

/// A line that is written over, and gone at the end.
pub(super) struct Progress {
    words: Arc<Mutex<String>>,
    /// Nobody writes it where nobody looks.
    writer: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// A line on standard error, if that is a terminal.
    pub(super) fn new() -> Self {
        if stderr().is_terminal() { Self::on(stderr(), FIRST, RESTS) } else { Self::silent() }
    }

    fn silent() -> Self {
        Progress { words: Arc::default(), writer: None }
    }

    fn on(out: impl Write + Send + 'static, first: Duration, rests: Duration) -> Self {
        let words = Arc::<Mutex<String>>::default();
        let (end, ended) = channel();
        let shown = Arc::clone(&words);
        let thread = std::thread::Builder::new().name("progress".to_owned());
        // Without the line the work is done all the same.
        let writer = thread.spawn(move || write(out, first, rests, &shown, &ended)).ok();
        Progress { words, writer: writer.map(|writer| (end, writer)) }
    }

    /// Says how far it is.
    pub(super) fn say(&self, words: impl Display) {
        if self.writer.is_some() {
            *self.words.lock().unwrap_or_else(PoisonError::into_inner) = words.to_string();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, writer)) = self.writer.take() {
            drop(end);
            drop(writer.join());
        }
    }
}

fn write(mut out: impl Write, first: Duration, rests: Duration, words: &Mutex<String>, ended: &Receiver<()>) {
    let (start, mut wait, mut shown) = (Instant::now(), first, false);
    let mut send = |line: String| drop(out.write_all(line.as_bytes()).and_then(|()| out.flush()));
    while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        wait = rests;
        let words = words.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !words.is_empty() {
            shown = true;
            send(line(&words, start.elapsed()));
        }
    }
    if shown {
        send("\r\u{1b}[K".to_owned());
    }
}

/// The line as the terminal takes it.
fn line(words: &str, since: Duration) -> String {
    let words = words.lines().next().unwrap_or_default();
    let mut short: String = words.chars().take(LONGEST).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    format!("\r\u{1b}[K{short} ({} s)", since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal that keeps what it is sent.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Kept {
        fn has(&self, text: &str) -> bool {
            String::from_utf8_lossy(&self.0.lock().unwrap()).contains(text)
        }
    }

    #[test]
    fn a_line_is_there_while_something_takes_long_and_gone_behind_it() {
        let (terminal, tick) = (Kept::default(), Duration::from_millis(1));
        let progress = Progress::on(terminal.clone(), tick, tick);
        for words in ["one", "another"] {
            progress.say(words);
            while !terminal.has(&format!("\r\u{1b}[K{words} (")) {
                std::thread::sleep(tick);
            }
        }
        drop(progress);
        assert!(terminal.0.lock().unwrap().ends_with(b" s)\r\x1b[K"));
    }

    #[test]
    fn what_is_done_at_once_shows_nothing() {
        let terminal = Kept::default();
        let progress = Progress::on(terminal.clone(), Duration::from_secs(3_600), RESTS);
        progress.say("one");
        drop(progress);
        assert!(terminal.0.lock().unwrap().is_empty());
        let silent = Progress::silent();
        silent.say("one");
        assert!(silent.words.lock().unwrap().is_empty());
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("CREATE TABLE (\n  x", Duration::from_secs(3)), "\r\u{1b}[KCREATE TABLE ( (3 s)");
        let long = line(&"é".repeat(90), Duration::ZERO);
        assert_eq!(long, format!("\r\u{1b}[K{}… (0 s)", "é".repeat(LONGEST)));
    }
}
