//! Whole values, as `set` and `with` give them: an expression, a bare enum value, `null`, or a map.

use crate::decode::elsewhere;
use crate::expr::check::{Checker, Target, widen};
use crate::expr::env::{Bound, Env};
use crate::expr::parser::{self, Place};
use crate::expr::syntax::AstKind;
use crate::expr::typed::{Function, Kind, ObjectTy, Ty, Typed};
use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value as Yaml};
use std::rc::Rc;

/// A value for a field of this type; `whose` says which, as in `` `customer.email` ``.
pub fn value(node: &Node, (whose, want): (&str, &Ty), env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    if let Yaml::Scalar(text) = &node.value {
        return scalar(text, Target { whose, ty: want }, env, report);
    }
    widen::widen(whole(node, (whose, want), env, report)?, want)
}

/// Looks at a value of which nobody knows what it is for. Whether something may be absent there is not known either.
pub fn beside(node: &Node, env: &Env<'_>, report: &mut Report) {
    match &node.value {
        Yaml::Map(entries) => entries.iter().for_each(|(_, node)| beside(node, env, report)),
        Yaml::List(items) => items.iter().for_each(|node| beside(node, env, report)),
        Yaml::Scalar(text) => {
            // A bare word may be a value of an enum.
            let word = bare(&text.value) && !env.names.contains_key(&text.value);
            if !word && text.value != "null" {
                let before = report.mark();
                super::any(text, env, report);
                report.forget_presence(before);
            }
        }
    }
}

/// A map or a list as it is written.
fn whole(node: &Node, (whose, want): (&str, &Ty), env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    match (&node.value, want.present()) {
        (Yaml::Map(entries), Ty::Object(object)) => object_value(node, entries, (whose, object), env, report),
        (Yaml::Map(entries), Ty::Map(of)) => {
            let whose = format!("an entry of {whose}");
            let entry = |(key, node): &(Text, Node)| {
                Some((key.value.clone(), value(node, (&whose, of), env, report)?))
            };
            let entries = each(entries.iter().map(entry))?;
            let text = "{…}".to_owned();
            Some(Typed::new(Kind::Map(entries), want.present().clone(), node.span, text))
        }
        (Yaml::List(items), Ty::List(of)) => {
            let whose = format!("an element of {whose}");
            let items = each(items.iter().map(|node| value(node, (&whose, of), env, report)))?;
            let text =
                format!("[{}]", items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>().join(", "));
            Some(Typed::new(Kind::List(items), want.present().clone(), node.span, text))
        }
        _ => {
            let words = want.present().words(env.schema);
            let this = if matches!(node.value, Yaml::List(_)) { "a list" } else { "a map" };
            let fault = Diagnostic::new("E0304", node.span, format!("{whose} is {words}, this is {this}"));
            report.add(match elsewhere::in_braces(node) {
                Some(inside) => fault.help(format!("write it without braces: `{inside}`")),
                None => fault,
            });
            None
        }
    }
}

/// What all of them are; each is looked at, also behind one that is faulty.
fn each<T>(values: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let values: Vec<Option<T>> = values.collect();
    values.into_iter().collect()
}

fn object_value(
    node: &Node,
    entries: &[(Text, Node)],
    (whose, object): (&str, &Rc<ObjectTy>),
    env: &Env<'_>,
    report: &mut Report,
) -> Option<Typed> {
    let before = report.len();
    for (key, _) in entries {
        if !object.fields.iter().any(|(name, _, _)| *name == key.value) {
            let names = object.fields.iter().map(|(name, _, _)| name.as_str());
            let fault =
                Diagnostic::new("E0201", key.span, format!("`{}` has no field `{}`", object.name, key.value));
            report.add_unknown(&key.value, fault.meant(opwright_values::suggest::meant(&key.value, names)));
        }
    }
    let mut parts = Vec::new();
    for (name, _, ty) in &object.fields {
        match entries.iter().find(|(key, _)| key.value == *name) {
            Some((_, node)) => {
                parts.push(value(node, (&format!("`{name}` of {whose}"), ty), env, report));
            }
            None if matches!(ty, Ty::Optional(_)) => parts.push(None),
            None => report.add(Diagnostic::new(
                "E0405",
                node.span,
                format!("this `{}` has no `{name}`", object.name),
            )),
        }
    }
    if report.failed_since(before) {
        return None;
    }
    let kind = Kind::Object(parts);
    Some(Typed::new(kind, Ty::Object(object.clone()), node.span, "{…}"))
}

fn scalar(text: &Text, target: Target<'_>, env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    let Target { whose, ty: want } = target;
    let whole = |kind: Kind, ty: Ty| Typed::new(kind, ty, text.span, text.value.clone());
    if text.value == "null" {
        if matches!(want, Ty::Optional(_)) {
            return Some(whole(Kind::Null, want.clone()));
        }
        report.add(Diagnostic::new(
            "E0304",
            text.span,
            format!("{whose} is always present, `null` cannot clear it"),
        ));
        return None;
    }
    if let Ty::Enum(values) = want.present()
        && values.contains(&text.value)
    {
        // A row, or a text, of the same name could not stand here, so it is no second meaning.
        let fits = |bound: &&Bound| matches!(bound.ty.present(), Ty::Enum(_));
        if let Some(bound) = env.names.get(&text.value).filter(fits) {
            report.add(
                Diagnostic::new(
                    "E0205",
                    text.span,
                    format!("`{}` is a value of the enum, and a name", text.value),
                )
                .other(bound.span, "the name")
                .help("rename it, or quote the value inside: `\"'…'\"`"),
            );
            return None;
        }
        let typed = whole(Kind::Text(text.value.clone()), want.present().clone());
        return widen::widen(typed, want);
    }
    if let Ty::Enum(values) = want.present()
        && bare(&text.value)
        && !env.names.contains_key(&text.value)
    {
        let values_of = values.as_slice();
        let values = || values_of.iter().map(String::as_str);
        let meant = opwright_values::suggest::closest(&text.value, values());
        // A word that is close to a name is more likely to be that.
        let name = opwright_values::suggest::closest(&text.value, env.names.keys().map(String::as_str));
        if meant.is_some() || name.is_none() {
            let fault = format!("'{}' is not a value of {whose}", text.value);
            let fault = Diagnostic::new("E0303", text.span, fault);
            report.add(match meant {
                Some(meant) => fault.help(format!("did you mean '{meant}'?")),
                None => {
                    let values: Vec<String> = values().map(|value| format!("'{value}'")).collect();
                    fault.help(format!("the values are {}", values.join(", ")))
                }
            });
            return None;
        }
    }
    let ast = parser::parse(text, Place::Value, report)?;
    let mut checker = Checker::of_value(env, text, target, report);
    if let (AstKind::List(items), Ty::List(of)) = (&ast.kind, want.present())
        && items.is_empty()
    {
        return widen::widen(whole(Kind::List(Vec::new()), Ty::List(of.clone())), want);
    }
    let typed = checker.check(&ast, &env.facts, Some(want))?;
    let typed = if matches!(want, Ty::Optional(_)) { typed } else { checker.present(typed)? };
    checker.given(typed, want)
}

/// Words and spaces only, as enum values are; numbers and the words of the language are not.
fn bare(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '(' | ')'))
        && !text.ends_with("()")
        && !matches!(text, "true" | "false" | "null" | "now" | "row" | "input")
}

/// The argument that a whole value may be absent because of: it was only sent.
pub fn absent_input<'v>(value: &'v Typed, env: &Env<'_>) -> Option<&'v Typed> {
    if let Kind::Object(parts) = &value.kind {
        return parts.iter().flatten().find_map(|part| absent_input(part, env));
    }
    if !matches!(value.ty, Ty::Optional(_)) {
        return None;
    }
    match &value.kind {
        Kind::Input(_) => Some(value),
        Kind::Name(name) => env.sent.contains(name).then_some(value),
        Kind::Part(of, _) => is_sent(of).then_some(value),
        Kind::Widen(inner) => absent_input(inner, env),
        // `input.phone.or(customer.phone)` is absent only where the row's own value is.
        Kind::Call(Function::Or, args) => args.last().and_then(|last| absent_input(last, env)),
        Kind::Choose(_, yes, no) => absent_input(yes, env).or_else(|| absent_input(no, env)),
        _ => None,
    }
}

/// Whether this is an argument, or a part of one.
fn is_sent(expr: &Typed) -> bool {
    match &expr.kind {
        Kind::Input(_) => true,
        Kind::Part(of, _) | Kind::Proved(of) => is_sent(of),
        _ => false,
    }
}
