//! Resources of which an operation reads rows that it cannot name: those that a `where` finds, or that are in a
//! collection that is not owned. Rows that appear there meanwhile would change what its rules have read, so on a
//! database with several writers it keeps them from appearing.
//!
//! ```text
//! load: ticket, where: row.customer == customer      ticket
//! order.customer, order.items (owned)                none: these rows are locked one by one
//! update: part, set: { part_of: … } (acyclic)        part: all that stands above it
//! ```

use crate::expr::parts::{row_of, walk};
use crate::expr::typed::{Kind, Typed};
use crate::lower::exits::written;
use crate::lower::payload::{Act, Payload};
use crate::model::{Query, Step, StepKind};
use crate::rows::along::joined;
use crate::rows::hops::Along;
use opwright_tracer::graph::Node;
use opwright_values::schema::{Collection, Schema};
use std::collections::BTreeSet;

/// The names of these resources.
pub(super) fn scans<'n, 'm: 'n>(
    schema: &Schema,
    nodes: impl Iterator<Item = &'n Node<Payload<'m>>>,
) -> Vec<String> {
    let mut found: BTreeSet<usize> = BTreeSet::new();
    for node in nodes {
        match &node.payload.act {
            Act::Hop(hop) => {
                if let Along::Collection(index) = hop.along {
                    found.extend(unowned(schema, hop.of, index).map(|collection| collection.of));
                }
            }
            Act::Step(step) => {
                if let StepKind::LoadOne { query, .. } | StepKind::LoadMany { query, .. } = &step.kind {
                    found.extend(of_query(schema, query));
                }
                found.extend(joining(schema, step));
                found.extend(climbing(schema, step));
                if let StepKind::Restore { row } = &step.kind
                    && let Some(of) = row_of(&row.ty)
                {
                    let joined = joined(schema, of).into_iter().filter(|(_, it)| !it.owned);
                    found.extend(joined.map(|(_, it)| it.of));
                }
            }
            _ => {}
        }
    }
    let names = found.into_iter().filter_map(|index| schema.resources.get(index));
    names.map(|resource| resource.name.clone()).collect()
}

/// The resource that a step writes, if its row joins a collection that is not owned: nobody else may fill it meanwhile.
fn joining(schema: &Schema, step: &Step) -> Option<usize> {
    let (resource, set, _) = written(step)?;
    let mut collections = schema.resources.iter().flat_map(|owner| &owner.collections);
    let joins =
        |it: &Collection| !it.owned && it.of == resource && set.iter().any(|(field, _)| *field == it.through);
    collections.any(joins).then_some(resource)
}

/// The resource that a step writes, if it looks at all that stands above its row: nobody else may put something there
/// meanwhile.
fn climbing(schema: &Schema, step: &Step) -> Option<usize> {
    let (resource, set, creates) = written(step)?;
    let acyclic = &schema.resources.get(resource)?.acyclic;
    let climbs =
        |(field, value): &(usize, Typed)| acyclic.contains(field) && !matches!(value.kind, Kind::Null);
    (!creates && set.iter().any(climbs)).then_some(resource)
}

fn unowned(schema: &Schema, resource: usize, index: usize) -> Option<&Collection> {
    let collection = schema.resources.get(resource)?.collections.get(index)?;
    if collection.owned { None } else { Some(collection) }
}

fn of_query(schema: &Schema, query: &Query) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([query.resource]);
    let mut add = |part: &Typed| match &part.kind {
        Kind::Refer(..) => found.extend(row_of(&part.ty)),
        Kind::Collection(of, index) => {
            let resource = row_of(&of.ty).and_then(|resource| schema.resources.get(resource));
            found.extend(resource.and_then(|it| it.collections.get(*index)).map(|it| it.of));
        }
        _ => {}
    };
    if let Some(filter) = &query.filter {
        walk(filter, &mut add);
    }
    found
}
