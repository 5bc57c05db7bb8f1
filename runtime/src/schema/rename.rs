//! What has another name now: `was` says what it is in the database.
//!
//! ```text
//! stored: customer(phone)   wanted: client(mobile), was customer, was phone
//!   ─▶ customer becomes client, phone becomes mobile, and every index is called after them
//! ```
//!
//! What has the new name already makes room, if it was never used (`twins`), and so does what else `was` says (`rivals`).
//!
//! A table and a column are renamed in the database, so that their names are always those of the spec: nobody who
//! looks at a table, or writes a query for it, has to know what it was called once. Both databases do so without
//! touching a row. A service that knows the old name cannot go on beside it, and is stopped first.

use crate::schema::checks::Check;
use crate::schema::rivals::{self, Used};
use crate::schema::step::Step;
use crate::schema::tables::{Column, Table, Tables, place};
use crate::schema::twins;
use crate::store::ddl::index_name;
use opwright_values::schema::{Field, Type};
use std::collections::BTreeMap;

/// The stored tables under their new names.
pub(super) struct Renamed {
    /// What there is.
    pub(super) tables: Tables,
    /// What has to be true of what makes room for it.
    pub(super) checks: Vec<Check>,
    /// The names behind `was` that nothing has or had.
    pub(super) unknown: Vec<String>,
    /// What is done for it.
    pub(super) steps: Vec<Step>,
    /// What is called how until then.
    pub(super) names: Names,
}

/// What is called how before a migration, by the names afterwards.
#[derive(Debug, Default)]
pub(super) struct Names {
    tables: BTreeMap<String, String>,
    columns: BTreeMap<(String, String), String>,
}

impl Names {
    /// The name of a table.
    pub(super) fn table<'n>(&'n self, name: &'n str) -> &'n str {
        self.tables.get(name).map_or(name, String::as_str)
    }

    /// The name of a column.
    pub(super) fn column<'n>(&'n self, table: &str, name: &'n str) -> &'n str {
        self.columns.get(&(table.to_owned(), name.to_owned())).map_or(name, String::as_str)
    }
}

/// Finds what is renamed.
pub(super) fn renamed(stored: &Tables, wanted: &Tables, used: &Used) -> Renamed {
    let mut renamed = Renamed {
        tables: stored.clone(),
        checks: Vec::new(),
        unknown: Vec::new(),
        steps: Vec::new(),
        names: Names::default(),
    };
    let mut gone: BTreeMap<String, String> = BTreeMap::new();
    for (name, table) in &wanted.tables {
        let names = rivals::tables(stored, wanted, name);
        let Some(was) = used.taken(None, &names) else {
            renamed.unknown.extend(unknown_table(stored, name, table));
            continue;
        };
        if let Some(there) = stored.tables.get(name) {
            renamed.goes(twins::table(name, there, was, None));
        }
        for rival in names.into_iter().filter(|it| *it != was) {
            if let Some(there) = renamed.tables.tables.remove(rival) {
                renamed.goes(twins::table(rival, &there, was, Some(name)));
                gone.insert(rival.clone(), name.clone());
            }
        }
        if let Some(mut moved) = renamed.tables.tables.remove(was) {
            is_last(&mut moved.was, was);
            renamed.tables.tables.insert(name.clone(), moved);
            renamed.names.tables.insert(name.clone(), was.clone());
            renamed.steps.push(Step::RenameTable { from: was.clone(), to: name.clone() });
        }
    }
    let mut new = gone;
    new.extend(renamed.names.tables.iter().map(|(new, old)| (old.clone(), new.clone())));
    let columns = renamed.tables.tables.values_mut().flat_map(|table| &mut table.columns);
    columns.for_each(|column| leads_to(&mut column.ty, &new));
    for (name, table) in &wanted.tables {
        renamed.columns(name, table, used);
    }
    renamed
}

impl Renamed {
    /// What makes room.
    fn goes(&mut self, (check, step): (Check, Step)) {
        self.checks.push(check);
        self.steps.push(step);
    }

    fn columns(&mut self, name: &str, wanted: &Table, used: &Used) {
        let Some(table) = self.tables.tables.get_mut(name) else { return };
        let (checks, steps) = twins::columns((name, self.names.table(name)), table, wanted, used);
        self.checks.extend(checks);
        self.steps.extend(steps);
        let before = table.clone();
        let mut objects: BTreeMap<String, String> = BTreeMap::new();
        for column in wanted.columns.iter().filter(|column| before.column(&column.name).is_none()) {
            let names = rivals::columns(table, wanted, column);
            let Some(was) = used.taken(Some(self.names.table(name)), &names) else {
                self.unknown.extend(unknown_column(&before, name, column));
                continue;
            };
            if let Some(stored) = table.column_mut(was) {
                if let (Some(old), Some(new)) = (&stored.needed_by, &column.needed_by) {
                    objects.insert(old.clone(), new.clone());
                }
                stored.name.clone_from(&column.name);
                is_last(&mut stored.was, was);
            }
            called(table, was, &column.name);
            self.names.columns.insert((name.to_owned(), column.name.clone()), was.clone());
            let (from, to) = (was.clone(), column.name.clone());
            self.steps.push(Step::RenameColumn { table: name.to_owned(), from, to });
        }
        for needed_by in table.columns.iter_mut().filter_map(|column| column.needed_by.as_mut()) {
            if let Some(new) = objects.get(needed_by) {
                needed_by.clone_from(new);
            }
        }
        let (old, table) = (self.names.table(name).to_owned(), table.clone());
        for (sets, now, unique) in
            [(&before.uniques, &table.uniques, true), (&before.indexes, &table.indexes, false)]
        {
            for (was, columns) in sets.iter().zip(now) {
                let from = index_name(&old, was, unique);
                if from != index_name(name, columns, unique) {
                    let (table, columns) = (name.to_owned(), columns.clone());
                    self.steps.push(Step::RenameIndex { from, table, columns, unique });
                }
            }
        }
    }
}

/// A new table of which `was` says a name that no table has or had: perhaps by a slip.
fn unknown_table(stored: &Tables, name: &str, table: &Table) -> Option<String> {
    let known = |was: &String| {
        stored.tables.contains_key(was) || stored.tables.values().any(|it| it.was.contains(was))
    };
    let new = !stored.tables.contains_key(name) && !table.was.is_empty() && !table.was.iter().any(known);
    new.then(|| format!("table `{name}`: `was: {}`: the database has no such table", table.was.join(", ")))
}

/// The same for a column.
fn unknown_column(stored: &Table, table: &str, column: &Column) -> Option<String> {
    let known =
        |was: &String| stored.column(was).is_some() || stored.columns.iter().any(|it| it.was.contains(was));
    if column.was.is_empty() || column.was.iter().any(known) {
        return None;
    }
    let front = column.inside.last().map(|object| format!("{object}_")).unwrap_or_default();
    let keys: Vec<&str> = column.was.iter().filter_map(|was| was.strip_prefix(&front)).collect();
    let said = if keys.is_empty() {
        format!("what it was called by `was`, `{}`", column.was.join("`, `"))
    } else {
        format!("`was: {}`", keys.join(", "))
    };
    Some(format!("{}: {said}: the database has no such column", place(table, &column.name)))
}

/// A column of a table has another name in all that names it.
fn called(table: &mut Table, was: &str, name: &str) {
    let sets = table.uniques.iter_mut().chain(&mut table.indexes).flatten();
    let names = sets.chain(&mut table.acyclic).chain([&mut table.id]).chain(&mut table.owner);
    names.filter(|it| *it == was).for_each(|it| name.clone_into(it));
    if let Some(size) = table.sizes.remove(was) {
        table.sizes.insert(name.to_owned(), size);
    }
}

/// Of all names that something had, the last one stands in front: `filled` finds by it which of several was taken.
fn is_last(all: &mut Vec<String>, was: &str) {
    all.retain(|name| name != was);
    all.insert(0, was.to_owned());
}

/// References lead to the tables by their new names.
fn leads_to(ty: &mut Type, new: &BTreeMap<String, String>) {
    match ty {
        Type::Id { of, .. } => {
            if let Some(name) = new.get(of) {
                of.clone_from(name);
            }
        }
        Type::List { of, .. } | Type::Map { of, .. } => leads_to(of, new),
        Type::Object { fields, .. } => {
            fields.iter_mut().for_each(|field: &mut Field| leads_to(&mut field.ty, new));
        }
        _ => {}
    }
}
