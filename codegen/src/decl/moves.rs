//! Transitions: the moves of a state machine.
//!
//! ```text
//! transitions:
//!   lend: { from: shelf, to: lent }
//!   lose: { from: [shelf, lent], to: lost }        from several states, and to one
//! ```
//!
//! What other languages write is told, and read as what it means: that states are reached is known all the same.

use crate::decode::{Map, entries, scalar, texts};
use crate::keys::fields::TRANSITION;
use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value};

/// `cancel: { from: pending, to: cancelled }`
#[derive(Debug, Clone)]
pub struct TransitionDecl {
    /// Its name.
    pub name: Text,
    /// From which states.
    pub from: Vec<Text>,
    /// To which state.
    pub to: Text,
}

/// Reads the moves of a field.
pub(super) fn read(map: &mut Map<'_>, report: &mut Report) -> Vec<TransitionDecl> {
    let Some(node) = map.take("transitions") else { return Vec::new() };
    let all = entries(node, "`transitions`", report);
    all.iter().flat_map(|(name, node)| one(name, node, report)).collect()
}

/// Reads a move, or several that are written as one.
fn one(name: &Text, node: &Node, report: &mut Report) -> Vec<TransitionDecl> {
    if let Value::Scalar(text) = &node.value
        && let Some(meant) = arrow(name, text)
    {
        let from: Vec<&str> = meant.from.iter().map(|it| it.value.as_str()).collect();
        let written = format!("{{ from: {}, to: {} }}", bracketed(&from), meant.to.value);
        let fault = Diagnostic::new("E0106", text.span, "a transition is a map of keys and values");
        report.add(fault.write(text.span, written));
        return vec![meant];
    }
    let Some(mut map) = Map::of(node, &TRANSITION, report) else { return Vec::new() };
    let from = map.required("from", report).map_or_else(Vec::new, |node| texts(node, report));
    let to = map.required("to", report);
    map.finish(report);
    let Some(to) = to else { return Vec::new() };
    let states = states(to);
    if states.len() < 2 {
        let to = scalar(to, report);
        return to.map(|to| TransitionDecl { name: name.clone(), from, to }).into_iter().collect();
    }
    let all: Vec<TransitionDecl> = states
        .into_iter()
        .enumerate()
        .map(|(at, to)| TransitionDecl {
            // The first keeps the name, so that what uses it is no second mistake.
            name: if at == 0 { name.clone() } else { Text::made(called(&name.value, &to.value), to.span) },
            from: from.clone(),
            to,
        })
        .collect();
    let from: Vec<&str> = from.iter().map(|it| it.value.as_str()).collect();
    let written: Vec<String> = all
        .iter()
        .map(|it| format!("`{}: {{ from: {}, to: {} }}`", it.name.value, bracketed(&from), it.to.value))
        .collect();
    let fault = Diagnostic::new("E0106", to.span, "a transition leads to one state");
    report.add(fault.help(format!("write one for each, with names of their own: {}", written.join(", "))));
    all
}

/// The states that a move is said to lead to: a list, in quotes or not.
fn states(to: &Node) -> Vec<Text> {
    match &to.value {
        Value::List(items) => {
            let text =
                |item: &Node| if let Value::Scalar(text) = &item.value { Some(text.clone()) } else { None };
            items.iter().filter_map(text).collect()
        }
        Value::Scalar(text) if text.value.starts_with('[') && text.value.ends_with(']') => {
            parts(text, 1, text.value.len() - 1)
        }
        _ => Vec::new(),
    }
}

/// The states between two places of a text, with commas between them.
fn parts(text: &Text, start: usize, end: usize) -> Vec<Text> {
    let mut at = start;
    let inside = text.value.get(start..end).unwrap_or("");
    let mut all = Vec::new();
    for part in inside.split(',') {
        let from = at + part.len() - part.trim_start().len();
        let to = from + part.trim().len();
        all.extend((to > from).then(|| text.slice(from, to)));
        at += part.len() + 1;
    }
    all
}

/// `shelf -> lent`
fn arrow(name: &Text, text: &Text) -> Option<TransitionDecl> {
    let sign =
        ["->", "=>", "→"].into_iter().find_map(|sign| text.value.find(sign).map(|at| (at, sign.len())));
    let (at, length) = sign?;
    let from = parts(text, 0, at);
    let to = parts(text, at + length, text.value.len());
    let [to] = to.as_slice() else { return None };
    (!from.is_empty()).then(|| TransitionDecl { name: name.clone(), from, to: to.clone() })
}

/// One state, or a list of them.
fn bracketed(states: &[&str]) -> String {
    match states {
        [one] => (*one).to_owned(),
        all => format!("[{}]", all.join(", ")),
    }
}

/// A name for a move to another state than the one that has the name.
fn called(name: &str, state: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    format!("{name}_{}", state.chars().map(letter).collect::<String>())
}
