//! The file of an operation.

use crate::emit::function::Functions;
use crate::emit::ident::ident;
use crate::emit::run::{Emitted, Fold};
use crate::emit::types;
use crate::lower::payload::Payload;
use crate::model::{Model, Operation};
use opwright_tracer::graph::Graph;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;

/// The module of an operation.
pub(super) fn module(
    model: &Model,
    types: &BTreeSet<String>,
    operation: &Operation,
    graph: &Graph<Payload<'_>>,
) -> TokenStream {
    // A graph that lowering made is structured: every test of the compiler asks for it.
    let blocks = graph.structure().unwrap_or_default();
    let emitted = Fold::new(graph, Functions { model, operation }).emit(&blocks);
    let name = &operation.name;
    let file = format!("{name}.graph.json");
    let input = input(operation);
    let call = call(&emitted);
    let functions = &emitted.functions;
    let body = quote!(#input #call #(#functions)*);
    let model = mentions_one(&body, types).then(|| {
        quote!(
            use super::model::*;
        )
    });
    quote! {
        #model
        use opwright_runtime::generated::*;
        #[doc = " The operation as the gateway sees it."]
        pub static OPERATION: Operation = Operation::new(#name, include_str!(#file), decode);
        #body
    }
}

/// Whether one of these names is read: what is imported and never read is a warning of rustc.
fn mentions_one(tokens: &TokenStream, names: &BTreeSet<String>) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        TokenTree::Group(group) => mentions_one(&group.stream(), names),
        _ => false,
    })
}

fn input(operation: &Operation) -> TokenStream {
    let members = operation.inputs.iter().map(|field| {
        let (key, ty) = (ident(&field.key), types::of_field(field));
        let doc = if field.describe.is_empty() {
            format!(" `{}`", field.key)
        } else {
            format!(" {}", field.describe)
        };
        quote! {
            #[doc = #doc]
            pub #key: #ty,
        }
    });
    let taken = operation.inputs.iter().map(|field| {
        let (key, wire) = (ident(&field.key), &field.key);
        quote!(#key: fields.take(#wire)?)
    });
    let taken: Vec<TokenStream> = taken.collect();
    let fields = if taken.is_empty() { quote!(_fields) } else { quote!(fields) };
    quote! {
        #[doc = " What the agent sends."]
        pub struct Input { #(#members)* }
        #[doc = " Takes what was sent, once it is checked."]
        fn decode(#fields: &mut Fields) -> Option<Decoded> {
            Some(Box::new(Input { #(#taken),* }))
        }
    }
}

fn call(emitted: &Emitted) -> TokenStream {
    let Emitted { run, input, refs, .. } = emitted;
    let input = input.as_ref().map(|input| {
        quote! {
            fn input(&self, walk: &mut Walk) -> Checked {
                #input
            }
        }
    });
    let refs = (!refs.is_empty()).then(|| {
        quote! {
            fn refs<'a>(&'a self, refs: &mut Refs<'a>) {
                #(#refs)*
            }
        }
    });
    quote! {
        impl Call for Input {
            #input
            #refs
            fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop> {
                #run
            }
        }
    }
}
