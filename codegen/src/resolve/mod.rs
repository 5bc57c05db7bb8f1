//! From what was written to what it means: names are found, types settled, expressions typed.
//!
//! ```text
//! Documents ─▶ names ─▶ types ─▶ resources, events ─▶ rules ─▶ operations ─▶ data ─▶ scenarios ─▶ Model
//! ```
//!
//! Every phase reports all it finds and goes on; there is a model only if nothing was reported.

mod blocks;
mod bounds;
mod circles;
pub mod data;
mod deletes;
mod elements;
mod ended;
mod faults;
mod fields;
mod follow;
mod foreign;
pub(crate) mod former;
mod ids;
pub mod json;
mod keys;
mod lists;
mod loads;
mod machines;
mod members;
mod operations;
mod order;
mod phases;
mod place;
mod prefixes;
mod private;
mod references;
mod refusals;
mod resources;
mod returns;
mod rows;
mod scenarios;
pub(crate) mod sets;
mod states;
mod steps;
pub mod types;
mod unused;

use crate::decl::Documents;
use crate::decl::field::FieldDecl;
use crate::expr::env::{Env, Over};
use crate::model::{Model, Moves, Operation, ResourceRule};
use crate::names::{self, Given};
use crate::report::{Diagnostic, Report};
use crate::source::{FileId, Sources, Span};
use opwright_values::schema::{Event, Schema};
use place::Place;
use std::collections::BTreeMap;
use types::Types;

/// Resolves all documents.
pub fn resolve(documents: &Documents, sources: &Sources, report: &mut Report) -> Option<Model> {
    check_names(documents, report);
    let types = Types::new(documents, circles::types(documents, report));
    check_types(documents, &types, report);
    let mut schema = service(documents, report);
    let (shapes, mut resources) = resources::resolve(documents, &types, sources, report);
    schema.resources = shapes;
    schema.events = events(documents, &types, report);
    members::resolve(documents, &mut schema, &mut resources, report);
    references::of_types(documents, &schema, report);
    for (decl, resource) in documents.resources.iter().zip(&mut resources) {
        resource.rules = rules(decl, &schema, sources, report);
    }
    for header in documents.resources.iter().map(|decl| &decl.header) {
        if report.has_within(header.span) {
            report.suspect(&header.name.value);
        }
    }
    for decl in &documents.resources {
        let no_first = |field: &&FieldDecl| !field.transitions.is_empty() && field.default.is_none();
        let fields = decl.fields.iter().filter(no_first);
        fields.for_each(|field| report.excuse(&decl.header.name.value, &field.name.value));
    }
    let names: Vec<&str> = documents.operations.iter().map(|decl| decl.header.name.value.as_str()).collect();
    let mut indexes = Vec::new();
    let operations: Vec<Option<Operation>> = documents
        .operations
        .iter()
        .map(|decl| {
            operations::resolve(decl, &types, &schema, &resources, &names, sources, &mut indexes, report)
        })
        .collect();
    for (resource, fields) in indexes {
        if let Some(resource) = schema.resources.get_mut(resource)
            && !resource.indexes.contains(&fields)
            && !resource.uniques.contains(&fields)
        {
            resource.indexes.push(fields);
        }
    }
    let data = data::resolve(documents, &schema, report);
    let scenarios = scenarios::resolve(documents, &schema, &operations, sources, report);
    let operations = operations.into_iter().collect::<Option<Vec<_>>>();
    if !report.is_empty() {
        return None;
    }
    let operations = operations?;
    let moves = Moves::of(&operations);
    Some(Model { schema, resources, operations, moves, data, scenarios, warnings: Vec::new() })
}

fn check_names(documents: &Documents, report: &mut Report) {
    // A resource and a type become Rust types side by side, so their names share one space.
    let mut shapes = Given::default();
    for header in
        documents.resources.iter().map(|it| &it.header).chain(documents.types.iter().map(|it| &it.header))
    {
        if names::check(&header.name, "a resource or type", report) {
            shapes.add(&header.name, report);
        }
    }
    for doc in &documents.types {
        let name = &doc.header.name;
        if crate::keys::types::words().any(|word| word == name.value) {
            let fault = format!("`{}` is a type of the language", name.value);
            report.add(Diagnostic::new("E0107", name.span, fault).help("choose another name"));
        }
    }
    for decl in &documents.resources {
        names::check_table(&decl.header.name, report);
    }
    former::documents(documents, report);
    let mut operations = Given::default();
    for decl in &documents.operations {
        if names::check_file(&decl.header.name, report) {
            operations.add(&decl.header.name, report);
        }
    }
    let mut events = Given::default();
    for decl in &documents.events {
        if names::check_dotted(&decl.header.name, "an event", report) {
            events.add(&decl.header.name, report);
        }
    }
    let mut data = Given::default();
    for decl in &documents.data {
        if names::check(&decl.header.name, "data", report) {
            data.add(&decl.header.name, report);
        }
    }
}

/// Types that no field uses are checked too.
fn check_types(documents: &Documents, types: &Types<'_>, report: &mut Report) {
    for doc in &documents.types {
        let fields = doc.fields.as_deref().unwrap_or(&[]);
        fields::check(fields, report);
        for field in fields {
            types.field(field, Place::Type, report);
        }
        if let Some(is) = &doc.is {
            types.value(is, report);
        }
    }
}

fn service(documents: &Documents, report: &mut Report) -> Schema {
    let nowhere = Span { file: FileId(0), start: 0, end: 0 };
    match documents.services.as_slice() {
        [] => report.add(
            Diagnostic::new("E0105", nowhere, "there is no service")
                .help("one document says `service: name`, with `summary` and `capabilities`"),
        ),
        [first, second, ..] => report.add(
            Diagnostic::new("E0104", second.header.name.span, "there are two services")
                .other(first.header.name.span, "first here")
                .help("a folder of specs is one service"),
        ),
        [_] => {}
    }
    let mut capabilities = BTreeMap::new();
    let mut given = Given::default();
    for decl in &documents.services {
        names::check(&decl.header.name, "a service", report);
        for (name, words) in &decl.capabilities {
            if names::check_dotted(name, "a capability", report) {
                given.add(name, report);
                capabilities.insert(name.value.clone(), words.clone());
            }
        }
    }
    let header = documents.services.first().map(|decl| &decl.header);
    Schema {
        service: header.map_or_else(String::new, |header| header.name.value.clone()),
        summary: header.map_or_else(String::new, |header| header.summary.clone()),
        capabilities,
        resources: Vec::new(),
        events: Vec::new(),
        renamed: former::operations(documents),
    }
}

fn events(documents: &Documents, types: &Types<'_>, report: &mut Report) -> Vec<Event> {
    let event = |decl: &crate::decl::EventDecl, report: &mut Report| {
        fields::check(&decl.fields, report);
        let mut fields = Vec::new();
        for field in &decl.fields {
            let Some(resolved) = types.field(field, Place::Event, report) else { continue };
            references::narrowed(field, &resolved, Place::Event, types, report);
            fields.push(resolved);
        }
        Event { name: decl.header.name.value.clone(), summary: decl.header.summary.clone(), fields }
    };
    documents.events.iter().map(|decl| event(decl, report)).collect()
}

fn rules(
    decl: &crate::decl::ResourceDecl,
    schema: &Schema,
    sources: &Sources,
    report: &mut Report,
) -> Vec<ResourceRule> {
    let Some(id) = schema.resources.iter().position(|resource| resource.name == decl.header.name.value)
    else {
        return Vec::new();
    };
    let env = Env::of(schema).with_row(id, Over::Rule);
    let mut rules: Vec<ResourceRule> = Vec::new();
    for (text, refuse) in &decl.rules {
        let condition = crate::expr::filter(text, &env, report);
        let Some(condition) = condition else {
            refusals::beside(refuse, &env, &[], report);
            continue;
        };
        members::reads_row_alone(
            &condition,
            "a rule of a resource",
            "check what other rows say with `require` in the operations",
            "what held when a row was written holds until it is written again: ask with `require` in the operations",
            report,
        );
        let refusal = refusals::resolve(refuse, &condition, &env, &[], report);
        if let Some(refusal) = refusal {
            if rules.iter().any(|rule| rule.refusal.code == refusal.code) {
                let fault = Diagnostic::new(
                    "E0403",
                    refuse.code.span,
                    format!("two rules here are called `{}`", refusal.code),
                );
                report.add(fault.help("a code names one rule"));
            }
            let mut rule = ResourceRule { condition, refusal, src: sources.place(text.span) };
            private::rule(&mut rule, schema);
            rules.push(rule);
        }
    }
    rules
}
