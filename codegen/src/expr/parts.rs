//! The parts of an expression, and the rows in a type: what each phase asks of both.
//!
//! ```text
//! each_child   a + b * c          a, b * c              only the direct parts
//! walk         a + b * c          a + b * c, a, b * c, b, c
//! row_of       order?             order                 is_rows: [order]      rows_inside: {text: [[order]]}
//! ```

use crate::expr::typed::{Kind, Macro, Ty, Typed};
use crate::model::{Refusal, ResourceId};
use crate::source::Span;
use std::collections::BTreeSet;

/// The resource of a row type.
pub fn row_of(ty: &Ty) -> Option<ResourceId> {
    match ty {
        Ty::Row(resource) => Some(*resource),
        Ty::Optional(inner) => row_of(inner),
        _ => None,
    }
}

/// The resource of the rows that are in a value, in whatever lists and maps.
pub fn rows_inside(ty: &Ty) -> Option<ResourceId> {
    match ty {
        Ty::List(of) | Ty::Map(of) | Ty::Optional(of) => rows_inside(of),
        _ => row_of(ty),
    }
}

/// Whether rows are in lists in lists.
pub fn is_rows_in_lists(ty: &Ty) -> bool {
    matches!(ty.present(), Ty::List(of) if is_rows(of) || is_rows_in_lists(of))
}

/// Whether a type is a list of rows.
pub fn is_rows(ty: &Ty) -> bool {
    match ty {
        Ty::List(of) => row_of(of).is_some(),
        Ty::Optional(inner) => is_rows(inner),
        _ => false,
    }
}

/// The keys that lead to a part of an object that is there whenever the object is, the last one first.
pub fn always_there(ty: &Ty) -> Option<Vec<String>> {
    let Ty::Object(object) = ty.present() else { return Some(Vec::new()) };
    let there = object.fields.iter().filter(|(_, _, ty)| !matches!(ty, Ty::Optional(_)));
    there.into_iter().find_map(|(_, key, ty)| {
        let mut keys = always_there(ty)?;
        keys.push(key.clone());
        Some(keys)
    })
}

/// The direct parts of an expression, by reference or to be changed.
macro_rules! parts {
    ($kind:expr, $visit:ident, $iter:ident) => {
        match $kind {
            Kind::List(items) | Kind::Call(_, items) => items.$iter().for_each($visit),
            Kind::Object(parts) => parts.$iter().flatten().for_each($visit),
            Kind::Map(entries) | Kind::Shape(entries) => {
                entries.$iter().for_each(|(_, value)| $visit(value));
            }
            Kind::Field(a, _)
            | Kind::Part(a, _)
            | Kind::Refer(a, _)
            | Kind::Collection(a, _)
            | Kind::Id(a)
            | Kind::Proved(a)
            | Kind::Widen(a)
            | Kind::Not(a)
            | Kind::Negate(a)
            | Kind::Has(a) => $visit(a),
            Kind::Binary(_, a, b) | Kind::Index(a, b, _) | Kind::Lookup(a, b) => {
                $visit(a);
                $visit(b);
            }
            Kind::Choose(a, b, c) => {
                $visit(a);
                $visit(b);
                $visit(c);
            }
            Kind::Macro(Macro { list, filter, body, .. }) => {
                $visit(list);
                filter.$iter().for_each(|filter| $visit(filter));
                $visit(body);
            }
            _ => {}
        }
    };
}

/// Calls `visit` for every direct part of an expression.
pub fn each_child<'e>(expr: &'e Typed, visit: &mut dyn FnMut(&'e Typed)) {
    parts!(&expr.kind, visit, iter);
}

/// The same, to change them.
pub fn each_part(expr: &mut Typed, visit: &mut dyn FnMut(&mut Typed)) {
    parts!(&mut expr.kind, visit, iter_mut);
}

/// Calls `visit` for an expression and everything in it.
pub fn walk<'e>(expr: &'e Typed, visit: &mut dyn FnMut(&'e Typed)) {
    visit(expr);
    each_child(expr, &mut |child| walk(child, visit));
}

/// The parts that have a value only because something was proved: they are told from each other by their places.
pub fn proved(expr: &Typed) -> BTreeSet<Span> {
    let mut proved = BTreeSet::new();
    walk(expr, &mut |part| {
        if matches!(part.kind, Kind::Proved(_) | Kind::Index(_, _, true)) {
            proved.insert(part.span);
        }
    });
    proved
}

/// The same of a rule: of its condition, and of what its refusal tells.
pub fn proved_in_rule(condition: &Typed, refusal: &Refusal) -> BTreeSet<Span> {
    let mut all = proved(condition);
    all.extend(refusal.values().flat_map(proved));
    all
}

/// Whether there are any.
pub fn rests_on_facts(expr: &Typed) -> bool {
    !proved(expr).is_empty()
}

/// Whether this is a value that is proved present, in its own type or in a wider one: SQL widens what is bound as it is.
pub fn is_sent(expr: &Typed) -> bool {
    matches!(&expr.kind, Kind::Widen(inner) if is_sent(inner)) || matches!(expr.kind, Kind::Proved(_))
}
