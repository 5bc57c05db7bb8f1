//! Operations: arguments, references among them, steps, and what comes back.

use crate::decl::Documents;
use crate::decl::operation::OperationDecl;
use crate::expr::env::Env;
use crate::expr::facts::element;
use crate::model::{self, Operation, ResourceId, Returns};
use crate::names::{self, Given};
use crate::report::{Diagnostic, Report};
use crate::resolve::place::Place;
use crate::resolve::steps::{Resolver, Shared};
use crate::resolve::types::Types;
use crate::resolve::{bounds, deletes, ended, follow, private, references, returns, unused};
use crate::source::Sources;
use crate::yaml::Text;
use opwright_values::schema::{Field, Schema, Type};

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
    decl.requires.iter().for_each(|name| capability(name, types.documents(), report));
    let inputs = inputs(decl, types, report);
    let names: Vec<(String, String)> = inputs
        .iter()
        .filter(|field| references::refers(&field.ty))
        .map(|field| (field.key.clone(), field.name.clone()))
        .collect();
    let mut env = Env { inputs: &inputs, references: &names, ..Env::of(schema) };
    let is_secret = |key: &str| inputs.iter().any(|field| field.key == key && field.secret);
    env.secrets.extend(names.iter().filter(|(key, _)| is_secret(key)).map(|(_, name)| name.clone()));
    let references = references::references(decl, &inputs, types, &mut env, sources, report);
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
        if reference.way.is_empty() {
            let (name, filter) = (&reference.name, reference.filter.as_ref());
            let called = if reference.list { element(name) } else { name.clone() };
            resolver.is_found(&called, filter);
        }
    }
    let steps = resolver.steps(&decl.steps, true);
    let permission = resolver.permission.take();
    ended::answered(&mut env);
    let returns = match &decl.returns {
        None => Some(Returns::Nothing),
        Some(node) => returns::resolve(node, &env, report),
    };
    let narrate = decl.narrate.as_ref().map(|text| follow::named_in(text, &env, report));
    let (destroys, because) = deletes::reason(decl, permission, report);
    let max_rows = bounds::max_rows(decl.max_rows.as_ref(), report);
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
        narrate: narrate.flatten(),
        because,
        destroys,
        max_rows: max_rows?,
        src: sources.place(decl.header.span),
        inputs: inputs.clone(),
    };
    unused::arguments(&operation, decl, report);
    private::operation(&mut operation, schema);
    Some(operation)
}

/// Reports a capability that the service does not declare.
pub(super) fn capability(name: &Text, documents: &Documents, report: &mut Report) {
    let declared = || documents.services.iter().flat_map(|it| &it.capabilities).map(|(name, _)| name);
    if declared().any(|known| known.value == name.value) {
        return;
    }
    if name.value.contains(',') {
        let several: Vec<&str> = name.value.split(',').map(str::trim).collect();
        let written = format!("[{}]", several.join(", "));
        let fault =
            Diagnostic::new("E0204", name.span, "these are several capabilities, and one text to YAML");
        report.add(fault.help(format!("write a list: `{written}`")).patch(name.span, written));
        return;
    }
    let meant = report.meant(&name.value, declared().map(|known| known.value.as_str()));
    let place = declared().find(|known| meant == Some(known.value.as_str()));
    let fault = Diagnostic::new("E0204", name.span, format!("there is no capability `{}`", name.value));
    report.add(match place {
        Some(place) => fault.meant(meant).other(place.span, "declared here"),
        None => {
            let names = declared().map(|known| known.value.as_str());
            let fault = fault.meant_among(None, "the service declares", names);
            let fault = fault.help("add it below `capabilities` of the service, or write one of those");
            match declared().next() {
                Some(first) => fault.other(first.span, "capabilities are declared here"),
                None => fault,
            }
        }
    });
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

/// The fields of a flat object stand among the arguments, so their names must not meet, nor be the gateway's.
fn flat_keys(inputs: &[Field], decl: &OperationDecl, report: &mut Report) {
    let mut keys: Vec<&str> = Vec::new();
    for field in inputs {
        let own: Vec<&str> = match &field.ty {
            Type::Object { fields, .. } if field.flat => {
                fields.iter().map(|part| part.key.as_str()).collect()
            }
            _ => vec![field.key.as_str()],
        };
        let written = decl.input.iter().find(|it| it.name.value == field.key);
        let place = written.map_or(decl.header.span, |it| it.span);
        for key in own {
            if field.flat && opwright_values::envelope::is_reserved(key) {
                let fault = format!("the part `{key}` of this flat object is the gateway's");
                let fault = Diagnostic::new("E0107", place, fault);
                report.add(fault.help("leave out `flat`, or call the part otherwise"));
            }
            if keys.contains(&key) {
                report.add(Diagnostic::new("E0104", place, format!("two arguments are called `{key}`")));
            }
            keys.push(key);
        }
    }
}
