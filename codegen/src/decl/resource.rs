//! `resource: order`

use super::field::Field;
use super::{Head, Rule};

/// A kind of row.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Name and summary.
    pub head: Head,
    /// Fields and collections, in order.
    pub fields: Vec<Field>,
    /// What is true of every row.
    pub rules: Vec<Rule>,
}
