//! A place inside of a value: the local that it starts from, and the way from there to its references.
//!
//! ```text
//! order.address.region        from `order`, field `address`, part `region`
//! rounds.flatten()            from `rounds`, elements; each of them is found at the elements of those
//! ```

use crate::model::{Inside, ResourceId};

/// A value inside of a field of a row, or of a local that is a value.
#[derive(Debug, Clone)]
pub struct Within {
    /// The local that it starts from.
    pub(super) from: String,
    /// The row's field, and its resource.
    pub(super) field: Option<(ResourceId, usize)>,
    /// The way from there.
    pub(super) way: Vec<Inside>,
    /// Whether something on the way may be absent.
    pub(super) optional: bool,
}

impl Within {
    pub(super) fn step(mut self, inside: Inside) -> Self {
        self.optional |= matches!(inside, Inside::Part(_, true));
        self.way.push(inside);
        self
    }
}
