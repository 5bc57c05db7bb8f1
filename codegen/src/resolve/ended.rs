//! Names that end with a lane or a round: who uses one behind it is told so.
//!
//! ```text
//! - when: input.large
//!   then: [ { let: price, … } ]      `price` ends here
//! ```

use crate::decl::step::{StepDecl, StepDeclKind};
use crate::expr::env::{Block, Bound, Ended, Env};
use crate::report::{Diagnostic, Report};
use crate::yaml::written;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The longest condition that is written out again.
const LONGEST: usize = 60;

/// A condition in one line, or a sign for one that is long.
fn short(condition: &str) -> String {
    let condition = condition.split_whitespace().collect::<Vec<_>>().join(" ");
    if condition.chars().count() <= LONGEST { condition } else { "…".to_owned() }
}

/// What to do about a `let` in a lane that names again what is bound outside.
pub(super) fn chosen(condition: &str) -> String {
    let be = written(&format!("{} ? … : …", short(condition)));
    format!("a name stands for one value: write `be: {be}` where it is bound")
}

/// The same in the round of a loop.
pub(super) const ADDED_UP: &str = "a name stands for one value: hand on what each round makes, `gives: { all: … }`, and write `all.sum()` behind the loop";

/// Keeps what the steps of a lane have bound, behind its end.
pub(super) fn lane(steps: &[StepDecl], condition: &str, env: &mut Env<'_>) {
    let condition: Rc<str> = short(condition).into();
    for step in steps {
        let (names, is_value) = match &step.kind {
            StepDeclKind::Let { name, .. } => (vec![name], true),
            StepDeclKind::Load(load) => (vec![load.alias.as_ref().unwrap_or(&load.resource)], false),
            StepDeclKind::Create { resource, alias, .. } => (vec![alias.as_ref().unwrap_or(resource)], false),
            StepDeclKind::Each { gives, .. } => (gives.iter().map(|(name, _)| name).collect(), true),
            _ => continue,
        };
        for name in names {
            let block = Block::Lane(condition.clone(), is_value);
            env.ended.entry(name.value.clone()).or_insert(Ended { span: name.span, block });
        }
    }
}

/// Says that all steps are over: what is answered stands in no lane.
pub(super) fn answered(env: &mut Env<'_>) {
    for ended in env.ended.values_mut() {
        if matches!(ended.block, Block::Lane(_, false)) {
            ended.block = Block::Answered;
        }
    }
}

/// Reports a `let` inside of a block that names again what is bound outside: nothing shadows, and no name changes.
pub(super) fn again(steps: &[StepDecl], help: &str, env: &Env<'_>, report: &mut Report) {
    for step in steps {
        let StepDeclKind::Let { name, .. } = &step.kind else { continue };
        if let Some(first) = env.names.get(&name.value) {
            let fault = format!("`{}` already means {}", name.value, env.meaning(&name.value));
            let fault = Diagnostic::new("E0205", name.span, fault).other(first.span, "this");
            report.add(fault.help(help).help("or choose another name"));
        }
    }
}

/// The same as [`lane`] for the names of a round; those that are still bound have not ended.
pub(super) fn round(bound: &BTreeMap<String, Bound>, env: &mut Env<'_>) {
    for (name, bound) in bound {
        if !env.names.contains_key(name) {
            let ended = Ended { span: bound.span, block: Block::Round };
            env.ended.entry(name.clone()).or_insert(ended);
        }
    }
}
