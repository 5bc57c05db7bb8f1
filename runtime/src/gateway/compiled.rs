//! An operation, ready to be called: its graph, parsed once at start.

use crate::operation::Operation;
use crate::store::layout::Layout;
use crate::store::unit::Access;
use opwright_tracer::cursor::Shape;
use opwright_tracer::graph::{Access as GraphAccess, Exit, Gate, Graph, Kind};
use opwright_values::schema::{Field, Type};
use std::collections::{BTreeMap, BTreeSet};

/// An operation, ready to be called.
pub struct Compiled {
    /// The operation.
    pub operation: &'static Operation,
    /// Its name, and those that it had before: runs are found under all of them.
    pub names: Vec<String>,
    /// Its graph.
    pub graph: Graph<()>,
    /// The hash of its graph.
    pub spec_hash: String,
    /// Its graph, packed for the cursor.
    pub shape: Shape,
    /// The gates, in the order of the graph: id and gate.
    pub gates: Vec<(String, Gate)>,
    /// Whether it may write.
    pub writes: bool,
    /// Which tables it may write, and which it scans.
    pub access: Access,
    /// The keys of the arguments, in the order of the graph: parts of its text, which lives as long as the service.
    pub argument_names: Vec<&'static str>,
    exits: BTreeMap<String, Exit>,
    outcomes: BTreeSet<u16>,
    pointers: BTreeMap<String, String>,
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
        let nodes = || graph.flow.node_weights();
        let gates = nodes().filter_map(|node| match &node.kind {
            Kind::Gate(gate) => Some((node.id.clone(), *gate)),
            _ => None,
        });
        let exits = nodes().filter_map(|node| match &node.kind {
            Kind::Exit(exit) => Some((node.id.clone(), exit.clone())),
            _ => None,
        });
        let pointers = nodes().filter_map(|node| Some((node.id.clone(), node.pointer.clone()?)));
        let before = layout.schema.renamed.get(operation.name).cloned().unwrap_or_default();
        Ok(Self {
            argument_names: graph.head.inputs.iter().map(|field| name(operation.graph, &field.key)).collect(),
            operation,
            names: std::iter::once(operation.name.to_owned()).chain(before).collect(),
            spec_hash: graph.spec_hash(),
            shape: Shape::of(&graph),
            gates: gates.collect(),
            writes: graph.head.access == GraphAccess::Writes,
            access: access(&graph, layout),
            exits: exits.collect(),
            outcomes: (0..)
                .zip(nodes())
                .filter(|(_, node)| node.kind == Kind::Outcome)
                .map(|(at, _)| at)
                .collect(),
            pointers: pointers.collect(),
            graph,
        })
    }

    /// The exit of a node.
    pub fn exit_of(&self, node: &str, code: &str) -> Option<&Exit> {
        self.exits.get(&format!("{node}!{code}"))
    }

    /// The exit at a position.
    pub fn exit_at(&self, position: u16) -> Option<&Exit> {
        self.exits.get(self.shape.id(position))
    }

    /// Whether a call that ends at a position is done.
    pub fn is_outcome(&self, position: u16) -> bool {
        self.outcomes.contains(&position)
    }

    /// What stands for the value of an argument that must not be shown; `None` if it may.
    pub fn mask_of(&self, pointer: &str) -> Option<String> {
        let keys = pointer.strip_prefix('/')?.split('/');
        let field = marked(&self.graph.head.inputs, keys)?;
        Some(format!("‹{}›", field.key))
    }

    /// Where in the arguments the reference of a node stands.
    pub fn pointer_of(&self, node: &str) -> Option<String> {
        self.pointers.get(node).cloned()
    }
}

/// The first field on a way that must not be shown.
fn marked<'f>(fields: &'f [Field], mut keys: std::str::Split<'_, char>) -> Option<&'f Field> {
    let whole = keys.clone();
    let key = keys.next()?;
    fields.iter().find_map(|field| match &field.ty {
        // The parts of a flat object stand among the arguments.
        Type::Object { fields, .. } if field.flat => {
            marked(fields, whole.clone()).map(|part| if field.pii { field } else { part })
        }
        _ if field.key != key => None,
        _ if field.pii => Some(field),
        ty => marked_inside(ty, keys.clone()),
    })
}

fn marked_inside<'f>(ty: &'f Type, mut keys: std::str::Split<'_, char>) -> Option<&'f Field> {
    match ty {
        Type::Object { fields, .. } => marked(fields, keys),
        Type::List { of, .. } | Type::Map { of, .. } => keys.next().and_then(|_| marked_inside(of, keys)),
        _ => None,
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
