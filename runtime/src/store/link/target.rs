//! Where a database is: `sqlite:shop.db`, a path, or `postgres://…`.

use super::Fault;
use sqlx::postgres::PgConnectOptions;
use std::path::{Path, PathBuf};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Where a database is.
#[derive(Debug, Clone)]
pub enum Target {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A database of PostgreSQL.
    Postgres(Box<PgConnectOptions>),
}

impl Target {
    /// Reads an address: `sqlite:shop.db`, a path, or `postgres://…`.
    pub fn parse(url: &str) -> Result<Self, Fault> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options: PgConnectOptions = url
                .parse()
                .map_err(|error| Fault::Other(format!("this is no address of PostgreSQL: {error}")))?;
            return Ok(Target::Postgres(Box::new(options)));
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
        if path.is_empty() || path.contains("://") {
            return Err(Fault::Other(format!("`{url}` is no database: write sqlite:FILE or postgres://…")));
        }
        Ok(Target::Sqlite(PathBuf::from(path)))
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Target::Sqlite(_) => Dialect::Sqlite,
            Target::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        if let Target::Sqlite(path) = self { Some(path) } else { None }
    }

    /// For people: no password in it.
    pub fn shown(&self) -> String {
        match self {
            Target::Sqlite(path) => format!("sqlite:{}", path.display()),
            Target::Postgres(options) => format!(
                "postgres://{}:{}/{}",
                options.get_host(),
                options.get_port(),
                options.get_database().unwrap_or("postgres")
            ),
        }
    }
}
