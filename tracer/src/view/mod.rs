//! Pictures of graphs and runs. Each is a fold over the same graph; none knows an order of steps of its own.
//!
//! ```text
//! Graph ──structure──▶ blocks ──▶ html (a page), text (an outline)
//!   └── edges ──────────────────▶ dot
//! ```

pub mod dot;
mod head;
pub mod html;
pub mod index;
pub mod missing;
pub mod policy;
pub mod text;

use crate::graph::{Effect, Exit, Graph, Kind, Node, Phase, Way};
use crate::run::{Mode, Run};
use crate::structure::{Block, NotStructured};
use crate::template::filled;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

/// The name of a phase, for people.
pub fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Identity => "Identity",
        Phase::Permission => "Permission",
        Phase::Input => "Input",
        Phase::Relations => "Relations",
        Phase::Rules => "Rules",
        Phase::Effects => "Effects",
        Phase::Outcome => "Outcome",
    }
}

/// The word for what a node is.
pub fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Gate(_) => "gate",
        Kind::Lookup => "lookup",
        Kind::Rule => "rule",
        Kind::Value => "value",
        Kind::Effect(Effect::Create) => "create",
        Kind::Effect(Effect::Update) => "update",
        Kind::Effect(Effect::Transition) => "transition",
        Kind::Effect(Effect::Delete) => "delete",
        Kind::Effect(Effect::Restore) => "restore",
        Kind::Event => "event",
        Kind::Branch => "choice",
        Kind::Loop => "loop",
        Kind::Exit(_) => "exit",
        Kind::Outcome => "outcome",
    }
}

/// The most that one call does at a node, for people: `up to 20 rows`. It is a bound that is proved, not what is expected.
pub fn most<P>(node: &Node<P>) -> Option<String> {
    match (node.rounds, node.rows) {
        (Some(1), _) => Some("up to 1 round".to_owned()),
        (Some(rounds), _) => Some(format!("up to {} rounds", grouped(rounds))),
        (None, Some(1)) => Some("up to 1 row".to_owned()),
        (None, Some(rows)) => Some(format!("up to {} rows", grouped(rows))),
        (None, None) => None,
    }
}

/// `90000` as `90,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == digits.len() % 3 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl<P> Graph<P> {
    /// What a run of this graph did, in the words of its operation. A run that was refused, broke, or only tried did
    /// nothing, and one of another graph may have been told in other words.
    pub fn narrated(&self, run: &Run) -> Option<String> {
        if run.refused.is_some() || run.fault.is_some() || run.mode != Mode::Real {
            return None;
        }
        let last = run.steps.last()?;
        let node = self.flow.node_weights().find(|node| node.id == last.node)?;
        if node.kind != Kind::Outcome || node.text.is_empty() {
            return None;
        }
        let values: Vec<(&str, &str)> =
            last.values.iter().map(|(expression, value)| (expression.as_str(), value.as_str())).collect();
        Some(filled(&node.text, &values))
    }

    /// The block tree. A graph that is none is drawn all the same, as a list, with what is wrong with it.
    pub(crate) fn tree_or_list(&self) -> (Vec<Block>, Option<NotStructured>) {
        self.structure().map_or_else(
            |error| {
                let is_step = |index: &NodeIndex| {
                    self.flow.node_weight(*index).is_some_and(|node| !matches!(node.kind, Kind::Exit(_)))
                };
                (self.flow.node_indices().filter(is_step).map(Block::Step).collect(), Some(error))
            },
            |blocks| (blocks, None),
        )
    }

    /// The ways out of a node: the id of each exit, and what it says.
    pub fn exits(&self, node: NodeIndex) -> Vec<(&str, &Exit)> {
        let exits = self.flow.edges(node).filter(|edge| edge.weight().way == Way::Exit);
        let mut exits: Vec<(NodeIndex, &str, &Exit)> = exits
            .filter_map(|edge| {
                let node = self.flow.node_weight(edge.target())?;
                let Kind::Exit(exit) = &node.kind else { return None };
                Some((edge.target(), node.id.as_str(), exit))
            })
            .collect();
        // petgraph gives edges newest first; people read them in the order in which they were made.
        exits.sort_by_key(|(index, _, _)| *index);
        exits.into_iter().map(|(_, id, exit)| (id, exit)).collect()
    }
}
