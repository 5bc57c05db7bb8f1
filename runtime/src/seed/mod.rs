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
pub use write::{write, write_telling};

use crate::operation::Service;
use crate::store::layout::Row;
use crate::store::link::Fault;

/// A row, and the index of its resource.
pub type Seed = (usize, Row);

/// A `data` document, as it is embedded.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) rows: Vec<Seed>,
}

/// The `data` documents that a service embeds.
pub(crate) fn sets(service: &Service) -> Result<Vec<Set>, Fault> {
    serde_json::from_str(service.data)
        .map_err(|error| Fault::Other(format!("the embedded data cannot be read: {error}")))
}
