//! The ways in which operations end, and which of them no scenario shows.
//!
//! ```text
//! rules.customer_banned!customer_banned ── refused: customer_banned, node: rules.customer_banned
//! outcome.done                          ── an expectation without `refused`
//! ```

use crate::lower::lower;
use crate::model::{Model, Operation};
use opwright_tracer::graph::{Gate, Graph, Kind};
use opwright_values::scenario::Scenario;
use opwright_values::words::counted;
use std::collections::BTreeSet;

/// A way in which an operation ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// The operation.
    pub operation: String,
    /// The node of the graph: an exit, or the outcome.
    pub node: String,
}

/// All ways to end, in the order of the specs.
#[derive(Debug, Default)]
pub struct Ends {
    /// Those that a scenario shows.
    pub seen: Vec<End>,
    /// Those that none shows.
    pub unseen: Vec<End>,
    /// Scenarios of which nobody knows what they show.
    pub unclear: Vec<Unclear>,
}

/// A scenario that expects a code with which several nodes refuse, and does not say which of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// Its name.
    pub scenario: String,
    /// Its file and line.
    pub place: String,
    /// The operation that it calls.
    pub operation: String,
    /// The code.
    pub code: String,
    /// The nodes, without the code.
    pub nodes: Vec<String>,
}

impl Unclear {
    /// Whether this may be the end that it shows.
    pub fn may_show(&self, end: &End) -> bool {
        let (node, code) = end.node.split_once('!').unwrap_or((&end.node, ""));
        self.operation == end.operation && self.code == code && self.nodes.iter().any(|it| it == node)
    }

    /// What to add, where its place is called so.
    pub fn help(&self, place: &str) -> String {
        let lines: Vec<String> = self.nodes.iter().map(|node| format!("`node: {node}`")).collect();
        let (several, lines) = (counted(self.nodes.len(), "node"), lines.join(" or "));
        let Self { scenario, operation, code, .. } = self;
        format!(
            "the scenario `{scenario}` ({place}) expects `{code}`, which {several} of `{operation}` refuse with: add {lines}"
        )
    }
}

impl Ends {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.seen.len() + self.unseen.len()
    }
}

/// What stands for the reason where nobody has written one: a line with it says nothing.
pub const REASON: &str = "<reason>";

/// The ends that a list beside the specs names, as `unseen.txt` does: an operation, an end, and why no scenario shows it.
///
/// ```
/// use opwright_codegen::exits::listed;
/// let list = "Why.\n\npay_in effects.create_entry!too_many: 500 entries are no scenario that anybody reads\n";
/// assert_eq!(listed(list), [("pay_in effects.create_entry!too_many", "500 entries are no scenario that anybody reads")]);
/// ```
pub fn listed(list: &str) -> Vec<(&str, &str)> {
    list.lines().filter_map(reasoned).collect()
}

/// The lines of such a list that name an end, but in another form or without a reason, with their numbers.
///
/// ```
/// use opwright_codegen::exits::unread;
/// let list = "Why.\n\npay_in rules.open!closed it was open\npay_in outcome.done: <reason>\npay_in rules.a!b: so\n";
/// assert_eq!(unread(list), [(3, "pay_in rules.open!closed it was open"), (4, "pay_in outcome.done: <reason>")]);
/// ```
pub fn unread(list: &str) -> Vec<(usize, &str)> {
    let lines = list.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    lines.filter(|(_, line)| names_an_end(line) && reasoned(line).is_none()).collect()
}

/// Which of both a line lacks that [`unread`] has found, in words.
///
/// ```
/// use opwright_codegen::exits::lack;
/// assert_eq!(lack("pay input!invalid_input:"), "this line gives an end, and no reason behind it");
/// assert_eq!(lack("pay outcome.done: <reason>"), "this line gives an end, and no reason behind it");
/// assert_eq!(lack("pay input!invalid_input of no worth"), "no `: ` stands between an end and its reason");
/// assert_eq!(lack("input!invalid_input: of no worth"), "this line gives a reason, and no operation and end in front of it");
/// ```
pub fn lack(line: &str) -> &'static str {
    let (end, reason) = line.split_once(':').unwrap_or((line, ""));
    let has_reason = !reason.trim().is_empty() && reason.trim() != REASON;
    match (is_end(end.trim()), has_reason) {
        (true, false) => "this line gives an end, and no reason behind it",
        (false, true) => "this line gives a reason, and no operation and end in front of it",
        _ => "no `: ` stands between an end and its reason",
    }
}

/// Whether a text is an operation and one of its ends.
fn is_end(text: &str) -> bool {
    text.split(' ').count() == 2 && text.contains(['.', '!'])
}

/// An end and the reason why no scenario shows it.
fn reasoned(line: &str) -> Option<(&str, &str)> {
    let (end, reason) = line.split_once(": ")?;
    (is_end(end) && !reason.trim().is_empty() && reason.trim() != REASON).then_some((end, reason))
}

/// Whether one of the first words of a line is a node with an exit, or the outcome.
fn names_an_end(line: &str) -> bool {
    line.split([' ', ':']).filter(|word| !word.is_empty()).take(2).any(|word| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let exit = word.split_once('!').is_some_and(|(node, code)| !node.is_empty() && !code.is_empty());
        (exit || word.starts_with("outcome.")) && word.replacen('!', "", 1).chars().all(is_name)
    })
}

/// The ends of all operations. Who is calling, and whether they may, is alike for all of them and not counted.
pub fn ends(model: &Model) -> Ends {
    let mut ends = Ends::default();
    for operation in &model.operations {
        let graph = lower(model, operation).drawn();
        let scenarios = model.scenarios.iter().filter(|it| it.call.operation == operation.name);
        let mut seen = BTreeSet::new();
        for scenario in scenarios {
            match fitting(scenario, operation, &graph).as_slice() {
                [one] => drop(seen.insert(*one)),
                [] => {}
                several => ends.unclear.extend(unclear(scenario, several)),
            }
        }
        for node in of(&graph) {
            let of = if seen.contains(node) { &mut ends.seen } else { &mut ends.unseen };
            of.push(End { operation: operation.name.clone(), node: node.to_owned() });
        }
    }
    ends
}

/// The nodes at which an operation ends, but for the gates that are alike for all.
fn of(graph: &Graph<()>) -> impl Iterator<Item = &str> {
    let alike = |node: &str| {
        let gates = graph
            .flow
            .node_weights()
            .filter(|it| matches!(it.kind, Kind::Gate(Gate::Identity | Gate::Permission)));
        gates.into_iter().any(|gate| node.split('!').next() == Some(gate.id.as_str()))
    };
    let ends = graph.flow.node_weights().filter(|it| matches!(it.kind, Kind::Exit(_) | Kind::Outcome));
    ends.map(|it| it.id.as_str()).filter(move |node| !alike(node))
}

/// The ends that a scenario may show. A code that several nodes refuse with shows none of them, unless it says which.
fn fitting<'g>(scenario: &Scenario, operation: &Operation, graph: &'g Graph<()>) -> Vec<&'g str> {
    let Some(code) = &scenario.expect.refused else {
        let outcome = graph.flow.node_weights().find(|it| it.kind == Kind::Outcome);
        return outcome.map(|it| it.id.as_str()).into_iter().collect();
    };
    // Who may not call an operation gets no further.
    if let Some(may) = &scenario.capabilities
        && operation.requires.iter().any(|needed| !may.contains(needed))
    {
        return Vec::new();
    }
    let fits = |id: &&str| {
        id.split_once('!').is_some_and(|(node, exit)| {
            exit == code && scenario.expect.node.as_ref().is_none_or(|said| said == node)
        })
    };
    of(graph).filter(fits).collect()
}

/// A scenario that may show several ends.
fn unclear(scenario: &Scenario, ends: &[&str]) -> Option<Unclear> {
    let node = |end: &&str| end.split_once('!').map_or(*end, |(node, _)| node).to_owned();
    Some(Unclear {
        scenario: scenario.name.clone(),
        place: scenario.place.clone(),
        operation: scenario.call.operation.clone(),
        code: scenario.expect.refused.clone()?,
        nodes: ends.iter().map(node).collect(),
    })
}
