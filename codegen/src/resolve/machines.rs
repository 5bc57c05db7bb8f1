//! State machines: enums with transitions.
//!
//! ```text
//! values: [open, closed]                     every state is reached from the first one, which is the default
//! default: open
//! transitions: { close: { from: open, to: closed } }
//! ```

use crate::decl::ResourceDecl;
use crate::decl::field::{FieldDecl, TransitionDecl};
use crate::model::{Machine, Transition};
use crate::names::{self, Given};
use crate::report::{Diagnostic, Report};
use opwright_values::schema::{Default as FieldDefault, Field, Resource, Type};
use opwright_values::suggest::closest;
use opwright_values::value::Value;
use std::collections::BTreeSet;

/// The state machines of a resource.
pub(crate) fn machines(decl: &ResourceDecl, resource: &Resource, report: &mut Report) -> Vec<Machine> {
    let mut machines = Vec::new();
    let mut given = Given::default();
    for field in decl.fields.iter().filter(|field| !field.transitions.is_empty()) {
        let Some(at) = resource.fields.iter().position(|it| it.key == field.name.value) else { continue };
        let Some(Field { ty: Type::Enum { values }, default, .. }) = resource.fields.get(at) else {
            report.add(Diagnostic::new("E0501", field.span, "only an enum has transitions"));
            continue;
        };
        let before = report.len();
        let all = field.transitions.iter();
        let transitions: Vec<Transition> =
            all.map(|decl| transition(decl, field, values, &mut given, report)).collect();
        // An unknown state is said once, and not that others cannot be reached without it.
        if !report.failed_since(before) {
            reached(field, values, default.as_ref(), &transitions, report);
        }
        machines.push(Machine { field: at, transitions });
    }
    machines
}

fn transition(
    decl: &TransitionDecl,
    field: &FieldDecl,
    values: &[String],
    given: &mut Given,
    report: &mut Report,
) -> Transition {
    names::check(&decl.name, "a transition", report);
    given.add(&decl.name, report);
    for state in decl.from.iter().chain([&decl.to]) {
        if !values.contains(&state.value) {
            let fault = format!("'{}' is not a value of `{}`", state.value, field.name.value);
            let known = || values.iter().map(String::as_str);
            let meant = closest(&state.value, known());
            report.add(Diagnostic::new("E0303", state.span, fault).meant_among(
                meant,
                "it is one of",
                known(),
            ));
        }
    }
    Transition {
        name: decl.name.value.clone(),
        from: decl.from.iter().map(|state| state.value.clone()).collect(),
        to: decl.to.value.clone(),
        span: decl.name.span,
    }
}

/// Every state is reached from the first one, which is the default.
fn reached(
    field: &FieldDecl,
    values: &[String],
    default: Option<&FieldDefault>,
    all: &[Transition],
    report: &mut Report,
) {
    let Some(FieldDefault::Value(Value::Text(first))) = default else {
        if field.default.is_some() {
            return;
        }
        report.add(
            Diagnostic::new(
                "E0501",
                field.span,
                format!("the state machine `{}` has no first state", field.name.value),
            )
            .help("its `default` is the first state"),
        );
        return;
    };
    let mut seen = BTreeSet::from([first.as_str()]);
    while let Some(next) = all
        .iter()
        .find(|it| !seen.contains(it.to.as_str()) && it.from.iter().any(|from| seen.contains(from.as_str())))
    {
        seen.insert(&next.to);
    }
    for state in values.iter().filter(|state| !seen.contains(state.as_str())) {
        let place =
            field.values.iter().find(|value| value.value == **state).map_or(field.span, |value| value.span);
        report.add(
            Diagnostic::new("E0501", place, format!("state '{state}' is never reached from '{first}'"))
                .help("remove it, or add a transition to it"),
        );
    }
}
