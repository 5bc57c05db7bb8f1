//! A connection to one of the two databases: the only file that names sqlx.
//!
//! ```text
//! Link ─┬─ runtime     current thread: a lane waits for its database and for nothing else
//!       └─ Conn ─┬─ SQLite      WAL, synchronous=FULL, BEGIN IMMEDIATE
//!                └─ PostgreSQL  READ COMMITTED, or a REPEATABLE READ snapshot for reading
//! ```
//!
//! Two faults of the drivers were measured, and have one cure here. A transaction whose future is dropped midway
//! leaves its connection inside of the transaction, and SQLite rolls back by itself on some errors without the
//! driver knowing. So nothing here is ever dropped midway, and a connection on which anything failed is not used
//! again.

use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Row as _, SqlSafeStr, TypeInfo as _,
    ValueRef as _,
};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A statement. It is made from names that the compiler has checked and from placeholders, never from values.
pub type Sql = sqlx::SqlStr;

/// A statement from text.
pub fn sql(text: impl Into<String>) -> Sql {
    AssertSqlSafe(text.into()).into_sql_str()
}

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
                .map_err(|error| Fault::Other(format!("`{url}` is no address of PostgreSQL: {error}")))?;
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

/// A value that is given to a statement.
#[derive(Debug, Clone)]
pub enum Arg {
    /// A whole number.
    Int(i64),
    /// A text; on SQLite also a list, as JSON.
    Text(String),
    /// A flag.
    Bool(bool),
    /// A list of texts (PostgreSQL).
    Texts(Vec<Option<String>>),
    /// A list of whole numbers (PostgreSQL).
    Ints(Vec<Option<i64>>),
    /// A list of flags (PostgreSQL).
    Bools(Vec<Option<bool>>),
}

/// A value that a statement gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A whole number; on SQLite also a flag.
    Int(i64),
    /// A flag (PostgreSQL).
    Bool(bool),
    /// A text.
    Text(String),
}

impl Cell {
    /// The number.
    pub fn int(&self) -> Option<i64> {
        if let Cell::Int(int) = self { Some(*int) } else { None }
    }

    /// The text.
    pub fn text(&self) -> Option<&str> {
        if let Cell::Text(text) = self { Some(text) } else { None }
    }
}

enum Conn {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

/// A connection, and the thread's runtime that drives it.
pub struct Link {
    runtime: tokio::runtime::Runtime,
    conn: Option<Conn>,
    target: Target,
}

impl Link {
    /// Connects.
    pub fn open(target: &Target) -> Result<Self, Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Fault::Other(format!("cannot start a runtime: {error}")))?;
        let mut link = Self { runtime, conn: None, target: target.clone() };
        link.reopen()?;
        Ok(link)
    }

    /// Throws the connection away and makes a new one.
    pub fn reopen(&mut self) -> Result<(), Fault> {
        self.drop_connection();
        let mut conn = self.connect();
        // While another connection turns a new file to WAL, SQLite is busy, whatever its timeout.
        for _ in 0..40 {
            let Err(sqlx::Error::Database(error)) = &conn else { break };
            if error.code().as_deref() != Some("5") {
                break;
            }
            std::thread::sleep(Duration::from_millis(25));
            conn = self.connect();
        }
        self.conn = Some(conn.map_err(|error| lost(&error))?);
        Ok(())
    }

    fn connect(&self) -> Result<Conn, sqlx::Error> {
        match &self.target {
            Target::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(Duration::from_secs(10))
                    .pragma("cache_size", "-65536")
                    .pragma("temp_store", "MEMORY");
                self.runtime.block_on(options.connect()).map(Conn::Sqlite)
            }
            Target::Postgres(options) => {
                let options = (**options).clone().options([("client_min_messages", "warning")]);
                self.runtime.block_on(options.connect()).map(Conn::Postgres)
            }
        }
    }

    /// Closes the connection without asking it anything: nothing can be known of its state.
    pub fn drop_connection(&mut self) {
        if let Some(conn) = self.conn.take() {
            let closed = match conn {
                Conn::Sqlite(conn) => self.runtime.block_on(conn.close_hard()),
                Conn::Postgres(conn) => self.runtime.block_on(conn.close_hard()),
            };
            if let Err(error) = closed {
                tracing::debug!(%error, "a connection that is thrown away could not be closed");
            }
        }
    }

    /// Closes the connection in good order.
    pub fn close(mut self) {
        if let Some(conn) = self.conn.take() {
            let closed = match conn {
                Conn::Sqlite(conn) => self.runtime.block_on(conn.close()),
                Conn::Postgres(conn) => self.runtime.block_on(conn.close()),
            };
            if let Err(error) = closed {
                tracing::debug!(%error, "a connection could not be closed");
            }
        }
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.target.dialect()
    }

    /// Where the database is.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Runs several statements that give nothing, such as `BEGIN`.
    pub fn run(&mut self, text: &'static str) -> Result<(), Fault> {
        self.run_sql(text.into_sql_str())
    }

    /// Runs several statements that give nothing and take nothing.
    pub fn run_sql(&mut self, text: Sql) -> Result<(), Fault> {
        let done = match self.conn.as_mut() {
            None => return Err(closed()),
            Some(Conn::Sqlite(conn)) => self.runtime.block_on(sqlx::raw_sql(text).execute(conn)).map(drop),
            Some(Conn::Postgres(conn)) => self.runtime.block_on(sqlx::raw_sql(text).execute(conn)).map(drop),
        };
        done.map_err(|error| fault(&error))
    }

    /// Runs a statement; gives the number of rows that it changed.
    pub fn execute(&mut self, text: &Sql, args: Vec<Arg>) -> Result<u64, Fault> {
        let done = match self.conn.as_mut() {
            None => return Err(closed()),
            Some(Conn::Sqlite(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text.clone()), bind_sqlite);
                self.runtime.block_on(query.execute(conn)).map(|done| done.rows_affected())
            }
            Some(Conn::Postgres(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text.clone()), bind_postgres);
                self.runtime.block_on(query.execute(conn)).map(|done| done.rows_affected())
            }
        };
        done.map_err(|error| fault(&error))
    }

    /// Runs a statement; gives its rows.
    pub fn fetch(&mut self, text: &Sql, args: Vec<Arg>) -> Result<Vec<Vec<Cell>>, Fault> {
        let rows = match self.conn.as_mut() {
            None => return Err(closed()),
            Some(Conn::Sqlite(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text.clone()), bind_sqlite);
                let rows = self.runtime.block_on(query.fetch_all(conn));
                rows.and_then(|rows| rows.iter().map(cells_sqlite).collect())
            }
            Some(Conn::Postgres(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text.clone()), bind_postgres);
                let rows = self.runtime.block_on(query.fetch_all(conn));
                rows.and_then(|rows| rows.iter().map(cells_postgres).collect())
            }
        };
        rows.map_err(|error: sqlx::Error| fault(&error))
    }
}

type SqliteQuery = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;
type PostgresQuery = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn bind_sqlite(query: SqliteQuery, arg: Arg) -> SqliteQuery {
    match arg {
        Arg::Int(int) => query.bind(int),
        Arg::Text(text) => query.bind(text),
        Arg::Bool(flag) => query.bind(flag),
        // Lists are given to SQLite as JSON texts; these never get here.
        Arg::Texts(_) | Arg::Ints(_) | Arg::Bools(_) => query.bind(None::<String>),
    }
}

fn bind_postgres(query: PostgresQuery, arg: Arg) -> PostgresQuery {
    match arg {
        Arg::Int(int) => query.bind(int),
        Arg::Text(text) => query.bind(text),
        Arg::Bool(flag) => query.bind(flag),
        Arg::Texts(texts) => query.bind(texts),
        Arg::Ints(ints) => query.bind(ints),
        Arg::Bools(flags) => query.bind(flags),
    }
}

fn cells_sqlite(row: &SqliteRow) -> Result<Vec<Cell>, sqlx::Error> {
    (0..row.len())
        .map(|index| {
            let value = row.try_get_raw(index)?;
            if value.is_null() {
                return Ok(Cell::Null);
            }
            match value.type_info().name() {
                "TEXT" => row.try_get_unchecked(index).map(Cell::Text),
                _ => row.try_get_unchecked(index).map(Cell::Int),
            }
        })
        .collect()
}

fn cells_postgres(row: &PgRow) -> Result<Vec<Cell>, sqlx::Error> {
    row.columns()
        .iter()
        .map(|column| {
            let index = column.ordinal();
            if row.try_get_raw(index)?.is_null() {
                return Ok(Cell::Null);
            }
            match column.type_info().name() {
                "INT8" => row.try_get(index).map(Cell::Int),
                "INT4" => row.try_get(index).map(|int: i32| Cell::Int(int.into())),
                "BOOL" => row.try_get(index).map(Cell::Bool),
                _ => row.try_get_unchecked(index).map(Cell::Text),
            }
        })
        .collect()
}

fn closed() -> Fault {
    Fault::Lost("the connection is closed".to_owned())
}

fn lost(error: &sqlx::Error) -> Fault {
    Fault::Lost(error.to_string())
}

fn fault(error: &sqlx::Error) -> Fault {
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
