//! Where a database is: `sqlite:shop.db`, a path, or `postgres://…`.

use super::Fault;
use opwright_values::suggest::closest;
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

/// What stands behind a word that looks like a scheme, of a database that is not known here. One letter is a drive.
fn of_a_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    let is_word = scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric());
    (is_word && !rest.is_empty() && !rest.starts_with("//")).then_some(rest)
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
        if path == url
            && let Some(rest) = of_a_scheme(url)
        {
            let scheme = url.strip_suffix(rest).unwrap_or_default().trim_end_matches(':');
            let meant = match closest(&scheme.to_ascii_lowercase(), ["sqlite", "postgres", "postgresql"]) {
                Some("postgres" | "postgresql") => "postgres://USER@HOST/DATABASE".to_owned(),
                _ => format!("sqlite:{rest}"),
            };
            return Err(Fault::Other(format!(
                "`{url}` is no database: did you mean `{meant}`? for a file of just this name say `sqlite:{url}`"
            )));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_scheme_is_no_file() {
        for (url, meant) in [
            ("sqlit:x.db", "sqlite:x.db"),
            ("postgres:x", "postgres://USER@HOST/DATABASE"),
            ("postgre:x", "postgres://USER@HOST/DATABASE"),
            ("SQLite:x.db", "sqlite:x.db"),
        ] {
            let told = Target::parse(url).unwrap_err().to_string();
            assert!(told.contains(&format!("did you mean `{meant}`?")), "{told}");
        }
        assert!(
            Target::parse("mysql://x/y")
                .unwrap_err()
                .to_string()
                .contains("write sqlite:FILE or postgres://…")
        );
        for (url, file) in [
            ("sqlite:a:b.db", "a:b.db"),
            ("c:/x.db", "c:/x.db"),
            ("x.db", "x.db"),
            ("./a:b", "./a:b"),
            ("sqlite:sqlit:x", "sqlit:x"),
        ] {
            assert_eq!(Target::parse(url).unwrap().file(), Some(Path::new(file)), "{url}");
        }
    }
}
