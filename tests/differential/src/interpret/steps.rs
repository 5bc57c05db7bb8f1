//! One step after another.

use crate::interpret::bounds::all_fit;
use crate::interpret::call::Run;
use crate::interpret::defaults::default;
use crate::interpret::eval::Row;
use crate::interpret::sent::without_row;
use crate::interpret::stop::{Stop, strange};
use crate::interpret::wire;
use opwright_codegen::expr::typed::Typed;
use opwright_codegen::model::{AskedState, Beyond, Query, Step, StepKind};
use opwright_values::value::Value;

impl<'m> Run<'_, 'm> {
    /// One step.
    pub(super) fn step(&mut self, step: &'m Step) -> Result<(), Stop> {
        let line = step.src.line;
        match &step.kind {
            StepKind::When { condition, then, otherwise, .. } => {
                let holds = self.eval(Row::None).holds(condition);
                if holds.is_err() {
                    self.end.path.push(format!("{line} branch"));
                }
                let holds = self.ended(line, 409, holds)?;
                self.end.path.push(format!("{line} branch {}", if holds { "then" } else { "else" }));
                self.inside(if holds { then } else { otherwise })
            }
            StepKind::Each { .. } => self.each(step),
            _ => {
                self.end.path.push(format!("{line} {}", kind(&step.kind)));
                let status = if matches!(step.kind, StepKind::LoadOne { .. }) { 404 } else { 409 };
                let (changes, names) = (self.world.changes.len(), self.names.len());
                let done = self.plain(step);
                self.count(step, changes, names);
                self.ended(line, status, done)
            }
        }
    }

    /// Counts what a step wrote, or bound, whose call had made so many changes before, and knew so many names.
    fn count(&mut self, step: &Step, changes: usize, names: usize) {
        match kind(&step.kind) {
            what @ "effect" => self.tally.add(what, step.src.line, self.world.changes.len() - changes),
            what @ "lookup" => {
                let rows = self.names.iter().skip(names).map(|(_, value)| match value {
                    Value::Null => 0,
                    Value::List(rows) => rows.len(),
                    _ => 1,
                });
                self.tally.add(what, step.src.line, rows.sum());
            }
            _ => {}
        }
    }

    /// Steps inside of another: what they name ends with them.
    fn inside(&mut self, steps: &'m [Step]) -> Result<(), Stop> {
        let outside = self.names.len();
        steps.iter().try_for_each(|step| self.step(step))?;
        self.names.truncate(outside);
        Ok(())
    }

    fn plain(&mut self, step: &'m Step) -> Result<(), Stop> {
        match &step.kind {
            StepKind::Require { condition, refusal } => {
                let holds = self.eval(Row::None).holds(condition)?;
                if holds { Ok(()) } else { Err(Stop::Refused(refusal.code.clone())) }
            }
            StepKind::Let { name, be } => {
                let value = self.value(be)?;
                self.names.push((name.clone(), value));
                Ok(())
            }
            StepKind::LoadOne { name, query, optional, refusal } => {
                let row = match (self.found(query)?.into_iter().next(), refusal) {
                    (Some(id), _) => Value::Text(id),
                    (None, _) if *optional => Value::Null,
                    (None, Some(refusal)) => return Err(Stop::Refused(refusal.code.clone())),
                    (None, None) => return Err(Stop::Refused("not_found".to_owned())),
                };
                self.names.push((name.clone(), row));
                Ok(())
            }
            StepKind::LoadMany { name, query, max, beyond } => {
                let mut found = self.found(query)?;
                match beyond {
                    Beyond::Refused => {}
                    Beyond::LeftOut => found.truncate(usize::try_from(*max).unwrap_or(usize::MAX)),
                    Beyond::Next(cursor) => self.page(cursor, query, *max, step.src.line, &mut found)?,
                }
                if matches!(beyond, Beyond::Refused)
                    && u32::try_from(found.len()).is_ok_and(|count| count > *max)
                {
                    return Err(Stop::Refused("too_many".to_owned()));
                }
                let rows = found.into_iter().map(Value::Text).collect();
                self.names.push((name.clone(), Value::List(rows)));
                Ok(())
            }
            StepKind::Create { name, resource, set } => {
                let set = self.values(set)?;
                let id = self.create(*resource, set)?;
                self.names.push((name.clone(), Value::Text(id)));
                Ok(())
            }
            StepKind::Update { row, set } => {
                let (resource, id) = self.row(row)?;
                let set = self.values(set)?;
                self.update(resource, &id, set)
            }
            StepKind::Transition { row, field, from, to, asked, set, .. } => {
                // Where it is asked nowhere, it has to be one of those all the same.
                if *asked != AskedState::First {
                    self.state(row, *field, from)?;
                }
                let (resource, id) = self.row(row)?;
                let mut set = self.values(set)?;
                set.push((*field, Value::Text(to.clone())));
                self.update(resource, &id, set)
            }
            StepKind::Emit { event, with } => self.emit(*event, with),
            StepKind::Delete { row } => {
                let (resource, id) = self.row(row)?;
                self.delete(resource, &id)
            }
            StepKind::Restore { row } => {
                let (resource, id) = self.row(row)?;
                self.restore(resource, &id)
            }
            StepKind::When { .. } | StepKind::Each { .. } => {
                strange("the interpreter does not know this step")
            }
        }
    }

    fn values(&self, set: &[(usize, Typed)]) -> Result<Vec<(usize, Value)>, Stop> {
        set.iter().map(|(field, value)| Ok((*field, self.value(value)?))).collect()
    }

    /// The rows that a query finds, in its order.
    fn found(&self, query: &Query) -> Result<Vec<String>, Stop> {
        let mut found = Vec::new();
        if let Some(filter) = &query.filter {
            // What does not ask the row is computed whether there is one or not.
            let mut first = Vec::new();
            without_row(filter, &mut first);
            first.into_iter().try_for_each(|part| self.value(part).map(drop))?;
        }
        for id in self.world.findable(query.resource, query.finds) {
            let fits = match &query.filter {
                Some(filter) => self.eval(Row::Stored(&id)).holds(filter)?,
                None => true,
            };
            found.extend(fits.then_some(id));
        }
        self.world.sort(query.resource, &query.order, &mut found);
        Ok(found)
    }

    fn emit(&mut self, event: usize, with: &[(usize, Typed)]) -> Result<(), Stop> {
        let Some(shape) = self.world.model.schema.events.get(event) else { return strange("no event") };
        let mut values: Vec<Value> = shape.fields.iter().map(|field| default(field, self.now)).collect();
        for (field, value) in self.values(with)? {
            if let Some(place) = values.get_mut(field) {
                *place = value;
            }
        }
        if !all_fit(&shape.fields, &values, None) {
            return Err(Stop::Refused("out_of_range".to_owned()));
        }
        self.env.new_id("event");
        self.world.events.push(format!("{} {}", shape.name, wire::of_fields(&shape.fields, &values)));
        Ok(())
    }

    fn each(&mut self, step: &'m Step) -> Result<(), Stop> {
        let StepKind::Each { name, index, list, body, gives } = &step.kind else { return Ok(()) };
        let line = step.src.line;
        let items = self.eval(Row::None).list(list);
        if items.is_err() {
            self.end.path.push(format!("{line} loop"));
        }
        let items = self.ended(line, 409, items)?;
        self.tally.add("loop", line, items.len());
        let mut given: Vec<Vec<Value>> = vec![Vec::new(); gives.len()];
        let outside = self.names.len();
        for (at, item) in (0_i64..).zip(items) {
            self.end.path.push(format!("{line} loop item {at}"));
            self.names.extend(index.clone().map(|index| (index, Value::Int(at))));
            self.names.push((name.clone(), item));
            body.iter().try_for_each(|step| self.step(step))?;
            for ((_, value), list) in gives.iter().zip(&mut given) {
                self.end.path.push(format!("{line} value"));
                let value = self.value(value);
                list.push(self.ended(line, 409, value)?);
            }
            self.names.truncate(outside);
        }
        self.end.path.push(format!("{line} loop next"));
        for ((name, _), list) in gives.iter().zip(given) {
            self.names.push((name.clone(), Value::List(list)));
        }
        Ok(())
    }
}

fn kind(step: &StepKind) -> &'static str {
    match step {
        StepKind::Require { .. } => "rule",
        StepKind::Let { .. } => "value",
        StepKind::LoadOne { .. } | StepKind::LoadMany { .. } => "lookup",
        StepKind::Create { .. }
        | StepKind::Update { .. }
        | StepKind::Transition { .. }
        | StepKind::Delete { .. }
        | StepKind::Restore { .. } => "effect",
        StepKind::Emit { .. } => "event",
        StepKind::When { .. } => "branch",
        StepKind::Each { .. } => "loop",
    }
}
