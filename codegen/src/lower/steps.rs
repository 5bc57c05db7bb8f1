//! One step after another: what it needs is loaded in front of it, then its node, then what it binds.

use crate::expr::parts::row_of;
use crate::expr::typed::{Kind as ExprKind, Ty, Typed};
use crate::lower::exits;
use crate::lower::known::Known;
use crate::lower::lowerer::{Lowerer, collect_uses};
use crate::lower::payload::Act;
use crate::lower::uses::{Use, uses};
use crate::lower::words::{path_words, text, title, transition_id};
use crate::model::{Beyond, Finds, Step, StepKind};
use crate::rows::along::{reachable, taken_along, users};
use crate::rows::finder::{Finder, SENT, Vars};
use crate::rows::hops::Hop;
use crate::rows::locals::Repr;
use crate::rows::scope::{Local, LocalKind};
use opwright_tracer::graph::{Effect, Exit, Kind, Phase, Way};

impl<'m> Lowerer<'m> {
    pub(super) fn lower_step(&mut self, step: &'m Step) {
        let uses = uses(step, self.model);
        self.load_hops(&uses);
        match &step.kind {
            StepKind::When { name, then, otherwise, condition } => {
                let exits = self.of_expressions([condition]);
                self.lower_when(step, name, (then, otherwise), exits);
            }
            StepKind::Each { .. } => self.lower_each(step),
            _ => self.lower_plain(step, &uses),
        }
        self.end_locals(step);
    }

    fn lower_plain(&mut self, step: &'m Step, uses: &[Use<'m>]) {
        let (id, kind) = self.id_and_kind(step);
        let function = self.function_of(step, &id);
        let act = match &step.kind {
            StepKind::Require { condition, refusal } => Act::Rule(condition, refusal),
            StepKind::Let { name, be } => Act::Let(name, be),
            _ => Act::Step(step),
        };
        let exits = self.exits_of(step, uses);
        let bound = self.bound(step);
        let mut node = self.node(format!("{}.{id}", self.block), kind, &title(step, self.model), act);
        node.text = text(step, self.model);
        node.src = Some(step.src.clone());
        node.subject = self.subject(step);
        node.pointer = self.pointer(step);
        node.payload.function = function;
        node.payload.binds = bound.as_ref().map(|(_, local)| local.clone());
        self.builder.add(node, exits);
        match &step.kind {
            StepKind::Delete { row } => {
                let along = row_of(&row.ty).map(|of| taken_along(&self.model.schema, of));
                self.deleted.add(&along.unwrap_or_default());
            }
            StepKind::Restore { row } => self.deleted.restore(row),
            StepKind::LoadOne { query, .. } | StepKind::LoadMany { query, .. } => {
                self.may_find_deleted(query.resource, query.finds);
            }
            _ => {}
        }
        if let Some((name, local)) = bound {
            self.scope.bind(name, local);
        }
        self.load_found(step);
    }

    /// A row that is named by its id is loaded behind that.
    fn load_found(&mut self, step: &'m Step) {
        let StepKind::Let { name, be } = &step.kind else { return };
        if let Some(of) = row_of(&be.ty)
            && self.scope.get(name).is_none()
        {
            let optional = matches!(be.ty, Ty::Optional(_));
            self.load_by_id(name, id_of(name), of, optional, &format!("{name}.row"));
        }
    }

    fn id_and_kind(&self, step: &Step) -> (String, Kind) {
        match &step.kind {
            StepKind::Require { refusal, .. } => (refusal.code.clone(), Kind::Rule),
            StepKind::Let { name, .. } => (name.clone(), Kind::Value),
            StepKind::LoadOne { name, .. } | StepKind::LoadMany { name, .. } => (name.clone(), Kind::Lookup),
            StepKind::Create { name, resource, .. } => {
                let of = super::words::resource(self.model, *resource);
                let id = if name == of { format!("create_{of}") } else { name.clone() };
                (id, Kind::Effect(Effect::Create))
            }
            StepKind::Update { row, .. } => {
                (format!("update_{}", path_words(&row.text)), Kind::Effect(Effect::Update))
            }
            StepKind::Transition { row, name, .. } => {
                (transition_id(row, name), Kind::Effect(Effect::Transition))
            }
            StepKind::Delete { row } => {
                (format!("delete_{}", path_words(&row.text)), Kind::Effect(Effect::Delete))
            }
            StepKind::Restore { row } => {
                (format!("restore_{}", path_words(&row.text)), Kind::Effect(Effect::Restore))
            }
            StepKind::Emit { event, .. } => {
                let event = self.model.schema.events.get(*event).map_or("", |event| event.name.as_str());
                (format!("emit_{}", path_words(event)), Kind::Event)
            }
            StepKind::When { name, .. } => (name.clone(), Kind::Branch),
            StepKind::Each { name, .. } => (format!("each_{name}"), Kind::Loop),
        }
    }

    fn function_of(&mut self, step: &Step, id: &str) -> String {
        let wanted = match &step.kind {
            StepKind::Let { .. } => format!("compute_{id}"),
            StepKind::LoadOne { .. } | StepKind::LoadMany { .. } => format!("find_{id}"),
            StepKind::Emit { .. } => return String::new(),
            _ => id.to_owned(),
        };
        self.names.give(&wanted)
    }

    fn exits_of(&self, step: &Step, uses: &[Use<'m>]) -> Vec<Exit> {
        let values = || self.of_expressions(uses.iter().map(|used| used.expr));
        let mut exits = match &step.kind {
            StepKind::Require { condition, refusal } => {
                let status = if self.phase == Phase::Input { 422 } else { 409 };
                let mut exits = vec![exits::named(refusal, status)];
                exits.extend(self.of_expressions(std::iter::once(condition).chain(refusal.values())));
                return exits;
            }
            StepKind::LoadOne { optional: false, query, refusal, .. } => match refusal {
                Some(refusal) => vec![exits::named(refusal, 404)],
                None => vec![exits::none_matches(super::words::resource(self.model, query.resource))],
            },
            StepKind::LoadMany { name, max, beyond, .. } => match beyond {
                Beyond::Refused => vec![exits::too_many(name, max)],
                Beyond::LeftOut => Vec::new(),
                Beyond::Next(_) => vec![exits::wrong_cursor()],
            },
            StepKind::Create { .. } | StepKind::Update { .. } | StepKind::Transition { .. } => {
                let mut exits = exits::of_write(step, self.model, self.operation);
                exits.extend(self.is_deleted(step));
                return exits;
            }
            StepKind::Restore { row } => {
                return row_of(&row.ty).map_or_else(Vec::new, |of| exits::of_restore(of, &self.model.schema));
            }
            StepKind::Delete { row } => {
                let schema = &self.model.schema;
                let used = row_of(&row.ty).is_some_and(|of| !users(schema, of).is_empty());
                let exits = used.then(|| exits::in_use(&row.text)).into_iter();
                return exits.chain(self.is_deleted(step)).collect();
            }
            StepKind::Emit { event, with } => {
                return exits::of_event(*event, with, self.model, self.operation);
            }
            _ => Vec::new(),
        };
        exits.extend(values());
        exits
    }

    /// `cannot_compute`, if one of the expressions can fail.
    pub(super) fn of_expressions<'e>(&self, exprs: impl IntoIterator<Item = &'e Typed>) -> Vec<Exit> {
        exits::of_expressions(exprs, self.model, self.operation)
    }

    /// Rows that were found deleted lead to others that are.
    pub(super) fn may_find_deleted(&mut self, resource: usize, finds: Finds) {
        if finds != Finds::Live {
            self.deleted.add(&reachable(&self.model.schema, resource));
        }
    }

    /// The row that is written, or one that it will refer to, may be deleted by now.
    fn is_deleted(&self, step: &Step) -> Option<Exit> {
        self.deleted.reaches(&self.model.schema, step).then(exits::is_deleted)
    }

    fn subject(&self, step: &Step) -> Option<String> {
        let of = match &step.kind {
            StepKind::LoadOne { query, .. } | StepKind::LoadMany { query, .. } => query.resource,
            StepKind::Create { resource, .. } => *resource,
            StepKind::Update { row, .. } | StepKind::Transition { row, .. } => row_of(&row.ty)?,
            StepKind::Delete { row } | StepKind::Restore { row } => row_of(&row.ty)?,
            StepKind::Emit { event, .. } => return Some(self.model.schema.events.get(*event)?.name.clone()),
            _ => return None,
        };
        Some(super::words::resource(self.model, of).to_owned())
    }

    /// The argument that a step may find fault with.
    fn pointer(&self, step: &Step) -> Option<String> {
        let StepKind::LoadMany { beyond, .. } = &step.kind else { return None };
        let ExprKind::Input(index) = beyond.cursor()?.kind else { return None };
        self.operation.inputs.get(index).map(|field| format!("/{}", field.key))
    }

    /// The name that a step binds, and what it is.
    fn bound(&mut self, step: &Step) -> Option<(String, Local)> {
        let (name, kind) = match &step.kind {
            StepKind::Let { name, be } if self.finder().is_by_id(be) => {
                let kind = LocalKind::Value(be.ty.clone());
                return Some((id_of(name), self.local(&format!("{name}_id"), kind)));
            }
            StepKind::Let { name, be } => (name, self.finder().held(be)),
            StepKind::LoadOne { name, query, optional: true, .. } => {
                (name, LocalKind::OptionalRow(query.resource))
            }
            StepKind::LoadOne { name, query, .. } => (name, LocalKind::Row(query.resource)),
            StepKind::LoadMany { name, query, .. } => (name, LocalKind::Rows(query.resource)),
            StepKind::Create { name, resource, .. } => (name, LocalKind::Row(*resource)),
            _ => return None,
        };
        let mut local = self.local(name, kind);
        if let StepKind::Let { be, .. } = &step.kind {
            local.sent = self.sent(be);
        }
        Some((name.clone(), local))
    }

    /// The path of a value that was sent, or is inside of one: rows inside of it are at hand.
    fn sent(&self, value: &Typed) -> Option<String> {
        let finder = self.finder();
        let path = match &value.ty {
            Ty::List(_) => finder.source(value, &Vars::new())?.strip_suffix("[]")?.to_owned(),
            ty if row_of(ty).is_some() => return None,
            _ => finder.path(value, &Vars::new())?,
        };
        path.starts_with(SENT).then_some(path)
    }

    fn repr(&self, value: &Typed) -> Repr {
        self.finder().repr(value, &Vars::new())
    }

    fn lower_when(&mut self, step: &'m Step, name: &str, lanes: (&'m [Step], &'m [Step]), exits: Vec<Exit>) {
        let mut node = self.node(
            format!("{}.{name}", self.block),
            Kind::Branch,
            &title(step, self.model),
            Act::Step(step),
        );
        node.text = text(step, self.model);
        node.src = Some(step.src.clone());
        node.payload.function = self.names.give(name);
        let branch = self.builder.add(node, exits);
        let (block, scope, since) = (self.block.clone(), self.scope.clone(), self.ended.len());
        let mut ends = Vec::new();
        let (before, mut behind) = (self.deleted.clone(), self.deleted.clone());
        for (lane, way, steps) in [("then", Way::Then, lanes.0), ("else", Way::Else, lanes.1)] {
            self.block = format!("{block}.{name}.{lane}");
            self.builder.ends = vec![(branch, way)];
            steps.iter().for_each(|step| self.lower_step(step));
            ends.append(&mut self.builder.ends);
            self.scope = scope.clone();
            behind.join(&std::mem::replace(&mut self.deleted, before.clone()));
        }
        self.deleted = behind;
        self.builder.ends = ends;
        self.block = block;
        self.leave(since);
    }

    fn lower_each(&mut self, step: &'m Step) {
        let StepKind::Each { name, index, list, body, gives } = &step.kind else { return };
        let (block, outer, since) = (self.block.clone(), self.scope.clone(), self.ended.len());
        let (element, by_id) = self.element(name, list);
        self.load_around(name, &element, body);
        let index = index.as_ref().map(|index| (index, self.local(index, LocalKind::Value(Ty::Int))));
        let gives_locals: Vec<Local> = gives.iter().map(|(name, value)| self.given(name, value)).collect();
        let act = Act::Each {
            step,
            element: element.clone(),
            index: index.as_ref().map(|(_, local)| local.clone()),
            gives: gives_locals.clone(),
        };
        let id = format!("{block}.each_{name}");
        let mut node = self.node(id.clone(), Kind::Loop, &title(step, self.model), act);
        node.text = text(step, self.model);
        node.subject = Some(name.clone());
        node.src = Some(step.src.clone());
        let exits = self.of_expressions([list]);
        let head = self.builder.add(node, exits);
        self.builder.ends = vec![(head, Way::Item)];
        self.block = id;
        // What the body writes has been written when it comes round again.
        body.iter().for_each(|step| self.end_locals(step));
        let known = Known { model: self.model, operation: self.operation };
        let outside = self.deleted.enter(&known, step);
        self.bind_element(name, element, by_id, list);
        if let Some((name, local)) = index {
            self.scope.bind(name.clone(), local);
        }
        body.iter().for_each(|step| self.lower_step(step));
        for ((name, value), local) in gives.iter().zip(&gives_locals) {
            self.lower_give(step, name, value, local);
        }
        self.deleted.leave(&outside);
        self.builder.close(head);
        self.builder.ends = vec![(head, Way::Next)];
        (self.block, self.scope) = (block, outer);
        self.leave(since);
        for ((name, _), local) in gives.iter().zip(gives_locals) {
            self.scope.bind(name.clone(), local);
        }
    }

    /// What the elements of a list that was sent lead to is loaded once for all of them, in front of the loop.
    fn load_around(&mut self, name: &str, element: &Local, body: &'m [Step]) {
        if element.sent.is_none() {
            return;
        }
        let outside = self.scope.clone();
        self.scope.bind(name, element.clone());
        let mut uses = Vec::new();
        collect_uses(body, self.model, &mut uses);
        let hops: Vec<Hop> = uses.iter().flat_map(|used| self.hops_of(used)).collect();
        self.scope = outside;
        for hop in hops {
            let is_new = self.scope.get(&hop.key).is_none() && self.scope.get(&hop.from).is_some();
            if is_new && hop.key.starts_with(SENT) {
                self.load_hop(hop);
            }
        }
    }

    /// The local of a loop's element, and whether it is only the id of a row.
    fn element(&mut self, name: &str, list: &Typed) -> (Local, bool) {
        let Ty::List(of) = &list.ty else { return (self.local(name, LocalKind::Value(Ty::Null)), false) };
        match (row_of(of), self.repr(list)) {
            (Some(resource), Repr::Handle) => (self.local(name, LocalKind::Row(resource)), false),
            (Some(resource), Repr::Id) => {
                (self.local(&format!("{name}_id"), LocalKind::Value(Ty::Id(resource))), true)
            }
            (None, _) => {
                let mut local = self.local(name, LocalKind::Value((**of).clone()));
                local.sent = self.sent(list).map(|path| format!("{path}[]"));
                (local, false)
            }
        }
    }

    fn bind_element(&mut self, name: &str, element: Local, by_id: bool, list: &Typed) {
        if !by_id {
            self.scope.bind(name.to_owned(), element);
            return;
        }
        let key = id_of(name);
        self.scope.bind(key.clone(), element);
        if let Ty::List(of) = &list.ty
            && let Some(of) = row_of(of)
        {
            self.load_by_id(name, key, of, false, name);
        }
    }

    fn given(&mut self, name: &str, value: &Typed) -> Local {
        self.local(name, Finder::given(value))
    }

    fn lower_give(&mut self, step: &'m Step, name: &'m str, value: &'m Typed, local: &Local) {
        let handle = matches!(local.kind, LocalKind::Rows(_));
        self.load_hops(&[Use { expr: value, handle, collection: None }]);
        let act = Act::Give(name, value, local.clone());
        let mut node =
            self.node(format!("{}.{name}", self.block), Kind::Value, &format!("add to {name}"), act);
        node.text.clone_from(&value.text);
        node.src = Some(step.src.clone());
        node.payload.function = self.names.give(&format!("give_{name}"));
        let exits = self.of_expressions([value]);
        self.builder.add(node, exits);
    }
}

/// The path of the id of a row that is loaded by it.
fn id_of(name: &str) -> String {
    format!("{name}#id")
}
