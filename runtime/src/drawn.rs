//! The graph of an operation, parsed once at start: all that a call needs to go along it.

use opwright_tracer::cursor::Shape;
use opwright_tracer::graph::{Exit, Graph, Kind};
use opwright_values::schema::{Field, Type};
use std::collections::{BTreeMap, BTreeSet};

/// What was drawn of an operation.
#[derive(Debug)]
pub struct Drawn {
    /// The graph.
    pub graph: Graph<()>,
    /// The same, packed for the cursor.
    pub shape: Shape,
    exits: BTreeMap<String, Exit>,
    outcomes: BTreeSet<u16>,
    pointers: BTreeMap<String, String>,
    /// What a loop goes over one by one, by the position of its head.
    each: BTreeMap<u16, String>,
}

impl Drawn {
    /// Looks up once what calls ask of a graph.
    pub(crate) fn new(graph: Graph<()>) -> Self {
        let nodes = || graph.flow.node_weights();
        let exits = nodes().filter_map(|node| match &node.kind {
            Kind::Exit(exit) => Some((node.id.clone(), exit.clone())),
            _ => None,
        });
        let pointers = nodes().filter_map(|node| Some((node.id.clone(), node.pointer.clone()?)));
        let each = (0..).zip(nodes()).filter(|(_, node)| node.kind == Kind::Loop);
        let each = each.filter_map(|(at, node)| Some((at, node.subject.clone()?)));
        let outcomes = (0..).zip(nodes()).filter(|(_, node)| node.kind == Kind::Outcome).map(|(at, _)| at);
        Self {
            shape: Shape::of(&graph),
            exits: exits.collect(),
            outcomes: outcomes.collect(),
            pointers: pointers.collect(),
            each: each.collect(),
            graph,
        }
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

    /// What the loop at a position goes over one by one: `item`.
    pub fn each(&self, position: u16) -> Option<&str> {
        self.each.get(&position).map(String::as_str)
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
