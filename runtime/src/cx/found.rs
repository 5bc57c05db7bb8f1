//! What a run shows of rows that were looked for: which one, or how many and the first of them. Where ids must not be
//! shown, or what was looked for, it is only told how many.
//!
//! ```text
//! found = tic_1
//! found = 6 rows: tic_1, tic_2, tic_3, tic_4, …
//! found = more than 50 rows
//! found = 1 row
//! ```

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::typed::{Query, Resource};
use opwright_values::words::counted;

/// How many ids are shown.
const SHOWN: usize = 4;

/// What it is called.
const FOUND: &str = "found";

impl Cx<'_> {
    /// Shows the row that a query found, if it found one.
    pub(super) fn tell_row<R: Resource>(&mut self, query: &Query<R>, row: Option<&Live<R>>) {
        match row {
            None => drop(self.seen().read(FOUND, "nothing")),
            Some(row) if self.tells_ids(query) => drop(self.seen().read(FOUND, row)),
            Some(_) => self.tell_count(1),
        }
    }

    /// Shows how many rows a query found, and the first of them.
    pub(super) fn tell_rows<R: Resource>(&mut self, query: &Query<R>, rows: &[Live<R>]) {
        if rows.is_empty() || !self.tells_ids(query) {
            return self.tell_count(rows.len());
        }
        let ids: Vec<&str> = rows.iter().take(SHOWN).map(|row| row.id()).collect();
        let more = if rows.len() > SHOWN { ", …" } else { "" };
        let text = format!("{}: {}{more}", counted(rows.len(), "row"), ids.join(", "));
        self.seen().read(FOUND, &text);
    }

    /// Shows how many rows there are.
    pub(super) fn tell_count(&mut self, count: usize) {
        self.seen().read(FOUND, &counted(count, "row"));
    }

    /// Shows that there are too many.
    pub(super) fn tell_too_many(&mut self, max: usize) {
        let text = format!("more than {}", counted(max, "row"));
        self.seen().read(FOUND, &text);
    }

    fn tells_ids<R: Resource>(&self, query: &Query<R>) -> bool {
        let table = self.work.layout().tables.get(R::INDEX);
        !query.masked && table.is_some_and(|table| table.tells_ids())
    }
}
