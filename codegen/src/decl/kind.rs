//! The kind of a step, from its first key: what people of other languages write is known.
//!
//! ```text
//! require       a step
//! requires      `require` was meant
//! if            a step of another language: it is told what to write here
//! ```

use crate::decode::{elsewhere, to_come};
use crate::keys::steps;
use crate::report::Diagnostic;
use crate::yaml::Text;
use opwright_values::suggest::closest;

/// The step that a first key says, or that was meant by it.
pub(super) fn meant_by(written: &str) -> &str {
    let to_come = to_come::step(written) || to_come::key(written);
    if elsewhere::no_step(written).is_some() {
        return written;
    }
    if let Some(meant) = elsewhere::step(written) {
        return meant;
    }
    let meant = closest(written, steps::kinds()).filter(|_| !to_come);
    meant.unwrap_or(written)
}

/// What to say of a first key that is no step.
pub(super) fn unknown_step(first: &Text) -> Diagnostic {
    let other = &first.value;
    let fault = Diagnostic::new("E0101", first.span, format!("unknown step `{other}`"));
    let kinds: Vec<&str> = steps::kinds().collect();
    if to_come::step(other) || to_come::key(other) {
        return fault.help(format!("`{other}` is to come: nothing enforces it yet"));
    }
    if let Some(help) = elsewhere::no_step(other) {
        return fault.help(help);
    }
    fault.meant(closest(other, steps::kinds())).help(format!("steps are: {}", kinds.join(", ")))
}
