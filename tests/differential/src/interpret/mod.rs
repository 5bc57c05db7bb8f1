//! A small, slow interpreter of checked specs, over plain maps. It knows what the language says, and shares no code
//! with what is emitted or with the store.
//!
//! ```text
//! model + calls ──▶ how each ends, the steps that it takes, the rows, their history, the events
//! ```

mod bounds;
mod call;
mod defaults;
mod eval;
mod functions;
mod gone;
mod numbers;
mod places;
mod sent;
mod steps;
mod stop;
mod tally;
mod wire;
mod world;
mod writes;
mod written;

pub(crate) use bounds::fits;
pub(crate) use call::Run;
use eval::{Eval, Row};
use opwright_codegen::model::Model;
pub(crate) use places::cursor;
pub(crate) use sent::children;
pub(crate) use tally::Most;
pub(crate) use wire::{of_fields, of_type};
pub(crate) use world::World;

/// The lines of rules that rows to begin with do not keep.
pub(crate) fn broken_rules(model: &Model) -> Vec<u32> {
    let world = World::new(model);
    let mut broken = Vec::new();
    for (resource, values) in world::given(model) {
        for rule in model.resources.get(resource).map(|it| it.rules.as_slice()).unwrap_or_default() {
            let row = Row::New(&values);
            let mut eval = Eval { world: &world, inputs: &[], names: &[], now: 0, row, vars: Vec::new() };
            if eval.holds(&rule.condition) != Ok(true) {
                broken.push(rule.src.line);
            }
        }
    }
    broken
}
