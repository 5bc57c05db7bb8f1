//! `data: shop`

use super::Head;
use crate::written::Word;
use crate::yaml::Node;

/// Rows to begin with.
#[derive(Debug, Clone)]
pub struct Data {
    /// Name and summary.
    pub head: Head,
    /// Resource → its rows, owned rows nested; read by the types of their fields later.
    pub rows: Vec<(Word, Vec<Node>)>,
}
