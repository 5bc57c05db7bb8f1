//! What a generated Opwright service runs on.
//!
//! ```text
//! adapters (HTTP, commands) ──▶ gateway ──▶ generated operation ──▶ cx ──▶ store ──▶ SQLite, PostgreSQL
//! ```

pub mod cx;
pub mod env;
pub mod fields;
pub mod gateway;
pub mod generated;
pub mod http;
pub mod operation;
pub mod refusal;
pub mod schema;
pub mod store;
