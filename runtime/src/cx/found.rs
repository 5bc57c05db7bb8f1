//! What a run shows of rows that were looked for: which one, or how many and the first of them.
//!
//! ```text
//! found = tic_1
//! found = 6 rows: tic_1, tic_2, tic_3, tic_4, …
//! found = more than 50 rows
//! ```

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::typed::Resource;
use opwright_tracer::trace::Masked;
use opwright_values::words::counted;

/// How many ids are shown.
const SHOWN: usize = 4;

/// What it is called.
const FOUND: &str = "found";

impl Cx<'_> {
    /// Shows the row that was found, if one was.
    pub(super) fn tell_row<R: Resource>(&mut self, row: Option<&Live<R>>) {
        let masked = row.is_some() && self.masks_ids::<R>();
        let seen = self.seen();
        match row {
            Some(_) if masked => drop(seen.read(FOUND, &Masked("id"))),
            Some(row) => drop(seen.read(FOUND, row)),
            None => drop(seen.read(FOUND, "nothing")),
        }
    }

    /// Shows how many rows were found, and which.
    pub(super) fn tell_rows<'r, R: Resource>(&mut self, rows: impl ExactSizeIterator<Item = &'r Live<R>>) {
        let mut text = counted(rows.len(), "row");
        if rows.len() > 0 && !self.masks_ids::<R>() {
            let more = if rows.len() > SHOWN { ", …" } else { "" };
            let ids: Vec<&str> = rows.take(SHOWN).map(|row| row.id()).collect();
            text = format!("{text}: {}{more}", ids.join(", "));
        }
        self.seen().read(FOUND, &text);
    }

    /// Shows that there are too many.
    pub(super) fn tell_too_many(&mut self, max: usize) {
        let text = format!("more than {}", counted(max, "row"));
        self.seen().read(FOUND, &text);
    }

    fn masks_ids<R: Resource>(&self) -> bool {
        let table = self.work.layout().tables.get(R::INDEX).map(|table| &table.resource);
        table.and_then(|of| of.fields.get(of.id)).is_some_and(|id| id.pii)
    }
}
