//! Deleted rows: what goes along, what comes back, and what of them can still be read.

use crate::interpret::call::Run;
use crate::interpret::stop::{Stop, strange};
use crate::interpret::world::{Change, Kept, World, ordered};
use opwright_codegen::model::{Finds, ResourceId};
use opwright_values::schema::{Collection, Type};
use opwright_values::value::Value;

/// A row by its resource and id.
type Named = (ResourceId, String);

impl World<'_> {
    /// A row, deleted or not.
    pub(crate) fn known(&self, resource: ResourceId, id: &str) -> Option<&Kept> {
        self.row(resource, id).or_else(|| self.gone.get(resource)?.get(id).map(|(kept, _)| kept))
    }

    /// Whether a row is deleted.
    pub(crate) fn is_gone(&self, resource: ResourceId, id: &str) -> bool {
        self.gone.get(resource).is_some_and(|table| table.contains_key(id))
    }

    /// The deleted rows of a resource, by their ids.
    pub(crate) fn gone_rows(&self, resource: ResourceId) -> impl Iterator<Item = (&String, &Kept)> {
        self.gone.get(resource).into_iter().flatten().map(|(id, (kept, _))| (id, kept))
    }

    /// The ids of the rows that can be found.
    pub(crate) fn findable(&self, resource: ResourceId, finds: Finds) -> Vec<String> {
        let live = self.rows(resource).filter(|_| finds != Finds::Deleted);
        let gone = self.gone_rows(resource).filter(|_| finds != Finds::Live);
        live.chain(gone).map(|(id, _)| id.clone()).collect()
    }

    /// What a deleted row owned, in one of its collections, and what went along with it.
    pub(crate) fn went_along(&self, owner: ResourceId, id: &str, collection: &Collection) -> Vec<String> {
        let Some((_, deletion)) = self.gone.get(owner).and_then(|table| table.get(id)) else {
            return Vec::new();
        };
        let table = self.gone.get(collection.of).filter(|_| collection.owned);
        let along = table.into_iter().flatten().filter(|(_, (kept, of))| {
            of == deletion && kept.values.get(collection.through) == Some(&Value::Text(id.to_owned()))
        });
        ordered(collection, along.map(|(id, (kept, _))| (id, kept)).collect())
    }

    /// The rows of a resource that belong to another row, whether or not that one lists them: by their ids.
    fn owned<'w>(
        &self,
        rows: impl Iterator<Item = (&'w String, &'w Kept)>,
        of: ResourceId,
        (owner, id): (ResourceId, &str),
    ) -> Vec<Named> {
        let through = self.resource(of).and_then(|it| it.owner);
        let Some(through) = through.filter(|field| self.model.references_to(of, *field) == Some(owner))
        else {
            return Vec::new();
        };
        let belongs = |kept: &Kept| kept.values.get(through) == Some(&Value::Text(id.to_owned()));
        rows.filter(|(_, kept)| belongs(kept)).map(|(id, _)| (of, id.clone())).collect()
    }

    /// A row, and all that it owns.
    fn with_owned(&self, resource: ResourceId, id: &str) -> Vec<Named> {
        let (mut all, mut next) = (vec![(resource, id.to_owned())], 0);
        while let Some((owner, id)) = all.get(next).cloned() {
            next += 1;
            for of in 0..self.tables.len() {
                all.extend(self.owned(self.rows(of), of, (owner, &id)));
            }
        }
        all
    }

    /// A deleted row, and all that its deletion took along.
    fn with_taken(&self, resource: ResourceId, id: &str) -> Vec<Named> {
        let deletion = self.gone.get(resource).and_then(|table| table.get(id)).map(|(_, deletion)| *deletion);
        let (mut all, mut next) = (vec![(resource, id.to_owned())], 0);
        while let Some((owner, id)) = all.get(next).cloned() {
            next += 1;
            for (of, table) in self.gone.iter().enumerate() {
                let same = table.iter().filter(|(_, (_, it))| Some(*it) == deletion);
                all.extend(self.owned(same.map(|(id, (kept, _))| (id, kept)), of, (owner, &id)));
            }
        }
        all
    }

    /// All rows that a value refers to.
    pub(crate) fn references(&self, ty: &Type, value: &Value, found: &mut Vec<Named>) {
        match (ty, value) {
            (Type::Id { .. }, Value::Text(id)) => {
                found.extend(self.referred(ty).map(|of| (of, id.clone())));
            }
            (Type::List { of, .. }, Value::List(items)) => {
                items.iter().for_each(|item| self.references(of, item, found));
            }
            (Type::Map { of, .. }, Value::Map(entries)) => {
                entries.values().for_each(|item| self.references(of, item, found));
            }
            (Type::Object { fields, .. }, Value::Object(values)) => {
                let parts = fields.iter().zip(values);
                parts.for_each(|(field, value)| self.references(&field.ty, value, found));
            }
            _ => {}
        }
    }

    /// All rows that a row refers to, by fields that are not as they were.
    pub(crate) fn refers(&self, of: ResourceId, values: &[Value], before: Option<&[Value]>) -> Vec<Named> {
        let mut found = Vec::new();
        let Some(resource) = self.resource(of) else { return found };
        for (at, (field, value)) in resource.fields.iter().zip(values).enumerate() {
            if at != resource.id && before.is_none_or(|before| before.get(at) != Some(value)) {
                self.references(&field.ty, value, &mut found);
            }
        }
        found
    }

    fn remove(&mut self, (resource, id): &Named) {
        let deletion = self.deletions;
        let Some(mut kept) = self.tables.get_mut(*resource).and_then(|table| table.remove(id)) else {
            return;
        };
        kept.version += 1;
        let (version, before) = (kept.version, Some(kept.values.clone()));
        let (resource, id) = (*resource, id.clone());
        if let Some(table) = self.gone.get_mut(resource) {
            table.insert(id.clone(), (kept, deletion));
        }
        self.changes.push(Change { resource, id, kind: "delete", version, before, after: None });
    }

    fn bring_back(&mut self, (resource, id): &Named) {
        let Some((mut kept, _)) = self.gone.get_mut(*resource).and_then(|table| table.remove(id)) else {
            return;
        };
        kept.version += 1;
        let (version, after) = (kept.version, Some(kept.values.clone()));
        let (resource, id) = (*resource, id.clone());
        if let Some(table) = self.tables.get_mut(resource) {
            table.insert(id.clone(), kept);
        }
        self.changes.push(Change { resource, id, kind: "restore", version, before: None, after });
    }
}

impl Run<'_, '_> {
    /// Deletes a row with what it owns, unless another row refers to one of them.
    pub(super) fn delete(&mut self, resource: ResourceId, id: &str) -> Result<(), Stop> {
        if self.world.row(resource, id).is_none() {
            return Err(Stop::Refused("not_found".to_owned()));
        }
        let all = self.world.with_owned(resource, id);
        for of in 0..self.world.tables.len() {
            let mut others = self.world.rows(of).filter(|(id, _)| !all.contains(&(of, (*id).clone())));
            if others
                .any(|(_, kept)| self.world.refers(of, &kept.values, None).iter().any(|it| all.contains(it)))
            {
                return Err(Stop::Refused("in_use".to_owned()));
            }
        }
        self.world.deletions += 1;
        all.iter().for_each(|row| self.world.remove(row));
        Ok(())
    }

    /// Brings a row back with what its deletion took along. One that is back already stays as it is.
    pub(super) fn restore(&mut self, resource: ResourceId, id: &str) -> Result<(), Stop> {
        if !self.world.is_gone(resource, id) {
            return Ok(());
        }
        let all = self.world.with_taken(resource, id);
        for (of, id) in &all {
            let Some(kept) = self.world.known(*of, id) else { return strange("no deleted row") };
            let refers = self.world.refers(*of, &kept.values, None);
            if refers
                .iter()
                .any(|(to, id)| self.world.row(*to, id).is_none() && !all.contains(&(*to, id.clone())))
            {
                return Err(Stop::Refused("not_found".to_owned()));
            }
        }
        for (number, (of, id)) in all.iter().enumerate() {
            let Some(kept) = self.world.known(*of, id).cloned() else { return strange("no deleted row") };
            // What comes back with its owner has its place there.
            self.room(*of, &kept.values, None, number > 0)?;
            self.once(*of, &kept.values)?;
            self.world.bring_back(&(*of, id.clone()));
        }
        Ok(())
    }
}
