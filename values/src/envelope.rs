//! What stands beside the arguments of a call and is none of them: no argument of a spec is called so.

/// Whether nothing is to be kept.
pub const DRY_RUN: &str = "dry_run";

/// What is to come: nothing takes it yet, and whoever sends it is told so, since a call that seems guarded and is not
/// does harm.
pub const TO_COME: &[&str] = &["idempotency_key", "plan", "stated_reason"];

/// Whether a name is none for an argument.
pub fn is_reserved(name: &str) -> bool {
    name == DRY_RUN || TO_COME.contains(&name)
}
