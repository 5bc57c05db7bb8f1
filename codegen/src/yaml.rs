//! YAML as a tree with a place on every key and value: the only file that knows the YAML library.
//!
//! ```text
//! email: { type: email }        Map [ Entry { key: `email`, value: Map [ Entry { `type`, Text `email` } ] } ]
//! ```

use crate::source::Span;
use crate::written::{Text, Word};

/// A value.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where all of it stands.
    pub span: Span,
}

/// What a value is. Scalars stay as they were written; the key decides what they mean.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing: `key:`.
    Empty,
    /// A scalar.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order written.
    Map(Vec<Entry>),
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Word,
    /// The value.
    pub value: Node,
}
