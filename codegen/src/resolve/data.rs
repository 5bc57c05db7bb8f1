//! Rows of `data` documents: written as shapes, owned rows nested, in any order of resources.

use crate::decl::{self, DataDecl, Documents};
use crate::model::{Data, ResourceId};
use crate::report::{Diagnostic, Report};
use crate::resolve::faults::Whose;
use crate::resolve::former;
use crate::resolve::json::json;
use crate::resolve::rows::{self, Row};
use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::fault::Faults;
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::schema::{Field, Resource, Schema, Type};
use opwright_values::value::Value;
use opwright_values::words::a;
use std::collections::BTreeMap;

/// Reads the rows of all `data` documents.
pub fn resolve(documents: &Documents, schema: &Schema, report: &mut Report) -> Vec<Data> {
    documents.data.iter().map(|decl| one(decl, schema, report)).collect()
}

fn one(decl: &DataDecl, schema: &Schema, report: &mut Report) -> Data {
    let mut reader = Rows::of(&decl.header.name.value, schema);
    reader.read(&decl.rows, report);
    rows::check(schema, &reader.rows, reader.whole, report);
    Data { name: decl.header.name.value.clone(), rows: in_order(schema, reader.rows) }
}

/// Reads the rows that a scenario adds to those of a `data` document; not `whole` if it names one that is not there.
pub(super) fn more(
    given: &decl::Rows,
    data: Option<&DataDecl>,
    whole: bool,
    schema: &Schema,
    report: &mut Report,
) -> Vec<(ResourceId, Vec<Value>)> {
    let mut reader = Rows { whole, ..Rows::of("", schema) };
    if let Some(data) = data {
        reader.document = document(&data.header.name.value);
        // What is wrong with these is reported with their document.
        reader.read(&data.rows, &mut Report::default());
        reader.document = document("");
    }
    let first = reader.rows.len();
    reader.read(given, report);
    rows::check(schema, &reader.rows, reader.whole, report);
    let given = reader.rows.split_off(first);
    in_order(schema, given)
}

/// A row may be written in front of its owner; it is created behind it.
fn in_order(schema: &Schema, mut rows: Vec<Row>) -> Vec<(ResourceId, Vec<Value>)> {
    rows.sort_by_key(|row| depth(schema, row.resource));
    rows.into_iter().map(|row| (row.resource, row.values)).collect()
}

/// How many owners stand above the rows of a resource.
fn depth(schema: &Schema, resource: ResourceId) -> usize {
    let (mut depth, mut here) = (0, schema.resources.get(resource));
    while let Some(Type::Id { of, .. }) = here.and_then(|it| it.fields.get(it.owner?)).map(|owner| &owner.ty)
    {
        // Owners in a circle are refused elsewhere; here they must only not keep us.
        if depth > schema.resources.len() {
            break;
        }
        depth += 1;
        here = schema.resources.iter().find(|it| &it.name == of);
    }
    depth
}

/// A number for a document by its name, 0 for none. It stands where an id has its moment, and is earlier than all of these
/// (in 2004), so that rows of the specs are in front where ids sort.
fn document(name: &str) -> u64 {
    if name.is_empty() {
        return 0;
    }
    // FNV-1a: other documents and rows change nothing of it.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 40)) & ((1 << 40) - 1)
}

struct Rows<'s> {
    schema: &'s Schema,
    rows: Vec<Row>,
    /// What stands in the ids that are made, so that those of several documents differ.
    document: u64,
    /// How many ids were made for a resource.
    made: BTreeMap<ResourceId, u64>,
    /// Whether all rows are known: a reference to one that is not read leads nowhere, and is right.
    whole: bool,
}

impl<'s> Rows<'s> {
    fn of(name: &str, schema: &'s Schema) -> Self {
        Self { schema, rows: Vec::new(), document: document(name), made: BTreeMap::new(), whole: true }
    }

    fn read(&mut self, all: &decl::Rows, report: &mut Report) {
        for (name, nodes) in all {
            let Some(resource) = self.schema.resources.iter().position(|it| it.name == name.value) else {
                let names = self.schema.resources.iter().map(|resource| resource.name.as_str());
                let fault =
                    Diagnostic::new("E0204", name.span, format!("there is no resource `{}`", name.value));
                let meant = report.meant(&name.value, names);
                let now = former::resource(&self.schema.resources, &name.value);
                report.add_unknown(&name.value, former::meant(fault, now, meant));
                self.whole = false;
                continue;
            };
            for node in nodes {
                self.row(resource, node, None, report);
            }
        }
    }

    fn row(&mut self, id: ResourceId, node: &Node, owner: Option<&str>, report: &mut Report) {
        let Some(resource) = self.schema.resources.get(id) else { return };
        let Yaml::Map(entries) = &node.value else {
            report.add(Diagnostic::new(
                "E0106",
                node.span,
                format!("{} is a map of its fields", a(&resource.name)),
            ));
            return;
        };
        if has_no_id(resource, entries, report) {
            return;
        }
        let (mut own, mut owned) = (Vec::new(), Vec::new());
        for (key, value) in entries {
            match resource.collections.iter().find(|it| it.name == key.value) {
                None => own.push((key.clone(), value.clone())),
                Some(collection) if collection.holds_all_owned() => owned.push((collection.of, value)),
                Some(collection) => {
                    let of = self.schema.resources.get(collection.of).map_or("", |it| it.name.as_str());
                    let fault = format!("the rows of `{}` are not written here", key.value);
                    let help = format!(
                        "write them under `{of}`, each with the id of its `{}`; they are in it then",
                        resource.name
                    );
                    report.add(Diagnostic::new("E0108", key.span, fault).help(help));
                }
            }
        }
        let row_node = Node { value: Yaml::Map(own), span: node.span };
        let Some(values) = self.values(id, resource, &row_node, owner, report) else {
            // Rows that refer to this one are as they should be.
            let id_key = resource.fields.get(resource.id).map_or("", |field| field.key.as_str());
            let written = entries.iter().find(|(key, _)| key.value == id_key).map(|(_, node)| &node.value);
            if let Some(Yaml::Scalar(text)) = written {
                report.lose(&text.value);
            }
            return;
        };
        let row_id = match values.get(resource.id) {
            Some(Value::Text(row_id)) => row_id.clone(),
            _ => return,
        };
        self.rows.push(Row { resource: id, values, place: node.span });
        for (of, children) in owned {
            for child in crate::decode::items(children, "a list of owned rows", report) {
                self.row(of, child, Some(&row_id), report);
            }
        }
    }

    fn values(
        &mut self,
        id: ResourceId,
        resource: &Resource,
        node: &Node,
        owner: Option<&str>,
        report: &mut Report,
    ) -> Option<Vec<Value>> {
        let whole = Type::Object { name: resource.name.clone(), fields: resource.fields.clone() };
        let Json::Object(mut given) = json(node, Some(&whole)) else { return None };
        let id_field = resource.fields.get(resource.id)?;
        let absent = |given: &[(std::borrow::Cow<'_, str>, Json)], field: &Field| {
            !given.iter().any(|(key, _)| key == field.key.as_str())
        };
        if absent(&given, id_field)
            && let Some(prefix) = &resource.id_prefix
        {
            let count = self.made.entry(id).or_default();
            *count += 1;
            let made = opwright_values::id::generate(prefix, self.document, *count);
            given.push((id_field.key.clone().into(), Json::text(made)));
        }
        if let (Some(owner), Some(field)) =
            (owner, resource.owner.and_then(|field| resource.fields.get(field)))
        {
            if let Yaml::Map(entries) = &node.value
                && let Some((key, _)) = entries.iter().find(|(key, _)| key.value == field.key)
            {
                given.retain(|(key, _)| *key != field.key);
                let fault = format!("a row that stands below its `{}` does not say it again", field.key);
                let help = format!("leave `{}` out, or write the row under `{}`", field.key, resource.name);
                report.add(Diagnostic::new("E0108", key.span, fault).help(help));
            }
            given.push((field.key.clone().into(), Json::text(owner.to_owned())));
        }
        let mut faults = Faults::default();
        let given = Json::Object(given);
        // What is `now` is known when the row is loaded.
        let reader = Reader { open: true, hidden: true, tells: true, ..Reader::default() };
        let values = reader.fields(&resource.fields, &given, &mut faults);
        if report.doubts(&resource.name) && !faults.found.is_empty() {
            report.follow();
            return None;
        }
        let whose = Whose { name: &resource.name, noun: "key", fields: &resource.fields };
        whose.report(&faults.found, node, report);
        values.filter(|_| faults.found.is_empty())
    }
}

/// Reports a row with an id, where the resource has none: once, and nothing of what rests on it.
fn has_no_id(resource: &Resource, entries: &[(Text, Node)], report: &mut Report) -> bool {
    let hidden = resource.fields.get(resource.id).is_some_and(|id| id.key == "_id");
    let known = resource.fields.iter().any(|field| field.key == "id");
    let Some((key, _)) = entries.iter().find(|(key, _)| hidden && !known && key.value == "id") else {
        return false;
    };
    if report.doubts(&resource.name) {
        report.follow();
        return true;
    }
    let name = &resource.name;
    let fault = Diagnostic::new("E0101", key.span, format!("`{name}` has no field of `type: id`"));
    report
        .add(fault.help(format!("add `id: id` to the fields of `{name}`, or leave the ids of its rows out")));
    report.doubt(name);
    true
}
