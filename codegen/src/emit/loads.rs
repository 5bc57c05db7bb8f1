//! Loads in `run`: references among the arguments, and what paths lead to.

use crate::emit::ident::{constant, ident};
use crate::emit::inside;
use crate::emit::run::Fold;
use crate::emit::rust::id_key;
use crate::emit::types;
use crate::expr::typed::Ty;
use crate::lower::payload::Payload;
use crate::model::{Finds, Inside, Reference};
use crate::rows::finder::Vars;
use crate::rows::hops::{Along, Hop};
use crate::rows::scope::{Local, LocalKind};
use opwright_tracer::graph::Node;
use proc_macro2::TokenStream;
use quote::quote;

impl<'m> Fold<'_, 'm> {
    pub(super) fn reference(&mut self, node: &Node<Payload<'m>>, reference: &Reference) -> TokenStream {
        let Some(local) = &node.payload.binds else { return TokenStream::new() };
        let (id, name) = (&node.id, ident(&local.rust));
        let row = types::of_resource(self.functions.model, reference.to);
        let ty = types::of_local(self.functions.model, &local.kind);
        let (key, absent) = self.sent(reference);
        // What is deleted is not fetched with others.
        if reference.finds != Finds::Deleted {
            self.emitted.refs.push(match (reference.way.is_empty(), reference.list, reference.optional) {
                (false, ..) => {
                    inside::each(&key, absent, &reference.way, &|it, _| quote!(refs.add::<#row>(#it);))
                }
                (_, true, _) => quote!(refs.add_all::<#row>(&#key);),
                (_, false, true) => quote!(refs.add_optional::<#row>(#key.as_deref());),
                (_, false, false) => quote!(refs.add::<#row>(&#key);),
            });
        }
        let cx = match reference.finds {
            Finds::Live => quote!(cx),
            Finds::Deleted => quote!(cx.deleted_only()),
            Finds::All => quote!(cx.deleted_also()),
        };
        let (call, given) = match (reference.list, reference.optional) {
            (true, _) if reference.way.is_empty() => ("load_all", quote!(&#key)),
            (true, _) => ("load_inside", each_sent(reference, &key, absent)),
            (false, optional) => {
                let (one, _) = inside::one(&key, absent, &reference.way);
                (if optional { "load_optional" } else { "load" }, one)
            }
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

    /// The argument that a reference is, or is inside of, and whether it may be absent.
    fn sent(&self, reference: &Reference) -> (TokenStream, bool) {
        let field = self.functions.operation.inputs.get(reference.input);
        let key = field.map(|field| ident(&field.key));
        (quote!(self.#key), field.is_some_and(|field| field.optional))
    }

    pub(super) fn hop(&mut self, node: &Node<Payload<'m>>, hop: &Hop) -> TokenStream {
        let Some(local) = &node.payload.binds else { return TokenStream::new() };
        let Some(from) = node.payload.scope.get(&hop.from) else { return TokenStream::new() };
        let (id, name, base) = (&node.id, ident(&local.rust), ident(&from.rust));
        let model = self.functions.model;
        let ty = types::of_local(model, &local.kind);
        match (&hop.along, hop.all) {
            (Along::Reference(_) | Along::Inside(..), false) => {
                let (base, absent, way) = self.way(hop, from);
                let (one, absent) = inside::one(&base, absent, &way);
                let call = ident(if absent { "follow_optional" } else { "follow" });
                quote!(let #name: #ty = cx.#call(#id, #one)?;)
            }
            (Along::Collection(index), false) => {
                let (owner, relation) = self.relation(hop.of, *index);
                let key = id_key(model, hop.of);
                self.hint_collection(hop, &owner, &relation);
                if matches!(from.kind, LocalKind::OptionalRow(_)) {
                    let id_of = quote!(#base.as_ref().map(|row| row.#key.as_str()));
                    return quote!(let #name = cx.many_optional(#id, &#owner::#relation, #id_of)?;);
                }
                quote!(let #name = cx.many(#id, &#owner::#relation, &#base.#key)?;)
            }
            (Along::Local, false) if hop.optional => {
                quote!(let #name: #ty = cx.follow_optional(#id, #base.as_ref())?;)
            }
            (Along::Local, false) => quote!(let #name: #ty = cx.follow(#id, &#base)?;),
            (Along::Inside(..), true) => {
                let each = self.each_inside(hop, from);
                quote!(let #name: #ty = cx.follow_inside(#id, |to| #each)?;)
            }
            (along, true) => {
                let ids = self.ids_of_all(along, hop, from);
                if let Along::Collection(index) = along {
                    let (owner, relation) = self.relation(hop.of, *index);
                    return quote!(let #name = cx.many_all(#id, &#owner::#relation, #ids)?;);
                }
                quote!(let #name: #ty = cx.follow_all(#id, #ids)?;)
            }
        }
    }

    /// Where the reference of a hop is: the local, whether that may be absent, and the way from it.
    fn way(&self, hop: &Hop, from: &Local) -> (TokenStream, bool, Vec<Inside>) {
        let base = ident(&from.rust);
        let absent = matches!(&from.kind, LocalKind::OptionalRow(_) | LocalKind::Value(Ty::Optional(_)));
        (quote!(#base), absent, self.way_from_row(hop))
    }

    /// The way from a row, or from a value, to the references of a hop.
    fn way_from_row(&self, hop: &Hop) -> Vec<Inside> {
        let (field, inside) = match &hop.along {
            Along::Reference(field) => (Some(*field), &[][..]),
            Along::Inside(field, inside, _) => (*field, inside.as_slice()),
            _ => (None, &[][..]),
        };
        let resource = self.functions.model.schema.resources.get(hop.of);
        let field = field.and_then(|field| resource?.fields.get(field));
        let first = field.map(|field| Inside::Part(field.key.clone(), field.optional));
        first.into_iter().chain(inside.iter().cloned()).collect()
    }

    /// Goes through the references inside of all that a hop starts from.
    fn each_inside(&self, hop: &Hop, from: &Local) -> TokenStream {
        let add = |it, _: &[TokenStream]| quote!(to.add(#it););
        if let LocalKind::Value(_) = &from.kind {
            let (base, absent, way) = self.way(hop, from);
            let each = inside::each(&base, absent, &way, &add);
            return quote!({ #each });
        }
        let (rows, each) = (rows(from), inside::each(&quote!(row), false, &self.way_from_row(hop), &add));
        quote!(for row in #rows { #each })
    }

    /// Collections of references among the arguments can be fetched with them.
    pub(super) fn hint_collection(&mut self, hop: &Hop, owner: &TokenStream, relation: &proc_macro2::Ident) {
        let operation = self.functions.operation;
        let reference =
            operation.references.iter().find(|it| it.name == hop.from && !it.list && !it.optional);
        if let Some(reference) = reference {
            let (one, _) = inside::one(&self.sent(reference).0, false, &reference.way);
            self.emitted.refs.push(quote!(refs.add_many(&#owner::#relation, #one);));
        }
    }

    pub(super) fn relation(&self, of: usize, index: usize) -> (TokenStream, proc_macro2::Ident) {
        let resource = self.functions.model.schema.resources.get(of);
        let name = resource.and_then(|it| it.collections.get(index)).map_or("", |it| it.name.as_str());
        (types::of_resource(self.functions.model, of), constant(name))
    }

    /// The ids that all elements of a list lead to.
    fn ids_of_all(&self, along: &Along, hop: &Hop, from: &Local) -> TokenStream {
        let rows = rows(from);
        let resource = self.functions.model.schema.resources.get(hop.of);
        let field = match along {
            Along::Reference(index) => resource.and_then(|it| it.fields.get(*index)),
            _ => resource.and_then(|it| it.fields.get(it.id)),
        };
        let key = field.map(|field| ident(&field.key));
        if field.is_some_and(|field| field.optional) {
            quote!(#rows.filter_map(|row| row.#key.clone()))
        } else {
            quote!(#rows.map(|row| row.#key.clone()))
        }
    }
}

/// All rows of a local.
fn rows(from: &Local) -> TokenStream {
    let base = ident(&from.rust);
    match &from.kind {
        LocalKind::Many(_) => quote!(#base.all().iter()),
        LocalKind::CollectionsOf(_) => quote!(#base.rows()),
        LocalKind::Row(_) => quote!(std::iter::once(&#base)),
        _ => quote!(#base.iter()),
    }
}

/// Tells of all references that an argument holds, and where each was sent.
fn each_sent(reference: &Reference, key: &TokenStream, absent: bool) -> TokenStream {
    let text = reference.pointer.replace('*', "{}");
    let each = inside::each(
        key,
        absent,
        &reference.way,
        &|it, at| quote!(to.add(#it, format_args!(#text #(, #at)*));),
    );
    quote!(|to| { #each })
}
