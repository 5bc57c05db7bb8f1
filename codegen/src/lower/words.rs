//! The few words by which a person knows a node.

use crate::expr::typed::Typed;
use crate::model::{Beyond, Finds, Model, Query, ResourceId, Step, StepKind};
use opwright_values::words::{counted, plural};

/// `customer_banned` as words.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The name of a resource.
pub(super) fn resource(model: &Model, id: ResourceId) -> &str {
    model.schema.resources.get(id).map_or("", |resource| resource.name.as_str())
}

/// What a step does, in a few words.
pub(super) fn title(step: &Step, model: &Model) -> String {
    match &step.kind {
        StepKind::Require { refusal, .. } => format!("{}?", words(&refusal.code)),
        StepKind::Let { name, .. } => words(name),
        StepKind::LoadOne { name, query, .. } => found_row(name, query, "find", model),
        StepKind::LoadMany { name, query, beyond: Beyond::Refused, .. } => {
            found_row(name, query, "find every", model)
        }
        StepKind::LoadMany { name, query, max, .. } => first_rows(name, query, *max, model),
        StepKind::Create { name, resource: of, .. } => named("create", name, resource(model, *of)),
        StepKind::Update { row, .. } => format!("update {}", row.text),
        StepKind::Transition { row, name, to, .. } => format!("{} {} → {to}", words(name), row.text),
        StepKind::Delete { row } => format!("delete {}", row.text),
        StepKind::Restore { row } => format!("restore {}", row.text),
        StepKind::When { name, .. } => format!("{}?", words(name)),
        StepKind::Each { name, list, .. } => format!("each {} of {}", words(name), list.text),
        StepKind::Emit { event, .. } => {
            let event = model.schema.events.get(*event).map_or("", |event| event.name.as_str());
            format!("emit {event}")
        }
    }
}

/// Which rows are looked for, before the name of their resource.
pub(super) fn found(finds: Finds) -> &'static str {
    match finds {
        Finds::Live => "",
        Finds::Deleted => "deleted ",
        Finds::All => "perhaps deleted ",
    }
}

fn found_row(name: &str, query: &Query, verb: &str, model: &Model) -> String {
    named(&format!("{verb} {}", found(query.finds)), name, resource(model, query.resource))
}

/// `find the first 50 loans as overdue`
fn first_rows(name: &str, query: &Query, max: u32, model: &Model) -> String {
    let resource = words(resource(model, query.resource));
    let rows = format!("{}{resource}", found(query.finds));
    let rows = if max == 1 { rows } else { counted(max, &rows) };
    let name = words(name);
    let itself = name == resource || name == plural(&resource);
    if itself { format!("find the first {rows}") } else { format!("find the first {rows} as {name}") }
}

fn named(verb: &str, name: &str, resource: &str) -> String {
    let verb = verb.trim_end();
    if name == resource {
        format!("{verb} {resource}")
    } else {
        format!("{verb} {resource} as {}", words(name))
    }
}

/// What a step reads or writes, as in the spec.
pub(super) fn text(step: &Step, model: &Model) -> String {
    match &step.kind {
        StepKind::Require { condition, .. } | StepKind::When { condition, .. } => condition.text.clone(),
        StepKind::Let { be, .. } => be.text.clone(),
        StepKind::LoadOne { query, .. } | StepKind::LoadMany { query, .. } => {
            query.filter.as_ref().map_or_else(|| "all rows".to_owned(), |filter| filter.text.clone())
        }
        StepKind::Create { resource, set, .. } => assignments(set, *resource, model),
        StepKind::Update { row, set } => row_assignments(row, set, model),
        StepKind::Transition { row, field, to, set, .. } => {
            let resource = crate::expr::parts::row_of(&row.ty).and_then(|id| model.schema.resources.get(id));
            let field = resource.and_then(|it| it.fields.get(*field)).map_or("", |field| field.name.as_str());
            let moved = format!("{field}: {to}");
            let set = row_assignments(row, set, model);
            if set.is_empty() { moved } else { format!("{moved}, {set}") }
        }
        StepKind::Delete { row } | StepKind::Restore { row } => with_owned(row, model),
        StepKind::Each { list, .. } => list.text.clone(),
        StepKind::Emit { with, event } => {
            let fields = model.schema.events.get(*event).map(|event| &event.fields);
            let name = |index: usize| {
                fields.and_then(|fields| fields.get(index)).map_or("", |field| field.name.as_str())
            };
            join(with.iter().map(|(index, value)| (name(*index), value)))
        }
    }
}

/// A row, and what it takes along.
fn with_owned(row: &Typed, model: &Model) -> String {
    let Some(id) = crate::expr::parts::row_of(&row.ty) else { return row.text.clone() };
    let along = crate::rows::along::taken_along(&model.schema, id);
    let owned: Vec<&str> = along.into_iter().filter(|it| *it != id).map(|it| resource(model, it)).collect();
    if owned.is_empty() {
        row.text.clone()
    } else {
        format!("{} with each {} of it", row.text, owned.join(", "))
    }
}

fn row_assignments(row: &Typed, set: &[(usize, Typed)], model: &Model) -> String {
    crate::expr::parts::row_of(&row.ty).map_or_else(String::new, |resource| assignments(set, resource, model))
}

fn assignments(set: &[(usize, Typed)], of: ResourceId, model: &Model) -> String {
    let fields = model.schema.resources.get(of).map(|resource| &resource.fields);
    let name =
        |index: usize| fields.and_then(|fields| fields.get(index)).map_or("", |field| field.name.as_str());
    join(set.iter().map(|(index, value)| (name(*index), value)))
}

fn join<'v>(set: impl Iterator<Item = (&'v str, &'v Typed)>) -> String {
    set.map(|(name, value)| format!("{name}: {}", value.text)).collect::<Vec<_>>().join(", ")
}

/// `cancel_order` for a transition `order.cancel`.
pub(super) fn transition_id(row: &Typed, name: &str) -> String {
    format!("{name}_{}", path_words(&row.text))
}

/// A path as part of a name.
pub(super) fn path_words(path: &str) -> String {
    path.replace('.', "_")
}
