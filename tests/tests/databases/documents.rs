//! Rows of `data` documents that say no ids.

use super::changes::{Spec, rows};
use opwright_runtime::schema::Wanted;
use opwright_runtime::store::link::{Link, sql};
use opwright_tests::database::Database;
use serde_json::Value as Json;

const TICKETS: &str = "resource: ticket\nfields: { id: { type: id, prefix: tic }, title: string, notes: { type: many, of: note, size: ..9 } }\n---\nresource: note\nfields: { ticket: { type: ref, to: ticket, owner: true }, text: string }";

fn spec(documents: &[(&str, &[&str])]) -> Spec {
    let mut yaml = TICKETS.to_owned();
    for (name, titles) in documents {
        let rows: Vec<String> = titles
            .iter()
            .map(|title| format!("{{ title: {title}, notes: [{{ text: {title} }}] }}"))
            .collect();
        yaml.push_str(&format!("\n---\ndata: {name}\nrows: {{ ticket: [{}] }}", rows.join(", ")));
    }
    Spec::called("documents", &[], &yaml)
}

/// The rows of a document, as they are embedded.
fn embedded(spec: &Spec, name: &str) -> Json {
    let sets: Vec<Json> = serde_json::from_str(spec.service.data).unwrap();
    sets.into_iter().find(|set| set["name"] == name).unwrap()["rows"].take()
}

/// Several can be loaded, and one that is loaded twice is told.
pub(super) fn rows_without_ids_differ_from_those_of_other_documents(database: &Database) {
    let all = spec(&[("one", &["a", "b"]), ("two", &["c"])]);
    let mut link = Link::open(&database.target).unwrap();
    Wanted::of(&all.schema).open(&mut link).unwrap();
    rows::insert(database, &all);
    for (table, count) in [("ticket", 3), ("note", 3)] {
        let rows = link.fetch(&sql(format!("SELECT count(*) FROM \"{table}\"")), Vec::new()).unwrap();
        assert_eq!(rows[0][0].int(), Some(count), "{table}");
    }
    let again = std::panic::catch_unwind(|| rows::insert(database, &all));
    let said = again.unwrap_err().downcast::<String>().unwrap();
    assert!(said.contains("NotUnique"), "{said}");
    link.close();
    // Another document changes none of these ids, nor does one that has other rows now.
    let more = spec(&[("zero", &["d"]), ("one", &["a", "b"]), ("two", &["c", "e"])]);
    assert_eq!(embedded(&all, "one"), embedded(&more, "one"));
    assert_eq!(embedded(&all, "two")[0], embedded(&more, "two")[0]);
}
