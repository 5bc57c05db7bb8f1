//! Adds nodes one after another and keeps the open ends that the next one closes.
//!
//! ```text
//! add(a) add(b)      a ─Next▶ b
//! fork(branch)       branch ─Then▶ …, branch ─Else▶ …, both ends open behind it
//! close(head)        the open ends lead back to the head of the loop
//! ```

use crate::lower::payload::{Act, Payload};
use opwright_tracer::graph::{Edge, Exit, Graph, Head, Kind, Node, Phase, Way};
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::BTreeMap;

/// An end that leads to whatever is added next.
pub(super) type End = (NodeIndex, Way);

/// A graph under construction.
pub(super) struct Builder<'m> {
    flow: DiGraph<Node<Payload<'m>>, Edge>,
    /// The ends that are open.
    pub(super) ends: Vec<End>,
    ids: BTreeMap<String, u32>,
}

impl<'m> Builder<'m> {
    pub(super) fn new() -> Self {
        Self { flow: DiGraph::new(), ends: Vec::new(), ids: BTreeMap::new() }
    }

    /// Adds a node behind all open ends; it is then the open end.
    pub(super) fn add(&mut self, mut node: Node<Payload<'m>>, exits: Vec<Exit>) -> NodeIndex {
        node.id = self.unique(node.id);
        let (id, phase, src) = (node.id.clone(), node.phase, node.src.clone());
        let index = self.flow.add_node(node);
        for (end, way) in std::mem::take(&mut self.ends) {
            self.flow.add_edge(end, index, Edge { way, back: false });
        }
        for exit in exits {
            let exit = exit_node(&id, phase, src.clone(), exit);
            let exit = self.flow.add_node(exit);
            self.flow.add_edge(index, exit, Edge { way: Way::Exit, back: false });
        }
        self.ends = vec![(index, Way::Next)];
        index
    }

    /// The open ends lead back to the head of the loop that they are in.
    pub(super) fn close(&mut self, head: NodeIndex) {
        for (end, way) in std::mem::take(&mut self.ends) {
            self.flow.add_edge(end, head, Edge { way, back: true });
        }
    }

    pub(super) fn finish(self, head: Head) -> Graph<Payload<'m>> {
        Graph { head, flow: self.flow }
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node<Payload<'m>>> {
        self.flow.node_weights()
    }

    /// A path that is loaded twice, or a step that stands twice in a list, gets a number.
    fn unique(&mut self, id: String) -> String {
        let count = self.ids.entry(id.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { id } else { format!("{id}_{count}") }
    }
}

fn exit_node<'m>(
    id: &str,
    phase: Phase,
    src: Option<opwright_tracer::graph::Src>,
    exit: Exit,
) -> Node<Payload<'m>> {
    Node {
        id: format!("{id}!{}", exit.code),
        title: exit.code.replace('_', " "),
        text: exit.message.clone(),
        kind: Kind::Exit(exit),
        phase,
        src,
        subject: None,
        pointer: None,
        rounds: None,
        rows: None,
        payload: Payload::of(Act::Exit),
    }
}
