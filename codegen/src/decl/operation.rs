//! `operation: cancel_pending_order`

use super::Head;
use super::field::Field;
use super::step::Step;
use crate::written::{Text, Word};

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Name and summary.
    pub head: Head,
    /// The capabilities that a caller needs.
    pub requires: Vec<Word>,
    /// The arguments.
    pub input: Vec<Field>,
    /// What is done.
    pub steps: Vec<Step>,
    /// What comes back.
    pub returns: Option<Returns>,
}

/// What comes back.
#[derive(Debug, Clone)]
pub enum Returns {
    /// An expression, also `rows.pick(…)`.
    Value(Text),
    /// A map: key on the wire → what comes back there.
    Object(Vec<(Word, Returns)>),
}
