//! What a `load` or a reference finds, and what becomes of more.

use crate::expr::typed::{ResourceId, Typed};
use opwright_values::schema::Order;

/// What a `load` looks for.
#[derive(Debug)]
pub struct Query {
    /// The resource.
    pub resource: ResourceId,
    /// Which rows; `None` means all.
    pub filter: Option<Typed>,
    /// In which order; without one, by id (rows without id: as created).
    pub order: Vec<Order>,
    /// Whether it finds deleted rows.
    pub finds: Finds,
}

/// Which rows a reference or a `load` finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finds {
    /// Those that are there.
    Live,
    /// Deleted ones only.
    Deleted,
    /// Both.
    All,
}

/// What becomes of rows that a `load` finds beyond those that it gives.
#[derive(Debug)]
pub enum Beyond {
    /// The call is refused `too_many`.
    Refused,
    /// They are left out.
    LeftOut,
    /// They are left out, and the outcome has a cursor behind which they are found: this argument takes it.
    Next(Typed),
}

impl Beyond {
    /// The argument that takes the cursor.
    pub fn cursor(&self) -> Option<&Typed> {
        if let Self::Next(cursor) = self { Some(cursor) } else { None }
    }
}
