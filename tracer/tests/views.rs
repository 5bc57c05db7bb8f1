//! Pictures of random graphs with hostile texts: everything of the graph is in them, once, and texts stay texts.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "programs/hostile.rs"]
mod hostile;
mod programs;

use hostile::{hostile_graph, hostile_run};
use opwright_tracer::graph::{Graph, Kind, Node, Way};
use opwright_tracer::run::Run;
use opwright_tracer::view::{dot, html, index, text};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use programs::Random;
use std::collections::BTreeSet;

const SEED: u64 = 20_261_126;

fn each(count: usize, mut check: impl FnMut(&Graph<()>, &[Run])) {
    let seed = std::env::var("OPWRIGHT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    println!("seed {seed}");
    let mut random = Random(seed);
    for _ in 0..count {
        let (graph, blocks) = hostile_graph(&mut random);
        let runs: Vec<Run> = (0..3).map(|number| hostile_run(&graph, &blocks, &mut random, number)).collect();
        check(&graph, &runs);
    }
}

/// The values of an attribute, in order.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn pages_hold_every_step_and_way_once() {
    each(300, |graph, runs| {
        let page = html::page(graph, runs);
        assert_eq!(page, html::page(graph, runs), "the same bytes each time");
        let ids = attributes(&page, "id");
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "ids are unique");
        let wires: BTreeSet<&str> = attributes(&page, "data-w").into_iter().collect();
        let id = |node: NodeIndex| graph.flow[node].id.as_str();
        for node in graph.flow.node_weights() {
            assert!(distinct.contains(format!("n-{}", node.id).as_str()), "{} is drawn", node.id);
        }
        for edge in graph.flow.edge_references().filter(|edge| edge.weight().way != Way::Exit) {
            let way = match edge.weight().way {
                Way::Then => "then",
                Way::Else => "else",
                Way::Item => "item",
                Way::Next | Way::Exit => "next",
            };
            let drawn = wires.contains(format!("{} {way}", id(edge.source())).as_str())
                || wires.contains(format!("{} any", id(edge.source())).as_str());
            assert!(drawn, "the way {way} of {} is drawn", id(edge.source()));
            let again = wires.contains(format!("{} again", id(edge.target())).as_str());
            assert!(!edge.weight().back || again, "the way back to {} is drawn", id(edge.target()));
        }
    });
}

#[test]
fn pages_are_complete_without_scripts() {
    each(50, |graph, runs| {
        let page = html::page(graph, runs);
        let hidden: Vec<&str> = page.split('<').filter(|tag| tag.contains(" hidden>")).collect();
        // What is hidden is only what a run would fill.
        assert_eq!(hidden.len(), 3, "{hidden:?}");
        assert!(page.contains("<pre class=\"outline\"") && page.contains("<div id=\"path\">"));
    });
}

#[test]
fn hostile_texts_stay_texts() {
    each(200, |graph, runs| {
        let page = html::page(graph, runs);
        assert_eq!(page.matches("<script").count(), 2, "the data and the program, nothing else");
        assert!(!page.contains("<img") && !page.contains("<b>bold"));
        assert!(page.contains("default-src 'none'") && !page.contains(" style=\""));
        let island = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
        let data: serde_json::Value = serde_json::from_str(island).unwrap();
        assert_eq!(data["runs"], serde_json::to_value(runs).unwrap());
        assert_eq!(data["hash"], graph.spec_hash());
        let list = index::page("<b>service", "<i>", &[graph], ".html");
        assert_eq!(list.matches("<script").count(), 1);
        assert!(!list.contains("<b>service") && list.contains("href=\"o.html\""));
    });
}

/// Drawn and served, the operations of a service stand in one order, whatever order they are handed over in.
#[test]
fn operations_are_listed_by_name() {
    each(1, |graph, _| {
        let mut first = graph.clone();
        first.head.operation = "a_first".to_owned();
        let list = index::page("service", "", &[graph, &first], ".html");
        assert!(list.find("a_first.html").unwrap() < list.find("\"o.html").unwrap());
        assert_eq!(list, index::page("service", "", &[&first, graph], ".html"));
    });
}

#[test]
fn graphviz_gets_every_step_and_way_once() {
    each(300, |graph, runs| {
        for run in [None, runs.first()] {
            let drawn = dot::dot(graph, run);
            let ids: Vec<&str> =
                drawn.split("[id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
            let is_card = |node: &&Node| !matches!(node.kind, Kind::Exit(_));
            let cards = graph.flow.node_weights().filter(is_card).count();
            assert_eq!(ids.iter().filter(|id| id.starts_with("n-")).count(), cards);
            assert_eq!(ids.iter().filter(|id| id.starts_with("e-")).count(), graph.flow.edge_count());
            assert!(!drawn.contains("<script"));
        }
    });
}

#[test]
fn outlines_hold_every_step_and_way_out() {
    each(100, |graph, runs| {
        let outline = text::outline(graph);
        let steps = graph.flow.node_weights().filter(|node| !matches!(node.kind, Kind::Exit(_))).count();
        let exits = graph.flow.node_count() - steps;
        assert_eq!(outline.matches("step ").count(), steps);
        assert_eq!(outline.matches("! 409 e").count(), exits);
        for run in runs {
            assert!(text::run(graph, run).lines().count() >= run.steps.len());
        }
    });
}

#[test]
fn what_is_no_tree_is_drawn_all_the_same() {
    let mut random = Random(SEED);
    let (mut graph, _) = hostile_graph(&mut random);
    let ends: Vec<_> = graph.flow.node_indices().collect();
    graph.flow.add_edge(
        *ends.last().unwrap(),
        ends[0],
        opwright_tracer::graph::Edge { way: Way::Next, back: true },
    );
    assert!(graph.structure().is_err());
    let page = html::page(&graph, &[]);
    assert!(page.contains("This graph is no tree"));
    for node in graph.flow.node_weights() {
        assert!(page.contains(&format!("id=\"n-{}\"", node.id)));
    }
}
