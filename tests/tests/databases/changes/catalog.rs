//! The tables that a migration leaves beside those that the new version makes in an empty database: the columns are
//! alike, and so are the indexes. What the new version does not know may stand there too.

use super::Spec;
use opwright_runtime::store::link::{Cell, Dialect, Link, sql};
use opwright_tests::database::Database;
use std::collections::BTreeMap;

pub(super) fn compare(case: &str, link: &mut Link, empty: &Database, spec: &Spec) {
    let mut fresh = Link::open(&empty.target).unwrap();
    assert!(spec.wanted().open(&mut fresh).unwrap());
    let (wanted, found) = (catalog(&mut fresh), catalog(link));
    fresh.close();
    for (what, text) in wanted {
        assert_eq!(found.get(&what), Some(&text), "{case}: {what}");
    }
}

/// Columns and indexes, by name, with all that the database says of them.
fn catalog(link: &mut Link) -> BTreeMap<String, String> {
    let texts: &[&str] = match link.dialect() {
        Dialect::Sqlite => &[
            "SELECT 'column ' || t.name || '.' || c.name, c.type || ' ' || c.\"notnull\" || ' ' || c.pk || ' ' || coalesce(c.dflt_value, '') \
             FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
            "SELECT 'index ' || name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
            "SELECT 'table ' || name, CASE WHEN sql LIKE '%WITHOUT ROWID' THEN 'by id' ELSE '' END FROM sqlite_master WHERE type = 'table'",
        ],
        Dialect::Postgres => &[
            "SELECT 'column ' || table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '') || ' ' || coalesce(column_default, '') \
             FROM information_schema.columns WHERE table_schema = current_schema()",
            "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
            "SELECT 'key ' || conname, contype::text FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype = 'p'",
        ],
    };
    let mut all = BTreeMap::new();
    for text in texts {
        for row in link.fetch(&sql((*text).to_owned()), Vec::new()).unwrap() {
            let cell = |at: usize| row.get(at).and_then(Cell::text).unwrap().to_owned();
            all.insert(cell(0), without_time(&cell(1)));
        }
    }
    all
}

/// A column that SQLite has added with `now` has the time of the migration as its default.
fn without_time(text: &str) -> String {
    let now = [
        "(CAST(unixepoch('subsec') * 1000000 AS INTEGER))",
        "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        "date('now')",
    ];
    let text = now.iter().fold(text.to_owned(), |text, it| text.replace(it, "0"));
    let time = |it: &str| {
        let quoted = it.len() == 12 && it.starts_with('\'') && it.matches('-').count() == 2;
        quoted || it.len() > 12 && it.bytes().all(|byte| byte.is_ascii_digit())
    };
    match text.rsplit_once(' ') {
        Some((front, last)) if time(last) => format!("{front} 0"),
        _ => text,
    }
}
