//! Whether an expression can have no value: what types, bounds and facts exclude is not counted.
//!
//! ```text
//! order.number + 1        never where `order.number` ends before the largest int
//! price * count           20 digits and more: perhaps
//! xs.map(x, x.n).sum()    as often as the list is long, at most
//! xs[0]                   behind `require: xs.size() > 0` never, otherwise perhaps
//! ```
//!
//! Numbers are followed from the least to the most that they can be. What is computed has 53 bits where it is an int, and
//! 64 everywhere else.

use crate::expr::parts::{row_of, walk};
use crate::expr::range::Range;
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
    /// The most rows that a search gives to a name; nothing, if the name stands for something else too.
    fn found(&self, _: &str) -> Option<u32> {
        None
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

/// What a number can be, in units of its scale.
pub fn range_of(expr: &Typed, knows: &dyn Knows) -> Range {
    Bounds::of(expr, knows, &Found::default()).range(expr)
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
pub(super) const INT: Range = Range::around(opwright_values::words::INT_MAX as i128);
const UNITS: Range = Range::around(opwright_values::decimal::UNITS_MAX as i128);

/// Microseconds from 1970 to the nearer end of what a timestamp can be, and from one end to the other.
const TIME: Range = Range::around(62_000_000_000_000_000);
const SPAN: Range = Range::around(320_000_000_000_000_000);

/// What is computed of everything else.
const COMPUTED: Range = Range::around(i64::MAX as i128);

/// More than fits: nothing is known of a number.
pub(super) const ANY: Range = Range::around(i64::MAX as i128 + 1);

/// More than any list, map or text can have.
pub(super) const SIZE_MAX: i128 = 1 << 24;

/// What was found out about names; each is asked for once, however often it is read.
type Found = RefCell<BTreeMap<String, Range>>;

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
fn once(found: &Found, name: &str, find: impl FnOnce() -> Range) -> Range {
    if let Some(range) = found.borrow().get(name) {
        return *range;
    }
    found.borrow_mut().insert(name.to_owned(), ANY);
    let range = find();
    found.borrow_mut().insert(name.to_owned(), range);
    range
}

/// What is known besides of the variables of the expression.
impl Knows for Bounds<'_, '_> {
    fn schema(&self) -> Option<&Schema> {
        self.knows.schema()
    }

    fn found(&self, name: &str) -> Option<u32> {
        self.knows.found(name)
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
        let fits = match part.ty {
            Ty::Timestamp => TIME,
            Ty::Int => INT,
            _ => COMPUTED,
        };
        !self.computed(part).is_in(fits)
    }

    /// What a number can be, in units of its scale; times in microseconds. What is too large refuses, so an int is never
    /// larger than one can be.
    pub(super) fn range(&self, expr: &Typed) -> Range {
        let range = self.computed(expr);
        if *expr.ty.present() == Ty::Int { range.and(INT) } else { range }
    }

    /// The same of what is computed, whether that has room or not.
    fn computed(&self, expr: &Typed) -> Range {
        let range = self.by_parts(expr);
        expr.known.map_or(range, |known| range.and(known))
    }

    fn by_parts(&self, expr: &Typed) -> Range {
        match &expr.kind {
            Kind::Int(value) | Kind::Decimal(value) | Kind::Time(value) => Range::only(i128::from(*value)),
            Kind::Now => Range::new(i128::from(*CLOCK.start()), i128::from(*CLOCK.end())),
            Kind::Field(..) | Kind::Input(_) | Kind::Part(..) => self.held(expr).unwrap_or(ANY),
            Kind::Var(name) => match self.vars.get(name.as_str()) {
                Some(Some(list)) => once(&self.elements, name, || self.element(list)),
                _ => unknown(expr),
            },
            Kind::Name(name) => self.named(name, expr),
            Kind::Proved(inner) => self.range(inner),
            Kind::Negate(inner) => self.range(inner).negated(),
            Kind::Widen(inner) => self.range(inner).times(Range::only(factor(&inner.ty, &expr.ty))),
            Kind::Choose(_, a, b) => self.range(a).or(self.range(b)),
            Kind::Binary(op, a, b) => self.of_two(*op, a, b),
            Kind::Call(function, args) => self.called(*function, args, &expr.ty),
            _ => unknown(expr),
        }
    }

    fn of_two(&self, op: BinaryOp, a: &Typed, b: &Typed) -> Range {
        if op == BinaryOp::Sub && a.ty == Ty::Timestamp && b.ty == Ty::Timestamp {
            return SPAN;
        }
        let (a, b) = (self.range(a), self.range(b));
        match op {
            BinaryOp::Add => a.plus(b),
            BinaryOp::Sub => a.plus(b.negated()),
            BinaryOp::Mul => a.times(b),
            BinaryOp::Div => a.toward_zero(b.min >= 0, a.most()),
            // What is left has the sign of what is divided.
            BinaryOp::Rem => a.toward_zero(true, a.most().min(b.most())),
            _ => ANY,
        }
    }

    fn called(&self, function: Function, args: &[Typed], ty: &Ty) -> Range {
        let all = |join: fn(Range, Range) -> Range| {
            args.iter().map(|arg| self.range(arg)).reduce(join).unwrap_or(ANY)
        };
        match function {
            Function::Size => args.first().map_or(ANY, |of| Range::new(0, self.size(of))),
            Function::Sum => args.first().map_or(ANY, |list| {
                // As often as the list is long at most, and perhaps not at all.
                self.element(list).times(Range::new(0, self.size(list)))
            }),
            Function::MathAbs => args.first().map_or(ANY, |arg| self.range(arg).absolute()),
            Function::MathGreatest => all(Range::greatest),
            Function::MathLeast => all(Range::least),
            Function::Or | Function::OrValue => all(Range::or),
            Function::MathRound | Function::MathDiv => self.quotient(args, ty),
            _ => ANY,
        }
    }

    /// What a number can be that is rounded, perhaps behind a division: by one unit at the least.
    fn quotient(&self, args: &[Typed], ty: &Ty) -> Range {
        let (Some(of), by) = (args.first(), args.get(1)) else { return ANY };
        let wanted = scale(ty) + by.map_or(0, |by| scale(&by.ty));
        let factor = 10_i128.saturating_pow(wanted.saturating_sub(scale(&of.ty)));
        let of_range = self.range(of);
        let most = of_range.most().saturating_mul(factor);
        // What is only widened is not rounded.
        let most = if by.is_none() && wanted >= scale(&of.ty) { most } else { most.saturating_add(1) };
        of_range.toward_zero(by.is_none_or(|by| self.range(by).min >= 0), most)
    }

    /// What a step has named: what it computed, or an element of a list.
    fn named(&self, name: &str, expr: &Typed) -> Range {
        once(self.named, name, || {
            let values = self.knows.lets(name);
            if values.is_empty() {
                let declared = self.declared(expr).and_then(|declared| in_type(declared, expr.ty.present()));
                return declared.unwrap_or_else(|| unknown(expr));
            }
            let all = values.into_iter().map(|value| {
                let inside = Bounds::of(value, self.knows, self.named);
                if value.ty == expr.ty { inside.range(value) } else { ANY }
            });
            all.reduce(Range::or).unwrap_or(ANY)
        })
    }

    /// What a row or an argument can hold.
    fn held(&self, expr: &Typed) -> Option<Range> {
        let all = number(expr.ty.present())?;
        self.declared(expr).map_or(Some(all), |declared| in_type(declared, expr.ty.present()).or(Some(all)))
    }
}

/// What something of which nothing is known can be: it may be computed.
fn unknown(expr: &Typed) -> Range {
    if *expr.ty.present() == Ty::Int { INT } else { ANY }
}

/// What a row or an argument can hold of a type, whatever its bounds.
fn number(ty: &Ty) -> Option<Range> {
    match ty {
        Ty::Int => Some(INT),
        Ty::Decimal(_) => Some(UNITS),
        _ => None,
    }
}

/// What it can hold within its bounds.
pub(super) fn in_type(declared: &Type, ty: &Ty) -> Option<Range> {
    let all = number(ty)?;
    let (Type::Int { min, max } | Type::Decimal { min, max, .. }) = declared else { return None };
    Some(Range::new(i128::from(*min), i128::from(*max)).and(all))
}

/// By what a widening multiplies.
fn factor(from: &Ty, to: &Ty) -> i128 {
    10_i128.saturating_pow(scale(to).saturating_sub(scale(from)))
}

fn scale(ty: &Ty) -> u32 {
    if let Ty::Decimal(scale) = ty.present() { u32::from(*scale) } else { 0 }
}
