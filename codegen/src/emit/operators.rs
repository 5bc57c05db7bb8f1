//! Operators as Rust.

use crate::emit::rust::{Form, Out, Rust, is_loose, owned};
use crate::emit::types::{is_copy, is_text};
use crate::expr::parts::{is_rows, row_of, rows_inside};
use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use crate::rows::finder::Vars;
use crate::rows::locals::Repr;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Rust<'_> {
    pub(super) fn widen(&mut self, inner: &Typed, to: &Ty, vars: &Vars) -> Out {
        match (&inner.ty, to) {
            (Ty::Optional(from), Ty::Optional(to)) => match (&**from, &**to) {
                (Ty::Int, Ty::Decimal(_)) | (Ty::Decimal(_), Ty::Decimal(_)) if from != to => {
                    self.widen_present(inner, from, to, vars)
                }
                _ => self.expr(inner, vars),
            },
            (_, Ty::Optional(to)) => {
                let value = if rows_inside(to).is_some() {
                    self.stored(inner, vars)
                } else {
                    let value = self.widen(inner, to, vars);
                    Self::to_owned_value(value, to)
                };
                owned(quote!(Some(#value)))
            }
            (Ty::Int, Ty::Decimal(scale)) => {
                let (value, scale) = (self.owned(inner, vars), Literal::u8_unsuffixed(*scale));
                self.tried(quote!(Decimal::<#scale>::from_int(#value)))
            }
            (Ty::Decimal(from), Ty::Decimal(to)) if from != to => {
                let (value, scale) = (self.receiver(inner, vars), Literal::u8_unsuffixed(*to));
                self.tried(quote!(#value.widen::<#scale>()))
            }
            _ => self.expr(inner, vars),
        }
    }

    /// What may be absent, widened where it is there.
    fn widen_present(&mut self, inner: &Typed, from: &Ty, to: &Ty, vars: &Vars) -> Out {
        let value = self.borrowed(inner, vars);
        let Ty::Decimal(scale) = to else { return self.expr(inner, vars) };
        let scale = Literal::u8_unsuffixed(*scale);
        let wider = if *from == Ty::Int {
            quote!(Decimal::<#scale>::from_int(*value))
        } else {
            quote!(value.widen::<#scale>())
        };
        self.tries = true;
        owned(quote!(match #value { Some(value) => Some(#wider?), None => None }))
    }

    pub(super) fn binary(&mut self, op: BinaryOp, a: &Typed, b: &Typed, whole: &Typed, vars: &Vars) -> Out {
        match op {
            BinaryOp::Eq | BinaryOp::Ne => self.equal(op, a, b, vars),
            BinaryOp::In => self.in_list(a, b, vars),
            BinaryOp::InMap => {
                let (key, map) = (self.str(a, vars), self.receiver(b, vars));
                owned(quote!(#map.contains_key(#key)))
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
    pub(super) fn grouped(&mut self, expr: &Typed, around: BinaryOp, vars: &Vars) -> TokenStream {
        let inner = self.owned(expr, vars);
        match &expr.kind {
            Kind::Binary(op @ (BinaryOp::And | BinaryOp::Or), ..) if *op != around => quote!((#inner)),
            Kind::Choose(..) => quote!((#inner)),
            _ => inner,
        }
    }

    pub(super) fn ordered(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        if is_text(&expr.ty) { self.str(expr, vars) } else { self.operand(expr, vars) }
    }

    pub(super) fn not(&mut self, inner: &Typed, vars: &Vars) -> Out {
        if let Kind::Has(path) = &inner.kind {
            let Out { tokens, .. } = self.leaf(path, vars);
            return owned(quote!(#tokens.is_none()));
        }
        let value = self.owned(inner, vars);
        owned(if is_loose(inner) { quote!(!(#value)) } else { quote!(!#value) })
    }

    pub(super) fn equal(&mut self, op: BinaryOp, a: &Typed, b: &Typed, vars: &Vars) -> Out {
        let (left, right) = if row_of(&a.ty).is_some() {
            let (a, b) = (self.row_id(a, vars), self.row_id(b, vars));
            comparable(a, b)
        } else if matches!(a.ty, Ty::Bool) {
            (self.grouped_bool(a, vars), self.grouped_bool(b, vars))
        } else if is_copy(&a.ty) {
            (self.owned(a, vars), self.owned(b, vars))
        } else {
            let (x, y) = (self.compared(a, vars), self.compared(b, vars));
            match (&a.kind, &b.kind) {
                (_, Kind::Text(_)) if x.form != Form::Ref => (x.tokens, y.tokens),
                _ => comparable(x, y),
            }
        };
        owned(if op == BinaryOp::Eq { quote!(#left == #right) } else { quote!(#left != #right) })
    }

    pub(super) fn grouped_bool(&mut self, expr: &Typed, vars: &Vars) -> TokenStream {
        let value = self.owned(expr, vars);
        if is_loose(expr) { quote!((#value)) } else { value }
    }

    pub(super) fn in_list(&mut self, item: &Typed, list: &Typed, vars: &Vars) -> Out {
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
        let (item, list) =
            (self.compared(item, vars).borrowed_of(item), self.compared(list, vars).borrowed_of(list));
        owned(quote!(contains(#list, #item)))
    }

    /// A value as it is compared: rows in lists by their ids.
    fn compared(&mut self, expr: &Typed, vars: &Vars) -> Out {
        let handles = rows_inside(&expr.ty).is_some() && self.finder().repr(expr, vars) == Repr::Handle;
        if handles { owned(self.stored(expr, vars)) } else { self.expr(expr, vars) }
    }

    pub(super) fn arithmetic(
        &mut self,
        op: BinaryOp,
        a: &Typed,
        b: &Typed,
        whole: &Typed,
        vars: &Vars,
    ) -> Out {
        if matches!(whole.ty, Ty::Text) {
            let (a, b) = (self.str(a, vars), self.str(b, vars));
            return owned(quote!(concat(#a, #b)));
        }
        // Where one of them has only ids, so has the whole.
        if is_rows(&whole.ty) && self.finder().repr(whole, vars) == Repr::Id {
            let (a, b) = (self.ids(a, vars), self.ids(b, vars));
            return owned(quote!(append(&#a, &#b)));
        }
        if matches!(whole.ty, Ty::List(_)) {
            let (a, b) = (self.borrowed(a, vars), self.borrowed(b, vars));
            return owned(quote!(append(#a, #b)));
        }
        if let (BinaryOp::Mul, Ty::Decimal(_), Ty::Decimal(scale)) = (op, &a.ty, &whole.ty) {
            let (x, y) = (self.receiver(a, vars), self.owned(b, vars));
            let scale = Literal::u8_unsuffixed(*scale);
            return self.tried(quote!(#x.product::<_, #scale>(#y)));
        }
        let (x, y) = (self.owned(a, vars), self.owned(b, vars));
        let call = match (op, &a.ty, &b.ty) {
            (BinaryOp::Add, Ty::Duration, Ty::Timestamp) => quote!(shift(#y, #x)),
            (BinaryOp::Add, Ty::Timestamp, Ty::Duration) => quote!(shift(#x, #y)),
            (BinaryOp::Sub, Ty::Timestamp, Ty::Duration) => quote!(shift(#x, neg(#y)?)),
            (BinaryOp::Sub, Ty::Timestamp, _) => quote!(since(#x, #y)),
            (BinaryOp::Mul, Ty::Duration, Ty::Int) => quote!(times(#x, #y)),
            (BinaryOp::Div, Ty::Duration, Ty::Int) => quote!(share(#x, #y)),
            (BinaryOp::Add, ..) => quote!(add(#x, #y)),
            (BinaryOp::Sub, ..) => quote!(sub(#x, #y)),
            (BinaryOp::Mul, ..) => quote!(mul(#x, #y)),
            (BinaryOp::Div, ..) => quote!(div(#x, #y)),
            _ => quote!(rem(#x, #y)),
        };
        self.tried(call)
    }

    pub(super) fn index(&mut self, list: &Typed, at: &Typed, vars: &Vars) -> Out {
        let (items, at) = (self.borrowed(list, vars), self.owned(at, vars));
        let out = self.tried(quote!(at(#items, #at)));
        Out { tokens: out.tokens, form: Form::Ref }
    }
}

/// Two operands of `==`: places side by side, or both borrowed.
fn comparable(a: Out, b: Out) -> (TokenStream, TokenStream) {
    if a.form != Form::Ref && b.form != Form::Ref {
        return (a.tokens, b.tokens);
    }
    (a.borrowed(), b.borrowed())
}
