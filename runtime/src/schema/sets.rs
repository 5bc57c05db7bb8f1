//! What becomes of unique values, lookups and the sizes of collections.

use crate::schema::checks::Check;
use crate::schema::plan::{Work, has, index};
use crate::schema::step::Step;
use crate::schema::tables::{Table, place};

impl Work {
    pub(super) fn uniques(&mut self, table: &str, before: &Table, wanted: &Table) {
        for columns in wanted.uniques.iter().filter(|it| !has(&before.uniques, it)) {
            // Rows that are there have no value in a new column without a default, and such rows do not clash; one
            // with a default they all have alike.
            let empty = |name: &String| {
                before.column(name).is_none() && wanted.column(name).is_some_and(|it| it.default.is_none())
            };
            if !columns.iter().any(empty) {
                let there = columns.iter().filter(|name| before.column(name).is_some());
                let columns_before = there.map(|it| self.names.column(table, it).to_owned()).collect();
                let ((named, id), place) = (self.named(table, before), index(table, columns));
                self.plan.checks.push(Check::Distinct { place, table: named, id, columns: columns_before });
            }
            if columns.iter().all(|name| before.column(name).is_some()) {
                self.alone(format!(
                    "{} is unique, and a service of another version does not expect a clash",
                    index(table, columns)
                ));
            }
            self.add_index(table, columns, true);
        }
        // Among columns that are no longer filled nothing can clash.
        let filled = |columns: &[String]| columns.iter().all(|name| wanted.column(name).is_some());
        for columns in before.uniques.iter().filter(|it| filled(it) && !has(&wanted.uniques, it)) {
            self.alone(format!(
                "{} is not unique any more, and a service of another version rests on it",
                index(table, columns)
            ));
            self.step(Step::DropUnique { table: table.to_owned(), columns: columns.clone() });
            if let Some(after) = self.plan.after.tables.get_mut(table) {
                after.uniques.retain(|it| it != columns);
            }
        }
    }

    pub(super) fn indexes(&mut self, table: &str, before: &Table, wanted: &Table) {
        for columns in wanted.indexes.iter().filter(|it| !has(&before.indexes, it)) {
            self.add_index(table, columns, false);
        }
    }

    /// A collection that may hold less, or that was none.
    pub(super) fn sizes(&mut self, table: &str, before: &Table, wanted: &Table) {
        for (through, most) in &wanted.sizes {
            let smaller = before.sizes.get(through).is_none_or(|size| size > most);
            if smaller && before.column(through).is_some() {
                let place = format!("table `{table}`, rows of one `{through}`");
                let owned = wanted.owner.as_ref() == Some(through);
                let (column, named) =
                    (self.names.column(table, through).to_owned(), self.names.table(table).to_owned());
                self.alone(format!("{place} are at most {most}, and a service of another version adds more"));
                self.plan.checks.push(Check::Sizes { place, table: named, column, most: *most, owned });
            }
        }
        if let Some(after) = self.plan.after.tables.get_mut(table) {
            after.sizes.retain(|through, _| wanted.column(through).is_none());
            after.sizes.extend(wanted.sizes.clone());
        }
    }

    /// References that may not lead back any more.
    pub(super) fn acyclic(&mut self, table: &str, before: &Table, wanted: &Table) {
        for column in wanted.acyclic.iter().filter(|it| !before.acyclic.contains(it)) {
            if before.column(column).is_some() {
                let here = place(table, column);
                let (named, id) = self.named(table, before);
                let stored = self.names.column(table, column).to_owned();
                self.alone(format!(
                    "{here} never leads back, and a service of another version does not look"
                ));
                self.plan.checks.push(Check::Acyclic { place: here, table: named, id, column: stored });
            }
        }
        if let Some(after) = self.plan.after.tables.get_mut(table) {
            after.acyclic.retain(|column| wanted.column(column).is_none());
            after.acyclic.extend(wanted.acyclic.iter().cloned());
        }
    }

    fn add_index(&mut self, table: &str, columns: &[String], unique: bool) {
        self.step(Step::AddIndex { table: table.to_owned(), columns: columns.to_vec(), unique });
        if let Some(after) = self.plan.after.tables.get_mut(table) {
            let list = if unique { &mut after.uniques } else { &mut after.indexes };
            list.push(columns.to_vec());
        }
    }
}
