//! What went wrong, in the few kinds that the store tells apart.

use sqlx::postgres::PgDatabaseError;

/// What can go wrong with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A value that has to occur once occurs already: the name of the index or of the columns.
    NotUnique(String),
    /// Another process was in the way; the same again may work.
    Conflict(String),
    /// The connection is gone.
    Lost(String),
    /// Something else.
    Other(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::NotUnique(what) => write!(f, "not unique: {what}"),
            Fault::Conflict(said) => write!(f, "in conflict with another transaction: {said}"),
            Fault::Lost(said) => write!(f, "the database does not answer: {said}"),
            Fault::Other(said) => f.write_str(said),
        }
    }
}

impl std::error::Error for Fault {}

pub(super) fn closed() -> Fault {
    Fault::Lost("the connection is closed".to_owned())
}

pub(super) fn lost(error: &sqlx::Error) -> Fault {
    Fault::Lost(error.to_string())
}

pub(super) fn fault(error: &sqlx::Error) -> Fault {
    let sqlx::Error::Database(database) = error else {
        return match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::PoolClosed => lost(error),
            other => Fault::Other(other.to_string()),
        };
    };
    if database.is_unique_violation() {
        // PostgreSQL names the index; SQLite says `UNIQUE constraint failed: user.email`.
        let named = database.constraint().map(str::to_owned);
        let said = database.message().rsplit(": ").next().unwrap_or("").to_owned();
        return Fault::NotUnique(named.unwrap_or(said));
    }
    if let Some(postgres) = database.try_downcast_ref::<PgDatabaseError>() {
        return match postgres.code() {
            "40001" | "40P01" | "55P03" => Fault::Conflict(postgres.message().to_owned()),
            code if code.starts_with("57P") || code.starts_with("08") => lost(error),
            _ => Fault::Other(database.to_string()),
        };
    }
    // SQLITE_BUSY and its kin.
    match database.code().as_deref() {
        Some("5" | "517" | "261" | "6") => Fault::Conflict(database.message().to_owned()),
        _ => Fault::Other(database.to_string()),
    }
}
