//! What surrounds the steps: gates, references, the checks that come first, and the outcome.

use crate::expr::parts::row_of;
use crate::expr::typed::{Ty, Typed};
use crate::lower::build::Builder;
use crate::lower::deletes::Deleted;
use crate::lower::exits;
use crate::lower::payload::{Act, Payload};
use crate::lower::uses::{Use, uses, uses_of_outcome};
use crate::lower::words::{resource, words};
use crate::model::{AskedState, Model, Operation, Reference, Step, StepKind};
use crate::rows::finder::{Finder, SENT};
use crate::rows::hops::{Along, Hop, collection_hop};
use crate::rows::scope::{Local, LocalKind, Names, Scope};
use opwright_tracer::graph::{Exit, Gate, Graph, HIDDEN, Kind, Node, Phase, Src};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What ends a local: a reference field was written, or a row created.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ended {
    Through(usize, usize),
    Elements(usize),
}

pub(super) struct Lowerer<'m> {
    pub(super) model: &'m Model,
    pub(super) operation: &'m Operation,
    pub(super) builder: Builder<'m>,
    pub(super) scope: Scope,
    pub(super) names: Names,
    pub(super) phase: Phase,
    /// The path of the block that steps are added to, such as `effects.each_entry`.
    pub(super) block: String,
    pub(super) ended: Vec<Ended>,
    /// Which rows may be deleted where it stands.
    pub(super) deleted: Deleted,
}

impl<'m> Lowerer<'m> {
    pub(super) fn new(model: &'m Model, operation: &'m Operation) -> Self {
        Self {
            model,
            operation,
            builder: Builder::new(),
            scope: Scope::default(),
            names: Names::default(),
            phase: Phase::Identity,
            block: String::new(),
            ended: Vec::new(),
            deleted: Deleted::default(),
        }
    }

    pub(super) fn gates(&mut self) {
        let gates = [
            (Gate::Identity, Phase::Identity, "who is calling?", "unauthenticated", 401),
            (Gate::Permission, Phase::Permission, "may they call this?", "not_found", 404),
            (Gate::Input, Phase::Input, "are the arguments sound?", "invalid_input", 422),
        ];
        for (gate, phase, title, code, status) in gates {
            let (message, fix) = gate_texts(gate);
            let exit = Exit {
                code: code.to_owned(),
                status,
                message: message.to_owned(),
                fix: fix.to_owned(),
                next: Vec::new(),
                builtin: true,
            };
            let id = match phase {
                Phase::Identity => "identity",
                Phase::Permission => "permission",
                _ => "input",
            };
            let mut node = self.node(id.to_owned(), Kind::Gate(gate), title, Act::Gate);
            node.phase = phase;
            node.text =
                if gate == Gate::Permission { self.operation.requires.join(", ") } else { String::new() };
            self.builder.add(node, vec![exit]);
        }
    }

    /// Steps that read only what was sent come before anything is loaded.
    pub(super) fn input_steps(&mut self) {
        self.enter(Phase::Input, "input");
        for step in &self.operation.steps {
            if step.early {
                self.lower_step(step);
            }
        }
    }

    pub(super) fn references(&mut self) {
        self.enter(Phase::Relations, "relations");
        for reference in &self.operation.references {
            if let Some(filter) = &reference.filter {
                self.load_hops(&[Use::value(filter)]);
            }
            let kind = match (reference.list, reference.optional) {
                (true, _) if !reference.way.is_empty() => LocalKind::ById(reference.to),
                (true, _) => LocalKind::Rows(reference.to),
                (false, true) => LocalKind::OptionalRow(reference.to),
                (false, false) => LocalKind::Row(reference.to),
            };
            let local = self.local(&reference.name, kind);
            let node = self.reference_node(reference, &local);
            let mut exits = vec![exits::not_found(resource(self.model, reference.to), reference.finds)];
            exits.extend(exits::of_expressions(&reference.filter, self.model, self.operation));
            self.may_find_deleted(reference.to, reference.finds);
            self.builder.add(node, exits);
            self.scope.bind(reference.name.clone(), local);
        }
    }

    fn reference_node(&mut self, reference: &'m Reference, local: &Local) -> Node<Payload<'m>> {
        let of = resource(self.model, reference.to).to_owned();
        let what = format!("{}{of}", super::words::found(reference.finds));
        let path = shown(&reference.name);
        let title = match (of == path, reference.way.is_empty()) {
            (true, _) => format!("load {what}"),
            (false, true) => format!("load {what} as {}", words(&path)),
            (false, false) if reference.list => format!("load each {what} {path}"),
            (false, false) => format!("load {what} {path}"),
        };
        let id = format!("relations.{path}");
        let mut node = self.node(id, Kind::Lookup, &title, Act::Reference(reference));
        node.pointer = Some(reference.pointer.trim_end_matches("/*").to_owned());
        node.text = reference.filter.as_ref().map_or_else(String::new, |filter| filter.text.clone());
        node.subject = Some(of);
        node.src = Some(reference.src.clone());
        node.payload.binds = Some(local.clone());
        node
    }

    /// What paths from references lead to is loaded with them, in the order in which it is first read.
    pub(super) fn reached_from_references(&mut self) {
        let roots: BTreeSet<&str> = self.operation.references.iter().map(|it| it.name.as_str()).collect();
        let mut all = Vec::new();
        collect_uses(&self.operation.steps, self.model, &mut all);
        all.extend(uses_of_outcome(self.operation));
        for used in all {
            for hop in self.hops_of(&used) {
                let root = hop.key.split(['.', '[']).next().unwrap_or("");
                let fixed = !hop.all && !hop.optional && (root == "input" || roots.contains(root));
                if fixed && self.scope.get(&hop.key).is_none() && self.scope.get(&hop.from).is_some() {
                    self.load_hop(hop);
                }
            }
        }
    }

    /// Nobody mends an item list for an order that was delivered long ago: states are checked before all rules.
    pub(super) fn states_first(&mut self) {
        self.enter(Phase::Rules, "rules");
        for step in &self.operation.steps {
            let StepKind::Transition { row, field, name, from, asked: AskedState::First, .. } = &step.kind
            else {
                continue;
            };
            self.load_hops(&[Use::handle(row)]);
            let Some(machine) = row_of(&row.ty)
                .and_then(|of| self.model.schema.resources.get(of))
                .and_then(|of| of.fields.get(*field))
            else {
                continue;
            };
            let exit = exits::wrong_state(step, self.model, self.operation);
            let id = format!("rules.{}", super::words::transition_id(row, name));
            let title = format!("wrong state to {} {}?", words(name), row.text);
            let mut node = self.node(id, Kind::Rule, &title, Act::State(step));
            node.text = format!("{}.{} in [{}]", row.text, machine.name, from.join(", "));
            node.src = Some(step.src.clone());
            node.payload.function =
                self.names.give(&format!("{}_state", super::words::transition_id(row, name)));
            self.builder.add(node, exit.into_iter().collect());
        }
    }

    pub(super) fn steps(&mut self) {
        let operation = self.operation;
        for step in &operation.steps {
            if step.early {
                continue;
            }
            if self.phase == Phase::Rules && step.has_effect() {
                self.enter(Phase::Effects, "effects");
            }
            self.lower_step(step);
        }
    }

    pub(super) fn outcome(&mut self) {
        self.enter(Phase::Outcome, "outcome");
        let uses = uses_of_outcome(self.operation);
        self.load_hops(&uses);
        let mut node = self.node(
            "outcome.done".to_owned(),
            Kind::Outcome,
            "done",
            Act::Outcome(&self.operation.returns),
        );
        node.text = self.operation.narrate.as_ref().map_or_else(String::new, exits::text);
        let exits = self.of_expressions(uses.iter().map(|used| used.expr));
        self.builder.add(node, exits);
    }

    pub(super) fn finish(self) -> Graph<Payload<'m>> {
        let head = self.head();
        self.builder.finish(head)
    }

    pub(super) fn enter(&mut self, phase: Phase, block: &str) {
        self.phase = phase;
        block.clone_into(&mut self.block);
    }

    pub(super) fn node(&self, id: String, kind: Kind, title: &str, act: Act<'m>) -> Node<Payload<'m>> {
        let mut payload = Payload::of(act);
        payload.scope = Rc::new(self.scope.clone());
        Node {
            id,
            kind,
            phase: self.phase,
            title: title.to_owned(),
            text: String::new(),
            src: None::<Src>,
            subject: None,
            pointer: None,
            rounds: None,
            rows: None,
            payload,
        }
    }

    pub(super) fn local(&mut self, path: &str, kind: LocalKind) -> Local {
        let (through, elements) = (Vec::new(), BTreeSet::new());
        Local { rust: self.names.give(path), kind, through, elements, sent: None }
    }

    pub(super) fn hops_of(&self, used: &Use<'_>) -> Vec<Hop> {
        let finder = self.finder();
        // Of what is named by its id, the row is loaded behind that.
        let handle = used.handle && !finder.is_by_id(used.expr);
        let mut hops = finder.find(used.expr, handle).hops;
        if let Some(collection) = used.collection {
            let vars = crate::rows::finder::Vars::new();
            if let (Some(from), Some(of)) = (finder.path(used.expr, &vars), row_of(&used.expr.ty)) {
                hops.extend(collection_hop(&self.model.schema, from, of, collection));
            }
        }
        // What a condition follows from `row` is followed by the database.
        hops.retain(|hop| hop.key.split(['.', '[']).next() != Some("row"));
        hops
    }

    pub(super) fn finder(&self) -> Finder<'_> {
        Finder {
            schema: &self.model.schema,
            names: &self.scope,
            inputs: &self.operation.inputs,
            sent_only: self.phase == Phase::Input,
        }
    }

    /// Loads in front of a step what it needs and nothing has loaded.
    pub(super) fn load_hops(&mut self, uses: &[Use<'m>]) {
        for used in uses {
            for hop in self.hops_of(used) {
                if self.scope.get(&hop.key).is_none() {
                    self.load_hop(hop);
                }
            }
        }
    }

    pub(super) fn load_hop(&mut self, hop: Hop) {
        let path = shown(&hop.key);
        self.load_hop_at(hop, &path);
    }

    /// The same as a node of this name.
    fn load_hop_at(&mut self, hop: Hop, id: &str) {
        let Some(local) = self.hop_local(&hop) else { return };
        let path = shown(&hop.key);
        let (id, title) = (format!("{}.{id}", self.block), hop_title(&hop, &path));
        let mut node = self.node(id, Kind::Lookup, &title, Act::Hop(hop.clone()));
        node.text = path;
        node.subject = Some(resource(self.model, target(&local.kind)).to_owned());
        node.payload.binds = Some(local.clone());
        self.builder.add(node, Vec::new());
        self.scope.bind(hop.key, local);
    }

    /// The row of a name of which only the id is at hand, there `from`.
    pub(super) fn load_by_id(&mut self, name: &str, from: String, of: usize, optional: bool, id: &str) {
        let hop = Hop { key: name.to_owned(), from, of, along: Along::Local, all: false, optional };
        self.load_hop_at(hop, id);
    }

    fn hop_local(&mut self, hop: &Hop) -> Option<Local> {
        let resource = self.model.schema.resources.get(hop.of)?;
        // Where there may be no row to start from, there may be none to arrive at.
        let from = self.scope.get(&hop.from).map(|local| &local.kind);
        let optional = hop.optional || matches!(from, Some(LocalKind::OptionalRow(_)));
        let row: fn(usize) -> LocalKind = match (hop.all, optional) {
            (true, _) => LocalKind::ById,
            (false, true) => LocalKind::OptionalRow,
            (false, false) => LocalKind::Row,
        };
        let (to, kind) = match &hop.along {
            Along::Reference(field) => (self.model.references_to(hop.of, *field)?, row),
            Along::Inside(_, _, to) => (*to, row),
            Along::Collection(index) => {
                let many: fn(usize) -> LocalKind =
                    if hop.all { LocalKind::CollectionsOf } else { LocalKind::Many };
                (resource.collections.get(*index)?.of, many)
            }
            Along::Local => (hop.of, row),
        };
        let mut local = self.local(&hop.key, kind(to));
        // It is stale as soon as the local is that it starts from.
        if let Some(from) = self.scope.get(&hop.from) {
            local.through.clone_from(&from.through);
            local.elements.clone_from(&from.elements);
        }
        if let Along::Reference(field) | Along::Inside(Some(field), ..) = hop.along {
            local.through.push((hop.of, field));
        }
        local.elements.extend(hop.all.then_some(hop.of));
        Some(local)
    }
}

/// A path as it stands in the picture.
fn shown(path: &str) -> String {
    path.strip_prefix(SENT).unwrap_or(path).replace("[]", "")
}

fn hop_title(hop: &Hop, path: &str) -> String {
    match (&hop.along, hop.all) {
        (Along::Reference(_), false) => format!("follow {path}"),
        (Along::Reference(_), true) => format!("follow each {path}"),
        _ => format!("load {path}"),
    }
}

fn target(kind: &LocalKind) -> usize {
    match kind {
        LocalKind::Row(to)
        | LocalKind::OptionalRow(to)
        | LocalKind::Rows(to)
        | LocalKind::Many(to)
        | LocalKind::ById(to)
        | LocalKind::CollectionsOf(to) => *to,
        LocalKind::Value(Ty::Row(to) | Ty::Id(to)) => *to,
        LocalKind::Value(_) => usize::MAX,
    }
}

/// The uses of all steps, those in blocks included.
pub(super) fn collect_uses<'m>(steps: &'m [Step], model: &Model, all: &mut Vec<Use<'m>>) {
    for step in steps {
        all.extend(uses(step, model));
        match &step.kind {
            StepKind::When { then, otherwise, .. } => {
                collect_uses(then, model, all);
                collect_uses(otherwise, model, all);
            }
            StepKind::Each { body, gives, .. } => {
                collect_uses(body, model, all);
                all.extend(gives.iter().map(|(_, value): &(String, Typed)| Use::value(value)));
            }
            _ => {}
        }
    }
}

fn gate_texts(gate: Gate) -> (&'static str, &'static str) {
    match gate {
        Gate::Identity => ("this call carries no valid token", "send `Authorization: Bearer <token>`"),
        Gate::Permission => HIDDEN,
        Gate::Input => ("the arguments do not fit: {reason}", "mend what `errors` lists and call again"),
    }
}
