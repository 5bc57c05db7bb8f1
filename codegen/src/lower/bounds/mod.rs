//! The most that one call does, computed on the graph: rows that it writes, rows that it loads, elements that a step looks
//! at. Loops multiply, of two lanes the larger one counts, and a deletion writes all that goes along.
//!
//! ```text
//! each entry of order.payment_history      20 rounds
//!   create payment                         20 rows
//!   update entry.method                    20 rows       40 rows a call
//! ```

mod extent;
mod measure;
mod returned;
mod rows;
mod sizes;

use crate::expr::typed::Typed;
use crate::lower::payload::{Act, Payload};
use crate::model::{Model, Operation, Step, StepKind};
use extent::Extent;
use opwright_tracer::graph::{Graph, Node};
use opwright_tracer::structure::Block;
use petgraph::graph::NodeIndex;
use rows::Rows;
use sizes::{Sizes, Work};
use std::collections::BTreeMap;

/// The most that one call does.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    /// Rows that it writes; `None` if nothing bounds them.
    pub(crate) rows: Option<u64>,
    /// Rows with fields that are `sensitive` in its answer.
    pub(crate) exported: u64,
    /// What it does where.
    pub(crate) nodes: BTreeMap<NodeIndex, Most>,
}

/// The most that one call does at a node, all its visits together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Most {
    /// Elements of the list of a loop, in one visit.
    pub(crate) rounds: Option<u64>,
    /// How often it is visited.
    pub(crate) visits: u64,
    /// Rows that are loaded or written.
    pub(crate) rows: Option<u64>,
    /// Whether they are written.
    pub(crate) writes: bool,
    /// Rows and ids of rows that are told.
    pub(crate) told: u64,
    /// What its expressions do.
    pub(crate) work: Work,
    /// Why it is so much, for people: `20 of entry`.
    pub(crate) factors: Vec<(String, u64)>,
    /// What is deleted along although nothing says how much that is: an owner, and what it owns.
    pub(crate) unbounded: Option<(String, String)>,
}

/// The bounds of a graph; those that are to be seen are written into it.
pub(super) fn annotate(model: &Model, operation: &Operation, graph: &mut Graph<Payload<'_>>) -> Bounds {
    let blocks = graph.structure().unwrap_or_default();
    let mut fold =
        Fold { sizes: Sizes::new(model, operation), graph, loops: Vec::new(), nodes: BTreeMap::new() };
    let rows = fold.blocks(&blocks);
    let bounds =
        Bounds { rows, exported: returned::exported(&operation.returns, &mut fold.sizes), nodes: fold.nodes };
    graph.head.rows = bounds.rows.unwrap_or(0);
    for (index, most) in &bounds.nodes {
        if let Some(node) = graph.flow.node_weight_mut(*index) {
            node.rounds = most.rounds.map(|rounds| rounds.saturating_mul(most.visits));
            node.rows = most.rows.filter(|rows| *rows > 1);
        }
    }
    bounds
}

struct Fold<'g, 'm> {
    graph: &'g Graph<Payload<'m>>,
    sizes: Sizes<'m>,
    /// The loops around: the name of the element, and how many there are.
    loops: Vec<(String, u64)>,
    nodes: BTreeMap<NodeIndex, Most>,
}

impl<'m> Fold<'_, 'm> {
    /// How many rows some blocks write.
    fn blocks(&mut self, blocks: &[Block]) -> Option<u64> {
        blocks.iter().try_fold(0_u64, |sum, block| Some(sum.saturating_add(self.block(block)?)))
    }

    fn block(&mut self, block: &Block) -> Option<u64> {
        match block {
            Block::Step(node) => self.node(*node),
            Block::Branch(node, then, otherwise) => {
                self.node(*node)?;
                let (then, otherwise) = (self.blocks(then), self.blocks(otherwise));
                Some(then?.max(otherwise?))
            }
            Block::Loop(node, body) => {
                self.node(*node)?;
                let Some(Act::Each { step, .. }) = self.act(*node) else { return Some(0) };
                let StepKind::Each { name, list, .. } = &step.kind else { return Some(0) };
                let list = self.sizes.extent(list);
                self.sizes.bind(name, list.element());
                self.loops.push((name.clone(), list.most));
                let rows = self.blocks(body);
                self.loops.pop();
                rows
            }
        }
    }

    fn act(&self, node: NodeIndex) -> Option<Act<'m>> {
        Some(self.graph.flow.node_weight(node)?.payload.act.clone())
    }

    /// How often a node of these loops is visited.
    fn times(&self) -> u64 {
        self.loops.iter().fold(1, |times, (_, rounds)| times.saturating_mul(*rounds))
    }

    /// How many rows a node writes, all its visits together.
    fn node(&mut self, index: NodeIndex) -> Option<u64> {
        let Some(node) = self.graph.flow.node_weight(index) else { return Some(0) };
        let mut most = self.visit(node);
        let times = self.times();
        most.visits = times;
        most.work = most.work.times(times);
        most.rows = most.rows.map(|rows| rows.saturating_mul(times));
        most.factors.extend(self.loops.iter().cloned());
        let written = match (&most.unbounded, most.writes) {
            (Some(_), _) => None,
            (None, true) => Some(most.rows.unwrap_or(0)),
            (None, false) => Some(0),
        };
        self.nodes.insert(index, most);
        written
    }

    /// What one visit does.
    fn visit(&mut self, node: &Node<Payload<'m>>) -> Most {
        match &node.payload.act {
            Act::Gate | Act::Exit | Act::State(_) => Most::default(),
            Act::Reference(reference) => {
                let rows = self.sizes.referred_to(reference);
                let before = reference.filter.iter().map(|filter| self.sizes.work_before(filter)).sum();
                if !reference.way.is_empty() {
                    self.sizes.load(&reference.name, rows);
                }
                loads(rows, before)
            }
            Act::Hop(hop) => loads(self.sizes.hop(hop), Work::default()),
            Act::Rule(condition, refusal) => {
                let pieces = refusal.message.pieces.iter().chain(&refusal.fix.pieces);
                let texts = pieces.filter_map(crate::expr::typed::Piece::value);
                works(std::iter::once(*condition).chain(texts).map(|it| self.sizes.work(it)).sum())
            }
            Act::Let(name, be) => {
                let extent = self.sizes.extent(be);
                self.sizes.bind(name, extent);
                works(self.sizes.work(be))
            }
            Act::Step(step) => self.step(step),
            Act::Each { step, .. } => {
                let StepKind::Each { list, .. } = &step.kind else { return Most::default() };
                let rounds = self.sizes.extent(list).most;
                let work = self.sizes.work(list) + Work::elements(rounds);
                Most { rounds: Some(rounds), work, ..Most::default() }
            }
            Act::Give(name, value, _) => {
                let each = self.sizes.extent(value);
                let kept = Work { elements: 1, characters: each.characters() };
                let rounds = self.loops.last().map_or(1, |(_, rounds)| *rounds);
                let work = self.sizes.work(value) + kept;
                self.sizes.bind(name, Extent::list(rounds, each));
                works(work)
            }
            Act::Outcome(returns) => {
                let told = returned::told(returns, &mut self.sizes);
                let pieces = self.sizes.operation.narrate.iter().flat_map(|text| &text.pieces);
                let texts = pieces.filter_map(crate::expr::typed::Piece::value);
                let narrated: Work = texts.map(|it| self.sizes.work(it)).sum();
                Most { told, ..works(returned::work(returns, &mut self.sizes) + narrated) }
            }
        }
    }

    fn step(&mut self, step: &Step) -> Most {
        match &step.kind {
            StepKind::LoadOne { query, .. } => {
                loads(1, query.filter.iter().map(|filter| self.sizes.work_before(filter)).sum())
            }
            StepKind::LoadMany { name, query, max, .. } => {
                let before = query.filter.iter().map(|filter| self.sizes.work_before(filter)).sum();
                self.sizes.bind_rows(name, u64::from(*max));
                loads(u64::from(*max), before)
            }
            StepKind::Create { set, .. }
            | StepKind::Update { set, .. }
            | StepKind::Transition { set, .. } => {
                Most { rows: Some(1), writes: true, work: self.values(set), ..Most::default() }
            }
            StepKind::Delete { row } | StepKind::Restore { row } => {
                writes(rows::with_a_row(row, self.sizes.model))
            }
            StepKind::When { condition, .. } => works(self.sizes.work(condition)),
            StepKind::Emit { with, .. } => works(self.values(with)),
            StepKind::Require { .. } | StepKind::Let { .. } | StepKind::Each { .. } => Most::default(),
        }
    }

    fn values(&mut self, set: &[(usize, Typed)]) -> Work {
        set.iter().map(|(_, value)| self.sizes.work(value)).sum()
    }
}

fn works(work: Work) -> Most {
    Most { work, ..Most::default() }
}

fn loads(rows: u64, before: Work) -> Most {
    Most { rows: Some(rows), work: before + Work::elements(rows), ..Most::default() }
}

fn writes(rows: Rows) -> Most {
    match rows {
        Rows::Most(rows, factors) => {
            let work = Work::elements(rows);
            Most { rows: Some(rows), writes: true, work, factors, ..Most::default() }
        }
        Rows::Unbounded(owner, owned) => {
            Most { writes: true, unbounded: Some((owner, owned)), ..Most::default() }
        }
    }
}
