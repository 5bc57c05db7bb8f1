//! What generated code says of single rows: which rule one breaks, and whether one is in a collection.

use crate::store::layout::Row;
use crate::store::link::Fault;

/// A collection, by its resource and its place there, and what says whether a row is in it.
pub type Members = (usize, usize, IsMember);

/// Whether a row that could be in a collection is in it.
pub type IsMember = fn(&Row) -> Result<bool, Fault>;

/// The rules of a resource: its place in the schema, and what asks them of a row.
pub type RowRules = (usize, RowCheck);

/// Gives the code of a rule that a row breaks, if it breaks one.
pub type RowCheck = fn(&Row) -> Result<Option<&'static str>, Fault>;
