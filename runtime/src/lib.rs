//! What a generated Opwright service runs on.

pub mod store;
