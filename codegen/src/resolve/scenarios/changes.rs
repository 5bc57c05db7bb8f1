//! What changes: fields by resource, id and key on the wire. Owned rows without an id are a list among the fields of their
//! owner.

use crate::report::{Diagnostic, Report};
use crate::resolve::former;
use crate::resolve::scenarios::{absent, is_word, map_of};
use crate::resolve::types::literal;
use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::id::is_id;
use opwright_values::json::Json;
use opwright_values::scenario::{Changes, RowChange};
use opwright_values::schema::{Default, Field, Resource, Schema, Type};
use opwright_values::write::{Audience, write};
use std::collections::BTreeMap;

/// What the default `now` is in a scenario.
const MOMENT: &str =
    "what is `now` by default is the `at` of the scenario, and 2026-01-01T00:00:00Z where it has none";

/// Reads what changes.
pub(super) fn changes(node: &Node, schema: &Schema, report: &mut Report) -> Changes {
    if is_word(node, "nothing") {
        return Changes::new();
    }
    if matches!(node.value, Yaml::Scalar(_)) {
        let fault = Diagnostic::new("E0106", node.span, "`changed` is `nothing`, or rows by resource and id");
        report.add(fault.help("write `changed: { resource: { id: { field: value } } }`"));
        return Changes::new();
    }
    let mut changes = Changes::new();
    for (name, rows) in map_of(node, "`changed`", report) {
        let Some(resource) = schema.resources.iter().find(|it| it.name == name.value) else {
            let names = schema.resources.iter().map(|it| it.name.as_str());
            let fault = Diagnostic::new("E0204", name.span, format!("there is no resource `{}`", name.value));
            let meant = report.meant(&name.value, names);
            let now = former::resource(&schema.resources, &name.value);
            report.add_unknown(&name.value, former::meant(fault, now, meant));
            continue;
        };
        if is_part(resource) {
            part(name, resource, schema, report);
            continue;
        }
        let rows = map_of(rows, "what changes of a resource", report);
        let rows = rows
            .iter()
            .filter_map(|(id, node)| Some((id.value.clone(), row(id, node, resource, schema, report)?)));
        changes.insert(name.value.clone(), rows.collect());
    }
    changes
}

/// Whether the rows of a resource are parts of others and have no id: they are written where they belong.
fn is_part(resource: &Resource) -> bool {
    resource.owner.is_some() && resource.fields.get(resource.id).is_some_and(|id| id.hidden)
}

/// Reports a resource whose rows are written in their owners.
fn part(name: &Text, resource: &Resource, schema: &Schema, report: &mut Report) {
    let owner = resource.owner.and_then(|field| resource.fields.get(field));
    let Some(Type::Id { of, .. }) = owner.map(|field| &field.ty) else { return };
    let owner = schema.resources.iter().find(|it| &it.name == of);
    let mut all = owner.iter().flat_map(|owner| &owner.collections);
    let list = all.find(|it| {
        it.holds_all_owned() && schema.resources.get(it.of).is_some_and(|of| of.name == resource.name)
    });
    let fault = format!("a `{}` has no id: it is a part of its `{of}`", name.value);
    let fault = Diagnostic::new("E0106", name.span, fault);
    report.add(match list {
        Some(list) => {
            fault.help(format!("write the whole list: `{of}: {{ ID: {{ {}: [ … ] }} }}`", list.name))
        }
        None => fault.help(format!("`{of}` has no collection of them, so this cannot be compared")),
    });
}

fn row(
    id: &Text,
    node: &Node,
    resource: &Resource,
    schema: &Schema,
    report: &mut Report,
) -> Option<RowChange> {
    if !is_id(&id.value) {
        let fault = format!("`{}` cannot be the id of a `{}`", id.value, resource.name);
        report.add(Diagnostic::new("E0106", id.span, fault).help("ids are up to 64 of `A-Za-z0-9_.#-`"));
        return None;
    }
    if is_word(node, "deleted") {
        return Some(RowChange::Deleted);
    }
    if !matches!(node.value, Yaml::Map(_))
        && resource.fields.iter().any(|field| field.name == id.value || field.key == id.value)
    {
        let fault = format!("`{}` is a field, and no id of a `{}`", id.value, resource.name);
        let help =
            format!("the id of the row stands between: `{}: {{ ID: {{ {}: … }} }}`", resource.name, id.value);
        report.add(Diagnostic::new("E0106", id.span, fault).help(help));
        return None;
    }
    let what = format!("a change of a `{}` is `deleted`, or", resource.name);
    let entries = map_of(node, &what, report);
    let mut fields = BTreeMap::new();
    for (key, node) in entries {
        fields.extend(entry(key, node, resource, false, schema, report));
    }
    Some(RowChange::Fields(fields))
}

/// A field of a row, or the list of the rows that it owns.
fn entry(
    key: &Text,
    node: &Node,
    resource: &Resource,
    whole: bool,
    schema: &Schema,
    report: &mut Report,
) -> Option<(String, Json)> {
    let name = &key.value;
    // The owner of a row of a list is where the list stands.
    let own = |(at, field): &(usize, &Field)| {
        &field.key == name && !(whole && (Some(*at) == resource.owner || *at == resource.id))
    };
    if let Some((at, field)) = resource.fields.iter().enumerate().find(own) {
        if at == resource.id {
            let fault =
                Diagnostic::new("E0108", key.span, "the id of a row is its key here, and never changes");
            report.add(fault.help("remove it"));
            return None;
        }
        let stored =
            |report: &mut Report| Some(write(&field.ty, &literal(node, &field.ty, report)?, Audience::Store));
        let value = absent(node, field.optional).or_else(|| stored(report))?;
        return Some((name.clone(), value));
    }
    let Some(list) = resource.collections.iter().find(|it| &it.name == name) else {
        if report.doubts(&resource.name) {
            report.follow();
            return None;
        }
        let keys = resource.fields.iter().map(|field| field.key.as_str());
        let lists = resource.collections.iter().map(|it| it.name.as_str());
        let by_name =
            resource.fields.iter().find(|field| &field.name == name).map(|field| field.key.as_str());
        let fault = Diagnostic::new("E0101", key.span, format!("`{}` has no key `{name}`", resource.name));
        let now = former::field(&resource.fields, name).map(|field| field.key.as_str());
        if let Some(now) = now {
            report.add_unknown(name, fault.help(former::called(now)));
            return None;
        }
        report.add_unknown(name, fault.meant(by_name.or_else(|| report.meant(name, keys.chain(lists)))));
        return None;
    };
    let of = schema.resources.get(list.of)?;
    if !(list.holds_all_owned() && is_part(of)) {
        let fault = format!("`{name}` are rows of their own, not a part of the `{}`", resource.name);
        report.add(
            Diagnostic::new("E0108", key.span, fault).help(format!("say what changes in `{}`", of.name)),
        );
        return None;
    }
    let items = crate::decode::items(node, "a list of owned rows", report).iter();
    let rows: Vec<Json> = items.filter_map(|item| owned_row(item, of, schema, report)).collect();
    Some((name.clone(), Json::List(rows)))
}

/// A row of a list, in full.
fn owned_row(node: &Node, resource: &Resource, schema: &Schema, report: &mut Report) -> Option<Json> {
    let entries = map_of(node, &format!("a `{}`", resource.name), report);
    let before = report.len();
    let mut given: Vec<(String, Json)> = Vec::new();
    for (key, node) in entries {
        given.extend(entry(key, node, resource, true, schema, report));
    }
    if report.failed_since(before) {
        return None;
    }
    for (at, field) in resource.fields.iter().enumerate() {
        let said = at == resource.id || Some(at) == resource.owner || field.optional;
        if !said && !given.iter().any(|(key, _)| *key == field.key) {
            let fault = format!("`{}` needs `{}`", resource.name, field.key);
            let fault = Diagnostic::new("E0105", node.span, fault);
            let fault = fault.help("a list of owned rows is compared in full, defaults too");
            let is_now = matches!(field.default, Some(Default::Now));
            report.add(if is_now { fault.help(MOMENT) } else { fault });
        }
    }
    let parts = |of: usize| schema.resources.get(of).is_some_and(is_part);
    for list in resource.collections.iter().filter(|it| it.holds_all_owned() && parts(it.of)) {
        if !given.iter().any(|(key, _)| *key == list.name) {
            given.push((list.name.clone(), Json::List(Vec::new())));
        }
    }
    given.retain(|(_, value)| *value != Json::Null);
    Some(Json::object(given))
}
