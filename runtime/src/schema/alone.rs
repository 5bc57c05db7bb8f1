//! Whether a service runs on a database. Some changes cannot be made beneath one: it would go on writing what does not
//! fit any more, and a number in units of another scale would be taken without a word.
//!
//! ```text
//! SQLite       the file beside the database that a service keeps locked
//! PostgreSQL   its connections, which say what they are
//! ```

use crate::schema::NotReady;
use crate::store::link::{Dialect, Fault, Link, Target, sql};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

/// What keeps others out of a file as long as it is held; the system lets go of it however the process ends. `None` if
/// somebody else holds it.
pub(crate) fn lock(path: &Path) -> std::io::Result<Option<File>> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&name)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::Error(error)) => Err(error),
        Err(TryLockError::WouldBlock) => Ok(None),
    }
}

/// Makes sure that no service runs, and keeps them out while what is given back is held, where that can be done.
pub(super) fn alone(link: &mut Link, changes: &[String]) -> Result<Option<File>, NotReady> {
    let not_alone = |who: String| NotReady::NotAlone(changes.to_vec(), who);
    match (link.dialect(), link.target().clone()) {
        (Dialect::Sqlite, Target::Sqlite(path)) => {
            let failed = |error| Fault::Other(format!("cannot lock {}: {error}", path.display()));
            let held = lock(&path).map_err(failed)?;
            held.map(Some).ok_or_else(|| not_alone(format!("a service runs on {}", path.display())))
        }
        _ => {
            // A connection that was closed a moment ago is there for a moment more.
            for _ in 0..20 {
                if others(link)? == 0 {
                    return Ok(None);
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            match others(link)? {
                0 => Ok(None),
                1 => Err(not_alone("a service has a connection to this database".to_owned())),
                more => Err(not_alone(format!("services have {more} connections to this database"))),
            }
        }
    }
}

/// How many connections of services there are besides this one; a file of SQLite is locked instead.
pub(super) fn others(link: &mut Link) -> Result<i64, Fault> {
    if link.dialect() == Dialect::Sqlite {
        return Ok(0);
    }
    let text = sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND application_name LIKE 'opwright%'",
    );
    let rows = link.fetch(&text, Vec::new())?;
    Ok(rows.first().and_then(|row| row.first()?.int()).unwrap_or(0))
}
