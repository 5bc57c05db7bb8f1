//! Whether a service can work with the tables that are there.
//!
//! ```text
//! every table and column it uses is there with its type          ─┐
//! every column it does not know is optional or has a default      ├─▶ it starts, also beside a newer service
//! every unique value it relies on is unique, and no others        ─┘
//! ```

use crate::schema::plan::{has, place};
use crate::schema::tables::{Table, Tables};

/// What keeps a service from working with the stored tables; empty if nothing does.
pub(crate) fn misfits(stored: &Tables, used: &Tables) -> Vec<String> {
    let mut found = Vec::new();
    for (name, table) in &used.tables {
        match stored.tables.get(name) {
            Some(there) => table_misfits(name, there, table, &mut found),
            None => found.push(format!("table `{name}` is missing")),
        }
    }
    found
}

fn table_misfits(name: &str, stored: &Table, used: &Table, found: &mut Vec<String>) {
    if stored.id != used.id || stored.owner != used.owner {
        found.push(format!("table `{name}` has another id or owner"));
    }
    for column in &used.columns {
        let here = place(name, &column.name);
        match stored.column(&column.name) {
            None => found.push(format!("{here} is missing; this service keeps {} there", column.words())),
            Some(there)
                if there.ty != column.ty
                    || there.required != column.required
                    || there.needed_by != column.needed_by =>
            {
                found.push(format!(
                    "{here} holds {}; this service expects {}",
                    there.words(),
                    column.words()
                ));
            }
            Some(_) => {}
        }
    }
    for column in stored.columns.iter().filter(|column| used.column(&column.name).is_none()) {
        if !column.may_be_left_out() {
            let here = place(name, &column.name);
            found.push(format!("{here} is required, has no default, and this service does not know it"));
        }
    }
    for columns in used.uniques.iter().filter(|columns| !has(&stored.uniques, columns)) {
        found.push(format!("table `{name}` does not keep `{}` unique", columns.join("`, `")));
    }
    // Among columns that this service never fills nothing can clash by its doing.
    let known = |columns: &[String]| columns.iter().all(|column| used.column(column).is_some());
    for columns in stored.uniques.iter().filter(|columns| known(columns) && !has(&used.uniques, columns)) {
        found.push(format!(
            "table `{name}` keeps `{}` unique, which this service does not expect",
            columns.join("`, `")
        ));
    }
}
