//! Writing a row: its values fit, its rules hold, the collections that it joins have room, and what occurs once does.

use crate::interpret::bounds::all_fit;
use crate::interpret::call::Run;
use crate::interpret::defaults::default;
use crate::interpret::eval::Row;
use crate::interpret::stop::Stop;
use opwright_codegen::model::ResourceId;
use opwright_values::schema::Type;
use opwright_values::value::Value;

fn refused<T>(code: &str) -> Result<T, Stop> {
    Err(Stop::Refused(code.to_owned()))
}

impl Run<'_, '_> {
    /// A new row: its id.
    pub(super) fn create(&mut self, resource: ResourceId, set: Vec<(usize, Value)>) -> Result<String, Stop> {
        let Some(shape) = self.world.resource(resource) else { return refused("no resource") };
        let mut values: Vec<Value> = shape.fields.iter().map(|field| default(field, self.now)).collect();
        let given =
            shape.fields.get(shape.id).is_some_and(|id| matches!(&id.ty, Type::Id { pattern: Some(_), .. }));
        if let Some(id) = values.get_mut(shape.id).filter(|_| !given) {
            let prefix = shape.id_prefix.as_deref().unwrap_or(&shape.name);
            *id = Value::Text(self.env.new_id(prefix));
        }
        assign(&mut values, set);
        self.check(resource, &values, None)?;
        let id = self.world.id_of(resource, &values);
        if self.world.known(resource, &id).is_some() {
            return refused("not_unique");
        }
        self.world.insert(resource, values);
        Ok(id)
    }

    /// Other values for a row.
    pub(super) fn update(
        &mut self,
        resource: ResourceId,
        id: &str,
        set: Vec<(usize, Value)>,
    ) -> Result<(), Stop> {
        let Some(before) = self.world.row(resource, id).map(|kept| kept.values.clone()) else {
            return refused("not_found");
        };
        let mut values = before.clone();
        assign(&mut values, set);
        if values == before {
            return Ok(());
        }
        self.check(resource, &values, Some(&before))?;
        self.world.change(resource, id, "update", values);
        Ok(())
    }

    fn check(
        &mut self,
        resource: ResourceId,
        values: &[Value],
        before: Option<&[Value]>,
    ) -> Result<(), Stop> {
        let Some(shape) = self.world.resource(resource) else { return refused("no resource") };
        if self
            .world
            .refers(resource, values, before)
            .iter()
            .any(|(to, id)| self.world.row(*to, id).is_none())
        {
            return refused("not_found");
        }
        if !all_fit(&shape.fields, values, before) {
            return refused("out_of_range");
        }
        let rules =
            self.world.model.resources.get(resource).map(|it| it.rules.as_slice()).unwrap_or_default();
        for rule in rules {
            if !self.eval(Row::New(values)).holds(&rule.condition)? {
                return refused(&rule.refusal.code);
            }
        }
        self.room(resource, values, before, false)?;
        self.once(resource, values)
    }

    /// Whether the collections that a row joins have room for it; `along`: it comes back with its owner.
    pub(super) fn room(
        &self,
        resource: ResourceId,
        values: &[Value],
        before: Option<&[Value]>,
        along: bool,
    ) -> Result<(), Stop> {
        let was = before.map_or_else(Vec::new, |before| self.world.joined(resource, before));
        for (collection, owner) in self.world.joined(resource, values) {
            let stays = was.iter().any(|(it, id)| std::ptr::eq(*it, collection) && *id == owner);
            let room = usize::try_from(collection.size).unwrap_or(usize::MAX);
            let has_place = stays || along && collection.owned;
            if !has_place && self.world.collection(collection, &owner).len() >= room {
                return refused("too_many");
            }
        }
        Ok(())
    }

    pub(super) fn once(&self, resource: ResourceId, values: &[Value]) -> Result<(), Stop> {
        let Some(shape) = self.world.resource(resource) else { return Ok(()) };
        let id = self.world.id_of(resource, values);
        for unique in &shape.uniques {
            let absent = |field: &usize| values.get(*field).is_none_or(|value| *value == Value::Null);
            if unique.iter().any(absent) {
                continue;
            }
            let mut others = self.world.rows(resource).filter(|(other, _)| **other != id);
            if others
                .any(|(_, other)| unique.iter().all(|field| other.values.get(*field) == values.get(*field)))
            {
                return refused("not_unique");
            }
        }
        Ok(())
    }
}

fn assign(values: &mut [Value], set: Vec<(usize, Value)>) {
    for (field, value) in set {
        if let Some(place) = values.get_mut(field) {
            *place = value;
        }
    }
}
