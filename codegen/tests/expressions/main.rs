//! The expression language, asked from outside.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod flows;
mod hostile;
mod table;
mod world;
