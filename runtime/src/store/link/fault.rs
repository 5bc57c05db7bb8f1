//! What went wrong, in the few kinds that the store tells apart.

use super::{Target, Uncommitted};
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

/// What can go wrong with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A value that has to occur once occurs already: the name of the index or of the columns.
    NotUnique(String),
    /// Another process was in the way; the same again may work.
    Conflict(String),
    /// The connection is gone.
    Lost(String),
    /// The database is of a newer version than the service.
    Outdated(String),
    /// The server of the database lets nobody in under this name, and what to do about that.
    NotLetIn(String, String),
    /// Something else.
    Other(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::NotUnique(what) => write!(f, "not unique: {what}"),
            Fault::Conflict(said) => write!(f, "in conflict with another transaction: {said}"),
            Fault::Lost(said) => write!(f, "the database does not answer: {said}"),
            Fault::Outdated(said) => {
                write!(
                    f,
                    "this version of the service is older than its database: {said}; start the newest version"
                )
            }
            Fault::NotLetIn(said, _) | Fault::Other(said) => f.write_str(said),
        }
    }
}

impl std::error::Error for Fault {}

pub(super) fn closed() -> Fault {
    Fault::Lost("the connection is closed".to_owned())
}

pub(super) fn lost(error: &sqlx::Error) -> Fault {
    Fault::Lost(match error {
        sqlx::Error::Database(said) => said.message().to_owned(),
        other => other.to_string(),
    })
}

/// Why a first connection could not be made: what a server says no to is no silence.
pub(super) fn not_let_in(error: &sqlx::Error, target: &Target) -> Fault {
    let (sqlx::Error::Database(said), Target::Postgres(options)) = (error, target) else {
        return lost(error);
    };
    match said.code().as_deref() {
        Some("3D000") => {
            let name = options.get_database().unwrap_or_else(|| options.get_username());
            let wrong = format!("there is no database `{name}` on this server");
            Fault::NotLetIn(wrong, format!("make it, with `createdb {name}`, or name another one"))
        }
        Some("28000" | "28P01") => {
            let name = options.get_username();
            let wrong = format!("the server does not let the user `{name}` in: {}", said.message());
            let fix =
                "check the user and the password in the address: postgres://USER:PASSWORD@HOST/DATABASE";
            Fault::NotLetIn(wrong, fix.to_owned())
        }
        _ => lost(error),
    }
}

/// What a failed `COMMIT` means: whether it is the database that says that nothing is kept. Of any other error nobody
/// knows: SQLite may have written the commit and failed behind it, and an answer of PostgreSQL may be about its end.
pub(super) fn uncommitted(error: &sqlx::Error) -> Uncommitted {
    let fault = fault(error);
    let said = match error {
        sqlx::Error::Database(said) if said.try_downcast_ref::<SqliteError>().is_some() => {
            said.code().is_some_and(|code| is_refused(&code))
        }
        _ => matches!(fault, Fault::Conflict(_) | Fault::NotUnique(_)),
    };
    if said { Uncommitted::Not(fault) } else { Uncommitted::Unknown(fault) }
}

/// Codes with which SQLite says that it has not committed: busy, full and constraint, each with its kin. It finds them
/// before the last page of a transaction is written, which is the one that commits.
fn is_refused(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 13 | 19))
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
            // A statement that was too long at work is one that waited for locks: of others none takes that long.
            "40001" | "40P01" | "55P03" | "57014" => Fault::Conflict(postgres.message().to_owned()),
            code if code.starts_with("57P") || code.starts_with("08") => lost(error),
            _ => Fault::Other(postgres.message().to_owned()),
        };
    }
    // SQLITE_BUSY and its kin.
    match database.code().as_deref() {
        Some("5" | "517" | "261" | "6") => Fault::Conflict(database.message().to_owned()),
        _ => Fault::Other(database.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_refused;

    #[test]
    fn sqlite_says_what_is_not_committed() {
        // Busy, busy with a snapshot, full, a foreign key, a hook.
        assert!(["5", "517", "13", "787", "531"].iter().all(|code| is_refused(code)));
        // No memory; a failed write, a failed sync, no room for the index of the log; no code at all.
        assert!(!["7", "778", "1034", "4874", ""].iter().any(|code| is_refused(code)));
    }
}
