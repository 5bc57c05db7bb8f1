//! What an operation reads for its result only: the shape of a row holds rows that it owns, and ids of others.

use crate::expr::parts::rows_inside;
use crate::expr::typed::Kind;
use crate::lower::words::resource;
use crate::model::{Model, Operation, ResourceId, Returns, picked};
use opwright_values::schema::{Part, Schema};
use std::collections::BTreeSet;

/// The names of what steps read and of what the shapes of the result show besides.
pub(super) fn reads(model: &Model, operation: &Operation, mut reads: Vec<String>) -> Vec<String> {
    let mut shaped: BTreeSet<ResourceId> = BTreeSet::new();
    shapes(&operation.returns, &mut |row| shaped_by(row, &model.schema, &mut shaped));
    reads.extend(shaped.iter().map(|id| resource(model, *id).to_owned()));
    reads.sort();
    reads.dedup();
    reads
}

/// Calls `visit` for the resources whose rows a result shows whole.
fn shapes(returns: &Returns, visit: &mut dyn FnMut(ResourceId)) {
    match returns {
        Returns::Value(value) => {
            rows_inside(&value.ty).into_iter().for_each(visit);
        }
        Returns::Object(parts) => parts.iter().for_each(|(_, part)| shapes(part, visit)),
        // A collection is picked as it stands in the shape.
        Returns::Pick(shape) => {
            let collections =
                picked(shape).1.iter().filter(|(_, it)| matches!(it.kind, Kind::Collection(..)));
            collections.filter_map(|(_, it)| rows_inside(&it.ty)).for_each(visit);
        }
        Returns::Nothing => {}
    }
}

/// The resources of the collections in the shape of a row, and of those in them.
fn shaped_by(row: ResourceId, schema: &Schema, found: &mut BTreeSet<ResourceId>) {
    found.insert(row);
    let Some(resource) = schema.resources.get(row) else { return };
    let shown = resource.shape.iter().filter_map(|part| match part {
        Part::Collection(index) => resource.collections.get(*index),
        Part::Field(_) => None,
    });
    for collection in shown {
        if found.insert(collection.of) && collection.owned {
            shaped_by(collection.of, schema, found);
        }
    }
}
