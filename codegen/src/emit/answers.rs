//! Events and outcomes: what a call says.

use crate::emit::function::{default, operands};
use crate::emit::ident::ident;
use crate::emit::run::Fold;
use crate::emit::rust::{Form, Out, Rust};
use crate::emit::types;
use crate::expr::parts::{row_of, rows_inside, walk};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::lower::payload::Payload;
use crate::model::{Beyond, Returns, StepKind};
use crate::rows::finder::Vars;
use crate::rows::locals::Repr;
use crate::rows::scope::LocalKind;
use opwright_tracer::graph::Node;
use proc_macro2::TokenStream;
use quote::quote;

impl<'m> Fold<'_, 'm> {
    pub(super) fn event(
        &mut self,
        node: &Node<Payload<'m>>,
        event: usize,
        with: &[(usize, Typed)],
    ) -> TokenStream {
        let id = &node.id;
        let mut rust = self.rust(node);
        let Some(event) = self.functions.model.schema.events.get(event) else { return TokenStream::new() };
        let (name, fields) = (&event.name, &event.fields);
        let values: Vec<TokenStream> = fields
            .iter()
            .enumerate()
            .map(|(index, field)| match with.iter().find(|(known, _)| *known == index) {
                // By itself `None` would not say of what.
                Some((_, value)) if matches!(value.kind, Kind::Null) => quote!(value(&None::<String>)),
                Some((_, value)) if rows_inside(&value.ty).is_some() && row_of(&value.ty).is_none() => {
                    let ids = rust.stored(value, &Vars::new());
                    quote!(value(&#ids))
                }
                Some((_, value)) if matches!(value.ty, Ty::Row(_)) => {
                    let id = rust.id(value, &Vars::new());
                    quote!(value(#id))
                }
                Some((_, value)) if row_of(&value.ty).is_some() => {
                    let id = rust.row_id_owned(value, &Vars::new());
                    quote!(value(&#id))
                }
                Some((_, value)) => {
                    let value = rust.borrowed(value, &Vars::new());
                    quote!(value(#value))
                }
                None if field.default.is_some() => {
                    let (ty, default) = (types::of_field(field), default(field, &mut rust));
                    quote!(value::<#ty>(&#default))
                }
                None => quote!(value(&None::<String>)),
            })
            .collect();
        let now = rust.used.now.then(|| quote!(let now = cx.now();));
        // A value that may not be there is computed at the node, for it is refused there.
        let call = if std::mem::take(&mut rust.tries) {
            quote!(cx.emit_tried(#id, #name, || Ok([#(#values),*]))?;)
        } else {
            quote!(cx.emit(#id, #name, [#(#values),*])?;)
        };
        quote! {
            #now
            #call
        }
    }

    pub(super) fn outcome(&mut self, node: &Node<Payload<'m>>, returns: &Returns) -> TokenStream {
        let id = &node.id;
        self.hint_shape(returns);
        let mut rust = self.rust(node);
        let result = self.returned(&mut rust, returns);
        let narrated = self.functions.operation.narrate.as_ref().map(|text| {
            let (values, _) = operands(&mut rust, [text]);
            (!values.is_empty()).then(|| quote!(.tell(&[#(#values),*])))
        });
        let narrated = narrated.flatten();
        let goes_on = |step: &crate::model::Step| {
            matches!(&step.kind, StepKind::LoadMany { beyond: Beyond::Next(_), .. })
        };
        let next = self.functions.operation.steps.iter().any(goes_on).then(|| quote!(.behind(cx.cursor())));
        let now = rust.used.now.then(|| quote!(let now = cx.now();));
        quote! {
            #now
            cx.at(#id)? #narrated;
            Ok(Reply::new(#result) #next)
        }
    }

    /// A row among the arguments that is given back whole can be fetched whole.
    fn hint_shape(&mut self, returns: &Returns) {
        let Returns::Value(value) = returns else { return };
        let Kind::Name(name) = &value.kind else { return };
        let operation = self.functions.operation;
        let reference = operation.references.iter().find(|it| it.name == *name && !it.list && !it.optional);
        let Some(reference) = reference else { return };
        let resource = self.functions.model.schema.resources.get(reference.to);
        let key = operation.inputs.get(reference.input).map(|field| ident(&field.key));
        if resource.is_some_and(|resource| !resource.collections.is_empty()) {
            let row = types::of_resource(self.functions.model, reference.to);
            self.emitted.refs.push(quote!(refs.add_shape::<#row>(&self.#key);));
        }
    }

    pub(super) fn returned(&self, rust: &mut Rust<'_>, returns: &Returns) -> TokenStream {
        let vars = Vars::new();
        match returns {
            Returns::Nothing => quote!(Json::Null),
            Returns::Object(parts) => {
                let parts = parts.iter().map(|(key, part)| {
                    let part = self.returned(rust, part);
                    quote!((#key, #part))
                });
                let parts: Vec<TokenStream> = parts.collect();
                quote!(Json::present([#(#parts),*]))
            }
            Returns::Value(value) => rust.json(value, &vars),
            Returns::Pick(shape) => {
                let shape = rust.owned(shape, &vars);
                quote!((#shape).to_json())
            }
        }
    }
}

impl Rust<'_> {
    /// What `pick` makes of a row; rows in it are ids.
    pub(super) fn shape(&mut self, parts: &[(String, Typed)], vars: &Vars) -> TokenStream {
        let parts = parts.iter().map(|(key, part)| {
            if let Kind::Collection(of, index) = &part.kind {
                let list = self.listed(part, of, *index, vars);
                return quote!((#key, #list));
            }
            let part = match &part.ty {
                Ty::Row(_) => self.row_id_owned(part, vars),
                _ => self.expr(part, vars).tokens,
            };
            quote!((#key, (#part).to_json()))
        });
        let parts: Vec<TokenStream> = parts.collect();
        quote!(Json::present([#(#parts),*]))
    }

    /// A collection as it stands in a shape: what is owned as shapes, others as ids.
    fn listed(&mut self, list: &Typed, of: &Typed, index: usize, vars: &Vars) -> TokenStream {
        let resource = row_of(&of.ty).and_then(|row| self.model.schema.resources.get(row));
        let owned = resource.and_then(|it| it.collections.get(index)).is_some_and(|it| it.owned);
        let rows = self.borrowed(list, vars);
        if owned {
            self.tries = true;
            quote!(cx.shapes(#rows)?)
        } else {
            quote!(ids(#rows).to_json())
        }
    }

    /// A value of an answer.
    pub(super) fn json(&mut self, value: &Typed, vars: &Vars) -> TokenStream {
        // A choice between rows is made of what each may be, and so is one that may have been absent, or is one of many.
        let chosen = matches!(
            value.kind,
            Kind::Choose(..)
                | Kind::Call(..)
                | Kind::Widen(_)
                | Kind::Proved(_)
                | Kind::Part(..)
                | Kind::Index(..)
                | Kind::Lookup(..)
        );
        match &value.ty {
            // Its row is loaded where the shape is made.
            ty if row_of(ty).is_some() && self.finder().is_by_id(value) => {
                let row = row_of(ty).map(|row| types::of_resource(self.model, row));
                let id = self.row_id_owned(value, vars);
                quote!(cx.shapes_by_id::<#row, _>(&#id)?)
            }
            Ty::Row(_) => {
                let handle = if chosen || self.is_kept_as_an_option(value, vars) {
                    self.row(value, vars)
                } else {
                    self.handle(value, vars)
                };
                quote!(cx.shape(&#handle)?)
            }
            Ty::Optional(inner) if matches!(**inner, Ty::Row(_)) => {
                let row = if chosen { self.row(value, vars) } else { self.optional_row(value, vars) };
                quote!(match &#row { Some(row) => cx.shape(row)?, None => Json::Null })
            }
            Ty::List(of) if matches!(**of, Ty::Row(_)) && self.finder().repr(value, vars) == Repr::Handle => {
                let rows = self.items(value, vars);
                quote!(cx.shapes(&#rows)?)
            }
            ty => match (rows_inside(ty), self.finder().repr(value, vars)) {
                (None, _) => {
                    let tokens = self.expr(value, vars).tokens;
                    quote!((#tokens).to_json())
                }
                (Some(_), Repr::Handle) => {
                    let rows = self.borrowed(value, vars);
                    quote!(cx.shapes_in(#rows)?)
                }
                // What a shape needs is loaded where it is made.
                (Some(row), Repr::Id) => {
                    let (row, ids) = (types::of_resource(self.model, row), self.borrowed(value, vars));
                    quote!(cx.shapes_by_id::<#row, _>(#ids)?)
                }
            },
        }
    }

    /// Whether a row was loaded into a local that may hold none.
    fn is_kept_as_an_option(&self, row: &Typed, vars: &Vars) -> bool {
        let local = self.finder().path(row, vars).and_then(|path| self.scope.get(&path));
        local.is_some_and(|it| matches!(it.kind, LocalKind::OptionalRow(_)))
    }

    /// The elements of a list, owned, as they are at the start of a loop.
    pub(super) fn elements(&mut self, list: &Typed) -> TokenStream {
        let vars = Vars::new();
        if let Kind::Collection(..) = &list.kind {
            let many = self.many(list, &vars);
            return quote!(#many.each());
        }
        if self.finder().repr(list, &vars) == Repr::Id && crate::expr::parts::is_rows(&list.ty) {
            let ids = self.ids(list, &vars);
            return ids;
        }
        if crate::expr::parts::is_rows_in_lists(&list.ty) {
            // Whatever is made of an element knows it as a list of ids.
            return self.ids_in_lists(list, &vars);
        }
        let Out { tokens, form } = self.expr(list, &vars);
        match form {
            Form::Owned => tokens,
            // What is computed there does not outlive that.
            _ if self.tries || is_made(list) => Self::to_owned_value(Out { tokens, form }, &list.ty),
            Form::Place | Form::Ref => quote!(#tokens.iter().cloned()),
        }
    }
}

/// Whether something on the way is made where it stands, and is no place of a row or of what was sent.
fn is_made(expr: &Typed) -> bool {
    let mut made = false;
    walk(expr, &mut |part| {
        made |= matches!(part.kind, Kind::Choose(..) | Kind::Call(..) | Kind::Macro(_) | Kind::Binary(..));
    });
    made
}
