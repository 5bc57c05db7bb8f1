//! What is known of values before a call: the types that paths are declared with, and what steps compute.
//!
//! ```text
//! each: input.charges, as: charge       charge.months    range 1..12
//! let: total, be: a + b                 total            a + b
//! ```

use crate::expr::typed::{Kind, Typed};
use crate::expr::{Knows, elements};
use crate::model::{Model, Operation, Step, StepKind};
use opwright_values::schema::{Schema, Type};

/// What is known within an operation.
pub(super) struct Known<'m> {
    pub(super) model: &'m Model,
    pub(super) operation: &'m Operation,
}

/// What a name stands for: in lanes beside each other, it may be several things.
enum Bound<'m> {
    /// A `let`.
    Value(&'m Typed),
    /// The element of a loop over a list.
    Element(&'m Typed),
    /// All rows that a query finds, and how many those are at most.
    Found(u32),
    Other,
}

impl Knows for Known<'_> {
    fn schema(&self) -> Option<&Schema> {
        Some(&self.model.schema)
    }

    fn root(&self, path: &Typed) -> Option<&Type> {
        let Operation { inputs, references, .. } = self.operation;
        match &path.kind {
            Kind::Input(index) => Some(&inputs.get(*index)?.ty),
            Kind::Name(name) => match references.iter().find(|it| it.name == *name) {
                Some(reference) => Some(&inputs.get(reference.input)?.ty),
                None => match self.bound(name).as_slice() {
                    [Bound::Element(list)] => elements(self.declared(list)?),
                    _ => None,
                },
            },
            _ => None,
        }
    }

    fn found(&self, name: &str) -> Option<u32> {
        let most = |bound: &Bound<'_>| if let Bound::Found(most) = bound { Some(*most) } else { None };
        let found: Option<Vec<u32>> = self.bound(name).iter().map(most).collect();
        found?.into_iter().max()
    }

    fn lets(&self, name: &str) -> Vec<&Typed> {
        let bound = self.bound(name);
        let value = |bound: &Bound<'_>| matches!(bound, Bound::Value(_));
        if !bound.iter().all(value) {
            return Vec::new();
        }
        let values =
            bound.into_iter().filter_map(|it| if let Bound::Value(be) = it { Some(be) } else { None });
        values.collect()
    }
}

impl<'m> Known<'m> {
    fn bound(&self, name: &str) -> Vec<Bound<'m>> {
        let mut found = Vec::new();
        bound(name, &self.operation.steps, &mut found);
        found
    }

    /// Whether a name stands for what a query finds, wherever it is used: no row is in there twice.
    pub(super) fn is_found(&self, name: &str) -> bool {
        let bound = self.bound(name);
        !bound.is_empty() && bound.iter().all(|it| matches!(it, Bound::Found(_)))
    }
}

fn bound<'m>(name: &str, steps: &'m [Step], found: &mut Vec<Bound<'m>>) {
    for step in steps {
        match &step.kind {
            StepKind::Let { name: known, be } if known == name => found.push(Bound::Value(be)),
            StepKind::LoadMany { name: known, max, .. } if known == name => found.push(Bound::Found(*max)),
            StepKind::LoadOne { name: known, .. } | StepKind::Create { name: known, .. } if known == name => {
                found.push(Bound::Other);
            }
            StepKind::When { then, otherwise, .. } => {
                bound(name, then, found);
                bound(name, otherwise, found);
            }
            StepKind::Each { name: known, index, list, body, gives } => {
                if known == name {
                    found.push(Bound::Element(list));
                }
                if index.as_deref() == Some(name) || gives.iter().any(|(given, _)| given == name) {
                    found.push(Bound::Other);
                }
                bound(name, body, found);
            }
            _ => {}
        }
    }
}
