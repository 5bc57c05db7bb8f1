//! Steps: expressions are typed, names bound, facts kept, and the rules of order checked.

use crate::decl::refuse::RefuseDecl;
use crate::decl::step::{SetDecl, StepDecl, StepDeclKind};
use crate::expr::env::{Bound, Env};
use crate::expr::facts::{self, Facts};
use crate::expr::parts::row_of;
use crate::expr::sent;
use crate::expr::typed::{Ty, Typed};
use crate::model::{self, ResourceId, Step, StepKind};
use crate::names;
use crate::report::{Diagnostic, Report};
use crate::resolve::phases::Early;
use crate::resolve::{follow, former, refusals, sets};
use crate::rows::held;
use crate::source::{Sources, Span};
use crate::yaml::Text;
use opwright_values::schema::{Resource, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// What all operations share.
#[derive(Clone, Copy)]
pub(super) struct Shared<'s> {
    pub(super) schema: &'s Schema,
    pub(super) resources: &'s [model::Resource],
    pub(super) operations: &'s [&'s str],
    pub(super) sources: &'s Sources,
}

pub(super) struct Resolver<'r, 'e> {
    pub(super) shared: Shared<'r>,
    pub(super) env: &'r mut Env<'e>,
    pub(super) indexes: &'r mut Vec<(ResourceId, Vec<usize>)>,
    pub(super) report: &'r mut Report,
    /// Machines (resource and field) that a step before this one has moved.
    pub(super) moved: BTreeSet<(ResourceId, usize)>,
    /// Names of lists in which no row is twice: a query has found them.
    pub(super) different: BTreeSet<String>,
    /// Rows that a step before this one has deleted, by their names or paths.
    pub(super) deleted: BTreeMap<String, Span>,
    /// The first write to a field that says what somebody may do: its place, and the field.
    pub(super) permission: Option<(Span, String)>,
    /// The list behind which the outcome has a cursor.
    pub(super) paged: Option<Span>,
    /// What comes before anything is loaded.
    early: Early,
}

impl<'r, 'e> Resolver<'r, 'e> {
    pub(super) fn new(
        shared: Shared<'r>,
        env: &'r mut Env<'e>,
        indexes: &'r mut Vec<(ResourceId, Vec<usize>)>,
        report: &'r mut Report,
    ) -> Self {
        let early = Early::new(env);
        Self {
            shared,
            env,
            indexes,
            report,
            moved: BTreeSet::new(),
            different: BTreeSet::new(),
            deleted: BTreeMap::new(),
            permission: None,
            paged: None,
            early,
        }
    }

    /// A list of steps inside of another: what it binds ends with it.
    pub(super) fn list(&mut self, decls: &[StepDecl]) -> Vec<Step> {
        let outside = self.env.names.clone();
        let deleted = self.deleted.clone();
        let steps = self.steps(decls, false);
        self.deleted = deleted;
        let inside = std::mem::replace(&mut self.env.names, outside);
        for name in inside.keys().filter(|name| !self.env.names.contains_key(*name)) {
            self.env.facts.end(name);
            self.different.remove(name);
        }
        steps
    }

    /// Steps in their order; `top`: those of the operation itself.
    pub(super) fn steps(&mut self, decls: &[StepDecl], top: bool) -> Vec<Step> {
        let (mut steps, mut effect) = (Vec::new(), None::<(Span, String)>);
        let mut ids = BTreeMap::new();
        for decl in decls {
            if let (StepDeclKind::Require { condition, .. }, Some((first, what))) = (&decl.kind, &effect) {
                self.report.add(
                    Diagnostic::new("E0401", condition.span, format!("this rule comes after `{what}`"))
                        .other(*first, "the effect")
                        .help("move it in front: checks come first"),
                );
            }
            let Some(step) = self.step(decl, top) else { continue };
            if step.has_effect() && effect.is_none() {
                effect = Some((decl.span, decl.kind.what()));
            }
            self.unique_id(&step, decl.span, &mut ids);
            steps.push(step);
        }
        steps
    }

    pub(super) fn step(&mut self, decl: &StepDecl, top: bool) -> Option<Step> {
        let mut kind = match &decl.kind {
            StepDeclKind::Require { condition, refuse } => self.require(condition, refuse.as_ref()),
            StepDeclKind::Let { name, be } => self.let_(name, be),
            StepDeclKind::Load(load) => self.load(load, decl.span, top),
            StepDeclKind::Create { resource, set, alias } => {
                self.create(resource, set, alias.as_ref(), decl.span)
            }
            StepDeclKind::Update { row, set } => self.update(row, set),
            StepDeclKind::Transition { path, set } => self.transition(path, set, top),
            StepDeclKind::Delete { row } => self.delete(row),
            StepDeclKind::Restore { row } => self.restore(row),
            StepDeclKind::When { condition, name, then, otherwise } => {
                self.when(condition, name.as_ref(), then, otherwise)
            }
            StepDeclKind::Each { .. } => self.each(&decl.kind),
            StepDeclKind::Emit { event, with } => self.emit(event, with, decl.span),
        }?;
        let early = top && self.early.takes(&decl.kind, &mut kind, self.env, self.shared.operations);
        let src = self.shared.sources.place(decl.span);
        Some(Step { kind, early, src, text: String::new() })
    }

    pub(super) fn resource(&self, id: ResourceId) -> Option<&'r Resource> {
        self.shared.schema.resources.get(id)
    }

    pub(super) fn find_resource(&mut self, name: &Text) -> Option<ResourceId> {
        let names = || self.shared.schema.resources.iter().map(|resource| resource.name.as_str());
        let found = names().position(|known| known == name.value);
        if found.is_none() {
            let fault = Diagnostic::new("E0204", name.span, format!("there is no resource `{}`", name.value));
            let now = former::resource(&self.shared.schema.resources, &name.value);
            let meant = now.or_else(|| self.report.meant(&name.value, names()));
            self.report.add_unknown(&name.value, former::meant(fault, now, meant));
            // What follows may call the row by the name that is meant.
            meant.into_iter().for_each(|meant| self.report.lose(meant));
        }
        found
    }

    /// Refuses a row without a name that is followed.
    pub(super) fn named_first(&mut self, typed: &Typed) {
        follow::named(typed, self.env, self.report);
    }

    /// Binds a name; nothing shadows. A step that fails still binds it, so that one mistake is one message.
    pub(super) fn bind(&mut self, name: &Text, ty: Ty) {
        if self.is_free(name, "choose another name") {
            self.bind_new(name, ty, false);
        }
    }

    /// The same for what may be a list of rows: `ids` says whether it is kept as their ids.
    pub(super) fn bind_list(&mut self, name: &Text, ty: Ty, ids: bool) {
        if self.is_free(name, "choose another name") {
            self.bind_new(name, ty, ids);
        }
    }

    /// The same for a row, which is called like its resource where it has no name of its own. Whether the name is new.
    pub(super) fn bind_row(&mut self, resource: &Text, alias: Option<&Text>, ty: Ty) -> bool {
        let (name, help) = match alias {
            Some(alias) => (alias, "choose another name"),
            None => (resource, "give it another name with `as`"),
        };
        let is_free = self.is_free(name, help);
        if is_free {
            self.bind_new(name, ty, false);
        }
        is_free
    }

    /// Whether a name means nothing yet; if it does, the help says what to do.
    fn is_free(&mut self, name: &Text, help: &str) -> bool {
        names::check(name, "a step", self.report);
        let Some(first) = self.env.names.get(&name.value) else { return true };
        let fault = format!("`{}` already means {}", name.value, self.env.meaning(&name.value));
        let fault = Diagnostic::new("E0205", name.span, fault);
        self.report.add(fault.other(first.span, "this").help(help));
        false
    }

    fn bind_new(&mut self, name: &Text, ty: Ty, ids: bool) {
        self.env.sent.remove(&name.value);
        self.env.searched.remove(&name.value);
        self.env.secrets.remove(&name.value);
        self.env.hidden.remove(&name.value);
        self.env.led.remove(&name.value);
        self.different.remove(&name.value);
        self.env.names.insert(name.value.clone(), Bound { ty, span: name.span, ids });
    }

    pub(super) fn require(&mut self, condition: &Text, refuse: Option<&RefuseDecl>) -> Option<StepKind> {
        let Some(condition) = crate::expr::condition(condition, self.env, self.report) else {
            if let Some(refuse) = refuse {
                refusals::beside(refuse, self.env, self.shared.operations, self.report);
            }
            return None;
        };
        self.named_first(&condition);
        let refusal = refuse.and_then(|refuse| {
            refusals::resolve(refuse, &condition, self.env, self.shared.operations, self.report)
        });
        self.env.facts.add(&Facts::when_true(&condition, self.shared.schema));
        Some(StepKind::Require { condition, refusal: refusal? })
    }

    pub(super) fn let_(&mut self, name: &Text, be: &Text) -> Option<StepKind> {
        let Some(be) = crate::expr::any(be, self.env, self.report) else {
            self.bind_unknown(name);
            return None;
        };
        self.named_first(&be);
        let ids = held::is_of_ids(&be, self.env);
        self.bind_list(name, be.ty.clone(), ids);
        self.same_row(name, &be, false);
        self.comes_from(&name.value, &be);
        self.env.facts.add(&facts::when_named(&name.value, &be, self.shared.schema));
        if crate::expr::value::absent_input(&be, self.env).is_some() {
            self.env.sent.insert(name.value.clone());
        }
        Some(StepKind::Let { name: name.value.clone(), be })
    }

    /// What names something secret is secret, what names something hidden is that, and it is known which arguments led to
    /// it.
    pub(super) fn comes_from(&mut self, name: &str, value: &Typed) {
        if crate::expr::secret::comes_by_hidden(value, self.env) {
            self.env.hidden.insert(name.to_owned());
        }
        if crate::expr::secret::told(value, self.env).is_some() {
            self.env.secrets.insert(name.to_owned());
        }
        self.led_to(name, [value]);
    }

    /// Keeps which arguments led to what a name stands for.
    pub(super) fn led_to<'v>(&mut self, name: &str, by: impl IntoIterator<Item = &'v Typed>) {
        let keys = by.into_iter().flat_map(|value| sent::arguments(value, self.env)).collect();
        self.env.led.insert(name.to_owned(), keys);
    }

    /// The name of a step that could not be typed: later uses of it are not reported again, because the type is the
    /// one of a row that does not exist.
    pub(super) fn bind_unknown(&mut self, name: &Text) {
        self.env.names.entry(name.value.clone()).or_insert(Bound::new(Ty::Row(usize::MAX), name.span));
    }

    pub(super) fn machines(&self, id: ResourceId) -> &'r [model::Machine] {
        self.shared.resources.get(id).map_or(&[], |resource| &resource.machines)
    }

    pub(super) fn create(
        &mut self,
        name: &Text,
        set: &SetDecl,
        alias: Option<&Text>,
        span: Span,
    ) -> Option<StepKind> {
        let bound = alias.unwrap_or(name);
        let Some(id) = self.find_resource(name) else {
            sets::beside(set, self.env, self.report);
            self.bind_unknown(bound);
            return None;
        };
        let resource = self.resource(id)?;
        let machines = self.machines(id);
        let fields = (resource.name.as_str(), resource.fields.as_slice());
        let decl = set;
        let used = sets::Use::Create { id: resource.id, given: resource.id_prefix.is_none() };
        let set = sets::resolve(set, fields, machines, used, self.env, self.report);
        set.iter().for_each(|(_, value)| self.named_first(value));
        sets::missing(&set, resource, decl, span, self.report);
        self.permissions(id, set.iter().map(|(field, value)| (*field, value.span)));
        self.env.facts.forget_created(id, self.shared.schema);
        // What is known of another row of this name is nothing that is known of the new one.
        if !self.bind_row(name, alias, Ty::Row(id)) {
            return None;
        }
        self.led_to(&bound.value, set.iter().map(|(_, value)| value));
        self.begins(bound, id);
        Some(StepKind::Create { name: bound.value.clone(), resource: id, set })
    }

    pub(super) fn target(&mut self, text: &Text) -> Option<(Typed, ResourceId)> {
        let row = crate::expr::target(text, self.env, self.report)?;
        let id = row_of(&row.ty)?;
        self.is_there(&row)?;
        Some((row, id))
    }

    /// The same for a row that is given values, which are looked at without it too.
    pub(super) fn target_of(&mut self, row: &Text, set: &SetDecl) -> Option<(Typed, ResourceId)> {
        let target = self.target(row);
        if target.is_none() {
            sets::beside(set, self.env, self.report);
        }
        target
    }

    pub(super) fn update(&mut self, row: &Text, set: &SetDecl) -> Option<StepKind> {
        let (row, id) = self.target_of(row, set)?;
        let set = self.set_of_row(&row, id, set)?;
        Some(StepKind::Update { row, set })
    }

    pub(super) fn set_of_row(
        &mut self,
        row: &Typed,
        id: ResourceId,
        set: &SetDecl,
    ) -> Option<Vec<(usize, Typed)>> {
        let resource = self.resource(id)?;
        let machines = self.machines(id);
        let fields = (resource.name.as_str(), resource.fields.as_slice());
        let set = sets::resolve(set, fields, machines, sets::Use::Update(&row.text), self.env, self.report);
        set.iter().for_each(|(_, value)| self.named_first(value));
        self.permissions(id, set.iter().map(|(field, value)| (*field, value.span)));
        for (index, value) in &set {
            if *index == resource.id {
                let fault = Diagnostic::new("E0406", value.span, "the id of a row never changes");
                self.report.add(fault.help("leave it out"));
            }
            self.env.facts.forget_field(id, *index, self.shared.schema);
        }
        Some(set)
    }

    pub(super) fn emit(&mut self, name: &Text, with: &SetDecl, span: Span) -> Option<StepKind> {
        let events = &self.shared.schema.events;
        let Some(index) = events.iter().position(|event| event.name == name.value) else {
            sets::no_event(name, self.shared.schema, self.report);
            sets::beside(with, self.env, self.report);
            return None;
        };
        let event = events.get(index)?;
        let set =
            sets::resolve(with, (&event.name, &event.fields), &[], sets::Use::Emit, self.env, self.report);
        set.iter().for_each(|(_, value)| self.named_first(value));
        sets::missing_in_event(&set, &event.name, &event.fields, with, span, self.report);
        Some(StepKind::Emit { event: index, with: set })
    }
}
