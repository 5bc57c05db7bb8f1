//! A new, empty database for a test, gone afterwards.

use opwright_runtime::store::link::{Link, Target, sql};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database.
pub struct Database {
    /// Where it is.
    pub target: Target,
    url: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Server { url: String, name: String },
}

impl Database {
    /// A file of SQLite.
    ///
    /// # Panics
    /// If the folder of temporary files cannot be written to.
    pub fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(fresh_name());
        must(&format!("make {}", folder.display()), std::fs::create_dir_all(&folder));
        Database::at(format!("sqlite:{}", folder.join("test.db").display()), Place::Folder(folder))
    }

    /// A database of its own on a server of PostgreSQL.
    ///
    /// # Panics
    /// If the server cannot be reached or refuses.
    pub fn postgres(server: &str) -> Self {
        Database::postgres_with(server, "")
    }

    /// The same, where texts are ordered as in a language and not by their bytes, if nothing else is said.
    ///
    /// # Panics
    /// If the server cannot be reached or refuses, as those before version 15 do.
    pub fn postgres_of(server: &str, language: &str) -> Self {
        let options =
            format!(" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE '{language}'");
        Database::postgres_with(server, &options)
    }

    fn postgres_with(server: &str, options: &str) -> Self {
        let name = fresh_name();
        on_server(server, &format!("CREATE DATABASE \"{name}\"{options}"));
        let (before, _) = server.rsplit_once('/').unwrap_or((server, ""));
        Database::at(format!("{before}/{name}"), Place::Server { url: server.to_owned(), name })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Another new one of the same kind.
    pub fn another(&self) -> Self {
        match &self.place {
            Place::Folder(_) => Database::sqlite(),
            Place::Server { url, .. } => Database::postgres(url),
        }
    }

    fn at(url: String, place: Place) -> Self {
        Database { target: must("read the address", Target::parse(&url)), url, place }
    }

    /// A folder of its own, where there is one.
    pub fn folder(&self) -> Option<&Path> {
        if let Place::Folder(folder) = &self.place { Some(folder) } else { None }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // After a test that failed, the database stays for those who look for the reason.
        if std::thread::panicking() {
            eprintln!("the database is still there: {}", self.url);
            return;
        }
        match &self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Server { url, name } => {
                on_server(url, &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
            }
        }
    }
}

fn on_server(url: &str, statement: &str) {
    let mut link = must("read the address", Target::parse(url).and_then(|target| Link::open(&target)));
    must(statement, link.run_sql(sql(statement.to_owned())));
    link.close();
}

fn fresh_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    // Numbers of processes come again, and what a test left that failed is there still.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("opwright_tests_{}_{number}_{:x}", std::process::id(), now.subsec_nanos())
}

/// A test that cannot be set up has failed.
#[expect(clippy::panic, reason = "what tests share fails as tests do")]
pub(crate) fn must<T, E: std::fmt::Display>(what: &str, done: Result<T, E>) -> T {
    done.unwrap_or_else(|error| panic!("cannot {what}: {error}"))
}
