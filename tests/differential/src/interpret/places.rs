//! Lists that go on: a place is that of the last row of an answer, in the order of its list. Its text is written
//! `@next:N`, where N is the number of the call whose answer has it; whoever makes the calls puts the real one there.

use crate::interpret::call::Run;
use crate::interpret::stop::{Stop, strange};
use crate::interpret::world::{Place, World};
use opwright_codegen::expr::typed::{Kind, Typed};
use opwright_codegen::model::{Beyond, Operation, Query, StepKind};
use opwright_values::value::Value;

/// The argument of an operation that takes a place.
pub(crate) fn cursor(operation: &Operation) -> Option<usize> {
    operation.steps.iter().find_map(|step| match &step.kind {
        StepKind::LoadMany { beyond: Beyond::Next(Typed { kind: Kind::Input(input), .. }), .. } => {
            Some(*input)
        }
        _ => None,
    })
}

impl World<'_> {
    /// The place that a text names.
    fn place(&self, text: &str) -> Option<&Place> {
        let number: usize = text.strip_prefix("@next:")?.parse().ok()?;
        self.places.iter().find(|(known, _)| *known == number).map(|(_, place)| place)
    }
}

impl Run<'_, '_> {
    /// Leaves of the rows of a list those behind a place, and of those the first.
    pub(super) fn page(
        &mut self,
        cursor: &Typed,
        query: &Query,
        max: u32,
        line: u32,
        found: &mut Vec<String>,
    ) -> Result<(), Stop> {
        match self.value(cursor)? {
            Value::Null => {}
            Value::Text(text) => {
                let place = self.world.place(&text);
                let place = place.filter(|it| it.operation == self.operation.name && it.line == line);
                let Some(place) = place else { return Err(Stop::Refused("invalid_input".to_owned())) };
                let behind = |id: &String| {
                    self.world.known(query.resource, id).is_some_and(|kept| {
                        let last = (&place.id, &place.kept);
                        self.world.compare(query.resource, &query.order, last, (id, kept)).is_lt()
                    })
                };
                found.retain(behind);
            }
            other => return strange(format!("{other:?} is no place")),
        }
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let more = found.len() > max;
        found.truncate(max);
        if let Some(id) = found.last().filter(|_| more)
            && let Some(kept) = self.world.known(query.resource, id)
        {
            let (operation, id, kept) = (self.operation.name.clone(), id.clone(), kept.clone());
            self.next = Some(Place { operation, line, id, kept });
        }
        Ok(())
    }
}
