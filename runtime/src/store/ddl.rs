//! What an empty database is filled with.

use crate::store::layout::{Kind, Layout, Table};
use crate::store::link::Dialect;
use crate::store::statements::history_kinds;

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
    let mut columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let key = if column.name == table.id_column() { " PRIMARY KEY" } else { "" };
            format!(
                "  \"{}\" {}{}{key}",
                column.name,
                column_type(&column.kind, dialect),
                not_null(column.nullable)
            )
        })
        .collect();
    let int = column_type(&Kind::Int, dialect);
    columns.push(format!("  \"_version\" {int} NOT NULL"));
    columns.push(format!("  \"_deleted_at\" {}", column_type(&Kind::Timestamp, dialect)));
    columns.push(format!("  \"_written_by\" {} NOT NULL", column_type(&Kind::Text, dialect)));
    columns.push(format!("  \"_created\" {int} NOT NULL"));
    columns.push(format!("  \"_position\" {int} NOT NULL"));
    let mut statements = vec![format!("CREATE TABLE \"{}\" (\n{}\n)", table.name(), columns.join(",\n"))];
    statements.push(history_table(table, dialect));
    statements.extend(indexes(table));
    statements
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
    format!(
        "CREATE TABLE \"{}__history\" (\n{},\n  PRIMARY KEY (\"id\", \"version\")\n)",
        table.name(),
        columns.join(",\n")
    )
}

/// The statements that make the indexes of a table.
pub fn indexes(table: &Table) -> Vec<String> {
    let columns = |fields: &[usize]| -> Option<String> {
        let names = fields.iter().map(|field| {
            let key = &table.resource.fields.get(*field)?.key;
            // A field that is an object has no column of its own name, and is not indexed.
            table.columns.iter().any(|column| &column.name == key).then(|| format!("\"{key}\""))
        });
        names.collect::<Option<Vec<String>>>().map(|names| names.join(", "))
    };
    let mut statements = Vec::new();
    for fields in &table.resource.uniques {
        if let Some(names) = columns(fields) {
            let name = index_name(table, fields, "unique");
            statements.push(format!(
                "CREATE UNIQUE INDEX \"{name}\" ON \"{}\" ({names}) WHERE \"_deleted_at\" IS NULL",
                table.name()
            ));
        }
    }
    for fields in &table.resource.indexes {
        if let Some(names) = columns(fields) {
            let name = index_name(table, fields, "index");
            statements.push(format!("CREATE INDEX \"{name}\" ON \"{}\" ({names})", table.name()));
        }
    }
    statements
}

/// The name of an index: readable, and within the 63 bytes that PostgreSQL takes.
pub fn index_name(table: &Table, fields: &[usize], kind: &str) -> String {
    let numbers: Vec<String> = fields.iter().map(ToString::to_string).collect();
    let keys =
        fields.iter().filter_map(|field| table.resource.fields.get(*field)).map(|field| field.key.as_str());
    let full = format!("{}_{}_{kind}", table.name(), keys.collect::<Vec<_>>().join("_"));
    if full.len() <= 63 { full } else { format!("{}_{}_{kind}", table.name(), numbers.join("_")) }
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

/// The tables of the runtime itself.
pub fn runtime(dialect: Dialect) -> Vec<String> {
    let (text, int, time) = (
        column_type(&Kind::Text, dialect),
        column_type(&Kind::Int, dialect),
        column_type(&Kind::Timestamp, dialect),
    );
    let table = |name: &str, columns: &[(&str, &str)]| {
        let columns: Vec<String> = columns.iter().map(|(name, ty)| format!("  \"{name}\" {ty}")).collect();
        format!("CREATE TABLE \"{name}\" (\n{}\n)", columns.join(",\n"))
    };
    let required = |ty: &str| format!("{ty} NOT NULL");
    let (text_required, int_required, time_required) = (required(text), required(int), required(time));
    let (text_key, int_key) = (format!("{text} PRIMARY KEY"), format!("{int} PRIMARY KEY"));
    let (t, i, at) = (text_required.as_str(), int_required.as_str(), time_required.as_str());
    vec![
        table("_schema", &[("number", &int_key), ("hash", t), ("json", t), ("at", at)]),
        table("_token", &[("hash", &text_key), ("name", t), ("capabilities", t), ("at", at)]),
        table("_graph", &[("hash", &text_key), ("operation", t), ("json", t)]),
        table("_event", &[("id", &text_key), ("name", t), ("at", at), ("invocation", t), ("data", t)]),
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
        ),
        "CREATE INDEX \"_run_recent\" ON \"_run\" (\"operation\", \"started\")".to_owned(),
    ]
}
