//! Paths as Rust: names, fields, references and the rows that they lead to.
//!
//! ```text
//! order.status              see.read("order.status", &order.status)
//! order.user.name           order_user.name, where order_user was loaded in front of the step
//! order.user (compared)     order.user_id
//! ```

use crate::emit::ident::ident;
use crate::emit::rust::{Form, Out, Rust, id_key, owned, place};
use crate::emit::types::is_copy;
use crate::expr::parts::{is_rows, row_of};
use crate::expr::typed::{Function, Kind, Ty, Typed};
use crate::rows::finder::Vars;
use crate::rows::locals::Repr;
use crate::rows::scope::LocalKind;
use opwright_values::schema::Field;
use proc_macro2::TokenStream;
use quote::quote;

impl<'a> Rust<'a> {
    /// A path: its place, recorded if it is read from a row, the arguments or what a step has named.
    pub(super) fn leaf(&mut self, expr: &Typed, vars: &Vars) -> Out {
        let saw = std::mem::take(&mut self.saw);
        let out = self.place(expr, vars);
        // What is read on the way is recorded there; both at once would be two borrows of the same record.
        let inside = std::mem::replace(&mut self.saw, saw);
        self.saw |= inside;
        if inside {
            return out;
        }
        if !(self.traced && is_leaf(expr)) || is_rows(&expr.ty) || !is_shown(&expr.ty) {
            return out;
        }
        let text = &expr.text;
        let read = if expr.pii { quote!(hidden) } else { quote!(read) };
        let place = match out.form {
            Form::Place | Form::Owned => {
                let tokens = out.tokens;
                quote!(&#tokens)
            }
            Form::Ref => out.tokens,
        };
        self.saw = true;
        Out { tokens: quote!(see.#read(#text, #place)), form: Form::Ref }
    }

    /// A path as it stands, without recording.
    pub(super) fn place(&mut self, expr: &Typed, vars: &Vars) -> Out {
        match &expr.kind {
            Kind::Field(of, field) => {
                let base = self.handle(of, vars);
                let key = self.field(of, *field).map(|field| ident(&field.key));
                place(quote!(#base.#key))
            }
            Kind::Part(of, part) => {
                let base = match &of.kind {
                    Kind::Proved(inner) => {
                        let inner = self.place_ref(inner, vars);
                        self.tried(quote!(present(#inner))).tokens
                    }
                    _ => self.place(of, vars).tokens,
                };
                let key = part_key(of, *part);
                place(quote!(#base.#key))
            }
            Kind::Input(index) => {
                self.used.input = true;
                let key = self.operation.inputs.get(*index).map(|field| ident(&field.key));
                let input = self.input();
                place(quote!(#input.#key))
            }
            Kind::Refer(..) | Kind::Id(_) => self.id_place(expr, vars),
            Kind::Name(name) => self.name(name),
            Kind::Var(name) => {
                // An index is a number by itself, an element is borrowed.
                let form = if vars.contains_key(name) { Form::Ref } else { Form::Owned };
                let name = self.var(name);
                Out { tokens: quote!(#name), form }
            }
            Kind::Collection(of, _) => {
                let key = self.finder().path(expr, vars).unwrap_or_default();
                let of_all =
                    matches!(self.scope.get(&key).map(|it| &it.kind), Some(LocalKind::CollectionsOf(_)));
                let local = self.local(&key, false);
                if !of_all {
                    return place(quote!(#local.all()));
                }
                let id = self.id(of, vars);
                let many = self.tried(quote!(#local.of(#id))).tokens;
                place(quote!(#many.all()))
            }
            _ => self.expr(expr, vars),
        }
    }

    pub(super) fn input(&self) -> TokenStream {
        if self.in_run { quote!(self) } else { quote!(input) }
    }

    /// A macro's variable: one that is called like a local, or like something of the generated code, gets a line
    /// behind it, which no local has.
    pub(super) fn var(&self, name: &str) -> proc_macro2::Ident {
        let taken = crate::rows::scope::is_reserved(name) || self.scope.calls(name);
        if taken { ident(&format!("{name}_")) } else { ident(name) }
    }

    /// The collection that a path was loaded into.
    pub(super) fn many(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        self.local_of(expr, vars, false)
    }

    /// An optional row: a local, or `None` as it stands.
    pub(super) fn optional_row(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        self.local_of(expr, vars, false)
    }

    pub(super) fn place_ref(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let Out { tokens, form } = self.place(expr, vars);
        if form == Form::Ref { tokens } else { quote!(&#tokens) }
    }

    pub(super) fn name(&mut self, name: &str) -> Out {
        let Some(local) = self.scope.get(name) else {
            // Not loaded yet: a reference is what was sent for it.
            self.used.input = true;
            let reference = self.operation.references.iter().find(|it| it.name == name);
            let field = reference.and_then(|it| self.operation.inputs.get(it.input));
            let key = field.map(|field| ident(&field.key));
            let input = self.input();
            return place(quote!(#input.#key));
        };
        let rust = ident(&local.rust);
        self.used.locals.entry(name.to_owned()).or_default();
        let form = match &local.kind {
            LocalKind::Value(ty) if is_copy(ty) => Form::Owned,
            _ if self.in_run => Form::Place,
            _ => Form::Ref,
        };
        Out { tokens: quote!(#rust), form }
    }

    /// The local that a path was loaded into.
    pub(super) fn local_of(&mut self, expr: &Typed, vars: &Vars, handle: bool) -> TokenStream {
        let key = self.finder().path(expr, vars).unwrap_or_default();
        self.local(&key, handle)
    }

    pub(super) fn local(&mut self, key: &str, handle: bool) -> TokenStream {
        let rust = self.scope.get(key).map(|local| ident(&local.rust));
        *self.used.locals.entry(key.to_owned()).or_default() |= handle;
        quote!(#rust)
    }

    /// Something whose fields are those of the row.
    pub(super) fn handle(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        match &expr.kind {
            Kind::Row => self.row.clone().unwrap_or_else(|| quote!(row)),
            Kind::Var(name) => match vars.get(name) {
                Some(var) if var.repr == Repr::Id => {
                    let source = var.source.clone().unwrap_or_default();
                    let (rows, id) = (self.local(&source, false), self.var(name));
                    self.tried(quote!(#rows.of(#id))).tokens
                }
                _ => {
                    let name = self.var(name);
                    quote!(#name)
                }
            },
            Kind::Proved(inner) if matches!(inner.kind, Kind::Name(_)) => {
                let row = self.place_ref(inner, vars);
                self.tried(quote!(present(#row))).tokens
            }
            Kind::Refer(..) | Kind::Part(..) | Kind::Lookup(..) | Kind::Proved(_) => {
                self.followed(expr, vars)
            }
            Kind::Index(list, ..) if self.finder().repr(list, vars) == Repr::Id => self.followed(expr, vars),
            Kind::Index(list, at, _) => self.index(list, at, vars).tokens,
            Kind::Widen(inner) => self.handle(inner, vars),
            // One of two rows, each loaded in front of the step.
            Kind::Choose(..) | Kind::Call(Function::Or | Function::OrValue, _) => {
                let row = self.row(expr, vars);
                quote!((#row))
            }
            _ => self.expr(expr, vars).tokens,
        }
    }

    pub(super) fn followed(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let key = self.finder().path(expr, vars).unwrap_or_default();
        let kind = self.scope.get(&key).map(|local| local.kind.clone());
        let local = self.local(&key, false);
        match kind {
            Some(LocalKind::ById(_)) => {
                let id = self.id(expr, vars);
                self.tried(quote!(#local.of(#id))).tokens
            }
            Some(LocalKind::OptionalRow(_)) => {
                // A function is lent what `run` holds.
                let row = if self.in_run { quote!(&#local) } else { local };
                self.tried(quote!(present(#row))).tokens
            }
            _ => local,
        }
    }

    /// The id of a row, as a place: of `order.user` it is what `order` holds.
    pub(super) fn id_place(&mut self, expr: &Typed, vars: &Vars) -> Out {
        match &expr.kind {
            Kind::Id(of) => self.id_place(of, vars),
            Kind::Refer(of, field) => {
                let base = self.handle(of, vars);
                let key = self.field(of, *field).map(|field| ident(&field.key));
                place(quote!(#base.#key))
            }
            Kind::Part(..) => self.place(expr, vars),
            Kind::Proved(inner)
                if !matches!(inner.kind, Kind::Name(_)) || self.finder().repr(inner, vars) == Repr::Id =>
            {
                let inner = self.id_place(inner, vars);
                let tokens = inner.tokens;
                let inner = if inner.form == Form::Ref { tokens } else { quote!(&#tokens) };
                let out = self.tried(quote!(present(#inner)));
                Out { tokens: out.tokens, form: Form::Ref }
            }
            Kind::Widen(inner) => self.id_place(inner, vars),
            // A choice between rows is one between their ids.
            Kind::Choose(..) | Kind::Call(Function::Or | Function::OrValue, _) => {
                owned(self.row_id_owned(expr, vars))
            }
            Kind::Name(name) if self.scope.get(name).is_none() => self.name(name),
            _ if self.finder().repr(expr, vars) == Repr::Id => self.expr(expr, vars),
            _ => {
                let handle = self.handle(expr, vars);
                let key = row_of(&expr.ty).and_then(|row| id_key(self.model, row));
                place(quote!(#handle.#key))
            }
        }
    }

    /// The id of a row, borrowed.
    pub(super) fn id(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let Out { tokens, form } = self.id_place(expr, vars);
        if form == Form::Ref { tokens } else { quote!(&#tokens) }
    }

    pub(super) fn field(&self, of: &Typed, field: usize) -> Option<&'a Field> {
        self.model.schema.resources.get(row_of(&of.ty)?)?.fields.get(field)
    }

    pub(super) fn proved(&mut self, expr: &Typed, inner: &Typed, vars: &Vars) -> Out {
        if row_of(&expr.ty).is_some() {
            return match self.finder().repr(inner, vars) {
                Repr::Id => self.id_place(expr, vars),
                Repr::Handle => Out { tokens: self.handle(expr, vars), form: Form::Ref },
            };
        }
        let inner = self.borrowed(inner, vars);
        let out = self.tried(quote!(present(#inner)));
        Out { tokens: out.tokens, form: Form::Ref }
    }

    pub(super) fn has(&mut self, path: &Typed, vars: &Vars) -> Out {
        let Out { tokens, .. } = self.leaf(path, vars);
        owned(quote!(#tokens.is_some()))
    }

    /// The id of a row for comparing, recorded where it is a reference.
    pub(super) fn row_id(&mut self, expr: &Typed, vars: &Vars) -> Out {
        if matches!(expr.ty, Ty::Optional(_)) {
            return self.expr(expr, vars);
        }
        let read = matches!(expr.kind, Kind::Refer(..) | Kind::Part(..));
        if read { self.leaf(expr, vars) } else { self.id_place(expr, vars) }
    }

    /// The id of a row, owned: what a reference keeps.
    pub(super) fn id_owned(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let Out { tokens, form } = self.id_place(expr, vars);
        match form {
            Form::Owned => tokens,
            Form::Place => quote!(#tokens.clone()),
            Form::Ref => quote!(#tokens.to_string()),
        }
    }
}

fn part_key(of: &Typed, part: usize) -> Option<proc_macro2::Ident> {
    let mut ty = &of.ty;
    while let Ty::Optional(inner) = ty {
        ty = inner;
    }
    let Ty::Object(object) = ty else { return None };
    object.fields.get(part).map(|(_, key, _)| ident(key))
}

fn is_leaf(expr: &Typed) -> bool {
    match &expr.kind {
        Kind::Field(..) | Kind::Input(_) | Kind::Refer(..) | Kind::Part(..) => true,
        Kind::Name(_) => row_of(&expr.ty).is_none(),
        _ => false,
    }
}

/// Whether a value is one that is recorded where it is read.
pub(super) fn is_read(expr: &Typed) -> bool {
    match &expr.kind {
        Kind::Proved(inner) | Kind::Widen(inner) => is_read(inner),
        _ => is_leaf(expr) && !is_rows(&expr.ty),
    }
}

/// Objects are shown by their parts, so what is made of them is not shown whole.
pub(super) fn is_shown(ty: &Ty) -> bool {
    match ty {
        Ty::Object(_) | Ty::Map(_) => false,
        Ty::List(of) | Ty::Optional(of) => is_shown(of),
        _ => true,
    }
}
