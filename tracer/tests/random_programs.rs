//! Random structured programs: the tree computed from the edges is the program that the edges were made from, and
//! the cursor and the independent walk check agree about every run, the mutated ones too.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use opwright_tracer::cursor::{Cursor, Shape};
use opwright_tracer::graph::{Access, Edge, Exit, Graph, Head, Kind, Node, Phase, Src, Way};
use opwright_tracer::run::{Mode, Run, Visit};
use opwright_tracer::structure::Block;
use petgraph::graph::{DiGraph, NodeIndex};

/// SplitMix64: small, seeded, good enough for tests.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Program {
    Step { exits: u64 },
    Branch(Vec<Program>, Vec<Program>),
    Loop(Vec<Program>),
}

fn program(random: &mut Random, depth: u32, budget: &mut u64) -> Vec<Program> {
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

struct Lowering {
    flow: DiGraph<Node<()>, Edge>,
    ends: Vec<(NodeIndex, Way)>,
}

impl Lowering {
    fn add(&mut self, kind: Kind) -> NodeIndex {
        let id = format!("n{}", self.flow.node_count());
        let index = self.flow.add_node(node(id, kind));
        for (end, way) in std::mem::take(&mut self.ends) {
            self.flow.add_edge(end, index, Edge { way, back: false });
        }
        self.ends = vec![(index, Way::Next)];
        index
    }

    fn exits(&mut self, of: NodeIndex, count: u64) {
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

    fn lower(&mut self, list: &[Program]) -> Vec<Block> {
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

fn node(id: String, kind: Kind) -> Node<()> {
    Node {
        id,
        kind,
        phase: Phase::Rules,
        title: String::new(),
        text: String::new(),
        src: None,
        subject: None,
        pointer: None,
        payload: (),
    }
}

fn head() -> Head {
    Head {
        service: "s".into(),
        operation: "o".into(),
        summary: String::new(),
        description: String::new(),
        requires: vec![],
        access: Access::Reads,
        inputs: vec![],
        reads: vec![],
        scans: Vec::new(),
        writes: vec![],
        emits: vec![],
        src: Src { file: "f".into(), line: 1, column: 1 },
    }
}

fn graph(list: &[Program]) -> (Graph<()>, Vec<Block>) {
    let mut lowering = Lowering { flow: DiGraph::new(), ends: vec![] };
    let entry = lowering.add(Kind::Rule);
    let mut blocks = vec![Block::Step(entry)];
    blocks.extend(lowering.lower(list));
    let outcome = lowering.add(Kind::Outcome);
    blocks.push(Block::Step(outcome));
    (Graph { head: head(), flow: lowering.flow }, blocks)
}

/// A random walk through the program itself, not through its graph.
fn walk(blocks: &[Block], graph: &Graph<()>, random: &mut Random, visits: &mut Vec<Visit>) -> bool {
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

fn visit(graph: &Graph<()>, node: NodeIndex, way: Way, visits: &mut Vec<Visit>) {
    visits.push(Visit { node: graph.flow[node].id.clone(), way, at_us: 0, item: None, values: vec![] });
}

fn run(steps: Vec<Visit>) -> Run {
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

/// Whether the cursor takes the run, and ends at an end.
fn cursor_takes(graph: &Graph<()>, shape: &Shape, run: &Run) -> bool {
    let mut cursor = Cursor::default();
    let mut way = None;
    for visit in &run.steps {
        let went = match way {
            Some(Way::Exit) => {
                let code = visit.node.rsplit_once('!').map_or("", |(_, code)| code);
                cursor.exit(shape, code).is_ok_and(|at| shape.id(at) == visit.node)
            }
            _ => cursor.step(shape, &visit.node).is_ok(),
        };
        if !went {
            return false;
        }
        cursor.choose(visit.way);
        way = Some(visit.way);
    }
    let last = run.steps.last().map_or("", |visit| visit.node.as_str());
    graph
        .flow
        .node_weights()
        .any(|node| node.id == last && matches!(node.kind, Kind::Outcome | Kind::Exit(_)))
}

#[test]
fn tree_is_program_and_both_checks_agree() {
    let seed = std::env::var("OPWRIGHT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_125);
    println!("seed {seed}");
    let mut random = Random(seed);
    let (mut nodes, mut walks, mut refused) = (0, 0, 0);
    for _ in 0..4_000 {
        let mut budget = 40;
        let (graph, blocks) = graph(&program(&mut random, 4, &mut budget));
        nodes += graph.flow.node_count();
        assert_eq!(graph.structure().as_ref(), Ok(&blocks), "seed {seed}");
        let again = Graph::from_json(&graph.to_json()).unwrap();
        assert_eq!(again.to_json(), graph.to_json());
        let shape = Shape::of(&again);
        for _ in 0..4 {
            let mut visits = vec![];
            walk(&blocks, &graph, &mut random, &mut visits);
            let ended = visits.len() <= 400;
            let mut run = run(visits);
            if ended {
                assert_eq!(graph.is_walk(&run), Ok(()), "seed {seed}");
            }
            walks += 1;
            // A mutation: swap two visits, drop one, repeat one, or change a way.
            let at = usize::try_from(random.below(run.steps.len() as u64)).unwrap();
            match random.below(4) {
                0 if at > 0 => run.steps.swap(at - 1, at),
                1 => drop(run.steps.remove(at)),
                2 => run.steps.insert(at, run.steps[at].clone()),
                _ => run.steps[at].way = Way::Else,
            }
            let walk = graph.is_walk(&run).is_ok();
            assert_eq!(cursor_takes(&again, &shape, &run), walk, "seed {seed}: {run:?}");
            refused += usize::from(!walk);
        }
    }
    println!("{nodes} nodes, {walks} walks, {refused} of their mutations refused");
    assert!(nodes > 20_000 && refused > 8_000);
}

#[test]
fn what_is_not_structured_is_said() {
    let mut lowering = Lowering { flow: DiGraph::new(), ends: vec![] };
    let a = lowering.add(Kind::Rule);
    let b = lowering.add(Kind::Rule);
    lowering.flow.add_edge(b, a, Edge { way: Way::Next, back: true });
    lowering.ends.clear();
    let graph = Graph { head: head(), flow: lowering.flow };
    assert_eq!(graph.structure().unwrap_err().node, "n1");
}

#[test]
fn hostile_texts_are_no_graphs() {
    let (graph, _) = graph(&[Program::Step { exits: 1 }]);
    let text = graph.to_json();
    for broken in [
        String::new(),
        "{}".into(),
        text.replace("tracer.graph/1", "tracer.graph/2"),
        text.replace("\"n1\"", "\"n0\""),
        text.replace("\"to\": \"n1\"", "\"to\": \"n9\""),
    ] {
        assert!(Graph::from_json(&broken).is_err());
    }
}
