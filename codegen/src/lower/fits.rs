//! Whether a value can be out of the range of the field that it is written into.
//!
//! ```text
//! order: input.count          range 1..9 into 0..20           fits
//! label: input.name           length 2..5 into 1..20          fits
//! total: a + b                1..9 and 1..9 into 0..20        fits
//! label: a + b                may be too long                 `out_of_range` is drawn
//! ```

use crate::expr::parts::{row_of, walk};
use crate::expr::range::Range;
use crate::expr::typed::{Function, Kind, Macro, MacroKind, Ty, Typed};
use crate::expr::{Knows as _, as_long_as, range_of};
use crate::lower::known::Known;
use crate::model::{Model, Operation};
use crate::resolve::sets::literal;
use opwright_values::check::check;
use opwright_values::moment::is_any_moment;
use opwright_values::schema::Type;
use opwright_values::time::Duration;

/// Whether the type of a value excludes that it is out of the range of the field.
pub(super) fn fits(value: &Typed, into: &Type, model: &Model, operation: &Operation) -> bool {
    match (&value.kind, into) {
        (_, Type::Bool | Type::Enum { .. }) | (Kind::Null, _) => true,
        (Kind::Int(_) | Kind::Decimal(_) | Kind::Text(_) | Kind::Time(_), _) => {
            literal(value).is_some_and(|literal| check(into, &literal).is_ok())
        }
        (
            Kind::Refer(..) | Kind::Name(_) | Kind::Var(_) | Kind::Index(..) | Kind::Part(..),
            Type::Id { pattern: None, .. },
        ) if value.ty.present() != &Ty::Text => true,
        (Kind::Now, Type::Timestamp { .. }) => is_any_moment(into),
        (Kind::List(items), Type::List { of, min, max, distinct }) => {
            u32::try_from(items.len()).is_ok_and(|size| size >= *min && size <= *max)
                && (!distinct || items.len() < 2)
                && items.iter().all(|item| fits(item, of, model, operation))
        }
        // What is sorted holds the same elements; what is filtered may hold none.
        (Kind::Macro(Macro { kind: MacroKind::SortBy, list, .. }), _)
        | (Kind::Macro(Macro { kind: MacroKind::Filter, list, .. }), Type::List { min: 0, .. }) => {
            fits(list, into, model, operation)
        }
        (Kind::Call(Function::Sort, of), _) => of.iter().all(|list| fits(list, into, model, operation)),
        // Other units: only what is counted in those of the field is compared with its bounds.
        (Kind::Widen(inner), Type::Decimal { .. }) if inner.ty.present() != value.ty.present() => {
            is_within(value, into, &Known { model, operation })
        }
        (Kind::Proved(inner) | Kind::Widen(inner), _) => fits(inner, into, model, operation),
        (Kind::Choose(_, a, b), _) => fits(a, into, model, operation) && fits(b, into, model, operation),
        (Kind::Call(Function::Or | Function::OrValue, either), _) => {
            either.iter().all(|value| fits(value, into, model, operation))
        }
        (Kind::Name(name), _) if lets_fit(name, into, model, operation) => true,
        (Kind::Call(Function::Size, of), Type::Int { min, max }) => {
            let known = Known { model, operation };
            let size = of.first().and_then(|of| known.declared(as_long_as(of))).and_then(size);
            let declared =
                size.is_some_and(|(least, most)| i64::from(least) >= *min && i64::from(most) <= *max);
            declared || is_within(value, into, &known)
        }
        _ => {
            let known = Known { model, operation };
            known.declared(value).is_some_and(|from| within(from, into)) || is_within(value, into, &known)
        }
    }
}

/// The least and the most that a list, a map or a text holds.
fn size(of: &Type) -> Option<(u32, u32)> {
    match of {
        Type::List { min, max, .. } | Type::Map { min, max, .. } | Type::Text { min, max, .. } => {
            Some((*min, *max))
        }
        _ => None,
    }
}

/// Whether a name is of `let`s, all of which fit. Of one that rests on another `let` only its size is known.
fn lets_fit(name: &str, into: &Type, model: &Model, operation: &Operation) -> bool {
    let known = Known { model, operation };
    let values = known.lets(name);
    let fits = |value: &&Typed| !names_values(value) && fits(value, into, model, operation);
    !values.is_empty() && values.iter().all(fits)
}

/// Whether a number, or a moment counted from 1970, is within the range of a field, whatever it is computed of.
fn is_within(value: &Typed, into: &Type, known: &Known<'_>) -> bool {
    let (min, max) = match (value.ty.present(), into) {
        (Ty::Int, Type::Int { min, max }) | (Ty::Timestamp, Type::Timestamp { min, max }) => (*min, *max),
        (Ty::Date, Type::Date { min, max }) => (*min, *max),
        (Ty::Decimal(scale), Type::Decimal { scale: into, min, max }) if scale == into => (*min, *max),
        _ => return false,
    };
    let range = match &value.kind {
        Kind::Call(Function::DateOf, of) => of.first().map_or(Range::ALL, |at| {
            let (at, day) = (range_of(at, known), i128::from(Duration::DAY.micros()));
            // A part of a day before 1970 is the day before it.
            Range::new(at.min.div_euclid(day), at.max.div_euclid(day))
        }),
        _ if *value.ty.present() == Ty::Date => return false,
        _ => range_of(value, known),
    };
    range.is_in(Range::new(i128::from(min), i128::from(max)))
}

/// Whether an expression reads what a step named, other than rows.
fn names_values(expr: &Typed) -> bool {
    let mut names = false;
    walk(expr, &mut |part| names |= matches!(part.kind, Kind::Name(_)) && row_of(&part.ty).is_none());
    names
}

/// Whether every value of one type is one of another.
fn within(from: &Type, into: &Type) -> bool {
    match (from, into) {
        (Type::Int { min, max }, Type::Int { min: low, max: high })
        | (Type::Date { min, max }, Type::Date { min: low, max: high })
        | (Type::Timestamp { min, max }, Type::Timestamp { min: low, max: high })
        | (Type::Duration { min, max }, Type::Duration { min: low, max: high }) => min >= low && max <= high,
        (Type::Decimal { scale, min, max }, Type::Decimal { scale: into, min: low, max: high }) => {
            scale == into && min >= low && max <= high
        }
        (
            Type::List { of, min, max, distinct },
            Type::List { of: into, min: low, max: high, distinct: all },
        ) => min >= low && max <= high && (*distinct || !all) && within(of, into),
        (Type::Map { of, min, max }, Type::Map { of: into, min: low, max: high }) => {
            min >= low && max <= high && within(of, into)
        }
        (Type::Email { max }, Type::Email { max: high }) | (Type::Url { max }, Type::Url { max: high }) => {
            max <= high
        }
        (_, Type::Text { min: low, max: high, pattern, lines }) => texts(from).is_some_and(|of| {
            let written = pattern.is_none() || pattern.as_deref() == of.pattern;
            of.min >= *low && of.max <= *high && written && (*lines || !of.lines)
        }),
        _ => from == into,
    }
}

/// What the values of a type are as texts.
struct Texts<'t> {
    min: u32,
    max: u32,
    pattern: Option<&'t str>,
    lines: bool,
}

/// Those that are texts; an address and an id have at least a character, and no line ends.
fn texts(of: &Type) -> Option<Texts<'_>> {
    let plain = |max| Texts { min: 1, max, pattern: None, lines: false };
    Some(match of {
        Type::Text { min, max, pattern, lines } => {
            Texts { min: *min, max: *max, pattern: pattern.as_deref(), lines: *lines }
        }
        Type::Email { max } | Type::Url { max } => plain(*max),
        _ => return None,
    })
}
