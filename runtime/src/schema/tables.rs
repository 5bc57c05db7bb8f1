//! What a schema needs of a database: tables and columns, without words and shapes.
//!
//! ```text
//! resource customer { id, address: { zip, city }, tags: [..] }  ─▶  table "customer" ("id", "address_zip", "address_city", "tags")
//! ```
//!
//! This is the value that `_schema` keeps, so that a change of words or shapes is no change of the database.

use crate::digest::sha256;
use crate::store::layout;
use opwright_values::schema::{Default, Field, Resource, Rule, Schema, Type};
use opwright_values::words::expected;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The tables of a service, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tables {
    /// The name of the service.
    pub(crate) service: String,
    /// The tables of its resources.
    pub(crate) tables: BTreeMap<String, Table>,
    /// The migration that this one went back to: what is between the two is undone, and may be done again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) back_to: Option<i64>,
    /// Which version of the service made them so: a hash of its schema, words included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) spec: Option<String>,
}

/// The table of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// The columns, flattened, in the order of the fields; managed ones are not among them.
    pub(crate) columns: Vec<Column>,
    /// The column of the id.
    pub(crate) id: String,
    /// The column that refers to the owner.
    pub(crate) owner: Option<String>,
    /// Columns whose values together occur once among live rows.
    pub(crate) uniques: Vec<Vec<String>>,
    /// Columns that are looked up by value.
    pub(crate) indexes: Vec<Vec<String>>,
    /// What is true of every row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<Rule>,
    /// How many live rows may refer to one row through a column: the smallest collection there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) sizes: BTreeMap<String, u32>,
    /// Columns that refer to rows of this table, and never in a circle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) acyclic: Vec<String>,
    /// The names that it had before: who looks for it there is older.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) was: Vec<String>,
    /// Whether the last version that made it so has no such resource any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) gone: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    /// Its name: the key of the field, with those of the objects around it in front.
    pub(crate) name: String,
    /// What it holds.
    #[serde(flatten)]
    pub(crate) ty: Type,
    /// Whether every row has a value.
    pub(crate) required: bool,
    /// What a row has that was written without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<Default>,
    /// What the objects that are there get when it is added: a part of one that may be absent has no other default.
    #[serde(skip)]
    pub(crate) fill: Option<Default>,
    /// The object that may be absent, where every one that is there has a value here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) needed_by: Option<String>,
    /// The objects around it: where one of them goes, a service that does not know this part clears it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) inside: Vec<String>,
    /// The names that it may have had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) was: Vec<String>,
    /// Whether the last version that made it so has no such field any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) gone: bool,
}

impl Tables {
    /// The tables of a schema.
    pub(crate) fn of(schema: &Schema) -> Self {
        let table = |resource: &Resource| (resource.name.clone(), Table::of(resource));
        let mut tables: BTreeMap<String, Table> = schema.resources.iter().map(table).collect();
        for collection in schema.resources.iter().flat_map(|resource| &resource.collections) {
            let Some(other) = schema.resources.get(collection.of) else { continue };
            let through = other.fields.get(collection.through).map(|field| field.key.clone());
            if let Some((table, through)) = tables.get_mut(&other.name).zip(through) {
                let size = table.sizes.entry(through).or_insert(collection.size);
                *size = (*size).min(collection.size);
            }
        }
        let spec = serde_json::to_string(schema).ok().map(|text| sha256(&text));
        Tables { service: schema.service.clone(), tables, back_to: None, spec }
    }
}

impl Table {
    /// The table of a resource by itself, without the sizes of collections.
    pub(crate) fn of(resource: &Resource) -> Self {
        let mut columns = Vec::new();
        for field in &resource.fields {
            flatten(field, "", &Around::default(), &mut columns);
        }
        let first = |at: usize| resource.fields.get(at).map(|field| field.key.clone());
        // A field that is an object has no column of its own, and is not indexed.
        let named = |fields: &Vec<usize>| -> Option<Vec<String>> {
            let key = |at: &usize| first(*at).filter(|key| columns.iter().any(|column| column.name == *key));
            fields.iter().map(key).collect()
        };
        let (uniques, indexes) = (
            resource.uniques.iter().filter_map(named).collect(),
            resource.indexes.iter().filter_map(named).collect(),
        );
        Table {
            columns,
            id: first(resource.id).unwrap_or_default(),
            owner: resource.owner.and_then(first),
            uniques,
            indexes,
            rules: resource.rules.clone(),
            sizes: BTreeMap::new(),
            acyclic: resource.acyclic.iter().filter_map(|at| first(*at)).collect(),
            was: resource.was.clone(),
            gone: false,
        }
    }

    /// The column of a name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column of a name, to be changed.
    pub(crate) fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }
}

/// A column, as messages name it.
pub(crate) fn place(table: &str, column: &str) -> String {
    format!("table `{table}`, column `{column}`")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The names that something had, those in front that are known already: in which order a spec says them is no change.
pub(crate) fn all_names(was: &[String], before: &[String], now: &str) -> Vec<String> {
    let mut all: Vec<String> = before.iter().filter(|name| *name != now).cloned().collect();
    all.extend(was.iter().filter(|name| !before.contains(name)).cloned());
    all
}

impl Column {
    /// What it holds, in words.
    pub(crate) fn words(&self) -> String {
        let optional = match &self.needed_by {
            _ if self.required => String::new(),
            Some(object) => format!(", or nothing where there is no `{object}`"),
            None => ", or nothing".to_owned(),
        };
        format!("{}{optional}", expected(&self.ty))
    }

    /// What rows or objects get that have no value here when it comes to them.
    pub(crate) fn filled_with(&self) -> Option<&Default> {
        self.default.as_ref().or(self.fill.as_ref())
    }

    /// The key of its field, without the objects around it.
    pub(crate) fn key(&self) -> &str {
        let inside = self.inside.last().and_then(|object| self.name.strip_prefix(object)?.strip_prefix('_'));
        inside.unwrap_or(&self.name)
    }

    /// The keys of the objects around its field, from without, and its own.
    pub(crate) fn keys(&self) -> Vec<&str> {
        let (mut keys, mut front) = (Vec::new(), String::new());
        for name in self.inside.iter().chain([&self.name]) {
            keys.push(name.strip_prefix(&front).unwrap_or(name));
            front = format!("{name}_");
        }
        keys
    }

    /// As the store lays it out.
    pub(crate) fn laid_out(&self) -> layout::Column {
        layout::Column {
            name: self.name.clone(),
            kind: layout::Kind::of(&self.ty),
            nullable: !self.required,
            default: self.default.clone(),
        }
    }

    /// Whether rows may be written by a service that does not know it.
    pub(crate) fn may_be_left_out(&self) -> bool {
        !self.required || self.default.is_some()
    }
}

/// The objects that a field is a part of.
#[derive(Clone, Default)]
struct Around {
    /// The innermost that may be absent, if its parts up to here are always there with it.
    needed_by: Option<String>,
    /// Whether one of them may be absent.
    absent: bool,
    /// Their names.
    inside: Vec<String>,
    /// What they may have been called before.
    was: Vec<String>,
}

/// The columns of a field: an object has one a field of its own.
fn flatten(field: &Field, before: &str, around: &Around, columns: &mut Vec<Column>) {
    let name = format!("{before}{}", field.key);
    let absent = around.absent || field.optional;
    // Whatever was renamed when: an object, a part of it, or both.
    let fronts = std::iter::once(before).chain(around.was.iter().map(String::as_str));
    let keys = || std::iter::once(&field.key).chain(&field.was);
    let was: Vec<String> = fronts.flat_map(|front| keys().map(move |key| format!("{front}{key}"))).collect();
    let was = was.into_iter().filter(|it| *it != name);
    if let Type::Object { fields, .. } = &field.ty {
        let needed_by = if field.optional { Some(name.clone()) } else { around.needed_by.clone() };
        let inside = around.inside.iter().cloned().chain([name.clone()]).collect();
        let was = was.map(|it| format!("{it}_")).collect();
        let around = Around { needed_by, absent, inside, was };
        for part in fields {
            flatten(part, &format!("{name}_"), &around, columns);
        }
        return;
    }
    // Within an optional object a default would make up a part of an object that is not there.
    let inside_optional = absent && !field.optional;
    let (default, fill) =
        if inside_optional { (None, field.default.clone()) } else { (field.default.clone(), None) };
    let needed_by = around.needed_by.clone().filter(|_| !field.optional);
    let (inside, was, ty) = (around.inside.clone(), was.collect(), bare(&field.ty));
    columns.push(Column { name, ty, required: !absent, default, fill, needed_by, inside, was, gone: false });
}

/// A type without what changes neither what is stored nor how it is read.
fn bare(ty: &Type) -> Type {
    match ty {
        Type::List { of, min, max, distinct } => {
            Type::List { of: Box::new(bare(of)), min: *min, max: *max, distinct: *distinct }
        }
        Type::Map { of, min, max } => Type::Map { of: Box::new(bare(of)), min: *min, max: *max },
        Type::Object { name, fields } => {
            let field = |field: &Field| Field {
                optional: field.optional,
                was: field.was.clone(),
                ..Field::required(field.key.clone(), bare(&field.ty))
            };
            Type::Object { name: name.clone(), fields: fields.iter().map(field).collect() }
        }
        flat => flat.clone(),
    }
}
