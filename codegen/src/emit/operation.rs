//! The file of an operation.

use crate::emit::function::Functions;
use crate::emit::ident::ident;
use crate::emit::run::{Emitted, Fold};
use crate::emit::tidy::Mentions;
use crate::emit::types;
use crate::lower::payload::Payload;
use crate::model::{Model, Operation};
use opwright_tracer::graph::Graph;
use opwright_values::schema::Field;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;

/// The module of an operation. Of the types that `model.rs` can define, those that it names are added to `named`.
pub(super) fn module(
    model: &Model,
    operation: &Operation,
    graph: &Graph<Payload<'_>>,
    types: &BTreeSet<String>,
    named: &mut BTreeSet<String>,
) -> TokenStream {
    // A graph that lowering made is structured: every test of the compiler asks for it.
    let blocks = graph.structure().unwrap_or_default();
    let emitted = Fold::new(graph, Functions { model, operation }).emit(&blocks);
    let name = &operation.name;
    let file = format!("{name}.graph.json");
    let (call, functions) = (call(&emitted), &emitted.functions);
    let code = quote!(#call #(#functions)*);
    let mentions = Mentions::of(&code);
    let input = input(operation, &mentions);
    let mentions = Mentions::of(&quote!(#input #code));
    named.extend(types.intersection(&mentions.names).cloned());
    let model = (!types.is_disjoint(&mentions.names)).then(|| {
        quote!(
            use super::model::*;
        )
    });
    quote! {
        #model
        use ::opwright_runtime::generated::*;
        #[doc = " The operation as the gateway sees it."]
        pub static OPERATION: Operation = Operation::new(#name, GRAPH, decode);
        const GRAPH: &str = include_str!(#file);
        #input
        #code
    }
}

/// What the steps read of what was sent. All of that is checked and shown, whether they read it or not.
fn input(operation: &Operation, mentions: &Mentions) -> TokenStream {
    let is_read = |field: &&Field| mentions.arguments.contains(&ident(&field.key).to_string());
    let inputs: Vec<&Field> = operation.inputs.iter().filter(is_read).collect();
    let members = inputs.iter().map(|field| {
        let (key, ty) = (ident(&field.key), types::of_field(field));
        let doc = (!field.describe.is_empty()).then(|| format!(" {}", field.describe));
        let doc = doc.map(|doc| quote!(#[doc = #doc]));
        quote! {
            #doc
            #key: #ty,
        }
    });
    let taken = inputs.iter().map(|field| {
        let (key, wire) = (ident(&field.key), &field.key);
        quote!(#key: fields.take(#wire)?)
    });
    let taken: Vec<TokenStream> = taken.collect();
    let fields = if taken.is_empty() { quote!(_fields) } else { quote!(fields) };
    quote! {
        #[doc = " What the steps read of what the agent sends, taken once it is checked."]
        struct Input { #(#members)* }
        fn decode(#fields: &mut Fields) -> Option<Decoded> {
            let input = Input { #(#taken),* };
            Some(Box::new(input))
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
