//! Which rows may be deleted where a step stands.
//!
//! ```text
//! delete: ticket
//! update: other           not_found, for it may be the same ticket
//! ```

use crate::expr::parts::row_of;
use crate::expr::typed::{Kind, Typed};
use crate::lower::known::Known;
use crate::model::{ResourceId, Step, StepKind};
use crate::rows::along::{referred, taken_along};
use opwright_values::schema::Schema;
use std::collections::{BTreeMap, BTreeSet};

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
    pub(super) fn enter(&mut self, known: &Known<'_>, step: &Step) -> BTreeSet<String> {
        let outside: BTreeSet<String> = self.elements.keys().cloned().collect();
        let StepKind::Each { name, list, body, .. } = &step.kind else { return outside };
        let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
        for row in deletes(body) {
            let Some(resource) = row_of(&row.ty) else { continue };
            let along = taken_along(&known.model.schema, resource);
            let is_element = matches!(&row.kind, Kind::Name(of) if of == name);
            if is_element { own.extend(along) } else { others.extend(along) }
        }
        self.add(&others);
        let here = self.any.clone();
        // A row that is known by another name may be the element of an earlier round.
        self.add(&own);
        if is_distinct(list, known) {
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
fn is_distinct(list: &Typed, known: &Known<'_>) -> bool {
    match &list.kind {
        Kind::Collection(..) => true,
        Kind::Name(name) => known.is_found(name),
        _ => false,
    }
}
