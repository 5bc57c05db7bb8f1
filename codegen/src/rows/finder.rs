//! How the value of an expression is reached: its path, how its rows are at hand, and where it stands inside of another
//! value.
//!
//! ```text
//! order.items             path `order.items`      each element `order.items[]`, a handle
//! order.parts             path `order.parts`      each element only an id, inside of a field of `order`
//! input.legs[0].flight    path `input.legs[].flight`
//! ```

use crate::expr::parts::{is_rows_in_lists, row_of};
use crate::expr::typed::{Function, Kind, Macro, MacroKind, Ty, Typed};
use crate::model::Inside;
use crate::rows::locals::{Locals, Repr};
use crate::rows::within::Within;
use opwright_values::schema::{Field, Schema};
use std::collections::BTreeMap;

/// What is known of a macro's variable.
#[derive(Debug, Clone)]
pub struct VarInfo {
    /// The path of the list that it ranges over, with `[]`, if that has one.
    pub source: Option<String>,
    /// How its rows are at hand.
    pub repr: Repr,
    /// Where its values are found, if they are inside of another one.
    pub within: Option<Within>,
    /// Whether its list stands inside of a macro.
    pub inside: bool,
}

/// The macro variables in sight.
pub type Vars = BTreeMap<String, VarInfo>;

/// How the paths of arguments begin.
pub const SENT: &str = "input.";

/// Finds how rows are reached.
pub struct Finder<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// What names stand for.
    pub names: &'a dyn Locals,
    /// The arguments.
    pub inputs: &'a [Field],
    /// Whether references are known only by the ids that were sent (in the input phase).
    pub sent_only: bool,
}

impl Finder<'_> {
    /// The path of an expression, where it has one; a macro's variable is its list with `[]`.
    pub fn path(&self, expr: &Typed, vars: &Vars) -> Option<String> {
        match &expr.kind {
            Kind::Name(name) => Some(self.names.sent(name).unwrap_or(name).to_owned()),
            Kind::Row => Some("row".to_owned()),
            Kind::Var(name) => vars.get(name)?.source.clone(),
            Kind::Refer(of, field) | Kind::Field(of, field) => {
                Some(format!("{}.{}", self.path(of, vars)?, self.field_name(of, *field)?))
            }
            Kind::Input(index) => Some(format!("{SENT}{}", self.inputs.get(*index)?.name)),
            Kind::Part(of, part) => {
                let Ty::Object(object) = of.ty.present() else { return None };
                Some(format!("{}.{}", self.path(of, vars)?, object.fields.get(*part)?.0))
            }
            // What was sent is loaded whole, so whichever element is meant is at hand.
            Kind::Index(list, ..) | Kind::Lookup(list, _) => {
                self.source(list, vars).filter(|source| source.starts_with(SENT))
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
            Kind::Call(Function::Flatten, args) => Some(format!("{}[]", self.source(args.first()?, vars)?)),
            _ => Some(format!("{}[]", self.path(list, vars)?)),
        }
    }

    /// How a row, or the rows of a list, are at hand when this expression is evaluated as it stands.
    pub fn repr(&self, expr: &Typed, vars: &Vars) -> Repr {
        match &expr.kind {
            Kind::Name(name) => match self.names.repr(name) {
                None if self.sent_only => Repr::Id,
                repr => repr.unwrap_or(Repr::Handle),
            },
            Kind::Var(name) => vars.get(name).map_or(Repr::Id, |var| var.repr),
            Kind::Row | Kind::Collection(..) => Repr::Handle,
            // A list that may be absent is one of ids.
            Kind::Widen(_) if matches!(&expr.ty, Ty::Optional(of) if row_of(of).is_none()) => Repr::Id,
            Kind::Proved(inner) | Kind::Widen(inner) => self.repr(inner, vars),
            Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. }) => {
                self.repr(list, vars)
            }
            Kind::Macro(mac @ Macro { kind: MacroKind::Map, body, .. }) => {
                self.repr(body, &self.with_var(mac, vars))
            }
            Kind::Call(Function::OrValue | Function::Or, args) => match args.as_slice() {
                [of, other] => self.both(of, other, vars),
                _ => Repr::Id,
            },
            Kind::Call(Function::Distinct, _) if is_rows_in_lists(&expr.ty) => Repr::Id,
            Kind::Call(Function::Distinct | Function::Flatten | Function::Sort, args) => {
                args.first().map_or(Repr::Id, |first| self.repr(first, vars))
            }
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
        let info = VarInfo {
            source: self.source(&mac.list, vars),
            repr: self.repr(&mac.list, vars),
            within: self.within(&mac.list, vars).map(|list| list.step(Inside::Elements)),
            inside: !vars.is_empty(),
        };
        inside.insert(mac.var.clone(), info);
        inside
    }

    /// The local that a hop starts from: the elements of a list that is at hand are the list itself.
    pub(super) fn start(&self, of: &Typed, vars: &Vars) -> Option<String> {
        match &of.kind {
            Kind::Proved(inner) | Kind::Widen(inner) => self.start(inner, vars),
            Kind::Var(name) if vars.get(name)?.repr == Repr::Handle => {
                self.path(of, vars).map(|path| path.trim_end_matches("[]").to_owned())
            }
            _ => self.path(of, vars),
        }
    }

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
