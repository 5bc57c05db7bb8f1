//! A new table in the place of an old one: how SQLite changes a constraint or a default.
//!
//! ```text
//! CREATE TABLE "customer.new" (…)     as it will be, columns of removed fields included
//! INSERT INTO "customer.new" SELECT   every row, every column
//! DROP TABLE "customer"
//! ALTER TABLE "customer.new" RENAME TO "customer"
//! CREATE INDEX …                      all of them
//! ```
//!
//! These are the steps that the documentation of SQLite gives, in the transaction of the migration; there are no
//! foreign keys, triggers or views that could be in the way. No name of a spec has a point.

use crate::schema::act::Act;
use crate::schema::step::Step;
use crate::schema::tables::{Column, Table};
use crate::store::ddl;
use crate::store::layout;
use crate::store::link::Dialect;

/// The table that a step is made on by another one in its place.
pub(super) fn needs_rebuild(step: &Step) -> Option<&str> {
    match step {
        Step::Constrain { table, .. } | Step::SetDefault { table, .. } => Some(table),
        // There are no rows: they would have no value.
        Step::AddColumn { table, column } if !column.may_be_left_out() => Some(table),
        _ => None,
    }
}

/// Makes it.
pub(super) fn rebuild(name: &str, table: &Table, steps: &[Step]) -> Vec<Act> {
    let new = format!("{name}.new");
    let columns: Vec<layout::Column> = table.columns.iter().map(Column::laid_out).collect();
    let is_new = |column: &str| {
        let here = |step: &Step| matches!(step, Step::AddColumn { table, column: new } if table == name && new.name == column && !new.may_be_left_out());
        steps.iter().any(here)
    };
    let kept = table.columns.iter().map(|column| column.name.as_str()).filter(|column| !is_new(column));
    let managed = ddl::managed();
    let all: Vec<String> = kept
        .chain(managed.iter().map(|(column, ..)| *column))
        .map(|column| format!("\"{column}\""))
        .collect();
    let all = all.join(", ");
    let mut statements = vec![
        ddl::rows_table(&new, name, &columns, &table.id, Dialect::Sqlite),
        format!("INSERT INTO \"{new}\" ({all}) SELECT {all} FROM \"{name}\""),
        format!("DROP TABLE \"{name}\""),
        format!("ALTER TABLE \"{new}\" RENAME TO \"{name}\""),
    ];
    statements.extend(table.uniques.iter().map(|columns| ddl::index(name, columns, true)));
    statements.extend(table.indexes.iter().map(|columns| ddl::index(name, columns, false)));
    let why = format!("\"{name}\" is written anew: SQLite changes no constraint or default in place");
    std::iter::once(Act::Note(why)).chain(statements.into_iter().map(Act::Sql)).collect()
}
