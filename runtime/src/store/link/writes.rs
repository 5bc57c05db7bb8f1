//! Several writes in one round trip, for a round trip costs more than a small write.
//!
//! ```text
//! SQLite       UPDATE t … ?   INSERT INTO u … ?      UPDATE t … ?; INSERT INTO u … ?
//! PostgreSQL   UPDATE t … $1  INSERT INTO u … $1     WITH w0 AS (UPDATE t … $1), w1 AS (INSERT INTO u … $2) SELECT
//! ```
//!
//! PostgreSQL runs the parts of one statement in an order of its own, so none may rest on another.

use super::{Arg, Dialect, Fault, Link, Sql, sql};

/// A statement that writes, and what it is given.
#[derive(Debug, Clone)]
pub struct Write {
    /// Its text, with placeholders `?` for SQLite, from `$1` for PostgreSQL.
    pub text: Sql,
    /// A value for each placeholder.
    pub args: Vec<Arg>,
}

impl Link {
    /// Writes that do not rest on one another.
    pub fn execute_all(&mut self, writes: Vec<Write>) -> Result<(), Fault> {
        let text = match writes.as_slice() {
            [] => return Ok(()),
            [write] => write.text.clone(),
            several => sql(together(several, self.dialect())),
        };
        let args = writes.into_iter().flat_map(|write| write.args).collect();
        self.execute(&text, args).map(drop)
    }
}

fn together(writes: &[Write], dialect: Dialect) -> String {
    let texts = writes.iter().map(|write| write.text.as_str());
    match dialect {
        Dialect::Sqlite => texts.collect::<Vec<&str>>().join("; "),
        Dialect::Postgres => {
            let mut before = 0;
            let mut parts = Vec::new();
            for (number, write) in writes.iter().enumerate() {
                parts.push(format!("w{number} AS ({})", renumbered(write.text.as_str(), before)));
                before += write.args.len();
            }
            format!("WITH {} SELECT", parts.join(", "))
        }
    }
}

/// A statement with its placeholders counted on from those before it. A `$` stands for nothing else in a statement.
fn renumbered(text: &str, before: usize) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at(digits);
        let number = number.parse().map_or(0, |number: usize| number + before);
        out.push_str(&format!("${number}{rest}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(text: &str, args: usize) -> Write {
        Write { text: sql(text), args: vec![Arg::Int(0); args] }
    }

    #[test]
    fn placeholders_are_counted_on() {
        let writes =
            [write("UPDATE t SET a = $2 WHERE b = $1", 2), write("INSERT INTO u VALUES ($1, $11)", 11)];
        assert_eq!(
            together(&writes, Dialect::Postgres),
            "WITH w0 AS (UPDATE t SET a = $2 WHERE b = $1), w1 AS (INSERT INTO u VALUES ($3, $13)) SELECT"
        );
        let writes = [write("UPDATE t SET a = ?", 1), write("INSERT INTO u VALUES (?)", 1)];
        assert_eq!(together(&writes, Dialect::Sqlite), "UPDATE t SET a = ?; INSERT INTO u VALUES (?)");
    }
}
