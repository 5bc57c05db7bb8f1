//! The statements of deletions: what belongs to rows, what refers to them, and rows that are deleted.
//!
//! ```text
//! owned      live rows that some rows own          came_along   those that one row's deletion took along
//! referring  a live row that refers to some rows, by a column, or somewhere within a list or a map
//! deleted    a row that is deleted                 mark         it is deleted now, or is no more
//! ```

use crate::store::bulk::{Bulk, Columns};
use crate::store::layout::{Kind, Layout, Table};
use crate::store::link::{Dialect, Sql, sql};
use crate::store::parts::{column_list, live, quoted};
use opwright_values::schema::Type;

/// The statements of deletions of a table's rows.
#[derive(Debug, Clone)]
pub struct Deleting {
    /// Deletes rows, or brings them back.
    pub mark: Bulk,
    /// A deleted row: as `select`, of one id, locked for a change.
    pub deleted_for_update: Sql,
    /// The same without a lock.
    pub deleted: Sql,
    /// For each table that rows of this one own: the live rows of some owners.
    pub owned: Vec<(usize, Sql)>,
    /// The same: the rows that one owner's deletion took along. They have its call and its moment, which no other deletion
    /// of that call has.
    pub came_along: Vec<(usize, Sql)>,
    /// What may refer to rows of this table.
    pub referring: Vec<Referring>,
}

/// A field of a table that may refer to rows of another.
#[derive(Debug, Clone)]
pub struct Referring {
    /// The table that has the field.
    pub table: usize,
    /// Which field.
    pub field: usize,
    /// The first live row that refers to one of some ids, `$1`, and is itself none of some others, `$2`.
    pub text: Sql,
}

impl Deleting {
    /// Those of a table.
    pub fn of(table: &Table, layout: &Layout, dialect: Dialect) -> Self {
        let deleted = deleted(table, dialect);
        let owned = || {
            let tables = layout.tables.iter().enumerate();
            tables.filter_map(|(index, other)| {
                let (_, field) = other.owner.filter(|(owner, _)| is(layout, *owner, table))?;
                Some((index, other, other.resource.fields.get(field)?.key.as_str()))
            })
        };
        Self {
            mark: mark(table, dialect),
            deleted_for_update: match dialect {
                Dialect::Sqlite => sql(deleted.clone()),
                Dialect::Postgres => sql(format!("{deleted} FOR NO KEY UPDATE")),
            },
            deleted: sql(deleted),
            owned: owned()
                .map(|(index, other, through)| (index, owned_by(other, through, dialect)))
                .collect(),
            came_along: owned().map(|(index, other, by)| (index, came_along(table, other, by))).collect(),
            referring: referring(table, layout, dialect),
        }
    }
}

fn is(layout: &Layout, index: usize, table: &Table) -> bool {
    layout.tables.get(index).is_some_and(|other| other.name() == table.name())
}

fn mark(table: &Table, dialect: Dialect) -> Bulk {
    let kinds = [
        ("id".to_owned(), Kind::Text),
        ("_version".to_owned(), Kind::Int),
        ("_written_by".to_owned(), Kind::Text),
        ("_deleted_at".to_owned(), Kind::Timestamp),
    ];
    let columns = Columns::new(&kinds, dialect);
    let set: Vec<String> = kinds
        .iter()
        .enumerate()
        .skip(1)
        .map(|(at, (name, _))| format!("\"{name}\" = {}", columns.value(at)))
        .collect();
    let before = format!("UPDATE \"{}\" SET {}", table.name(), set.join(", "));
    let after = format!("AND \"{}\".\"{}\" = {}", table.name(), table.id_column(), columns.value(0));
    Bulk::new(columns, 0, &before, &after)
}

fn deleted(table: &Table, dialect: Dialect) -> String {
    let columns = column_list(table, dialect).join(", ");
    let (id, name) = (quoted(table.id_column()), quoted(table.name()));
    format!("SELECT {columns} FROM {name} WHERE {id} = $1 AND \"_deleted_at\" IS NOT NULL")
}

fn owned_by(table: &Table, through: &str, dialect: Dialect) -> Sql {
    let (id, name) = (quoted(table.id_column()), quoted(table.name()));
    let owners = among(&format!("t.{}", quoted(through)), 1, dialect);
    sql(format!("SELECT t.{id} FROM {name} t WHERE {owners} AND {} ORDER BY t.{id}", live(dialect)))
}

fn came_along(owner: &Table, table: &Table, through: &str) -> Sql {
    let (id, through) = (quoted(table.id_column()), quoted(through));
    sql(format!(
        "SELECT t.{id} FROM {} t, {} o WHERE o.{} = $1 AND t.{through} = o.{} AND t.\"_deleted_at\" = o.\"_deleted_at\" \
         AND t.\"_written_by\" = o.\"_written_by\" ORDER BY t.{id}",
        quoted(table.name()),
        quoted(owner.name()),
        quoted(owner.id_column()),
        quoted(owner.id_column())
    ))
}

/// A value that is one of the ids that a statement is given.
fn among(value: &str, number: usize, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!("{value} IN (SELECT value FROM json_each(${number}))"),
        Dialect::Postgres => format!("{value} = ANY(${number}::text[])"),
    }
}

fn referring(table: &Table, layout: &Layout, dialect: Dialect) -> Vec<Referring> {
    let mut found = Vec::new();
    for (index, other) in layout.tables.iter().enumerate() {
        for (field, declared) in other.resource.fields.iter().enumerate() {
            if field == other.resource.id {
                continue;
            }
            let mut conditions = Vec::new();
            in_columns(&declared.ty, &declared.key, table.name(), dialect, &mut conditions);
            if conditions.is_empty() {
                continue;
            }
            let (id, name) = (quoted(other.id_column()), quoted(other.name()));
            let text = format!(
                "SELECT t.{id} FROM {name} t WHERE ({}) AND {} AND NOT ({}) ORDER BY t.{id} LIMIT 1",
                conditions.join(" OR "),
                live(dialect),
                among(&format!("t.{id}"), 2, dialect)
            );
            found.push(Referring { table: index, field, text: sql(text) });
        }
    }
    found
}

/// The conditions under which one of a field's columns refers to a row of a table: an object has a column a part.
fn in_columns(ty: &Type, column: &str, to: &str, dialect: Dialect, found: &mut Vec<String>) {
    match ty {
        Type::Id { of, .. } if of == to => found.push(among(&format!("t.{}", quoted(column)), 1, dialect)),
        Type::Object { fields, .. } => {
            for part in fields {
                in_columns(&part.ty, &format!("{column}_{}", part.key), to, dialect, found);
            }
        }
        Type::List { .. } | Type::Map { .. } => {
            let value = match dialect {
                Dialect::Sqlite => format!("t.{}", quoted(column)),
                Dialect::Postgres => format!("t.{}::jsonb", quoted(column)),
            };
            found.extend(in_json(ty, &value, 0, to, dialect));
        }
        _ => {}
    }
}

/// The same within JSON, however deep: what is there is of this type, and what is absent has no key.
fn in_json(ty: &Type, value: &str, depth: usize, to: &str, dialect: Dialect) -> Option<String> {
    let each = |of: &Type, function: &str| {
        let inner = in_json(of, &format!("j{depth}.value"), depth + 1, to, dialect)?;
        Some(format!("EXISTS (SELECT 1 FROM {function}({value}) AS j{depth} WHERE {inner})"))
    };
    match (ty, dialect) {
        (Type::Id { of, .. }, _) if of == to => Some(match dialect {
            Dialect::Sqlite => among(value, 1, dialect),
            Dialect::Postgres => among(&format!("({value} #>> '{{}}')"), 1, dialect),
        }),
        (Type::List { of, .. } | Type::Map { of, .. }, Dialect::Sqlite) => each(of, "json_each"),
        (Type::List { of, .. }, Dialect::Postgres) => each(of, "jsonb_array_elements"),
        (Type::Map { of, .. }, Dialect::Postgres) => each(of, "jsonb_each"),
        (Type::Object { fields, .. }, _) => {
            let parts = fields.iter().filter_map(|part| {
                let part_value = match dialect {
                    Dialect::Sqlite => format!("json_extract({value}, '$.\"{}\"')", part.key),
                    Dialect::Postgres => format!("({value} -> '{}')", part.key),
                };
                in_json(&part.ty, &part_value, depth, to, dialect)
            });
            let parts: Vec<String> = parts.collect();
            if parts.is_empty() { None } else { Some(format!("({})", parts.join(" OR "))) }
        }
        _ => None,
    }
}
