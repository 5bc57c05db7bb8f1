//! An operation, ready to be called: what the gates ask of it is found once at start.

use crate::drawn::Drawn;
use crate::operation::Operation;
use crate::store::layout::Layout;
use crate::store::unit::Access;
use opwright_tracer::graph::{Access as GraphAccess, Gate, Graph, Kind};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An operation, ready to be called.
pub struct Compiled {
    /// The operation.
    pub operation: &'static Operation,
    /// Its name, and those that it had before: runs are found under all of them.
    pub names: Vec<String>,
    /// Its graph.
    pub drawn: Arc<Drawn>,
    /// The hash of its graph.
    pub spec_hash: String,
    /// The gates, in the order of the graph: id and gate.
    pub gates: Vec<(String, Gate)>,
    /// Whether it may write.
    pub writes: bool,
    /// Which tables it may write, and which it scans.
    pub access: Access,
    /// The keys of the arguments, in the order of the graph: parts of its text, which lives as long as the service.
    pub argument_names: Vec<&'static str>,
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").field("operation", &self.operation.name).finish_non_exhaustive()
    }
}

impl Compiled {
    /// Parses the graph of an operation.
    pub fn new(operation: &'static Operation, layout: &Layout) -> Result<Self, String> {
        let graph =
            Graph::from_json(operation.graph).map_err(|error| format!("{}: {error}", operation.name))?;
        let gates = graph.flow.node_weights().filter_map(|node| match &node.kind {
            Kind::Gate(gate) => Some((node.id.clone(), *gate)),
            _ => None,
        });
        let before = layout.schema.renamed.get(operation.name).cloned().unwrap_or_default();
        Ok(Self {
            argument_names: graph.head.inputs.iter().map(|field| name(operation.graph, &field.key)).collect(),
            operation,
            names: std::iter::once(operation.name.to_owned()).chain(before).collect(),
            spec_hash: graph.spec_hash(),
            gates: gates.collect(),
            writes: graph.head.access == GraphAccess::Writes,
            access: access(&graph, layout),
            drawn: Arc::new(Drawn::new(graph)),
        })
    }
}

/// A name as it stands in the text of a graph.
fn name(graph: &'static str, name: &str) -> &'static str {
    graph.split('"').find(|part| *part == name).unwrap_or("argument")
}

/// The tables that an operation may write, and those that it scans; a write to an owned row is one to its owner.
fn access(graph: &Graph<()>, layout: &Layout) -> Access {
    let named = |name: &String| layout.tables.iter().position(|table| table.name() == name);
    let mut writes: BTreeSet<usize> = graph.head.writes.iter().filter_map(named).collect();
    let mut open: Vec<usize> = writes.iter().copied().collect();
    while let Some(table) = open.pop() {
        if let Some((owner, _)) = layout.tables.get(table).and_then(|table| table.owner)
            && writes.insert(owner)
        {
            open.push(owner);
        }
    }
    let scans = graph.head.scans.iter().filter_map(named).collect();
    Access { writes, scans }
}
