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
        && let Some(meant) = arrow(name, text, report)
    {
        return meant;
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
    let all = named(name, states.into_iter().map(|to| (from.clone(), to)));
    let fault = Diagnostic::new("E0106", to.span, "a transition leads to one state");
    report.add(fault.help(one_for_each(&all)));
    all
}

/// Reads `shelf -> lent`, and several behind each other, each of which is a move.
fn arrow(name: &Text, text: &Text, report: &mut Report) -> Option<Vec<TransitionDecl>> {
    let states = arrows(text);
    let pairs = states.iter().zip(states.iter().skip(1));
    let all = named(name, pairs.flat_map(|(from, to)| to.iter().map(|to| (from.clone(), to.clone()))));
    if all.is_empty() || states.iter().any(Vec::is_empty) {
        return None;
    }
    let fault = Diagnostic::new("E0106", text.span, "a transition is a map of keys and values");
    report.add(match all.as_slice() {
        [one] => fault.write(text.span, braced(one)),
        all => fault.help(one_for_each(all)),
    });
    Some(all)
}

/// Moves that are written as one. The first keeps the name, so that what uses it is no second mistake.
fn named(name: &Text, moves: impl Iterator<Item = (Vec<Text>, Text)>) -> Vec<TransitionDecl> {
    let name = |at: usize, to: &Text| {
        if at == 0 { name.clone() } else { Text::made(called(&name.value, &to.value), to.span) }
    };
    moves.enumerate().map(|(at, (from, to))| TransitionDecl { name: name(at, &to), from, to }).collect()
}

fn one_for_each(all: &[TransitionDecl]) -> String {
    let written: Vec<String> = all.iter().map(|it| format!("`{}: {}`", it.name.value, braced(it))).collect();
    format!("write one for each, with names of their own: {}", written.join(", "))
}

/// A move as it is written.
fn braced(of: &TransitionDecl) -> String {
    let from: Vec<&str> = of.from.iter().map(|it| it.value.as_str()).collect();
    format!("{{ from: {}, to: {} }}", bracketed(&from), of.to.value)
}

/// The states that a move is said to lead to: a list, in quotes or not.
fn states(to: &Node) -> Vec<Text> {
    match &to.value {
        Value::List(items) => {
            let text =
                |item: &Node| if let Value::Scalar(text) = &item.value { Some(text.clone()) } else { None };
            items.iter().filter_map(text).collect()
        }
        Value::Scalar(text) => listed(text, 0, text.value.len()),
        Value::Map(_) => Vec::new(),
    }
}

/// The states between two places of a text, with commas between them, in brackets or not.
fn listed(text: &Text, start: usize, end: usize) -> Vec<Text> {
    let written = text.value.get(start..end).unwrap_or("");
    let inside = written.trim();
    let (mut at, mut rest) = (start + written.len() - written.trim_start().len(), inside);
    if let Some(bare) = inside.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')) {
        (at, rest) = (at + 1, bare);
    }
    let mut all = Vec::new();
    for part in rest.split(',') {
        let from = at + part.len() - part.trim_start().len();
        let to = from + part.trim().len();
        all.extend((to > from).then(|| text.slice(from, to)));
        at += part.len() + 1;
    }
    all
}

/// How other languages write that one state follows another.
const ARROWS: [&str; 3] = ["->", "=>", "→"];

/// The states of `shelf -> lent`, between its arrows; nothing, if it has none.
fn arrows(text: &Text) -> Vec<Vec<Text>> {
    let (mut all, mut at) = (Vec::new(), 0);
    while let Some((length, arrow)) = next_arrow(text.value.get(at..).unwrap_or("")) {
        all.push(listed(text, at, at + length));
        at += length + arrow.len();
    }
    if !all.is_empty() {
        all.push(listed(text, at, text.value.len()));
    }
    all
}

/// The arrow that stands first, and where.
fn next_arrow(text: &str) -> Option<(usize, &'static str)> {
    ARROWS.into_iter().filter_map(|arrow| Some((text.find(arrow)?, arrow))).min()
}

/// One state, or a list of them; none is still to be said.
fn bracketed(states: &[&str]) -> String {
    match states {
        [] => "…".to_owned(),
        [one] => (*one).to_owned(),
        all => format!("[{}]", all.join(", ")),
    }
}

/// A name for a move to another state than the one that has the name.
fn called(name: &str, state: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    format!("{name}_{}", state.chars().map(letter).collect::<String>())
}
