//! Whether a transaction is committed, when the answer to its commit was lost: asked on another connection, never guessed.
//!
//! ```text
//! PostgreSQL   what became of the transaction of this number
//! SQLite       the log is emptied into the file, and a run of the batch is looked for, which is stored with what it did
//! ```

use crate::store::link::{Arg, Cell, Fault, Link, Patience, Target, sql};
use std::time::{Duration, Instant};

/// For how long is asked, and for one answer.
const ASKS: Duration = Duration::from_secs(10);

/// What a transaction is known by.
pub(super) enum Mark {
    /// Its number (PostgreSQL).
    Number(String),
    /// A run that is stored with it (SQLite).
    Run(String),
}

impl Mark {
    /// Whether it is committed; `None` if the database does not say that either.
    pub(super) fn is_committed(&self, target: &Target, patience: Patience) -> Option<bool> {
        self.asked_for(target, patience, ASKS)
    }

    fn asked_for(&self, target: &Target, mut patience: Patience, most: Duration) -> Option<bool> {
        patience.answers = Some(patience.answers.unwrap_or(ASKS).min(ASKS));
        let until = Instant::now() + most;
        loop {
            let said = Link::open_with(target, patience).and_then(|mut link| {
                let said = self.ask(&mut link)?;
                link.close();
                Ok(said)
            });
            match said {
                Ok(Some(committed)) => return Some(committed),
                Ok(None) => {}
                Err(fault) => {
                    tracing::debug!(%fault, "whether a transaction is committed could not be asked")
                }
            }
            if Instant::now() >= until {
                return None;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn ask(&self, link: &mut Link) -> Result<Option<bool>, Fault> {
        match self {
            Mark::Number(number) => {
                let status = sql("SELECT pg_xact_status($1::text::xid8)");
                let rows = link.fetch(&status, vec![Arg::Text(number.clone())])?;
                Ok(match rows.first().and_then(|row| row.first()?.text()) {
                    Some("committed") => Some(true),
                    Some("aborted") => Some(false),
                    _ => None,
                })
            }
            Mark::Run(run) => {
                // Behind a failed sync the log may end with a commit that counts for nobody, until it is read again
                // after a crash. An emptied log has no such end, and what was in it is synced with the file.
                let emptied = link.fetch(&sql("PRAGMA wal_checkpoint(TRUNCATE)"), Vec::new())?;
                if emptied.first().and_then(|row| row.first()) != Some(&Cell::Int(0)) {
                    return Ok(None);
                }
                let stored = sql("SELECT 1 FROM \"_run\" WHERE \"run\" = $1");
                link.fetch(&stored, vec![Arg::Text(run.clone())]).map(|rows| Some(!rows.is_empty()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_asked_for_a_run_and_is_certain_or_says_nothing() {
        let database = crate::tests::sqlite();
        let target = &database.target;
        let mut link = Link::open(target).unwrap();
        for statement in crate::store::ddl::runtime(link.dialect()) {
            link.run_sql(sql(statement)).unwrap();
        }
        let stored =
            "INSERT INTO \"_run\" VALUES ('stored', 'o', 'h', 'a', 'real', 0, NULL, 1, '', NULL, NULL, '[]')";
        link.run_sql(sql(stored)).unwrap();
        let asked = |run: &str, most: Duration| {
            Mark::Run(run.to_owned()).asked_for(target, Patience::default(), most)
        };
        let log = || std::fs::metadata(target.file().unwrap().with_extension("db-wal")).unwrap().len();
        assert!(log() > 0);
        assert_eq!(asked("stored", ASKS), Some(true));
        assert_eq!(log(), 0, "nothing is left that could come up later");
        assert_eq!(asked("lost", ASKS), Some(false));
        link.close();
        // A file that cannot be opened says nothing.
        let nowhere = Target::Sqlite(target.file().unwrap().join("nowhere"));
        assert_eq!(Mark::Run(String::new()).asked_for(&nowhere, Patience::default(), Duration::ZERO), None);
    }
}
