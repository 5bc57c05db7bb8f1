//! The store as a whole.

pub(super) mod abandoned;
pub(super) mod bulk;
pub(super) mod deletes;
pub(super) mod early;
pub(super) mod failures;
pub(super) mod locks;
mod model;
pub(super) mod panics;
mod program;
mod shop;
pub(super) mod silent;
pub(super) mod traps;
pub(super) mod twin;
