//! What a write makes stale: rows that were reached through a reference that leads elsewhere now, and what was made of all
//! elements of a list that has others now. It is loaded again where it is read next.
//!
//! ```text
//! update order set { customer: other }      order.customer          is another row
//! update order set { sent: { to: other } }  order.sent.to           is another row
//! create line                               order.lines[].item      lacks one, and order.lines[].item.maker with it
//! ```

use crate::expr::parts::row_of;
use crate::lower::exits;
use crate::lower::lowerer::{Ended, Lowerer};
use crate::model::{Model, Step, StepKind};
use crate::rows::along::{referred, taken_along};
use opwright_values::schema::Collection;

impl Lowerer<'_> {
    /// Behind a block, what its writes ended stays ended.
    pub(super) fn leave(&mut self, since: usize) {
        let ended: Vec<Ended> = self.ended.iter().skip(since).copied().collect();
        ended.into_iter().for_each(|end| self.end(end));
    }

    fn end(&mut self, ended: Ended) {
        match ended {
            Ended::Through(resource, field) => self.scope.end_through(resource, field),
            Ended::Elements(resource) => self.scope.end_elements(resource),
        }
    }

    /// Ends the locals that a step, or one inside it, makes stale.
    pub(super) fn end_locals(&mut self, step: &Step) {
        match &step.kind {
            StepKind::When { then, otherwise, .. } => {
                then.iter().chain(otherwise).for_each(|step| self.end_locals(step));
            }
            StepKind::Each { body, .. } => body.iter().for_each(|step| self.end_locals(step)),
            StepKind::Restore { row } => {
                let along = row_of(&row.ty).map(|of| taken_along(&self.model.schema, of));
                for resource in along.unwrap_or_default() {
                    self.ended.push(Ended::Elements(resource));
                    self.end(Ended::Elements(resource));
                }
            }
            _ => {
                let Some((resource, set, creates)) = exits::written(step) else { return };
                let mut ends: Vec<Ended> = set
                    .iter()
                    .filter(|(field, _)| !creates && refers(*field, resource, self.model))
                    .map(|(field, _)| Ended::Through(resource, *field))
                    .collect();
                // What refers elsewhere now is an element of other collections, and so may be what says other things.
                let moved =
                    if let StepKind::Transition { field, .. } = &step.kind { Some(*field) } else { None };
                let fields = set.iter().map(|(field, _)| *field).chain(moved);
                if creates || !ends.is_empty() || decide_who_is_in(fields, resource, self.model) {
                    ends.push(Ended::Elements(resource));
                }
                for end in ends {
                    self.ended.push(end);
                    self.end(end);
                }
            }
        }
    }
}

/// Whether a field leads to rows, by itself or by what is inside of it.
fn refers(field: usize, resource: usize, model: &Model) -> bool {
    let fields = model.schema.resources.get(resource).map(|it| &it.fields);
    let field = fields.and_then(|fields| fields.get(field));
    field.is_some_and(|field| !referred(&model.schema, &field.ty).is_empty())
}

/// Whether a collection looks at one of some fields to know who is in it.
fn decide_who_is_in(fields: impl Iterator<Item = usize>, resource: usize, model: &Model) -> bool {
    let collections = || model.schema.resources.iter().flat_map(|owner| &owner.collections);
    let mut fields = fields;
    fields.any(|field| {
        let looks = |it: &Collection| {
            it.of == resource && it.only.as_ref().is_some_and(|only| only.reads.contains(&field))
        };
        collections().any(looks)
    })
}
