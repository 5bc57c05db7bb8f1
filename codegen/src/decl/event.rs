//! `event: ticket.closed`

use super::Head;
use super::field::Field;

/// Something that happens.
#[derive(Debug, Clone)]
pub struct Event {
    /// Name and summary.
    pub head: Head,
    /// What it carries.
    pub fields: Vec<Field>,
}
