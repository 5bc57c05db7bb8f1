//! Whether an expression can have no value: what types, bounds and facts exclude is not counted.
//!
//! ```text
//! order.number + 1        a stored number has at most 53 bits, so the sum fits into 64: never
//! price * count           20 digits and more: perhaps
//! xs[0]                   behind `require: xs.size() > 0` never, otherwise perhaps
//! ```
//!
//! Numbers are followed by how large they can be at most, whatever their sign. What is computed has 64 bits.

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
        Kind::Lookup(..) => true,
        Kind::Index(_, _, proved) => !proved,
        Kind::Binary(BinaryOp::Div | BinaryOp::Rem, _, by) => !is_factor(by),
        Kind::Binary(BinaryOp::Add | BinaryOp::Sub, ..) if matches!(part.ty, Ty::Text | Ty::List(_)) => false,
        Kind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, ..) | Kind::Negate(_) => too_large(part),
        Kind::Call(Function::MathAbs, _) => too_large(part),
        Kind::Call(function, _) => {
            matches!(
                function,
                Function::Sum | Function::Min | Function::Max | Function::MathDiv | Function::MathRound
            )
        }
        Kind::Widen(inner)
            if matches!(
                (inner.ty.present(), part.ty.present()),
                (Ty::Int | Ty::Decimal(_), Ty::Decimal(_))
            ) =>
        {
            inner.ty.present() != part.ty.present() && too_large(part)
        }
        _ => false,
    }
}

/// A number that is written out, and neither 0 nor -1: dividing by it never fails.
fn is_factor(expr: &Typed) -> bool {
    matches!(expr.kind, Kind::Int(value) if value != 0 && value != -1)
}

fn too_large(part: &Typed) -> bool {
    let most = if matches!(part.ty, Ty::Timestamp) { TIME_MAX } else { i128::from(i64::MAX) };
    magnitude(part) > most
}

/// A number that a row or an argument holds: an int has 53 bits, a decimal 15 digits.
const INT_MAX: i128 = (1 << 53) - 1;
const UNITS_MAX: i128 = opwright_values::decimal::UNITS_MAX as i128;

/// Microseconds from 1970 to the nearer end of what a timestamp can be, from one end to the other, and to where a
/// clock may stand.
const TIME_MAX: i128 = 62_000_000_000_000_000;
const SPAN_MAX: i128 = 320_000_000_000_000_000;
const CLOCK_MAX: i128 = 10_000_000_000_000_000;

/// More than any list, map or text can have.
const SIZE_MAX: i128 = 1 << 24;

/// How large a number can be at most, in units of its scale; times in microseconds.
fn magnitude(expr: &Typed) -> i128 {
    let any = i128::from(i64::MAX) + 1;
    match &expr.kind {
        Kind::Int(value) | Kind::Decimal(value) | Kind::Time(value) => i128::from(*value).abs(),
        Kind::Now => CLOCK_MAX,
        Kind::Field(..) | Kind::Input(_) | Kind::Part(..) => match expr.ty.present() {
            Ty::Int => INT_MAX,
            Ty::Decimal(_) => UNITS_MAX,
            _ => any,
        },
        Kind::Proved(inner) | Kind::Negate(inner) => magnitude(inner),
        Kind::Widen(inner) => magnitude(inner).saturating_mul(factor(&inner.ty, &expr.ty)),
        Kind::Choose(_, a, b) => magnitude(a).max(magnitude(b)),
        Kind::Binary(BinaryOp::Sub, a, b) if a.ty == Ty::Timestamp && b.ty == Ty::Timestamp => SPAN_MAX,
        Kind::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => magnitude(a).saturating_add(magnitude(b)),
        Kind::Binary(BinaryOp::Mul, a, b) => magnitude(a).saturating_mul(magnitude(b)),
        Kind::Binary(BinaryOp::Div, a, _) => magnitude(a),
        Kind::Binary(BinaryOp::Rem, a, b) => magnitude(a).min(magnitude(b)),
        Kind::Call(function, args) => match function {
            Function::Size => SIZE_MAX,
            Function::MathAbs
            | Function::MathGreatest
            | Function::MathLeast
            | Function::Or
            | Function::OrValue => args.iter().map(magnitude).max().unwrap_or(any),
            _ => any,
        },
        _ => any,
    }
}

/// By what a widening multiplies.
fn factor(from: &Ty, to: &Ty) -> i128 {
    let scale = |ty: &Ty| if let Ty::Decimal(scale) = ty.present() { u32::from(*scale) } else { 0 };
    10_i128.saturating_pow(scale(to).saturating_sub(scale(from)))
}
