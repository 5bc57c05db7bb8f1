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
use crate::rows::finder::{Finder, Vars};
use crate::rows::hops::Nameless;
use crate::rows::locals::{Locals, Repr};
use crate::rows::scope::LocalKind;

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
    finder(env).find(typed, false).nameless.first().copied()
}

/// Whether a name of this value is one of a list of ids.
pub(crate) fn is_of_ids(value: &Typed, env: &Env<'_>) -> bool {
    is_rows(&value.ty) && matches!(finder(env).held(value), LocalKind::Value(_))
}

/// A finder that knows what the checker does: which names are of rows, and which of values.
fn finder<'e>(env: &'e Env<'_>) -> Finder<'e> {
    Finder { schema: env.schema, names: env, inputs: env.inputs, sent_only: false }
}

impl Locals for Env<'_> {
    fn repr(&self, name: &str) -> Option<Repr> {
        let bound = self.names.get(name)?;
        let rows = row_of(&bound.ty).is_some() || is_rows(&bound.ty) && !bound.ids;
        Some(if rows { Repr::Handle } else { Repr::Id })
    }

    fn sent(&self, _: &str) -> Option<&str> {
        None
    }
}
