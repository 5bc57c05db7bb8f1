//! Compiles YAML specs of business operations into a typed service.
//!
//! ```text
//! source ─yaml─▶ Node ─decode─▶ decl ─resolve─▶ schema, resources, data ─▶ model ─▶ graphs ─▶ Rust, pictures
//! ```

pub mod decl;
pub mod expr;
pub mod model;
pub mod report;
pub mod source;
pub mod written;
pub mod yaml;
