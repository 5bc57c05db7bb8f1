//! Which rows an expression or a deletion needs, and how they are at hand: what the checker asks, lowering loads, and
//! emission writes.
//!
//! ```text
//! scope    what has a name, by path          finder   by which path a value is reached
//! locals   what is known of names            hops     what an expression follows from there
//! held     as handle or as id
//! within   the way inside of a value         along    what is deleted or brought back with a row
//! ```

pub(crate) mod along;
pub mod finder;
pub(crate) mod held;
pub mod hops;
pub mod locals;
pub mod scope;
mod within;
