//! All rows of all tables of a database, as JSON, and what became of them.

use super::Spec;
use opwright_runtime::gateway::{Config, Gateway};
use opwright_runtime::seed::settle;
use opwright_runtime::store::link::{Dialect, Link, sql};
use opwright_runtime::store::unit::Access;
use opwright_tests::database::Database;
use opwright_values::time::Timestamp;
use opwright_values::value::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Rows by table, in the order of their ids.
pub(super) type Rows = BTreeMap<String, Vec<BTreeMap<String, Json>>>;

/// Writes the rows of a spec's `data`, as the gateway does.
pub(crate) fn insert(database: &Database, spec: &Spec) {
    let gateway = Gateway::start(spec.service, &Config::new(database.target.clone())).unwrap();
    let sets: Vec<Json> = serde_json::from_str(spec.service.data).unwrap();
    let mut rows: Vec<(usize, Vec<Value>)> = sets
        .iter()
        .flat_map(|set| serde_json::from_value::<Vec<(usize, Vec<Value>)>>(set["rows"].clone()).unwrap())
        .collect();
    settle(&spec.schema, &mut rows, Timestamp::from_micros(0));
    let written = gateway.write_blocking(Access::default(), move |work| {
        work.start("seed", 0);
        for (table, row) in &rows {
            work.insert(*table, row.clone())?;
        }
        work.settle(true)
    });
    written.unwrap();
}

/// Deletes rows, as the gateway does.
pub(super) fn delete(database: &Database, spec: &Spec, gone: &'static [(&'static str, &'static str)]) {
    let gateway = Gateway::start(spec.service, &Config::new(database.target.clone())).unwrap();
    let table = |name: &str| spec.schema.resources.iter().position(|it| it.name == name).unwrap();
    let keys: Vec<(usize, &str)> = gone.iter().map(|(of, id)| (table(of), *id)).collect();
    let deleted = gateway.write_blocking(Access::default(), move |work| {
        work.start("gone", 1);
        for (table, id) in &keys {
            work.delete(*table, id)?;
        }
        work.settle(true)
    });
    deleted.unwrap();
}

/// Reads all of them, history included.
pub(super) fn all(link: &mut Link) -> Rows {
    let tables = match link.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
        Dialect::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        }
    };
    let tables = texts(link, tables);
    let tables = tables.into_iter().filter(|name| !name.starts_with('_'));
    tables
        .map(|table| {
            let rows = of_table(link, &table);
            (table, rows)
        })
        .collect()
}

fn of_table(link: &mut Link, table: &str) -> Vec<BTreeMap<String, Json>> {
    let select = match link.dialect() {
        Dialect::Sqlite => {
            let columns = texts(link, &format!("SELECT name FROM pragma_table_info('{table}')"));
            let pairs: Vec<String> = columns.iter().map(|it| format!("'{it}', \"{it}\"")).collect();
            format!("SELECT json_object({}) FROM \"{table}\"", pairs.join(", "))
        }
        Dialect::Postgres => format!("SELECT row_to_json(\"_row\")::text FROM \"{table}\" \"_row\""),
    };
    let mut rows = texts(link, &select);
    rows.sort();
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn texts(link: &mut Link, select: &str) -> Vec<String> {
    let rows = link.fetch(&sql(select.to_owned()), Vec::new()).unwrap();
    rows.iter().map(|row| row[0].text().unwrap().to_owned()).collect()
}

/// Every value of before is there, under its new name, and as it was unless the case says what it has become.
pub(super) fn compare(
    case: &str,
    before: &Rows,
    after: &Rows,
    renamed: &[(&str, &str)],
    values: &[(&str, &str, &str)],
) {
    let name = |old: &str| renamed.iter().find(|(it, _)| *it == old).map_or(old, |(_, new)| new).to_owned();
    let named = |table: &str| match table.strip_suffix("__history") {
        Some(table) => format!("{}__history", name(table)),
        None => name(table),
    };
    for (table, rows) in before {
        let new = after.get(&named(table)).unwrap_or_else(|| panic!("{case}: {table} is gone"));
        assert_eq!(new.len(), rows.len(), "{case}: {table}");
        for row in rows {
            let is_it = |it: &&BTreeMap<String, Json>| {
                ["id", "_id", "version"].iter().all(|key| row.get(*key) == it.get(*key))
            };
            let found = new.iter().find(is_it).unwrap_or_else(|| panic!("{case}: {table} {row:?} is gone"));
            for (column, value) in row {
                let id = row.get("id").or(row.get("_id")).and_then(Json::as_str).unwrap();
                let own = !table.ends_with("__history");
                let changed = values.iter().find(|(it, at, _)| own && *it == id && at == column);
                let wanted = changed.map_or(value.clone(), |(.., text)| serde_json::from_str(text).unwrap());
                let column_now = if own { name(column) } else { column.clone() };
                assert_eq!(found.get(&column_now), Some(&wanted), "{case}: {table} {id} {column}");
            }
        }
    }
    // What was not there before has the value that the case says.
    for (id, column, text) in values {
        let mut rows =
            after.values().flatten().filter(|row| row.get("id").and_then(Json::as_str) == Some(id));
        let wanted: Json = serde_json::from_str(text).unwrap();
        assert!(
            rows.any(|row| row.get(&name(column)) == Some(&wanted)),
            "{case}: {id} {column} is not {text}"
        );
    }
}
