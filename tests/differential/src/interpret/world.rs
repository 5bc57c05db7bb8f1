//! What there is: rows in plain maps, what became of them, and what was told.

use opwright_codegen::model::{Model, ResourceId};
use opwright_values::moment;
use opwright_values::schema::{Collection, Resource, Type};
use opwright_values::time::Timestamp;
use opwright_values::value::Value;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A row.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Its values, in the order of the fields.
    pub(crate) values: Vec<Value>,
    /// How often it was written.
    pub(crate) version: i64,
    /// When it was made, and when it came to its owner.
    made: u64,
    came: u64,
}

/// A change of a row.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) resource: ResourceId,
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) version: i64,
    pub(crate) before: Option<Vec<Value>>,
    pub(crate) after: Option<Vec<Value>>,
}

/// Where a list goes on.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) operation: String,
    pub(super) line: u32,
    pub(super) id: String,
    /// The row as it was then.
    pub(super) kept: Kept,
}

/// Everything that there is.
#[derive(Clone)]
pub(crate) struct World<'m> {
    /// What is interpreted.
    pub(crate) model: &'m Model,
    pub(super) tables: Vec<BTreeMap<String, Kept>>,
    /// Deleted rows, each with the number of its deletion.
    pub(super) gone: Vec<BTreeMap<String, (Kept, u64)>>,
    pub(super) deletions: u64,
    /// Places in lists that answers have told, by the number of the call.
    pub(crate) places: Vec<(usize, Place)>,
    /// All changes, in order.
    pub(crate) changes: Vec<Change>,
    /// Events: name and text.
    pub(crate) events: Vec<String>,
    clock: u64,
    /// Where in `changes` this call begins.
    since: usize,
}

/// The rows of all `data` documents, loaded when the desk loads them.
pub(crate) fn given(model: &Model) -> Vec<(ResourceId, Vec<Value>)> {
    let mut rows: Vec<_> = model.data.iter().flat_map(|data| data.rows.iter().cloned()).collect();
    for (resource, values) in &mut rows {
        if let Some(resource) = model.schema.resources.get(*resource) {
            moment::settle(&resource.fields, values, Timestamp::from_micros(0));
        }
    }
    rows
}

impl<'m> World<'m> {
    /// The rows of all `data` documents.
    pub(crate) fn new(model: &'m Model) -> Self {
        let tables = vec![BTreeMap::new(); model.schema.resources.len()];
        let gone = vec![BTreeMap::new(); tables.len()];
        let (changes, events) = (Vec::new(), Vec::new());
        let mut world = World {
            model,
            tables,
            gone,
            deletions: 0,
            places: Vec::new(),
            changes,
            events,
            clock: 0,
            since: 0,
        };
        for (resource, values) in given(model) {
            world.insert(resource, values);
        }
        world.end();
        world.begin();
        world
    }

    /// A call begins.
    pub(crate) fn begin(&mut self) {
        self.since = self.changes.len();
    }

    /// It ends well: what owns rows that were written is written too.
    pub(crate) fn end(&mut self) {
        let mut written: BTreeSet<(ResourceId, String)> = BTreeSet::new();
        let mut rows: Vec<(ResourceId, Vec<Value>)> = Vec::new();
        for change in self.changes.iter().skip(self.since) {
            written.insert((change.resource, change.id.clone()));
            rows.extend(change.before.iter().chain(&change.after).map(|row| (change.resource, row.clone())));
        }
        while let Some((resource, row)) = rows.pop() {
            let Some(owner) = self.resource(resource).and_then(|it| it.owner) else { continue };
            let (Some(to), Some(Value::Text(id))) =
                (self.model.references_to(resource, owner), row.get(owner))
            else {
                continue;
            };
            if !written.insert((to, id.clone())) {
                continue;
            }
            if let Some(values) = self.row(to, id).map(|kept| kept.values.clone()) {
                self.change(to, id, "touch", values.clone());
                rows.push((to, values));
            }
        }
    }

    /// A resource.
    pub(crate) fn resource(&self, resource: ResourceId) -> Option<&'m Resource> {
        self.model.schema.resources.get(resource)
    }

    /// A row that is there.
    pub(crate) fn row(&self, resource: ResourceId, id: &str) -> Option<&Kept> {
        self.tables.get(resource)?.get(id)
    }

    /// All rows of a resource, by their ids.
    pub(crate) fn rows(&self, resource: ResourceId) -> impl Iterator<Item = (&String, &Kept)> {
        self.tables.get(resource).into_iter().flatten()
    }

    /// The id among the values of a row.
    pub(crate) fn id_of(&self, resource: ResourceId, values: &[Value]) -> String {
        match self.resource(resource).and_then(|it| values.get(it.id)) {
            Some(Value::Text(id)) => id.clone(),
            _ => String::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn insert(&mut self, resource: ResourceId, values: Vec<Value>) {
        let id = self.id_of(resource, &values);
        self.clock += 1;
        let (made, came) = (self.clock, self.clock);
        let kept = Kept { values: values.clone(), version: 1, made, came };
        if let Some(table) = self.tables.get_mut(resource) {
            table.insert(id.clone(), kept);
        }
        let change = Change { resource, id, kind: "create", version: 1, before: None, after: Some(values) };
        self.changes.push(change);
    }

    /// Gives a row other values.
    pub(crate) fn change(&mut self, resource: ResourceId, id: &str, kind: &'static str, values: Vec<Value>) {
        let owner = self.resource(resource).and_then(|it| it.owner);
        self.clock += 1;
        let came = self.clock;
        let Some(kept) = self.tables.get_mut(resource).and_then(|table| table.get_mut(id)) else { return };
        if owner.is_some_and(|owner| kept.values.get(owner) != values.get(owner)) {
            kept.came = came;
        }
        let before = std::mem::replace(&mut kept.values, values.clone());
        kept.version += 1;
        let version = kept.version;
        let (id, before) = (id.to_owned(), Some(before));
        self.changes.push(Change { resource, id, kind, version, before, after: Some(values) });
    }

    /// The ids in a collection of a row, in its order.
    pub(crate) fn collection(&self, collection: &Collection, owner: &str) -> Vec<String> {
        let belongs =
            |kept: &Kept| matches!(kept.values.get(collection.through), Some(Value::Text(id)) if id == owner);
        let found = self.rows(collection.of).filter(|(_, kept)| belongs(kept)).collect();
        ordered(collection, found)
    }

    /// Puts the rows of a search into their order.
    pub(crate) fn sort(
        &self,
        resource: ResourceId,
        order: &[opwright_values::schema::Order],
        found: &mut [String],
    ) {
        found.sort_by(|a_id, b_id| match (self.known(resource, a_id), self.known(resource, b_id)) {
            (Some(a), Some(b)) => self.compare(resource, order, (a_id, a), (b_id, b)),
            _ => Ordering::Equal,
        });
    }

    /// Which of two rows comes first in a search.
    pub(super) fn compare(
        &self,
        resource: ResourceId,
        order: &[opwright_values::schema::Order],
        (a_id, a): (&String, &Kept),
        (b_id, b): (&String, &Kept),
    ) -> Ordering {
        let nameless =
            self.resource(resource).and_then(|it| it.fields.get(it.id)).is_some_and(|id| id.key == "_id");
        by_keys(order, &a.values, &b.values)
            .then_with(|| if nameless { a.made.cmp(&b.made) } else { a_id.cmp(b_id) })
    }

    /// The other sides of references that a row has, or would have: owner's resource, collection, owner's id.
    pub(crate) fn joined(&self, resource: ResourceId, values: &[Value]) -> Vec<(&'m Collection, String)> {
        let collections = self.model.schema.resources.iter().flat_map(|owner| &owner.collections);
        let of_this = collections.filter(|it| it.of == resource);
        of_this
            .filter_map(|it| match values.get(it.through) {
                Some(Value::Text(id)) => Some((it, id.clone())),
                _ => None,
            })
            .collect()
    }

    /// Which resource a type refers to.
    pub(crate) fn referred(&self, ty: &Type) -> Option<ResourceId> {
        match ty {
            Type::Id { of, .. } => self.model.schema.resources.iter().position(|it| it.name == *of),
            Type::List { of, .. } => self.referred(of),
            _ => None,
        }
    }
}

/// Rows of a collection, in its order.
pub(super) fn ordered(collection: &Collection, mut found: Vec<(&String, &Kept)>) -> Vec<String> {
    found.sort_by(|(a_id, a), (b_id, b)| {
        if collection.owned {
            a.came.cmp(&b.came)
        } else if collection.order.is_empty() {
            a.made.cmp(&b.made)
        } else {
            by_keys(&collection.order, &a.values, &b.values).then_with(|| a_id.cmp(b_id))
        }
    });
    found.into_iter().map(|(id, _)| id.clone()).collect()
}

fn by_keys(order: &[opwright_values::schema::Order], a: &[Value], b: &[Value]) -> Ordering {
    for key in order {
        // What is absent comes first.
        let (a, b) = (a.get(key.field).unwrap_or(&Value::Null), b.get(key.field).unwrap_or(&Value::Null));
        let by_key = match (a, b) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Less,
            (_, Value::Null) => Ordering::Greater,
            (a, b) => a.cmp(b),
        };
        let by_key = if key.descending { by_key.reverse() } else { by_key };
        if by_key != Ordering::Equal {
            return by_key;
        }
    }
    Ordering::Equal
}
