//! Whether a connection may still be used: what failed on it is not passed over, whoever was told of it.
//!
//! ```text
//! sound ─┬─ a clash of unique values ─▶ clashed ─ back to the savepoint before it ─▶ sound
//!        └─ any other failure ────────▶ broken
//! ```
//!
//! PostgreSQL answers to the `COMMIT` of a transaction in which something failed that it is rolled back, which is no error.

use super::fault::fault;
use super::{Fault, Link};

/// Whether a connection may still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Health {
    /// Nothing has failed.
    #[default]
    Sound,
    /// Two rows took the same value: known to both databases, and undone with the savepoint before it.
    Clashed,
    /// Something else has failed.
    Broken,
}

impl Link {
    /// What a statement has given.
    pub(super) fn told<T>(&mut self, done: Result<T, sqlx::Error>) -> Result<T, Fault> {
        done.map_err(|error| {
            let fault = fault(&error);
            let clash = matches!(fault, Fault::NotUnique(_)) && self.health == Health::Sound;
            self.health = if clash { Health::Clashed } else { Health::Broken };
            fault
        })
    }

    /// Whether nothing has failed, or what has is undone; a fault otherwise.
    pub fn is_sound(&self) -> Result<(), Fault> {
        if self.health == Health::Sound {
            return Ok(());
        }
        Err(Fault::Other(
            "a statement failed and the call went on as if it had not; nothing is kept: report it".to_owned(),
        ))
    }

    /// Keeps what was done since the savepoint of a call.
    pub fn keep_call(&mut self) -> Result<(), Fault> {
        self.run("RELEASE SAVEPOINT call")
    }

    /// Undoes what was done since the savepoint of a call, and a clash with it.
    pub fn undo_call(&mut self) -> Result<(), Fault> {
        self.run("ROLLBACK TO SAVEPOINT call; RELEASE SAVEPOINT call")?;
        if self.health == Health::Clashed {
            self.health = Health::Sound;
        }
        Ok(())
    }
}
