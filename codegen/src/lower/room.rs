//! Collections that surely have room: those of a row that the call itself has made, and that few steps add to.
//!
//! ```text
//! - create: ticket                     a new ticket has no replies,
//! - create: reply                      and this is the only step that adds one: no exit `too_many`
//!   set: { ticket: ticket, … }
//! ```

use crate::expr::parts::row_of;
use crate::expr::typed::{Kind, Typed};
use crate::model::{Operation, ResourceId, Step, StepKind};

/// Whether a row that refers to `owner` by a field of `of` finds room in a collection of this size.
pub(super) fn has_room(
    owner: &Typed,
    (of, through): (ResourceId, usize),
    size: u32,
    operation: &Operation,
) -> bool {
    let Kind::Name(name) = &owner.kind else { return false };
    let mut found = Found { name, of, through, made: false, joins: 0, looped: false };
    found.visit(&operation.steps, false);
    found.made && !found.looped && found.joins <= size
}

struct Found<'n> {
    name: &'n str,
    of: ResourceId,
    through: usize,
    /// Whether a step outside of loops makes the owner.
    made: bool,
    /// How many steps let a row join such a collection, whoever it is called.
    joins: u32,
    /// Whether one of them, or one that makes an owner, is in a loop.
    looped: bool,
}

impl Found<'_> {
    fn visit(&mut self, steps: &[Step], in_loop: bool) {
        for step in steps {
            match &step.kind {
                StepKind::Create { name, resource, set } => {
                    self.join(*resource, set, in_loop);
                    if name == self.name {
                        self.made |= !in_loop;
                        self.looped |= in_loop;
                    }
                }
                StepKind::Update { row, set } | StepKind::Transition { row, set, .. } => {
                    if let Some(resource) = row_of(&row.ty) {
                        self.join(resource, set, in_loop);
                    }
                }
                // The same name for something else, in a list beside: which of them is meant is not looked into.
                StepKind::Let { name, .. } | StepKind::LoadOne { name, .. } if name == self.name => {
                    self.looped = true;
                }
                StepKind::When { then, otherwise, .. } => {
                    self.visit(then, in_loop);
                    self.visit(otherwise, in_loop);
                }
                StepKind::Each { name, body, .. } => {
                    self.looped |= name == self.name;
                    self.visit(body, true);
                }
                _ => {}
            }
        }
    }

    fn join(&mut self, resource: ResourceId, set: &[(usize, Typed)], in_loop: bool) {
        if resource == self.of && set.iter().any(|(field, _)| *field == self.through) {
            self.joins = self.joins.saturating_add(1);
            self.looped |= in_loop;
        }
    }
}
