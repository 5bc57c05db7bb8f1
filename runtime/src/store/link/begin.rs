//! How a transaction begins and ends, in as few round trips as it can.
//!
//! ```text
//! writes    SQLite       BEGIN IMMEDIATE; first statement           … last writes; COMMIT
//!           PostgreSQL   BEGIN; its number; its locks of tables     … COMMIT
//! reads     one statement is a snapshot by itself; several: BEGIN   … COMMIT
//! ```

use super::fault::{closed, uncommitted};
use super::patience::wait;
use super::sound::Health;
use super::{Conn, Fault, Link, Sql, Uncommitted, sql};
use sqlx::{Row as _, SqlSafeStr as _};

/// What has to be done with the next statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Pending {
    /// Nothing.
    #[default]
    Nothing,
    /// A transaction begins with it.
    Begin(&'static str),
    /// It may be the only one, without a transaction.
    Only,
    /// There was one without a transaction; a second might see what the first did not.
    Spent,
    /// There was to be a second.
    Strayed,
}

impl Link {
    /// Begins a transaction that may write, with a statement behind it; gives its number, where there is one.
    pub fn begin(&mut self, then: Option<&str>) -> Result<Option<String>, Fault> {
        self.health = Health::Sound;
        let then = then.map(|then| format!("; {then}")).unwrap_or_default();
        let conn = match self.conn.as_mut() {
            None => return Err(closed()),
            Some(Conn::Sqlite(_)) => {
                self.pending = Pending::Begin("BEGIN IMMEDIATE");
                return Ok(None);
            }
            Some(Conn::Postgres(conn)) => conn,
        };
        let text = sql(format!("BEGIN; SELECT pg_current_xact_id()::text{then}"));
        let rows = wait(&self.runtime, self.patience.answers, sqlx::raw_sql(text).fetch_all(conn));
        let rows = self.told(rows)?;
        let number = rows.first().and_then(|row| row.try_get(0).ok());
        let none = || {
            let server = self.target.shown();
            Fault::Other(format!(
                "{server} gave no number for a transaction, so nothing was begun: it has to be PostgreSQL 13 or newer, \
                 and whatever stands between must hand on all that it answers"
            ))
        };
        number.map(Some).ok_or_else(none)
    }

    /// Begins a transaction that reads one state of the database.
    pub fn begin_reading(&mut self) -> Result<(), Fault> {
        self.health = Health::Sound;
        match self.conn {
            None => Err(closed()),
            Some(Conn::Sqlite(_)) => {
                self.pending = Pending::Begin("BEGIN");
                Ok(())
            }
            Some(Conn::Postgres(_)) => self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        }
    }

    /// From now on one statement is taken, without a transaction, and every other refused.
    pub fn begin_only(&mut self) {
        self.pending = Pending::Only;
    }

    /// Ends that; `false` if there was to be a second statement.
    pub fn end_only(&mut self) -> bool {
        std::mem::take(&mut self.pending) != Pending::Strayed
    }

    /// Commits. A transaction in which nothing was asked has not begun.
    pub fn commit(&mut self) -> Result<(), Fault> {
        self.commit_alone().map_err(|why| match why {
            Uncommitted::Not(fault) | Uncommitted::Unknown(fault) => fault,
        })
    }

    /// Commits, without any write before it.
    pub(super) fn commit_alone(&mut self) -> Result<(), Uncommitted> {
        self.is_sound().map_err(Uncommitted::Not)?;
        if self.begins_with_the_next() {
            self.pending = Pending::Nothing;
            return Ok(());
        }
        let done = self.sent("COMMIT".into_sql_str()).map_err(Uncommitted::Not)?;
        done.map_err(|error| uncommitted(&error))
    }

    /// Whether a transaction begins with the next statement.
    pub(super) fn begins_with_the_next(&self) -> bool {
        matches!(self.pending, Pending::Begin(_))
    }

    /// A statement as it is sent.
    pub(super) fn next(&mut self, text: &Sql) -> Result<Sql, Fault> {
        let text = match self.pending {
            Pending::Nothing => return Ok(text.clone()),
            Pending::Begin(begin) => sql(format!("{begin}; {}", text.as_str())),
            Pending::Only => {
                self.pending = Pending::Spent;
                return Ok(text.clone());
            }
            Pending::Spent | Pending::Strayed => {
                self.pending = Pending::Strayed;
                return Err(Fault::Conflict("a second statement needs a transaction".to_owned()));
            }
        };
        self.pending = Pending::Nothing;
        Ok(text)
    }
}
