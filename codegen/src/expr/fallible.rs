//! Whether an expression can have no value: what types, bounds and facts exclude is not counted.

use crate::expr::typed::{BinaryOp, Function, Kind, Ty, Typed};
use crate::lower::hops::walk;

/// Whether an expression can refuse with `cannot_compute`.
pub fn fallible(expr: &Typed) -> bool {
    let mut fails = false;
    walk(expr, &mut |part| fails |= fails_itself(part));
    fails
}

fn fails_itself(part: &Typed) -> bool {
    match &part.kind {
        Kind::Negate(_) | Kind::Lookup(..) => true,
        Kind::Index(_, _, proved) => !proved,
        Kind::Binary(BinaryOp::Add | BinaryOp::Sub, ..) => !matches!(part.ty, Ty::Text | Ty::List(_)),
        Kind::Binary(BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem, ..) => true,
        Kind::Call(function, _) => matches!(
            function,
            Function::Sum
                | Function::Min
                | Function::Max
                | Function::MathDiv
                | Function::MathRound
                | Function::MathAbs
        ),
        Kind::Widen(inner) => matches!((&inner.ty, &part.ty), (Ty::Int | Ty::Decimal(_), Ty::Decimal(_))),
        _ => false,
    }
}
