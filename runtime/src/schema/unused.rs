//! Whether anybody ever used a column or a table that may make room: what stands in its rows, and what their history tells.
//!
//! ```text
//! migrate   ALTER TABLE … ADD COLUMN "balance" … DEFAULT 0     the default is nobody's value
//! a call    {name: a, balance: 0} ─▶ {name: b, balance: 0}     which knows the field, and leaves it: nobody's either
//! a call    {balance: 0} ─▶ {balance: 7}                       somebody's, and so is 0 where it comes behind 7
//! a call    nothing ─▶ {balance: 0}                            a row that it made: somebody may have said so
//! ```
//!
//! So what goes is told in the history of its rows at most as a default that nobody gave. That goes with it: the history
//! is read under the name that another column has from now on, and would tell of a value that this one never had.

use crate::schema::filled;
use crate::schema::tables::Column;
use crate::schema::twin::{Both, Twin};
use crate::schema::types::become_one;
use crate::store::ddl::default_text;
use crate::store::layout::Kind;
use crate::store::link::{Dialect, Fault, Link};
use opwright_values::schema::{Default, Type};
use opwright_values::value::Value;
use opwright_values::write::{Audience, write};
use std::collections::BTreeSet;

/// A query for the rows that have, or had, something in what may go.
pub(super) fn used(link: &mut Link, twin: &Twin) -> Result<String, Fault> {
    rows(link, &twin.table, &twin.id, twin.column.as_ref())
}

/// A query that counts the rows which have another value in what takes its place; of two that one thing may have been,
/// those which have, or had, something in the other.
pub(super) fn other(link: &mut Link, twin: &Twin) -> Result<String, Fault> {
    let Twin { table, was, id, .. } = twin;
    if let Some(Both { taken: Some(taken), .. }) = &twin.both {
        let rows = rows(link, table, id, Some(taken))?;
        return Ok(format!("SELECT count(*) FROM ({rows}) AS \"_rows\""));
    }
    Ok(match &twin.column {
        None => format!("SELECT count(*) FROM \"{was}\""),
        // The two may be of types that a database does not compare.
        Some(Column { name, .. }) => format!(
            "SELECT count(*) FROM \"{table}\" WHERE \"{was}\" IS NOT NULL \
             AND CAST(\"{was}\" AS TEXT) IS DISTINCT FROM CAST(\"{name}\" AS TEXT)"
        ),
    })
}

/// The statement that takes a field out of the history of a table, where it is told as a default that nobody gave.
pub(super) fn untold(table: &str, column: &Column, dialect: Dialect) -> String {
    let path = column.keys();
    let key = path.last().copied().unwrap_or_default();
    let sides = ["before", "after"];
    let without = sides.map(|side| match dialect {
        Dialect::Sqlite => format!("\"{side}\" = json_remove(\"{side}\", '$.{}')", path.join(".")),
        Dialect::Postgres => {
            format!("\"{side}\" = (\"{side}\"::jsonb #- '{{{}}}')::text", path.join(","))
        }
    });
    let tells = sides.map(|side| format!("\"{side}\" LIKE '%\"{key}\"%'"));
    format!("UPDATE \"{table}__history\" SET {} WHERE {}", without.join(", "), tells.join(" OR "))
}

/// A query for the rows that have, or had, something in a column, or in a table.
fn rows(link: &mut Link, table: &str, id: &str, column: Option<&Column>) -> Result<String, Fault> {
    let (now, told) = match column {
        None => ("TRUE".to_owned(), "TRUE".to_owned()),
        Some(column) => {
            let defaults = filled::defaults(link, table, column)?;
            (given(column, &defaults, link.dialect()), told(column, &defaults, link.dialect()))
        }
    };
    Ok(format!(
        "SELECT \"{id}\" AS \"_id_\" FROM \"{table}\" WHERE {now} UNION SELECT \"id\" FROM \"{table}__history\" WHERE {told}"
    ))
}

/// Whether a row has another value than what was filled in by itself.
fn given(column: &Column, defaults: &[(Type, Value)], dialect: Dialect) -> String {
    let kind = Kind::of(&column.ty);
    let now = |(ty, value): &(Type, Value)| {
        let value = become_one(ty, &column.ty, value.clone()).ok()?;
        Some(default_text(&Default::Value(value), &kind, dialect))
    };
    other_than(&format!("\"{}\"", column.name), defaults.iter().filter_map(now).collect())
}

/// Whether a change tells of a field what was not filled in by itself, and only left since.
fn told(column: &Column, defaults: &[(Type, Value)], dialect: Dialect) -> String {
    let path = column.keys();
    let key = path.last().copied().unwrap_or_default();
    // Only what has its key in it is read as JSON.
    let part = |side: &str| {
        let part = match dialect {
            Dialect::Sqlite => format!("\"{side}\" -> '$.{}'", path.join(".")),
            Dialect::Postgres => format!("\"{side}\"::jsonb #> '{{{}}}'", path.join(",")),
        };
        format!("(CASE WHEN \"{side}\" LIKE '%\"{key}\"%' THEN {part} END)")
    };
    let (before, after) = (part("before"), part("after"));
    let text = |json: String| {
        let quoted = format!("'{}'", json.replace('\'', "''"));
        if dialect == Dialect::Postgres { format!("{quoted}::jsonb") } else { quoted }
    };
    // With the digits that it had then, and with those of now.
    let as_written = |(ty, value): &(Type, Value)| {
        let now = become_one(ty, &column.ty, value.clone())
            .ok()
            .map(|now| write(&column.ty, &now, Audience::Store));
        [Some(write(ty, value, Audience::Store)), now]
            .into_iter()
            .flatten()
            .map(|json| text(json.to_string()))
    };
    let written = || defaults.iter().flat_map(as_written).collect::<BTreeSet<String>>();
    format!(
        "{} OR {} OR \"kind\" = 'create' AND {after} IS NOT NULL OR \"kind\" = 'update' AND {before} IS DISTINCT FROM {after}",
        other_than(&before, written()),
        other_than(&after, written())
    )
}

/// Whether something is there, and none of some values.
fn other_than(what: &str, values: BTreeSet<String>) -> String {
    if values.is_empty() {
        return format!("{what} IS NOT NULL");
    }
    format!("{what} NOT IN ({})", values.into_iter().collect::<Vec<_>>().join(", "))
}
