//! What a running call can do: go along its graph, read rows, write rows, tell of events.
//!
//! ```text
//! Cx ─┬─ Walk    where it stands, what it has read, its world
//!     └─ Work    rows, lists and changes (untyped, the store's)
//! ```
//!
//! A `Cx` lives as long as one run of a call: refused, dry and repeated calls forget everything by dropping it.

mod candidates;
mod circles;
mod cursor;
mod deletes;
mod events;
mod found;
mod inside;
mod live;
mod many;
mod pages;
mod rows;
mod shape;
mod typed;
mod walk;
mod writes;

pub use inside::{Held, Sent, pointer_key};
pub use live::Live;
pub use many::{Collections, Each, Many, Rows};
pub use pages::Pages;
pub use shape::RowIds;
pub use typed::{
    Bind, Columns, Query, Refs, Relation, Resource, bind, bind_optional, broken_rule, distinct_rows, ids,
    is_member, present, value,
};
pub use walk::{Seen, Walk};

use crate::store::unit::Work;
use deletes::Finds;
use many::Collected;
use std::any::Any;
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

/// A running call.
pub struct Cx<'c> {
    walk: Walk,
    work: &'c mut Work,
    /// One handle for each row.
    handles: BTreeMap<(usize, String), Box<dyn Any>>,
    /// The collections at hand: owner's table, collection, owner.
    collections: BTreeMap<(usize, usize, String), Box<dyn Collected>>,
    /// Rows that this call knows to be deleted, with their handles where somebody has one.
    gone: BTreeMap<(usize, String), Option<Box<dyn Any>>>,
    /// Which rows the next reference among the arguments finds.
    finds: Finds,
    /// The cursor behind which a list goes on.
    next: Option<String>,
}

impl<'c> Cx<'c> {
    pub(crate) fn new(walk: Walk, work: &'c mut Work) -> Self {
        Self {
            walk,
            work,
            handles: BTreeMap::new(),
            collections: BTreeMap::new(),
            gone: BTreeMap::new(),
            finds: Finds::Live,
            next: None,
        }
    }

    /// Ends the run: what was walked.
    pub(crate) fn into_walk(self) -> Walk {
        self.walk
    }

    /// The time of the call.
    pub fn now(&self) -> opwright_values::time::Timestamp {
        self.walk.now()
    }

    /// A new id; the same one when the call runs again.
    pub fn new_id(&mut self, prefix: &str) -> Result<String, crate::stop::Stop> {
        Ok(self.walk.env.new_id(prefix))
    }
}

impl Deref for Cx<'_> {
    type Target = Walk;

    fn deref(&self) -> &Walk {
        &self.walk
    }
}

impl DerefMut for Cx<'_> {
    fn deref_mut(&mut self) -> &mut Walk {
        &mut self.walk
    }
}
