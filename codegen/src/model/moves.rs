//! Which operations bring a state machine where another one needs it.
//!
//! ```text
//! ship needs paid       pay_order: open → paid        leads there
//! close needs open      reopen: closed → open         leads there
//!       or answered     answer: open → answered       does not: who is refused is in neither
//! ```

use crate::expr::parts::row_of;
use crate::model::{Operation, ResourceId, Step, StepKind};
use std::collections::{BTreeMap, BTreeSet};

/// The operations that move the fields of resources, in the order of the specs.
#[derive(Debug, Default)]
pub struct Moves(BTreeMap<(ResourceId, usize), Vec<Move>>);

#[derive(Debug)]
struct Move {
    /// Index of the operation.
    operation: usize,
    from: Vec<String>,
    to: String,
}

impl Moves {
    /// Those of a service.
    pub fn of(operations: &[Operation]) -> Self {
        let mut moves = Moves::default();
        for (index, operation) in operations.iter().enumerate() {
            moves.add(&operation.steps, index);
        }
        moves
    }

    fn add(&mut self, steps: &[Step], operation: usize) {
        for step in steps {
            match &step.kind {
                StepKind::Transition { row, field, from, to, .. } => {
                    if let Some(resource) = row_of(&row.ty) {
                        let known = self.0.entry((resource, *field)).or_default();
                        known.push(Move { operation, from: from.clone(), to: to.clone() });
                    }
                }
                StepKind::When { then, otherwise, .. } => {
                    self.add(then, operation);
                    self.add(otherwise, operation);
                }
                StepKind::Each { body, .. } => self.add(body, operation),
                _ => {}
            }
        }
    }

    /// Indexes of the operations that bring a field into one of those states out of another one.
    pub fn into_any(&self, resource: ResourceId, field: usize, states: &[String]) -> BTreeSet<usize> {
        let known = self.0.get(&(resource, field)).into_iter().flatten();
        let leads = |it: &&Move| states.contains(&it.to) && it.from.iter().any(|from| !states.contains(from));
        known.filter(leads).map(|it| it.operation).collect()
    }
}
