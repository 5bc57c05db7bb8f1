//! What a `where` can say: the part of the language that both databases understand alike.

use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, Typed};
use crate::lower::hops::{each_child, walk};
use crate::report::{Diagnostic, Report};

/// Whether an expression reads `row`, or a variable that ranges over one of its collections.
pub fn reads_row(expr: &Typed) -> bool {
    let mut reads = false;
    walk(expr, &mut |part| reads |= matches!(part.kind, Kind::Row | Kind::Var(_)));
    reads
}

/// Reports the parts that SQL cannot say.
pub fn check(expr: &Typed, report: &mut Report) {
    if !reads_row(expr) {
        return;
    }
    let fine = match &expr.kind {
        Kind::Not(_)
        | Kind::Has(_)
        | Kind::Row
        | Kind::Var(_)
        | Kind::Proved(_)
        | Kind::Widen(_)
        | Kind::Id(_)
        | Kind::Part(..) => true,
        Kind::Field(of, _) | Kind::Refer(of, _) => hops(of) <= 1,
        Kind::Binary(op, ..) => matches!(
            op,
            BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Eq
                | BinaryOp::Ne
                | BinaryOp::Lt
                | BinaryOp::Le
                | BinaryOp::Gt
                | BinaryOp::Ge
                | BinaryOp::In
        ),
        Kind::Call(function, _) => {
            matches!(
                function,
                Function::Contains | Function::StartsWith | Function::EndsWith | Function::LowerAscii
            )
        }
        Kind::Macro(mac) => {
            matches!(mac.kind, MacroKind::All | MacroKind::Exists)
                && mac.index.is_none()
                && matches!(&mac.list.kind, Kind::Collection(of, _) if matches!(of.kind, Kind::Row))
        }
        Kind::Collection(of, _) => matches!(of.kind, Kind::Row),
        _ => false,
    };
    if !fine {
        report.add(
            Diagnostic::new("E0307", expr.span, format!("`{}` cannot be part of a `where`", expr.text))
                .help("load with a simpler `where`, then `filter`"),
        );
        return;
    }
    each_child(expr, &mut |child| check(child, report));
}

/// How many references are followed to get to a row.
fn hops(expr: &Typed) -> u32 {
    match &expr.kind {
        Kind::Refer(of, _) => 1 + hops(of),
        Kind::Proved(of) | Kind::Widen(of) => hops(of),
        _ => 0,
    }
}
