//! Random structured programs, the graphs that they are lowered to, and walks through them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use opwright_tracer::graph::{Access, Edge, Exit, Graph, Head, Kind, Node, Phase, Src, Way};
use opwright_tracer::run::{Mode, Run, Visit};
use opwright_tracer::structure::Block;
use petgraph::graph::{DiGraph, NodeIndex};

/// SplitMix64: small, seeded, good enough for tests.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    Step { exits: u64 },
    Branch(Vec<Program>, Vec<Program>),
    Loop(Vec<Program>),
}

pub fn program(random: &mut Random, depth: u32, budget: &mut u64) -> Vec<Program> {
    let length = random.below(4);
    let mut list = Vec::new();
    for _ in 0..length {
        if *budget == 0 {
            break;
        }
        *budget -= 1;
        list.push(match random.below(if depth == 0 { 1 } else { 4 }) {
            0 | 1 => Program::Step { exits: random.below(3) },
            2 => Program::Branch(program(random, depth - 1, budget), program(random, depth - 1, budget)),
            _ => {
                let mut body = program(random, depth - 1, budget);
                if body.is_empty() {
                    body.push(Program::Step { exits: 0 });
                }
                Program::Loop(body)
            }
        });
    }
    list
}

pub struct Lowering {
    pub flow: DiGraph<Node<()>, Edge>,
    pub ends: Vec<(NodeIndex, Way)>,
}

impl Lowering {
    pub fn add(&mut self, kind: Kind) -> NodeIndex {
        let id = format!("n{}", self.flow.node_count());
        let index = self.flow.add_node(node(id, kind));
        for (end, way) in std::mem::take(&mut self.ends) {
            self.flow.add_edge(end, index, Edge { way, back: false });
        }
        self.ends = vec![(index, Way::Next)];
        index
    }

    pub fn exits(&mut self, of: NodeIndex, count: u64) {
        for number in 0..count {
            let code = format!("e{number}");
            let exit = Exit {
                code: code.clone(),
                status: 409,
                message: String::new(),
                fix: String::new(),
                next: vec![],
                builtin: false,
            };
            let id = format!("{}!{code}", self.flow[of].id);
            let exit = self.flow.add_node(node(id, Kind::Exit(exit)));
            self.flow.add_edge(of, exit, Edge { way: Way::Exit, back: false });
        }
    }

    pub fn lower(&mut self, list: &[Program]) -> Vec<Block> {
        let mut blocks = Vec::new();
        for item in list {
            blocks.push(match item {
                Program::Step { exits } => {
                    let step = self.add(Kind::Rule);
                    self.exits(step, *exits);
                    Block::Step(step)
                }
                Program::Branch(then, otherwise) => {
                    let branch = self.add(Kind::Branch);
                    self.ends = vec![(branch, Way::Then)];
                    let then = self.lower(then);
                    let mut ends = std::mem::replace(&mut self.ends, vec![(branch, Way::Else)]);
                    let otherwise = self.lower(otherwise);
                    self.ends.append(&mut ends);
                    Block::Branch(branch, then, otherwise)
                }
                Program::Loop(body) => {
                    let head = self.add(Kind::Loop);
                    self.ends = vec![(head, Way::Item)];
                    let body = self.lower(body);
                    for (end, way) in std::mem::take(&mut self.ends) {
                        self.flow.add_edge(end, head, Edge { way, back: true });
                    }
                    self.ends = vec![(head, Way::Next)];
                    Block::Loop(head, body)
                }
            });
        }
        blocks
    }
}

pub fn node(id: String, kind: Kind) -> Node<()> {
    Node {
        id,
        kind,
        phase: Phase::Rules,
        title: String::new(),
        text: String::new(),
        src: None,
        subject: None,
        pointer: None,
        rounds: None,
        rows: None,
        payload: (),
    }
}

pub fn head() -> Head {
    Head {
        service: "s".into(),
        operation: "o".into(),
        summary: String::new(),
        description: String::new(),
        requires: vec![],
        access: Access::Reads,
        because: None,
        rows: 0,
        inputs: vec![],
        reads: vec![],
        scans: Vec::new(),
        writes: vec![],
        emits: vec![],
        src: Src { file: "f".into(), line: 1, column: 1 },
    }
}

pub fn graph(list: &[Program]) -> (Graph<()>, Vec<Block>) {
    let mut lowering = Lowering { flow: DiGraph::new(), ends: vec![] };
    let entry = lowering.add(Kind::Rule);
    let mut blocks = vec![Block::Step(entry)];
    blocks.extend(lowering.lower(list));
    let outcome = lowering.add(Kind::Outcome);
    blocks.push(Block::Step(outcome));
    (Graph { head: head(), flow: lowering.flow }, blocks)
}

/// A random walk through the program itself, not through its graph.
pub fn walk(blocks: &[Block], graph: &Graph<()>, random: &mut Random, visits: &mut Vec<Visit>) -> bool {
    for block in blocks {
        if visits.len() > 400 {
            return false;
        }
        match block {
            Block::Step(step) => {
                visit(graph, *step, Way::Next, visits);
                let exits: Vec<NodeIndex> = graph
                    .flow
                    .neighbors(*step)
                    .filter(|to| matches!(graph.flow[*to].kind, Kind::Exit(_)))
                    .collect();
                if !exits.is_empty() && random.below(12) == 0 {
                    visits.last_mut().unwrap().way = Way::Exit;
                    let exit = exits[usize::try_from(random.below(exits.len() as u64)).unwrap()];
                    visit(graph, exit, Way::Next, visits);
                    return false;
                }
            }
            Block::Branch(branch, then, otherwise) => {
                let holds = random.below(2) == 0;
                visit(graph, *branch, if holds { Way::Then } else { Way::Else }, visits);
                if !walk(if holds { then } else { otherwise }, graph, random, visits) {
                    return false;
                }
            }
            Block::Loop(head, body) => {
                for _ in 0..random.below(3) {
                    visit(graph, *head, Way::Item, visits);
                    if !walk(body, graph, random, visits) {
                        return false;
                    }
                }
                visit(graph, *head, Way::Next, visits);
            }
        }
    }
    true
}

pub fn visit(graph: &Graph<()>, node: NodeIndex, way: Way, visits: &mut Vec<Visit>) {
    visits.push(Visit { node: graph.flow[node].id.clone(), way, at_us: 0, item: None, values: vec![] });
}

pub fn run(steps: Vec<Visit>) -> Run {
    Run {
        run: "run_1".into(),
        operation: "o".into(),
        spec_hash: String::new(),
        agent: "a".into(),
        mode: Mode::Real,
        started: String::new(),
        steps,
        refused: None,
        fault: None,
        changed: vec![],
        attempts: 1,
    }
}
