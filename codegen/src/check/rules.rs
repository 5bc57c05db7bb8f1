//! Warnings of what rules say that is probably not meant, and no fault: it is right to be careful, and to be brief.
//!
//! ```text
//! count: { type: int, range: 1..100 }      require: input.count > 0            refuses nothing
//! email: { sensitive: pii }                message: "{customer.email} is …"    nobody reads the address
//! ```

use crate::expr::typed::{Kind, Typed};
use crate::lower::decided;
use crate::model::{Model, Operation, Refusal, Step, StepKind};
use crate::report::{Diagnostic, Report};

/// Warns of the rules and searches of an operation.
pub(super) fn warn(model: &Model, operation: &Operation, report: &mut Report) {
    in_steps(&operation.steps, model, operation, report);
}

fn in_steps(steps: &[Step], model: &Model, operation: &Operation, report: &mut Report) {
    for step in steps {
        match &step.kind {
            StepKind::Require { condition, refusal } => {
                idle(condition, model, operation, report);
                masked(refusal, Some(condition), report);
            }
            StepKind::LoadOne { refusal: Some(refusal), .. } => masked(refusal, None, report),
            StepKind::When { then, otherwise, .. } => {
                in_steps(then, model, operation, report);
                in_steps(otherwise, model, operation, report);
            }
            StepKind::Each { body, .. } => in_steps(body, model, operation, report),
            _ => {}
        }
    }
}

/// The bounds of what a rule compares decide it: no call breaks it, or every one that comes there.
fn idle(condition: &Typed, model: &Model, operation: &Operation, report: &mut Report) {
    let (says, help) = match decided(condition, model, operation) {
        None => return,
        Some(true) => {
            ("this rule refuses nothing", "remove the rule, or compare with what the bounds leave open")
        }
        Some(false) => {
            ("this rule refuses every call that comes to it", "compare with what the bounds leave open")
        }
    };
    let warning = format!("{says}: the bounds of what it compares decide it");
    report.warn(Diagnostic::warning(condition.span, warning).help(help));
}

/// What a spec tells of a refusal is masked there. What is derived from the condition was not chosen by anybody.
fn masked(refusal: &Refusal, condition: Option<&Typed>, report: &mut Report) {
    let derived = |value: &Typed| condition.is_some_and(|it| within(value, it));
    for value in refusal.values().filter(|value| value.pii && !derived(value)) {
        let warning = format!("`{}` is masked: who is refused reads no value in its place", value.text);
        let help = match value.kind {
            Kind::Field(..) | Kind::Part(..) => "tell the row by its id, or leave it out",
            _ => "leave it out; it is `sensitive`, comes from what is, or is compared with it",
        };
        report.warn(Diagnostic::warning(value.span, warning).help(help));
    }
}

/// Whether a part of a spec stands in another one.
fn within(part: &Typed, whole: &Typed) -> bool {
    part.span.file == whole.span.file
        && part.span.start >= whole.span.start
        && part.span.end <= whole.span.end
}
