//! `tracer.graph/1`: the text form of a graph, which the service embeds and everybody may read.
//!
//! ```text
//! { "schema": "tracer.graph/1", "head": {…}, "nodes": [{ "id": "rules.banned", … }],
//!   "edges": [{ "from": "rules.banned", "to": "effects.update_customer", "way": "next" }] }
//! ```
//!
//! Nodes and edges stand in the order in which lowering made them, so equal specs give equal bytes.

use crate::graph::{Edge, Graph, Head, Node, Way};
use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// The name of the format.
pub const SCHEMA: &str = "tracer.graph/1";

/// The most nodes of a graph: recorded runs name nodes by 16 bits.
pub const NODES_MAX: usize = 65_535;

#[derive(Serialize, Deserialize)]
struct Document {
    schema: String,
    head: Head,
    nodes: Vec<Node<()>>,
    edges: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    from: String,
    to: String,
    way: Way,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    back: bool,
}

/// A text is not a graph.
#[derive(Debug)]
pub struct NotAGraph(String);

impl fmt::Display for NotAGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {SCHEMA}: {}", self.0)
    }
}

impl std::error::Error for NotAGraph {}

impl Graph<()> {
    /// The graph as text.
    pub fn to_json(&self) -> String {
        let id = |index| self.flow.node_weight(index).map_or_else(String::new, |node| node.id.clone());
        let edges = self.flow.edge_references().map(|edge| Line {
            from: id(edge.source()),
            to: id(edge.target()),
            way: edge.weight().way,
            back: edge.weight().back,
        });
        let document = Document {
            schema: SCHEMA.to_owned(),
            head: self.head.clone(),
            nodes: self.flow.node_weights().cloned().collect(),
            edges: edges.collect(),
        };
        // Every part of the document has a form in JSON, so writing it cannot fail.
        serde_json::to_string_pretty(&document).unwrap_or_default()
    }

    /// Reads a graph.
    pub fn from_json(text: &str) -> Result<Self, NotAGraph> {
        let document: Document = serde_json::from_str(text).map_err(|error| NotAGraph(error.to_string()))?;
        if document.schema != SCHEMA {
            return Err(NotAGraph(format!("its schema is `{}`", document.schema)));
        }
        if document.nodes.len() > NODES_MAX {
            return Err(NotAGraph(format!(
                "it has {} nodes, at most {NODES_MAX} can be recorded",
                document.nodes.len()
            )));
        }
        let mut flow = DiGraph::new();
        let mut places = BTreeMap::new();
        for node in document.nodes {
            let id = node.id.clone();
            if places.insert(id.clone(), flow.add_node(node)).is_some() {
                return Err(NotAGraph(format!("two nodes are called `{id}`")));
            }
        }
        for line in document.edges {
            let place = |id: &str| {
                places.get(id).copied().ok_or_else(|| NotAGraph(format!("there is no node `{id}`")))
            };
            flow.add_edge(place(&line.from)?, place(&line.to)?, Edge { way: line.way, back: line.back });
        }
        Ok(Graph { head: document.head, flow })
    }

    /// The SHA-256 of the text, in hexadecimal: recorded runs name the graph that they walked by it.
    pub fn spec_hash(&self) -> String {
        Sha256::digest(self.to_json()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<P> Graph<P> {
    /// The same graph without what the compiler attached: what is drawn, embedded and watched.
    pub fn drawn(&self) -> Graph<()> {
        let flow = self.flow.map(
            |_, node| Node {
                id: node.id.clone(),
                kind: node.kind.clone(),
                phase: node.phase,
                title: node.title.clone(),
                text: node.text.clone(),
                src: node.src.clone(),
                subject: node.subject.clone(),
                pointer: node.pointer.clone(),
                rounds: node.rounds,
                rows: node.rows,
                payload: (),
            },
            |_, edge| *edge,
        );
        Graph { head: self.head.clone(), flow }
    }
}
