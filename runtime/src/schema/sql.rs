//! Steps as statements.
//!
//! ```sql
//! ALTER TABLE "customer" ADD COLUMN "phone" TEXT
//! CREATE UNIQUE INDEX "customer.phone.unique" ON "customer" ("phone") WHERE "_deleted_at" IS NULL
//! ```
//!
//! Both databases change tables within a transaction, and neither has to rewrite a table for what is done here.

use crate::schema::plan::Step;
use crate::store::ddl;
use crate::store::layout::{Column, Kind, Layout, Table};
use crate::store::link::Dialect;
use opwright_values::schema::Default;
use opwright_values::time::{Date, Timestamp};
use opwright_values::value::Value;
use std::time::SystemTime;

/// The statements of some steps, in order.
pub(super) fn statements(steps: &[Step], layout: &Layout, dialect: Dialect) -> Vec<String> {
    steps.iter().flat_map(|step| one(step, layout, dialect)).collect()
}

fn one(step: &Step, layout: &Layout, dialect: Dialect) -> Vec<String> {
    let find = |name: &String| layout.tables.iter().find(|table| table.name() == name);
    match step {
        Step::CreateTable { table } => {
            find(table).map(|table| ddl::create_table(table, dialect)).unwrap_or_default()
        }
        Step::AddColumn { table, column } => {
            let column_of = |table: &Table| table.columns.iter().find(|it| it.name == column.name).cloned();
            let column = find(table).and_then(column_of);
            column.map(|column| add_column(table, &column, dialect)).into_iter().collect()
        }
        Step::AddIndex { table, columns, unique } => vec![ddl::index(table, columns, *unique)],
    }
}

fn add_column(table: &str, column: &Column, dialect: Dialect) -> String {
    let default = column.default.as_ref().map(|default| {
        let default =
            if dialect == Dialect::Sqlite { constant(default, &column.kind) } else { default.clone() };
        ddl::default_text(&default, &column.kind, dialect)
    });
    format!("ALTER TABLE \"{table}\" ADD COLUMN {}", ddl::column_text(column, default, dialect))
}

/// SQLite adds a column only with a constant, so `now` is the time of the migration: what the rows that are there
/// get on PostgreSQL too. Rows that an older service writes afterwards get it as well.
fn constant(default: &Default, kind: &Kind) -> Default {
    let Default::Now = default else { return default.clone() };
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let now = Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    let value = if *kind == Kind::Date { Date::of(now).days() } else { now.micros() };
    Default::Value(Value::Int(value))
}
