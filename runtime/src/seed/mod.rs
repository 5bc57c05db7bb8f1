//! Many rows at once, through the store: `data` documents, and files of rows.
//!
//! ```text
//! { "customer": [ { "id": "c1", "orders": [ { "id": "o1" } ] } ] } ──read──▶ rows, owners first ──ask──▶ sound ─┐
//! a `data` document, checked by the compiler ──────────────────────────────────────────────────────────────────┴──write──▶ store
//! ```

mod ask;
mod clash;
mod read;
mod rules;
#[cfg(test)]
mod tests;
mod write;

pub use clash::Clash;
pub use read::{Bad, File, read};
pub use rules::broken;
pub use write::{write, write_telling};

use crate::operation::Service;
use crate::store::layout::Row;
use crate::store::link::Fault;
use opwright_values::moment;
use opwright_values::schema::Schema;
use opwright_values::time::Timestamp;

/// A row, and the index of its resource.
pub type Seed = (usize, Row);

/// Gives rows of the specs the moment at which they are loaded, where that is what a field has by default.
pub fn settle(schema: &Schema, rows: &mut [Seed], now: Timestamp) {
    for (table, row) in rows {
        if let Some(resource) = schema.resources.get(*table) {
            moment::settle(&resource.fields, row, now);
        }
    }
}

/// A `data` document, as it is embedded: to be [settled](settle).
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
