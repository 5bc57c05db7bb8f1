//! Random structured programs: the tree computed from the edges is the program that the edges were made from, and
//! the cursor and the independent walk check agree about every run, the mutated ones too.
mod programs;

use opwright_tracer::cursor::{Cursor, Shape};
use opwright_tracer::graph::{Edge, Graph, Kind, Way};
use opwright_tracer::run::Run;
use petgraph::graph::DiGraph;
use programs::{Lowering, Program, Random, graph, head, program, run, walk};

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
