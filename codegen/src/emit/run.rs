//! `run`: a line-up of one line a node, folded over the block tree of the graph.
//!
//! ```text
//! let order = cx.load::<Order>("relations.order", &self.order_id)?;
//! cancel_order(cx, self, &order)?;
//! while let Some(entry) = cx.item("effects.each_entry", &mut each_entry)? { … }
//! ```

use crate::emit::function::{Function, Functions};
use crate::emit::ident::{constant, ident};
use crate::emit::rust::{Rust, id_key};
use crate::emit::types;
use crate::lower::hops::{Along, Hop, Repr, Vars};
use crate::lower::payload::{Act, Payload};
use crate::lower::scope::{Local, LocalKind};
use crate::model::{Reference, Returns, Step, StepKind};
use opwright_tracer::graph::{Graph, Node, Phase};
use opwright_tracer::structure::Block;
use petgraph::graph::NodeIndex;
use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeMap;

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
            self.emitted.input = Some(quote! {
                #(#checks)*
                walk.collected()
            });
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
            Act::Give(_, local) => {
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
                // A rule that rests on what an earlier one proved is not asked where that one failed.
                let rests = matches!(&node.payload.act, Act::Rule(condition, _) if rests_on_facts(condition));
                self.checks.push(if rests { quote!(if walk.holds_so_far() { #check }) } else { check });
                TokenStream::new()
            }
            Some(local) => {
                let bound = ident(&local.rust);
                self.checks.push(quote!(let #bound = #name(walk #(, #arguments)*)?;));
                quote!(let #bound = cx.quiet(|walk| #name(walk #(, #arguments)*))?;)
            }
        }
    }

    fn rust<'n>(&self, node: &'n Node<Payload<'m>>) -> Rust<'n>
    where
        'a: 'n,
    {
        let mut rust = Rust::new(self.functions.model, self.functions.operation, &node.payload.scope);
        rust.in_run = true;
        rust
    }

    fn reference(&mut self, node: &Node<Payload<'m>>, reference: &Reference) -> TokenStream {
        let Some(local) = &node.payload.binds else { return TokenStream::new() };
        let (id, name) = (&node.id, ident(&local.rust));
        let row = types::of_resource(self.functions.model, reference.to);
        let ty = types::of_local(self.functions.model, &local.kind);
        let key = self.functions.operation.inputs.get(reference.input).map(|field| ident(&field.key));
        self.emitted.refs.push(match (reference.list, reference.optional) {
            (true, _) => quote!(refs.add_all::<#row>(&self.#key);),
            (false, true) => quote!(refs.add_optional::<#row>(self.#key.as_deref());),
            (false, false) => quote!(refs.add::<#row>(&self.#key);),
        });
        let (call, given) = match (reference.list, reference.optional) {
            (true, _) => ("load_all", quote!(&self.#key)),
            (false, true) => ("load_optional", quote!(self.#key.as_ref())),
            (false, false) => ("load", quote!(&self.#key)),
        };
        match &reference.filter {
            None => {
                let call = ident(call);
                quote!(let #name: #ty = cx.#call(#id, #given)?;)
            }
            Some(filter) => {
                let call = ident(&format!("{call}_where"));
                let mut rust = self.rust(node);
                rust.row = Some(quote!(row));
                let holds = rust.owned(filter, &Vars::new());
                let now = rust.used.now.then(|| quote!(let now = cx.now();));
                quote! {
                    #now
                    let #name: #ty = cx.#call(#id, #given, |row: &#row| Ok(#holds))?;
                }
            }
        }
    }

    fn hop(&mut self, node: &Node<Payload<'m>>, hop: &Hop) -> TokenStream {
        let Some(local) = &node.payload.binds else { return TokenStream::new() };
        let Some(from) = node.payload.scope.get(&hop.from) else { return TokenStream::new() };
        let (id, name, base) = (&node.id, ident(&local.rust), ident(&from.rust));
        let model = self.functions.model;
        let resource = model.schema.resources.get(hop.of);
        let ty = types::of_local(model, &local.kind);
        let base = if matches!(from.kind, LocalKind::OptionalRow(_)) {
            quote!(present(&#base)?)
        } else {
            quote!(#base)
        };
        match (hop.along, hop.all) {
            (Along::Reference(field), false) => {
                let key = resource.and_then(|it| it.fields.get(field)).map(|field| ident(&field.key));
                if hop.optional {
                    return quote!(let #name: #ty = cx.follow_optional(#id, #base.#key.as_ref())?;);
                }
                quote!(let #name: #ty = cx.follow(#id, &#base.#key)?;)
            }
            (Along::Collection(index), false) => {
                let (owner, relation) = self.relation(hop.of, index);
                let key = id_key(model, hop.of);
                self.hint_collection(hop, &owner, &relation);
                quote!(let #name = cx.many(#id, &#owner::#relation, &#base.#key)?;)
            }
            (Along::Local, false) => quote!(let #name: #ty = cx.follow(#id, &#base)?;),
            (along, true) => {
                let ids = self.ids_of_all(along, hop, from, &base);
                if let Along::Collection(index) = along {
                    let (owner, relation) = self.relation(hop.of, index);
                    return quote!(let #name = cx.many_all(#id, &#owner::#relation, #ids)?;);
                }
                quote!(let #name: #ty = cx.follow_all(#id, #ids)?;)
            }
            (Along::References(_), false) => TokenStream::new(),
        }
    }

    /// Collections of references among the arguments can be fetched with them.
    fn hint_collection(&mut self, hop: &Hop, owner: &TokenStream, relation: &proc_macro2::Ident) {
        let operation = self.functions.operation;
        let reference =
            operation.references.iter().find(|it| it.name == hop.from && !it.list && !it.optional);
        if let Some(key) =
            reference.and_then(|it| operation.inputs.get(it.input)).map(|field| ident(&field.key))
        {
            self.emitted.refs.push(quote!(refs.add_many(&#owner::#relation, &self.#key);));
        }
    }

    fn relation(&self, of: usize, index: usize) -> (TokenStream, proc_macro2::Ident) {
        let resource = self.functions.model.schema.resources.get(of);
        let name = resource.and_then(|it| it.collections.get(index)).map_or("", |it| it.name.as_str());
        (types::of_resource(self.functions.model, of), constant(name))
    }

    /// The ids that all elements of a list lead to.
    fn ids_of_all(&self, along: Along, hop: &Hop, from: &Local, base: &TokenStream) -> TokenStream {
        let model = self.functions.model;
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
            Along::Local => quote!(#base.iter().cloned()),
        }
    }

    fn event(
        &mut self,
        node: &Node<Payload<'m>>,
        event: usize,
        with: &[(usize, crate::expr::typed::Typed)],
    ) -> TokenStream {
        let id = &node.id;
        let mut rust = self.rust(node);
        let fields = self
            .functions
            .model
            .schema
            .events
            .get(event)
            .map(|event| event.fields.as_slice())
            .unwrap_or_default();
        let values: Vec<TokenStream> = fields
            .iter()
            .enumerate()
            .map(|(index, _)| match with.iter().find(|(known, _)| *known == index) {
                Some((_, value)) if crate::lower::hops::is_rows(&value.ty) => {
                    let ids = rust.ids(value, &Vars::new());
                    quote!(value(&#ids))
                }
                Some((_, value)) if matches!(value.ty, crate::expr::typed::Ty::Row(_)) => {
                    let id = rust.id(value, &Vars::new());
                    quote!(value(#id))
                }
                Some((_, value)) => {
                    let value = rust.borrowed(value, &Vars::new());
                    quote!(value(#value))
                }
                None => quote!(value(&None::<String>)),
            })
            .collect();
        let now = rust.used.now.then(|| quote!(let now = cx.now();));
        let event = Literal::usize_unsuffixed(event);
        quote! {
            #now
            cx.emit(#id, #event, vec![#(#values),*])?;
        }
    }

    fn each(&mut self, index: NodeIndex, body: &[Block]) -> TokenStream {
        let Some(node) = self.node(index) else { return TokenStream::new() };
        let Act::Each { step, element, index: counter, gives } = &node.payload.act else {
            return TokenStream::new();
        };
        let StepKind::Each { list, .. } = &step.kind else { return TokenStream::new() };
        let mut rust = self.rust(node);
        let list = rust.elements(list);
        let last = node.id.rsplit('.').next().unwrap_or("each");
        let (id, iter, element) = (&node.id, ident(last), ident(&element.rust));
        let (iterator, pattern) = match counter {
            None => (list, quote!(#element)),
            Some(counter) => {
                let counter = ident(&counter.rust);
                (quote!((0_i64..).zip(#list)), quote!((#counter, #element)))
            }
        };
        let gives = gives.iter().map(|local| {
            let (name, ty) = (ident(&local.rust), types::of_local(self.functions.model, &local.kind));
            quote!(let mut #name: #ty = Vec::new();)
        });
        let gives: TokenStream = gives.collect();
        let body = self.blocks(body);
        quote! {
            #gives
            let mut #iter = #iterator;
            while let Some(#pattern) = cx.item(#id, &mut #iter)? {
                #body
            }
        }
    }

    fn outcome(&mut self, node: &Node<Payload<'m>>, returns: &Returns) -> TokenStream {
        let id = &node.id;
        let mut rust = self.rust(node);
        let result = self.returned(&mut rust, returns);
        let now = rust.used.now.then(|| quote!(let now = cx.now();));
        quote! {
            #now
            cx.at(#id)?;
            Ok(Reply::new(#result))
        }
    }

    fn returned(&self, rust: &mut Rust<'_>, returns: &Returns) -> TokenStream {
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
            Returns::Pick { of, list, parts } => {
                let source = if *list { rust.items(of, &vars) } else { rust.handle(of, &vars) };
                rust.row = Some(quote!(row));
                let parts = parts.iter().map(|(key, part)| {
                    let part = rust.json(part, &vars);
                    quote!((#key, #part))
                });
                let parts: Vec<TokenStream> = parts.collect();
                rust.row = None;
                let shape = quote!(Json::present([#(#parts),*]));
                if *list {
                    quote!(Json::List(#source.iter().map(|row| #shape).collect()))
                } else {
                    quote!({ let row = &#source; #shape })
                }
            }
        }
    }
}

fn rests_on_facts(condition: &crate::expr::typed::Typed) -> bool {
    use crate::expr::typed::Kind;
    let mut rests = false;
    crate::lower::hops::walk(condition, &mut |part| {
        rests |= matches!(part.kind, Kind::Proved(_) | Kind::Index(_, _, true));
    });
    rests
}

/// What is bound and never read is not bound, or where its type is needed, is marked so.
fn tidy(run: TokenStream) -> TokenStream {
    let mut mentions = BTreeMap::new();
    count(run.clone(), &mut mentions);
    without_unread(run, &mentions)
}

fn count(tokens: TokenStream, mentions: &mut BTreeMap<String, usize>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => *mentions.entry(ident.to_string()).or_default() += 1,
            TokenTree::Group(group) => count(group.stream(), mentions),
            _ => {}
        }
    }
}

fn without_unread(tokens: TokenStream, mentions: &BTreeMap<String, usize>) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let once = |ident: &proc_macro2::Ident| mentions.get(&ident.to_string()) == Some(&1);
        match token {
            TokenTree::Group(group) => {
                let is_pattern =
                    out.last().is_some_and(|last| matches!(last, TokenTree::Ident(ident) if ident == "Some"));
                let stream = if is_pattern {
                    marked(group.stream(), mentions)
                } else {
                    without_unread(group.stream(), mentions)
                };
                out.push(TokenTree::Group(proc_macro2::Group::new(group.delimiter(), stream)));
            }
            TokenTree::Ident(word) if word == "let" => match tokens.next() {
                Some(TokenTree::Ident(name)) if name != "Some" && once(&name) => match tokens.peek() {
                    Some(TokenTree::Punct(next)) if next.as_char() == '=' => drop(tokens.next()),
                    _ => out.extend([TokenTree::Ident(word), TokenTree::Ident(ident(&format!("_{name}")))]),
                },
                next => out.extend([Some(TokenTree::Ident(word)), next].into_iter().flatten()),
            },
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

/// The variables of a loop, those that nothing reads with a line in front.
fn marked(pattern: TokenStream, mentions: &BTreeMap<String, usize>) -> TokenStream {
    let mark = |token| match token {
        TokenTree::Ident(name) if mentions.get(&name.to_string()) == Some(&1) => {
            TokenTree::Ident(ident(&format!("_{name}")))
        }
        TokenTree::Group(group) => {
            TokenTree::Group(proc_macro2::Group::new(group.delimiter(), marked(group.stream(), mentions)))
        }
        other => other,
    };
    pattern.into_iter().map(mark).collect()
}

impl Rust<'_> {
    /// A value of an answer.
    fn json(&mut self, value: &crate::expr::typed::Typed, vars: &Vars) -> TokenStream {
        use crate::expr::typed::Ty;
        match &value.ty {
            Ty::Row(_) if self.row.is_some() => {
                let id = self.id_owned(value, vars);
                quote!(#id.to_json())
            }
            Ty::Row(_) => {
                let handle = self.handle(value, vars);
                quote!(cx.shape(&#handle)?)
            }
            Ty::Optional(inner) if matches!(**inner, Ty::Row(_)) && self.row.is_none() => {
                let row = self.optional_row(value, vars);
                quote!(match &#row { Some(row) => cx.shape(row)?, None => Json::Null })
            }
            Ty::List(of) if matches!(**of, Ty::Row(_)) && self.finder().repr(value, vars) == Repr::Handle => {
                let rows = self.items(value, vars);
                quote!(cx.shapes(&#rows)?)
            }
            _ => {
                let tokens = self.expr(value, vars).tokens;
                quote!((#tokens).to_json())
            }
        }
    }

    /// The elements of a list, owned, as they are at the start of a loop.
    fn elements(&mut self, list: &crate::expr::typed::Typed) -> TokenStream {
        let vars = Vars::new();
        if let crate::expr::typed::Kind::Collection(..) = &list.kind {
            let many = self.many(list, &vars);
            return quote!(#many.each());
        }
        let list =
            if self.finder().repr(list, &vars) == Repr::Handle || !crate::lower::hops::is_rows(&list.ty) {
                self.owned(list, &vars)
            } else {
                self.ids(list, &vars)
            };
        quote!(#list.into_iter())
    }
}
