//! Changes that are not made, with the rows that are in the way, and each way out in a line of its own.
//!
//! ```text
//! table `item`, column `level`: it is new and required, and 2 rows have no value for it: `a`, `b`
//!     fix: make it `optional: true`
//!      or: …
//! ```

use std::fmt;

/// A change that is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which table, column or index.
    pub place: String,
    /// What is in the way.
    pub what: String,
    /// What to do: one of these.
    pub ways: Vec<String>,
    /// The rows that are in the way, unless no row makes it possible.
    pub rows: Option<Rows>,
}

/// Rows that are in the way of a change.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rows {
    /// The table that they are in, as it is called now.
    pub table: String,
    /// Which columns it is about.
    pub columns: Vec<String>,
    /// How many there are.
    pub count: usize,
    /// The ids of the first.
    pub ids: Vec<String>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    fix: {}", self.place, self.what, self.ways.join("\n     or: "))
    }
}
