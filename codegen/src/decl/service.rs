//! `service: retail`

use super::Head;
use crate::written::{Text, Word};

/// The service: exactly one document.
#[derive(Debug, Clone)]
pub struct Service {
    /// Name and summary.
    pub head: Head,
    /// Capability → what it allows.
    pub capabilities: Vec<(Word, Text)>,
}
