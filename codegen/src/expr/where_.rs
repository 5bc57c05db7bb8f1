//! What a `where` can say: the part of the language that both databases understand alike.

use crate::expr::beforehand;
use crate::expr::env::{Env, Over};
use crate::expr::parts::{always_there, each_child};
use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, Ty, Typed};
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;

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
pub fn check(expr: &Typed, text: &Text, env: &Env<'_>, report: &mut Report) {
    if !reads_row(expr) {
        beforehand::check(expr, text, env, report);
        return;
    }
    if !says(expr) {
        report.add(beyond(expr, env.over));
        return;
    }
    each_child(expr, &mut |child| check(child, text, env, report));
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
