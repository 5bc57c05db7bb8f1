//! Typed expressions as Rust.
//!
//! ```text
//! order.status == 'pending'        *see.read("order.status", &order.status) == *"pending"
//! olds.all(o, o.item == line)      olds.iter().all(|o| o.item_id == line._id)
//! balance + amount                 add(*balance, *amount)?
//! ```

use crate::emit::ident::ident;
use crate::expr::typed::{BinaryOp, Function, Kind, Ty, Typed};
use crate::lower::hops::{Finder, Repr, Vars, is_rows, row_of};
use crate::lower::scope::{LocalKind, Scope};
use crate::model::{Model, Operation};
use opwright_values::schema::{Field, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// Rust for an expression.
pub(super) struct Out {
    pub(super) tokens: TokenStream,
    pub(super) form: Form,
}

/// What the tokens of an expression are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A place of type `T`: `order.status`.
    Place,
    /// A value of type `&T`.
    Ref,
    /// A value of type `T`.
    Owned,
}

/// What an expression took from around it.
#[derive(Default)]
pub(super) struct Used {
    /// Locals by path, and whether the handle itself is needed.
    pub(super) locals: BTreeMap<String, bool>,
    /// Whether the arguments are needed.
    pub(super) input: bool,
    /// Whether `now` is needed.
    pub(super) now: bool,
}

/// Makes Rust of the expressions of one node.
pub(super) struct Rust<'a> {
    pub(super) model: &'a Model,
    pub(super) operation: &'a Operation,
    pub(super) scope: &'a Scope,
    /// Whether references are known only by their ids.
    pub(super) sent_only: bool,
    /// Whether values are recorded as they are read.
    pub(super) traced: bool,
    pub(super) used: Used,
    /// What `row` is called here.
    pub(super) row: Option<TokenStream>,
    /// Whether a `?` was written since this was last cleared.
    pub(super) tries: bool,
    /// Whether a read was recorded since this was last cleared.
    pub(super) saw: bool,
    /// Whether this stands in `run` itself, where locals are owned.
    pub(super) in_run: bool,
}

impl<'a> Rust<'a> {
    pub(super) fn new(model: &'a Model, operation: &'a Operation, scope: &'a Scope) -> Self {
        Self {
            model,
            operation,
            scope,
            sent_only: false,
            traced: false,
            used: Used::default(),
            row: None,
            tries: false,
            saw: false,
            in_run: false,
        }
    }

    pub(super) fn finder(&self) -> Finder<'a> {
        Finder { schema: &self.model.schema, scope: self.scope, sent_only: self.sent_only }
    }

    /// The value, owned: what a field is set to, what a `let` keeps.
    pub(super) fn owned(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let out = self.expr(expr, vars);
        self.into_owned(out, &expr.ty)
    }

    pub(super) fn into_owned(&self, out: Out, ty: &Ty) -> TokenStream {
        let Out { tokens, form } = out;
        match form {
            Form::Owned => tokens,
            Form::Place if is_copy(ty) => tokens,
            Form::Ref if is_copy(ty) => quote!(*#tokens),
            Form::Place => quote!(#tokens.clone()),
            Form::Ref if is_text(ty) => quote!(#tokens.to_string()),
            Form::Ref if matches!(ty, Ty::List(_)) => quote!(#tokens.to_vec()),
            Form::Ref => quote!(#tokens.clone()),
        }
    }

    /// The value, borrowed.
    pub(super) fn borrowed(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let Out { tokens, form } = self.expr(expr, vars);
        match form {
            Form::Ref => tokens,
            Form::Place | Form::Owned => quote!(&#tokens),
        }
    }

    /// For comparing: copies by value, texts as `str`, everything else borrowed.
    fn operand(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        if is_copy(&expr.ty) { self.owned(expr, vars) } else { self.borrowed(expr, vars) }
    }

    pub(super) fn expr(&mut self, expr: &Typed, vars: &Vars) -> Out {
        match &expr.kind {
            Kind::Bool(value) => owned(quote!(#value)),
            Kind::Int(value) | Kind::Decimal(value) | Kind::Time(value) => {
                owned(self.number(*value, &expr.ty))
            }
            Kind::Text(text) => Out { tokens: quote!(#text), form: Form::Ref },
            Kind::Null => owned(quote!(None)),
            Kind::Now => {
                self.used.now = true;
                owned(quote!(now))
            }
            Kind::List(items) => self.list(items, vars),
            Kind::Object(parts) => self.object(parts, &expr.ty, vars),
            Kind::Map(entries) => self.map(entries, vars),
            Kind::Name(_)
            | Kind::Var(_)
            | Kind::Row
            | Kind::Input(_)
            | Kind::Field(..)
            | Kind::Part(..)
            | Kind::Refer(..)
            | Kind::Collection(..)
            | Kind::Id(_) => self.leaf(expr, vars),
            Kind::Proved(inner) => self.proved(expr, inner, vars),
            Kind::Widen(inner) => self.widen(inner, &expr.ty, vars),
            Kind::Not(inner) => self.not(inner, vars),
            Kind::Negate(inner) => {
                let inner = self.owned(inner, vars);
                self.tried(quote!(neg(#inner)))
            }
            Kind::Binary(op, a, b) => self.binary(*op, a, b, expr, vars),
            Kind::Choose(condition, a, b) => {
                let condition = self.owned(condition, vars);
                let (a, b) = (self.owned_row(a, vars), self.owned_row(b, vars));
                owned(quote!(if #condition { #a } else { #b }))
            }
            Kind::Index(list, at, _) => self.index(list, at, vars),
            Kind::Lookup(map, key) => {
                let (map, key) = (self.borrowed(map, vars), self.borrowed(key, vars));
                let out = self.tried(quote!(lookup(#map, #key)));
                Out { tokens: out.tokens, form: Form::Ref }
            }
            Kind::Has(path) => self.has(path, vars),
            Kind::Macro(mac) => self.macro_(mac, vars),
            Kind::Call(function, args) => self.call(*function, args, expr, vars),
        }
    }

    /// A row stays a handle, everything else is owned.
    fn owned_row(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        self.row_or_owned(expr, vars)
    }

    pub(super) fn tried(&mut self, call: TokenStream) -> Out {
        self.tries = true;
        owned(quote!(#call?))
    }

    fn number(&self, value: i64, ty: &Ty) -> TokenStream {
        let literal = Literal::i64_unsuffixed(value);
        match ty {
            Ty::Decimal(scale) => {
                let scale = Literal::u8_unsuffixed(*scale);
                quote!(Decimal::<#scale>::from_units(#literal))
            }
            Ty::Date => quote!(Date::from_days(#literal)),
            Ty::Timestamp => quote!(Timestamp::from_micros(#literal)),
            Ty::Duration => quote!(Duration::from_micros(#literal)),
            _ => quote!(#literal),
        }
    }

    /// A path: its place, recorded if it is read from a row or the arguments.
    fn leaf(&mut self, expr: &Typed, vars: &Vars) -> Out {
        let saw = std::mem::take(&mut self.saw);
        let out = self.place(expr, vars);
        // What is read on the way is recorded there; both at once would be two borrows of the same record.
        let inside = std::mem::replace(&mut self.saw, saw);
        self.saw |= inside;
        if inside {
            return out;
        }
        let recorded = match &expr.kind {
            Kind::Field(..) | Kind::Input(_) | Kind::Refer(..) => true,
            Kind::Part(..) => true,
            _ => false,
        };
        if !(self.traced && recorded) || is_rows(&expr.ty) {
            return out;
        }
        let text = &expr.text;
        let read = if self.is_pii(expr) { quote!(hidden) } else { quote!(read) };
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
                let name = ident(name);
                Out {
                    tokens: quote!(#name),
                    form: if matches!(expr.ty, Ty::Int) && !vars.contains_key(&name.to_string()) {
                        Form::Owned
                    } else {
                        Form::Ref
                    },
                }
            }
            Kind::Collection(..) => {
                let local = self.local_of(expr, vars, false);
                place(quote!(#local.all()))
            }
            _ => self.expr(expr, vars),
        }
    }

    fn input(&self) -> TokenStream {
        if self.in_run { quote!(self) } else { quote!(input) }
    }

    /// The collection that a path was loaded into.
    pub(super) fn many(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        self.local_of(expr, vars, false)
    }

    /// An optional row: a local, or `None` as it stands.
    pub(super) fn optional_row(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        self.local_of(expr, vars, false)
    }

    /// A list of rows, optional or not, as a field keeps it.
    pub(super) fn stored_rows(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        match &expr.kind {
            Kind::Widen(inner) if matches!((&inner.ty, &expr.ty), (Ty::List(_), Ty::Optional(_))) => {
                let ids = self.ids(inner, vars);
                quote!(Some(#ids))
            }
            Kind::Null => quote!(None),
            _ if matches!(expr.ty, Ty::Optional(_)) => self.owned(expr, vars),
            _ => self.ids(expr, vars),
        }
    }

    fn place_ref(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let Out { tokens, form } = self.place(expr, vars);
        if form == Form::Ref { tokens } else { quote!(&#tokens) }
    }

    fn name(&mut self, name: &str) -> Out {
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
    fn local_of(&mut self, expr: &Typed, vars: &Vars, handle: bool) -> TokenStream {
        let key = self.finder().path(expr, vars).unwrap_or_default();
        self.local(&key, handle)
    }

    fn local(&mut self, key: &str, handle: bool) -> TokenStream {
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
                    let (rows, id) = (self.local(&source, false), ident(name));
                    self.tried(quote!(#rows.of(#id))).tokens
                }
                _ => {
                    let name = ident(name);
                    quote!(#name)
                }
            },
            Kind::Proved(inner) if matches!(inner.kind, Kind::Name(_)) => {
                let row = self.place(inner, vars).tokens;
                self.tried(quote!(present(#row))).tokens
            }
            Kind::Refer(..) | Kind::Proved(_) => self.followed(expr, vars),
            Kind::Index(list, at, _) => self.index(list, at, vars).tokens,
            Kind::Widen(inner) => self.handle(inner, vars),
            _ => self.expr(expr, vars).tokens,
        }
    }

    fn followed(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let key = self.finder().path(expr, vars).unwrap_or_default();
        let kind = self.scope.get(&key).map(|local| local.kind.clone());
        let local = self.local(&key, false);
        match kind {
            Some(LocalKind::ById(_)) => {
                let id = self.id(expr, vars);
                self.tried(quote!(#local.of(#id))).tokens
            }
            Some(LocalKind::OptionalRow(_)) => self.tried(quote!(present(#local))).tokens,
            _ => local,
        }
    }

    /// The id of a row, as a place: of `order.user` it is what `order` holds.
    fn id_place(&mut self, expr: &Typed, vars: &Vars) -> Out {
        match &expr.kind {
            Kind::Id(of) => self.id_place(of, vars),
            Kind::Refer(of, field) => {
                let base = self.handle(of, vars);
                let key = self.field(of, *field).map(|field| ident(&field.key));
                place(quote!(#base.#key))
            }
            Kind::Proved(inner) if !matches!(inner.kind, Kind::Name(_)) => {
                let inner = self.id_place(inner, vars);
                let tokens = inner.tokens;
                let inner = if inner.form == Form::Ref { tokens } else { quote!(&#tokens) };
                let out = self.tried(quote!(present(#inner)));
                Out { tokens: out.tokens, form: Form::Ref }
            }
            Kind::Widen(inner) => self.id_place(inner, vars),
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

    fn field(&self, of: &Typed, field: usize) -> Option<&'a Field> {
        self.model.schema.resources.get(row_of(&of.ty)?)?.fields.get(field)
    }

    fn is_pii(&self, expr: &Typed) -> bool {
        match &expr.kind {
            Kind::Field(of, field) => self.field(of, *field).is_some_and(|field| field.pii),
            Kind::Input(index) => self.operation.inputs.get(*index).is_some_and(|field| field.pii),
            Kind::Part(of, part) => {
                self.is_pii(of) || self.part_field(of, *part).is_some_and(|field| field.pii)
            }
            Kind::Proved(of) | Kind::Widen(of) | Kind::Id(of) => self.is_pii(of),
            _ => false,
        }
    }

    /// Whether a text must not show this value.
    pub(super) fn masked(&self, expr: &Typed) -> bool {
        let mut masked = false;
        crate::lower::hops::walk(expr, &mut |part| masked |= self.is_pii(part));
        masked
    }

    fn part_field(&self, of: &Typed, part: usize) -> Option<&'a Field> {
        let ty = match &of.kind {
            Kind::Field(row, field) => &self.field(row, *field)?.ty,
            Kind::Input(index) => &self.operation.inputs.get(*index)?.ty,
            Kind::Proved(of) => return self.part_field(of, part),
            _ => return None,
        };
        let Type::Object { fields, .. } = ty else { return None };
        fields.get(part)
    }

    fn proved(&mut self, expr: &Typed, inner: &Typed, vars: &Vars) -> Out {
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

    fn has(&mut self, path: &Typed, vars: &Vars) -> Out {
        let Out { tokens, .. } = self.leaf(path, vars);
        owned(quote!(#tokens.is_some()))
    }

    fn widen(&mut self, inner: &Typed, to: &Ty, vars: &Vars) -> Out {
        match (&inner.ty, to) {
            (Ty::Optional(_), Ty::Optional(_)) => self.expr(inner, vars),
            (_, Ty::Optional(to)) => {
                let value = self.widen(inner, to, vars);
                let value = if row_of(to).is_some() {
                    self.id_owned(inner, vars)
                } else {
                    self.into_owned(value, to)
                };
                owned(quote!(Some(#value)))
            }
            (Ty::Int, Ty::Decimal(scale)) => {
                let (value, scale) = (self.owned(inner, vars), Literal::u8_unsuffixed(*scale));
                self.tried(quote!(Decimal::<#scale>::from_int(#value)))
            }
            (Ty::Decimal(from), Ty::Decimal(to)) if from != to => {
                let (value, scale) = (self.owned(inner, vars), Literal::u8_unsuffixed(*to));
                self.tried(quote!(#value.widen::<#scale>()))
            }
            _ => self.expr(inner, vars),
        }
    }

    fn binary(&mut self, op: BinaryOp, a: &Typed, b: &Typed, whole: &Typed, vars: &Vars) -> Out {
        match op {
            BinaryOp::Eq | BinaryOp::Ne => self.equal(op, a, b, vars),
            BinaryOp::In => self.in_list(a, b, vars),
            BinaryOp::InMap => {
                let (a, b) = (self.borrowed(a, vars), self.borrowed(b, vars));
                owned(quote!(#b.contains_key(#a)))
            }
            BinaryOp::And | BinaryOp::Or => {
                let (a, b) = (self.grouped(a, op, vars), self.grouped(b, op, vars));
                owned(if op == BinaryOp::And { quote!(#a && #b) } else { quote!(#a || #b) })
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                let (a, b) = (self.ordered(a, vars), self.ordered(b, vars));
                owned(match op {
                    BinaryOp::Lt => quote!(#a < #b),
                    BinaryOp::Le => quote!(#a <= #b),
                    BinaryOp::Gt => quote!(#a > #b),
                    _ => quote!(#a >= #b),
                })
            }
            _ => self.arithmetic(op, a, b, whole, vars),
        }
    }

    /// Parentheses where the other operator binds looser.
    fn grouped(&mut self, expr: &Typed, around: BinaryOp, vars: &Vars) -> TokenStream {
        let inner = self.owned(expr, vars);
        match &expr.kind {
            Kind::Binary(op @ (BinaryOp::And | BinaryOp::Or), ..) if *op != around => quote!((#inner)),
            Kind::Choose(..) => quote!((#inner)),
            _ => inner,
        }
    }

    fn ordered(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        if is_text(&expr.ty) { self.str(expr, vars) } else { self.operand(expr, vars) }
    }

    /// A text as `&str`.
    pub(super) fn str(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        if let Kind::Text(text) = &expr.kind {
            return quote!(#text);
        }
        let text = self.borrowed(expr, vars);
        quote!(as_str(#text))
    }

    fn not(&mut self, inner: &Typed, vars: &Vars) -> Out {
        if let Kind::Has(path) = &inner.kind {
            let Out { tokens, .. } = self.leaf(path, vars);
            return owned(quote!(#tokens.is_none()));
        }
        let value = self.owned(inner, vars);
        let plain = !matches!(inner.kind, Kind::Binary(..) | Kind::Choose(..));
        owned(if plain { quote!(!#value) } else { quote!(!(#value)) })
    }

    fn equal(&mut self, op: BinaryOp, a: &Typed, b: &Typed, vars: &Vars) -> Out {
        let (left, right) = if row_of(&a.ty).is_some() {
            let (a, b) = (self.row_id(a, vars), self.row_id(b, vars));
            comparable(a, b)
        } else if matches!(a.ty, Ty::Bool) {
            (self.grouped_bool(a, vars), self.grouped_bool(b, vars))
        } else if is_copy(&a.ty) {
            (self.owned(a, vars), self.owned(b, vars))
        } else {
            let (x, y) = (self.expr(a, vars), self.expr(b, vars));
            match (&a.kind, &b.kind) {
                (_, Kind::Text(_)) if x.form != Form::Ref => (x.tokens, y.tokens),
                _ => comparable(x, y),
            }
        };
        owned(if op == BinaryOp::Eq { quote!(#left == #right) } else { quote!(#left != #right) })
    }

    fn grouped_bool(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let value = self.owned(expr, vars);
        if matches!(expr.kind, Kind::Binary(..) | Kind::Choose(..)) { quote!((#value)) } else { value }
    }

    /// The id of a row for comparing, recorded where it is a reference.
    fn row_id(&mut self, expr: &Typed, vars: &Vars) -> Out {
        if matches!(expr.ty, Ty::Optional(_)) {
            return self.expr(expr, vars);
        }
        if matches!(expr.kind, Kind::Refer(..)) { self.leaf(expr, vars) } else { self.id_place(expr, vars) }
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

    fn in_list(&mut self, item: &Typed, list: &Typed, vars: &Vars) -> Out {
        if let Kind::List(items) = &list.kind
            && is_text(&item.ty)
            && items.iter().all(|item| matches!(item.kind, Kind::Text(_)))
        {
            let item = self.str(item, vars);
            let texts = items.iter().filter_map(|item| match &item.kind {
                Kind::Text(text) => Some(text),
                _ => None,
            });
            return owned(quote!([#(#texts),*].contains(&#item)));
        }
        if row_of(&item.ty).is_some() {
            let (id, rows) = (self.id(item, vars), self.ids(list, vars));
            return owned(quote!(#rows.contains(#id)));
        }
        let (item, list) = (self.borrowed(item, vars), self.borrowed(list, vars));
        owned(quote!(contains(#list, #item)))
    }

    /// The ids of a list of rows, owned.
    pub(super) fn ids(&mut self, list: &Typed, vars: &Vars) -> TokenStream {
        match self.finder().repr(list, vars) {
            Repr::Id => self.owned(list, vars),
            Repr::Handle => {
                let list = self.items(list, vars);
                quote!(ids(&#list))
            }
        }
    }

    /// A list of which `.iter()` can be taken.
    pub(super) fn items(&mut self, list: &Typed, vars: &Vars) -> TokenStream {
        self.expr(list, vars).tokens
    }

    fn arithmetic(&mut self, op: BinaryOp, a: &Typed, b: &Typed, whole: &Typed, vars: &Vars) -> Out {
        if matches!(whole.ty, Ty::Text) {
            let (a, b) = (self.str(a, vars), self.str(b, vars));
            return owned(quote!(concat(#a, #b)));
        }
        if matches!(whole.ty, Ty::List(_)) {
            let (a, b) = (self.borrowed(a, vars), self.borrowed(b, vars));
            return owned(quote!(append(#a, #b)));
        }
        let (x, y) = (self.owned(a, vars), self.owned(b, vars));
        let call = match (op, &a.ty, &b.ty, &whole.ty) {
            (BinaryOp::Mul, Ty::Decimal(_), Ty::Decimal(_), Ty::Decimal(scale)) => {
                let scale = Literal::u8_unsuffixed(*scale);
                quote!(#x.product::<_, #scale>(#y))
            }
            (BinaryOp::Add, Ty::Duration, Ty::Timestamp | Ty::Date, _) => quote!(shift(#y, #x)),
            (BinaryOp::Add, Ty::Timestamp | Ty::Date, Ty::Duration, _) => quote!(shift(#x, #y)),
            (BinaryOp::Sub, Ty::Timestamp | Ty::Date, Ty::Duration, _) => quote!(shift(#x, neg(#y)?)),
            (BinaryOp::Sub, Ty::Timestamp | Ty::Date, _, _) => quote!(since(#x, #y)),
            (BinaryOp::Mul, Ty::Duration, Ty::Int, _) => quote!(times(#x, #y)),
            (BinaryOp::Div, Ty::Duration, Ty::Int, _) => quote!(share(#x, #y)),
            (BinaryOp::Add, ..) => quote!(add(#x, #y)),
            (BinaryOp::Sub, ..) => quote!(sub(#x, #y)),
            (BinaryOp::Mul, ..) => quote!(mul(#x, #y)),
            (BinaryOp::Div, ..) => quote!(div(#x, #y)),
            _ => quote!(rem(#x, #y)),
        };
        self.tried(call)
    }

    fn index(&mut self, list: &Typed, at: &Typed, vars: &Vars) -> Out {
        let (items, at) = (self.borrowed(list, vars), self.owned(at, vars));
        let out = self.tried(quote!(at(#items, #at)));
        Out { tokens: out.tokens, form: Form::Ref }
    }

    fn list(&mut self, items: &[Typed], vars: &Vars) -> Out {
        let items: Vec<TokenStream> = items.iter().map(|item| self.owned_row(item, vars)).collect();
        owned(quote!(vec![#(#items),*]))
    }

    fn map(&mut self, entries: &[(String, Typed)], vars: &Vars) -> Out {
        let entries: Vec<TokenStream> = entries
            .iter()
            .map(|(key, value)| {
                let value = self.owned(value, vars);
                quote!((#key.to_string(), #value))
            })
            .collect();
        owned(quote!(BTreeMap::from([#(#entries),*])))
    }

    fn object(&mut self, parts: &[Option<Typed>], ty: &Ty, vars: &Vars) -> Out {
        let Ty::Object(object) = ty else { return owned(quote!(())) };
        let name = crate::emit::ident::type_name(&object.name);
        let parts: Vec<TokenStream> = parts
            .iter()
            .zip(&object.fields)
            .map(|(part, (_, key, _))| {
                let key = ident(key);
                let value = part.as_ref().map_or_else(|| quote!(None), |part| self.owned(part, vars));
                quote!(#key: #value)
            })
            .collect();
        owned(quote!(#name { #(#parts),* }))
    }

    fn call(&mut self, function: Function, args: &[Typed], whole: &Typed, vars: &Vars) -> Out {
        super::calls::call(self, function, args, whole, vars)
    }
}

/// Two operands of `==`: places side by side, or both borrowed.
fn comparable(a: Out, b: Out) -> (TokenStream, TokenStream) {
    if a.form != Form::Ref && b.form != Form::Ref {
        return (a.tokens, b.tokens);
    }
    let borrowed = |Out { tokens, form }| if form == Form::Ref { tokens } else { quote!(&#tokens) };
    (borrowed(a), borrowed(b))
}

pub(super) fn owned(tokens: TokenStream) -> Out {
    Out { tokens, form: Form::Owned }
}

fn place(tokens: TokenStream) -> Out {
    Out { tokens, form: Form::Place }
}

fn part_key(of: &Typed, part: usize) -> Option<proc_macro2::Ident> {
    let mut ty = &of.ty;
    while let Ty::Optional(inner) = ty {
        ty = inner;
    }
    let Ty::Object(object) = ty else { return None };
    object.fields.get(part).map(|(_, key, _)| ident(key))
}

/// The Rust name of the field that holds the id of a row.
pub(super) fn id_key(model: &Model, resource: usize) -> Option<proc_macro2::Ident> {
    let resource = model.schema.resources.get(resource)?;
    resource.fields.get(resource.id).map(|field| ident(&field.key))
}

/// Whether values of this type are copied, not cloned.
pub(super) fn is_copy(ty: &Ty) -> bool {
    matches!(ty, Ty::Bool | Ty::Int | Ty::Decimal(_) | Ty::Date | Ty::Timestamp | Ty::Duration)
}

/// Whether values of this type are texts in Rust.
pub(super) fn is_text(ty: &Ty) -> bool {
    matches!(ty, Ty::Text | Ty::Enum(_) | Ty::Id(_))
}
