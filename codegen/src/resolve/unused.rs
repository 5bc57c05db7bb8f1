//! Arguments that nothing uses: whoever sends one believes that it does something. It is a warning, because specs are
//! written step by step.

use crate::decl::operation::OperationDecl;
use crate::expr::parts::walk;
use crate::expr::typed::{Kind, Piece, Typed};
use crate::model::{Operation, Refusal, Returns, Step, StepKind};
use crate::report::{Diagnostic, Report};
use std::collections::BTreeSet;

/// Warns of the arguments of an operation that no step and no result reads. A reference with a `where` is a check by
/// itself.
pub(crate) fn arguments(operation: &Operation, decl: &OperationDecl, report: &mut Report) {
    let mut used = Used::default();
    for filter in operation.references.iter().filter_map(|it| it.filter.as_ref()) {
        used.expr(filter);
    }
    used.steps(&operation.steps);
    used.returns(&operation.returns);
    operation
        .narrate
        .iter()
        .flat_map(|text| &text.pieces)
        .filter_map(Piece::value)
        .for_each(|it| used.expr(it));
    for (index, field) in operation.inputs.iter().enumerate() {
        let references = || operation.references.iter().filter(|it| it.input == index);
        let reference = references().find(|it| it.way.is_empty());
        let known = references().any(|it| it.filter.is_some())
            || match reference {
                Some(reference) => used.names.contains(reference.name.as_str()),
                None => used.inputs.contains(&index),
            };
        let written = decl.input.iter().find(|it| it.name.value == field.key).filter(|_| !known);
        if let Some(written) = written {
            let name = reference.map_or_else(|| format!("input.{}", field.name), |it| it.name.clone());
            let fault = format!("nothing uses the argument `{}`", field.key);
            let fault = Diagnostic::warning(written.name.span, fault);
            report.warn(fault.help(format!("use `{name}` in a step or in `returns`, or remove it")));
        }
    }
}

/// What expressions read.
#[derive(Default)]
struct Used<'o> {
    inputs: BTreeSet<usize>,
    names: BTreeSet<&'o str>,
}

impl<'o> Used<'o> {
    fn expr(&mut self, expr: &'o Typed) {
        walk(expr, &mut |part| match &part.kind {
            Kind::Input(index) => drop(self.inputs.insert(*index)),
            Kind::Name(name) => drop(self.names.insert(name)),
            _ => {}
        });
    }

    fn steps(&mut self, steps: &'o [Step]) {
        steps.iter().for_each(|step| self.step(&step.kind));
    }

    fn step(&mut self, step: &'o StepKind) {
        match step {
            StepKind::Require { condition, refusal } => {
                self.expr(condition);
                self.refusal(refusal);
            }
            StepKind::Let { be, .. } => self.expr(be),
            StepKind::LoadOne { query, refusal, .. } => {
                query.filter.iter().for_each(|filter| self.expr(filter));
                refusal.iter().for_each(|refusal| self.refusal(refusal));
            }
            StepKind::LoadMany { query, beyond, .. } => {
                query.filter.iter().chain(beyond.cursor()).for_each(|read| self.expr(read));
            }
            StepKind::Create { set, .. } | StepKind::Emit { with: set, .. } => self.set(set),
            StepKind::Update { row, set } | StepKind::Transition { row, set, .. } => {
                self.expr(row);
                self.set(set);
            }
            StepKind::Delete { row } | StepKind::Restore { row } => self.expr(row),
            StepKind::When { condition, then, otherwise, .. } => {
                self.expr(condition);
                self.steps(then);
                self.steps(otherwise);
            }
            StepKind::Each { list, body, gives, .. } => {
                self.expr(list);
                self.steps(body);
                gives.iter().for_each(|(_, value)| self.expr(value));
            }
        }
    }

    fn set(&mut self, set: &'o [(usize, Typed)]) {
        set.iter().for_each(|(_, value)| self.expr(value));
    }

    fn refusal(&mut self, refusal: &'o Refusal) {
        for piece in refusal.message.pieces.iter().chain(&refusal.fix.pieces) {
            if let Piece::Value(value) = piece {
                self.expr(value);
            }
        }
    }

    fn returns(&mut self, returns: &'o Returns) {
        match returns {
            Returns::Nothing => {}
            Returns::Value(value) | Returns::Pick(value) => self.expr(value),
            Returns::Object(parts) => parts.iter().for_each(|(_, part)| self.returns(part)),
        }
    }
}
