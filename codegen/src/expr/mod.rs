//! The expression language: a statically typed subset of CEL.

pub mod typed;
