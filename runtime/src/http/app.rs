//! What handlers share.

use crate::gateway::Gateway;
use std::sync::Arc;
use std::time::Duration;

/// What handlers share.
#[derive(Clone)]
pub(crate) struct App {
    /// The only way to anything.
    pub(crate) gateway: Arc<Gateway>,
    /// How long a body may take.
    pub(crate) body_deadline: Duration,
}
