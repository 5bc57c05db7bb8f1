//! What a step reads: what has to be at hand before its node.

use crate::expr::parts::row_of;
use crate::expr::typed::{Piece, Ty, Typed};
use crate::model::{Model, Operation, Refusal, Returns, Step, StepKind};

/// An expression, and whether the rows that it is are needed as handles.
#[derive(Clone, Copy)]
pub(super) struct Use<'m> {
    pub(super) expr: &'m Typed,
    pub(super) handle: bool,
    /// The collection of this row that a new row joins.
    pub(super) collection: Option<usize>,
}

impl<'m> Use<'m> {
    pub(super) fn value(expr: &'m Typed) -> Self {
        Self { expr, handle: false, collection: None }
    }

    pub(super) fn handle(expr: &'m Typed) -> Self {
        Self { expr, handle: true, collection: None }
    }
}

/// What a step itself reads.
pub(super) fn uses<'m>(step: &'m Step, model: &Model) -> Vec<Use<'m>> {
    match &step.kind {
        StepKind::Require { condition, refusal } => {
            std::iter::once(Use::value(condition)).chain(refusal_uses(refusal)).collect()
        }
        StepKind::Let { be, .. } => {
            vec![Use { expr: be, handle: row_of(&be.ty).is_some(), collection: None }]
        }
        StepKind::LoadOne { query, refusal, .. } => {
            query.filter.iter().map(Use::value).chain(refusal.iter().flat_map(refusal_uses)).collect()
        }
        StepKind::LoadMany { query, beyond, .. } => {
            query.filter.iter().chain(beyond.cursor()).map(Use::value).collect()
        }
        StepKind::Create { resource, set, .. } => set_uses(*resource, set, model),
        StepKind::Update { row, set } | StepKind::Transition { row, set, .. } => {
            let resource = row_of(&row.ty).unwrap_or(usize::MAX);
            std::iter::once(Use::handle(row)).chain(set_uses(resource, set, model)).collect()
        }
        StepKind::Delete { row } | StepKind::Restore { row } => vec![Use::handle(row)],
        StepKind::When { condition, .. } => vec![Use::value(condition)],
        StepKind::Each { list, .. } => vec![Use::value(list)],
        StepKind::Emit { with, .. } => with.iter().map(|(_, value)| Use::value(value)).collect(),
    }
}

fn refusal_uses(refusal: &Refusal) -> impl Iterator<Item = Use<'_>> {
    refusal.message.pieces.iter().chain(&refusal.fix.pieces).filter_map(|piece| match piece {
        Piece::Value(value) => Some(Use::value(value)),
        Piece::Text(_) => None,
    })
}

/// A row joins the collections of the rows that it newly refers to, so those are at hand.
fn set_uses<'m>(resource: usize, set: &'m [(usize, Typed)], model: &Model) -> Vec<Use<'m>> {
    let mut uses = Vec::new();
    for (field, value) in set {
        uses.push(Use::value(value));
        let owner = model.references_to(resource, *field).and_then(|owner| model.schema.resources.get(owner));
        let collections = owner.into_iter().flat_map(|owner| owner.collections.iter().enumerate());
        for (index, collection) in collections {
            if collection.of == resource && collection.through == *field {
                // Of a row that may be absent, there may be no collection.
                let present = !matches!(value.ty, Ty::Optional(_) | Ty::Null);
                uses.push(Use { expr: value, handle: true, collection: present.then_some(index) });
            }
        }
    }
    uses
}

/// What an outcome reads: the result, and the text for people.
pub(super) fn uses_of_outcome(operation: &Operation) -> Vec<Use<'_>> {
    let told = operation.narrate.iter().flat_map(|text| &text.pieces).filter_map(Piece::value);
    uses_of_returns(&operation.returns).into_iter().chain(told.map(Use::value)).collect()
}

fn uses_of_returns(returns: &Returns) -> Vec<Use<'_>> {
    match returns {
        Returns::Nothing => Vec::new(),
        Returns::Value(value) => vec![Use { expr: value, handle: true, collection: None }],
        Returns::Object(parts) => parts.iter().flat_map(|(_, part)| uses_of_returns(part)).collect(),
        Returns::Pick(shape) => vec![Use::value(shape)],
    }
}
