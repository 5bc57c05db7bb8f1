//! How what is named is kept: rows at hand as handles, other values as they are, with the rows in them by their ids.
//!
//! ```text
//! be: order.user            Live<User>          loaded in front of the step
//! be: kids                  Vec<Live<Kid>>      rows that are at hand
//! be: order.parts           Vec<String>         a field that refers: its ids
//! be: parts[0]              String, Live<Part>  the id is found first, then its row is loaded
//! ```
//!
//! The checker asks the same as lowering does, so that what it takes can be emitted.

use crate::expr::env::Env;
use crate::expr::parts::{is_rows, row_of};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::rows::hops::{Finder, Nameless, Repr, Vars};
use crate::rows::scope::{Local, LocalKind, Scope};

impl Finder<'_> {
    /// What a local is that holds this value.
    pub fn held(&self, value: &Typed) -> LocalKind {
        match &value.ty {
            Ty::Row(of) => LocalKind::Row(*of),
            Ty::Optional(inner) if row_of(inner).is_some() => {
                row_of(inner).map_or(LocalKind::Value(value.ty.clone()), LocalKind::OptionalRow)
            }
            Ty::List(of) if is_rows(&value.ty) && self.repr(value, &Vars::new()) == Repr::Handle => {
                row_of(of).map_or(LocalKind::Value(value.ty.clone()), LocalKind::Rows)
            }
            other => LocalKind::Value(other.clone()),
        }
    }

    /// What a local is that holds what every round gives.
    pub fn given(value: &Typed) -> LocalKind {
        let mut named = value;
        while let Kind::Proved(inner) = &named.kind {
            named = inner;
        }
        match (&value.ty, &named.kind) {
            (Ty::Row(of), Kind::Name(_)) => LocalKind::Rows(*of),
            (ty, _) => LocalKind::Value(Ty::List(Box::new(ty.clone()))),
        }
    }

    /// Whether of a row only the id is at hand and no path leads to it: its id is found first, and the row is loaded
    /// by that.
    pub fn is_by_id(&self, expr: &Typed) -> bool {
        row_of(&expr.ty).is_some()
            && !self.find(expr, true).nameless.is_empty()
            && self.find(expr, false).nameless.is_empty()
    }
}

/// The first row without a path that an expression follows.
pub(crate) fn nameless(typed: &Typed, env: &Env<'_>) -> Option<Nameless> {
    in_check(env, |finder| finder.find(typed, false).nameless.first().copied())
}

/// Whether a name of this value is one of a list of ids.
pub(crate) fn is_of_ids(value: &Typed, env: &Env<'_>) -> bool {
    in_check(env, |finder| is_rows(&value.ty) && matches!(finder.held(value), LocalKind::Value(_)))
}

/// Asks a finder that knows what the checker does: which names are of rows, and which of values.
fn in_check<T>(env: &Env<'_>, ask: impl FnOnce(&Finder<'_>) -> T) -> T {
    let mut scope = Scope::default();
    for (name, bound) in &env.names {
        let rows = row_of(&bound.ty).is_some() || is_rows(&bound.ty) && !bound.ids;
        if !rows {
            let kind = LocalKind::Value(bound.ty.clone());
            scope.bind(
                name,
                Local { rust: name.clone(), kind, through: Vec::new(), elements: None, sent: None },
            );
        }
    }
    ask(&Finder { schema: env.schema, scope: &scope, inputs: env.inputs, sent_only: false })
}
