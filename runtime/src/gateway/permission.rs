//! Whether somebody may call an operation. One that somebody may not call does not exist for them: the answer is the
//! same, to the byte.

use crate::gateway::compiled::Compiled;
use crate::gateway::identity::Principal;
use crate::refusal::Refusal;
use opwright_tracer::graph::HIDDEN;
use opwright_values::suggest::meant;

/// Whether a principal has all that an operation requires.
pub(super) fn may_call(principal: Option<&Principal>, operation: &Compiled) -> bool {
    let requires = &operation.drawn.graph.head.requires;
    principal.is_some_and(|who| requires.iter().all(|it| who.capabilities.contains(it)))
}

/// The answer for an operation that does not exist, and for one that the caller may not call. It rests on nothing but
/// the name that was `asked` for and the operations that the caller may call, so that it is the same for both.
pub(super) fn hidden<'c>(asked: &str, callable: impl Iterator<Item = &'c Compiled> + Clone) -> Refusal {
    let renamed = callable.clone().find(|it| it.names.iter().any(|name| name == asked));
    let near = || meant(asked, callable.map(|it| it.operation.name));
    let meant = match renamed {
        Some(renamed) => format!("it is called `{}` now; else ", renamed.operation.name),
        None => near().map(|meant| format!("did you mean `{meant}`? else ")).unwrap_or_default(),
    };
    let (message, fix) = HIDDEN;
    Refusal::new("not_found", 404, message, format!("{meant}{fix}"))
}
