//! Many rows at once, through the store: `data` documents, and files of rows.
//!
//! ```text
//! { "customer": [ { "id": "c1", "orders": [ { "id": "o1" } ] } ] } ──read──▶ rows, owners first ─┐
//! a `data` document, checked by the compiler ────────────────────────────────────────────────────┴──write──▶ store
//! ```

mod read;
mod rules;
#[cfg(test)]
mod tests;
mod write;

pub use crate::command::once::once;
pub use read::{Bad, read};
pub use rules::broken;
pub use write::write;

use crate::store::layout::Row;

/// A row, and the index of its resource.
pub type Seed = (usize, Row);
