//! Graphs and runs whose texts all want to be more than text.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use crate::programs::{Random, graph, program, run, walk};
use opwright_tracer::graph::{Graph, Kind, Phase, Way};
use opwright_tracer::run::{Error, Refused, Run};
use opwright_tracer::structure::Block;

/// Texts that want to be more than text.
pub const HOSTILE: [&str; 5] = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>\" onmouseover=\"alert(1)",
    "a \\\"quoted\\\" \\N text\nof two lines & <b>bold</b> &amp;",
    "order.total != 'x' && a < b || c > d, \u{2028} \u{7} ✓ ‹email› {braces} | record",
    "",
];

/// A random graph with hostile texts everywhere and three phases, and its blocks.
pub fn hostile_graph(random: &mut Random) -> (Graph<()>, Vec<Block>) {
    let mut budget = 30;
    let (mut graph, blocks) = graph(&program(random, 4, &mut budget));
    let head_of = |block: &Block| match block {
        Block::Step(node) | Block::Branch(node, ..) | Block::Loop(node, _) => node.index(),
    };
    let effects = head_of(&blocks[blocks.len() / 2]).max(1);
    for index in graph.flow.node_indices() {
        let words = HOSTILE[usize::try_from(random.below(5)).unwrap()];
        let node = &mut graph.flow[index];
        node.title = format!("step {words}");
        node.text = words.to_owned();
        node.subject = Some(words.to_owned());
        node.phase = if index.index() < effects { Phase::Rules } else { Phase::Effects };
        if node.kind == Kind::Outcome {
            node.phase = Phase::Outcome;
        }
        if let Kind::Exit(exit) = &mut node.kind {
            exit.message = format!("message {words}");
            exit.fix = words.to_owned();
        }
    }
    (graph, blocks)
}

/// A random run through it, with hostile values.
pub fn hostile_run(graph: &Graph<()>, blocks: &[Block], random: &mut Random, number: usize) -> Run {
    let mut visits = vec![];
    walk(blocks, graph, random, &mut visits);
    let mut items = std::collections::BTreeMap::new();
    for (position, visit) in visits.iter_mut().enumerate() {
        visit.at_us = u32::try_from(position).unwrap() * 7;
        visit.values.push(("customer.name".into(), HOSTILE[position % HOSTILE.len()].into()));
        if visit.way == Way::Item {
            let item = items.entry(visit.node.clone()).or_insert(0);
            visit.item = Some(*item);
            *item += 1;
        }
    }
    let last = visits.last().unwrap().node.clone();
    let mut run = run(visits);
    run.run = format!("run_{number}");
    run.agent = HOSTILE[0].into();
    run.spec_hash = graph.spec_hash();
    run.started = "2026-11-25T17:23:09.123456Z".into();
    if let Some((_, code)) = last.split_once('!') {
        run.refused = Some(Refused {
            node: last.clone(),
            code: code.into(),
            status: 409,
            message: HOSTILE[1].into(),
            fix: HOSTILE[2].into(),
            errors: vec![Error {
                pointer: HOSTILE[0].into(),
                code: HOSTILE[1].into(),
                expected: HOSTILE[2].into(),
                got: HOSTILE[0].into(),
                meant: HOSTILE[1].into(),
            }],
        });
    }
    run
}
