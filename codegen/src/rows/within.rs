//! Where the references are that a value holds: the local that it starts from, and the way from there.
//!
//! ```text
//! order.address.region        from `order`, field `address`, part `region`
//! rounds.flatten()            from `rounds`, elements; each of them is found at the elements of those
//! ```

use crate::expr::parts::row_of;
use crate::expr::typed::{Function, Kind, Macro, MacroKind, Ty, Typed};
use crate::model::{Inside, ResourceId};
use crate::rows::hops::{Finder, Vars};

/// A value inside of a field of a row, or of a local that is a value.
#[derive(Debug, Clone)]
pub struct Within {
    /// The local that it starts from.
    pub(super) from: String,
    /// The row's field, and its resource.
    pub(super) field: Option<(ResourceId, usize)>,
    /// The way from there.
    pub(super) way: Vec<Inside>,
    /// Whether something on the way may be absent.
    pub(super) optional: bool,
}

impl Within {
    pub(super) fn step(mut self, inside: Inside) -> Self {
        self.optional |= matches!(inside, Inside::Part(_, true));
        self.way.push(inside);
        self
    }
}

impl Finder<'_> {
    /// Where a value is found that is inside of another one.
    pub(super) fn within(&self, expr: &Typed, vars: &Vars) -> Option<Within> {
        match &expr.kind {
            Kind::Field(of, field) => {
                let resource = row_of(&of.ty)?;
                let optional = self.schema.resources.get(resource)?.fields.get(*field)?.optional;
                let (from, field) = (self.start(of, vars)?, Some((resource, *field)));
                Some(Within { from, field, way: Vec::new(), optional })
            }
            Kind::Name(name) => {
                let optional = matches!(expr.ty, Ty::Optional(_));
                Some(Within { from: name.clone(), field: None, way: Vec::new(), optional })
            }
            Kind::Var(name) => vars.get(name)?.within.clone(),
            Kind::Part(of, part) => {
                let Ty::Object(object) = of.ty.present() else { return None };
                let (_, key, ty) = object.fields.get(*part)?;
                let inside = Inside::Part(key.clone(), matches!(ty, Ty::Optional(_)));
                Some(self.within(of, vars)?.step(inside))
            }
            Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. }) => {
                self.within(list, vars)
            }
            Kind::Call(Function::Distinct, args) => self.within(args.first()?, vars),
            Kind::Call(Function::Flatten, args) => {
                Some(self.within(args.first()?, vars)?.step(Inside::Elements))
            }
            Kind::Proved(inner) | Kind::Widen(inner) => self.within(inner, vars),
            _ => None,
        }
    }
}
