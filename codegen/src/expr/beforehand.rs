//! What a `where` computes before the search: always, so on nothing that may be absent.
//!
//! ```text
//! !has(input.word) || row.name.contains(input.word.lowerAscii())       `input.word` may be absent then
//! - let: asked_word
//!   be: input.word.orValue('').lowerAscii()                            so is something in its place
//! ```

use crate::expr::env::{Env, Over};
use crate::expr::facts::{self, Facts};
use crate::expr::parts::{each_child, is_sent, walk};
use crate::expr::typed::{BinaryOp, Function, Kind, Macro, Ty, Typed};
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;
use opwright_values::schema::Schema;

/// What is computed first is computed always, so it cannot rely on what the condition asks before. Only an optional
/// value by itself can: while it is absent, whatever is bound for it decides nothing.
pub(super) fn check(expr: &Typed, text: &Text, env: &Env<'_>, report: &mut Report) {
    let inner = if is_sent(expr) { proved_in(expr) } else { expr };
    let mut absent = Vec::new();
    relied(inner, &env.facts, env.schema, &mut absent);
    let Some(first) = absent.first() else { return };
    let help = match (env.over, instead(inner, &absent, text)) {
        (Over::Load, Some(let_)) => let_,
        (Over::Load, None) => format!("load inside of `when: has({})`", first.text),
        _ => "write a simpler `where`, and check the rest with `require`".to_owned(),
    };
    let fault = Diagnostic::new("E0307", expr.span, format!("`{}` is computed before the search", expr.text));
    report.add(fault.other(first.span, "this may be absent then").help(help));
}

/// What is behind a value that is proved present.
fn proved_in(expr: &Typed) -> &Typed {
    match &expr.kind {
        Kind::Widen(inner) => proved_in(inner),
        Kind::Proved(inner) => inner,
        _ => expr,
    }
}

/// How a value is computed first that rests on some that may be absent: with something in the place of each, which decides
/// nothing since the condition asks for it. None, if that could refuse where the condition would not ask.
fn instead(expr: &Typed, absent: &[&Typed], text: &Text) -> Option<String> {
    if may_refuse(expr) {
        return None;
    }
    let (mut be, mut behind) = (String::new(), text.offset(expr.span.start)?);
    for part in absent {
        let to = text.offset(part.span.end)?;
        be.push_str(text.value.get(behind..to)?);
        be.push_str(&format!(".orValue({})", in_place_of(&part.ty)?));
        behind = to;
    }
    be.push_str(text.value.get(behind..text.offset(expr.span.end)?)?);
    let name = absent.first()?.text.rsplit('.').next()?;
    Some(format!("compute it above, `- let: asked_{name}` with `be: {be}`, and write `asked_{name}` here"))
}

/// What may stand where a value is absent.
fn in_place_of(ty: &Ty) -> Option<String> {
    Some(match ty.present() {
        Ty::Text => "''".to_owned(),
        Ty::Int | Ty::Decimal(_) => "0".to_owned(),
        Ty::Bool => "false".to_owned(),
        Ty::Date => "date(now)".to_owned(),
        Ty::Timestamp => "now".to_owned(),
        Ty::Enum(values) => format!("'{}'", values.first()?),
        _ => return None,
    })
}

/// Whether something is computed that some values refuse: another value in the place of one may be such.
fn may_refuse(expr: &Typed) -> bool {
    let mut refuses = false;
    walk(expr, &mut |part| {
        refuses |= matches!(
            part.kind,
            Kind::Index(..)
                | Kind::Lookup(..)
                | Kind::Binary(BinaryOp::Div | BinaryOp::Rem, ..)
                | Kind::Call(Function::MathDiv | Function::Min | Function::Max | Function::TimestampOf, _)
        );
    });
    refuses
}

/// The optional paths that are used as present, though neither the facts nor the expression itself prove it, as they stand.
fn relied<'e>(expr: &'e Typed, facts: &Facts, schema: &Schema, found: &mut Vec<&'e Typed>) {
    match &expr.kind {
        Kind::Proved(inner) => {
            let known = facts::path(inner, schema).is_some_and(|(path, _)| facts.is_present(&path));
            if known {
                relied(inner, facts, schema, found);
            } else {
                found.push(inner);
            }
        }
        Kind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
            let and = *op == BinaryOp::And;
            let learned = if and { Facts::when_true(a, schema) } else { Facts::when_false(a, schema) };
            relied(a, facts, schema, found);
            relied(b, &facts.with(&learned), schema, found);
        }
        Kind::Choose(condition, yes, no) => {
            relied(condition, facts, schema, found);
            relied(yes, &facts.with(&Facts::when_true(condition, schema)), schema, found);
            relied(no, &facts.with(&Facts::when_false(condition, schema)), schema, found);
        }
        Kind::Macro(Macro { list, filter: Some(filter), body, .. }) => {
            relied(list, facts, schema, found);
            relied(filter, facts, schema, found);
            relied(body, &facts.with(&Facts::when_true(filter, schema)), schema, found);
        }
        _ => each_child(expr, &mut |child| relied(child, facts, schema, found)),
    }
}
