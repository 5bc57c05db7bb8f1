//! The rows of a table, live or deleted, a page at a time, in the order of their ids.

use crate::store::layout::{Row, Table};
use crate::store::link::{Arg, Cell, Fault, Link};
use crate::store::statements;
use crate::store::unit::list_arg;

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
    pub(super) by: String,
    pub(super) position: i64,
    pub(super) row: Row,
}

/// The rows behind an id, or the first; `None` if there are no more.
pub(super) fn next(
    link: &mut Link,
    table: &Table,
    deleted: bool,
    behind: Option<&str>,
) -> Result<Option<Page>, Fault> {
    let text = statements::page(table, deleted, behind.is_none(), link.dialect());
    let found = link.fetch(&text, vec![Arg::Text(behind.unwrap_or_default().to_owned())])?;
    let id = |row: Option<&Vec<Cell>>| row?.first()?.text().map(str::to_owned);
    let (Some(first), Some(last)) = (id(found.first()), id(found.last())) else { return Ok(None) };
    let mut page = Page { rows: Vec::new(), unreadable: Vec::new(), first, last };
    for cells in found {
        let Some(([id, version, by, position], fields)) = cells.split_first_chunk() else { continue };
        let text = |cell: &Cell| cell.text().unwrap_or("").to_owned();
        let (id, by) = (text(id), text(by));
        let (version, position) = (version.int().unwrap_or(0), position.int().unwrap_or(0));
        match table.row(fields) {
            Ok(row) => page.rows.push(Stored { id, version, by, position, row }),
            Err(fault) => page.unreadable.push((id, fault.to_string())),
        }
    }
    Ok(Some(page))
}

/// The ids among these that live rows have, or any.
pub(super) fn there(link: &mut Link, table: &Table, any: bool, ids: &[&str]) -> Result<Vec<String>, Fault> {
    let text = statements::ids_there(table, any, link.dialect());
    let rows = link.fetch(&text, vec![list_arg(ids, link.dialect())])?;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next().and_then(Cell::into_text)).collect())
}
