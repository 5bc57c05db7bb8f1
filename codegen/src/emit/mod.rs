//! From a model and its graphs to files: Rust, graphs, schema and data. It cannot fail.
//!
//! ```text
//! service/mod.rs                         the service, and the list of its operations
//! service/model.rs                       resources and objects
//! service/<operation>.rs                 one file an operation
//! service/<operation>.graph.json         the graph that was drawn is the graph that is enforced
//! service/schema.json, data.json         what the runtime builds its tables from, and rows to begin with
//! service/scenarios.json                 calls, and what is expected of them
//! ```

mod answers;
mod body;
mod calls;
mod calls_of;
pub mod closed;
mod function;
mod ident;
mod inside;
mod loads;
mod operation;
mod operators;
mod paths;
mod queries;
mod resource;
mod rows;
mod run;
mod rust;
pub mod sql;
mod tidy;
mod types;
mod value;

use crate::lower::lower;
use crate::lower::payload::Act;
use crate::model::Model;
use crate::rows::hops::{Along, Hop};
use ident::{ident, type_name};
use opwright_values::value::Value;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// Files by name.
pub type Files = BTreeMap<String, String>;

/// All files of a service.
pub fn emit(model: &Model) -> Files {
    emit_alike(&[model]).pop().unwrap_or_default()
}

/// The files of services with the same resources and types. Their model files are the same, and name what any of them
/// uses: a program of many such services needs only one.
pub fn emit_alike(models: &[&Model]) -> Vec<Files> {
    let mut used = Used::default();
    let mut all: Vec<Files> = models.iter().map(|model| service(model, &mut used)).collect();
    let model_file = model_file(models, &used);
    for files in &mut all {
        files.insert("model.rs".to_owned(), model_file.clone());
    }
    all
}

/// What operations use of the model file.
#[derive(Default)]
struct Used {
    /// Collections that are loaded: resource and place.
    collections: BTreeSet<(usize, usize)>,
    /// Types.
    named: BTreeSet<String>,
}

/// All files of a service but that of its model.
fn service(model: &Model, used: &mut Used) -> Files {
    let mut files = Files::new();
    let types = resource::types(model);
    for operation in &model.operations {
        let graph = lower(model, operation);
        let loaded = graph.flow.node_weights().filter_map(|node| loaded_collection(&node.payload.act));
        used.collections.extend(loaded);
        let (summary, src) = (operation.summary.trim_end_matches('.'), &operation.src);
        let doc =
            format!("{summary}. Generated from `{}:{}`: edit that file, not this one.", src.file, src.line);
        let module = operation::module(model, operation, &graph, &types, &mut used.named);
        files.insert(format!("{}.rs", operation.name), text(&doc, module));
        files.insert(format!("{}.graph.json", operation.name), graph.drawn().to_json());
    }
    files.insert("mod.rs".to_owned(), service_file(model));
    files.insert("schema.json".to_owned(), json(&model.schema));
    files.insert("data.json".to_owned(), data(model));
    // Compact: rows take many lines otherwise, and nobody reads them here.
    files.insert("scenarios.json".to_owned(), serde_json::to_string(&model.scenarios).unwrap_or_default());
    files
}

/// The collection that a node loads: resource and place.
fn loaded_collection(act: &Act<'_>) -> Option<(usize, usize)> {
    match act {
        Act::Hop(Hop { of, along: Along::Collection(index), .. }) => Some((*of, *index)),
        _ => None,
    }
}

fn model_file(models: &[&Model], used: &Used) -> String {
    let module = resource::module(models, &used.collections, &used.named);
    let doc = "Resources and objects.\n\nGenerated from the specs. Edit those, not this file.";
    text(
        doc,
        quote! {
            use ::opwright_runtime::generated::*;
            #module
        },
    )
}

fn service_file(model: &Model) -> String {
    let modules: Vec<proc_macro2::Ident> =
        model.operations.iter().map(|operation| ident(&operation.name)).collect();
    let (rules, members) = (rules(model), members(model));
    let names = [("broken_rule", rules.is_empty()), ("is_member", members.is_empty())];
    let names = names.iter().filter(|(_, unused)| !unused).map(|(name, _)| ident(name));
    let names = quote!({Service #(, #names)*});
    let doc = format!(" {}", model.schema.summary);
    // This file is included, so it cannot begin with a doc comment of its own.
    format(quote! {
        pub mod model;
        #(pub mod #modules;)*
        use ::opwright_runtime::generated::#names;
        #[doc = #doc]
        pub static SERVICE: Service = Service {
            schema: include_str!("schema.json"),
            data: include_str!("data.json"),
            scenarios: include_str!("scenarios.json"),
            operations: &[#(&#modules::OPERATION),*],
            rules: &[#(#rules),*],
            members: &[#(#members),*],
        };
    })
}

/// The resources that have rules, and what asks them of a row.
fn rules(model: &Model) -> Vec<TokenStream> {
    let resources = model.resources.iter().zip(&model.schema.resources).enumerate();
    let with_rules = resources.filter(|(_, (resource, _))| !resource.rules.is_empty());
    let asked = with_rules.map(|(place, (_, shape))| {
        let (place, name) = (Literal::usize_unsuffixed(place), type_name(&shape.name));
        quote!((#place, broken_rule::<model::#name>))
    });
    asked.collect()
}

/// The collections that do not hold all rows, and what says whether a row is in one.
fn members(model: &Model) -> Vec<TokenStream> {
    let resources = (0_usize..).zip(model.resources.iter().zip(&model.schema.resources));
    let members = resources.flat_map(|(owner, (resource, shape))| {
        let collections = (0_usize..).zip(resource.only.iter().zip(&shape.collections));
        let some = collections.filter(|(_, (only, _))| only.is_some());
        some.map(move |(at, (_, collection))| {
            let (owner_name, in_it) = (type_name(&shape.name), resource::in_collection(&collection.name));
            let of = model.schema.resources.get(collection.of).map(|of| type_name(&of.name));
            let (owner, at) = (Literal::usize_unsuffixed(owner), Literal::usize_unsuffixed(at));
            quote!((#owner, #at, |row| is_member::<model::#of>(row, model::#owner_name::#in_it)))
        })
    });
    members.collect()
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // What is written here has a form in JSON.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn data(model: &Model) -> String {
    #[derive(serde::Serialize)]
    struct Set<'d> {
        name: &'d str,
        rows: &'d [(usize, Vec<Value>)],
    }
    let sets: Vec<Set<'_>> = model.data.iter().map(|set| Set { name: &set.name, rows: &set.rows }).collect();
    json(&sets)
}

fn text(doc: &str, tokens: TokenStream) -> String {
    let doc: String = doc
        .lines()
        .map(|line| if line.is_empty() { "//!\n".to_owned() } else { format!("//! {line}\n") })
        .collect();
    format!("{doc}\n{}", format(tokens))
}

/// Formats a file, with a blank line between items.
fn format(tokens: TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => spaced(&prettyplease::unparse(&file)),
        // Emission makes valid Rust, which the tests of the compiler see to; if it ever does not, what it made is
        // the best report, and rustc will say where.
        Err(_) => tokens.to_string(),
    }
}

fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    let mut before = "";
    for line in text.lines() {
        let begins = ["fn ", "pub struct", "pub static", "impl", "///", "#["]
            .iter()
            .any(|word| line.starts_with(word));
        let attached = before.starts_with("///") || before.starts_with("#[") || before.is_empty();
        if begins && !attached {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        before = line;
    }
    out
}
