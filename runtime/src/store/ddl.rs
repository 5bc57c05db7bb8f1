//! What an empty database is filled with.

use crate::digest::sha256;
use crate::store::layout::{Column, Kind, Layout, Table};
use crate::store::link::Dialect;
use crate::store::statements::history_kinds;
use opwright_values::column::to_text;
use opwright_values::schema::Default;
use opwright_values::time::{Date, Timestamp};
use opwright_values::value::Value;

/// All statements that make the tables of a service, those of the runtime included.
pub fn create(layout: &Layout, dialect: Dialect) -> Vec<String> {
    let mut statements = runtime(dialect);
    for table in &layout.tables {
        statements.extend(create_table(table, dialect));
    }
    statements
}

/// The statements that make the table of a resource, its history and its indexes.
pub fn create_table(table: &Table, dialect: Dialect) -> Vec<String> {
    let made = rows_table(table.name(), table.name(), &table.columns, table.id_column(), dialect);
    let mut statements = vec![made, history_table(table, dialect)];
    statements.extend(indexes(table));
    statements
}

/// The statement that makes a table for the rows of a resource; it is called otherwise while it takes the place of one.
pub fn rows_table(name: &str, resource: &str, columns: &[Column], id: &str, dialect: Dialect) -> String {
    let text = |column: &Column| {
        // By itself PostgreSQL would call it `…_pkey`, which may be the name of a table.
        let key = if column.name == id {
            format!(" CONSTRAINT \"{}\" PRIMARY KEY", key_name(resource))
        } else {
            String::new()
        };
        let default = column.default.as_ref().map(|default| default_text(default, &column.kind, dialect));
        format!("  {}{key}", column_text(column, default, dialect))
    };
    let mut columns: Vec<String> = columns.iter().map(text).collect();
    columns.extend(managed().into_iter().map(|(column, kind, nullable)| {
        format!("  \"{column}\" {}{}", column_type(&kind, dialect), not_null(nullable))
    }));
    // Kept by its id, a row is found and written in one tree instead of two.
    let kept = if dialect == Dialect::Sqlite { " WITHOUT ROWID" } else { "" };
    format!("CREATE TABLE \"{name}\" (\n{}\n){kept}", columns.join(",\n"))
}

/// The columns that the store manages in every table: name, what they hold, and whether they may be NULL.
pub fn managed() -> [(&'static str, Kind, bool); 5] {
    [
        ("_version", Kind::Int, false),
        ("_deleted_at", Kind::Timestamp, true),
        ("_written_by", Kind::Text, false),
        ("_created", Kind::Int, false),
        ("_position", Kind::Int, false),
    ]
}

fn history_table(table: &Table, dialect: Dialect) -> String {
    let columns: Vec<String> = history_kinds()
        .iter()
        .map(|(name, kind)| {
            format!(
                "  \"{name}\" {}{}",
                column_type(kind, dialect),
                not_null(name == "before" || name == "after")
            )
        })
        .collect();
    // Nothing looks history up yet, and a tree by id would cost a page a change: it is only ever added to.
    format!("CREATE TABLE \"{}\" (\n{}\n)", history_name(table), columns.join(",\n"))
}

/// The name of the table of what was changed in another.
pub fn history_name(table: &Table) -> String {
    format!("{}__history", table.name())
}

/// A column as `CREATE TABLE` and `ADD COLUMN` take it.
pub fn column_text(column: &Column, default: Option<String>, dialect: Dialect) -> String {
    let default = default.map(|default| format!(" DEFAULT {default}")).unwrap_or_default();
    format!(
        "\"{}\" {}{}{default}",
        column.name,
        column_type(&column.kind, dialect),
        not_null(column.nullable)
    )
}

/// A default as SQL.
pub fn default_text(default: &Default, kind: &Kind, dialect: Dialect) -> String {
    match (default, kind, dialect) {
        (Default::Now, Kind::Date, Dialect::Sqlite) => "(date('now'))".to_owned(),
        (Default::Now, Kind::Date, Dialect::Postgres) => "((now() AT TIME ZONE 'UTC')::date)".to_owned(),
        (Default::Now, _, Dialect::Sqlite) => "(CAST(unixepoch('subsec') * 1000000 AS INTEGER))".to_owned(),
        (Default::Now, _, Dialect::Postgres) => "now()".to_owned(),
        (Default::Value(value), kind, dialect) => value_text(value, kind, dialect),
    }
}

fn value_text(value: &Value, kind: &Kind, dialect: Dialect) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    match (value, kind, dialect) {
        (Value::Null, ..) => "NULL".to_owned(),
        (Value::Bool(flag), _, Dialect::Postgres) => flag.to_string(),
        (Value::Bool(flag), _, Dialect::Sqlite) => i64::from(*flag).to_string(),
        (Value::Int(days), Kind::Date, _) => quoted(&Date::from_days(*days).to_string()),
        (Value::Int(micros), Kind::Timestamp, Dialect::Postgres) => {
            quoted(&Timestamp::from_micros(*micros).to_string())
        }
        (Value::Int(int), ..) => int.to_string(),
        (Value::Text(text), ..) => quoted(text),
        (value, Kind::Json(ty), _) => quoted(&to_text(ty, value)),
        // A list or an object in a column of another kind: the compiler makes no such default.
        (Value::List(_) | Value::Map(_) | Value::Object(_), ..) => "NULL".to_owned(),
    }
}

/// The statements that make the indexes of a table.
pub fn indexes(table: &Table) -> Vec<String> {
    let of_kind = |sets: &[Vec<usize>], unique: bool| -> Vec<String> {
        let named = sets.iter().filter_map(|fields| indexed(table, fields));
        named.map(|names| index(table.name(), &names, unique)).collect()
    };
    let mut statements = of_kind(&table.resource.uniques, true);
    statements.extend(of_kind(&table.resource.indexes, false));
    statements
}

/// The columns of some fields; `None` if one is an object, which has no column of its own and is not indexed.
fn indexed(table: &Table, fields: &[usize]) -> Option<Vec<String>> {
    let names = fields.iter().map(|field| {
        let key = &table.resource.fields.get(*field)?.key;
        table.columns.iter().any(|column| &column.name == key).then(|| key.clone())
    });
    names.collect()
}

/// The name of the index that keeps some fields unique.
pub fn unique_name(table: &Table, fields: &[usize]) -> Option<String> {
    indexed(table, fields).map(|names| index_name(table.name(), &names, true))
}

/// The statement that makes an index; a unique one is over live rows.
pub fn index(table: &str, columns: &[String], unique: bool) -> String {
    let name = index_name(table, columns, unique);
    let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let (word, live) = if unique { (" UNIQUE", " WHERE \"_deleted_at\" IS NULL") } else { ("", "") };
    format!("CREATE{word} INDEX \"{name}\" ON \"{table}\" ({}){live}", columns.join(", "))
}

/// The name of the primary key of a table.
pub fn key_name(table: &str) -> String {
    format!("{table}.key")
}

/// The name of an index: readable, and within the 63 bytes that PostgreSQL takes. No name of a spec has a point, so it
/// is that of no table and, since the columns are told apart, of no other index.
pub fn index_name(table: &str, columns: &[String], unique: bool) -> String {
    let kind = if unique { "unique" } else { "index" };
    let full = format!("{table}.{}.{kind}", columns.join("."));
    if full.len() <= 63 {
        return full;
    }
    let hash = sha256(&full);
    let hash = hash.get(..16).unwrap_or_default();
    // Names from specs are ASCII, so this cuts between characters.
    format!("{}.{hash}.{kind}", table.get(..table.len().min(38)).unwrap_or_default())
}

fn not_null(nullable: bool) -> &'static str {
    if nullable { "" } else { " NOT NULL" }
}

/// The type of a column.
pub fn column_type(kind: &Kind, dialect: Dialect) -> &'static str {
    match (dialect, kind) {
        (Dialect::Sqlite, Kind::Int | Kind::Bool | Kind::Timestamp) => "INTEGER",
        (Dialect::Sqlite, _) => "TEXT",
        (Dialect::Postgres, Kind::Int) => "BIGINT",
        (Dialect::Postgres, Kind::Bool) => "BOOLEAN",
        (Dialect::Postgres, Kind::Date) => "DATE",
        (Dialect::Postgres, Kind::Timestamp) => "TIMESTAMPTZ",
        (Dialect::Postgres, Kind::Text | Kind::Json(_)) => "TEXT COLLATE \"C\"",
    }
}

/// The statements that make the tables of the runtime itself.
pub fn runtime(dialect: Dialect) -> Vec<String> {
    let tables = runtime_tables(dialect).into_iter();
    tables.flat_map(|(_, table, indexes)| std::iter::once(table).chain(indexes)).collect()
}

/// The tables of the runtime itself: the name, what makes it, and what makes its indexes.
pub fn runtime_tables(dialect: Dialect) -> Vec<(&'static str, String, Vec<String>)> {
    let (text, int, time) = (
        column_type(&Kind::Text, dialect),
        column_type(&Kind::Int, dialect),
        column_type(&Kind::Timestamp, dialect),
    );
    let table = |name: &'static str, columns: &[(&str, &str)], indexes: &[&str]| {
        let columns: Vec<String> = columns.iter().map(|(name, ty)| format!("  \"{name}\" {ty}")).collect();
        let made = format!("CREATE TABLE \"{name}\" (\n{}\n)", columns.join(",\n"));
        (name, made, indexes.iter().map(|&it| it.to_owned()).collect())
    };
    let required = |ty: &str| format!("{ty} NOT NULL");
    let (text_required, int_required, time_required) = (required(text), required(int), required(time));
    let (text_key, int_key) = (format!("{text} PRIMARY KEY"), format!("{int} PRIMARY KEY"));
    let (t, i, at) = (text_required.as_str(), int_required.as_str(), time_required.as_str());
    vec![
        table("_schema", &[("number", &int_key), ("hash", t), ("json", t), ("at", at)], &[]),
        table("_token", &[("hash", &text_key), ("name", t), ("capabilities", t), ("at", at)], &[]),
        table("_graph", &[("hash", &text_key), ("operation", t), ("json", t)], &[]),
        table("_event", &[("id", &text_key), ("name", t), ("at", at), ("invocation", t), ("data", t)], &[]),
        table(
            "_run",
            &[
                ("run", &text_key),
                ("operation", t),
                ("spec_hash", t),
                ("agent", t),
                ("mode", t),
                ("started", at),
                ("code", text),
                ("attempts", i),
                ("steps", t),
                ("refused", text),
                ("fault", text),
                ("changed", t),
            ],
            &["CREATE INDEX \"_run_recent\" ON \"_run\" (\"operation\", \"started\")"],
        ),
    ]
}
