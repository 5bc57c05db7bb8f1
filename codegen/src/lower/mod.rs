//! From a resolved operation to its execution graph, and only to that: emission, pictures and the cursor that
//! watches every run are folds over what is made here.
//!
//! ```text
//! gates ─▶ input rules ─▶ references ─▶ what they lead to ─▶ state checks ─▶ steps ─▶ outcome
//! ```

pub(crate) mod bounds;
mod build;
pub(crate) mod deletes;
mod ends;
pub mod exits;
mod head;
pub(crate) mod held;
pub mod hops;
mod known;
mod lowerer;
pub mod payload;
pub mod phases;
mod room;
mod scans;
pub mod scope;
mod shapes;
mod steps;
mod uses;
mod within;
mod words;

use crate::model::{Model, Operation};
use lowerer::Lowerer;
use opwright_tracer::graph::Graph;
use payload::Payload;

/// The graph of an operation, with its bounds.
pub fn lower<'m>(model: &'m Model, operation: &'m Operation) -> Graph<Payload<'m>> {
    let mut graph = lowered(model, operation);
    bounds::annotate(model, operation, &mut graph);
    graph
}

/// The graph alone.
fn lowered<'m>(model: &'m Model, operation: &'m Operation) -> Graph<Payload<'m>> {
    let mut lowerer = Lowerer::new(model, operation);
    lowerer.gates();
    lowerer.input_steps();
    lowerer.references();
    lowerer.reached_from_references();
    lowerer.states_first();
    lowerer.steps();
    lowerer.outcome();
    lowerer.finish()
}
