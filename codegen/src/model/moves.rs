//! Which operations bring a state machine where another one needs it.
//!
//! ```text
//! order.state   paid        pay_order, pay_by_invoice
//!               delivered   deliver_order
//! ```

use crate::expr::parts::row_of;
use crate::model::{Operation, ResourceId, Step, StepKind};
use std::collections::{BTreeMap, BTreeSet};

/// The operations that move the fields of resources, by state, in the order of the specs.
#[derive(Debug, Default)]
pub struct Moves(BTreeMap<(ResourceId, usize), BTreeMap<String, BTreeSet<usize>>>);

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
                StepKind::Transition { row, field, to, .. } => {
                    if let Some(resource) = row_of(&row.ty) {
                        let by_state = self.0.entry((resource, *field)).or_default();
                        by_state.entry(to.clone()).or_default().insert(operation);
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

    /// Indexes of the operations that bring a field into one of those states.
    pub fn into_any(&self, resource: ResourceId, field: usize, states: &[String]) -> BTreeSet<usize> {
        let Some(by_state) = self.0.get(&(resource, field)) else { return BTreeSet::new() };
        states.iter().filter_map(|state| by_state.get(state)).flatten().copied().collect()
    }
}
