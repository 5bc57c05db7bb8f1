//! Why something has no value.

use std::fmt;

/// Why something has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotCompute {
    /// The result is too large.
    Overflow,
    /// Something is divided by zero.
    DivisionByZero,
    /// A list has no element at this position.
    OutsideOfList,
    /// A map has no entry of this key.
    NoSuchKey,
    /// The least or largest of an empty list.
    EmptyList,
}

impl fmt::Display for CannotCompute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CannotCompute::Overflow => "the result is too large",
            CannotCompute::DivisionByZero => "something is divided by zero",
            CannotCompute::OutsideOfList => "a list has no element at this position",
            CannotCompute::NoSuchKey => "a map has no entry of this key",
            CannotCompute::EmptyList => "an empty list has no least or largest element",
        })
    }
}

impl std::error::Error for CannotCompute {}
