//! `when` and `each`: lists of steps inside of others, and what is known before, in and behind them.

use crate::decl::step::{SetDecl, StepDecl, StepDeclKind};
use crate::expr::facts::{self, Facts};
use crate::expr::parts::is_rows;
use crate::expr::typed::{Ty, Typed};
use crate::model::{Step, StepKind};
use crate::names;
use crate::report::Diagnostic;
use crate::resolve::ended;
use crate::resolve::steps::Resolver;
use crate::rows::finder::Finder;
use crate::rows::scope::LocalKind;
use crate::yaml::Text;

impl<'r> Resolver<'r, '_> {
    pub(super) fn when(
        &mut self,
        condition: &Text,
        name: Option<&Text>,
        then: &[StepDecl],
        otherwise: &[StepDecl],
    ) -> Option<StepKind> {
        let (asked, lanes) = (&condition.value, (then, otherwise));
        let condition = crate::expr::condition(condition, self.env, self.report);
        let schema = self.shared.schema;
        let before = self.env.facts.clone();
        if let Some(condition) = &condition {
            self.named_first(condition);
            self.env.facts.add(&Facts::when_true(condition, schema));
        }
        for lane in [then, otherwise] {
            ended::again(lane, &ended::chosen(asked), self.env, self.report);
        }
        let then = self.list(then);
        ended::lane(lanes.0, asked, self.env);
        let after_then = std::mem::replace(&mut self.env.facts, before);
        if let Some(condition) = &condition {
            self.env.facts.add(&Facts::when_false(condition, schema));
        }
        let otherwise = self.list(otherwise);
        ended::lane(lanes.1, asked, self.env);
        self.env.facts = self.env.facts.common(&after_then);
        let name = name?;
        names::check(name, "a choice", self.report);
        Some(StepKind::When { name: name.value.clone(), condition: condition?, then, otherwise })
    }

    pub(super) fn each(&mut self, decl: &StepDeclKind) -> Option<StepKind> {
        let StepDeclKind::Each { list, name, index, body, gives } = decl else { return None };
        let list = crate::expr::present(list, self.env, self.report);
        if let Some(list) = &list {
            self.named_first(list);
        }
        let element = match list.as_ref().map(|list| (&list.ty, list.span)) {
            Some((Ty::List(of), _)) => Some((**of).clone()),
            Some((other, span)) => {
                let words = other.words(self.shared.schema);
                self.report.add(Diagnostic::new(
                    "E0304",
                    span,
                    format!("`each` goes over a list, this is {words}"),
                ));
                None
            }
            None => None,
        };
        let outside = self.env.names.clone();
        let element_known =
            name.as_ref().zip(list.as_ref()).map(|(name, list)| self.of_elements(list, &name.value, body));
        let written = Written::by_all(body);
        let path = list.as_ref().and_then(|list| facts::size_path(list, self.shared.schema));
        // A loop goes over its list as it was, and a path shows what is there now: an index is one of the path if rows
        // only join it, and what all rounds give is as long as the path if no round changes that.
        let (mut counted, mut given) = (Facts::default(), Facts::default());
        if let Some(path) = &path {
            index.iter().for_each(|index| counted.say_equal(&facts::index(&index.value), path));
            gives.iter().for_each(|(name, _)| given.say_equal(&name.value, path));
        }
        self.forget_changed(&written, &mut counted);
        self.forget(&written, &mut given);
        // They are as long as each other in any case.
        let pairs = gives.iter().zip(gives.iter().skip(1));
        pairs.for_each(|((a, _), (b, _))| given.say_equal(&a.value, &b.value));
        let mut known = std::mem::take(&mut self.env.facts);
        self.forget(&written, &mut known);
        self.env.facts = known;
        let before = self.env.facts.clone();
        let deleted = self.deleted.clone();
        match (name, &element) {
            (Some(name), Some(ty)) => {
                self.bind_list(name, ty.clone(), is_rows(ty));
                list.iter().for_each(|list| self.same_row(name, list, true));
            }
            (Some(name), None) => self.bind_unknown(name),
            _ => {}
        }
        if let (Some(name), Some(list)) = (name, &list) {
            self.comes_from(&name.value, list);
        }
        self.env.facts.add(&element_known.unwrap_or_default());
        if let Some(index) = index {
            self.bind(index, Ty::Int);
            self.led_to(&index.value, &list);
            self.env.facts.add(&counted);
        }
        let body = self.list_of_round(body, gives);
        self.deleted = deleted;
        let inside = std::mem::replace(&mut self.env.names, outside);
        ended::round(&inside, self.env);
        self.env.facts = before;
        self.different.retain(|name| self.env.names.contains_key(name));
        let (body, gives) = body;
        for (name, value) in &gives {
            let Some(value) = value else {
                self.bind_unknown(name);
                continue;
            };
            let ids = !matches!(Finder::given(value), LocalKind::Rows(_));
            self.bind_list(name, Ty::List(Box::new(value.ty.clone())), ids);
            self.comes_from(&name.value, value);
        }
        self.env.facts.add(&given);
        let gives = gives.into_iter().filter_map(|(name, value)| Some((name.value, value?))).collect();
        let (name, list) = (name.as_ref()?.value.clone(), list?);
        element?;
        Some(StepKind::Each {
            name,
            index: index.as_ref().map(|index| index.value.clone()),
            list,
            body,
            gives,
        })
    }

    /// Forgets what steps may change: the next round of a loop sees what the last one did.
    pub(super) fn forget(&self, written: &Written<'_>, known: &mut Facts) {
        let schema = self.shared.schema;
        self.forget_changed(written, known);
        let created = |name: &String| written.created.contains(&name.as_str());
        for (resource, _) in schema.resources.iter().enumerate().filter(|(_, it)| created(&it.name)) {
            known.forget_created(resource, schema);
        }
    }

    /// The same without the rows that they create.
    fn forget_changed(&self, written: &Written<'_>, known: &mut Facts) {
        let schema = self.shared.schema;
        let moved = self.moved_by(&written.moves);
        let names = written.names.iter().copied().chain(moved);
        names.for_each(|name| known.forget_written(name, schema));
        if written.deletes {
            // What its names lead to is not known yet.
            (0..schema.resources.len()).for_each(|it| known.forget_deleted(it, schema));
        }
    }

    /// The fields that transitions of these names may move.
    fn moved_by(&self, moves: &[&str]) -> Vec<&'r str> {
        let shared = self.shared;
        let all = shared.resources.iter().zip(&shared.schema.resources);
        let moved = all.flat_map(|(extra, resource)| {
            let moves_it = |machine: &&crate::model::Machine| {
                machine.transitions.iter().any(|it| moves.contains(&it.name.as_str()))
            };
            let machines = extra.machines.iter().filter(moves_it);
            machines.filter_map(|machine| resource.fields.get(machine.field))
        });
        moved.map(|field| field.name.as_str()).collect()
    }

    /// The steps of a round, and what it gives: that sees what the steps bound.
    pub(super) fn list_of_round(
        &mut self,
        body: &[StepDecl],
        gives: &[(Text, Text)],
    ) -> (Vec<Step>, Vec<(Text, Option<Typed>)>) {
        // The names of the body end behind `gives`; the caller restores what is known.
        let inside = self.env.names.clone();
        ended::again(body, ended::ADDED_UP, self.env, self.report);
        let steps = self.steps(body, false);
        let mut values = Vec::new();
        for (name, value) in gives {
            let value = crate::expr::present(value, self.env, self.report);
            value.iter().for_each(|value| self.named_first(value));
            values.push((name.clone(), value));
        }
        let bound = std::mem::replace(&mut self.env.names, inside);
        ended::round(&bound, self.env);
        (steps, values)
    }
}

/// What a list of steps writes, blocks inside of it included.
#[derive(Default)]
pub(super) struct Written<'d> {
    /// What is written under this name does not count.
    but: Option<&'d str>,
    /// The names of fields.
    names: Vec<&'d str>,
    /// The names of transitions.
    moves: Vec<&'d str>,
    /// The resources of new rows.
    created: Vec<&'d str>,
    /// Whether it deletes rows.
    deletes: bool,
}

impl<'d> Written<'d> {
    /// All that they write.
    pub(super) fn by_all(steps: &'d [StepDecl]) -> Self {
        let mut written = Self::default();
        written.by(steps);
        written
    }

    /// What they write to rows under other names.
    pub(super) fn by_others(steps: &'d [StepDecl], name: &'d str) -> Self {
        let mut written = Self { but: Some(name), ..Self::default() };
        written.by(steps);
        written
    }

    fn set(&mut self, set: &'d SetDecl) {
        self.names.extend(set.iter().map(|(name, _)| name.value.as_str()));
    }

    fn by(&mut self, steps: &'d [StepDecl]) {
        for step in steps {
            match &step.kind {
                StepDeclKind::Create { resource, .. } => self.created.push(&resource.value),
                StepDeclKind::Update { row, .. } if self.but == Some(&row.value) => {}
                StepDeclKind::Update { set, .. } => self.set(set),
                StepDeclKind::Transition { path, set } => {
                    let (row, name) = path.value.rsplit_once('.').unwrap_or(("", &path.value));
                    if self.but != Some(row) {
                        self.moves.push(name);
                        self.set(set);
                    }
                }
                StepDeclKind::Delete { .. } | StepDeclKind::Restore { .. } => self.deletes = true,
                StepDeclKind::When { then, otherwise, .. } => {
                    self.by(then);
                    self.by(otherwise);
                }
                StepDeclKind::Each { body, .. } => self.by(body),
                _ => {}
            }
        }
    }
}
