//! How long is waited for a server of PostgreSQL. A machine that has vanished, or a network that swallows everything,
//! says nothing at all, and would otherwise keep a lane, and the end of its service, for ever.

use std::time::Duration;

/// How long is waited for a server of PostgreSQL; a file of SQLite is patient by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to be made, or to be closed: nothing is lost with it.
    pub connects: Duration,
    /// For the answer to a statement. `None`: as long as it takes, for a large table is not widened in a moment.
    pub answers: Option<Duration>,
}

impl Patience {
    /// That of a lane, whose callers wait: longer than any lock is waited for.
    pub fn of_lanes() -> Self {
        Self { answers: Some(Duration::from_secs(30)), ..Self::default() }
    }

    /// How long PostgreSQL itself may work at a statement, the locks that it waits for included, in milliseconds: it
    /// gives up sooner than it would be taken to be lost.
    pub(super) fn works_ms(self) -> Option<u128> {
        self.answers.map(|answers| (answers.as_millis() * 5 / 6).max(1))
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self { connects: Duration::from_secs(12), answers: None }
    }
}

/// Waits for something, but not for ever. What is given up midway is the end of its connection.
pub(super) fn wait<T>(
    runtime: &tokio::runtime::Runtime,
    patience: Option<Duration>,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let Some(patience) = patience else { return runtime.block_on(work) };
    let late =
        || sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "it said nothing for too long"));
    runtime.block_on(async { tokio::time::timeout(patience, work).await }).unwrap_or_else(|_| Err(late()))
}
