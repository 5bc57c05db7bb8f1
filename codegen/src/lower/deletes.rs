//! What a deletion takes along, who may stand in its way, and which rows may be deleted where a step stands.
//!
//! ```text
//! delete: ticket          takes replies along (they are owned); a task that refers to a ticket or a reply keeps it
//! update: other           not_found, for it may be the same ticket
//! ```

use crate::expr::parts::row_of;
use crate::expr::typed::{Kind, Typed};
use crate::model::{Operation, ResourceId, Step, StepKind};
use opwright_values::schema::{Collection, Resource, Schema, Type};
use std::collections::{BTreeMap, BTreeSet};

/// A resource, and all that its rows own.
pub(crate) fn taken_along(schema: &Schema, resource: ResourceId) -> BTreeSet<ResourceId> {
    let mut along = BTreeSet::from([resource]);
    loop {
        let owned = schema.resources.iter().enumerate().filter(|(_, it)| {
            let owner = it.owner.and_then(|field| it.fields.get(field));
            owner.is_some_and(|field| !referred(schema, &field.ty).is_disjoint(&along))
        });
        let owned: Vec<ResourceId> = owned.map(|(id, _)| id).collect();
        let before = along.len();
        along.extend(owned);
        if along.len() == before {
            return along;
        }
    }
}

/// The resources whose rows may keep one of a resource from being deleted: they refer to it, or to what it owns.
pub(crate) fn users(schema: &Schema, resource: ResourceId) -> BTreeSet<ResourceId> {
    let along = taken_along(schema, resource);
    let uses = |(_, it): &(usize, &Resource)| {
        it.fields.iter().enumerate().any(|(index, field)| {
            // By its owner, a row is deleted along; its own id is no reference.
            index != it.id && Some(index) != it.owner && !referred(schema, &field.ty).is_disjoint(&along)
        })
    };
    schema.resources.iter().enumerate().filter(uses).map(|(id, _)| id).collect()
}

/// The resources that a value of a type may refer to.
pub(crate) fn referred(schema: &Schema, ty: &Type) -> BTreeSet<ResourceId> {
    match ty {
        Type::Id { of, .. } => schema.resources.iter().position(|it| it.name == *of).into_iter().collect(),
        Type::List { of, .. } | Type::Map { of, .. } => referred(schema, of),
        Type::Object { fields, .. } => fields.iter().flat_map(|part| referred(schema, &part.ty)).collect(),
        _ => BTreeSet::new(),
    }
}

/// A resource, and all that a path from one of its rows may lead to.
pub(crate) fn reachable(schema: &Schema, resource: ResourceId) -> BTreeSet<ResourceId> {
    let (mut found, mut open) = (BTreeSet::new(), vec![resource]);
    while let Some(of) = open.pop() {
        let Some(shape) = schema.resources.get(of).filter(|_| found.insert(of)) else { continue };
        open.extend(shape.fields.iter().flat_map(|field| referred(schema, &field.ty)));
        open.extend(shape.collections.iter().map(|it| it.of));
    }
    found
}

/// The resources that a restored row, or one that comes back with it, refers to: all have to be there.
pub(crate) fn needed(schema: &Schema, resource: ResourceId) -> BTreeSet<ResourceId> {
    let mut needed = BTreeSet::new();
    for of in taken_along(schema, resource) {
        let Some(shape) = schema.resources.get(of) else { continue };
        for (index, field) in shape.fields.iter().enumerate() {
            // What comes back with its owner has it.
            let with_owner = of != resource && Some(index) == shape.owner;
            if index != shape.id && !with_owner {
                needed.extend(referred(schema, &field.ty));
            }
        }
    }
    needed
}

/// The collections that a restored row, or one that comes back with it, joins: the owner's resource, and which.
pub(crate) fn joined(schema: &Schema, resource: ResourceId) -> Vec<(&Resource, &Collection)> {
    let along = taken_along(schema, resource);
    let all = schema.resources.iter().flat_map(|owner| owner.collections.iter().map(move |it| (owner, it)));
    all.filter(|(_, it)| along.contains(&it.of) && (it.of == resource || !it.owned)).collect()
}

/// Which rows may be deleted where a step stands, by their resources.
#[derive(Debug, Clone, Default)]
pub(super) struct Deleted {
    any: BTreeSet<ResourceId>,
    /// The same for names of which more is known: elements of a loop over rows that are all different, and what was
    /// restored.
    elements: BTreeMap<String, BTreeSet<ResourceId>>,
}

impl Deleted {
    /// Rows of these resources may be deleted from here on.
    pub(super) fn add(&mut self, resources: &BTreeSet<ResourceId>) {
        self.any.extend(resources);
        self.elements.values_mut().for_each(|it| it.extend(resources));
    }

    /// A row is there again.
    pub(super) fn restore(&mut self, row: &Typed) {
        if let Kind::Name(name) = &row.kind {
            self.elements.insert(name.clone(), BTreeSet::new());
        }
    }

    /// What was so in one lane may be so behind both.
    pub(super) fn join(&mut self, lane: &Deleted) {
        self.any.extend(&lane.any);
        for (name, deleted) in &mut self.elements {
            deleted.extend(lane.elements.get(name).into_iter().flatten());
        }
    }

    /// A loop begins: what a round deletes is deleted in the next one. Gives the names that are known outside of it.
    pub(super) fn enter(&mut self, schema: &Schema, operation: &Operation, step: &Step) -> BTreeSet<String> {
        let outside: BTreeSet<String> = self.elements.keys().cloned().collect();
        let StepKind::Each { name, list, body, .. } = &step.kind else { return outside };
        let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
        for row in deletes(body) {
            let Some(resource) = row_of(&row.ty) else { continue };
            let along = taken_along(schema, resource);
            let is_element = matches!(&row.kind, Kind::Name(of) if of == name);
            if is_element { own.extend(along) } else { others.extend(along) }
        }
        self.add(&others);
        let here = self.any.clone();
        // A row that is known by another name may be the element of an earlier round.
        self.add(&own);
        if is_distinct(list, operation) {
            self.elements.insert(name.clone(), here);
        }
        outside
    }

    /// It ends.
    pub(super) fn leave(&mut self, outside: &BTreeSet<String>) {
        self.elements.retain(|name, _| outside.contains(name));
    }

    /// Whether the row that a step writes may be deleted already, or one that it makes a row refer to.
    pub(super) fn reaches(&self, schema: &Schema, step: &Step) -> bool {
        let (row, resource, set) = match &step.kind {
            StepKind::Create { resource, set, .. } => (None, Some(*resource), set.as_slice()),
            StepKind::Update { row, set } | StepKind::Transition { row, set, .. } => {
                (Some(row), row_of(&row.ty), set.as_slice())
            }
            StepKind::Delete { row } => (Some(row), row_of(&row.ty), &[][..]),
            _ => return false,
        };
        let Some(shape) = resource.and_then(|it| schema.resources.get(it)) else { return false };
        let target = row.zip(resource).is_some_and(|(row, resource)| {
            let of_element = match &row.kind {
                Kind::Name(name) => self.elements.get(name),
                _ => None,
            };
            of_element.unwrap_or(&self.any).contains(&resource)
        });
        let refers = |(field, value): &(usize, Typed)| {
            let referred = shape.fields.get(*field).map(|field| referred(schema, &field.ty));
            !matches!(value.kind, Kind::Null) && referred.is_some_and(|it| !it.is_disjoint(&self.any))
        };
        target || set.iter().any(refers)
    }
}

/// The rows that some steps delete, those in blocks included.
fn deletes(steps: &[Step]) -> Vec<&Typed> {
    let mut found = Vec::new();
    for step in steps {
        match &step.kind {
            StepKind::Delete { row } => found.push(row),
            StepKind::When { then, otherwise, .. } => {
                found.extend(deletes(then));
                found.extend(deletes(otherwise));
            }
            StepKind::Each { body, .. } => found.extend(deletes(body)),
            _ => {}
        }
    }
    found
}

/// Whether no row is in a list twice: a collection, or what a query finds.
fn is_distinct(list: &Typed, operation: &Operation) -> bool {
    match &list.kind {
        Kind::Collection(..) => true,
        Kind::Name(name) => is_found(name, &operation.steps),
        _ => false,
    }
}

fn is_found(name: &str, steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::LoadMany { name: found, .. } => found == name,
        StepKind::When { then, otherwise, .. } => is_found(name, then) || is_found(name, otherwise),
        StepKind::Each { body, .. } => is_found(name, body),
        _ => false,
    })
}
