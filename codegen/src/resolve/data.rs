//! Rows of `data` documents: written as shapes, owned rows nested, in any order of resources.

use crate::decl::{self, DataDecl, Documents};
use crate::model::{Data, ResourceId};
use crate::report::{Diagnostic, Report};
use crate::resolve::former;
use crate::resolve::json::json;
use crate::resolve::rows::{self, Row};
use crate::yaml::pointer::{at, key_of, place_of};
use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::fault::{Fault, Faults};
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
    let mut reader = Rows::new(schema);
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
    let mut reader = Rows { whole, ..Rows::new(schema) };
    if let Some(data) = data {
        // What is wrong with these is reported with their document.
        reader.read(&data.rows, &mut Report::default());
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

struct Rows<'s> {
    schema: &'s Schema,
    rows: Vec<Row>,
    /// How many ids were made for a resource.
    made: BTreeMap<ResourceId, u64>,
    /// Whether all rows are known: a reference to one that is not read leads nowhere, and is right.
    whole: bool,
}

impl<'s> Rows<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self { schema, rows: Vec::new(), made: BTreeMap::new(), whole: true }
    }

    fn read(&mut self, all: &decl::Rows, report: &mut Report) {
        for (name, nodes) in all {
            let Some(resource) = self.schema.resources.iter().position(|it| it.name == name.value) else {
                let names = self.schema.resources.iter().map(|resource| resource.name.as_str());
                let fault =
                    Diagnostic::new("E0204", name.span, format!("there is no resource `{}`", name.value));
                let meant = report.closest(&name.value, names);
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
            let made = opwright_values::id::generate(prefix, 0, *count);
            given.push((id_field.key.clone().into(), Json::text(made)));
        }
        if let (Some(owner), Some(field)) =
            (owner, resource.owner.and_then(|field| resource.fields.get(field)))
        {
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
        report_faults((&resource.name, "key", &resource.fields), &faults.found, node, report);
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
    report.lose("id");
    true
}

/// Says what is wrong with a row, or with the arguments of a call; a misspelt key is one mistake, not an unknown and a
/// missing one. `noun` is what a key is called there, `known` are the fields to list where none is near.
pub(super) fn report_faults(
    (whose, noun, known): (&str, &str, &[Field]),
    faults: &[Fault],
    node: &Node,
    report: &mut Report,
) {
    let key_at = |fault: &Fault| fault.pointer.rsplit('/').next().unwrap_or("").to_owned();
    // A field that specs call by another name than the wire.
    let on_wire = |fault: &Fault| {
        let top = fault.code == "unknown" && fault.pointer.rfind('/') == Some(0);
        let field = known.iter().find(|field| top && field.name == key_at(fault) && field.key != field.name);
        field.map(|field| field.key.as_str())
    };
    let renamed = |fault: &Fault| {
        let top = fault.code == "unknown" && fault.pointer.rfind('/') == Some(0);
        former::field(known, &key_at(fault)).filter(|_| top).map(|field| field.key.as_str())
    };
    let misspelt: Vec<&str> = faults
        .iter()
        .filter_map(|fault| renamed(fault).or(fault.did_you_mean.as_deref()).or_else(|| on_wire(fault)))
        .collect();
    for fault in faults {
        let key = &*key_at(fault);
        if fault.code == "unknown" && report.is_lost(key) {
            report.add_unknown(key, Diagnostic::new("E0101", node.span, String::new()));
            continue;
        }
        let diagnostic = match fault.code {
            "missing" if misspelt.contains(&key) => continue,
            "missing" => {
                Diagnostic::new("E0105", place_of(node, &fault.pointer), format!("`{whose}` needs `{key}`"))
                    .help(format!("add `{key}`: {}", fault.expected))
            }
            "unknown" => {
                let place = key_of(node, &fault.pointer);
                let diagnostic = Diagnostic::new("E0101", place, format!("`{whose}` has no {noun} `{key}`"));
                match (renamed(fault), on_wire(fault)) {
                    (Some(now), _) => diagnostic.help(former::called(now)).patch(place, now),
                    (None, Some(wire)) => {
                        let said = format!("in data and calls it is `{wire}`; `{key}` is its name in specs");
                        diagnostic.help(said).patch(place, wire)
                    }
                    (None, None) => {
                        let known = known.iter().map(|field| field.key.as_str()).filter(|key| *key != "_id");
                        diagnostic.meant_of(fault.did_you_mean.as_deref(), known)
                    }
                }
            }
            _ => {
                let unplaced = Fault { pointer: String::new(), ..fault.clone() };
                let said = unplaced.to_string().replacen("the whole: ", "", 1);
                let place = place_of(node, &fault.pointer);
                let diagnostic = Diagnostic::new("E0106", place, said).label(format!("in `{key}`"));
                match truth(node, fault) {
                    Some(meant) => diagnostic.write(place, meant),
                    None => diagnostic,
                }
            }
        };
        report.add(diagnostic);
    }
}

/// The word for what is true or false, where another word was written: `yes`.
fn truth(node: &Node, fault: &Fault) -> Option<&'static str> {
    let Yaml::Scalar(text) = &at(node, &fault.pointer).value else { return None };
    if fault.expected != "true or false" {
        return None;
    }
    match text.value.to_ascii_lowercase().as_str() {
        "yes" | "y" | "on" | "true" | "1" => Some("true"),
        "no" | "n" | "off" | "false" | "0" => Some("false"),
        _ => None,
    }
}
