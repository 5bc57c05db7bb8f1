//! The block tree of a graph, computed from its edges: what emission and pages fold over.
//!
//! ```text
//! a ─▶ b ─then▶ c ─▶ e        [Step a, Branch(b, [c], [d]), Step e]
//!      └──else▶ d ─▶ e
//! ```
//!
//! A lane ends where the lanes of its branch meet, which is the branch's immediate post-dominator, or where the
//! loop around it begins again. Nothing else decides, so tree and edges cannot differ.

use crate::graph::{Graph, Kind, Way};
use petgraph::Direction;
use petgraph::algo::dominators::{Dominators, simple_fast};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeRef, Reversed};
use std::collections::BTreeMap;
use std::fmt;

/// A part of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A node with one way on.
    Step(NodeIndex),
    /// A choice, and its two lanes.
    Branch(NodeIndex, Vec<Block>, Vec<Block>),
    /// The head of a loop, and its body.
    Loop(NodeIndex, Vec<Block>),
}

/// A graph is not made of sequences, choices and loops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotStructured {
    /// Where.
    pub node: String,
    /// What is wrong there.
    pub reason: &'static str,
}

impl fmt::Display for NotStructured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at `{}`", self.reason, self.node)
    }
}

impl std::error::Error for NotStructured {}

impl<P> Graph<P> {
    /// The block tree, without exits: those hang on their steps.
    pub fn structure(&self) -> Result<Vec<Block>, NotStructured> {
        let Some(entry) = self.flow.node_indices().next() else { return Ok(Vec::new()) };
        let meets = Meets::of(self);
        let mut parser = Parser { graph: self, meets, left: self.flow.node_count() };
        parser.lane(Some(entry), None, None)
    }

    /// Where an edge of this way leads, and whether it is a back edge.
    pub(crate) fn leads(&self, from: NodeIndex, way: Way) -> Option<(NodeIndex, bool)> {
        let edge = self.flow.edges(from).find(|edge| edge.weight().way == way)?;
        Some((edge.target(), edge.weight().back))
    }

    pub(crate) fn id(&self, index: NodeIndex) -> &str {
        self.flow.node_weight(index).map_or("", |node| node.id.as_str())
    }
}

struct Parser<'g, P> {
    graph: &'g Graph<P>,
    meets: Meets,
    /// How many nodes may still be visited: a graph that is no tree would be walked for ever.
    left: usize,
}

impl<P> Parser<'_, P> {
    /// The blocks from a node up to where its lane ends: at `stop`, or at the `head` of the loop around it.
    fn lane(
        &mut self,
        from: Option<NodeIndex>,
        stop: Option<NodeIndex>,
        head: Option<NodeIndex>,
    ) -> Result<Vec<Block>, NotStructured> {
        let mut blocks = Vec::new();
        let mut here = from;
        while let Some(node) = here.filter(|node| Some(*node) != stop) {
            self.left =
                self.left.checked_sub(1).ok_or_else(|| self.wrong(node, "a step is reached twice"))?;
            here = match self.graph.flow.node_weight(node).map(|node| &node.kind) {
                Some(Kind::Branch) => {
                    let meet = self.meets.of_branch(node).or(stop);
                    let then = self.side(node, Way::Then, meet, head)?;
                    let otherwise = self.side(node, Way::Else, meet, head)?;
                    blocks.push(Block::Branch(node, then, otherwise));
                    // Lanes that meet only at the end of the lane around them end it.
                    meet
                }
                Some(Kind::Loop) => {
                    let body = self.side(node, Way::Item, None, Some(node))?;
                    blocks.push(Block::Loop(node, body));
                    self.on(node, stop, head)?
                }
                _ => {
                    blocks.push(Block::Step(node));
                    self.on(node, stop, head)?
                }
            };
        }
        Ok(blocks)
    }

    fn side(
        &mut self,
        from: NodeIndex,
        way: Way,
        stop: Option<NodeIndex>,
        head: Option<NodeIndex>,
    ) -> Result<Vec<Block>, NotStructured> {
        let Some((target, back)) = self.graph.leads(from, way) else {
            return Err(self.wrong(from, "a way is missing"));
        };
        if back {
            return if Some(target) == head {
                Ok(Vec::new())
            } else {
                Err(self.wrong(from, "a back edge leads to another loop"))
            };
        }
        self.lane(Some(target), stop, head)
    }

    /// What follows a node in its lane; `None` where the lane ends.
    fn on(
        &self,
        node: NodeIndex,
        stop: Option<NodeIndex>,
        head: Option<NodeIndex>,
    ) -> Result<Option<NodeIndex>, NotStructured> {
        match self.graph.leads(node, Way::Next) {
            None if stop.is_none() && head.is_none() => Ok(None),
            None => Err(self.wrong(node, "a lane has no end")),
            Some((target, true)) if Some(target) == head => Ok(None),
            Some((_, true)) => Err(self.wrong(node, "a back edge leads to another loop")),
            Some((target, false)) => Ok(Some(target)),
        }
    }

    fn wrong(&self, node: NodeIndex, reason: &'static str) -> NotStructured {
        NotStructured { node: self.graph.id(node).to_owned(), reason }
    }
}

/// Where the lanes of branches meet.
struct Meets {
    dominators: Dominators<NodeIndex>,
    /// The nodes of the graph; what is not among them is the end of a loop's body, or the end of all.
    nodes: usize,
}

impl Meets {
    /// The auxiliary graph has the end of each loop's body as a node of its own: a back edge leads there, and from
    /// there the way goes on behind the loop. Post-dominators are dominators of the reversed graph.
    fn of<P>(graph: &Graph<P>) -> Self {
        let mut flow: DiGraph<(), ()> = graph.flow.map(|_, _| (), |_, _| ()).clone();
        flow.clear_edges();
        let end = flow.add_node(());
        let mut body_ends = BTreeMap::new();
        for head in graph.flow.node_indices() {
            if matches!(graph.flow.node_weight(head).map(|node| &node.kind), Some(Kind::Loop)) {
                body_ends.insert(head, flow.add_node(()));
            }
        }
        let target =
            |to: NodeIndex, back: bool| if back { body_ends.get(&to).copied().unwrap_or(end) } else { to };
        for node in graph.flow.node_indices() {
            let mut ways = 0;
            for edge in graph.flow.edges_directed(node, Direction::Outgoing) {
                if edge.weight().way != Way::Exit {
                    ways += 1;
                    flow.add_edge(node, target(edge.target(), edge.weight().back), ());
                }
            }
            if ways == 0 {
                flow.add_edge(node, end, ());
            }
        }
        for (head, body_end) in &body_ends {
            let behind = graph.leads(*head, Way::Next).map_or(end, |(to, back)| target(to, back));
            flow.add_edge(*body_end, behind, ());
        }
        Self { dominators: simple_fast(Reversed(&flow), end), nodes: graph.flow.node_count() }
    }

    fn of_branch(&self, branch: NodeIndex) -> Option<NodeIndex> {
        self.dominators.immediate_dominator(branch).filter(|meet| meet.index() < self.nodes)
    }
}
