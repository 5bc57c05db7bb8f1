//! Graphs made from blocks, as lowering makes them: no compiler is needed to test what runs on them.

use opwright_tracer::graph::{Access, Edge, Effect, Exit, Gate, Graph, Head, Kind, Node, Phase, Src, Way};
use opwright_values::schema::Field;
use petgraph::graph::{DiGraph, NodeIndex};

/// What a run goes through.
pub(crate) enum Block {
    /// A step: its node, and the exits that it has.
    Step(&'static str, Kind, &'static [(&'static str, &'static str)]),
    /// Two lanes.
    Branch(&'static str, Vec<Block>, Vec<Block>),
    /// A loop.
    Loop(&'static str, Vec<Block>),
}

/// A lookup that may find nothing.
pub(crate) fn load(id: &'static str) -> Block {
    Block::Step(id, Kind::Lookup, &[("not_found", "there is no {value}")])
}

/// A lookup that finds what it follows.
pub(crate) fn follow(id: &'static str) -> Block {
    Block::Step(id, Kind::Lookup, &[])
}

/// A rule.
pub(crate) fn rule(id: &'static str, exits: &'static [(&'static str, &'static str)]) -> Block {
    Block::Step(id, Kind::Rule, exits)
}

/// An update.
pub(crate) fn update(id: &'static str, exits: &'static [(&'static str, &'static str)]) -> Block {
    Block::Step(id, Kind::Effect(Effect::Update), exits)
}

/// The graph of an operation, as the JSON that a service embeds.
pub(crate) fn graph(
    operation: &str,
    access: Access,
    inputs: Vec<Field>,
    touches: &[&str],
    blocks: Vec<Block>,
) -> &'static str {
    let mut lowering = Lowering { flow: DiGraph::new(), ends: Vec::new() };
    for (id, gate) in [("identity", Gate::Identity), ("permission", Gate::Permission)] {
        lowering.add(id, Kind::Gate(gate));
    }
    let input = lowering.add("input", Kind::Gate(Gate::Input));
    lowering.exit(input, "input", "invalid_input", "the arguments do not fit: {reason}");
    blocks.into_iter().for_each(|block| lowering.block(block));
    lowering.add("outcome.done", Kind::Outcome);
    let tables: Vec<String> = touches.iter().map(|name| (*name).to_owned()).collect();
    let writes = if access == Access::Writes { tables.clone() } else { Vec::new() };
    let head = Head {
        service: "by_hand".to_owned(),
        operation: operation.to_owned(),
        summary: String::new(),
        description: String::new(),
        requires: vec!["all".to_owned()],
        access,
        because: None,
        rows: 0,
        inputs,
        reads: tables,
        scans: Vec::new(),
        writes,
        emits: Vec::new(),
        src: Src { file: "by_hand.yaml".to_owned(), line: 1, column: 1 },
    };
    String::leak(Graph { head, flow: lowering.flow }.to_json())
}

struct Lowering {
    flow: DiGraph<Node, Edge>,
    /// What leads to the next node.
    ends: Vec<(NodeIndex, Way)>,
}

impl Lowering {
    fn block(&mut self, block: Block) {
        match block {
            Block::Step(id, kind, exits) => {
                let node = self.add(id, kind);
                exits.iter().for_each(|(code, message)| self.exit(node, id, code, message));
            }
            Block::Branch(id, then, other) => {
                let node = self.add(id, Kind::Branch);
                let mut ends = Vec::new();
                for (way, blocks) in [(Way::Then, then), (Way::Else, other)] {
                    self.ends = vec![(node, way)];
                    blocks.into_iter().for_each(|block| self.block(block));
                    ends.append(&mut self.ends);
                }
                self.ends = ends;
            }
            Block::Loop(id, body) => {
                let head = self.add(id, Kind::Loop);
                self.ends = vec![(head, Way::Item)];
                body.into_iter().for_each(|block| self.block(block));
                for (from, way) in std::mem::replace(&mut self.ends, vec![(head, Way::Next)]) {
                    self.flow.add_edge(from, head, Edge { way, back: true });
                }
            }
        }
    }

    fn add(&mut self, id: &str, kind: Kind) -> NodeIndex {
        let phase = match id.split('.').next() {
            Some("identity") => Phase::Identity,
            Some("permission") => Phase::Permission,
            Some("input") => Phase::Input,
            Some("relations") => Phase::Relations,
            Some("rules") => Phase::Rules,
            Some("outcome") => Phase::Outcome,
            _ => Phase::Effects,
        };
        // The reference of `relations.order` is the argument `order`.
        let pointer = id.strip_prefix("relations.").map(|name| format!("/{name}"));
        let node = Node {
            id: id.to_owned(),
            kind,
            phase,
            title: id.to_owned(),
            text: String::new(),
            src: None,
            subject: None,
            pointer,
            rounds: None,
            rows: None,
            payload: (),
        };
        let node = self.flow.add_node(node);
        for (from, way) in std::mem::replace(&mut self.ends, vec![(node, Way::Next)]) {
            self.flow.add_edge(from, node, Edge { way, back: false });
        }
        node
    }

    fn exit(&mut self, from: NodeIndex, id: &str, code: &str, message: &str) {
        let status = match code {
            "not_found" => 404,
            _ if id.starts_with("input") => 422,
            _ => 409,
        };
        let exit = Exit {
            code: code.to_owned(),
            status,
            message: message.to_owned(),
            fix: "do otherwise".to_owned(),
            next: Vec::new(),
            builtin: false,
        };
        let ends = std::mem::take(&mut self.ends);
        let to = self.add(&format!("{id}!{code}"), Kind::Exit(exit));
        self.ends = ends;
        self.flow.add_edge(from, to, Edge { way: Way::Exit, back: false });
    }
}
