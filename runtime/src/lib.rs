//! What a generated Opwright service runs on.

mod http;
mod schema;
pub mod store;
