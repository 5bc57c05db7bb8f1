//! Whether a service can work with the tables that are there.
//!
//! ```text
//! every table and column it uses is there, and stored as it reads it   ─┐
//! every column it does not know is optional or has a default            │
//! what it writes is what may stand there: types, rules, sizes, uniques  ├─▶ it starts, also beside a newer service
//! what else may stand there was widened since these tables were its own ─┘
//! ```
//!
//! An older service beside a wider schema, and a newer one whose narrower schema was never asked of the rows, look the
//! same. What tells them apart is that the tables of the older one were once exactly those: `_schema` remembers.

use crate::schema::plan::has;
use crate::schema::rename::{Renamed, renamed};
use crate::schema::rivals::Used;
use crate::schema::tables::{Column, Table, Tables, place};
use crate::schema::twins::{twin_column, twin_table};
use crate::schema::types::within;
use opwright_values::words::counted;

/// What keeps a service from working with the stored tables.
#[derive(Debug, Default)]
pub(crate) struct Misfits {
    /// In any case.
    pub(crate) never: Vec<String>,
    /// Unless the tables were its own once: what stands there may be more than it writes.
    pub(crate) wider: Vec<String>,
}

impl Misfits {
    /// Whether the tables are those of the service, and perhaps more.
    pub(crate) fn none(&self) -> bool {
        self.never.is_empty() && self.wider.is_empty()
    }
}

/// What keeps a service from working with the stored tables; nothing if they are its own.
pub(crate) fn misfits(stored: &Tables, used: &Tables) -> Misfits {
    let mut found = Misfits::default();
    // What has another name only is told as that, and compared under the new one.
    let Renamed { tables: renamed, names, .. } = renamed(stored, used, &Used::default());
    for (name, table) in &used.tables {
        let was = names.table(name);
        match twin_table(stored, used, name) {
            Some(twin) => found.never.push(still(format!("table `{name}`"), twin)),
            None if was != name => found.never.push(called(format!("table `{name}`"), was)),
            None => {}
        }
        let Some(there) = renamed.tables.get(name) else {
            found.never.push(format!("table `{name}` is missing"));
            continue;
        };
        let before = stored.tables.get(was).unwrap_or(there);
        for column in &table.columns {
            let (here, was) = (place(name, &column.name), names.column(name, &column.name));
            match twin_column(before, table, &column.name) {
                Some(twin) => found.never.push(still(here, twin)),
                None if was != column.name => found.never.push(called(here, was)),
                None => {}
            }
        }
        found.table(name, there, table);
    }
    found
}

/// What `was` says, and `migrate` has not made yet.
fn called(place: String, was: &str) -> String {
    format!(
        "{place}: the database calls it `{was}`; `was` says that it has another name now, and `migrate` renames it"
    )
}

/// What `was` says, where the old name is still there beside the new one.
fn still(place: String, was: &str) -> String {
    format!("{place}: it was `{was}`, and `{was}` is still there")
}

/// Whether tables are just those of a service, indexes and defaults included.
pub(crate) fn are_its_own(stored: &Tables, used: &Tables) -> bool {
    let alike = |(name, table): (&String, &Table)| {
        stored.tables.get(name).is_some_and(|there| {
            let default = |column: &Column| {
                there
                    .column(&column.name)
                    .is_some_and(|it| column.default.is_none() || it.default == column.default)
            };
            table.indexes.iter().all(|columns| has(&there.indexes, columns))
                && table.columns.iter().all(default)
        })
    };
    misfits(stored, used).none() && used.tables.iter().all(alike)
}

/// Whether what is there is more than a service knows: wider values, or tables and columns that somebody uses.
pub(super) fn is_older(stored: &Tables, used: &Tables) -> bool {
    let more = |(name, table): (&String, &Table)| match used.tables.get(name) {
        None => !table.gone,
        Some(known) => table.columns.iter().any(|it| !it.gone && known.column(&it.name).is_none()),
    };
    !misfits(stored, used).wider.is_empty() || stored.tables.iter().any(more)
}

impl Misfits {
    fn table(&mut self, name: &str, stored: &Table, used: &Table) {
        if stored.id != used.id || stored.owner != used.owner {
            self.never.push(format!("table `{name}` has another id or owner"));
        }
        for column in &used.columns {
            match stored.column(&column.name) {
                None => self.never.push(format!(
                    "{} is missing; this service keeps {} there",
                    place(name, &column.name),
                    column.words()
                )),
                Some(there) => self.column(&place(name, &column.name), there, column),
            }
        }
        for column in stored.columns.iter().filter(|column| used.column(&column.name).is_none()) {
            let here = place(name, &column.name);
            let knows = |object: &String| used.columns.iter().any(|it| it.inside.contains(object));
            if let Some(object) = column.needed_by.as_ref().filter(|object| knows(object)) {
                self.never.push(format!(
                    "{here} is a required part of `{object}`, and this service does not know it"
                ));
            }
            if !column.may_be_left_out() {
                self.never
                    .push(format!("{here} is required, has no default, and this service does not know it"));
            }
        }
        self.uniques(name, stored, used);
        self.rules(name, stored, used);
        self.sizes(name, stored, used);
        self.acyclic(name, stored, used);
    }

    fn column(&mut self, here: &str, there: &Column, used: &Column) {
        let (holds, expects) = (there.words(), used.words());
        let wrong = format!("{here} holds {holds}; this service expects {expects}");
        let presence = |column: &Column| (column.required, column.needed_by.clone());
        if !within(&used.ty, &there.ty) || presence(there) != presence(used) {
            self.never.push(wrong);
        } else if !within(&there.ty, &used.ty) {
            self.wider.push(wrong);
        }
    }

    fn uniques(&mut self, name: &str, stored: &Table, used: &Table) {
        for columns in used.uniques.iter().filter(|columns| !has(&stored.uniques, columns)) {
            self.never.push(format!("table `{name}` does not keep `{}` unique", columns.join("`, `")));
        }
        // Among columns that this service never fills nothing can clash by its doing.
        let known = |columns: &[String]| columns.iter().all(|column| used.column(column).is_some());
        for columns in stored.uniques.iter().filter(|columns| known(columns) && !has(&used.uniques, columns))
        {
            self.never.push(format!(
                "table `{name}` keeps `{}` unique, which this service does not expect",
                columns.join("`, `")
            ));
        }
    }

    fn rules(&mut self, name: &str, stored: &Table, used: &Table) {
        for rule in stored.rules.iter().filter(|rule| !used.rules.contains(rule)) {
            self.never.push(format!(
                "table `{name}` has the rule `{}`, which this service does not ask",
                rule.code
            ));
        }
        for rule in used.rules.iter().filter(|rule| !stored.rules.contains(rule)) {
            self.wider.push(format!("table `{name}` has rows that were not asked the rule `{}`", rule.code));
        }
    }

    fn acyclic(&mut self, name: &str, stored: &Table, used: &Table) {
        for column in stored.acyclic.iter().filter(|it| used.column(it).is_some()) {
            if !used.acyclic.contains(column) {
                self.never.push(format!("`{column}` of table `{name}` never leads back to its own row, which this service does not keep"));
            }
        }
        for column in used.acyclic.iter().filter(|it| !stored.acyclic.contains(it)) {
            self.wider.push(format!("`{column}` of table `{name}` may lead back to its own row"));
        }
    }

    fn sizes(&mut self, name: &str, stored: &Table, used: &Table) {
        for (through, most) in stored.sizes.iter().filter(|(through, _)| used.column(through).is_some()) {
            if used.sizes.get(through).is_none_or(|size| size > most) {
                self.never.push(format!(
                    "table `{name}` has at most {} of one `{through}`, which this service does not keep",
                    counted(*most, "row")
                ));
            }
        }
        for (through, most) in &used.sizes {
            if stored.sizes.get(through).is_none_or(|size| size > most) {
                self.wider.push(format!(
                    "table `{name}` may have more than {} of one `{through}`",
                    counted(*most, "row")
                ));
            }
        }
    }
}
