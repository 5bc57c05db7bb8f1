//! Parts that many statements have: names, lists of columns, and which rows are live.

use crate::store::layout::{Kind, Table};
use crate::store::link::Dialect;

/// A name as SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// The ids that a statement is given, `$1`.
pub fn given_ids(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "IN (SELECT value FROM json_each($1))",
        Dialect::Postgres => "= ANY($1::text[])",
    }
}

/// Rows that are not deleted, of those that an index has found. PostgreSQL must not see what this is: it would walk all
/// of a unique index, which holds just such rows, to have the few.
pub(super) fn live(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "\"_deleted_at\" IS NULL",
        Dialect::Postgres => "COALESCE(\"_deleted_at\" IS NULL, FALSE)",
    }
}

/// A column as it is read.
pub(crate) fn read(kind: &Kind, name: &str, dialect: Dialect) -> String {
    match (kind, dialect) {
        (Kind::Timestamp, Dialect::Postgres) => format!("(EXTRACT(EPOCH FROM \"{name}\") * 1000000)::bigint"),
        (Kind::Date, Dialect::Postgres) => format!("to_char(\"{name}\", 'YYYY-MM-DD')"),
        _ => quoted(name),
    }
}

/// A value as it is written, which is given as it was read.
pub(crate) fn written(kind: &Kind, value: &str, dialect: Dialect) -> String {
    match (kind, dialect) {
        // Whole seconds first: an interval is multiplied as a double, which is exact only so far.
        (Kind::Timestamp, Dialect::Postgres) => format!(
            "(TIMESTAMPTZ 'epoch' + ({value} / 1000000) * INTERVAL '1 second' + ({value} % 1000000) * INTERVAL '1 microsecond')"
        ),
        (Kind::Date, Dialect::Postgres) => format!("{value}::date"),
        _ => value.to_owned(),
    }
}

/// What is read of a row: its columns, then `_version`, `_created`, `_position`.
pub(super) fn column_list(table: &Table, dialect: Dialect) -> Vec<String> {
    let columns = table.columns.iter().map(|column| read(&column.kind, &column.name, dialect));
    let managed = ["_version", "_created", "_position"].iter().map(|name| quoted(name));
    columns.chain(managed).collect()
}
