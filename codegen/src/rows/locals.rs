//! What has to be known of names to find the rows behind them: the checker knows it from types, lowering from the locals
//! that it has bound.

/// How a row is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repr {
    /// As a handle.
    Handle,
    /// Only as its id.
    Id,
}

/// What is known of names.
pub trait Locals {
    /// How the rows of a name are at hand; nothing, if it has no local.
    fn repr(&self, name: &str) -> Option<Repr>;
    /// The path of the argument, or of the part of one, that a name stands for.
    fn sent(&self, name: &str) -> Option<&str>;
}
