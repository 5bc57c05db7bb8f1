//! Which steps come first: what reads only what was sent stands in the phase `input`, whatever stands in front of it.
//!
//! ```text
//! - require: input.note.size() > 2         early, behind `require: has(input.note)`
//! - require: input.note.size() > 2         in its place behind `require: has(input.note) && thing.is_open`, which
//!                                          proves that there is a note, and reads a row
//! ```
//!
//! All rules on what was sent are asked, also behind one that does not hold: what a rule says of a number is not known there.

use crate::decl::refuse::RefuseDecl;
use crate::decl::step::StepDeclKind;
use crate::expr::env::Env;
use crate::expr::facts::{self, Facts};
use crate::expr::parts::{each_child, is_rows, proved, proved_in_rule, row_of, walk};
use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, Piece, Template, Ty, Typed};
use crate::model::{Refusal, StepKind};
use crate::report::Report;
use crate::resolve::refusals;
use crate::yaml::Text;
use std::collections::BTreeSet;

/// What the steps that come first give to those that follow them.
pub(super) struct Early {
    /// Names of values that were computed from what was sent, and `&name` for references.
    names: BTreeSet<String>,
    /// What these steps alone prove, but of numbers.
    facts: Facts,
}

impl Early {
    pub(super) fn new(env: &Env<'_>) -> Self {
        let names = env.references.iter().map(|(_, name)| reference(name)).collect();
        Self { names, facts: Facts::default() }
    }

    /// Whether a step is one of these; what it names and proves is remembered.
    pub(super) fn takes(
        &mut self,
        decl: &StepDeclKind,
        kind: &mut StepKind,
        env: &Env<'_>,
        operations: &[&str],
    ) -> bool {
        match (decl, kind) {
            (StepDeclKind::Let { be: text, .. }, StepKind::Let { name, be }) => {
                let early =
                    row_of(&be.ty).is_none() && is_sent(be, &self.names) && self.proves(text, be, env);
                if early {
                    self.names.insert(name.clone());
                    self.facts.add(&facts::when_named(name, be, env.schema));
                }
                early
            }
            (StepDeclKind::Require { condition: text, refuse }, StepKind::Require { condition, refusal }) => {
                let early = rule_is_sent(condition, refusal, &self.names)
                    && self.proves_rule((text, refuse.as_ref()), (condition, refusal), env, operations);
                if early {
                    self.facts.add(&Facts::when_true(condition, env.schema).without_ranges());
                }
                early
            }
            _ => false,
        }
    }

    /// The same names, with no more known than what these steps prove.
    fn knowing<'e>(&self, env: &Env<'e>) -> Env<'e> {
        Env { facts: self.facts.clone(), ..env.clone() }
    }

    /// Whether all that a value rests on is proved by these steps: typed again with that alone, it says the same, and knows
    /// of numbers what it says itself.
    fn proves(&self, text: &Text, value: &mut Typed, env: &Env<'_>) -> bool {
        let wanted = proved(value);
        if wanted.is_empty() && !knows_ranges(value) {
            return true;
        }
        let again = crate::expr::any(text, &self.knowing(env), &mut Report::default());
        let again = again.filter(|again| wanted.is_subset(&proved(again)));
        again.is_some_and(|again| {
            *value = again;
            true
        })
    }

    /// The same of a condition, and of what its refusal tells.
    fn proves_rule(
        &self,
        (text, refuse): (&Text, Option<&RefuseDecl>),
        (condition, refusal): (&mut Typed, &mut Refusal),
        env: &Env<'_>,
        operations: &[&str],
    ) -> bool {
        let wanted = proved_in_rule(condition, refusal);
        if wanted.is_empty() && !refusal.values().chain([&*condition]).any(knows_ranges) {
            return true;
        }
        let again = || {
            let (env, mut report) = (self.knowing(env), Report::default());
            let condition = crate::expr::condition(text, &env, &mut report)?;
            let refusal = refusals::resolve(refuse?, &condition, &env, operations, &mut report)?;
            wanted.is_subset(&proved_in_rule(&condition, &refusal)).then_some((condition, refusal))
        };
        again().is_some_and(|again| {
            (*condition, *refusal) = again;
            true
        })
    }
}

/// Whether something is known of a number in an expression.
fn knows_ranges(expr: &Typed) -> bool {
    let mut knows = false;
    walk(expr, &mut |part| knows |= part.known.is_some());
    knows
}

/// Whether a rule reads only what was sent. `sent` are the names of values that do.
fn rule_is_sent(condition: &Typed, refusal: &Refusal, sent: &BTreeSet<String>) -> bool {
    is_sent(condition, sent)
        && template_is_sent(&refusal.message, sent)
        && template_is_sent(&refusal.fix, sent)
}

fn template_is_sent(template: &Template, sent: &BTreeSet<String>) -> bool {
    template.pieces.iter().all(|piece| match piece {
        Piece::Text(_) => true,
        Piece::Value(value) => is_sent(value, sent),
    })
}

/// Whether an expression reads only what was sent: inputs, `now`, ids and sizes of references.
fn is_sent(expr: &Typed, sent: &BTreeSet<String>) -> bool {
    match &expr.kind {
        Kind::Name(name) => sent.contains(name),
        Kind::Field(..) | Kind::Refer(..) | Kind::Collection(..) | Kind::Row => false,
        // Of a reference inside of an object that was sent, only the id was.
        Kind::Part(..) if row_of(&expr.ty).is_some() => false,
        // A reference was sent as its id: comparing it, taking its id, counting a list of them reads no row.
        Kind::Id(of) | Kind::Has(of) => is_sent_rows(of, sent),
        Kind::Binary(BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In, a, b) => {
            is_sent_rows(a, sent) && is_sent_rows(b, sent)
        }
        Kind::Call(Function::Size, args) => args.iter().all(|arg| is_sent_rows(arg, sent)),
        Kind::Macro(mac) if mac.kind != MacroKind::SortBy => {
            is_sent_rows(&mac.list, sent)
                && mac.filter.iter().all(|filter| is_sent(filter, sent))
                && is_sent(&mac.body, sent)
        }
        Kind::Var(_) => row_of(&expr.ty).is_none(),
        _ => children_are_sent(expr, sent),
    }
}

/// The same where rows are only compared or counted.
fn is_sent_rows(expr: &Typed, sent: &BTreeSet<String>) -> bool {
    let rows = row_of(&expr.ty).is_some() || is_rows(&expr.ty);
    match &expr.kind {
        Kind::Name(name) if rows => sent.contains(&reference(name)),
        Kind::Var(_) if rows => true,
        Kind::Index(list, at, _) if rows => is_sent_rows(list, sent) && is_sent(at, sent),
        Kind::Part(of, _) if rows => is_sent(of, sent),
        Kind::Lookup(map, key) if rows => is_sent(map, sent) && is_sent(key, sent),
        Kind::Proved(inner) | Kind::Widen(inner) if rows => is_sent_rows(inner, sent),
        Kind::Macro(mac) if rows && mac.kind == MacroKind::Filter => {
            is_sent_rows(&mac.list, sent) && is_sent(&mac.body, sent)
        }
        Kind::Macro(mac) if rows && mac.kind == MacroKind::Map => {
            is_sent_rows(&mac.list, sent)
                && mac.filter.iter().all(|filter| is_sent(filter, sent))
                && is_sent_rows(&mac.body, sent)
        }
        Kind::Call(Function::Distinct, args) if rows => args.iter().all(|arg| is_sent_rows(arg, sent)),
        _ if rows => false,
        _ => is_sent(expr, sent),
    }
}

/// How a reference among the arguments is marked in the set of names that were sent.
fn reference(name: &str) -> String {
    format!("&{name}")
}

fn children_are_sent(expr: &Typed, sent: &BTreeSet<String>) -> bool {
    if matches!(expr.ty, Ty::Row(_)) {
        return false;
    }
    let mut all = true;
    each_child(expr, &mut |child| all &= is_sent(child, sent));
    all
}
