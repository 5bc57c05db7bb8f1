//! What `set` and `with` give to fields.

use crate::decl::step::SetDecl;
use crate::expr::env::Env;
use crate::expr::secret;
use crate::expr::typed::{Kind, Ty, Typed};
use crate::expr::value::{self, absent_input};
use crate::model::Machine;
use crate::report::{Diagnostic, Report};
use crate::resolve::former;
use crate::source::Span;
use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::schema::{Field, Resource, Schema};
use opwright_values::suggest::{self, closest};
use opwright_values::value::Value;

/// How a `set` is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use<'u> {
    /// For a new row.
    Create {
        /// Which field is its id.
        id: usize,
        /// Whether that is given, or made.
        given: bool,
    },
    /// For a row that is there: its name or path.
    Update(&'u str),
    /// For an event.
    Emit,
}

/// Resolves a `set` for the fields of something; `machines` are fields that only transitions change.
pub(crate) fn resolve(
    decl: &SetDecl,
    (what, fields): (&str, &[Field]),
    machines: &[Machine],
    used: Use<'_>,
    env: &Env<'_>,
    report: &mut Report,
) -> Vec<(usize, Typed)> {
    let mut set: Vec<(usize, Typed)> = Vec::new();
    for (name, node) in decl {
        let Some((index, field)) = find(name, what, fields, report) else { continue };
        if let Some(machine) = machines.iter().find(|machine| machine.field == index) {
            let fault =
                Diagnostic::new("E0406", name.span, format!("`{}` changes by transition", name.value));
            let row = if let Use::Update(row) = used { Some(row) } else { None };
            report.add(fault.help(led_to(row, machine, node).unwrap_or_else(|| moves(what, machine))));
            continue;
        }
        let want = match used {
            // An id that is given is a text, and not a row that has it already.
            Use::Create { id, given } if id == index => {
                if !given {
                    // Of a resource that is not known whole nobody knows whether its ids are made.
                    if report.doubts(what) {
                        report.follow();
                    } else {
                        report.add(made_id(what, name));
                    }
                    continue;
                }
                Ty::Text
            }
            _ => Ty::of_field(field, env.schema),
        };
        if no_value(name, node, env, report) {
            continue;
        }
        let whose = match used {
            Use::Emit => format!("`{}` of `{what}`", field.name),
            _ => format!("`{what}.{}`", field.name),
        };
        let Some(typed) = value::value(node, (&whose, &want), env, report) else { continue };
        check_literal(&typed, field, report);
        let (told, help) = match used {
            Use::Emit => {
                ("is told in no event".to_owned(), "leave it out; who may know it reads the row".to_owned())
            }
            _ => {
                let open = format!("`{what}.{}` is not", field.name);
                (
                    format!("would be kept where it is not: {open}"),
                    format!("mark `{}` as `sensitive: secret` too", field.name),
                )
            }
        };
        if !field.secret && secret::refuse(&typed, &told, &help, env, report) {
            continue;
        }
        if let Use::Update(row) = used
            && let Some(input) = absent_input(&typed, env)
        {
            // What is absent may be a part of an object only.
            let whole = input.ty.present() == want.present();
            let old = if whole { format!("{row}.{}", field.name) } else { "…".to_owned() };
            report.add(
                Diagnostic::new(
                    "E0306",
                    typed.span,
                    format!("`{}` may be absent and would clear `{}`", input.text, name.value),
                )
                .help(format!("`{}.or({old})` keeps the old value, `null` clears", input.text)),
            );
            continue;
        }
        if set.iter().any(|(known, _)| *known == index) {
            report.add(Diagnostic::new("E0104", name.span, format!("`{}` is set twice", name.value)));
            continue;
        }
        set.push((index, typed));
    }
    set.sort_by_key(|(index, _)| *index);
    set
}

/// Looks at a `set` of something that is not known: what its values say by themselves is told all the same.
pub(crate) fn beside(decl: &SetDecl, env: &Env<'_>, report: &mut Report) {
    for (name, node) in decl {
        if !no_value(name, node, env, report) {
            value::beside(node, env, report);
        }
    }
}

/// Reports an event that is not declared.
pub(crate) fn no_event(name: &Text, schema: &Schema, report: &mut Report) {
    let names = || schema.events.iter().map(|event| event.name.as_str());
    let meant = report.meant(&name.value, names());
    let fault = Diagnostic::new("E0204", name.span, format!("there is no event `{}`", name.value));
    let fault = fault.meant_of(meant, names());
    report.add_unknown(
        &name.value,
        match meant {
            Some(_) => fault,
            None => fault.help(format!(
                "an event is a document of its own: `event: {}`, and its `fields` below it",
                name.value
            )),
        },
    );
}

/// Reports a name without a value: `with: { order }`.
fn no_value(name: &Text, node: &Node, env: &Env<'_>, report: &mut Report) -> bool {
    let empty = is_empty(node);
    if empty {
        without_value(&[name], env).into_iter().for_each(|fault| report.add(fault));
    }
    empty
}

/// Whether nothing stands behind a key.
pub(crate) fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Yaml::Scalar(text) if text.plain && text.value.is_empty())
}

/// Says that names of a map have no values, if there are such, and what they may be meant to be.
pub(crate) fn without_value(names: &[&Text], env: &Env<'_>) -> Option<Diagnostic> {
    let place = names.iter().map(|name| name.span).reduce(Span::to)?;
    let listed: Vec<String> = names.iter().map(|name| format!("`{}`", name.value)).collect();
    let are = if names.len() > 1 { "are" } else { "is" };
    let listed = match listed.as_slice() {
        [front @ .., last] if !front.is_empty() => format!("{} and {last}", front.join(", ")),
        _ => listed.join(""),
    };
    let fault = format!("{listed} {are} given no value");
    let given = |name: &&Text| {
        let key = &name.value;
        if env.names.contains_key(key) {
            format!("{key}: {key}")
        } else if env.inputs.iter().any(|field| field.name == *key) {
            format!("{key}: input.{key}")
        } else {
            format!("{key}: …")
        }
    };
    let given: Vec<String> = names.iter().map(given).collect();
    let help = format!("a value stands behind each name: `{{ {} }}`", given.join(", "));
    Some(Diagnostic::new("E0110", place, fault).help(help))
}

fn moves(what: &str, machine: &Machine) -> String {
    let mut names: Vec<String> = machine.transitions.iter().map(|it| format!("`{}`", it.name)).collect();
    if names.len() > 4 {
        names.truncate(4);
        names.push("…".to_owned());
    }
    let names = names.join(", ");
    format!("`{what}` has the transitions {names}; a new row begins in the first state")
}

/// The transition of a row that leads to the state that is set, if there is one.
fn led_to(row: Option<&str>, machine: &Machine, node: &Node) -> Option<String> {
    let row = row?;
    let Yaml::Scalar(state) = &node.value else { return None };
    let state = state.value.trim_matches(['\'', '"']);
    let leads = machine.transitions.iter().filter(|it| it.to == state);
    let steps: Vec<String> = leads.map(|it| format!("`transition: {row}.{}`", it.name)).collect();
    (!steps.is_empty()).then(|| format!("a step leads to '{state}': {}", steps.join(", or ")))
}

fn made_id(what: &str, name: &Text) -> Diagnostic {
    Diagnostic::new("E0406", name.span, format!("the id of a new `{what}` is made"))
        .help("leave it out; an id with a `pattern` is given")
}

fn find<'f>(name: &Text, what: &str, fields: &'f [Field], report: &mut Report) -> Option<(usize, &'f Field)> {
    let found = fields.iter().enumerate().find(|(_, field)| field.name == name.value);
    if found.is_some() {
        return found;
    }
    let fault = match fields.iter().find(|field| field.key == name.value) {
        Some(field) => Diagnostic::new("E0202", name.span, format!("`{what}` has no field `{}`", name.value))
            .help(format!("in specs it is called `{}`", field.name)),
        None => {
            let names: Vec<&str> =
                fields.iter().map(|field| field.name.as_str()).filter(|name| *name != "_id").collect();
            let fault =
                Diagnostic::new("E0201", name.span, format!("`{what}` has no field `{}`", name.value));
            if let Some(now) = former::field(fields, &name.value) {
                report.add(fault.help(former::called(&now.name)));
                return None;
            }
            fault.meant_among(suggest::meant(&name.value, names.iter().copied()), "it has", names)
        }
    };
    report.add_unknown(&name.value, fault);
    None
}

/// Fields of a new row that nothing gives a value.
pub(crate) fn missing(
    set: &[(usize, Typed)],
    resource: &Resource,
    given: &SetDecl,
    span: Span,
    report: &mut Report,
) {
    if report.suspects(&resource.name) {
        return;
    }
    for (index, field) in resource.fields.iter().enumerate() {
        let generated = index == resource.id && resource.id_prefix.is_some();
        let covered = field.optional || field.default.is_some() || generated;
        let named = is_named(field, &resource.fields, given);
        if !covered && !named && !set.iter().any(|(known, _)| *known == index) {
            let shown = &field.name;
            report.add(
                Diagnostic::new("E0405", span, format!("`create {}` gives no `{shown}`", resource.name))
                    .help(format!(
                        "add `{shown}: …` to `set`, or make the field optional or give it a default"
                    )),
            );
        }
    }
}

/// Fields of an event that nothing gives a value.
pub(crate) fn missing_in_event(
    set: &[(usize, Typed)],
    name: &str,
    fields: &[Field],
    given: &SetDecl,
    span: Span,
    report: &mut Report,
) {
    for (index, field) in fields.iter().enumerate() {
        let covered = field.optional || field.default.is_some();
        let named = is_named(field, fields, given);
        if !covered && !named && !set.iter().any(|(known, _)| *known == index) {
            report.add(
                Diagnostic::new("E0405", span, format!("`emit {name}` gives no `{}`", field.name))
                    .help(format!("add `{}: …` to `with`, or give the field a default", field.name)),
            );
        }
    }
}

/// Whether a field is given a value, by whatever name: one that is misspelt is reported as that.
fn is_named(field: &Field, fields: &[Field], given: &SetDecl) -> bool {
    let is_of = |field: &Field, name: &str| field.name == name || field.key == name;
    let misspelt = |name: &str| {
        fields.iter().all(|other| !is_of(other, name))
            && (closest(name, [field.name.as_str(), field.key.as_str()]).is_some()
                || suggest::meant(name, fields.iter().map(|other| other.name.as_str())) == Some(&field.name))
    };
    let was = |name: &Text| field.was.contains(&name.value);
    given.iter().any(|(name, _)| is_of(field, &name.value) || was(name) || misspelt(&name.value))
}

/// A literal is within the bounds of its field.
fn check_literal(typed: &Typed, field: &Field, report: &mut Report) {
    let Some(literal) = literal(typed) else { return };
    if let Err(wrong) = opwright_values::check::check(&field.ty, &literal) {
        report.add(Diagnostic::new("E0304", typed.span, format!("`{}` {wrong}", field.name)));
    }
}

/// The value that is written out in a spec, if one is.
pub(crate) fn literal(typed: &Typed) -> Option<Value> {
    match &typed.kind {
        Kind::Int(int) | Kind::Decimal(int) | Kind::Time(int) => Some(Value::Int(*int)),
        Kind::Text(text) => Some(Value::Text(text.clone())),
        Kind::Bool(value) => Some(Value::Bool(*value)),
        Kind::Widen(inner) if !matches!((&inner.ty, &typed.ty), (Ty::Int, Ty::Decimal(_))) => literal(inner),
        _ => None,
    }
}
