//! An empty database for one scenario, gone afterwards.

use crate::store::link::{Fault, Link, Target, sql};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Says where a server of PostgreSQL is whose user may create databases.
pub(super) const VARIABLE: &str = "OPWRIGHT_TEST_POSTGRES";

/// Where databases are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Server {
    /// Files of SQLite, in the folder of temporary files.
    Sqlite,
    /// A server of PostgreSQL, if it is known where it is.
    Postgres(Option<String>),
}

impl Server {
    /// All that scenarios are run on.
    pub(super) fn all() -> [Self; 2] {
        let place = std::env::var(VARIABLE).ok().filter(|place| !place.is_empty());
        [Server::Sqlite, Server::Postgres(place)]
    }

    /// The name, as a part of names of tests.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Server::Sqlite => "sqlite",
            Server::Postgres(_) => "postgres",
        }
    }

    /// Why nothing can be made there, if that is so.
    pub(super) fn missing(&self) -> Option<String> {
        (*self == Server::Postgres(None)).then(|| format!("{VARIABLE} is not set"))
    }

    /// A new database.
    pub(super) fn database(&self) -> Result<Database, Fault> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("opwright_scenario_{}_{number}", std::process::id());
        match self {
            Server::Sqlite => {
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder).map_err(|error| {
                    Fault::Other(format!("cannot make the folder {}: {error}", folder.display()))
                })?;
                Ok(Database {
                    target: Target::Sqlite(folder.join("scenario.db")),
                    place: Place::Folder(folder),
                })
            }
            Server::Postgres(None) => Err(Fault::Other(format!("{VARIABLE} is not set"))),
            Server::Postgres(Some(url)) => {
                if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                    let why = "is no address of a server, such as postgres://user@host/postgres";
                    return Err(Fault::Other(format!("what {VARIABLE} says {why}")));
                }
                on_server(url, &format!("CREATE DATABASE \"{name}\""))?;
                let (before, _) = url.rsplit_once('/').unwrap_or((url, ""));
                let target = Target::parse(&format!("{before}/{name}"))?;
                Ok(Database { target, place: Place::Server { url: url.clone(), name } })
            }
        }
    }
}

/// A database.
pub(super) struct Database {
    /// Where it is.
    pub(super) target: Target,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Server { url: String, name: String },
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be removed is left behind: that is no fault of the scenario.
        match &self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Server { url, name } => {
                drop(on_server(url, &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")));
            }
        }
    }
}

fn on_server(url: &str, statement: &str) -> Result<(), Fault> {
    let mut link = Link::open(&Target::parse(url)?)?;
    link.run_sql(sql(statement.to_owned()))?;
    link.close();
    Ok(())
}
