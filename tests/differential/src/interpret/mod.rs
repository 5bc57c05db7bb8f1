//! A small, slow interpreter of checked specs, over plain maps. It knows what the language says, and shares no code
//! with what is emitted or with the store.
//!
//! ```text
//! model + calls ──▶ how each ends, the steps that it takes, the rows, their history, the events
//! ```

mod bounds;
mod call;
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

use crate::arguments::{Asked, arguments};
use crate::seen::{Call, Seen};
pub(crate) use bounds::fits;
use call::Run;
use eval::{Eval, Row};
use opwright_codegen::model::Model;
use opwright_values::value::Value;
pub(crate) use places::cursor;
pub(crate) use sent::children;
use std::collections::BTreeMap;
use tally::Most;
pub(crate) use wire::of_type;
pub(crate) use world::World;

/// What each call should do, and the calls as they are sent. None does more than its graph says.
pub(crate) fn interpret(model: &Model, asked: &[Asked]) -> Result<(Vec<Call>, Seen), String> {
    let mut world = World::new(model);
    let (mut calls, mut seen) = (Vec::new(), Seen::default());
    let most: BTreeMap<&str, Most> =
        model.operations.iter().map(|it| (it.name.as_str(), Most::of(model, it))).collect();
    for (number, asked) in (1_i64..).zip(asked) {
        let Some(operation) = model.operations.iter().find(|it| it.name == asked.operation) else { continue };
        let values = arguments(operation, asked, &world);
        let call = Call {
            operation: asked.operation.clone(),
            arguments: crate::arguments::json(operation, &values, asked.dry_run),
            now_us: 1_700_000_000_000_000 + number * 1_500_000,
            seed: asked.seed,
            dry_run: asked.dry_run,
        };
        let (end, next, tally) = Run::call(&mut world, operation, &call, &values)?;
        if let Some(passed) = most.get(asked.operation.as_str()).and_then(|most| most.passed(&tally)) {
            return Err(format!("{} {}: {passed}", call.operation, call.arguments));
        }
        world.places.extend(next.map(|place| (calls.len(), place)));
        seen.ends.push(end);
        calls.push(call);
    }
    tell(&world, &mut seen);
    Ok((calls, seen))
}

/// What there is in the end.
fn tell(world: &World<'_>, seen: &mut Seen) {
    let schema = &world.model.schema;
    for (at, resource) in schema.resources.iter().enumerate() {
        for (id, kept) in world.rows(at) {
            let row = wire::of_fields(&resource.fields, &kept.values);
            seen.rows.push(format!("{} {id} {} {row}", resource.name, kept.version));
        }
        for (id, kept) in world.gone_rows(at) {
            let row = wire::of_fields(&resource.fields, &kept.values);
            seen.rows.push(format!("{} {id} {} deleted {row}", resource.name, kept.version));
        }
        for change in world.changes.iter().filter(|change| change.resource == at) {
            let text = |row: &Vec<Value>| wire::of_fields(&resource.fields, row).to_string();
            let before = change.before.as_ref().map_or_else(String::new, text);
            let after = change.after.as_ref().map_or_else(String::new, text);
            let (name, id, version, kind) = (&resource.name, &change.id, change.version, change.kind);
            seen.history.push(format!("{name} {id} {version} {kind} {before} -> {after}"));
        }
    }
    seen.events.clone_from(&world.events);
    seen.rows.sort();
    seen.history.sort();
    seen.events.sort();
}

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
