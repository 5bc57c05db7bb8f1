//! `run`: a line-up of one line a node, folded over the block tree of the graph.
//!
//! ```text
//! let order = cx.load::<Order>("relations.order", &self.order_id)?;
//! cancel_order(cx, self, &order)?;
//! while let Some(entry) = cx.item("effects.each_entry", &mut each_entry)? { … }
//! ```

use crate::emit::function::{Function, Functions};
use crate::emit::ident::ident;
use crate::emit::rust::Rust;
use crate::emit::tidy::tidy;
use crate::emit::types;
use crate::expr::parts::{proved_in_rule, rests_on_facts};
use crate::lower::payload::{Act, Payload};
use crate::model::{Step, StepKind};
use opwright_tracer::graph::{Graph, Node, Phase};
use opwright_tracer::structure::Block;
use petgraph::graph::NodeIndex;
use proc_macro2::TokenStream;
use quote::quote;

/// The body of `run`, the body of `input`, and the functions of all nodes.
pub(super) struct Emitted {
    pub(super) run: TokenStream,
    /// `None` if nothing is checked before rows are loaded.
    pub(super) input: Option<TokenStream>,
    /// A hint of what `run` will load.
    pub(super) refs: Vec<TokenStream>,
    pub(super) functions: Vec<TokenStream>,
}

/// Folds over the tree.
pub(super) struct Fold<'a, 'm> {
    pub(super) graph: &'a Graph<Payload<'m>>,
    pub(super) functions: Functions<'a>,
    pub(super) emitted: Emitted,
    /// Lines of `input`, which all are evaluated.
    checks: Vec<TokenStream>,
}

impl<'a, 'm> Fold<'a, 'm> {
    pub(super) fn new(graph: &'a Graph<Payload<'m>>, functions: Functions<'a>) -> Self {
        let emitted =
            Emitted { run: TokenStream::new(), input: None, refs: Vec::new(), functions: Vec::new() };
        Self { graph, functions, emitted, checks: Vec::new() }
    }

    pub(super) fn emit(mut self, blocks: &[Block]) -> Emitted {
        self.emitted.run = tidy(self.blocks(blocks));
        if !self.checks.is_empty() {
            let checks = &self.checks;
            self.emitted.input = Some(tidy(quote! {
                #(#checks)*
                walk.collected()
            }));
        }
        self.emitted
    }

    fn blocks(&mut self, blocks: &[Block]) -> TokenStream {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn block(&mut self, block: &Block) -> TokenStream {
        match block {
            Block::Step(index) => self.step(*index),
            Block::Branch(index, then, otherwise) => {
                let condition = self.call(*index);
                let (then, otherwise) = (self.blocks(then), self.blocks(otherwise));
                let otherwise = (!otherwise.is_empty()).then(|| quote!(else { #otherwise }));
                quote!(if #condition { #then } #otherwise)
            }
            Block::Loop(index, body) => self.each(*index, body),
        }
    }

    fn node(&self, index: NodeIndex) -> Option<&'a Node<Payload<'m>>> {
        self.graph.flow.node_weight(index)
    }

    /// The call of a node's function; the function itself is kept.
    fn call(&mut self, index: NodeIndex) -> TokenStream {
        let Some(node) = self.node(index) else { return TokenStream::new() };
        let Some(Function { item, params }) = self.functions.of(node) else { return TokenStream::new() };
        self.emitted.functions.push(item);
        let name = ident(&node.payload.function);
        let arguments = params.arguments(&quote!(self));
        quote!(#name(cx #(, #arguments)*)?)
    }

    fn step(&mut self, index: NodeIndex) -> TokenStream {
        let Some(node) = self.node(index) else { return TokenStream::new() };
        if node.phase == Phase::Input && !matches!(node.payload.act, Act::Gate) {
            return self.input_step(node);
        }
        let bound = node.payload.binds.as_ref().map(|local| ident(&local.rust));
        match &node.payload.act {
            Act::Gate | Act::Exit | Act::Each { .. } => TokenStream::new(),
            Act::Reference(reference) => self.reference(node, reference),
            Act::Hop(hop) => self.hop(node, hop),
            Act::Step(Step { kind: StepKind::Emit { event, with }, .. }) => self.event(node, *event, with),
            Act::Give(_, _, local) => {
                let (list, value) = (ident(&local.rust), self.call(index));
                quote!(#list.push(#value);)
            }
            Act::Outcome(returns) => self.outcome(node, returns),
            _ => {
                let call = self.call(index);
                match bound {
                    Some(name) => quote!(let #name = #call;),
                    None => quote!(#call;),
                }
            }
        }
    }

    /// A step of the input phase: evaluated in `input`, and its value computed once more in `run`.
    fn input_step(&mut self, node: &'a Node<Payload<'m>>) -> TokenStream {
        let Some(Function { item, params }) = self.functions.of(node) else { return TokenStream::new() };
        self.emitted.functions.push(item);
        let name = ident(&node.payload.function);
        let arguments = params.arguments(&quote!(self));
        match &node.payload.binds {
            None => {
                let check = quote! {
                    let checked = #name(walk #(, #arguments)*);
                    walk.collect(checked)?;
                };
                // A rule that rests on what an earlier one proved, or whose refusal does, is not asked where that one failed.
                let rests = matches!(
                    &node.payload.act,
                    Act::Rule(condition, refusal) if !proved_in_rule(condition, refusal).is_empty()
                );
                self.checks.push(if rests { quote!(if walk.holds_so_far() { #check }) } else { check });
                TokenStream::new()
            }
            Some(local) => {
                let bound = ident(&local.rust);
                let computed = quote!(#name(walk #(, #arguments)*));
                // A value that rests on what failed is not computed, and no rule behind it is asked.
                let rests = matches!(&node.payload.act, Act::Let(_, be) if rests_on_facts(be));
                self.checks.push(if rests {
                    quote! {
                        let #bound = match #computed {
                            Err(Stop::CannotCompute(_) | Stop::Fault(_)) if !walk.holds_so_far() => {
                                return walk.collected()
                            }
                            computed => computed?,
                        };
                    }
                } else {
                    quote!(let #bound = #computed?;)
                });
                if arguments.is_empty() {
                    quote!(let #bound = cx.quiet(#name)?;)
                } else {
                    quote!(let #bound = cx.quiet(|walk| #name(walk, #(#arguments),*))?;)
                }
            }
        }
    }

    pub(super) fn rust<'n>(&self, node: &'n Node<Payload<'m>>) -> Rust<'n>
    where
        'a: 'n,
    {
        let mut rust = Rust::new(self.functions.model, self.functions.operation, &node.payload.scope);
        rust.in_run = true;
        rust
    }

    fn each(&mut self, index: NodeIndex, body: &[Block]) -> TokenStream {
        let Some(node) = self.node(index) else { return TokenStream::new() };
        let Act::Each { step, element, index: counter, gives } = &node.payload.act else {
            return TokenStream::new();
        };
        let StepKind::Each { list, .. } = &step.kind else { return TokenStream::new() };
        let mut rust = self.rust(node);
        let list = rust.elements(list);
        let now = rust.used.now.then(|| quote!(let now = cx.now();));
        let last = node.id.rsplit('.').next().unwrap_or("each");
        let (id, iter, element) = (&node.id, ident(last), ident(&element.rust));
        let (iterator, pattern) = match counter {
            None => (list, quote!(#element)),
            Some(counter) => {
                let counter = ident(&counter.rust);
                (quote!((0_i64..).zip(#list)), quote!((#counter, #element)))
            }
        };
        // A list that may have no value is computed there, for it is refused there.
        let each =
            if rust.tries { quote!(each_tried(#id, || Ok(#iterator))) } else { quote!(each(#id, #iterator)) };
        let gives = gives.iter().map(|local| {
            let (name, ty) = (ident(&local.rust), types::of_local(self.functions.model, &local.kind));
            quote!(let mut #name: #ty = Vec::new();)
        });
        let gives: TokenStream = gives.collect();
        let body = self.blocks(body);
        quote! {
            #now
            #gives
            let mut #iter = cx.#each?;
            while let Some(#pattern) = cx.item(#id, &mut #iter)? {
                #body
            }
        }
    }
}
