//! Typed expressions as Rust.
//!
//! ```text
//! order.status == 'pending'        *see.read("order.status", &order.status) == *"pending"
//! olds.all(o, o.item == line)      olds.iter().all(|o| o.item_id == line._id)
//! balance + amount                 add(*balance, *amount)?
//! ```

use crate::emit::ident::{ident, member};
use crate::emit::types::{is_copy, is_text};
use crate::expr::parts::{is_rows, row_of};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::model::{Model, Operation};
use crate::rows::finder::{Finder, Vars};
use crate::rows::locals::Repr;
use crate::rows::scope::Scope;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// Rust for an expression.
pub(super) struct Out {
    pub(super) tokens: TokenStream,
    pub(super) form: Form,
}

impl Out {
    /// The value, borrowed.
    pub(super) fn borrowed(self) -> TokenStream {
        let Self { tokens, form } = self;
        if form == Form::Ref { tokens } else { quote!(&#tokens) }
    }

    /// The same of this expression, in parentheses if it needs them.
    pub(super) fn borrowed_of(self, expr: &Typed) -> TokenStream {
        let tokens = &self.tokens;
        if self.form == Form::Owned && is_loose(expr) { quote!(&(#tokens)) } else { self.borrowed() }
    }
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
    /// Whether numbers say what they are, where nothing around them does.
    pub(super) suffixed: bool,
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
            suffixed: false,
        }
    }

    pub(super) fn finder(&self) -> Finder<'a> {
        let (schema, inputs) = (&self.model.schema, &self.operation.inputs);
        Finder { schema, names: self.scope, inputs, sent_only: self.sent_only }
    }

    /// The value, owned: what a field is set to, what a `let` keeps.
    pub(super) fn owned(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let out = self.expr(expr, vars);
        Self::to_owned_value(out, &expr.ty)
    }

    pub(super) fn to_owned_value(out: Out, ty: &Ty) -> TokenStream {
        let Out { tokens, form } = out;
        match form {
            Form::Owned => tokens,
            Form::Place if is_copy(ty) => tokens,
            Form::Ref if is_copy(ty) => quote!(*#tokens),
            Form::Place if matches!(ty, Ty::List(_)) && is_rows(ty) => quote!(#tokens.to_vec()),
            Form::Place => quote!(#tokens.clone()),
            Form::Ref if is_text(ty) => quote!(#tokens.to_string()),
            Form::Ref if matches!(ty, Ty::List(_)) => quote!(#tokens.to_vec()),
            Form::Ref => quote!(#tokens.clone()),
        }
    }

    /// The value, borrowed.
    pub(super) fn borrowed(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        self.expr(expr, vars).borrowed_of(expr)
    }

    /// For comparing: copies by value, texts as `str`, everything else borrowed.
    pub(super) fn operand(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
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
            Kind::List(items) => self.list(items, &expr.ty, vars),
            Kind::Object(parts) => self.object(parts, &expr.ty, vars),
            Kind::Map(entries) => self.map(entries, &expr.ty, vars),
            Kind::Shape(parts) => owned(self.shape(parts, vars)),
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
            Kind::Choose(..) if row_of(&expr.ty).is_some() => owned(self.row_or_owned(expr, vars)),
            Kind::Choose(condition, a, b) => {
                let condition = self.owned(condition, vars);
                // Where one of two lists of rows has only ids, so has what is chosen.
                let by_id = is_rows(&expr.ty) && self.finder().repr(expr, vars) == Repr::Id;
                let (a, b) = if by_id && !matches!(expr.ty, Ty::Optional(_)) {
                    (self.ids(a, vars), self.ids(b, vars))
                } else {
                    (self.owned(a, vars), self.owned(b, vars))
                };
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

    pub(super) fn tried(&mut self, call: TokenStream) -> Out {
        self.tries = true;
        owned(quote!(#call?))
    }

    pub(super) fn number(&self, value: i64, ty: &Ty) -> TokenStream {
        let literal = Literal::i64_unsuffixed(value);
        match ty {
            Ty::Decimal(scale) => {
                let scale = Literal::u8_unsuffixed(*scale);
                quote!(Decimal::<#scale>::from_units(#literal))
            }
            Ty::Date => quote!(Date::from_days(#literal)),
            Ty::Timestamp => quote!(Timestamp::from_micros(#literal)),
            Ty::Duration => quote!(Duration::from_micros(#literal)),
            // Beside another literal nothing says what a large one is.
            _ if self.suffixed || i32::try_from(value).is_err() => {
                let literal = Literal::i64_suffixed(value);
                quote!(#literal)
            }
            _ => quote!(#literal),
        }
    }

    /// A text as `&str`.
    pub(super) fn str(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        if let Kind::Text(text) = &expr.kind {
            return quote!(#text);
        }
        let text = self.borrowed(expr, vars);
        quote!(as_str(#text))
    }

    /// A value of which a method is called.
    pub(super) fn receiver(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let Out { tokens, form } = self.expr(expr, vars);
        // A method looks through references by itself.
        if form == Form::Owned && matches!(expr.kind, Kind::Choose(..)) { quote!((#tokens)) } else { tokens }
    }

    /// The ids of a list of rows, owned; one that may be absent is one of ids already.
    pub(super) fn ids(&mut self, list: &Typed, vars: &Vars) -> TokenStream {
        match self.finder().repr(list, vars) {
            Repr::Id => self.owned(list, vars),
            Repr::Handle => {
                let list = self.borrowed(list, vars);
                quote!(ids(#list))
            }
        }
    }

    /// A list of which `.iter()` can be taken.
    pub(super) fn items(&mut self, list: &Typed, vars: &Vars) -> TokenStream {
        self.written(list, vars).unwrap_or_else(|| self.expr(list, vars).tokens)
    }

    /// A list, borrowed for a function.
    pub(super) fn slice(&mut self, list: &Typed, vars: &Vars) -> TokenStream {
        match self.written(list, vars) {
            Some(items) => quote!(&#items),
            None => self.borrowed(list, vars),
        }
    }

    /// A list that is written out and only read: it needs no room of its own.
    pub(super) fn written(&mut self, list: &Typed, vars: &Vars) -> Option<TokenStream> {
        let Kind::List(items) = &list.kind else { return None };
        let items: Vec<TokenStream> = items.iter().map(|item| self.stored(item, vars)).collect();
        (!items.is_empty()).then(|| quote!([#(#items),*]))
    }

    /// A list that is written out; rows in it by their ids.
    pub(super) fn list(&mut self, items: &[Typed], ty: &Ty, vars: &Vars) -> Out {
        if items.is_empty() {
            let ty = crate::emit::types::of_ty(ty);
            return owned(quote!(<#ty>::new()));
        }
        let items: Vec<TokenStream> = items.iter().map(|item| self.stored(item, vars)).collect();
        owned(quote!(vec![#(#items),*]))
    }

    /// A map that is written out; rows in it by their ids.
    pub(super) fn map(&mut self, entries: &[(String, Typed)], ty: &Ty, vars: &Vars) -> Out {
        if entries.is_empty() {
            let ty = crate::emit::types::of_ty(ty);
            return owned(quote!(<#ty>::new()));
        }
        let entries: Vec<TokenStream> = entries
            .iter()
            .map(|(key, value)| {
                let value = self.stored(value, vars);
                quote!((#key.to_string(), #value))
            })
            .collect();
        owned(quote!(BTreeMap::from([#(#entries),*])))
    }

    /// An object that is given part by part; rows in it by their ids.
    pub(super) fn object(&mut self, parts: &[Option<Typed>], ty: &Ty, vars: &Vars) -> Out {
        let Ty::Object(object) = ty else { return owned(quote!(())) };
        let name = crate::emit::ident::type_name(&object.name);
        let parts: Vec<TokenStream> = parts
            .iter()
            .zip(&object.fields)
            .map(|(part, (_, key, _))| {
                let key = ident(key);
                let value = part.as_ref().map_or_else(|| quote!(None), |part| self.stored(part, vars));
                member(&key, &value)
            })
            .collect();
        owned(quote!(#name { #(#parts),* }))
    }
}

pub(super) fn owned(tokens: TokenStream) -> Out {
    Out { tokens, form: Form::Owned }
}

pub(super) fn place(tokens: TokenStream) -> Out {
    Out { tokens, form: Form::Place }
}

/// The Rust name of the field that holds the id of a row.
pub(super) fn id_key(model: &Model, resource: usize) -> Option<proc_macro2::Ident> {
    let resource = model.schema.resources.get(resource)?;
    resource.fields.get(resource.id).map(|field| ident(&field.key))
}

/// Whether what this becomes binds looser than a `&` or a `!` in front of it.
pub(super) fn is_loose(expr: &Typed) -> bool {
    use crate::expr::typed::BinaryOp as Op;
    match &expr.kind {
        Kind::Binary(op, ..) => {
            matches!(op, Op::And | Op::Or | Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge)
        }
        Kind::Choose(..) => true,
        _ => false,
    }
}
