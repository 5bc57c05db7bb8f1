//! One statement for many rows, as each database takes them fastest.
//!
//! ```text
//! INSERT INTO t … SELECT u.column1, u.column2 FROM …
//!   SQLite       (VALUES (?, ?), (?, ?), (?, ?)) u      one text for each of some sizes; rows of NULL fill it up
//!   PostgreSQL   UNNEST($1, $2) u(column1, column2)     one array a column
//! ```

use crate::store::layout::Kind;
use crate::store::link::{Arg, Cell, Dialect, Write, sql};
use crate::store::parts::written;

/// How many rows a statement of SQLite takes. A text for every number would be prepared anew too often, and the fewer
/// there are, the more is filled up.
const SIZES: &[usize] = &[1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/// The most values that a statement of SQLite takes (`SQLITE_MAX_VARIABLE_NUMBER`).
const VALUES_MAX: usize = 32_766;

/// The columns of the rows that a statement is given.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'k> {
    columns: &'k [(String, Kind)],
    dialect: Dialect,
}

impl<'k> Columns<'k> {
    /// Columns by their names.
    pub fn new(columns: &'k [(String, Kind)], dialect: Dialect) -> Self {
        Self { columns, dialect }
    }

    /// What a column is set to.
    pub fn value(&self, column: usize) -> String {
        let value = format!("u.column{}", column + 1);
        let kind = self.columns.get(column).map(|(_, kind)| kind);
        kind.map_or_else(|| value.clone(), |kind| written(kind, &value, self.dialect))
    }
}

/// A statement for many rows, which it finds in a table `u`: `before FROM … AS u WHERE … after`.
#[derive(Debug, Clone)]
pub struct Bulk {
    kinds: Vec<Kind>,
    dialect: Dialect,
    before: String,
    after: String,
}

impl Bulk {
    /// A statement over rows of these columns; `key` is one that is never absent. `after` begins with `AND`, if there is
    /// more to be said of the rows.
    pub fn new(columns: Columns<'_>, key: usize, before: &str, after: &str) -> Self {
        let Columns { columns, dialect } = columns;
        Self {
            kinds: columns.iter().map(|(_, kind)| kind.clone()).collect(),
            dialect,
            before: before.to_owned(),
            // Rows of NULL are there to fill a statement up.
            after: format!("WHERE u.column{} IS NOT NULL {after}", key + 1).trim_end().to_owned(),
        }
    }

    /// The writes of some rows; none without rows.
    pub fn writes(&self, mut rows: Vec<Vec<Cell>>) -> Vec<Write> {
        let mut writes = Vec::new();
        while !rows.is_empty() {
            let size = self.size(rows.len());
            let rest = if rows.len() > size { rows.split_off(size) } else { Vec::new() };
            let text = sql(format!("{} FROM {} {}", self.before, self.table(size), self.after));
            let args = match self.dialect {
                Dialect::Sqlite => self.in_rows(rows, size),
                Dialect::Postgres => self.in_columns(rows),
            };
            writes.push(Write { text, args });
            rows = rest;
        }
        writes
    }

    /// How many rows the next statement takes, with those that fill it up.
    fn size(&self, rows: usize) -> usize {
        if self.dialect == Dialect::Postgres {
            return rows;
        }
        let most = (VALUES_MAX / self.kinds.len().max(1)).max(1);
        let sizes = || SIZES.iter().copied().filter(|size| *size <= most);
        sizes().find(|size| *size >= rows).or(sizes().next_back()).unwrap_or(1)
    }

    /// The table of the rows.
    fn table(&self, size: usize) -> String {
        match self.dialect {
            Dialect::Sqlite => {
                let row = format!("({})", vec!["?"; self.kinds.len()].join(", "));
                format!("(VALUES {}) AS u", vec![row.as_str(); size].join(", "))
            }
            Dialect::Postgres => {
                let arrays = (1..).zip(&self.kinds);
                let arrays: Vec<String> =
                    arrays.map(|(number, kind)| format!("${number}::{}[]", array_type(kind))).collect();
                let names: Vec<String> =
                    (1..=self.kinds.len()).map(|number| format!("column{number}")).collect();
                format!("UNNEST({}) AS u({})", arrays.join(", "), names.join(", "))
            }
        }
    }

    fn in_rows(&self, rows: Vec<Vec<Cell>>, size: usize) -> Vec<Arg> {
        let values = size * self.kinds.len();
        let mut args = Vec::with_capacity(values);
        args.extend(rows.into_iter().flatten().map(|cell| match cell {
            Cell::Null => Arg::Null,
            Cell::Int(int) => Arg::Int(int),
            Cell::Bool(flag) => Arg::Bool(flag),
            Cell::Text(text) => Arg::Text(text),
        }));
        args.resize(values, Arg::Null);
        args
    }

    fn in_columns(&self, rows: Vec<Vec<Cell>>) -> Vec<Arg> {
        let count = rows.len();
        let columns = self.kinds.iter().map(|_| Vec::with_capacity(count));
        let mut columns: Vec<Vec<Cell>> = columns.collect();
        for row in rows {
            columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
        }
        self.kinds.iter().zip(columns).map(|(kind, cells)| array(cells, kind)).collect()
    }
}

fn array_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Int | Kind::Timestamp => "bigint",
        Kind::Bool => "boolean",
        Kind::Text | Kind::Date | Kind::Json(_) => "text",
    }
}

fn array(cells: Vec<Cell>, kind: &Kind) -> Arg {
    let cells = cells.into_iter();
    match kind {
        Kind::Int | Kind::Timestamp => Arg::Ints(cells.map(|cell| cell.int()).collect()),
        Kind::Bool => Arg::Bools(
            cells.map(|cell| if let Cell::Bool(flag) = cell { Some(flag) } else { None }).collect(),
        ),
        Kind::Text | Kind::Date | Kind::Json(_) => Arg::Texts(
            cells.map(|cell| if let Cell::Text(text) = cell { Some(text) } else { None }).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(dialect: Dialect) -> Bulk {
        let columns = [("id".to_owned(), Kind::Text), ("at".to_owned(), Kind::Timestamp)];
        Bulk::new(Columns::new(&columns, dialect), 0, "INSERT …", "AND x")
    }

    fn rows(count: usize) -> Vec<Vec<Cell>> {
        (0..count).map(|number| vec![Cell::Text(format!("r{number}")), Cell::Null]).collect()
    }

    #[test]
    fn sqlite_takes_rows_in_some_sizes() {
        assert!(bulk(Dialect::Sqlite).writes(rows(0)).is_empty());
        let writes = bulk(Dialect::Sqlite).writes(rows(3));
        let [write] = writes.as_slice() else { panic!("{writes:?}") };
        assert_eq!(
            write.text.as_str(),
            "INSERT … FROM (VALUES (?, ?), (?, ?), (?, ?)) AS u WHERE u.column1 IS NOT NULL AND x"
        );
        assert_eq!(write.args.len(), 6);
        let sizes: Vec<usize> =
            bulk(Dialect::Sqlite).writes(rows(64 + 5)).iter().map(|it| it.args.len() / 2).collect();
        assert_eq!(sizes, [64, 6]);
    }

    /// A table may have as many columns as SQLite takes values.
    #[test]
    fn wide_rows_go_one_by_one() {
        let columns: Vec<(String, Kind)> = (0..20_000).map(|it| (format!("c{it}"), Kind::Int)).collect();
        let wide = Bulk::new(Columns::new(&columns, Dialect::Sqlite), 0, "INSERT …", "");
        let writes = wide.writes(vec![vec![Cell::Int(1); 20_000]; 3]);
        assert_eq!(writes.iter().map(|it| it.args.len()).collect::<Vec<_>>(), [20_000; 3]);
    }

    #[test]
    fn postgres_takes_any_number_of_rows_in_columns() {
        let writes = bulk(Dialect::Postgres).writes(rows(1000));
        let [write] = writes.as_slice() else { panic!("{writes:?}") };
        assert_eq!(
            write.text.as_str(),
            "INSERT … FROM UNNEST($1::text[], $2::bigint[]) AS u(column1, column2) WHERE u.column1 IS NOT NULL AND x"
        );
        let [Arg::Texts(ids), Arg::Ints(times)] = write.args.as_slice() else { panic!("{:?}", write.args) };
        assert_eq!((ids.len(), times.len(), times.first()), (1000, 1000, Some(&None)));
    }
}
