//! Rows from JSON, written as the shapes of the spec: hidden fields among them, owned rows nested.
//!
//! Everything that is wrong is found in one go, each fault with its place in the file.

use crate::env::Env;
use crate::seed::Seed;
use opwright_values::fault::{FAULTS_MAX, Fault, Faults};
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::schema::{Resource, Schema};
use opwright_values::suggest::closest;
use opwright_values::value::Value;
use opwright_values::words::counted;
use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

type Entries = [(Cow<'static, str>, Json)];

/// What is wrong with a file of rows.
#[derive(Debug)]
pub struct Bad {
    faults: Faults,
    /// Whether the database has rows with the ids of some.
    pub is_there: bool,
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, nothing was written", counted(self.faults.count(), "fault"))?;
        for fault in &self.faults.found {
            write!(f, "\n  {fault}")?;
        }
        if self.faults.count() > FAULTS_MAX {
            write!(f, "\n  …and more; these are the first {FAULTS_MAX}")?;
        }
        Ok(())
    }
}

/// A file of rows, as far as it could be read.
#[derive(Debug, Default)]
pub struct File {
    /// The rows that could.
    pub(super) rows: Vec<Seed>,
    /// Where each of them stands.
    pub(super) places: Vec<Place>,
    /// The ids that the file says, of rows that could not be read too.
    pub(super) named: BTreeSet<(usize, String)>,
    /// What is wrong with it.
    pub(super) faults: Faults,
    /// Whether the database has rows with the ids of some.
    pub(super) is_there: bool,
}

/// Where a row stands.
#[derive(Debug)]
pub(super) struct Place {
    /// As a JSON pointer.
    pub(super) pointer: String,
    /// Whether that is below its owner.
    pub(super) nested: bool,
}

impl File {
    /// Reads `{resource: [row, …]}`; defaults and made ids come from the world of the call.
    pub fn of(schema: &Schema, document: &Json, env: &mut Env) -> Self {
        let mut work = Work { schema, env, taken: BTreeMap::new(), file: File::default() };
        match document {
            Json::Object(entries) => entries.iter().for_each(|(name, rows)| work.resource(name, rows)),
            other => work.file.faults.add(wrong("an object: the rows of each resource", other)),
        }
        work.file
    }

    /// The rows, if nothing is wrong.
    pub fn sound(self) -> Result<Vec<Seed>, Bad> {
        let File { rows, faults, is_there, .. } = self;
        if faults.count() == 0 { Ok(rows) } else { Err(Bad { faults, is_there }) }
    }
}

/// The rows of a file, of which no database is asked.
pub fn read(schema: &Schema, document: &Json, env: &mut Env) -> Result<Vec<Seed>, Bad> {
    File::of(schema, document, env).sound()
}

struct Work<'s> {
    schema: &'s Schema,
    env: &'s mut Env,
    /// What has to occur once, and the place of the row that has it.
    taken: BTreeMap<(usize, Vec<usize>, Vec<Value>), String>,
    file: File,
}

impl Work<'_> {
    fn resource(&mut self, name: &str, rows: &Json) {
        let Some(index) = self.schema.resources.iter().position(|resource| resource.name == name) else {
            let fault = no_resource(self.schema, name);
            self.file.faults.inside(name, |faults| faults.add(fault));
            return;
        };
        self.list(name, index, rows, None);
    }

    fn list(&mut self, key: &str, index: usize, rows: &Json, owner: Option<&str>) {
        self.inside(key, |work| {
            let Json::List(rows) = rows else {
                work.file.faults.add(wrong("a list of rows", rows));
                return;
            };
            for (position, row) in rows.iter().enumerate() {
                work.inside(&position.to_string(), |work| work.row(index, row, owner));
            }
        });
    }

    fn inside(&mut self, key: &str, work: impl FnOnce(&mut Self)) {
        // The faults know the place; they are taken out so that all of `self` can be used within.
        let mut faults = std::mem::take(&mut self.file.faults);
        faults.inside(key, |faults| {
            std::mem::swap(&mut self.file.faults, faults);
            work(self);
            std::mem::swap(&mut self.file.faults, faults);
        });
        self.file.faults = faults;
    }

    fn row(&mut self, index: usize, row: &Json, owner: Option<&str>) {
        let schema = self.schema;
        let Some(resource) = schema.resources.get(index) else { return };
        let Json::Object(entries) = row else {
            self.file.faults.add(wrong("an object: the fields of a row", row));
            return;
        };
        let owned = |key: &str| resource.collections.iter().find(|it| it.holds_all_owned() && it.name == key);
        let own = entries.iter().filter(|(key, _)| owned(key).is_none()).cloned().collect();
        let own = self.completed(resource, own, owner);
        let key = resource.fields.get(resource.id).map(|field| field.key.as_str());
        if let Some((_, Json::Text(id))) = own.iter().find(|(it, _)| key == Some(it)) {
            self.file.named.insert((index, id.to_string()));
        }
        let reader = Reader { now: Some(self.env.now), hidden: true, ..Reader::default() };
        let values = reader.fields(&resource.fields, &Json::Object(own), &mut self.file.faults);
        let id = match values.as_ref().and_then(|values| values.get(resource.id)) {
            Some(Value::Text(id)) => id.clone(),
            // The rows within are read all the same, for their faults.
            _ => String::new(),
        };
        if let Some(values) = values {
            self.once(index, resource, &values);
            self.file.rows.push((index, values));
            self.file.places.push(Place { pointer: self.file.faults.place(), nested: owner.is_some() });
        }
        self.owned(resource, entries, &id);
    }

    /// The id of a row, and its unique values, are those of no other row of the file. Of what the database has, it is
    /// asked when the rows are written.
    fn once(&mut self, index: usize, resource: &Resource, values: &[Value]) {
        let id = vec![resource.id];
        for set in std::iter::once(&id).chain(&resource.uniques) {
            let fields = || set.iter().filter_map(|field| resource.fields.get(*field));
            let value = |field: &usize| values.get(*field).filter(|value| **value != Value::Null).cloned();
            // An absent value equals nothing, as in both databases.
            let Some(taken) = set.iter().map(value).collect::<Option<Vec<Value>>>() else { continue };
            match self.taken.entry((index, set.clone(), taken)) {
                Entry::Vacant(free) => drop(free.insert(self.file.faults.place())),
                Entry::Occupied(first) => {
                    let names: Vec<&str> = fields().map(|field| field.key.as_str()).collect();
                    let what = names.join("` and `");
                    self.file.faults.add(Fault {
                        code: "not_distinct",
                        expected: format!("`{what}` that no other row has; {} has the same", first.get()),
                        ..Fault::default()
                    });
                }
            }
        }
    }

    fn owned(&mut self, resource: &Resource, entries: &Entries, id: &str) {
        for (key, rows) in entries {
            let Some(collection) =
                resource.collections.iter().find(|it| it.holds_all_owned() && it.name == *key)
            else {
                continue;
            };
            let most = usize::try_from(collection.size).unwrap_or(usize::MAX);
            if let Json::List(rows) = rows
                && rows.len() > most
            {
                let fault = Fault {
                    code: "wrong_size",
                    expected: format!("at most {}", counted(most, "row")),
                    got: rows.len().to_string(),
                    ..Fault::default()
                };
                self.file.faults.inside(key, |faults| faults.add(fault));
            }
            self.list(key, collection.of, rows, Some(id));
        }
    }

    /// The fields that a file need not say: a made id, and the owner of a nested row.
    fn completed(
        &mut self,
        resource: &Resource,
        mut own: Vec<(Cow<'static, str>, Json)>,
        owner: Option<&str>,
    ) -> Vec<(Cow<'static, str>, Json)> {
        if let (Some(field), Some(prefix)) = (resource.fields.get(resource.id), &resource.id_prefix)
            && !own.iter().any(|(key, _)| *key == field.key)
        {
            let made = self.env.new_id(prefix);
            own.push((field.key.clone().into(), Json::text(made)));
        }
        let field = resource.owner.and_then(|field| resource.fields.get(field));
        if let (Some(owner), Some(field)) = (owner, field) {
            self.said_again(&field.key, &mut own);
            // A row whose owner has no sound id is read with one that is, so that only the owner is at fault.
            let owner = if owner.is_empty() { "unknown" } else { owner };
            own.push((field.key.clone().into(), Json::text(owner.to_owned())));
        }
        own
    }
}

/// What a row says that its place says already; two owners cannot both be right.
impl Work<'_> {
    fn said_again(&mut self, owner: &str, own: &mut Vec<(Cow<'static, str>, Json)>) {
        for (key, said) in own.extract_if(.., |(key, _)| *key == owner) {
            let fault = Fault {
                code: "unknown",
                expected: format!("no `{key}`, since the row stands below its owner already; leave it out"),
                got: said.kind().to_owned(),
                ..Fault::default()
            };
            self.file.faults.inside(&key, |faults| faults.add(fault));
        }
    }
}

/// A name that no resource has: the one that is meant, or all that there are.
fn no_resource(schema: &Schema, name: &str) -> Fault {
    let names = || schema.resources.iter().map(|resource| resource.name.as_str());
    let now = schema.resources.iter().find(|resource| resource.was.iter().any(|was| was == name));
    let meant = now.map(|now| now.name.as_str()).or_else(|| closest(name, names()));
    let expected = match (now, meant) {
        (Some(now), _) => format!("the name of a resource: it is called `{}` now", now.name),
        (None, Some(_)) => "the name of a resource".to_owned(),
        (None, None) => format!("the name of a resource: `{}`", names().collect::<Vec<_>>().join("`, `")),
    };
    Fault { code: "unknown", expected, did_you_mean: meant.map(str::to_owned), ..Fault::default() }
}

fn wrong(expected: &str, json: &Json) -> Fault {
    Fault {
        code: "wrong_type",
        expected: expected.to_owned(),
        got: json.kind().to_owned(),
        ..Fault::default()
    }
}
