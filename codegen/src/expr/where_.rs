//! What a `where` can say: the part of the language that both databases understand alike.

use crate::expr::env::{Env, Over};
use crate::expr::facts::{self, Facts};
use crate::expr::parts::{always_there, each_child};
use crate::expr::typed::{BinaryOp, Function, Kind, Macro, MacroKind, Ty, Typed};
use crate::report::{Diagnostic, Report};
use opwright_values::schema::Schema;

/// Whether an expression reads `row`, or a variable that ranges over one of its collections. What does not is computed
/// first, and bound.
pub fn reads_row(expr: &Typed) -> bool {
    fn reads<'e>(expr: &'e Typed, bound: &mut Vec<&'e str>) -> bool {
        match &expr.kind {
            Kind::Row => true,
            Kind::Var(name) => !bound.contains(&name.as_str()),
            Kind::Macro(mac) => {
                if reads(&mac.list, bound) {
                    return true;
                }
                let outside = bound.len();
                bound.extend(mac.index.as_deref());
                bound.push(&mac.var);
                let inside = mac.filter.iter().chain([&mac.body]).any(|part| reads(part, bound));
                bound.truncate(outside);
                inside
            }
            _ => {
                let mut found = false;
                each_child(expr, &mut |child| found = found || reads(child, bound));
                found
            }
        }
    }
    reads(expr, &mut Vec::new())
}

/// Reports the parts that SQL cannot say.
pub fn check(expr: &Typed, env: &Env<'_>, report: &mut Report) {
    if !reads_row(expr) {
        first(expr, env, report);
        return;
    }
    if !says(expr) {
        report.add(beyond(expr, env.over));
        return;
    }
    each_child(expr, &mut |child| check(child, env, report));
}

/// Warns of a condition over `row` that asks nothing of it.
pub fn warn(condition: &Typed, env: &Env<'_>, report: &mut Report) {
    if reads_row(condition) {
        return;
    }
    let warning =
        Diagnostic::warning(condition.span, "this asks nothing of the row: it holds of all, or of none");
    let of_row = "a field of the row is written with `row.` in front";
    report.warn(match env.over {
        Over::Load => warning.help(format!("{of_row}; what holds of all is asked by `when` or `require`")),
        _ => warning.help(of_row),
    });
}

/// What to do with a part that SQL cannot say.
fn beyond(expr: &Typed, over: Over) -> Diagnostic {
    let (what, help) = match over {
        Over::Load => ("a `where`", "load with a simpler `where`, then `filter`"),
        Over::Argument => ("a `where`", "write a simpler `where`, and check the rest with `require`"),
        Over::Collection => ("a `where`", "write a simpler `where`, then `filter` where you read it"),
        Over::Rule => (
            "a rule of a resource",
            "a rule compares the fields of the row, as they are, with each other and with what is written out; check what \
             is computed with `require` in the operations",
        ),
    };
    Diagnostic::new("E0307", expr.span, format!("`{}` cannot be part of {what}", expr.text)).help(help)
}

/// What is computed first is computed always, so it cannot rely on what the condition asks before. Only an optional
/// value by itself can: while it is absent, whatever is bound for it decides nothing.
fn first(expr: &Typed, env: &Env<'_>, report: &mut Report) {
    let inner = if is_sent(expr) { proved_in(expr) } else { expr };
    if let Some(absent) = relies_on(inner, &env.facts, env.schema) {
        let fault =
            Diagnostic::new("E0307", expr.span, format!("`{}` is computed before the search", expr.text));
        report.add(fault.other(absent.span, "this may be absent then").help(beforehand(expr, absent)));
    }
}

/// Whether this is a value that is proved present, in its own type or in a wider one: SQL widens what is bound as it is.
pub fn is_sent(expr: &Typed) -> bool {
    matches!(&expr.kind, Kind::Widen(inner) if is_sent(inner)) || matches!(expr.kind, Kind::Proved(_))
}

/// What is behind that.
fn proved_in(expr: &Typed) -> &Typed {
    match &expr.kind {
        Kind::Widen(inner) => proved_in(inner),
        Kind::Proved(inner) => inner,
        _ => expr,
    }
}

/// How a value is computed first that rests on one that may be absent: with something in its place, which decides nothing
/// since the condition asks for it.
fn beforehand(expr: &Typed, absent: &Typed) -> String {
    let some = match absent.ty.present() {
        Ty::Text => "''".to_owned(),
        Ty::Int | Ty::Decimal(_) => "0".to_owned(),
        Ty::Bool => "false".to_owned(),
        Ty::Date => "date(now)".to_owned(),
        Ty::Timestamp => "now".to_owned(),
        Ty::Enum(values) => format!("'{}'", values.first().map_or("", String::as_str)),
        _ => return format!("load inside of `when: has({})`", absent.text),
    };
    let name = absent.text.rsplit('.').next().unwrap_or("it");
    let be = expr.text.replace(&absent.text, &format!("{}.orValue({some})", absent.text));
    format!("compute it above, `- let: asked_{name}` with `be: {be}`, and write `asked_{name}` here")
}

/// The first optional path that is used as present, though neither the facts nor the expression itself prove it.
fn relies_on<'e>(expr: &'e Typed, facts: &Facts, schema: &Schema) -> Option<&'e Typed> {
    match &expr.kind {
        Kind::Proved(inner) => {
            let known = facts::path(inner, schema).is_some_and(|(path, _)| facts.is_present(&path));
            if known { relies_on(inner, facts, schema) } else { Some(inner) }
        }
        Kind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
            let and = *op == BinaryOp::And;
            let learned = if and { Facts::when_true(a, schema) } else { Facts::when_false(a, schema) };
            relies_on(a, facts, schema).or_else(|| relies_on(b, &facts.with(&learned), schema))
        }
        Kind::Choose(condition, yes, no) => relies_on(condition, facts, schema)
            .or_else(|| relies_on(yes, &facts.with(&Facts::when_true(condition, schema)), schema))
            .or_else(|| relies_on(no, &facts.with(&Facts::when_false(condition, schema)), schema)),
        Kind::Macro(Macro { list, filter: Some(filter), body, .. }) => relies_on(list, facts, schema)
            .or_else(|| relies_on(filter, facts, schema))
            .or_else(|| relies_on(body, &facts.with(&Facts::when_true(filter, schema)), schema)),
        _ => {
            let mut found = None;
            each_child(expr, &mut |child| found = found.or_else(|| relies_on(child, facts, schema)));
            found
        }
    }
}

/// Whether SQL can say this, if it can say its parts.
fn says(expr: &Typed) -> bool {
    match &expr.kind {
        Kind::Not(_) | Kind::Row | Kind::Var(_) | Kind::Proved(_) | Kind::Widen(_) | Kind::Id(_) => true,
        Kind::Part(of, _) => is_path(of),
        // An object has several columns: one of a part that is always there says whether it is.
        Kind::Has(path) => is_path(path) && always_there(&path.ty).is_some(),
        Kind::Field(of, _) | Kind::Refer(of, _) => is_path(of) && hops(of) <= 1,
        Kind::Binary(BinaryOp::And | BinaryOp::Or, ..) => true,
        Kind::Binary(BinaryOp::Eq | BinaryOp::Ne, a, _) => is_scalar(&a.ty),
        Kind::Binary(BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, ..) => true,
        // One of a list that is written out, or that is computed first. In the keys of a map nothing is looked for.
        Kind::Binary(BinaryOp::In, item, list) => {
            is_scalar(&item.ty)
                && matches!(list.ty.present(), Ty::List(_))
                && (matches!(list.kind, Kind::List(_)) || !reads_row(list))
        }
        Kind::List(_) => true,
        Kind::Call(function, _) => matches!(
            function,
            Function::Contains | Function::StartsWith | Function::EndsWith | Function::LowerAscii
        ),
        Kind::Macro(mac) => {
            matches!(mac.kind, MacroKind::All | MacroKind::Exists)
                && mac.index.is_none()
                && matches!(&mac.list.kind, Kind::Collection(of, _) if matches!(of.kind, Kind::Row))
        }
        Kind::Collection(of, _) => matches!(of.kind, Kind::Row),
        _ => false,
    }
}

/// Whether a value stands in one column.
fn is_scalar(ty: &Ty) -> bool {
    !matches!(ty.present(), Ty::List(_) | Ty::Map(_) | Ty::Object(_))
}

fn is_path(expr: &Typed) -> bool {
    match &expr.kind {
        Kind::Row | Kind::Var(_) => true,
        Kind::Field(of, _) | Kind::Refer(of, _) | Kind::Part(of, _) | Kind::Proved(of) | Kind::Widen(of) => {
            is_path(of)
        }
        _ => false,
    }
}

/// How many references are followed to get to a row.
fn hops(expr: &Typed) -> u32 {
    match &expr.kind {
        Kind::Refer(of, _) => 1 + hops(of),
        Kind::Proved(of) | Kind::Widen(of) => hops(of),
        _ => 0,
    }
}
