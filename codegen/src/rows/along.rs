//! What a deletion takes along, who may stand in its way, and what has to be there where that comes back.
//!
//! ```text
//! delete: ticket          takes replies along (they are owned); a task that refers to a ticket or a reply keeps it
//! ```

use crate::model::ResourceId;
use opwright_values::schema::{Collection, Resource, Schema, Type};
use std::collections::BTreeSet;

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
