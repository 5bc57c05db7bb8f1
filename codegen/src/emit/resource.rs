//! Resources and objects as Rust structs.

use crate::emit::ident::{constant, ident, type_name};
use crate::emit::rust::Rust;
use crate::emit::types;
use crate::model::{Model, Operation, Returns};
use crate::rows::finder::Vars;
use crate::rows::scope::Scope;
use opwright_tracer::graph::Src;
use opwright_values::schema::{Field, Resource, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// The module of the resources and objects that something uses: the operations name some, and those lead to others.
/// A spec may declare what its operations are still to use. Several services that share the module have the same
/// resources.
pub(super) fn module(
    models: &[&Model],
    collections: &BTreeSet<(usize, usize)>,
    named: &BTreeSet<String>,
) -> TokenStream {
    let Some(model) = models.first() else { return TokenStream::new() };
    let is_named = |name: &str| named.contains(&type_name(name).to_string());
    let collected = |index: usize| {
        let of = |(owner, at): &(usize, usize)| model.schema.resources.get(*owner)?.collections.get(*at);
        collections.iter().filter_map(of).any(|collection| collection.of == index)
    };
    let has_rules = |index: usize| model.resources.get(index).is_some_and(|it| !it.rules.is_empty());
    let chooses =
        |index: usize| model.resources.get(index).is_some_and(|it| it.only.iter().any(Option::is_some));
    let chosen = |index: usize| {
        let mut all = model.schema.resources.iter().flat_map(|owner| &owner.collections);
        all.any(|it| it.of == index && it.only.is_some())
    };
    let used: Vec<(usize, &Resource)> = (0..)
        .zip(&model.schema.resources)
        .filter(|(index, it)| {
            is_named(&it.name) || has_rules(*index) || collected(*index) || chooses(*index) || chosen(*index)
        })
        .collect();
    let mut objects: BTreeMap<&str, &[Field]> = models.iter().flat_map(|model| objects(model)).collect();
    objects.retain(|name, _| is_named(name));
    used.iter().flat_map(|(_, it)| &it.fields).for_each(|field| collect(&field.ty, &mut objects));
    let parts: Vec<&[Field]> = objects.values().copied().collect();
    parts.into_iter().flatten().for_each(|field| collect(&field.ty, &mut objects));
    let objects = objects.iter().map(|(name, fields)| object(name, fields));
    let resources = used.iter().map(|(index, it)| resource(model, *index, it, collections));
    quote! {
        #(#resources)*
        #(#objects)*
    }
}

/// The names of all types that the module can define.
pub(super) fn types(model: &Model) -> BTreeSet<String> {
    let resources = model.schema.resources.iter().map(|resource| resource.name.as_str());
    resources.chain(objects(model).into_keys()).map(|name| type_name(name).to_string()).collect()
}

fn objects(model: &Model) -> BTreeMap<&str, &[Field]> {
    let mut objects = BTreeMap::new();
    let resources = model.schema.resources.iter().flat_map(|resource| &resource.fields);
    let events = model.schema.events.iter().flat_map(|event| &event.fields);
    let inputs = model.operations.iter().flat_map(|operation| &operation.inputs);
    for field in resources.chain(events).chain(inputs) {
        collect(&field.ty, &mut objects);
    }
    objects
}

fn collect<'m>(ty: &'m Type, objects: &mut BTreeMap<&'m str, &'m [Field]>) {
    match ty {
        Type::Object { name, fields } => {
            objects.insert(name, fields);
            fields.iter().for_each(|field| collect(&field.ty, objects));
        }
        Type::List { of, .. } | Type::Map { of, .. } => collect(of, objects),
        _ => {}
    }
}

fn members(fields: &[Field]) -> Vec<TokenStream> {
    let member = |field: &Field| {
        let (key, ty) = (ident(&field.key), types::of_field(field));
        let doc = if field.describe.is_empty() {
            format!(" `{}`", field.name)
        } else {
            format!(" {}", field.describe)
        };
        quote! {
            #[doc = #doc]
            pub #key: #ty,
        }
    };
    fields.iter().map(member).collect()
}

fn resource(
    model: &Model,
    index: usize,
    resource: &Resource,
    collections: &BTreeSet<(usize, usize)>,
) -> TokenStream {
    let name = type_name(&resource.name);
    let doc = format!(" {}", if resource.summary.is_empty() { &resource.name } else { &resource.summary });
    let members = members(&resource.fields);
    let keys: Vec<proc_macro2::Ident> = resource.fields.iter().map(|field| ident(&field.key)).collect();
    let id = resource.fields.get(resource.id).map(|field| ident(&field.key));
    let place = Literal::usize_unsuffixed(index);
    let rules = rules(model, index);
    let relations = relations(model, index, resource, collections);
    let conditions = conditions(model, index, resource);
    quote! {
        #[doc = #doc]
        #[derive(Clone)]
        pub struct #name { #(#members)* }
        impl Resource for #name {
            const INDEX: usize = #place;
            fn id(&self) -> &str {
                &self.#id
            }
            fn from_row(row: &mut Columns<'_>) -> Result<Self, Fault> {
                Ok(#name { #(#keys: row.take()?),* })
            }
            fn to_row(&self) -> Row {
                vec![#(value(&self.#keys)),*]
            }
            #rules
        }
        #relations
        #conditions
    }
}

/// The collections that some operation loads.
fn relations(
    model: &Model,
    index: usize,
    resource: &Resource,
    collections: &BTreeSet<(usize, usize)>,
) -> Option<TokenStream> {
    let name = type_name(&resource.name);
    let loaded = (0_usize..).zip(&resource.collections).filter(|(at, _)| collections.contains(&(index, *at)));
    let relations = loaded.map(|(at, collection)| {
        let (constant, of) = (constant(&collection.name), types::of_resource(model, collection.of));
        let (owner, at) = (Literal::usize_unsuffixed(index), Literal::usize_unsuffixed(at));
        let doc = format!(" `{}`", collection.name);
        quote! {
            #[doc = #doc]
            pub const #constant: Relation<#of> = Relation::new(#owner, #at);
        }
    });
    let relations: Vec<TokenStream> = relations.collect();
    (!relations.is_empty()).then(|| quote!(impl #name { #(#relations)* }))
}

/// What says whether a row is in a collection.
pub(super) fn in_collection(name: &str) -> proc_macro2::Ident {
    ident(&format!("in_{name}"))
}

/// Who is in the collections that do not hold all rows.
fn conditions(model: &Model, index: usize, resource: &Resource) -> Option<TokenStream> {
    let (scope, operation) = (Scope::default(), nothing());
    let only = &model.resources.get(index)?.only;
    let conditions =
        only.iter().zip(&resource.collections).filter_map(|(only, it)| Some((only.as_ref()?, it)));
    let functions = conditions.map(|(only, collection)| {
        let mut rust = Rust::new(model, &operation, &scope);
        let holds = rust.owned(only, &Vars::new());
        let (name, of) = (in_collection(&collection.name), types::of_resource(model, collection.of));
        let doc = format!(" Whether a row is in `{}`: `{}`.", collection.name, only.text);
        quote! {
            #[doc = #doc]
            pub fn #name(row: &#of) -> Result<bool, Stop> {
                Ok(#holds)
            }
        }
    });
    let functions: Vec<TokenStream> = functions.collect();
    let name = type_name(&resource.name);
    (!functions.is_empty()).then(|| quote!(impl #name { #(#functions)* }))
}

/// What is true of every row.
fn rules(model: &Model, index: usize) -> Option<TokenStream> {
    let rules = &model.resources.get(index)?.rules;
    if rules.is_empty() {
        return None;
    }
    let (scope, operation) = (Scope::default(), nothing());
    let rules = rules.iter().map(|rule| {
        let mut rust = Rust::new(model, &operation, &scope);
        rust.row = Some(quote!(self));
        rust.traced = true;
        let holds = rust.owned(&rule.condition, &Vars::new());
        rust.traced = false;
        let (operands, _) = super::function::operands(&mut rust, [&rule.refusal.message, &rule.refusal.fix]);
        let code = &rule.refusal.code;
        quote! {
            let holds = #holds;
            if !holds {
                return Err(Broken::new(#code, &[#(#operands),*]));
            }
        }
    });
    Some(quote! {
        fn rules(&self, see: &mut Seen) -> Result<(), Broken> {
            #(#rules)*
            Ok(())
        }
    })
}

/// Rules of resources see no operation.
fn nothing() -> Operation {
    Operation {
        name: String::new(),
        summary: String::new(),
        description: String::new(),
        requires: Vec::new(),
        inputs: Vec::new(),
        references: Vec::new(),
        steps: Vec::new(),
        returns: Returns::Nothing,
        narrate: None,
        because: None,
        destroys: false,
        max_rows: 0,
        src: Src { file: String::new(), line: 1, column: 1 },
    }
}

fn object(name: &str, fields: &[Field]) -> TokenStream {
    let doc = format!(" `{name}`");
    let name = type_name(name);
    let members = members(fields);
    let keys: Vec<proc_macro2::Ident> = fields.iter().map(|field| ident(&field.key)).collect();
    let shown = fields.iter().filter(|field| !field.hidden).map(|field| {
        let (key, wire) = (ident(&field.key), &field.key);
        quote!((#wire, self.#key.to_json()))
    });
    quote! {
        #[doc = #doc]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct #name { #(#members)* }
        impl FromValue for #name {
            fn from_value(value: Value) -> Option<Self> {
                let Value::Object(values) = value else {
                    return None;
                };
                let mut values = values.into_iter();
                Some(#name { #(#keys: FromValue::from_value(values.next()?)?),* })
            }
        }
        impl IntoValue for #name {
            fn to_value(&self) -> Value {
                Value::Object(vec![#(value(&self.#keys)),*])
            }
        }
        impl ToJson for #name {
            fn to_json(&self) -> Json {
                Json::present([#(#shown),*])
            }
        }
    }
}
