//! Which rows an expression reads beyond those that have a name: each becomes a load in front of the step.
//!
//! ```text
//! order.user.name == 'x'              order.user                 follow one reference
//! order.items.size()                  order.items                load one collection
//! olds.all(o, o.product.active)       olds[].product             follow the references of all elements
//! order.user == other                 (none)                     comparing identities loads nothing
//! ```

use crate::expr::typed::{Function, Kind, Macro, MacroKind, Ty, Typed};
use crate::lower::scope::{LocalKind, Scope};
use crate::model::ResourceId;
use crate::source::Span;
use opwright_values::schema::Schema;
use std::collections::BTreeMap;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// A reference field.
    Reference(usize),
    /// A collection.
    Collection(usize),
    /// A field that is a list of references.
    References(usize),
    /// A local that is a list of references.
    Local,
}

/// How a row is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repr {
    /// As a handle.
    Handle,
    /// Only as its id.
    Id,
}

/// What is known of a macro's variable.
#[derive(Debug, Clone)]
pub struct VarInfo {
    /// The path of the list that it ranges over, with `[]`, if that has one.
    pub source: Option<String>,
    /// How its rows are at hand.
    pub repr: Repr,
}

/// The macro variables in sight.
pub type Vars = BTreeMap<String, VarInfo>;

/// Finds hops.
pub struct Finder<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// What is bound.
    pub scope: &'a Scope,
    /// Whether references are known only by the ids that were sent (in the input phase).
    pub sent_only: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The hops, each after those that it starts from.
    pub hops: Vec<Hop>,
    /// Places where a row is followed that has no path: it has to be named first.
    pub nameless: Vec<Span>,
}

impl Finder<'_> {
    /// The hops of an expression. With `handle`, the row or rows that it is are needed too.
    pub fn find(&self, expr: &Typed, handle: bool) -> Found {
        let mut found = Found::default();
        self.visit(expr, handle, &Vars::new(), &mut found);
        found
    }

    /// The path of an expression, where it has one; a macro's variable is its list with `[]`.
    pub fn path(&self, expr: &Typed, vars: &Vars) -> Option<String> {
        match &expr.kind {
            Kind::Name(name) => Some(name.clone()),
            Kind::Row => Some("row".to_owned()),
            Kind::Var(name) => vars.get(name)?.source.clone(),
            Kind::Refer(of, field) => {
                Some(format!("{}.{}", self.path(of, vars)?, self.field_name(of, *field)?))
            }
            Kind::Field(of, field) if is_rows(&expr.ty) => {
                Some(format!("{}.{}", self.path(of, vars)?, self.field_name(of, *field)?))
            }
            Kind::Collection(of, index) => {
                let resource = self.schema.resources.get(row_of(&of.ty)?)?;
                Some(format!("{}.{}", self.path(of, vars)?, resource.collections.get(*index)?.name))
            }
            Kind::Proved(inner) | Kind::Widen(inner) => self.path(inner, vars),
            _ => None,
        }
    }

    fn field_name(&self, of: &Typed, field: usize) -> Option<&str> {
        Some(&self.schema.resources.get(row_of(&of.ty)?)?.fields.get(field)?.name)
    }

    /// The path of the elements of a list of rows: filters and sorting keep the elements.
    pub fn source(&self, list: &Typed, vars: &Vars) -> Option<String> {
        match &list.kind {
            Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. }) => {
                self.source(list, vars)
            }
            Kind::Call(Function::Distinct, args) => self.source(args.first()?, vars),
            _ => Some(format!("{}[]", self.path(list, vars)?)),
        }
    }

    /// How a row, or the rows of a list, are at hand when this expression is evaluated as it stands.
    pub fn repr(&self, expr: &Typed, vars: &Vars) -> Repr {
        match &expr.kind {
            Kind::Name(name) => match self.scope.get(name).map(|local| &local.kind) {
                Some(LocalKind::Value(_)) => Repr::Id,
                None if self.sent_only => Repr::Id,
                _ => Repr::Handle,
            },
            Kind::Var(name) => vars.get(name).map_or(Repr::Id, |var| var.repr),
            Kind::Row | Kind::Collection(..) => Repr::Handle,
            Kind::Proved(inner) | Kind::Widen(inner) => self.repr(inner, vars),
            Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. }) => {
                self.repr(list, vars)
            }
            Kind::Macro(mac @ Macro { kind: MacroKind::Map, body, .. }) => {
                self.repr(body, &self.with_var(mac, vars))
            }
            Kind::Call(
                Function::Distinct | Function::Flatten | Function::Sort | Function::OrValue | Function::Or,
                args,
            ) => args.first().map_or(Repr::Id, |first| self.repr(first, vars)),
            Kind::Index(list, ..) => self.repr(list, vars),
            Kind::Choose(_, a, b) | Kind::Binary(_, a, b) => self.both(a, b, vars),
            _ => Repr::Id,
        }
    }

    fn both(&self, a: &Typed, b: &Typed, vars: &Vars) -> Repr {
        match (self.repr(a, vars), self.repr(b, vars)) {
            (Repr::Handle, Repr::Handle) => Repr::Handle,
            _ => Repr::Id,
        }
    }

    /// The variables inside a macro.
    pub fn with_var(&self, mac: &Macro, vars: &Vars) -> Vars {
        let mut inside = vars.clone();
        let info = VarInfo { source: self.source(&mac.list, vars), repr: self.repr(&mac.list, vars) };
        inside.insert(mac.var.clone(), info);
        inside
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
            Kind::Field(of, field) => {
                self.visit(of, true, vars, found);
                if handle && is_rows(&expr.ty) {
                    self.add_elements(expr, of, *field, vars, found);
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
            Kind::Index(list, at, _) if handle && row_of(&expr.ty).is_some() => {
                self.visit(list, false, vars, found);
                self.visit(at, false, vars, found);
                if self.repr(list, vars) == Repr::Id {
                    found.nameless.push(expr.span);
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
            found.nameless.push(expr.span);
            return;
        };
        let all = key.contains("[]");
        push(found, Hop { key, from, of: resource, along, all, optional });
    }

    /// The local that a hop starts from: the elements of a list that is at hand are the list itself.
    fn start(&self, of: &Typed, vars: &Vars) -> Option<String> {
        match &of.kind {
            Kind::Proved(inner) | Kind::Widen(inner) => self.start(inner, vars),
            Kind::Var(name) if vars.get(name)?.repr == Repr::Handle => {
                self.path(of, vars).map(|path| path.trim_end_matches("[]").to_owned())
            }
            _ => self.path(of, vars),
        }
    }

    fn add_elements(&self, expr: &Typed, of: &Typed, field: usize, vars: &Vars, found: &mut Found) {
        let (Some(path), Some(from), Some(resource)) =
            (self.path(expr, vars), self.start(of, vars), row_of(&of.ty))
        else {
            found.nameless.push(expr.span);
            return;
        };
        let key = format!("{path}[]");
        let along = Along::References(field);
        push(found, Hop { key, from, of: resource, along, all: true, optional: false });
    }

    /// A variable that is only an id is needed as a row: all rows of its list are loaded.
    fn need_element(&self, name: &str, expr: &Typed, vars: &Vars, found: &mut Found) {
        let Some(var) = vars.get(name) else { return };
        if var.repr == Repr::Handle {
            return;
        }
        let (Some(source), Some(of)) = (&var.source, row_of(&expr.ty)) else {
            found.nameless.push(expr.span);
            return;
        };
        let path = source.trim_end_matches("[]");
        if self.scope.get(path).is_some() {
            let hop = Hop {
                key: source.clone(),
                from: path.to_owned(),
                of,
                along: Along::Local,
                all: true,
                optional: false,
            };
            push(found, hop);
        } else if let Some((from, field)) = self.list_field(path) {
            let along = Along::References(field.1);
            push(found, Hop { key: source.clone(), from, of: field.0, along, all: true, optional: false });
        } else {
            found.nameless.push(expr.span);
        }
    }

    /// The row and the field of a path that names a list of references, such as `order.return_items`.
    fn list_field(&self, path: &str) -> Option<(String, (ResourceId, usize))> {
        let (from, name) = path.rsplit_once('.')?;
        let LocalKind::Row(resource) = self.scope.get(from)?.kind else { return None };
        let field =
            self.schema.resources.get(resource)?.fields.iter().position(|field| field.name == name)?;
        Some((from.to_owned(), (resource, field)))
    }
}

fn push(found: &mut Found, hop: Hop) {
    if !found.hops.iter().any(|known| known.key == hop.key) {
        found.hops.push(hop);
    }
}

/// The resource of a row type.
pub fn row_of(ty: &Ty) -> Option<ResourceId> {
    match ty {
        Ty::Row(resource) => Some(*resource),
        Ty::Optional(inner) => row_of(inner),
        _ => None,
    }
}

/// Whether a type is a list of rows.
pub fn is_rows(ty: &Ty) -> bool {
    match ty {
        Ty::List(of) => row_of(of).is_some(),
        Ty::Optional(inner) => is_rows(inner),
        _ => false,
    }
}

/// Calls `visit` for every direct part of an expression.
pub fn each_child<'e>(expr: &'e Typed, visit: &mut dyn FnMut(&'e Typed)) {
    match &expr.kind {
        Kind::List(items) | Kind::Call(_, items) => items.iter().for_each(visit),
        Kind::Object(parts) => parts.iter().flatten().for_each(visit),
        Kind::Map(entries) | Kind::Shape(entries) => entries.iter().for_each(|(_, value)| visit(value)),
        Kind::Field(a, _)
        | Kind::Part(a, _)
        | Kind::Refer(a, _)
        | Kind::Collection(a, _)
        | Kind::Id(a)
        | Kind::Proved(a)
        | Kind::Widen(a)
        | Kind::Not(a)
        | Kind::Negate(a)
        | Kind::Has(a) => visit(a),
        Kind::Binary(_, a, b) | Kind::Index(a, b, _) | Kind::Lookup(a, b) => {
            visit(a);
            visit(b);
        }
        Kind::Choose(a, b, c) => {
            visit(a);
            visit(b);
            visit(c);
        }
        Kind::Macro(mac) => {
            visit(&mac.list);
            if let Some(filter) = &mac.filter {
                visit(filter);
            }
            visit(&mac.body);
        }
        _ => {}
    }
}

/// Calls `visit` for an expression and everything in it.
pub fn walk<'e>(expr: &'e Typed, visit: &mut dyn FnMut(&'e Typed)) {
    visit(expr);
    each_child(expr, &mut |child| walk(child, visit));
}
