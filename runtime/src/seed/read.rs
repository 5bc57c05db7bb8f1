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
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

type Entries = [(Cow<'static, str>, Json)];

/// What is wrong with a file of rows.
#[derive(Debug)]
pub struct Bad(Faults);

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, nothing was written", counted(self.0.count(), "fault"))?;
        for fault in &self.0.found {
            write!(f, "\n  {fault}")?;
        }
        if self.0.count() > FAULTS_MAX {
            write!(f, "\n  …and more; these are the first {FAULTS_MAX}")?;
        }
        Ok(())
    }
}

/// Reads `{resource: [row, …]}`; defaults and made ids come from the world of the call.
pub fn read(schema: &Schema, document: &Json, env: &mut Env) -> Result<Vec<Seed>, Bad> {
    let mut work = Work { schema, env, rows: Vec::new(), taken: BTreeMap::new(), faults: Faults::default() };
    match document {
        Json::Object(entries) => entries.iter().for_each(|(name, rows)| work.resource(name, rows)),
        other => work.faults.add(wrong("an object: the rows of each resource", other)),
    }
    if work.faults.count() == 0 { Ok(work.rows) } else { Err(Bad(work.faults)) }
}

struct Work<'s> {
    schema: &'s Schema,
    env: &'s mut Env,
    rows: Vec<Seed>,
    /// What has to occur once, and the place of the row that has it.
    taken: BTreeMap<(usize, Vec<usize>, Vec<Value>), String>,
    faults: Faults,
}

impl Work<'_> {
    fn resource(&mut self, name: &str, rows: &Json) {
        let Some(index) = self.schema.resources.iter().position(|resource| resource.name == name) else {
            let names = self.schema.resources.iter().map(|resource| resource.name.as_str());
            let fault = Fault {
                code: "unknown",
                expected: "the name of a resource".to_owned(),
                did_you_mean: closest(name, names).map(str::to_owned),
                ..Fault::default()
            };
            self.faults.inside(name, |faults| faults.add(fault));
            return;
        };
        self.list(name, index, rows, None);
    }

    fn list(&mut self, key: &str, index: usize, rows: &Json, owner: Option<&str>) {
        self.inside(key, |work| {
            let Json::List(rows) = rows else {
                work.faults.add(wrong("a list of rows", rows));
                return;
            };
            for (position, row) in rows.iter().enumerate() {
                work.inside(&position.to_string(), |work| work.row(index, row, owner));
            }
        });
    }

    fn inside(&mut self, key: &str, work: impl FnOnce(&mut Self)) {
        // The faults know the place; they are taken out so that all of `self` can be used within.
        let mut faults = std::mem::take(&mut self.faults);
        faults.inside(key, |faults| {
            std::mem::swap(&mut self.faults, faults);
            work(self);
            std::mem::swap(&mut self.faults, faults);
        });
        self.faults = faults;
    }

    fn row(&mut self, index: usize, row: &Json, owner: Option<&str>) {
        let schema = self.schema;
        let Some(resource) = schema.resources.get(index) else { return };
        let Json::Object(entries) = row else {
            self.faults.add(wrong("an object: the fields of a row", row));
            return;
        };
        let owned = |key: &str| resource.collections.iter().find(|it| it.holds_all_owned() && it.name == key);
        let own = entries.iter().filter(|(key, _)| owned(key).is_none()).cloned().collect();
        let own = self.completed(resource, own, owner);
        let reader = Reader { now: Some(self.env.now), hidden: true, ..Reader::default() };
        let values = reader.fields(&resource.fields, &Json::Object(own), &mut self.faults);
        let id = match values.as_ref().and_then(|values| values.get(resource.id)) {
            Some(Value::Text(id)) => id.clone(),
            // The rows within are read all the same, for their faults.
            _ => String::new(),
        };
        if let Some(values) = values {
            self.once(index, resource, &values);
            self.rows.push((index, values));
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
                Entry::Vacant(free) => drop(free.insert(self.faults.place())),
                Entry::Occupied(first) => {
                    let names: Vec<&str> = fields().map(|field| field.key.as_str()).collect();
                    let what = names.join("` and `");
                    self.faults.add(Fault {
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
                self.faults.inside(key, |faults| faults.add(fault));
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
            self.faults.inside(&key, |faults| faults.add(fault));
        }
    }
}

fn wrong(expected: &str, json: &Json) -> Fault {
    Fault {
        code: "wrong_type",
        expected: expected.to_owned(),
        got: json.kind().to_owned(),
        ..Fault::default()
    }
}
