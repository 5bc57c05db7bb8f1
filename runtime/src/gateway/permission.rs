//! Whether somebody may call an operation. One that somebody may not call does not exist for them: the answer is the
//! same, to the byte.

use crate::gateway::compiled::Compiled;
use crate::gateway::identity::Principal;
use crate::refusal::Refusal;

/// Whether a principal has all that an operation requires.
pub(super) fn may_call(principal: Option<&Principal>, operation: &Compiled) -> bool {
    let requires = &operation.graph.head.requires;
    principal.is_some_and(|who| requires.iter().all(|it| who.capabilities.contains(it)))
}

/// The answer for an operation that does not exist, and for one that the caller may not call.
pub(super) fn hidden() -> Refusal {
    Refusal::new(
        "not_found",
        404,
        "there is no such operation",
        "check its name, or ask who made this token what it may call",
    )
}
