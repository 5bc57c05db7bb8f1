//! Many rows as one value, for the driver of SQLite wakes its caller for each row that it gives.
//!
//! ```text
//! SELECT json_group_array(json_array("id", "version")) FROM …      [["a",3],["b",7]]
//! ```
//!
//! What a batch fetches is asked for in this form on SQLite, and in rows on PostgreSQL, which sends them together. So on
//! SQLite several statements can also be one: `SELECT (SELECT json_group_array…), (SELECT json_group_array…)`.

use super::writes::renumbered;
use super::{Arg, Cell, Dialect, Fault, Link, Sql, sql};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// What a batch selects: these columns, in this order.
pub fn select(columns: &[String], order: &[String], dialect: Dialect) -> String {
    let columns = columns.join(", ");
    let ordered = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
    match dialect {
        Dialect::Sqlite => format!("json_group_array(json_array({columns}){ordered})"),
        Dialect::Postgres => columns,
    }
}

impl Link {
    /// Runs a statement that was made with [`select`]; gives its rows.
    pub fn fetch_packed(&mut self, text: &Sql, args: Vec<Arg>) -> Result<Vec<Vec<Cell>>, Fault> {
        Ok(self.fetch_all_packed(vec![(text.clone(), args)])?.pop().unwrap_or_default())
    }

    /// Several of them, in one statement on SQLite; the rows of each.
    pub fn fetch_all_packed(
        &mut self,
        mut asked: Vec<(Sql, Vec<Arg>)>,
    ) -> Result<Vec<Vec<Vec<Cell>>>, Fault> {
        if self.dialect() == Dialect::Postgres {
            return asked.into_iter().map(|(text, args)| self.fetch(&text, args)).collect();
        }
        let (text, args) = match asked.len() {
            0 => return Ok(Vec::new()),
            1 => asked.swap_remove(0),
            _ => together(asked),
        };
        // A driver that ends midway gives no row, without an error.
        let ended = || Fault::Lost("the answers ended before the rows".to_owned());
        let row = self.fetch(&text, args)?.pop().ok_or_else(ended)?;
        row.iter().enumerate().map(|(at, cell)| unpacked(cell, text.as_str(), at)).collect()
    }
}

fn together(asked: Vec<(Sql, Vec<Arg>)>) -> (Sql, Vec<Arg>) {
    let (mut parts, mut args) = (Vec::new(), Vec::new());
    for (text, more) in asked {
        parts.push(format!("({})", renumbered(text.as_str(), args.len())));
        args.extend(more);
    }
    (sql(format!("SELECT {}", parts.join(", "))), args)
}

/// The rows that one of the statements in a text gave.
fn unpacked(cell: &Cell, statements: &str, at: usize) -> Result<Vec<Vec<Cell>>, Fault> {
    let Cell::Text(rows) = cell else { return Ok(Vec::new()) };
    serde_json::from_str(rows).map_err(|error| {
        // Each of them reads one table, whose name is quoted.
        let table = statements.split(" FROM \"").nth(at + 1).and_then(|rest| rest.split('"').next());
        let table = table.unwrap_or("a table");
        Fault::Other(format!(
            "rows of {table} hold what no field can ({error}): something else has written to them; run `verify`"
        ))
    })
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(AnyCell)
    }
}

struct AnyCell;

impl Visitor<'_> for AnyCell {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a whole number or a text")
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_i64<E: Error>(self, int: i64) -> Result<Cell, E> {
        Ok(Cell::Int(int))
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Cell, E> {
        i64::try_from(int).map(Cell::Int).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart_and_keep_all_digits() {
        let rows: Vec<Vec<Cell>> =
            serde_json::from_str(r#"[[null, 9223372036854775807, -9223372036854775808, "a\u0001\"é", ""]]"#)
                .unwrap();
        let text = |text: &str| Cell::Text(text.to_owned());
        assert_eq!(
            rows,
            [[Cell::Null, Cell::Int(i64::MAX), Cell::Int(i64::MIN), text("a\u{1}\"é"), text("")]]
        );
        assert!(serde_json::from_str::<Cell>("1.5").is_err());
    }
}
