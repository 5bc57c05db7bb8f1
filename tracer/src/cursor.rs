//! Watches a run while it happens: a step that is no edge from where the run stands is refused, in production too.
//!
//! ```
//! # use opwright_tracer::{cursor::{Cursor, Shape}, graph::Graph};
//! # let text = include_str!("../tests/data/two_steps.graph.json");
//! let graph = Graph::from_json(text)?;
//! let shape = Shape::of(&graph);
//! let mut cursor = Cursor::default();
//! assert_eq!(cursor.step(&shape, "identity")?, 0);
//! assert!(cursor.step(&shape, "identity").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::graph::{Graph, Kind, Way};
use petgraph::visit::EdgeRef;
use std::fmt;

/// What the cursor needs of a graph, packed.
#[derive(Debug, Clone)]
pub struct Shape {
    nodes: Vec<Place>,
}

#[derive(Debug, Clone)]
struct Place {
    id: Box<str>,
    /// Where each way leads; exits by code.
    on: Vec<(Way, u16)>,
    exits: Vec<(Box<str>, u16)>,
}

/// Where a run stands. It holds nothing of the graph, so it can be kept beside it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cursor {
    here: Option<u16>,
    way: Option<Way>,
}

/// A step that the graph does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffGraph {
    /// Where the run stood; empty before the first step.
    pub from: String,
    /// Where it wanted to go.
    pub to: String,
}

impl fmt::Display for OffGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "off the graph: no edge leads from `{}` to `{}`", self.from, self.to)
    }
}

impl std::error::Error for OffGraph {}

impl Shape {
    /// Packs a graph. Positions are those of its nodes; [`Graph::from_json`] keeps them within 16 bits.
    pub fn of<P>(graph: &Graph<P>) -> Self {
        let position = |index: petgraph::graph::NodeIndex| u16::try_from(index.index()).unwrap_or(u16::MAX);
        let nodes = graph.flow.node_indices().map(|index| {
            let (mut on, mut exits) = (Vec::new(), Vec::new());
            for edge in graph.flow.edges(index) {
                match graph.flow.node_weight(edge.target()).map(|node| &node.kind) {
                    Some(Kind::Exit(exit)) => {
                        exits.push((exit.code.as_str().into(), position(edge.target())))
                    }
                    _ => on.push((edge.weight().way, position(edge.target()))),
                }
            }
            Place { id: graph.id(index).into(), on, exits }
        });
        Self { nodes: nodes.collect() }
    }

    /// The id of a position.
    pub fn id(&self, position: u16) -> &str {
        self.nodes.get(usize::from(position)).map_or("", |place| &place.id)
    }
}

impl Cursor {
    /// Where the run stands: a position in the shape.
    pub fn here(&self) -> Option<u16> {
        self.here
    }

    /// Goes to a node, by the way that was chosen, or else by `Next`.
    pub fn step(&mut self, shape: &Shape, id: &str) -> Result<u16, OffGraph> {
        let to = self.leads(shape, id)?;
        *self = Self { here: Some(to), way: None };
        Ok(to)
    }

    /// Whether a step to a node could be the next one; it stays where it is.
    pub fn leads(&self, shape: &Shape, id: &str) -> Result<u16, OffGraph> {
        let off = |from: &str| OffGraph { from: from.to_owned(), to: id.to_owned() };
        let Some(here) = self.here else { return (shape.id(0) == id).then_some(0).ok_or_else(|| off("")) };
        let place = shape.nodes.get(usize::from(here)).ok_or_else(|| off(""))?;
        let way = self.way.unwrap_or(Way::Next);
        let leads = place.on.iter().find(|(on, to)| *on == way && shape.id(*to) == id);
        leads.map(|(_, to)| *to).ok_or_else(|| off(&place.id))
    }

    /// Says by which way the node is left, where there are several.
    pub fn choose(&mut self, way: Way) {
        self.way = Some(way);
    }

    /// Leaves by an exit: a code that the node has.
    pub fn exit(&mut self, shape: &Shape, code: &str) -> Result<u16, OffGraph> {
        let place = self.here.and_then(|here| shape.nodes.get(usize::from(here)));
        let to = place.and_then(|place| place.exits.iter().find(|(name, _)| name.as_ref() == code));
        let Some((_, to)) = to else {
            let from = place.map_or("", |place| &place.id).to_owned();
            return Err(OffGraph { to: format!("{from}!{code}"), from });
        };
        *self = Self { here: Some(*to), way: None };
        Ok(*to)
    }
}
