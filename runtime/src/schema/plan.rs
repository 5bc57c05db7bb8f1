//! From the tables that are there to those that a service needs: steps that only add.
//!
//! ```text
//! stored ─┐                    ┌─▶ steps: new table · new column · new index      ─▶ SQL
//!         ├─▶ every difference ┤
//! wanted ─┘                    └─▶ refused, with its place and what to do instead ─▶ nothing is done
//! ```
//!
//! What a service no longer names is kept: nothing is ever dropped, so an older service still works.

use crate::schema::tables::{Column, Table, Tables};
use std::fmt;

/// One change of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A table for a new resource, with its indexes.
    CreateTable {
        /// Its name.
        table: String,
    },
    /// A column for a new field.
    AddColumn {
        /// Where.
        table: String,
        /// What.
        column: Column,
    },
    /// An index for a new rule or a new lookup.
    AddIndex {
        /// Where.
        table: String,
        /// Over what.
        columns: Vec<String>,
        /// Whether it refuses equal values.
        unique: bool,
    },
}

/// Steps, and the tables as they are afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// What is done, in order.
    pub(crate) steps: Vec<Step>,
    /// What `_schema` holds afterwards: what was there, and what was added.
    pub(crate) after: Tables,
}

/// A change that `migrate` does not make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which table, column or index.
    pub place: String,
    /// What changed.
    pub what: String,
    /// What to do instead.
    pub fix: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    fix: {}", self.place, self.what, self.fix)
    }
}

/// What leads from the stored tables to the wanted ones. All that is refused is found at once.
pub(crate) fn plan(stored: &Tables, wanted: &Tables) -> Result<Plan, Vec<Refused>> {
    let mut work = Work { steps: Vec::new(), after: stored.clone(), refused: Vec::new() };
    for (name, table) in &wanted.tables {
        match stored.tables.get(name) {
            Some(before) => work.table(name, before, table),
            None => {
                work.steps.push(Step::CreateTable { table: name.clone() });
                work.after.tables.insert(name.clone(), table.clone());
            }
        }
    }
    if work.refused.is_empty() {
        Ok(Plan { steps: work.steps, after: work.after })
    } else {
        Err(work.refused)
    }
}

/// The plan for an empty database.
pub(crate) fn create(wanted: &Tables) -> Plan {
    let step = |table: &String| Step::CreateTable { table: table.clone() };
    Plan { steps: wanted.tables.keys().map(step).collect(), after: wanted.clone() }
}

struct Work {
    steps: Vec<Step>,
    after: Tables,
    refused: Vec<Refused>,
}

impl Work {
    fn table(&mut self, name: &str, before: &Table, wanted: &Table) {
        if before.id != wanted.id {
            self.refuse(
                format!("table `{name}`"),
                format!("its id was `{}` and would be `{}`", before.id, wanted.id),
                "keep the id: rows, history and references are found by it",
            );
        }
        if before.owner != wanted.owner {
            let owner = |table: &Table| table.owner.clone().unwrap_or_else(|| "nobody".to_owned());
            self.refuse(
                format!("table `{name}`"),
                format!("its owner was `{}` and would be `{}`", owner(before), owner(wanted)),
                "keep the owner, or make a new resource",
            );
        }
        for column in &wanted.columns {
            match before.column(&column.name) {
                Some(stored) => self.changed(name, stored, column),
                None => self.added(name, before, column),
            }
        }
        for stored in before.columns.iter().filter(|stored| wanted.column(&stored.name).is_none()) {
            self.left_out(name, stored, wanted);
        }
        self.uniques(name, before, wanted);
        self.indexes(name, before, wanted);
    }

    fn added(&mut self, table: &str, before: &Table, column: &Column) {
        if !column.may_be_left_out() {
            self.refuse(
                place(table, &column.name),
                "it is new, required, and has no default: the rows that are there have no value for it"
                    .to_owned(),
                "make the field `optional: true`, or give it a `default`",
            );
            return;
        }
        if let Some(object) = column.needed_by.as_ref().filter(|object| before.has_object(object)) {
            self.refuse(
                place(table, &column.name),
                format!("it is a new required part of `{object}`: those that are there have no value for it"),
                "make the part `optional: true`, or make a new type and a new field of it",
            );
            return;
        }
        self.steps.push(Step::AddColumn { table: table.to_owned(), column: column.clone() });
        if let Some(after) = self.after.tables.get_mut(table) {
            after.columns.push(column.clone());
        }
    }

    fn changed(&mut self, table: &str, stored: &Column, wanted: &Column) {
        let presence = |column: &Column| (column.required, column.needed_by.clone());
        if stored.ty != wanted.ty || presence(stored) != presence(wanted) {
            self.refuse(
                place(table, &stored.name),
                format!("it holds {} and would hold {}", stored.words(), wanted.words()),
                "keep the type, or add a field with a new name (optional or with a default)",
            );
        }
    }

    /// A field that is gone stays as a column, which is no harm unless rows cannot be written without it.
    fn left_out(&mut self, table: &str, stored: &Column, wanted: &Table) {
        if let Some(object) = stored.needed_by.as_ref().filter(|object| wanted.has_object(object)) {
            self.refuse(
                place(table, &stored.name),
                format!("the part is gone, but services that know it need it in every `{object}`"),
                "keep the part; nothing that is stored is ever dropped",
            );
        }
        if !stored.may_be_left_out() {
            self.refuse(
                place(table, &stored.name),
                "the field is gone, but the column is required, so no row could be created any more"
                    .to_owned(),
                "keep the field; nothing that is stored is ever dropped",
            );
        }
    }

    fn uniques(&mut self, table: &str, before: &Table, wanted: &Table) {
        for columns in wanted.uniques.iter().filter(|it| !has(&before.uniques, it)) {
            // Rows that are there have no value in a new optional column, and such rows do not clash.
            let fresh = |name: &String| before.column(name).is_none() && is_empty_at_first(wanted, name);
            if columns.iter().any(fresh) {
                self.add_index(table, columns, true);
                continue;
            }
            self.refuse(
                index(table, columns),
                "its values would have to be unique, and rows that are there may clash".to_owned(),
                "leave `unique` out, or make a new optional field unique",
            );
        }
        // Among columns that are no longer filled nothing can clash.
        let filled = |columns: &[String]| columns.iter().all(|name| wanted.column(name).is_some());
        for columns in before.uniques.iter().filter(|it| filled(it) && !has(&wanted.uniques, it)) {
            self.refuse(
                index(table, columns),
                "its values were unique and would no longer be; the index is never dropped".to_owned(),
                "keep `unique`",
            );
        }
    }

    fn indexes(&mut self, table: &str, before: &Table, wanted: &Table) {
        for columns in wanted.indexes.iter().filter(|it| !has(&before.indexes, it)) {
            self.add_index(table, columns, false);
        }
    }

    fn add_index(&mut self, table: &str, columns: &[String], unique: bool) {
        self.steps.push(Step::AddIndex { table: table.to_owned(), columns: columns.to_vec(), unique });
        if let Some(after) = self.after.tables.get_mut(table) {
            let list = if unique { &mut after.uniques } else { &mut after.indexes };
            list.push(columns.to_vec());
        }
    }

    fn refuse(&mut self, place: String, what: String, fix: &str) {
        self.refused.push(Refused { place, what, fix: fix.to_owned() });
    }
}

fn is_empty_at_first(table: &Table, name: &str) -> bool {
    table.column(name).is_some_and(|column| !column.required && column.default.is_none())
}

/// Whether a set of columns is among others; the order of columns in an index is no difference that anybody sees.
pub(crate) fn has(sets: &[Vec<String>], wanted: &[String]) -> bool {
    let sorted = |set: &[String]| {
        let mut set = set.to_vec();
        set.sort();
        set
    };
    sets.iter().any(|set| sorted(set) == sorted(wanted))
}

/// A column, as messages name it.
pub(crate) fn place(table: &str, column: &str) -> String {
    format!("table `{table}`, column `{column}`")
}

fn index(table: &str, columns: &[String]) -> String {
    format!("table `{table}`, index over `{}`", columns.join("`, `"))
}
