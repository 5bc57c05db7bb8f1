//! Several writes in one round trip, for a round trip costs more than a small write.
//!
//! ```text
//! SQLite       UPDATE t … ?   INSERT INTO u … ?      UPDATE t … ?; INSERT INTO u … ?
//! PostgreSQL   UPDATE t … $1  INSERT INTO u … $1     WITH w0 AS (UPDATE t … $1), w1 AS (INSERT INTO u … $2) SELECT
//! ```
//!
//! PostgreSQL runs the parts of one statement in an order of its own, so none may rest on another.

use super::fault::{closed, fault, uncommitted};
use super::values::bind_sqlite;
use super::{Arg, Conn, Dialect, Fault, Link, Sql, sql};
use futures_util::StreamExt as _;
use sqlx::Executor as _;

/// A statement that writes, and what it is given.
#[derive(Debug, Clone)]
pub struct Write {
    /// Its text, with placeholders `?` for SQLite, from `$1` for PostgreSQL.
    pub text: Sql,
    /// A value for each placeholder.
    pub args: Vec<Arg>,
}

/// Why there was no commit.
#[derive(Debug)]
pub enum Uncommitted {
    /// Nothing is kept: a write failed, or the database says that it has not committed.
    Not(Fault),
    /// The commit failed in a way that says nothing, or its answer was lost.
    Unknown(Fault),
}

impl Link {
    /// The last writes of a transaction, and its commit: on SQLite in one round trip.
    pub fn commit_with(&mut self, writes: Vec<Write>) -> Result<(), Uncommitted> {
        if writes.is_empty() || self.dialect() == Dialect::Postgres {
            self.execute_all(writes).map_err(Uncommitted::Not)?;
            return self.commit_alone();
        }
        self.is_sound().map_err(Uncommitted::Not)?;
        let text = sql(format!("{}; COMMIT", together(&writes, Dialect::Sqlite)));
        let before = writes.len() + usize::from(self.begins_with_the_next());
        let text = self.next(&text).map_err(Uncommitted::Not)?;
        let keeps = self.keeps(&text).map_err(Uncommitted::Not)?;
        let Some(Conn::Sqlite(conn)) = self.conn.as_mut() else { return Err(Uncommitted::Not(closed())) };
        let args = writes.into_iter().flat_map(|write| write.args);
        let query = args.fold(sqlx::query(text).persistent(keeps), bind_sqlite);
        self.runtime.block_on(async {
            let (mut results, mut done) = (conn.fetch_many(query), 0);
            while let Some(result) = results.next().await {
                match result {
                    Ok(result) => done += usize::from(result.is_left()),
                    Err(error) if done < before => return Err(Uncommitted::Not(fault(&error))),
                    Err(error) => return Err(uncommitted(&error)),
                }
            }
            // A driver that ends midway ends its answers, without an error.
            if done > before {
                return Ok(());
            }
            Err(Uncommitted::Unknown(Fault::Lost("the answers ended before the commit".to_owned())))
        })
    }

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
pub(super) fn renumbered(text: &str, before: usize) -> String {
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
