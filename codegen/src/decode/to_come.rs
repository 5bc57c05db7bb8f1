//! Words of the language that nothing enforces yet. A key is understood from the day on which it is enforced: before, it
//! is refused with a line that says so, wherever somebody writes it.

/// Kinds of documents.
pub(crate) const KINDS: &[&str] =
    &["memory", "handler", "workflow", "queue", "lock", "semaphore", "function"];

/// Steps.
pub(crate) const STEPS: &[&str] = &["hold", "remember", "recall", "forget", "enqueue", "call", "undo"];

/// Keys that mean one thing only, so that they are known in whatever map they stand.
pub(crate) const KEYS: &[&str] = &[
    "breaker",
    "budget",
    "budgets",
    "checks",
    "confirm",
    "confirmation",
    "confirmations",
    "cost",
    "expires",
    "guarantees",
    "idempotency",
    "keep",
    "lease",
    "limits",
    "on_exceed",
    "quota",
    "rate",
    "reason",
    "scope",
    "signature",
    "stale_with",
    "undo",
];

/// Whether a kind of document is to come.
pub(crate) fn kind(word: &str) -> bool {
    KINDS.contains(&word)
}

/// Whether a step is to come.
pub(crate) fn step(word: &str) -> bool {
    STEPS.contains(&word)
}

/// Whether a key is to come, in whatever map.
pub(crate) fn key(word: &str) -> bool {
    KEYS.contains(&word)
}
