//! Declarations: what was written, with places, nothing looked up yet.
//!
//! ```text
//! operation: cancel_pending_order      Operation { name, requires, input: [Field], steps: [Step], returns }
//! requires: orders.cancel
//! steps:
//!   - transition: order.cancel         Step { Transition { machine: Text } }
//! ```
//!
//! Expressions and templates are kept as [`Text`](crate::written::Text); `expr` parses them.

pub mod data;
pub mod event;
pub mod field;
pub mod operation;
pub mod resource;
pub mod service;
pub mod step;

use crate::source::Span;
use crate::written::{Text, Word};

/// What every document begins with.
#[derive(Debug, Clone)]
pub struct Head {
    /// The name.
    pub name: Word,
    /// One line about it.
    pub summary: String,
    /// When to use it, and what else there is to know.
    pub description: String,
    /// The whole document.
    pub span: Span,
}

/// A condition and what is said when it does not hold: a rule of a resource, or a `require`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The condition.
    pub condition: Text,
    /// What is said.
    pub refusal: Refusal,
    /// The whole rule.
    pub span: Span,
}

/// `refuse: code`, or `refuse: { code, message, fix, next }`.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The code.
    pub code: Word,
    /// What happened: a template.
    pub message: Option<Text>,
    /// What to do: a template.
    pub fix: Option<Text>,
    /// Operations that may help.
    pub next: Vec<Word>,
    /// All of it.
    pub span: Span,
}

/// A key of an order: `row.opened_at desc`.
#[derive(Debug, Clone)]
pub struct OrderKey {
    /// The expression, without `desc`.
    pub key: Text,
    /// Whether larger values come first.
    pub descending: bool,
}
