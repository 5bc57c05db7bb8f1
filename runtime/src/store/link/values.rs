//! Values in and out of statements, the same for both databases.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

/// A value that is given to a statement.
#[derive(Debug, Clone)]
pub enum Arg {
    /// NULL (SQLite).
    Null,
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

    /// The text, taken out.
    pub fn into_text(self) -> Option<String> {
        if let Cell::Text(text) = self { Some(text) } else { None }
    }

    /// The text.
    pub fn text(&self) -> Option<&str> {
        if let Cell::Text(text) = self { Some(text) } else { None }
    }
}

type SqliteQuery = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;
type PostgresQuery = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

pub(super) fn bind_sqlite(query: SqliteQuery, arg: Arg) -> SqliteQuery {
    match arg {
        Arg::Int(int) => query.bind(int),
        Arg::Text(text) => query.bind(text),
        Arg::Bool(flag) => query.bind(flag),
        // Lists are given to SQLite as JSON texts; these never get here.
        Arg::Null | Arg::Texts(_) | Arg::Ints(_) | Arg::Bools(_) => query.bind(None::<String>),
    }
}

pub(super) fn bind_postgres(query: PostgresQuery, arg: Arg) -> PostgresQuery {
    match arg {
        Arg::Int(int) => query.bind(int),
        Arg::Text(text) => query.bind(text),
        Arg::Bool(flag) => query.bind(flag),
        Arg::Texts(texts) => query.bind(texts),
        Arg::Ints(ints) => query.bind(ints),
        Arg::Bools(flags) => query.bind(flags),
        // A single NULL would need a type; it is always part of a list.
        Arg::Null => query.bind(None::<String>),
    }
}

pub(super) fn cells_sqlite(row: &SqliteRow) -> Result<Vec<Cell>, sqlx::Error> {
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

pub(super) fn cells_postgres(row: &PgRow) -> Result<Vec<Cell>, sqlx::Error> {
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
