//! Expressions with no service around them, as functions: what the tests of the language compile, run, and compare.
//!
//! ```text
//! x + 1, where x is 41       fn sum() -> Result<Value, Stop> { let x = 41; let value = add(x, 1)?; … }
//! ```

use crate::emit::rust::Rust;
use crate::expr::typed::{Kind, Typed};
use crate::model::{Model, Moves, Operation, Returns};
use crate::rows::finder::Vars;
use crate::rows::scope::{Local, LocalKind, Scope};
use opwright_tracer::graph::Src;
use opwright_values::schema::Schema;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// A function that computes an expression, given the values of the names that it reads.
pub fn function(name: &str, given: &[(String, Typed)], expr: &Typed) -> String {
    let (model, operation) = (nothing(), no_operation());
    let mut scope = Scope::default();
    for (name, value) in given {
        let kind = LocalKind::Value(value.ty.clone());
        let (through, elements) = (Vec::new(), BTreeSet::new());
        scope.bind(name, Local { rust: name.clone(), kind, through, elements, sent: None });
    }
    let empty = Scope::default();
    let mut read = BTreeSet::new();
    crate::expr::parts::walk(expr, &mut |part| {
        if let Kind::Name(name) = &part.kind {
            read.insert(name.clone());
        }
    });
    let given: Vec<TokenStream> = given
        .iter()
        .filter(|(name, _)| read.contains(name))
        .map(|(name, value)| {
            let name = crate::emit::ident::ident(name);
            let value = Rust::new(&model, &operation, &empty).owned(value, &Vars::new());
            quote!(let #name = #value;)
        })
        .collect();
    let mut rust = Rust::new(&model, &operation, &scope);
    rust.in_run = true;
    let value = rust.owned(expr, &Vars::new());
    let name = crate::emit::ident::ident(name);
    super::format(quote! {
        fn #name() -> Result<Value, Stop> {
            #(#given)*
            let value = #value;
            Ok(IntoValue::to_value(&value))
        }
    })
}

fn nothing() -> Model {
    let schema = Schema {
        service: String::new(),
        summary: String::new(),
        capabilities: BTreeMap::new(),
        resources: Vec::new(),
        events: Vec::new(),
        renamed: [].into(),
    };
    Model {
        schema,
        resources: Vec::new(),
        operations: Vec::new(),
        moves: Moves::default(),
        data: Vec::new(),
        scenarios: Vec::new(),
        warnings: Vec::new(),
    }
}

fn no_operation() -> Operation {
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
