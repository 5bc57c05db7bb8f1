//! What is known of lists: whether they have elements, how many at most, and how large those can be.
//!
//! ```text
//! xs.map(x, x.n).sort()      as long as `xs`
//! [a, b] + xs                has an element
//! xs.filter(x, x.n > 0)      as long as `xs` at most, and perhaps empty
//! ```

use crate::expr::fallible::{ANY, Bounds, INT, Knows, SIZE_MAX, elements, in_type};
use crate::expr::parts::row_of;
use crate::expr::range::Range;
use crate::expr::typed::{BinaryOp, Function, Kind, Macro, MacroKind, Ty, Typed};
use opwright_values::schema::Type;

/// The list that has as many elements as this one: sorting and `map` without a condition keep them all.
pub fn as_long_as(list: &Typed) -> &Typed {
    match &list.kind {
        Kind::Macro(Macro { kind: MacroKind::SortBy, list, .. })
        | Kind::Macro(Macro { kind: MacroKind::Map, filter: None, list, .. })
        | Kind::Proved(list)
        | Kind::Widen(list) => as_long_as(list),
        Kind::Call(Function::Sort, args) => args.first().map_or(list, as_long_as),
        _ => list,
    }
}

impl Bounds<'_, '_> {
    /// Whether a list has an element whatever a call brings.
    pub(super) fn has_elements(&self, list: &Typed) -> bool {
        match &as_long_as(list).kind {
            Kind::List(items) => !items.is_empty(),
            Kind::Call(Function::Distinct, args) => args.first().is_some_and(|list| self.has_elements(list)),
            Kind::Binary(BinaryOp::Add, a, b) => self.has_elements(a) || self.has_elements(b),
            Kind::Choose(_, a, b) => self.has_elements(a) && self.has_elements(b),
            // Of a part of a list nothing is known, whatever the whole one was declared with.
            Kind::Macro(_) | Kind::Call(..) | Kind::Collection(..) => false,
            _ => matches!(self.declared(as_long_as(list)), Some(Type::List { min, .. }) if *min > 0),
        }
    }

    /// How many elements a list can have.
    pub(super) fn size(&self, list: &Typed) -> i128 {
        let declared = || match self.declared(list) {
            Some(Type::List { max, .. }) => i128::from(*max).min(SIZE_MAX),
            _ => SIZE_MAX,
        };
        match &list.kind {
            Kind::Macro(of) => self.size(&of.list),
            Kind::List(items) => items.len() as i128,
            Kind::Proved(inner) | Kind::Widen(inner) => self.size(inner),
            Kind::Call(Function::Sort | Function::Distinct, args) => {
                args.first().map_or(SIZE_MAX, |list| self.size(list))
            }
            Kind::Collection(of, collection) => row_of(&of.ty)
                .and_then(|resource| self.collection(resource, *collection))
                .map_or(SIZE_MAX, i128::from),
            Kind::Name(name) => self.found(name).map_or_else(declared, i128::from),
            _ => declared(),
        }
    }

    /// What a number in a list can be.
    pub(super) fn element(&self, list: &Typed) -> Range {
        let Ty::List(of) = list.ty.present() else { return ANY };
        match &list.kind {
            Kind::Macro(Macro { kind: MacroKind::Map, body, .. }) if body.ty == **of => self.range(body),
            Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. })
            | Kind::Proved(list) => self.element(list),
            Kind::List(items) => {
                items.iter().map(|item| self.range(item)).reduce(Range::or).unwrap_or(Range::only(0))
            }
            Kind::Call(Function::Sort | Function::Distinct, args) => {
                args.first().map_or(ANY, |list| self.element(list))
            }
            _ => match self.declared(list).and_then(elements) {
                Some(declared) => in_type(declared, of).unwrap_or(ANY),
                None if **of == Ty::Int => INT,
                None => ANY,
            },
        }
    }
}
