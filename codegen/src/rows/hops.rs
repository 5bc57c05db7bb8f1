//! Which rows an expression reads beyond those that have a name: each becomes a load in front of the step.
//!
//! ```text
//! order.user.name == 'x'              order.user                 follow one reference
//! order.items.size()                  order.items                load one collection
//! olds.all(o, o.product.active)       olds[].product             follow the references of all elements
//! order.user == other                 (none)                     comparing identities loads nothing
//! order.address.region.name           order.address.region       follow a reference inside of an object
//! input.legs.all(l, l.flight.open)    (none)                     rows that were sent are at hand
//! ```

use crate::expr::parts::{each_child, is_rows, row_of};
use crate::expr::typed::{Function, Kind, Macro, Ty, Typed};
use crate::model::{Inside, ResourceId};
use crate::rows::finder::{Finder, SENT, Vars};
use crate::rows::locals::Repr;
use crate::rows::within::Within;
use crate::source::Span;
use opwright_values::schema::Schema;

/// A load that an expression needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The path that it binds.
    pub key: String,
    /// The path that it starts from: a local.
    pub from: String,
    /// The resource whose field or collection it is.
    pub of: ResourceId,
    /// Which field or collection.
    pub along: Along,
    /// Whether it is done for all elements of a list.
    pub all: bool,
    /// Whether the reference may be absent, and the row with it.
    pub optional: bool,
}

/// What a hop goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Along {
    /// A reference field.
    Reference(usize),
    /// A collection.
    Collection(usize),
    /// References of a resource inside of a field, or of a local that is a value: elements of lists, parts of objects.
    Inside(Option<usize>, Vec<Inside>, ResourceId),
    /// A local that is a reference.
    Local,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The hops, each after those that it starts from.
    pub hops: Vec<Hop>,
    /// Places where a row is followed that has no path: it has to be named first.
    pub nameless: Vec<Nameless>,
}

/// A row without a path.
#[derive(Debug, Clone, Copy)]
pub struct Nameless {
    /// Where it is followed.
    pub place: Span,
    /// Whether it is an element of a list without a name.
    pub element: bool,
    /// Whether this is inside of a macro, where nothing can be named.
    pub inside: bool,
}

impl Found {
    fn nameless(&mut self, expr: &Typed, vars: &Vars) {
        let var = root(expr).and_then(|name| vars.get(name)).filter(|var| var.source.is_none());
        let inside = var.map_or(!vars.is_empty(), |var| var.inside);
        self.nameless.push(Nameless { place: expr.span, element: var.is_some(), inside });
    }
}

impl Finder<'_> {
    /// The hops of an expression. With `handle`, the row or rows that it is are needed too.
    pub fn find(&self, expr: &Typed, handle: bool) -> Found {
        let mut found = Found::default();
        self.visit(expr, handle, &Vars::new(), &mut found);
        found
    }

    fn visit(&self, expr: &Typed, handle: bool, vars: &Vars, found: &mut Found) {
        match &expr.kind {
            Kind::Refer(of, field) => {
                self.visit(of, true, vars, found);
                if handle {
                    let optional = matches!(expr.ty, Ty::Optional(_));
                    self.add(expr, of, Along::Reference(*field), optional, vars, found);
                }
            }
            Kind::Collection(of, index) => {
                self.visit(of, true, vars, found);
                self.add(expr, of, Along::Collection(*index), false, vars, found);
            }
            Kind::Field(of, _) => {
                self.visit(of, true, vars, found);
                if handle && is_rows(&expr.ty) {
                    self.add_elements(expr, vars, found);
                }
            }
            Kind::Part(of, _) => {
                self.visit(of, false, vars, found);
                if handle && row_of(&expr.ty).is_some() {
                    self.add_inside(expr, vars, found);
                }
            }
            Kind::Var(name) if handle => self.need_element(name, expr, vars, found),
            Kind::Macro(mac) => self.visit_macro(mac, vars, found),
            Kind::Choose(condition, a, b) if row_of(&expr.ty).is_some() => {
                self.visit(condition, false, vars, found);
                self.visit(a, handle, vars, found);
                self.visit(b, handle, vars, found);
            }
            Kind::Call(Function::Or | Function::OrValue, args) if row_of(&expr.ty).is_some() => {
                args.iter().for_each(|arg| self.visit(arg, handle, vars, found));
            }
            Kind::Index(list, at, _) | Kind::Lookup(list, at) if handle && row_of(&expr.ty).is_some() => {
                self.visit(list, false, vars, found);
                self.visit(at, false, vars, found);
                if self.repr(list, vars) == Repr::Id && self.path(expr, vars).is_none() {
                    found.nameless(expr, vars);
                }
            }
            Kind::Proved(inner) => self.visit_proved(expr, inner, handle, vars, found),
            Kind::Widen(inner) => self.visit(inner, handle, vars, found),
            _ => each_child(expr, &mut |child| self.visit(child, false, vars, found)),
        }
    }

    /// A proved reference is loaded in front of the step, where it is not proved yet: it may be absent there.
    fn visit_proved(&self, expr: &Typed, inner: &Typed, handle: bool, vars: &Vars, found: &mut Found) {
        match &inner.kind {
            Kind::Refer(of, field) if handle => {
                self.visit(of, true, vars, found);
                let optional = matches!(inner.ty, Ty::Optional(_));
                self.add(expr, of, Along::Reference(*field), optional, vars, found);
            }
            _ => self.visit(inner, handle, vars, found),
        }
    }

    fn visit_macro(&self, mac: &Macro, vars: &Vars, found: &mut Found) {
        self.visit(&mac.list, false, vars, found);
        let inside = self.with_var(mac, vars);
        if let Some(filter) = &mac.filter {
            self.visit(filter, false, &inside, found);
        }
        self.visit(&mac.body, false, &inside, found);
    }

    fn add(&self, expr: &Typed, of: &Typed, along: Along, optional: bool, vars: &Vars, found: &mut Found) {
        let (Some(key), Some(from), Some(resource)) =
            (self.path(expr, vars), self.start(of, vars), row_of(&of.ty))
        else {
            found.nameless(expr, vars);
            return;
        };
        let all = key.contains("[]");
        push(found, Hop { key, from, of: resource, along, all, optional });
    }

    /// The rows of a list of references that a field holds.
    fn add_elements(&self, expr: &Typed, vars: &Vars, found: &mut Found) {
        let within = self.within(expr, vars).map(|list| list.step(Inside::Elements));
        self.add_within(self.source(expr, vars), within, expr, vars, found);
    }

    /// A reference inside of an object.
    fn add_inside(&self, expr: &Typed, vars: &Vars, found: &mut Found) {
        self.add_within(self.path(expr, vars), self.within(expr, vars), expr, vars, found);
    }

    fn add_within(
        &self,
        key: Option<String>,
        within: Option<Within>,
        expr: &Typed,
        vars: &Vars,
        found: &mut Found,
    ) {
        // Rows that were sent are at hand, but not those that a field of them refers to.
        let of_row = within.as_ref().is_some_and(|within| within.field.is_some());
        if !of_row && key.as_ref().is_some_and(|key| key.starts_with(SENT)) {
            return;
        }
        let (Some(key), Some(Within { from, field, way, optional })) = (key, within) else {
            found.nameless(expr, vars);
            return;
        };
        let element = if let Ty::List(of) = expr.ty.present() { of } else { &expr.ty };
        let to = row_of(element).unwrap_or(usize::MAX);
        let (all, of) = (key.contains("[]"), field.map_or(to, |(of, _)| of));
        let along = Along::Inside(field.map(|(_, field)| field), way, to);
        push(found, Hop { key, from, of, along, all, optional });
    }

    /// A variable that is only an id is needed as a row: all rows of its list are loaded.
    fn need_element(&self, name: &str, expr: &Typed, vars: &Vars, found: &mut Found) {
        let Some(var) = vars.get(name) else { return };
        if var.repr == Repr::Id {
            self.add_within(var.source.clone(), var.within.clone(), expr, vars, found);
        }
    }
}

/// The variable that a path starts from.
fn root(expr: &Typed) -> Option<&str> {
    match &expr.kind {
        Kind::Var(name) => Some(name),
        Kind::Refer(of, _) | Kind::Field(of, _) | Kind::Part(of, _) | Kind::Collection(of, _) => root(of),
        Kind::Proved(inner) | Kind::Widen(inner) => root(inner),
        _ => None,
    }
}

fn push(found: &mut Found, hop: Hop) {
    if !found.hops.iter().any(|known| known.key == hop.key) {
        found.hops.push(hop);
    }
}

/// The load of a collection of a row that is at hand.
pub(crate) fn collection_hop(schema: &Schema, from: String, of: usize, collection: usize) -> Option<Hop> {
    let name = &schema.resources.get(of)?.collections.get(collection)?.name;
    let along = Along::Collection(collection);
    // Of one of many rows that were sent, the collections of all are at hand.
    let all = from.contains("[]");
    Some(Hop { key: format!("{from}.{name}"), from, of, along, all, optional: false })
}
