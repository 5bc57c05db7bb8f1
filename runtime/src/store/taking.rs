//! Whether another row has values that have to occur once: asked where the database itself would only say that
//! something clashes.
//!
//! ```text
//! SELECT u.column2 FROM (VALUES (?, ?)) u WHERE … EXISTS (SELECT 1 FROM user WHERE email = u.column1 AND id <> u.column2)
//! ```

use crate::store::bulk::{Bulk, Columns};
use crate::store::ddl::unique_name;
use crate::store::layout::{Kind, Row, Table};
use crate::store::link::{Cell, Dialect};

/// A question whether some values of a row are taken.
pub(crate) struct Taking {
    /// What clashes if they are, as [`Fault::NotUnique`](crate::store::link::Fault::NotUnique) names it.
    pub(crate) what: String,
    /// The question; its answers are the ids of the rows of which another row has them.
    pub(crate) asked: Bulk,
    /// Which columns of the row it is given.
    columns: Vec<usize>,
}

impl Taking {
    /// Of a set of unique fields, or of the id; `None` if a field has no column of its own.
    pub(crate) fn new(table: &Table, set: &[usize], dialect: Dialect) -> Option<Self> {
        let is_id = set == [table.resource.id];
        let mut names = Vec::new();
        for field in set {
            names.push(table.resource.fields.get(*field)?.key.as_str());
        }
        let what = if is_id {
            format!("{}.{}", table.name(), table.id_column())
        } else {
            let what = unique_name(table, set)?;
            names.push(table.id_column());
            what
        };
        let place = |name: &&str| table.columns.iter().position(|column| column.name == **name);
        let columns: Vec<usize> = names.iter().map(place).collect::<Option<_>>()?;
        let kinds = columns.iter().map(|at| Some((table.columns.get(*at)?.name.clone(), kind(table, *at)?)));
        let kinds: Vec<(String, Kind)> = kinds.collect::<Option<_>>()?;
        let (given, last) = (Columns::new(&kinds, dialect), kinds.len().saturating_sub(1));
        let compared = kinds.iter().enumerate().map(|(at, (name, _))| {
            let sign = if at == last && !is_id { "<>" } else { "=" };
            format!("t.\"{name}\" {sign} {}", given.value(at))
        });
        let compared: Vec<String> = compared.collect();
        // A deleted row gives up its values, but not its id: it may come back.
        let live = if is_id { "" } else { " AND t.\"_deleted_at\" IS NULL" };
        let compared = compared.join(" AND ");
        let after = format!("AND EXISTS (SELECT 1 FROM \"{}\" t WHERE {compared}{live})", table.name());
        let asked = Bulk::new(given, last, &format!("SELECT {} AS \"id\"", given.value(last)), &after);
        Some(Self { what, asked, columns })
    }

    /// What it is given of a row.
    pub(crate) fn cells(&self, table: &Table, row: &Row) -> Vec<Cell> {
        let cells = table.cells(row);
        self.columns.iter().map(|at| cells.get(*at).cloned().unwrap_or(Cell::Null)).collect()
    }
}

fn kind(table: &Table, column: usize) -> Option<Kind> {
    table.columns.get(column).map(|column| column.kind.clone())
}
