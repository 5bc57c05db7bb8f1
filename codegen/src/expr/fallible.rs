//! Whether an expression can have no value: what types, bounds and facts exclude is not counted.
//!
//! ```text
//! order.number + 1        never where `order.number` ends before the largest int
//! price * count           20 digits and more: perhaps
//! xs[0]                   behind `require: xs.size() > 0` never, otherwise perhaps
//! ```
//!
//! Numbers are followed by how large they can be at most, whatever their sign. What is computed has 53 bits where it is
//! an int, and 64 everywhere else.

use crate::expr::parts::walk;
use crate::expr::typed::{BinaryOp, Function, Kind, Ty, Typed};
use opwright_values::schema::Type;
use opwright_values::time::DAYS;

/// The declared type of a path, as far as anybody knows it.
pub type Declared<'d> = dyn Fn(&Typed) -> Option<&'d Type> + 'd;

/// Whether an expression can refuse with `cannot_compute`.
pub fn fallible(expr: &Typed, declared: &Declared<'_>) -> bool {
    let bounds = Bounds { declared };
    let mut fails = false;
    walk(expr, &mut |part| fails |= bounds.fails_itself(part));
    fails
}

/// A number that is written out, and neither 0 nor -1: dividing by it never fails.
fn is_factor(expr: &Typed) -> bool {
    matches!(expr.kind, Kind::Int(value) if value != 0 && value != -1)
}

/// A number that a row or an argument holds: an int has 53 bits, a decimal 15 digits.
const INT_MAX: i128 = opwright_values::words::INT_MAX as i128;
const UNITS_MAX: i128 = opwright_values::decimal::UNITS_MAX as i128;

/// Microseconds from 1970 to the nearer end of what a timestamp can be, from one end to the other, and to where a
/// clock may stand.
const TIME_MAX: i128 = 62_000_000_000_000_000;
const SPAN_MAX: i128 = 320_000_000_000_000_000;
const CLOCK_MAX: i128 = 10_000_000_000_000_000;

/// More than any list, map or text can have.
const SIZE_MAX: i128 = 1 << 24;

struct Bounds<'d, 't> {
    declared: &'d Declared<'t>,
}

impl Bounds<'_, '_> {
    fn fails_itself(&self, part: &Typed) -> bool {
        match &part.kind {
            Kind::Lookup(..) => true,
            Kind::Index(_, _, proved) => !proved,
            Kind::Binary(BinaryOp::Div | BinaryOp::Rem, _, by) => !is_factor(by),
            Kind::Binary(BinaryOp::Add | BinaryOp::Sub, ..) if matches!(part.ty, Ty::Text | Ty::List(_)) => {
                false
            }
            Kind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, ..) | Kind::Negate(_) => {
                self.too_large(part)
            }
            Kind::Call(Function::MathAbs, _) => self.too_large(part),
            // The last day has no midnight that can be said.
            Kind::Call(Function::TimestampOf, args) => {
                !args.first().is_some_and(|day| self.has_midnight(day))
            }
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
                inner.ty.present() != part.ty.present() && self.too_large(part)
            }
            _ => false,
        }
    }

    fn has_midnight(&self, day: &Typed) -> bool {
        match &day.kind {
            Kind::Time(days) => days < DAYS.end(),
            _ => matches!((self.declared)(day), Some(Type::Date { max, .. }) if max < DAYS.end()),
        }
    }

    fn too_large(&self, part: &Typed) -> bool {
        let most = match part.ty {
            Ty::Timestamp => TIME_MAX,
            Ty::Int => INT_MAX,
            _ => i128::from(i64::MAX),
        };
        self.computed(part) > most
    }

    /// How large a number can be at most, in units of its scale; times in microseconds. What is too large refuses, so
    /// an int is never larger than one can be.
    fn magnitude(&self, expr: &Typed) -> i128 {
        let most = self.computed(expr);
        if *expr.ty.present() == Ty::Int { most.min(INT_MAX) } else { most }
    }

    fn computed(&self, expr: &Typed) -> i128 {
        let any = i128::from(i64::MAX) + 1;
        match &expr.kind {
            Kind::Int(value) | Kind::Decimal(value) | Kind::Time(value) => i128::from(*value).abs(),
            Kind::Now => CLOCK_MAX,
            Kind::Field(..) | Kind::Input(_) | Kind::Part(..) => self.held(expr).unwrap_or(any),
            Kind::Proved(inner) | Kind::Negate(inner) => self.magnitude(inner),
            Kind::Widen(inner) => self.magnitude(inner).saturating_mul(factor(&inner.ty, &expr.ty)),
            Kind::Choose(_, a, b) => self.magnitude(a).max(self.magnitude(b)),
            Kind::Binary(BinaryOp::Sub, a, b) if a.ty == Ty::Timestamp && b.ty == Ty::Timestamp => SPAN_MAX,
            Kind::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => {
                self.magnitude(a).saturating_add(self.magnitude(b))
            }
            Kind::Binary(BinaryOp::Mul, a, b) => self.magnitude(a).saturating_mul(self.magnitude(b)),
            Kind::Binary(BinaryOp::Div, a, _) => self.magnitude(a),
            Kind::Binary(BinaryOp::Rem, a, b) => self.magnitude(a).min(self.magnitude(b)),
            Kind::Call(function, args) => match function {
                Function::Size => SIZE_MAX,
                Function::MathAbs
                | Function::MathGreatest
                | Function::MathLeast
                | Function::Or
                | Function::OrValue => args.iter().map(|arg| self.magnitude(arg)).max().unwrap_or(any),
                _ => any,
            },
            _ if *expr.ty.present() == Ty::Int => INT_MAX,
            _ => any,
        }
    }

    /// What a row or an argument can hold.
    fn held(&self, expr: &Typed) -> Option<i128> {
        let most = match expr.ty.present() {
            Ty::Int => INT_MAX,
            Ty::Decimal(_) => UNITS_MAX,
            _ => return None,
        };
        let Some(Type::Int { min, max } | Type::Decimal { min, max, .. }) = (self.declared)(expr) else {
            return Some(most);
        };
        Some(i128::from(min.unsigned_abs().max(max.unsigned_abs())).min(most))
    }
}

/// By what a widening multiplies.
fn factor(from: &Ty, to: &Ty) -> i128 {
    let scale = |ty: &Ty| if let Ty::Decimal(scale) = ty.present() { u32::from(*scale) } else { 0 };
    10_i128.saturating_pow(scale(to).saturating_sub(scale(from)))
}
