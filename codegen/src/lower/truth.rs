//! Whether the bounds of numbers decide a condition before any call.
//!
//! ```text
//! input: count 1..100      count > 0      always
//!                          count > 100    never
//!                          count > 10     who knows
//! ```

use crate::expr::range::Range;
use crate::expr::range_of;
use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use crate::lower::known::Known;
use crate::model::{Model, Operation};

/// Whether a condition holds of all calls, or of none.
pub(crate) fn decided(condition: &Typed, model: &Model, operation: &Operation) -> Option<bool> {
    truth(condition, &Known { model, operation })
}

fn truth(condition: &Typed, known: &Known<'_>) -> Option<bool> {
    match &condition.kind {
        Kind::Not(inner) => truth(inner, known).map(|holds| !holds),
        Kind::Binary(BinaryOp::And, a, b) => either(truth(a, known), truth(b, known), false),
        Kind::Binary(BinaryOp::Or, a, b) => either(truth(a, known), truth(b, known), true),
        Kind::Binary(op, a, b) if is_number(a) && is_number(b) && a.ty == b.ty => {
            compared(*op, range_of(a, known), range_of(b, known))
        }
        _ => None,
    }
}

/// What two sides make together, where one that is `decides` decides alone.
fn either(a: Option<bool>, b: Option<bool>, decides: bool) -> Option<bool> {
    if a == Some(decides) || b == Some(decides) { Some(decides) } else { a.and(b) }
}

fn is_number(expr: &Typed) -> bool {
    matches!(expr.ty, Ty::Int | Ty::Decimal(_))
}

fn compared(op: BinaryOp, a: Range, b: Range) -> Option<bool> {
    let decided = |always: bool, never: bool| match (always, never) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        // Bounds that contradict each other are of what no call reaches.
        _ => None,
    };
    let apart = a.max < b.min || b.max < a.min;
    let same = a.min == a.max && a == b;
    match op {
        BinaryOp::Lt => decided(a.max < b.min, a.min >= b.max),
        BinaryOp::Le => decided(a.max <= b.min, a.min > b.max),
        BinaryOp::Gt => decided(a.min > b.max, a.max <= b.min),
        BinaryOp::Ge => decided(a.min >= b.max, a.max < b.min),
        BinaryOp::Eq => decided(same, apart),
        BinaryOp::Ne => decided(apart, same),
        _ => None,
    }
}
