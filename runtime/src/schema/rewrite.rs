//! Lists and maps whose elements are stored otherwise: each is read as what it was and written as what it is.

use crate::schema::act::Act;
use crate::schema::ask::{Tell, carried, pages};
use crate::store::layout::{Kind, cell_of};
use crate::store::link::{Arg, Cell, Fault, Link, sql};

/// Writes every value of a column anew; each was asked before whether it fits.
pub(super) fn rewrite(link: &mut Link, act: &Act, tell: Tell<'_>) -> Result<(), Fault> {
    let Act::Rewrite { table, id, column, from, to } = act else { return Ok(()) };
    let update = sql(format!("UPDATE \"{table}\" SET \"{column}\" = $1 WHERE \"{id}\" = $2"));
    let mut look = |link: &mut Link, row: &str, cells: &[Cell]| {
        let Some(cell) = cells.first() else { return Ok(()) };
        let value = carried(from, to, cell)
            .map_err(|why| Fault::Other(format!("`{column}` of {table} `{row}` {why}")))?;
        let Cell::Text(text) = cell_of(to, &value) else { return Ok(()) };
        link.execute(&update, vec![Arg::Text(text), Arg::Text(row.to_owned())]).map(drop)
    };
    pages(link, (table, id), &[(Kind::of(from), column)], &mut look, tell)
}
