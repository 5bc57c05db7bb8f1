//! Rows as values: as the handles that a `let` names, or as the ids that lists and fields keep.
//!
//! ```text
//! let: owner / be: order.user            order_user.clone()                        loaded in front of the step
//! let: m / be: order.open ? a : b        if order.open { a.clone() } else { b.clone() }
//! set: { user: order.user }              order.user_id.clone()                     nothing is loaded
//! ```

use crate::emit::ident::ident;
use crate::emit::rust::{Rust, id_key};
use crate::expr::parts::{is_rows, is_rows_in_lists, row_of};
use crate::expr::typed::{Function, Kind, Ty, Typed};
use crate::rows::finder::Vars;
use crate::rows::locals::Repr;
use crate::rows::scope::LocalKind;
use proc_macro2::TokenStream;
use quote::quote;

impl Rust<'_> {
    /// A row that is at hand as a handle, a row of which only the id is known as that, everything else owned.
    pub(super) fn row_or_owned(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        match (row_of(&expr.ty), self.finder().repr(expr, vars)) {
            (None, _) => self.owned(expr, vars),
            (Some(_), Repr::Handle) => self.row(expr, vars),
            (Some(_), Repr::Id) => self.row_id_owned(expr, vars),
        }
    }

    /// What a `let` keeps: rows as handles, which the step's loads have made sure of.
    pub(super) fn kept(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        if row_of(&expr.ty).is_some() {
            self.row(expr, vars)
        } else if is_rows_in_lists(&expr.ty) {
            self.ids_in_lists(expr, vars)
        } else {
            self.owned(expr, vars)
        }
    }

    /// The ids of rows in lists in lists.
    pub(super) fn ids_in_lists(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let lists = self.owned(expr, vars);
        match self.finder().repr(expr, vars) {
            Repr::Handle => quote!((#lists).row_ids()),
            Repr::Id => lists,
        }
    }

    /// What a field, a part of an object, an element or a round of a loop keeps: rows by their ids, in whatever lists
    /// and maps.
    pub(super) fn stored(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        if row_of(&expr.ty).is_some() {
            self.row_id_owned(expr, vars)
        } else if is_rows_in_lists(&expr.ty) {
            self.ids_in_lists(expr, vars)
        } else if is_rows(&expr.ty) {
            self.ids(expr, vars)
        } else {
            self.owned(expr, vars)
        }
    }

    /// `Live<R>`, or `Option<Live<R>>` where the row may be absent.
    pub(super) fn row(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        match &expr.kind {
            Kind::Null => quote!(None),
            Kind::Widen(inner) if matches!(inner.ty, Ty::Optional(_)) => self.row(inner, vars),
            Kind::Widen(inner) => {
                let row = self.row(inner, vars);
                quote!(Some(#row))
            }
            Kind::Choose(condition, a, b) => {
                let condition = self.owned(condition, vars);
                let (a, b) = (self.row(a, vars), self.row(b, vars));
                quote!(if #condition { #a } else { #b })
            }
            Kind::Call(Function::Or | Function::OrValue, args) => {
                let (Some(of), Some(other)) = (args.first(), args.get(1)) else { return quote!(None) };
                let (of, other) = (self.row(of, vars), self.row(other, vars));
                let found = if matches!(expr.ty, Ty::Optional(_)) { quote!(Some(row)) } else { quote!(row) };
                quote!(match #of { Some(row) => #found, None => #other })
            }
            Kind::Name(_) | Kind::Refer(..) | Kind::Part(..) | Kind::Proved(_) => {
                self.row_of_local(expr, vars)
            }
            _ => {
                let row = self.handle(expr, vars);
                quote!(#row.clone())
            }
        }
    }

    /// The row of a path, from the local that it was loaded into.
    fn row_of_local(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let key = self.finder().path(expr, vars).unwrap_or_default();
        let Some(kind) = self.scope.get(&key).map(|local| local.kind.clone()) else {
            let row = self.handle(expr, vars);
            return quote!(#row.clone());
        };
        let local = self.local(&key, true);
        match (kind, &expr.ty) {
            (LocalKind::ById(_), Ty::Optional(_)) => {
                let id = self.borrowed(expr, vars);
                self.tries = true;
                quote!(match #id { Some(id) => Some(#local.of(id)?.clone()), None => None })
            }
            (LocalKind::ById(_), _) => {
                let id = self.id(expr, vars);
                self.tries = true;
                quote!(#local.of(#id)?.clone())
            }
            (LocalKind::Row(_), Ty::Optional(_)) => quote!(Some(#local.clone())),
            (LocalKind::OptionalRow(_), Ty::Row(_)) => {
                self.tries = true;
                quote!(present(&#local)?.clone())
            }
            _ => quote!(#local.clone()),
        }
    }

    /// `String`, or `Option<String>` where the row may be absent: what lists and fields keep.
    pub(super) fn row_id_owned(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        match &expr.kind {
            Kind::Choose(condition, a, b) => {
                let condition = self.owned(condition, vars);
                let (a, b) = (self.row_id_owned(a, vars), self.row_id_owned(b, vars));
                quote!(if #condition { #a } else { #b })
            }
            Kind::Call(Function::Or | Function::OrValue, args) => {
                let (Some(of), Some(other)) = (args.first(), args.get(1)) else { return quote!(None) };
                let (of, other) = (self.row_id_owned(of, vars), self.row_id_owned(other, vars));
                let found = if matches!(expr.ty, Ty::Optional(_)) { quote!(Some(id)) } else { quote!(id) };
                quote!(match #of { Some(id) => #found, None => #other })
            }
            Kind::Widen(inner) if !matches!(inner.ty, Ty::Optional(_)) => {
                let id = self.row_id_owned(inner, vars);
                quote!(Some(#id))
            }
            Kind::Name(name) if matches!(expr.ty, Ty::Optional(_)) => self.id_of_optional(name, expr, vars),
            _ if matches!(expr.ty, Ty::Optional(_)) => self.owned(expr, vars),
            _ => self.id_owned(expr, vars),
        }
    }

    /// The id of an optional row that a name stands for.
    fn id_of_optional(&mut self, name: &str, expr: &Typed, vars: &Vars) -> TokenStream {
        let is_row = matches!(self.scope.get(name).map(|local| &local.kind), Some(LocalKind::OptionalRow(_)));
        let Some(key) = row_of(&expr.ty).and_then(|row| id_key(self.model, row)).filter(|_| is_row) else {
            return self.owned(expr, vars);
        };
        let local = self.scope.get(name).map(|local| ident(&local.rust));
        self.used.locals.entry(name.to_owned()).or_default();
        quote!(#local.as_ref().map(|row| row.#key.clone()))
    }
}
