//! What a batch is known to need before its first call.

use std::collections::{BTreeMap, BTreeSet};

/// Rows and collections that a batch will need.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Table and id.
    pub rows: BTreeMap<usize, BTreeSet<String>>,
    /// Owner's table and collection, and the owner.
    pub lists: BTreeMap<(usize, usize), BTreeSet<String>>,
    /// Table and id of rows that are given back whole, with their collections.
    pub shapes: BTreeMap<usize, BTreeSet<String>>,
}

impl Wanted {
    /// How many statements fetch all of it, at least.
    pub fn statements(&self) -> usize {
        self.rows.len() + 2 * (self.lists.len() + self.shapes.len())
    }
}
