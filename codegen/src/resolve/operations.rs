//! Operations: arguments, references among them, steps, and what comes back.

use crate::decl::field::FieldDecl;
use crate::decl::operation::OperationDecl;
use crate::expr::env::{Bound, Env};
use crate::expr::typed::Ty;
use crate::model::{self, Operation, Reference, ResourceId, Returns};
use crate::report::{Diagnostic, Report};
use crate::resolve::names::{self, Given};
use crate::resolve::place::Place;
use crate::resolve::returns;
use crate::resolve::steps::{Resolver, Shared};
use crate::resolve::types::Types;
use crate::resolve::{deletes, private, unused};
use crate::source::Sources;
use crate::yaml::Text;
use opwright_values::schema::{Field, Schema, Type};
use opwright_values::suggest::closest;

/// Resolves an operation. `indexes` collects what its queries look up by value.
#[expect(clippy::too_many_arguments, reason = "each is a different part of what is known by now")]
pub(crate) fn resolve(
    decl: &OperationDecl,
    types: &Types<'_>,
    schema: &Schema,
    resources: &[model::Resource],
    operations: &[&str],
    sources: &Sources,
    indexes: &mut Vec<(ResourceId, Vec<usize>)>,
    report: &mut Report,
) -> Option<Operation> {
    let before = report.len();
    capabilities(decl, schema, report);
    let inputs = inputs(decl, types, report);
    let names: Vec<(String, String)> = inputs
        .iter()
        .filter(|field| refers(&field.ty))
        .map(|field| (field.key.clone(), field.name.clone()))
        .collect();
    let mut env = Env { inputs: &inputs, references: &names, ..Env::of(schema) };
    let is_secret = |key: &str| inputs.iter().any(|field| field.key == key && field.secret);
    env.secrets.extend(names.iter().filter(|(key, _)| is_secret(key)).map(|(_, name)| name.clone()));
    let references = references(decl, &inputs, &mut env, sources, report);
    let shared = Shared { schema, resources, operations, sources };
    let mut resolver = Resolver::new(shared, &mut env, indexes, report);
    for reference in &references {
        let written = decl
            .input
            .iter()
            .find(|it| inputs.get(reference.input).is_some_and(|field| field.key == it.name.value));
        if let Some(written) = written {
            resolver.finds(&reference.name, written.name.span, reference.finds);
        }
    }
    let steps = resolver.steps(&decl.steps, true);
    let permission = resolver.permission.take();
    let returns = match &decl.returns {
        None => Some(Returns::Nothing),
        Some(node) => returns::resolve(node, &env, report),
    };
    let because = deletes::reason(decl, permission, report);
    if report.failed_since(before) {
        return None;
    }
    let mut operation = Operation {
        name: decl.header.name.value.clone(),
        summary: decl.header.summary.clone(),
        description: decl.header.description.clone(),
        requires: decl.requires.iter().map(|it| it.value.clone()).collect(),
        references,
        steps,
        returns: returns?,
        because,
        src: sources.place(decl.header.span),
        inputs: inputs.clone(),
    };
    unused::arguments(&operation, decl, report);
    private::operation(&mut operation, schema);
    Some(operation)
}

fn capabilities(decl: &OperationDecl, schema: &Schema, report: &mut Report) {
    decl.requires.iter().for_each(|name| capability(name, schema, report));
}

/// Reports a capability that the service does not declare.
pub(super) fn capability(name: &Text, schema: &Schema, report: &mut Report) {
    if !schema.capabilities.contains_key(&name.value) {
        let known = schema.capabilities.keys().map(String::as_str);
        let fault = Diagnostic::new("E0204", name.span, format!("there is no capability `{}`", name.value));
        report.add(fault.meant(closest(&name.value, known)).help("capabilities are declared in the service"));
    }
}

fn inputs(decl: &OperationDecl, types: &Types<'_>, report: &mut Report) -> Vec<Field> {
    let (mut given, mut keys) = (Given::default(), Vec::new());
    let mut inputs = Vec::new();
    for field in &decl.input {
        names::check_input(&field.name, report);
        if given.add(&field.name, report) {
            keys.push(field);
        }
        if let Some(alias) = &field.alias {
            names::check(alias, "an argument", report);
        }
        inputs.extend(types.field(field, Place::Input, report));
    }
    flat_keys(&inputs, decl, report);
    inputs
}

/// The fields of a flat object stand among the arguments, so their names must not meet.
fn flat_keys(inputs: &[Field], decl: &OperationDecl, report: &mut Report) {
    let mut keys: Vec<&str> = Vec::new();
    for field in inputs {
        let own: Vec<&str> = match &field.ty {
            Type::Object { fields, .. } if field.flat => {
                fields.iter().map(|part| part.key.as_str()).collect()
            }
            _ => vec![field.key.as_str()],
        };
        for key in own {
            if keys.contains(&key) {
                let place = decl
                    .input
                    .iter()
                    .find(|it| it.name.value == field.key)
                    .map_or(decl.header.span, |it| it.span);
                report.add(Diagnostic::new("E0104", place, format!("two arguments are called `{key}`")));
            }
            keys.push(key);
        }
    }
}

fn refers(ty: &Type) -> bool {
    match ty {
        Type::Id { .. } => true,
        Type::List { of, .. } => refers(of),
        _ => false,
    }
}

/// Whether a reference stands deeper than where rows are loaded from.
fn refers_inside(ty: &Type) -> bool {
    match ty {
        Type::List { of, .. } => matches!(**of, Type::List { .. }) && refers(of) || refers_inside(of),
        Type::Map { of, .. } => refers(of) || refers_inside(of),
        Type::Object { fields, .. } => {
            fields.iter().any(|field| refers(&field.ty) || refers_inside(&field.ty))
        }
        _ => false,
    }
}

fn references(
    decl: &OperationDecl,
    inputs: &[Field],
    env: &mut Env<'_>,
    sources: &Sources,
    report: &mut Report,
) -> Vec<Reference> {
    let mut references = Vec::new();
    for (index, field) in inputs.iter().enumerate() {
        let Some(written) = decl.input.iter().find(|it| it.name.value == field.key) else { continue };
        if refers_inside(&field.ty) {
            report.add(
                Diagnostic::new("E0101", written.span, "a reference inside of an object is to come")
                    .help("make it an argument of its own"),
            );
            continue;
        }
        if !refers(&field.ty) {
            continue;
        }
        if let Some(reference) = reference(written, field, index, env, sources, report) {
            bind(&reference, field, written, env, report);
            references.push(reference);
        }
    }
    references
}

fn reference(
    written: &FieldDecl,
    field: &Field,
    input: usize,
    env: &Env<'_>,
    sources: &Sources,
    report: &mut Report,
) -> Option<Reference> {
    let list = matches!(field.ty, Type::List { .. });
    let of = match &field.ty {
        Type::Id { of, .. } => of,
        Type::List { of, .. } => match of.as_ref() {
            Type::Id { of, .. } => of,
            _ => return None,
        },
        _ => return None,
    };
    if list && field.optional {
        report.add(
            Diagnostic::new("E0101", written.span, "an optional list of references is to come")
                .help("give it a default: `default: []`"),
        );
        return None;
    }
    let to = env.schema.resources.iter().position(|resource| &resource.name == of)?;
    let of_list = written.of.as_ref().and_then(|of| of.filter.as_ref());
    let filter = match written.filter.as_ref().or(of_list) {
        Some(text) => {
            let filter = crate::expr::filter(text, &env.with_row(to), report)?;
            let mut leaves = false;
            crate::lower::hops::walk(&filter, &mut |part| {
                use crate::expr::typed::Kind;
                if let Kind::Field(of, _) | Kind::Refer(of, _) = &part.kind {
                    let mut of: &crate::expr::typed::Typed = of;
                    while let Kind::Proved(inner) | Kind::Widen(inner) = &of.kind {
                        of = inner;
                    }
                    leaves |= matches!(&of.kind, Kind::Refer(inner, _) if matches!(inner.kind, Kind::Row));
                }
                leaves |= matches!(&part.kind, Kind::Collection(of, _) if matches!(of.kind, Kind::Row));
            });
            if leaves {
                let fault =
                    Diagnostic::new("E0307", text.span, "the `where` of an argument reads the row itself");
                report.add(fault.help("check further rows with `require`"));
                report.lose(&field.name);
                return None;
            }
            Some(filter)
        }
        None => None,
    };
    let src = sources.place(written.name.span);
    let of_list = written.of.as_ref().and_then(|of| of.deleted.as_ref());
    let finds = deletes::finds(written.deleted.as_ref().or(of_list), report);
    Some(Reference {
        name: field.name.clone(),
        input,
        to,
        list,
        optional: field.optional,
        filter,
        finds,
        src,
    })
}

fn bind(reference: &Reference, field: &Field, written: &FieldDecl, env: &mut Env<'_>, report: &mut Report) {
    let row = Ty::Row(reference.to);
    let ty = match (reference.list, reference.optional) {
        (true, _) => Ty::List(Box::new(row)),
        (false, true) => Ty::Optional(Box::new(row)),
        (false, false) => row,
    };
    let span = written.alias.as_ref().unwrap_or(&written.name).span;
    if let Some(first) = env.names.get(&field.name) {
        let fault = Diagnostic::new("E0205", span, format!("`{}` already means a row", field.name));
        report.add(fault.other(first.span, "this").help("choose another name with `as`"));
        return;
    }
    env.names.insert(field.name.clone(), Bound { ty, span });
}
