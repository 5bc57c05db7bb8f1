//! Whether an expression can have no value: what types, bounds and facts exclude is not counted.
//!
//! ```text
//! order.number + 1        never where `order.number` ends before the largest int
//! price * count           20 digits and more: perhaps
//! xs.map(x, x.n).sum()    as often as the list is long, at most
//! xs[0]                   behind `require: xs.size() > 0` never, otherwise perhaps
//! ```
//!
//! Numbers are followed by how large they can be at most, whatever their sign. What is computed has 53 bits where it is
//! an int, and 64 everywhere else.

use crate::expr::parts::{row_of, walk};
use crate::expr::typed::{BinaryOp, Function, Kind, Macro, MacroKind, ResourceId, Ty, Typed};
use opwright_values::schema::{Schema, Type};
use opwright_values::time::{CLOCK, DAYS};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What is known of the values of an operation.
pub trait Knows {
    /// The resources, if their fields count.
    fn schema(&self) -> Option<&Schema> {
        None
    }
    /// The declared type of what paths begin with: an argument, a name, a variable.
    fn root(&self, _: &Typed) -> Option<&Type> {
        None
    }
    /// What the steps of a name compute; nothing, if the name stands for something else too.
    fn lets(&self, _: &str) -> Vec<&Typed> {
        Vec::new()
    }
    /// The declared type of a path.
    fn declared(&self, path: &Typed) -> Option<&Type> {
        match &path.kind {
            Kind::Field(of, field) => {
                Some(&self.schema()?.resources.get(row_of(&of.ty)?)?.fields.get(*field)?.ty)
            }
            Kind::Part(of, part) => match self.declared(of)? {
                Type::Object { fields, .. } => Some(&fields.get(*part)?.ty),
                _ => None,
            },
            Kind::Proved(inner) | Kind::Widen(inner) => self.declared(inner),
            _ => self.root(path),
        }
    }
    /// The most rows of a collection.
    fn collection(&self, resource: ResourceId, collection: usize) -> Option<u32> {
        Some(self.schema()?.resources.get(resource)?.collections.get(collection)?.size)
    }
}

/// Nothing is known.
pub struct Nothing;

impl Knows for Nothing {}

/// Whether an expression can refuse with `cannot_compute`.
pub fn fallible(expr: &Typed, knows: &dyn Knows) -> bool {
    let named = Found::default();
    let bounds = Bounds::of(expr, knows, &named);
    let mut fails = false;
    walk(expr, &mut |part| fails |= bounds.fails_itself(part));
    fails
}

/// How large a number can be at most, whatever its sign, in units of its scale.
pub fn magnitude(expr: &Typed, knows: &dyn Knows) -> i128 {
    Bounds::of(expr, knows, &Found::default()).magnitude(expr)
}

/// The type of the elements of a list.
pub fn elements(list: &Type) -> Option<&Type> {
    if let Type::List { of, .. } = list { Some(of) } else { None }
}

/// The lists over which the variables of macros go; `None` for one that stands for elements of several.
fn vars(expr: &Typed) -> BTreeMap<&str, Option<&Typed>> {
    let mut vars = BTreeMap::new();
    walk(expr, &mut |part| {
        if let Kind::Macro(of) = &part.kind {
            let list = (!vars.contains_key(of.var.as_str())).then_some(&*of.list);
            vars.insert(of.var.as_str(), list);
            if let Some(index) = &of.index {
                vars.insert(index.as_str(), None);
            }
        }
    });
    vars
}

/// A number that is written out, and not 0: dividing by it fails only where the least number has no negation. An int has
/// 53 bits, so it has one.
fn is_factor(by: &Typed, of: &Typed) -> bool {
    matches!(by.kind, Kind::Int(value) if value != 0 && (value != -1 || of.ty == Ty::Int))
}

/// Whether a number that is written out is not 0.
fn is_not_zero(expr: &Typed) -> bool {
    match &expr.kind {
        Kind::Int(value) | Kind::Decimal(value) => *value != 0,
        Kind::Widen(inner) => is_not_zero(inner),
        _ => false,
    }
}

/// A number that a row or an argument holds: an int has 53 bits, a decimal 15 digits.
pub(super) const INT_MAX: i128 = opwright_values::words::INT_MAX as i128;
const UNITS_MAX: i128 = opwright_values::decimal::UNITS_MAX as i128;

/// Microseconds from 1970 to the nearer end of what a timestamp can be, and from one end to the other.
const TIME_MAX: i128 = 62_000_000_000_000_000;
const SPAN_MAX: i128 = 320_000_000_000_000_000;

/// More than fits: nothing is known of a number.
pub(super) const ANY: i128 = i64::MAX as i128 + 1;

/// More than any list, map or text can have.
pub(super) const SIZE_MAX: i128 = 1 << 24;

/// What was found out about names; each is asked for once, however often it is read.
type Found = RefCell<BTreeMap<String, i128>>;

pub(super) struct Bounds<'k, 'e> {
    knows: &'k dyn Knows,
    vars: BTreeMap<&'e str, Option<&'e Typed>>,
    /// Of the variables of this expression.
    elements: Found,
    /// Of what steps have named.
    named: &'k Found,
}

impl<'k, 'e> Bounds<'k, 'e> {
    fn of(expr: &'e Typed, knows: &'k dyn Knows, named: &'k Found) -> Self {
        Self { knows, vars: vars(expr), elements: Found::default(), named }
    }
}

/// What is known of a name; found out the first time. Until it is known it may be anything: `let`s of lanes beside each
/// other may name each other in circles.
fn once(found: &Found, name: &str, find: impl FnOnce() -> i128) -> i128 {
    if let Some(most) = found.borrow().get(name) {
        return *most;
    }
    found.borrow_mut().insert(name.to_owned(), ANY);
    let most = find();
    found.borrow_mut().insert(name.to_owned(), most);
    most
}

/// What is known besides of the variables of the expression.
impl Knows for Bounds<'_, '_> {
    fn schema(&self) -> Option<&Schema> {
        self.knows.schema()
    }

    fn root(&self, path: &Typed) -> Option<&Type> {
        match &path.kind {
            Kind::Var(name) => elements(self.declared(self.vars.get(name.as_str()).copied()??)?),
            // Some of the elements, or all in another order: there may be fewer than was declared, and never more.
            Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. }) => {
                self.declared(list)
            }
            _ => self.knows.root(path),
        }
    }
}

impl Bounds<'_, '_> {
    fn fails_itself(&self, part: &Typed) -> bool {
        match &part.kind {
            Kind::Lookup(..) => true,
            Kind::Index(_, _, proved) => !proved,
            Kind::Binary(BinaryOp::Div | BinaryOp::Rem, of, by) => !is_factor(by, of),
            Kind::Binary(BinaryOp::Add | BinaryOp::Sub, ..) if matches!(part.ty, Ty::Text | Ty::List(_)) => {
                false
            }
            Kind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, ..) | Kind::Negate(_) => {
                self.too_large(part)
            }
            Kind::Call(Function::MathAbs | Function::Sum, _) => self.too_large(part),
            // The last day has no midnight that can be said.
            Kind::Call(Function::TimestampOf, args) => {
                !args.first().is_some_and(|day| self.has_midnight(day))
            }
            Kind::Call(Function::Min | Function::Max, args) => {
                !args.first().is_some_and(|list| self.has_elements(list))
            }
            Kind::Call(Function::MathRound, _) => self.too_large(part),
            Kind::Call(Function::MathDiv, args) => {
                !args.last().is_some_and(is_not_zero) || self.too_large(part)
            }
            Kind::Call(..) => false,
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
            _ => matches!(self.declared(day), Some(Type::Date { max, .. }) if max < DAYS.end()),
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
    pub(super) fn magnitude(&self, expr: &Typed) -> i128 {
        let most = self.computed(expr);
        if *expr.ty.present() == Ty::Int { most.min(INT_MAX) } else { most }
    }

    fn computed(&self, expr: &Typed) -> i128 {
        match &expr.kind {
            Kind::Int(value) | Kind::Decimal(value) | Kind::Time(value) => i128::from(*value).abs(),
            Kind::Now => i128::from(*CLOCK.end()),
            Kind::Field(..) | Kind::Input(_) | Kind::Part(..) => self.held(expr).unwrap_or(ANY),
            Kind::Var(name) => match self.vars.get(name.as_str()) {
                Some(Some(list)) => once(&self.elements, name, || self.element(list)),
                _ => unknown(expr),
            },
            Kind::Name(name) => self.named(name, expr),
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
                Function::Sum => {
                    let list = args.first();
                    list.map_or(ANY, |list| self.size(list).saturating_mul(self.element(list)))
                }
                Function::MathAbs
                | Function::MathGreatest
                | Function::MathLeast
                | Function::Or
                | Function::OrValue => args.iter().map(|arg| self.magnitude(arg)).max().unwrap_or(ANY),
                Function::MathRound | Function::MathDiv => self.quotient(args, &expr.ty),
                _ => ANY,
            },
            _ => unknown(expr),
        }
    }

    /// How large a number can be that is rounded, perhaps behind a division: by one unit at the least.
    fn quotient(&self, args: &[Typed], ty: &Ty) -> i128 {
        let (Some(of), by) = (args.first(), args.get(1)) else { return ANY };
        let wanted = scale(ty) + by.map_or(0, |by| scale(&by.ty));
        let factor = 10_i128.saturating_pow(wanted.saturating_sub(scale(&of.ty)));
        let most = self.magnitude(of).saturating_mul(factor);
        // What is only widened is not rounded.
        if by.is_none() && wanted >= scale(&of.ty) { most } else { most.saturating_add(1) }
    }

    /// What a step has named: what it computed, or an element of a list.
    fn named(&self, name: &str, expr: &Typed) -> i128 {
        once(self.named, name, || {
            let values = self.knows.lets(name);
            if values.is_empty() {
                let declared = self.declared(expr).and_then(|declared| in_type(declared, expr.ty.present()));
                return declared.unwrap_or_else(|| unknown(expr));
            }
            let most = values.into_iter().map(|value| {
                let inside = Bounds::of(value, self.knows, self.named);
                if value.ty == expr.ty { inside.magnitude(value) } else { ANY }
            });
            most.max().unwrap_or(ANY)
        })
    }

    /// What a row or an argument can hold.
    fn held(&self, expr: &Typed) -> Option<i128> {
        let most = number(expr.ty.present())?;
        self.declared(expr).map_or(Some(most), |declared| in_type(declared, expr.ty.present()).or(Some(most)))
    }
}

/// How large something of which nothing is known can be: it may be computed.
fn unknown(expr: &Typed) -> i128 {
    if *expr.ty.present() == Ty::Int { INT_MAX } else { ANY }
}

/// What a row or an argument can hold of a type, whatever its bounds.
fn number(ty: &Ty) -> Option<i128> {
    match ty {
        Ty::Int => Some(INT_MAX),
        Ty::Decimal(_) => Some(UNITS_MAX),
        _ => None,
    }
}

/// What it can hold within its bounds.
pub(super) fn in_type(declared: &Type, ty: &Ty) -> Option<i128> {
    let most = number(ty)?;
    let (Type::Int { min, max } | Type::Decimal { min, max, .. }) = declared else { return None };
    Some(i128::from(min.unsigned_abs().max(max.unsigned_abs())).min(most))
}

/// By what a widening multiplies.
fn factor(from: &Ty, to: &Ty) -> i128 {
    10_i128.saturating_pow(scale(to).saturating_sub(scale(from)))
}

fn scale(ty: &Ty) -> u32 {
    if let Ty::Decimal(scale) = ty.present() { u32::from(*scale) } else { 0 }
}
