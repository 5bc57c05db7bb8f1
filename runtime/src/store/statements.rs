//! The statements of each table, made once at start: rows of a batch are read and written with one of them.
//!
//! ```text
//! select   the rows of some ids
//! list     the ids of the rows in a collection, for some owners, in order
//! insert   new rows         update   rows as they are now         history   what changed
//! ```

use crate::store::bulk::{Bulk, Columns};
use crate::store::deleting::Deleting;
use crate::store::layout::{Kind, Layout, Table};
use crate::store::link::{Dialect, Sql, packed, sql};
use crate::store::parts::{column_list, given_ids, live, quoted, read};
use opwright_values::schema::Collection;

/// The statements of a table.
#[derive(Debug, Clone)]
pub struct Statements {
    /// Rows by ids, live ones only; then `_version`, `_created`, `_position`.
    pub select: Sql,
    /// The same, locked against changes.
    pub select_shared: Sql,
    /// The same, locked for a change.
    pub select_for_update: Sql,
    /// Owner and id of the rows in a collection; by collection of this table's resource.
    pub lists: Vec<Sql>,
    /// New rows.
    pub insert: Bulk,
    /// Rows as they are now.
    pub update: Bulk,
    /// What changed.
    pub history: Bulk,
    /// Some ids that are near to one: for suggestions.
    pub near: Sql,
    /// What is asked and done where rows are deleted.
    pub deleting: Deleting,
}

/// Columns that the store manages, besides the fields, in the order in which rows are written.
pub const MANAGED: &[&str] = &["_version", "_written_by", "_created", "_position"];

/// The statements of all tables.
pub fn all(layout: &Layout, dialect: Dialect) -> Vec<Statements> {
    layout.tables.iter().map(|table| of(table, layout, dialect)).collect()
}

fn of(table: &Table, layout: &Layout, dialect: Dialect) -> Statements {
    let select = select(table, dialect);
    let lock = |kind: &str| match dialect {
        Dialect::Sqlite => sql(select.clone()),
        Dialect::Postgres => sql(format!("{select} ORDER BY \"{}\" FOR {kind}", table.id_column())),
    };
    let lists = table.resource.collections.iter().map(|collection| list(collection, layout, dialect));
    Statements {
        select_shared: lock("SHARE"),
        select_for_update: lock("NO KEY UPDATE"),
        lists: lists.collect(),
        insert: insert(table, dialect),
        update: update(table, dialect),
        history: facts(&format!("{}__history", table.name()), &history_kinds(), dialect),
        near: sql(near(table)),
        deleting: Deleting::of(table, layout, dialect),
        select: sql(select),
    }
}

fn select(table: &Table, dialect: Dialect) -> String {
    let all = column_list(table, dialect);
    format!(
        "SELECT {} FROM \"{}\" WHERE \"{}\" {} AND {}",
        packed::select(&all, &[], dialect),
        table.name(),
        table.id_column(),
        given_ids(dialect),
        live(dialect)
    )
}

fn list(collection: &Collection, layout: &Layout, dialect: Dialect) -> Sql {
    let Some(other) = layout.tables.get(collection.of) else { return sql("") };
    let through = other.resource.fields.get(collection.through).map_or("", |field| field.key.as_str());
    let mut order: Vec<String> = Vec::new();
    if collection.owned {
        order.push(quoted("_position"));
        // Places are given once, but for the rows of one call that makes very many.
        order.push(quoted("_created"));
    }
    for key in &collection.order {
        let Some(field) = other.resource.fields.get(key.field) else { continue };
        let nulls = match (field.optional, dialect, key.descending) {
            (true, Dialect::Postgres, false) => " NULLS FIRST",
            (true, Dialect::Postgres, true) => " NULLS LAST",
            _ => "",
        };
        order.push(format!("\"{}\"{}{nulls}", field.key, if key.descending { " DESC" } else { "" }));
    }
    if order.is_empty() {
        order.push(quoted("_created"));
    }
    order.push(quoted(other.id_column()));
    order.insert(0, quoted(through));
    let columns = [quoted(through), quoted(other.id_column())];
    let from = format!(
        "SELECT {} FROM \"{}\" WHERE \"{through}\" {} AND {}",
        packed::select(&columns, &order, dialect),
        other.name(),
        given_ids(dialect),
        live(dialect)
    );
    match dialect {
        Dialect::Sqlite => sql(from),
        Dialect::Postgres => sql(format!("{from} ORDER BY {}", order.join(", "))),
    }
}

/// The columns of a batch: those of the fields, then the managed ones.
pub fn batch_kinds(table: &Table) -> Vec<(String, Kind)> {
    let columns = table.columns.iter().map(|column| (column.name.clone(), column.kind.clone()));
    let managed = MANAGED.iter().map(|name| {
        let kind = if *name == "_written_by" { Kind::Text } else { Kind::Int };
        ((*name).to_owned(), kind)
    });
    columns.chain(managed).collect()
}

fn insert(table: &Table, dialect: Dialect) -> Bulk {
    let columns = batch_kinds(table);
    inserted(table.name(), Columns::new(&columns, dialect), &columns, key_of(table, &columns))
}

fn update(table: &Table, dialect: Dialect) -> Bulk {
    let kinds = batch_kinds(table);
    let (key, columns) = (key_of(table, &kinds), Columns::new(&kinds, dialect));
    let set = kinds.iter().enumerate().filter(|(at, (name, _))| *at != key && name != "_created");
    let set: Vec<String> = set.map(|(at, (name, _))| format!("\"{name}\" = {}", columns.value(at))).collect();
    let before = format!("UPDATE \"{}\" SET {}", table.name(), set.join(", "));
    let after = format!("AND \"{}\".\"{}\" = {}", table.name(), table.id_column(), columns.value(key));
    Bulk::new(columns, key, &before, &after)
}

fn key_of(table: &Table, columns: &[(String, Kind)]) -> usize {
    columns.iter().position(|(name, _)| name == table.id_column()).unwrap_or(0)
}

/// An insert of facts, whose first column is never absent.
pub fn facts(table: &str, columns: &[(String, Kind)], dialect: Dialect) -> Bulk {
    inserted(table, Columns::new(columns, dialect), columns, 0)
}

fn inserted(table: &str, columns: Columns<'_>, kinds: &[(String, Kind)], key: usize) -> Bulk {
    let names: Vec<String> = kinds.iter().map(|(name, _)| quoted(name)).collect();
    let values: Vec<String> = (0..kinds.len()).map(|column| columns.value(column)).collect();
    let before = format!("INSERT INTO \"{table}\" ({}) SELECT {}", names.join(", "), values.join(", "));
    Bulk::new(columns, key, &before, "")
}

/// The columns of a history table.
pub fn history_kinds() -> Vec<(String, Kind)> {
    let column = |name: &str, kind| (name.to_owned(), kind);
    vec![
        column("id", Kind::Text),
        column("version", Kind::Int),
        column("invocation", Kind::Text),
        column("at", Kind::Timestamp),
        column("kind", Kind::Text),
        column("before", Kind::Text),
        column("after", Kind::Text),
    ]
}

/// Ids around a text that is not one: what sorts just before it and just behind it.
fn near(table: &Table) -> String {
    let (id, name) = (quoted(table.id_column()), quoted(table.name()));
    format!(
        "SELECT {id} FROM (SELECT {id} FROM {name} WHERE {id} >= $1 AND \"_deleted_at\" IS NULL ORDER BY {id} LIMIT 20) a \
         UNION ALL SELECT {id} FROM (SELECT {id} FROM {name} WHERE {id} < $1 AND \"_deleted_at\" IS NULL ORDER BY {id} DESC LIMIT 20) b"
    )
}

/// Live or deleted rows behind an id, in the order of their ids: id, version, the call that wrote it, its place, and the
/// columns of the fields. For `verify`, to which an empty id must not be unseen: the first page begins with it.
pub fn page(table: &Table, deleted: bool, is_first: bool, dialect: Dialect) -> Sql {
    let columns = table.columns.iter().map(|column| read(&column.kind, &column.name, dialect));
    let columns: Vec<String> = columns.collect();
    let (id, name) = (quoted(table.id_column()), quoted(table.name()));
    let not = if deleted { "NOT " } else { "" };
    let behind = if is_first { ">=" } else { ">" };
    sql(format!(
        "SELECT {id}, \"_version\", \"_written_by\", \"_position\", {} FROM {name} \
         WHERE {id} {behind} $1 AND \"_deleted_at\" IS {not}NULL ORDER BY {id} LIMIT 5000",
        columns.join(", ")
    ))
}

/// The ids among some that live rows have, or any.
pub fn ids_there(table: &Table, any: bool, dialect: Dialect) -> Sql {
    let (id, name) = (quoted(table.id_column()), quoted(table.name()));
    let live = if any { String::new() } else { format!(" AND {}", live(dialect)) };
    sql(format!("SELECT {id} FROM {name} WHERE {id} {}{live}", given_ids(dialect)))
}

/// Live rows that have the same values in some columns as another, where all are present.
pub fn alike(table: &Table, columns: &[&str]) -> Sql {
    let (id, name) = (quoted(table.id_column()), quoted(table.name()));
    let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let there: String = columns.iter().map(|column| format!(" AND {column} IS NOT NULL")).collect();
    let parts =
        if columns.is_empty() { String::new() } else { format!("PARTITION BY {}", columns.join(", ")) };
    sql(format!(
        "SELECT \"_id_\" FROM (SELECT {id} AS \"_id_\", count(*) OVER ({parts}) AS \"_many\" FROM {name} \
         WHERE \"_deleted_at\" IS NULL{there}) AS \"_all\" WHERE \"_many\" > 1 ORDER BY \"_id_\""
    ))
}

/// Ids that have a history, and no row.
pub fn without_row(table: &Table) -> Sql {
    let (id, name) = (quoted(table.id_column()), quoted(table.name()));
    let history = quoted(&format!("{}__history", table.name()));
    sql(format!(
        "SELECT DISTINCT h.\"id\" FROM {history} h WHERE NOT EXISTS (SELECT 1 FROM {name} t WHERE t.{id} = h.\"id\") \
         ORDER BY 1"
    ))
}

/// Owners that have more rows than so many, and how many.
pub fn crowded(table: &Table, through: &str) -> Sql {
    let (through, name) = (quoted(through), quoted(table.name()));
    sql(format!(
        "SELECT {through}, count(*) FROM {name} WHERE \"_deleted_at\" IS NULL AND {through} IS NOT NULL \
         GROUP BY {through} HAVING count(*) > $1 ORDER BY {through}"
    ))
}

/// The last change of each row between two ids: id, version, which kind, by which call, the row before, and behind.
pub fn last_changes(table: &Table) -> Sql {
    let name = quoted(&format!("{}__history", table.name()));
    sql(format!(
        "SELECT \"id\", \"version\", \"kind\", \"invocation\", \"before\", \"after\" FROM (SELECT \"id\", \"version\", \
         \"kind\", \"invocation\", \"before\", \"after\", row_number() OVER (PARTITION BY \"id\" ORDER BY \"version\" DESC) AS n FROM {name} \
         WHERE \"id\" >= $1 AND \"id\" <= $2) AS h WHERE n = 1"
    ))
}

/// Changes that do not follow the one before them, by their texts: id, version, which one it is, before, how the one before
/// left the row; and whether the first is no creation.
pub fn broken_steps(table: &Table) -> Sql {
    let name = quoted(&format!("{}__history", table.name()));
    sql(format!(
        "SELECT \"id\", \"version\", n, \"before\", was FROM (SELECT \"id\", \"version\", \"kind\", \"before\", \
         row_number() OVER w AS n, lag(\"after\") OVER w AS was FROM {name} \
         WINDOW w AS (PARTITION BY \"id\" ORDER BY \"version\")) AS h \
         WHERE \"version\" <> n OR (n > 1 AND \"before\" IS DISTINCT FROM was) \
         OR (n = 1 AND (\"before\" IS NOT NULL OR \"kind\" <> 'create')) ORDER BY \"id\", \"version\""
    ))
}

/// All changes of some rows, one row after another: id, version, the row before, and behind.
pub fn changes_of(table: &Table, dialect: Dialect) -> Sql {
    let name = quoted(&format!("{}__history", table.name()));
    sql(format!(
        "SELECT \"id\", \"version\", \"before\", \"after\" FROM {name} WHERE \"id\" {} ORDER BY \"id\", \"version\"",
        given_ids(dialect)
    ))
}

/// How many changes there are.
pub fn count_changes(table: &Table) -> Sql {
    sql(format!("SELECT count(*) FROM {}", quoted(&format!("{}__history", table.name()))))
}
