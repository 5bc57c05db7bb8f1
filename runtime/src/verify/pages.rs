//! The live rows of a table, a page at a time, in the order of their ids.

use crate::store::layout::{Row, Table};
use crate::store::link::{Arg, Cell, Fault, Link};
use crate::store::statements;

/// Some rows.
pub(super) struct Page {
    /// Those that can be read.
    pub(super) rows: Vec<Stored>,
    /// The ids of those that cannot, and why.
    pub(super) unreadable: Vec<(String, String)>,
    /// The ids of the first row and of the last one.
    pub(super) first: String,
    /// Behind it the next page begins.
    pub(super) last: String,
}

/// A row as it is stored.
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) row: Row,
}

/// The rows behind an id; `None` if there are no more.
pub(super) fn next(link: &mut Link, table: &Table, behind: &str) -> Result<Option<Page>, Fault> {
    let text = statements::page(table, link.dialect());
    let mut page =
        Page { rows: Vec::new(), unreadable: Vec::new(), first: String::new(), last: String::new() };
    for cells in link.fetch(&text, vec![Arg::Text(behind.to_owned())])? {
        let Some(([id, version], fields)) = cells.split_first_chunk() else { continue };
        let (id, version) = (id.text().unwrap_or("").to_owned(), version.int().unwrap_or(0));
        if page.first.is_empty() {
            page.first.clone_from(&id);
        }
        page.last.clone_from(&id);
        match table.row(fields) {
            Ok(row) => page.rows.push(Stored { id, version, row }),
            Err(fault) => page.unreadable.push((id, fault.to_string())),
        }
    }
    Ok((!page.last.is_empty()).then_some(page))
}

/// The ids among these that live rows have.
pub(super) fn live(link: &mut Link, table: &Table, ids: &[&str]) -> Result<Vec<String>, Fault> {
    let text = statements::live_ids(table, link.dialect());
    let rows = link.fetch(&text, vec![crate::store::work::list_arg(ids, link.dialect())])?;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next().and_then(Cell::into_text)).collect())
}
