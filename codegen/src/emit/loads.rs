//! Loads in `run`: references among the arguments, and what paths lead to.

use crate::emit::ident::{constant, ident};
use crate::emit::run::Fold;
use crate::emit::rust::id_key;
use crate::emit::types;
use crate::expr::typed::Ty;
use crate::lower::hops::{Along, Hop, Vars};
use crate::lower::payload::Payload;
use crate::lower::scope::{Local, LocalKind};
use crate::model::{Finds, Reference};
use opwright_tracer::graph::Node;
use proc_macro2::TokenStream;
use quote::quote;

impl<'m> Fold<'_, 'm> {
    pub(super) fn reference(&mut self, node: &Node<Payload<'m>>, reference: &Reference) -> TokenStream {
        let Some(local) = &node.payload.binds else { return TokenStream::new() };
        let (id, name) = (&node.id, ident(&local.rust));
        let row = types::of_resource(self.functions.model, reference.to);
        let ty = types::of_local(self.functions.model, &local.kind);
        let key = self.functions.operation.inputs.get(reference.input).map(|field| ident(&field.key));
        // What is deleted is not fetched with others.
        let hint = match (reference.finds, reference.list, reference.optional) {
            (Finds::Deleted, ..) => TokenStream::new(),
            (_, true, _) => quote!(refs.add_all::<#row>(&self.#key);),
            (_, false, true) => quote!(refs.add_optional::<#row>(self.#key.as_deref());),
            (_, false, false) => quote!(refs.add::<#row>(&self.#key);),
        };
        self.emitted.refs.extend((!hint.is_empty()).then_some(hint));
        let cx = match reference.finds {
            Finds::Live => quote!(cx),
            Finds::Deleted => quote!(cx.deleted_only()),
            Finds::All => quote!(cx.deleted_also()),
        };
        let (call, given) = match (reference.list, reference.optional) {
            (true, _) => ("load_all", quote!(&self.#key)),
            (false, true) => ("load_optional", quote!(self.#key.as_ref())),
            (false, false) => ("load", quote!(&self.#key)),
        };
        match &reference.filter {
            None => {
                let call = ident(call);
                quote!(let #name: #ty = #cx.#call(#id, #given)?;)
            }
            Some(filter) => {
                let call = ident(&format!("{call}_where"));
                let mut rust = self.rust(node);
                rust.row = Some(quote!(row));
                let holds = rust.owned(filter, &Vars::new());
                let now = rust.used.now.then(|| quote!(let now = cx.now();));
                quote! {
                    #now
                    let #name: #ty = #cx.#call(#id, #given, |row: &#row| Ok(#holds))?;
                }
            }
        }
    }

    pub(super) fn hop(&mut self, node: &Node<Payload<'m>>, hop: &Hop) -> TokenStream {
        let Some(local) = &node.payload.binds else { return TokenStream::new() };
        let Some(from) = node.payload.scope.get(&hop.from) else { return TokenStream::new() };
        let (id, name, base) = (&node.id, ident(&local.rust), ident(&from.rust));
        let model = self.functions.model;
        let ty = types::of_local(model, &local.kind);
        match (hop.along, hop.all) {
            (Along::Reference(field), false) => {
                let (call, reference) = self.reference_of(hop, field, from);
                quote!(let #name: #ty = cx.#call(#id, #reference)?;)
            }
            (Along::Collection(index), false) => {
                let (owner, relation) = self.relation(hop.of, index);
                let key = id_key(model, hop.of);
                self.hint_collection(hop, &owner, &relation);
                if matches!(from.kind, LocalKind::OptionalRow(_)) {
                    let id_of = quote!(#base.as_ref().map(|row| row.#key.as_str()));
                    return quote!(let #name = cx.many_optional(#id, &#owner::#relation, #id_of)?;);
                }
                quote!(let #name = cx.many(#id, &#owner::#relation, &#base.#key)?;)
            }
            (Along::Local, false) => quote!(let #name: #ty = cx.follow(#id, &#base)?;),
            (along, true) => {
                let ids = self.ids_of_all(along, hop, from);
                if let Along::Collection(index) = along {
                    let (owner, relation) = self.relation(hop.of, index);
                    return quote!(let #name = cx.many_all(#id, &#owner::#relation, #ids)?;);
                }
                quote!(let #name: #ty = cx.follow_all(#id, #ids)?;)
            }
            (Along::References(_), false) => TokenStream::new(),
        }
    }

    /// How one reference of a row is followed, and what it holds.
    fn reference_of(&self, hop: &Hop, field: usize, from: &Local) -> (proc_macro2::Ident, TokenStream) {
        let field = self.functions.model.schema.resources.get(hop.of).and_then(|it| it.fields.get(field));
        let (key, absent) = (field.map(|field| ident(&field.key)), field.is_some_and(|it| it.optional));
        let base = ident(&from.rust);
        match (&from.kind, absent) {
            (LocalKind::OptionalRow(_), true) => {
                (ident("follow_optional"), quote!(#base.as_ref().and_then(|row| row.#key.as_ref())))
            }
            (LocalKind::OptionalRow(_), false) => {
                (ident("follow_optional"), quote!(#base.as_ref().map(|row| &row.#key)))
            }
            (_, true) => (ident("follow_optional"), quote!(#base.#key.as_ref())),
            (_, false) => (ident("follow"), quote!(&#base.#key)),
        }
    }

    /// Collections of references among the arguments can be fetched with them.
    pub(super) fn hint_collection(&mut self, hop: &Hop, owner: &TokenStream, relation: &proc_macro2::Ident) {
        let operation = self.functions.operation;
        let reference =
            operation.references.iter().find(|it| it.name == hop.from && !it.list && !it.optional);
        if let Some(key) =
            reference.and_then(|it| operation.inputs.get(it.input)).map(|field| ident(&field.key))
        {
            self.emitted.refs.push(quote!(refs.add_many(&#owner::#relation, &self.#key);));
        }
    }

    pub(super) fn relation(&self, of: usize, index: usize) -> (TokenStream, proc_macro2::Ident) {
        let resource = self.functions.model.schema.resources.get(of);
        let name = resource.and_then(|it| it.collections.get(index)).map_or("", |it| it.name.as_str());
        (types::of_resource(self.functions.model, of), constant(name))
    }

    /// The ids that all elements of a list lead to.
    fn ids_of_all(&self, along: Along, hop: &Hop, from: &Local) -> TokenStream {
        let (model, base) = (self.functions.model, ident(&from.rust));
        let rows = match &from.kind {
            LocalKind::Many(_) => quote!(#base.all().iter()),
            LocalKind::CollectionsOf(_) => quote!(#base.rows()),
            LocalKind::Row(_) => quote!(std::iter::once(&#base)),
            _ => quote!(#base.iter()),
        };
        let fields = model.schema.resources.get(hop.of).map(|resource| &resource.fields);
        let field = |index: usize| fields.and_then(|fields| fields.get(index));
        match along {
            Along::Reference(index) => {
                let key = field(index).map(|field| ident(&field.key));
                if field(index).is_some_and(|field| field.optional) {
                    quote!(#rows.filter_map(|row| row.#key.clone()))
                } else {
                    quote!(#rows.map(|row| row.#key.clone()))
                }
            }
            Along::References(index) => {
                let key = field(index).map(|field| ident(&field.key));
                if field(index).is_some_and(|field| field.optional) {
                    quote!(#rows.flat_map(|row| row.#key.clone().unwrap_or_default()))
                } else {
                    quote!(#rows.flat_map(|row| row.#key.clone()))
                }
            }
            Along::Collection(_) => {
                let key = id_key(model, hop.of);
                quote!(#rows.map(|row| row.#key.clone()))
            }
            Along::Local if matches!(&from.kind, LocalKind::Value(Ty::Optional(_))) => {
                quote!(#base.iter().flatten().cloned())
            }
            Along::Local => quote!(#base.iter().cloned()),
        }
    }
}
