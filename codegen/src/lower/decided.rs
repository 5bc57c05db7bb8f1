//! Rules of a resource that a new row keeps whatever a call brings: they read only what the step writes out.
//!
//! ```text
//! rule: "row.kind != 'gift' || has(row.until)"
//! - create: card
//!   set: { kind: plain }                         kept: no exit
//!   set: { kind: gift }                          broken, since `until` is left out: drawn
//!   set: { kind: input.kind }                    perhaps: drawn
//! ```

use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use crate::resolve::sets::literal;
use opwright_values::schema::{Default as FieldDefault, Resource};
use opwright_values::value::Value;
use std::cmp::Ordering;

/// Whether a rule surely holds of a row that is made like this.
pub(super) fn is_kept(condition: &Typed, set: &[(usize, Typed)], resource: &Resource) -> bool {
    New { set, resource }.value(condition) == Held::Is(Value::Bool(true))
}

/// What is known of a value.
#[derive(Debug, PartialEq)]
enum Held {
    /// Nothing: it may be absent.
    Unknown,
    /// That there is one.
    Present,
    /// That there is none.
    Absent,
    Is(Value),
}

impl Held {
    fn truth(&self) -> Option<bool> {
        if let Held::Is(Value::Bool(value)) = self { Some(*value) } else { None }
    }

    fn of_truth(truth: Option<bool>) -> Self {
        truth.map_or(Held::Present, |truth| Held::Is(Value::Bool(truth)))
    }
}

/// A row that a step makes.
struct New<'n> {
    set: &'n [(usize, Typed)],
    resource: &'n Resource,
}

impl New<'_> {
    /// What a part of a rule is, as far as it is known.
    fn value(&self, expr: &Typed) -> Held {
        match &expr.kind {
            Kind::Field(of, field) | Kind::Refer(of, field) if matches!(of.kind, Kind::Row) => {
                self.field(*field)
            }
            Kind::Proved(inner) => self.value(inner),
            Kind::Widen(inner) => widened(self.value(inner), inner, expr),
            Kind::Not(inner) => Held::of_truth(self.value(inner).truth().map(|truth| !truth)),
            Kind::Has(inner) => Held::of_truth(match self.value(inner) {
                Held::Unknown => None,
                Held::Absent => Some(false),
                Held::Present | Held::Is(_) => Some(true),
            }),
            Kind::Binary(BinaryOp::And, a, b) => self.either(a, b, false),
            Kind::Binary(BinaryOp::Or, a, b) => self.either(a, b, true),
            Kind::Binary(BinaryOp::In, item, list) => self.is_in(item, list),
            Kind::Binary(op, a, b) => Held::of_truth(self.compared(*op, a, b)),
            _ => written(expr),
        }
    }

    /// What the step gives to a field.
    fn field(&self, field: usize) -> Held {
        let given = self.set.iter().find(|(index, _)| *index == field).map(|(_, value)| value);
        match (given, self.resource.fields.get(field)) {
            (Some(value), _) => written(value),
            (None, Some(it)) => match &it.default {
                Some(FieldDefault::Value(value)) => constant(value),
                Some(FieldDefault::Now) => Held::Present,
                None if it.optional => Held::Absent,
                None => Held::Present,
            },
            (None, None) => Held::Unknown,
        }
    }

    /// `&&`, which one side decides that does not hold, and `||`, which one does that holds.
    fn either(&self, a: &Typed, b: &Typed, decides: bool) -> Held {
        let sides = [self.value(a).truth(), self.value(b).truth()];
        let decided = if sides.contains(&Some(decides)) {
            Some(decides)
        } else if sides.contains(&None) {
            None
        } else {
            Some(!decides)
        };
        Held::of_truth(decided)
    }

    fn is_in(&self, item: &Typed, list: &Typed) -> Held {
        let Kind::List(items) = &list.kind else { return Held::Present };
        let equal: Vec<Option<bool>> =
            items.iter().map(|other| self.compared(BinaryOp::Eq, item, other)).collect();
        let found = equal.contains(&Some(true));
        Held::of_truth(if found || !equal.contains(&None) { Some(found) } else { None })
    }

    /// A comparison of two values of one type that are both known.
    fn compared(&self, op: BinaryOp, a: &Typed, b: &Typed) -> Option<bool> {
        if a.ty.present() != b.ty.present() {
            return None;
        }
        let order = match (self.value(a), self.value(b)) {
            (Held::Is(Value::Int(a)), Held::Is(Value::Int(b))) => a.cmp(&b),
            (Held::Is(Value::Text(a)), Held::Is(Value::Text(b))) => a.cmp(&b),
            (Held::Is(Value::Bool(a)), Held::Is(Value::Bool(b))) => a.cmp(&b),
            _ => return None,
        };
        Some(match op {
            BinaryOp::Eq => order == Ordering::Equal,
            BinaryOp::Ne => order != Ordering::Equal,
            BinaryOp::Lt => order == Ordering::Less,
            BinaryOp::Le => order != Ordering::Greater,
            BinaryOp::Gt => order == Ordering::Greater,
            BinaryOp::Ge => order != Ordering::Less,
            _ => return None,
        })
    }
}

/// A value that is written out, or whether there is one.
fn written(expr: &Typed) -> Held {
    match &expr.kind {
        Kind::Null => Held::Absent,
        Kind::Widen(inner) if literal(expr).is_none() => match written(inner) {
            Held::Is(_) => Held::Present,
            other => other,
        },
        _ => match literal(expr) {
            Some(value) => constant(&value),
            None if matches!(expr.ty, Ty::Optional(_)) => Held::Unknown,
            None => Held::Present,
        },
    }
}

/// A value that is the same wherever it is kept. Texts of other letters are not followed through what is done to them
/// on their way.
fn constant(value: &Value) -> Held {
    match value {
        Value::Null => Held::Absent,
        Value::Text(text) if !text.is_ascii() => Held::Present,
        Value::Int(_) | Value::Bool(_) | Value::Text(_) => Held::Is(value.clone()),
        _ => Held::Present,
    }
}

/// The same value as one of another type.
fn widened(value: Held, from: &Typed, to: &Typed) -> Held {
    match (&value, from.ty.present(), to.ty.present()) {
        (Held::Is(Value::Int(int)), from @ (Ty::Int | Ty::Decimal(_)), Ty::Decimal(scale)) => {
            let before = if let Ty::Decimal(scale) = from { *scale } else { 0 };
            let factor = scale.checked_sub(before).and_then(|more| 10_i64.checked_pow(u32::from(more)));
            let units = factor.and_then(|factor| int.checked_mul(factor));
            units.map_or(Held::Present, |units| Held::Is(Value::Int(units)))
        }
        _ => value,
    }
}
