//! From a resolved operation to its execution graph, and only to that: emission, pictures and the cursor that
//! watches every run are folds over what is made here.
//!
//! ```text
//! gates ─▶ input rules ─▶ references ─▶ what they lead to ─▶ state checks ─▶ steps ─▶ outcome
//! ```

pub(crate) mod bounds;
mod build;
mod decided;
mod deletes;
mod ends;
pub mod exits;
mod fits;
mod head;
mod known;
mod lowerer;
pub mod payload;
mod room;
mod scans;
mod shapes;
mod steps;
mod truth;
mod uses;
mod words;

use crate::model::{Model, Operation};
use bounds::Bounds;
use lowerer::Lowerer;
use opwright_tracer::graph::Graph;
use payload::Payload;
pub(crate) use truth::decided;

/// The graph of an operation, with its bounds.
pub fn lower<'m>(model: &'m Model, operation: &'m Operation) -> Graph<Payload<'m>> {
    bounded(model, operation).0
}

/// The same, with the most that one call does.
pub(crate) fn bounded<'m>(model: &'m Model, operation: &'m Operation) -> (Graph<Payload<'m>>, Bounds) {
    let mut lowerer = Lowerer::new(model, operation);
    lowerer.gates();
    lowerer.input_steps();
    lowerer.references();
    lowerer.reached_from_references();
    lowerer.states_first();
    lowerer.steps();
    lowerer.outcome();
    let mut graph = lowerer.finish();
    let bounds = bounds::annotate(model, operation, &mut graph);
    (graph, bounds)
}
