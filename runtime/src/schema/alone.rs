//! Whether a service runs on a database. Some changes cannot be made beneath one: it would go on writing what does not
//! fit any more, and a number in units of another scale would be taken without a word.
//!
//! ```text
//! SQLite       the file beside the database that a service keeps locked
//! PostgreSQL   a lock that all its connections share, each as long as it is open
//! ```

use crate::schema::NotReady;
use crate::store::link::{Cell, Dialect, Fault, Link, Target, sql};
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What keeps others out of a database file as long as it is held: the file beside it, locked. The system lets go of the
/// lock however the process ends; at a clean end the file goes too.
pub(crate) struct Held {
    file: File,
    name: PathBuf,
}

impl Drop for Held {
    /// It is removed while it is locked: who has opened it meanwhile finds, once it has the lock, that it is not the one
    /// that is there any more, and looks again. So nobody locks one file while somebody else locks another.
    fn drop(&mut self) {
        if is_at(&self.file, &self.name) {
            drop(std::fs::remove_file(&self.name));
        }
    }
}

/// Locks the file beside a database; `None` if somebody else holds it.
pub(crate) fn lock(path: &Path) -> std::io::Result<Option<Held>> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    loop {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&name)?;
        match file.try_lock() {
            Ok(()) if is_at(&file, &name) => return Ok(Some(Held { file, name })),
            // It was removed by who held it a moment ago.
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => return Ok(None),
        }
    }
}

/// Whether an open file is the one of a name.
fn is_at(file: &File, name: &Path) -> bool {
    let id = |it: std::io::Result<std::fs::Metadata>| it.map(|it| (it.dev(), it.ino())).ok();
    let open = id(file.metadata());
    open.is_some() && open == id(std::fs::metadata(name))
}

/// What keeps services out while it is held.
pub(super) enum Alone {
    /// The file beside a database of SQLite.
    File(Held),
    /// A lock that is the connection's, and ends with it at the latest.
    Session,
}

impl Alone {
    /// Lets services in again.
    pub(super) fn ends(self, link: &mut Link) -> Result<(), Fault> {
        match self {
            Alone::File(file) => drop(file),
            Alone::Session => {
                drop(link.fetch(&sql(format!("SELECT pg_advisory_unlock({LOCK})")), Vec::new())?)
            }
        }
        Ok(())
    }

    /// The same behind an error: on a connection where something failed no more is asked, and its lock ends with it.
    pub(super) fn ends_with_connection(self, link: &mut Link) {
        match self {
            Alone::File(file) => drop(file),
            Alone::Session => link.drop_connection(),
        }
    }
}

/// Makes sure that no service runs, and keeps them out.
pub(super) fn alone(link: &mut Link, changes: &[String]) -> Result<Alone, NotReady> {
    let not_alone = |who: String| NotReady::NotAlone(changes.to_vec(), who);
    match (link.dialect(), link.target().clone()) {
        (Dialect::Sqlite, Target::Sqlite(path)) => {
            let failed = |error| Fault::Other(format!("cannot lock {}: {error}", path.display()));
            let held = lock(&path).map_err(failed)?;
            held.map(Alone::File).ok_or_else(|| not_alone(format!("a service runs on {}", path.display())))
        }
        _ => {
            // A connection that was closed a moment ago is there for a moment more.
            for _ in 0..20 {
                if is_alone(link)? {
                    return Ok(Alone::Session);
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(not_alone(match others(link)? {
                1 => "a service has a connection to this database".to_owned(),
                more => format!("services have {more} connections to this database"),
            }))
        }
    }
}

/// The lock that each connection of a service and of its commands shares as long as it is open, and that a change which
/// runs alone has to itself. Services in other schemas of a database have one of their own.
const LOCK: &str = "1870620018, hashtext(COALESCE(current_schema()::text, ''))";

/// From now on no change runs that has to run alone, as long as the connection is open.
pub(crate) fn share(link: &mut Link) -> Result<(), Fault> {
    if link.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let shared = link.run_sql(sql(format!("SELECT pg_advisory_lock_shared({LOCK})")));
    shared.map_err(|fault| match fault {
        Fault::Conflict(_) => Fault::Conflict("`migrate` changes the tables just now".to_owned()),
        other => other,
    })
}

fn is_alone(link: &mut Link) -> Result<bool, Fault> {
    let rows = link.fetch(&sql(format!("SELECT pg_try_advisory_lock({LOCK})")), Vec::new())?;
    Ok(rows.first().and_then(|row| row.first()) == Some(&Cell::Bool(true)))
}

/// How many connections share the lock, besides this one.
fn others(link: &mut Link) -> Result<i64, Fault> {
    let (class, object) = LOCK.split_once(", ").unwrap_or_default();
    let text = sql(format!(
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND classid = {class} AND objid::bigint = ({object}::bigint & 4294967295) AND pid <> pg_backend_pid()"
    ));
    let rows = link.fetch(&text, Vec::new())?;
    Ok(rows.first().and_then(|row| row.first()?.int()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn one_holds_a_file_at_a_time_though_it_is_removed() {
        let folder = std::env::temp_dir().join(format!("opwright_lock_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("shop.db");
        let (inside, had) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        let Some(held) = lock(&path).unwrap() else { continue };
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold it");
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        had.fetch_add(1, Ordering::SeqCst);
                        drop(held);
                    }
                });
            }
        });
        assert!(had.into_inner() > 8);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "it is removed");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
