//! The function of a node: it says where the call stands, then decides, finds or writes.
//!
//! ```text
//! /// `customer.status != 'banned'` (`customers.yaml:9`)
//! fn customer_banned(walk: &mut Walk, customer: &Customer) -> Checked { … }
//! ```

use crate::emit::body::{Body, at};
use crate::emit::calls_of::Params;
use crate::emit::ident::{ident, member, type_name};
use crate::emit::rust::{Form, Rust};
use crate::emit::types;
use crate::emit::value::{Named, value};
use crate::expr::parts::row_of;
use crate::expr::typed::{Kind, Piece, Template, Ty, Typed};
use crate::lower::payload::{Act, Payload};
use crate::model::{AskedState, Model, Operation, Refusal, Step, StepKind};
use crate::rows::finder::Vars;
use crate::rows::scope::LocalKind;
use opwright_tracer::graph::{Node, Phase};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

/// A function, and what it takes.
pub(super) struct Function {
    /// Its text, or nothing if the node has none.
    pub(super) item: TokenStream,
    /// What it takes besides the call.
    pub(super) params: Params,
}

/// Makes functions.
pub(super) struct Functions<'a> {
    pub(super) model: &'a Model,
    pub(super) operation: &'a Operation,
}

impl<'a> Functions<'a> {
    /// The function of a node.
    pub(super) fn of(&self, node: &Node<Payload<'_>>) -> Option<Function> {
        if node.payload.function.is_empty() {
            return None;
        }
        let body = self.body(node)?;
        let name = ident(&node.payload.function);
        let params = Params::of(&body.used, &node.payload.scope, self.model);
        let takes = params.declarations();
        let what = if node.text.is_empty() { node.title.clone() } else { format!("`{}`", node.text) };
        let place =
            node.src.as_ref().map_or_else(String::new, |src| format!(" (`{}:{}`)", src.file, src.line));
        let doc = format!(" {what}{place}");
        let (result, statements) = (&body.result, &body.statements);
        let call = if body.store { quote!(cx: &mut Cx<'_>) } else { quote!(walk: &mut Walk) };
        let now = body
            .used
            .now
            .then(|| if body.store { quote!(let now = cx.now();) } else { quote!(let now = walk.now();) });
        let item = quote! {
            #[doc = #doc]
            fn #name(#call #(, #takes)*) -> #result {
                #now
                #statements
            }
        };
        Some(Function { item, params })
    }

    fn body(&self, node: &Node<Payload<'_>>) -> Option<Body> {
        let id = node.id.as_str();
        let rust = self.rust(node);
        match &node.payload.act {
            Act::Rule(condition, refusal) => Some(self.rule(rust, id, condition, refusal)),
            Act::State(step) => self.state(rust, id, step),
            Act::Let(name, be) => {
                let bound = node.payload.binds.as_ref()?;
                let result = types::of_local(self.model, &bound.kind);
                let handles = row_of(&be.ty).is_none() || !matches!(bound.kind, LocalKind::Value(_));
                Some(value(rust, id, Named { name, be, handles }, result))
            }
            Act::Give(name, be, local) => {
                let list = types::of_local(self.model, &local.kind);
                let result = quote!(<#list as IntoIterator>::Item);
                let handles = matches!(local.kind, LocalKind::Rows(_));
                Some(value(rust, id, Named { name, be, handles }, result))
            }
            Act::Step(step) => self.step(rust, node, step),
            _ => None,
        }
    }

    fn rust<'n>(&'n self, node: &'n Node<Payload<'_>>) -> Rust<'n> {
        let mut rust = Rust::new(self.model, self.operation, &node.payload.scope);
        rust.sent_only = node.phase == Phase::Input;
        rust
    }

    fn rule(&self, mut rust: Rust<'_>, id: &str, condition: &Typed, refusal: &Refusal) -> Body {
        let (see, holds) = traced(&mut rust, condition);
        let (operands, computed) = operands(&mut rust, [&refusal.message, &refusal.fix]);
        let code = &refusal.code;
        let at = at(id, see, &quote!(walk));
        // What has to be computed to be shown is computed for those who are refused.
        let end = if computed {
            quote! {
                if !holds {
                    return walk.refuse(#code, &[#(#operands),*]);
                }
                Ok(())
            }
        } else {
            quote!(walk.rule(holds, #code, &[#(#operands),*]))
        };
        let statements = quote! {
            #at
            let holds = #holds;
            #end
        };
        Body { store: false, result: quote!(Checked), statements, used: rust.used }
    }

    /// The state of a row, for a transition.
    fn state(&self, mut rust: Rust<'_>, id: &str, step: &Step) -> Option<Body> {
        let StepKind::Transition { row, field, from, to, told, .. } = &step.kind else { return None };
        let machine = Machine { field: *field, from, to, check: true, told };
        let (holds, operands) = self.wrong_state(&mut rust, row, &machine)?;
        let statements = quote! {
            let see = walk.at(#id)?;
            let holds = #holds;
            walk.rule(holds, "wrong_state", &[#(#operands),*])
        };
        Some(Body { store: false, result: quote!(Checked), statements, used: rust.used })
    }

    /// Whether a row is in one of some states, and what is shown if it is not.
    fn wrong_state(
        &self,
        rust: &mut Rust<'_>,
        row: &Typed,
        machine: &Machine<'_>,
    ) -> Option<(TokenStream, Vec<TokenStream>)> {
        let field = self.model.schema.resources.get(row_of(&row.ty)?)?.fields.get(machine.field)?;
        let handle = rust.handle(row, &Vars::new());
        let (key, path) = (ident(&field.key), format!("{}.{}", row.text, field.name));
        let read = if field.pii { quote!(hidden) } else { quote!(read) };
        let state = quote!(see.#read(#path, &#handle.#key));
        let holds = match machine.from {
            [only] => quote!(#state == #only),
            several => quote!([#(#several),*].contains(&as_str(#state))),
        };
        Some((holds, operands(rust, [machine.told]).0))
    }

    fn step(&self, rust: Rust<'_>, node: &Node<Payload<'_>>, step: &Step) -> Option<Body> {
        let id = node.id.as_str();
        match &step.kind {
            StepKind::When { condition, .. } => Some(branch(rust, id, condition)),
            StepKind::LoadOne { query, optional, refusal, .. } => {
                Some(self.load_one(rust, id, query, *optional, refusal.as_ref()))
            }
            StepKind::LoadMany { query, max, beyond, .. } => {
                Some(self.load_many(rust, id, query, *max, beyond))
            }
            StepKind::Create { resource, set, .. } => self.create(rust, id, *resource, set),
            StepKind::Update { row, set } => self.update(rust, id, row, set, None),
            StepKind::Transition { row, field, from, to, asked, told, set, .. } => {
                let machine = Machine { field: *field, from, to, check: *asked == AskedState::There, told };
                self.update(rust, id, row, set, Some(machine))
            }
            StepKind::Delete { row } | StepKind::Restore { row } => {
                let deletes = matches!(step.kind, StepKind::Delete { .. });
                let call = if deletes { quote!(delete) } else { quote!(restore) };
                let (mut rust, vars) = (rust, Vars::new());
                let handle = rust.handle(row, &vars);
                need_handle(&mut rust, row, &vars);
                let statements = quote! {
                    cx.at(#id)?;
                    cx.#call(#handle)
                };
                Some(Body { store: true, result: quote!(Checked), statements, used: rust.used })
            }
            _ => None,
        }
    }

    fn create(&self, mut rust: Rust<'_>, id: &str, resource: usize, set: &[(usize, Typed)]) -> Option<Body> {
        let shape = self.model.schema.resources.get(resource)?;
        let name = type_name(&shape.name);
        let vars = Vars::new();
        let parts = shape.fields.iter().enumerate().map(|(index, field)| {
            let key = ident(&field.key);
            let value = match set.iter().find(|(known, _)| *known == index) {
                Some((_, value)) => rust.stored(value, &vars),
                None if index == shape.id => {
                    let prefix = shape.id_prefix.as_deref().unwrap_or(&shape.name);
                    quote!(cx.new_id(#prefix)?)
                }
                None => default(field, &mut rust),
            };
            member(&key, &value)
        });
        let parts: Vec<TokenStream> = parts.collect();
        let statements = quote! {
            cx.at(#id)?;
            let new = #name { #(#parts),* };
            cx.create(new)
        };
        Some(Body { store: true, result: quote!(Result<Live<#name>, Stop>), statements, used: rust.used })
    }

    fn update(
        &self,
        mut rust: Rust<'_>,
        id: &str,
        row: &Typed,
        set: &[(usize, Typed)],
        machine: Option<Machine<'_>>,
    ) -> Option<Body> {
        let resource = row_of(&row.ty)?;
        let shape = self.model.schema.resources.get(resource)?;
        let name = type_name(&shape.name);
        let vars = Vars::new();
        let handle = rust.handle(row, &vars);
        need_handle(&mut rust, row, &vars);
        let check = match &machine {
            Some(machine) if machine.check => self.wrong_state(&mut rust, row, machine),
            _ => None,
        };
        let check = check.map(|(holds, operands)| {
            quote! {
                let holds = #holds;
                cx.rule(holds, "wrong_state", &[#(#operands),*])?;
            }
        });
        let at = at(id, check.is_some(), &quote!(cx));
        let moved = machine.as_ref().and_then(|machine| {
            let (key, to) = (ident(&shape.fields.get(machine.field)?.key), machine.to);
            Some(quote!(changed.#key = #to.to_string();))
        });
        let assigned = set.iter().map(|(index, value)| {
            let key = shape.fields.get(*index).map(|field| ident(&field.key));
            let value = rust.stored(value, &vars);
            quote!(changed.#key = #value;)
        });
        let assigned: Vec<TokenStream> = assigned.collect();
        let statements = quote! {
            #at
            #check
            let mut changed = #name::clone(#handle);
            #moved
            #(#assigned)*
            cx.update(#handle, changed)
        };
        Some(Body { store: true, result: quote!(Checked), statements, used: rust.used })
    }
}

/// How a transition moves.
struct Machine<'s> {
    field: usize,
    from: &'s [String],
    to: &'s str,
    /// Whether the state is checked here.
    check: bool,
    /// What is said if it is another one.
    told: &'s Template,
}

/// The row that is written is needed as a handle.
fn need_handle(rust: &mut Rust<'_>, row: &Typed, vars: &Vars) {
    let path = rust.finder().path(row, vars).unwrap_or_default();
    if let Some(handle) = rust.used.locals.get_mut(&path) {
        *handle = true;
    }
}

/// An expression whose reads are recorded, and whether there are any.
fn traced(rust: &mut Rust<'_>, expr: &Typed) -> (bool, TokenStream) {
    rust.traced = true;
    let tokens = rust.owned(expr, &Vars::new());
    rust.traced = false;
    (std::mem::take(&mut rust.saw), tokens)
}

fn branch(mut rust: Rust<'_>, id: &str, condition: &Typed) -> Body {
    let (see, holds) = traced(&mut rust, condition);
    let at = at(id, see, &quote!(walk));
    let statements = quote! {
        #at
        let holds = #holds;
        walk.branch(holds)
    };
    Body { store: false, result: quote!(Result<bool, Stop>), statements, used: rust.used }
}

/// What the texts of a refusal show, and whether some of it is computed.
pub(super) fn operands<'t>(
    rust: &mut Rust<'_>,
    templates: impl IntoIterator<Item = &'t Template>,
) -> (Vec<TokenStream>, bool) {
    let mut computed = false;
    let mut shown: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for piece in templates.into_iter().flat_map(|template| &template.pieces) {
        let Piece::Value(value) = piece else { continue };
        let text = value.text.as_str();
        if shown.contains_key(text) {
            continue;
        }
        let tokens = if value.pii {
            quote!((#text, &Masked(#text)))
        } else {
            let unsized_ = types::is_text(&value.ty) || matches!(value.ty, Ty::List(_));
            rust.suffixed = true;
            let shown = rust.expr(value, &Vars::new());
            rust.suffixed = false;
            let tokens = shown.tokens;
            computed |= !matches!(value.kind, Kind::Name(_) | Kind::Input(_) | Kind::Field(..));
            // A `&str` is no sized value, nor is a slice, so it is borrowed once more.
            if shown.form == Form::Ref && !unsized_ {
                quote!((#text, #tokens))
            } else {
                quote!((#text, &#tokens))
            }
        };
        shown.insert(text, tokens);
    }
    (shown.into_values().collect(), computed)
}

/// What a field holds that `create` or `emit` leaves out.
pub(super) fn default(field: &opwright_values::schema::Field, rust: &mut Rust<'_>) -> TokenStream {
    use opwright_values::schema::{Default as FieldDefault, Type};
    match &field.default {
        Some(FieldDefault::Value(value)) => types::of_stored(field, value),
        Some(FieldDefault::Now) => {
            rust.used.now = true;
            let now = if matches!(field.ty, Type::Date { .. }) { quote!(Date::of(now)) } else { quote!(now) };
            if field.optional { quote!(Some(#now)) } else { now }
        }
        None => quote!(None),
    }
}
