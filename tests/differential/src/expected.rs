//! What calls should do: each is interpreted with arguments drawn for it.

use crate::arguments::{Asked, arguments, json};
use crate::interpret::{Most, Run, World, of_fields};
use crate::seen::{Call, Seen};
use opwright_codegen::model::Model;
use opwright_values::value::Value;
use std::collections::BTreeMap;

/// What each call should do, and the calls as they are sent. None does more than its graph says.
pub(crate) fn expected(model: &Model, asked: &[Asked]) -> Result<(Vec<Call>, Seen), String> {
    let mut world = World::new(model);
    let (mut calls, mut seen) = (Vec::new(), Seen::default());
    let most: BTreeMap<&str, Most> =
        model.operations.iter().map(|it| (it.name.as_str(), Most::of(model, it))).collect();
    for (number, asked) in (1_i64..).zip(asked) {
        let Some(operation) = model.operations.iter().find(|it| it.name == asked.operation) else { continue };
        let values = arguments(operation, asked, &world);
        let call = Call {
            operation: asked.operation.clone(),
            arguments: json(operation, &values, asked.dry_run),
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
            let row = of_fields(&resource.fields, &kept.values);
            seen.rows.push(format!("{} {id} {} {row}", resource.name, kept.version));
        }
        for (id, kept) in world.gone_rows(at) {
            let row = of_fields(&resource.fields, &kept.values);
            seen.rows.push(format!("{} {id} {} deleted {row}", resource.name, kept.version));
        }
        for change in world.changes.iter().filter(|change| change.resource == at) {
            let text = |row: &Vec<Value>| of_fields(&resource.fields, row).to_string();
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
