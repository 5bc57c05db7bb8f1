//! Which rows an expression or a deletion needs, and how they are at hand: what the checker asks, lowering loads, and
//! emission writes.
//!
//! ```text
//! scope    what has a name, by path          hops     what an expression follows from there
//! held     as handle or as id                along    what is deleted or brought back with a row
//! ```

pub(crate) mod along;
pub(crate) mod held;
pub mod hops;
pub mod scope;
mod within;
