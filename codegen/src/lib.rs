//! Compiles YAML specs of business operations into a typed service.

pub mod expr;
pub mod model;
pub mod source;
