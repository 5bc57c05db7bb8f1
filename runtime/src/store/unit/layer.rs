//! Rows and lists that are at hand.

use crate::store::layout::Row;
use opwright_values::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Table and id.
pub(super) type Key = (usize, Rc<str>);

/// Owner's table, collection, owner's id.
pub(super) type ListKey = (usize, usize, Rc<str>);

/// Table, which set of unique fields, their values.
pub(super) type Taken = (usize, usize, Vec<Value>);

/// The ids in a collection, in order.
pub(crate) type List = Rc<Vec<Rc<str>>>;

/// A list as a call sees it.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) list: List,
    /// Whether all its rows are known to be at hand.
    pub(super) at_hand: bool,
}

/// A row with what the store manages of it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) row: Rc<Row>,
    pub(super) version: i64,
    pub(super) created: i64,
    pub(super) position: i64,
    /// The call that wrote it last; known only of rows that have to be written.
    pub(super) by: Rc<str>,
}

/// A row that has to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dirty {
    /// Whether the database does not have it yet.
    pub(super) new: bool,
}

/// What has to be written of a row that was deleted, or that came back.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// It is deleted; what it was, with its version and the call that deleted it, and the moment of the deletion.
    Deleted { held: Held, at: i64 },
    /// It is there again, as `rows` has it.
    Restored,
}

/// Rows and lists over those of a deeper layer. `None`: there is no such row.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) rows: HashMap<Key, Option<Held>>,
    pub(super) lists: HashMap<ListKey, List>,
    /// Lists as the call sees them that this layer is of: they follow each of its writes.
    pub(super) seen: HashMap<ListKey, Seen>,
    /// Rows that were written and are, or were, in a list.
    pub(super) moved: HashMap<ListKey, BTreeSet<Rc<str>>>,
    /// In the order in which they are written: by table and id.
    pub(super) dirty: BTreeMap<Key, Dirty>,
    /// Rows that were deleted or came back, and are not written as such. One whose values changed before is dirty too.
    pub(super) marks: BTreeMap<Key, Mark>,
    /// Written to the database already, behind a savepoint or at once.
    pub(super) written: BTreeSet<Key>,
    /// Values that have to occur once and that a row has taken, but the database does not know of yet.
    pub(super) taken: BTreeSet<Taken>,
}

impl Layer {
    pub(super) fn get(&self, table: usize, id: &str) -> Option<&Option<Held>> {
        self.rows.get(&(table, Rc::from(id)))
    }

    /// Whether something of a row is not in the database yet.
    pub(super) fn is_pending(&self, key: &Key) -> bool {
        self.dirty.contains_key(key) || self.marks.contains_key(key)
    }

    /// A row as it has to be written, deleted or not.
    pub(super) fn to_write(&self, key: &Key) -> Option<&Held> {
        match (self.rows.get(key), self.marks.get(key)) {
            (Some(Some(held)), _) => Some(held),
            (_, Some(Mark::Deleted { held, .. })) => Some(held),
            _ => None,
        }
    }
}
