//! `rows.pick(name, id)`: a smaller shape of a row, or of a list of rows.

use crate::expr::check::Checker;
use crate::expr::env::Env;
use crate::expr::parser;
use crate::expr::syntax::{Ast, AstKind, Name};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::lower::hops::row_of;
use crate::model::Returns;
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;

/// `None` if the text is not a `pick` at all; `Some(None)` if it is one with a fault.
pub fn check_pick(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Option<Returns>> {
    if !text.value.contains(".pick(") {
        return None;
    }
    let Some(ast) = parser::parse(text, report) else { return Some(None) };
    let AstKind::Call(Some(of), name, parts) = &ast.kind else { return None };
    (name.text == "pick").then(|| pick(text, of, parts, env, report))
}

fn pick(text: &Text, of: &Ast, parts: &[Ast], env: &Env<'_>, report: &mut Report) -> Option<Returns> {
    let of = Checker::new(env, text, report).value(of, &env.facts, None)?;
    let (row, list) = match &of.ty {
        Ty::List(element) => (row_of(element), true),
        other => (row_of(other), false),
    };
    let Some(row) = row else {
        let words = of.ty.words(env.schema);
        report.add(Diagnostic::new("E0308", of.span, format!("`pick` is for rows, this is {words}")));
        return None;
    };
    let inside = env.with_row(row);
    let mut picked: Vec<(String, Typed)> = Vec::new();
    for part in parts {
        let (key, typed) = one(text, part, &inside, row, report)?;
        if picked.iter().any(|(known, _)| *known == key) {
            report.add(Diagnostic::new("E0104", typed.span, format!("two parts are called `{key}`")));
            return None;
        }
        picked.push((key, typed));
    }
    Some(Returns::Pick { of, list, parts: picked })
}

fn one(text: &Text, part: &Ast, env: &Env<'_>, row: usize, report: &mut Report) -> Option<(String, Typed)> {
    if part.kind == AstKind::Hole {
        return None;
    }
    let AstKind::Ident(name) = &part.kind else {
        let span = text.part(part.start, part.end);
        report.add(
            Diagnostic::new("E0308", span, "paths in `pick` are to come")
                .help("pick fields of the row itself"),
        );
        return None;
    };
    let base = Ast { kind: AstKind::Ident("row".to_owned()), start: part.start, end: part.end };
    let name = Name { text: name.clone(), start: part.start, end: part.end };
    let member = Ast { kind: AstKind::Member(Box::new(base), name), start: part.start, end: part.end };
    let typed = Checker::new(env, text, report).check(&member, &env.facts, None)?;
    let resource = env.schema.resources.get(row)?;
    let key = match &typed.kind {
        Kind::Id(_) => resource.fields.get(resource.id).map(|field| field.key.clone()),
        Kind::Field(_, field) | Kind::Refer(_, field) => {
            resource.fields.get(*field).map(|field| field.key.clone())
        }
        _ => {
            report.add(Diagnostic::new("E0308", typed.span, "collections in `pick` are to come"));
            return None;
        }
    };
    Some((key?, typed))
}
