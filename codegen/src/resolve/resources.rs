//! Resources: fields in order, the other sides of references, state machines.

use crate::decl::field::FieldDecl;
use crate::decl::{Documents, ResourceDecl};
use crate::model;
use crate::names::{self, IDENTIFIER_MAX};
use crate::report::{Diagnostic, Report};
use crate::resolve::bounds::size_of_many;
use crate::resolve::circles::{self, PARTS_MAX};
use crate::resolve::fields;
use crate::resolve::former;
use crate::resolve::keys;
use crate::resolve::machines;
use crate::resolve::place::Place;
use crate::resolve::prefixes;
use crate::resolve::references;
use crate::resolve::types::Types;
use crate::source::{Sources, Span};
use crate::yaml::Text;
use opwright_values::id::PREFIX_MAX;
use opwright_values::schema::{Collection, Field, Part, Resource, Type};
use opwright_values::words::counted;
use std::collections::BTreeMap;

/// Resolves all resources. Rules stay to be typed, since expressions need the whole schema.
pub(crate) fn resolve(
    documents: &Documents,
    types: &Types<'_>,
    sources: &Sources,
    report: &mut Report,
) -> (Vec<Resource>, Vec<model::Resource>) {
    let (mut resources, mut extras) = (Vec::new(), Vec::new());
    for decl in &documents.resources {
        resources.push(fields_of(decl, types, report));
        extras.push(model::Resource {
            src: sources.place(decl.header.span),
            span: decl.header.name.span,
            machines: Vec::new(),
            permissions: Vec::new(),
            rules: Vec::new(),
            only: Vec::new(),
        });
    }
    for (id, decl) in documents.resources.iter().enumerate() {
        let collections = collections(decl, documents, &resources, report);
        let Some(resource) = resources.get(id) else { continue };
        let shape = shape(decl, resource, &collections);
        let machines = machines::machines(decl, resource, report);
        let (uniques, indexes) = (uniques(decl, resource, report), indexes(resource));
        if let Some(resource) = resources.get_mut(id) {
            (resource.collections, resource.shape) = (collections, shape);
            (resource.uniques, resource.indexes) = (uniques, indexes);
        }
        if let Some(extra) = extras.get_mut(id) {
            extra.permissions = permissions(decl, &resources, id);
            extra.machines = machines;
        }
    }
    circles::owners(documents, &resources, report);
    prefixes::differ(documents, &resources, report);
    (resources, extras)
}

fn permissions(decl: &ResourceDecl, resources: &[Resource], id: usize) -> Vec<usize> {
    let fields = resources.get(id).map_or(&[][..], |resource| &resource.fields);
    let marked = decl.fields.iter().filter(|field| field.permission);
    marked.filter_map(|marked| fields.iter().position(|field| field.key == marked.name.value)).collect()
}

fn is_many(field: &FieldDecl) -> bool {
    field.ty.value == "many"
}

/// The stored fields of a resource.
fn fields_of(decl: &ResourceDecl, types: &Types<'_>, report: &mut Report) -> Resource {
    let name = &decl.header.name.value;
    fields::check(&decl.fields, report);
    let mut fields = Vec::new();
    // A name may be longer than what an id has room for, and nothing rests on the whole of it.
    let own_prefix = name.get(..PREFIX_MAX).unwrap_or(name).to_owned();
    let (mut id, mut owner, mut id_prefix) = (None, None, Some(own_prefix.clone()));
    let mut acyclic = Vec::new();
    let mut owned_by: Option<&FieldDecl> = None;
    for field in &decl.fields {
        if is_many(field) {
            keys::of_field(field, Place::Resource(name), report);
            continue;
        }
        let Some(resolved) = types.field(field, Place::Resource(name), report) else {
            report.doubt(name);
            continue;
        };
        references::narrowed(field, &resolved, Place::Resource(name), types, report);
        if field.ty.value == "id" {
            if id.is_some() {
                report.add(Diagnostic::new("E0104", field.span, "a resource has at most one `id`"));
            }
            id = Some(fields.len());
            let generated = field.pattern.is_none();
            let prefix = field.prefix.as_ref().filter(|prefix| prefixes::fits(prefix, report));
            id_prefix = generated.then(|| prefix.map_or(own_prefix.clone(), |prefix| prefix.value.clone()));
        }
        if field.owner {
            match owned_by {
                Some(first) => report.add(
                    Diagnostic::new("E0104", field.span, "a row has at most one owner")
                        .other(first.span, "first here"),
                ),
                None => (owner, owned_by) = (Some(fields.len()), Some(field)),
            }
        }
        if field.acyclic {
            acyclic.push(fields.len());
        }
        fields.push(resolved);
    }
    columns_fit(decl, &fields, report);
    let mut resource = Resource {
        name: name.clone(),
        summary: decl.header.summary.clone(),
        fields,
        id: id.unwrap_or(0),
        id_prefix,
        owner,
        uniques: Vec::new(),
        indexes: Vec::new(),
        acyclic,
        collections: Vec::new(),
        shape: Vec::new(),
        rules: former::rules(decl),
        was: decl.was.iter().map(|it| it.value.clone()).collect(),
    };
    if id.is_none() {
        hidden_id(&mut resource);
    }
    resource
}

/// A row without an `id` field has a hidden one, in front.
fn hidden_id(resource: &mut Resource) {
    let id = Type::Id { of: resource.name.clone(), pattern: None };
    let field = Field { hidden: true, ..Field::required("_id", id) };
    resource.fields.insert(0, field);
    resource.owner = resource.owner.map(|field| field + 1);
    resource.acyclic.iter_mut().for_each(|field| *field += 1);
}

/// An object that may be absent is told from an empty one by a part that is always there.
fn objects_fit(field: &Field, span: Span, report: &mut Report) {
    let Type::Object { name, fields } = &field.ty else { return };
    if field.optional && !fields.iter().any(has_value) {
        let fault =
            format!("no part of `{name}` is always there, so an empty one could not be told from none");
        let help = format!("leave out `optional` of `{}`, or make a part of `{name}` required", field.name);
        report.add(Diagnostic::new("E0108", span, fault).help(help));
    }
    fields.iter().for_each(|part| objects_fit(part, span, report));
}

/// Whether something of a field is always there.
fn has_value(field: &Field) -> bool {
    match &field.ty {
        _ if field.optional => false,
        Type::Object { fields, .. } => fields.iter().any(has_value),
        _ => true,
    }
}

/// The names of columns, `address_city` for a part of an object, fit the databases, and no two are alike.
fn columns_fit(decl: &ResourceDecl, fields: &[Field], report: &mut Report) {
    let mut known: BTreeMap<String, Span> = BTreeMap::new();
    for field in fields {
        let written = decl.fields.iter().find(|it| it.name.value == field.key);
        let span = written.map_or(decl.header.name.span, |it| it.name.span);
        objects_fit(field, span, report);
        let mut columns = Vec::new();
        columns_of(&field.key, &field.ty, &mut columns);
        for column in columns {
            if column.len() > IDENTIFIER_MAX {
                let fault = format!("the column `{column}` has {}", counted(column.len(), "byte"));
                let help = format!("databases take at most {IDENTIFIER_MAX}; shorten one of the names");
                report.add(Diagnostic::new("E0107", span, fault).help(help));
            }
            if names::SYSTEM_COLUMNS.contains(&column.as_str()) {
                let fault = format!("every table of PostgreSQL has a column `{column}` of its own");
                report.add(Diagnostic::new("E0107", span, fault).help("choose another name"));
            }
            if let Some(first) = known.get(&column).filter(|first| **first != span) {
                let fault =
                    Diagnostic::new("E0104", span, format!("two fields become the column `{column}`"));
                report.add(fault.other(*first, "the other one").help("rename one of them"));
            }
            known.insert(column, span);
        }
    }
    if known.len() > PARTS_MAX {
        let fault = format!("`{}` has {}", decl.header.name.value, counted(known.len(), "column"));
        let help = format!("a table has at most {PARTS_MAX}; make an owned resource of a part");
        report.add(Diagnostic::new("E0106", decl.header.name.span, fault).help(help));
    }
}

fn columns_of(name: &str, ty: &Type, columns: &mut Vec<String>) {
    if let Type::Object { fields, .. } = ty {
        for part in fields {
            columns_of(&format!("{name}_{}", part.key), &part.ty, columns);
        }
    } else {
        columns.push(name.to_owned());
    }
}

fn collections(
    decl: &ResourceDecl,
    documents: &Documents,
    resources: &[Resource],
    report: &mut Report,
) -> Vec<Collection> {
    let many = decl.fields.iter().filter(|field| is_many(field));
    let one = |field: &FieldDecl| {
        let collection = collection(field, decl, documents, resources, report);
        if collection.is_none() {
            report.lose(&field.name.value);
        }
        collection
    };
    many.filter_map(one).collect()
}

fn collection(
    field: &FieldDecl,
    decl: &ResourceDecl,
    documents: &Documents,
    resources: &[Resource],
    report: &mut Report,
) -> Option<Collection> {
    let Some(of) = &field.of else {
        report.add(
            Diagnostic::new("E0105", field.span, "a collection needs `of`")
                .help("say which resource: `of: order_line`"),
        );
        return None;
    };
    let size = size_of_many(field, report)?;
    let name = &of.ty;
    let Some(position) = resources.iter().position(|resource| resource.name == name.value) else {
        let names = resources.iter().map(|resource| resource.name.as_str());
        let fault = Diagnostic::new("E0204", name.span, format!("there is no resource `{}`", name.value));
        report.add_unknown(&name.value, fault.meant(report.meant(&name.value, names)));
        return None;
    };
    let other = resources.get(position)?;
    let through = if loses_references(documents, &other.name, report) {
        // The reference that is meant may be among those that are reported.
        through(field, decl, other, &mut Report::default())?
    } else {
        through(field, decl, other, report)?
    };
    let owned = other.owner == Some(through);
    let list = format!("{}.{}", decl.header.name.value, field.name.value);
    let order = super::order::keys(&field.order, other, &list, report);
    let by_creation = matches!(field.order.as_slice(), [only] if only.value == "created");
    if !owned && field.order.is_empty() && !by_creation {
        let fault =
            Diagnostic::new("E0105", field.span, "a collection that does not own its rows needs `order`");
        let by = other
            .fields
            .iter()
            .enumerate()
            .find(|(at, it)| *at != other.id && *at != through && super::order::is_sortable(&it.ty));
        report.add(fault.help(match by {
            Some((_, by)) => format!("`order: row.{}`, or `order: created`", by.name),
            None => "`order: created`".to_owned(),
        }));
    }
    // Who is in it is known once the whole schema is.
    Some(Collection { name: field.name.value.clone(), of: position, through, owned, size, order, only: None })
}

fn loses_references(documents: &Documents, resource: &str, report: &Report) -> bool {
    let decl = documents.resources.iter().find(|decl| decl.header.name.value == resource);
    let references = decl.into_iter().flat_map(|decl| &decl.fields).filter(|field| field.ty.value == "ref");
    references.into_iter().any(|field| report.is_lost(&field.name.value))
}

/// Which reference of the other resource a collection is the other side of.
fn through(field: &FieldDecl, decl: &ResourceDecl, other: &Resource, report: &mut Report) -> Option<usize> {
    let here = &decl.header.name.value;
    let leads_here = |field: &Field| matches!(&field.ty, Type::Id { of, .. } if of == here);
    let candidates: Vec<usize> = other
        .fields
        .iter()
        .enumerate()
        .filter(|(at, it)| leads_here(it) && *at != other.id)
        .map(|(at, _)| at)
        .collect();
    if let Some(through) = &field.through {
        let found = other.fields.iter().position(|it| it.name == through.value && leads_here(it));
        if found.is_none() {
            let fault = format!("`{}` has no reference `{}` to `{here}`", other.name, through.value);
            let by_key = candidates.iter().filter_map(|at| other.fields.get(*at));
            let meant = report.meant(&through.value, by_key.clone().map(|it| it.name.as_str()));
            report.add(match by_key.into_iter().find(|it| it.key == through.value) {
                Some(it) => Diagnostic::new("E0202", through.span, fault)
                    .help(format!("in specs it is called `{}`", it.name)),
                None => Diagnostic::new("E0201", through.span, fault).meant(meant),
            });
        }
        return found;
    }
    match candidates.as_slice() {
        [one] => Some(*one),
        [] => {
            report.add(
                Diagnostic::new(
                    "E0201",
                    field.span,
                    format!("`{}` has no reference to `{here}`", other.name),
                )
                .help(format!("a collection is the other side of a `ref` in `{}`", other.name)),
            );
            None
        }
        several => match other.owner.filter(|owner| several.contains(owner)) {
            Some(owner) => Some(owner),
            None => {
                report.add(
                    Diagnostic::new(
                        "E0201",
                        field.span,
                        format!("`{}` has several references to `{here}`", other.name),
                    )
                    .help("say which one: `through: …`"),
                );
                None
            }
        },
    }
}

fn shape(decl: &ResourceDecl, resource: &Resource, collections: &[Collection]) -> Vec<Part> {
    let parts = decl.fields.iter().filter_map(|field| {
        if is_many(field) {
            if field.hidden {
                return None;
            }
            return collections.iter().position(|it| it.name == field.name.value).map(Part::Collection);
        }
        resource.fields.iter().position(|it| it.key == field.name.value).map(Part::Field)
    });
    parts.collect()
}

fn uniques(decl: &ResourceDecl, resource: &Resource, report: &mut Report) -> Vec<Vec<usize>> {
    let mut uniques = Vec::new();
    for field in &decl.fields {
        let Some(unique) = &field.unique else { continue };
        let Some(at) = resource.fields.iter().position(|it| it.key == field.name.value) else { continue };
        let mut set = Vec::new();
        for per in &unique.per {
            match resource.fields.iter().position(|it| it.name == per.value) {
                Some(per) => set.push(per),
                None => no_field_per(per, resource, report),
            }
        }
        set.push(at);
        uniques.push(set);
    }
    uniques
}

fn no_field_per(per: &Text, resource: &Resource, report: &mut Report) {
    let fault = format!("`{}` has no field `{}`", resource.name, per.value);
    if let Some(field) = resource.fields.iter().find(|it| it.key == per.value) {
        let fault = Diagnostic::new("E0202", per.span, fault);
        report.add(fault.help(format!("in specs it is called `{}`", field.name)));
        return;
    }
    let names = resource.fields.iter().map(|field| field.name.as_str());
    let meant = report.meant(&per.value, names);
    report.add_unknown(&per.value, Diagnostic::new("E0201", per.span, fault).meant(meant));
}

/// An index for every reference, one that is unique too. The index that keeps it unique holds live rows alone, so it finds
/// none of what was deleted along with an owner; and PostgreSQL, which is not shown that a row has to be live where it looks
/// for those that refer to one (`runtime/src/store/parts.rs`), cannot use it: each deletion would read the whole table.
fn indexes(resource: &Resource) -> Vec<Vec<usize>> {
    let references = resource
        .fields
        .iter()
        .enumerate()
        .filter(|(at, field)| *at != resource.id && matches!(field.ty, Type::Id { .. }));
    references.map(|(at, _)| vec![at]).collect()
}
