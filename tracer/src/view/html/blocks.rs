//! The blocks of the tree as cards on a spine.
//!
//! ```text
//! ┌ card ┐- - ! exit        a step, its ways out at its right
//! └──┬───┘
//! ┌ choice ┐
//! └─┬──┬───┘
//! no│  │yes                 straight on is the spine; what a choice or a loop holds is indented
//!   │ ┌ card ┐
//!   │ └─┬────┘
//! ┌ card ┐                  both meet again here
//! ```
//!
//! Every wire says which node it leaves and by which way (`data-w`), so a run lights exactly the ways that it took.

use super::{anchor, icons};
use crate::graph::{Graph, Kind, Node, Phase, Way};
use crate::structure::Block;
use crate::view::{kind_name, most, phase_name};
use maud::{Markup, html};
use opwright_values::words::counted;
use petgraph::graph::NodeIndex;

/// Deeper than this, cards are indented no more.
const DEPTH_MAX: usize = 6;

/// The blocks of each phase, in the order of the path.
pub(super) fn phases<'b>(graph: &Graph<()>, blocks: &'b [Block]) -> Vec<(Phase, Vec<&'b Block>)> {
    let mut phases: Vec<(Phase, Vec<&'b Block>)> = Vec::new();
    for block in blocks {
        let (Block::Step(index) | Block::Branch(index, ..) | Block::Loop(index, _)) = block;
        let Some(node) = graph.flow.node_weight(*index) else { continue };
        match phases.last_mut() {
            Some((phase, list)) if *phase == node.phase => list.push(block),
            _ => phases.push((node.phase, vec![block])),
        }
    }
    phases
}

/// A phase as a section that can be folded.
pub(super) fn phase(graph: &Graph<()>, phase: Phase, blocks: &[&Block]) -> Markup {
    let name = phase_name(phase);
    let of_phase = |node: &&Node| node.phase == phase;
    let exits = graph.flow.node_weights().filter(of_phase).filter(|node| matches!(node.kind, Kind::Exit(_)));
    let exits = exits.count();
    let steps = graph.flow.node_weights().filter(of_phase).count() - exits;
    html! {
        details .phase open id={ "p-" (name.to_lowercase()) } data-phase=(name) {
            summary { span { h2 { (name) } em { (counted(steps, "step")) @if exits > 0 { ", " (counted(exits, "way")) " out" } } } }
            @if phase == Phase::Effects {
                ol { (transaction(graph, blocks)) }
            } @else {
                ol { @for block in blocks { (self::block(graph, block, 0)) } }
            }
        }
    }
}

/// The frame of what is written: all of it or nothing.
fn transaction(graph: &Graph<()>, blocks: &[&Block]) -> Markup {
    html! {
        li .tx {
            div .frame .tx {
                i .w .in data-w="@enter" {}
                p .cap { "one transaction: all of it is written, or nothing" }
                ol { @for block in blocks { (self::block(graph, block, 0)) } }
            }
            i .w .out data-w="@leave" {}
        }
    }
}

fn list(graph: &Graph<()>, blocks: &[Block], depth: usize) -> Markup {
    html! {
        ol data-depth=(depth.min(DEPTH_MAX)) { @for block in blocks { (self::block(graph, block, depth)) } }
    }
}

fn block(graph: &Graph<()>, block: &Block, depth: usize) -> Markup {
    match block {
        Block::Step(index) => step(graph, *index),
        Block::Branch(index, then, otherwise) => match (then.is_empty(), otherwise.is_empty()) {
            (true, true) => step(graph, *index),
            (false, true) => when(graph, *index, (Way::Then, then), Way::Else, depth),
            (true, false) => when(graph, *index, (Way::Else, otherwise), Way::Then, depth),
            (false, false) => fork(graph, *index, then, otherwise, depth),
        },
        Block::Loop(index, body) => repeat(graph, *index, body, depth),
    }
}

fn step(graph: &Graph<()>, index: NodeIndex) -> Markup {
    let goes_on = [Way::Next, Way::Then].iter().any(|way| graph.leads(index, *way).is_some());
    html! {
        li .step {
            (row(graph, index))
            @if goes_on { i .w .out data-w=(leaving(graph, index, "any")) {} }
        }
    }
}

/// A choice of which one lane is empty: that one goes straight on.
fn when(graph: &Graph<()>, index: NodeIndex, held: (Way, &[Block]), past: Way, depth: usize) -> Markup {
    let (way, blocks) = held;
    html! {
        li .when {
            (row(graph, index))
            div .body {
                i .w .past data-w=(leaving(graph, index, word(past))) {}
                span .lab .past { (answer(past)) }
                i .w .in data-w=(leaving(graph, index, word(way))) {}
                span .lab { (answer(way)) }
                (list(graph, blocks, depth + 1))
            }
        }
    }
}

/// A choice between two lanes: side by side where they are simple and there is room.
fn fork(graph: &Graph<()>, index: NodeIndex, then: &[Block], otherwise: &[Block], depth: usize) -> Markup {
    let simple = |lane: &[Block]| lane.iter().all(|block| matches!(block, Block::Step(_)));
    let beside = depth == 0 && simple(then) && simple(otherwise);
    html! {
        li .fork {
            (row(graph, index))
            div .lanes .beside[beside] {
                i .w .trunk data-w=(leaving(graph, index, "any")) {}
                @for (way, lane) in [(Way::Then, then), (Way::Else, otherwise)] {
                    div .lane {
                        i .w .in data-w=(leaving(graph, index, word(way))) {}
                        p .way { (answer(way)) }
                        (list(graph, lane, depth + 1))
                    }
                }
                i .w .join data-w="@leave" {}
            }
        }
    }
}

fn repeat(graph: &Graph<()>, index: NodeIndex, body: &[Block], depth: usize) -> Markup {
    html! {
        li .loop {
            div .frame .loop {
                (row(graph, index))
                div .body {
                    i .w .in data-w=(leaving(graph, index, "item")) {}
                    span .lab { "each" }
                    i .w .again data-w=(leaving(graph, index, "again")) {}
                    (list(graph, body, depth + 1))
                    p .next { "the next one" }
                }
            }
            i .w .out data-w=(leaving(graph, index, "next")) {}
            span .lab { "after the last one" }
        }
    }
}

fn row(graph: &Graph<()>, index: NodeIndex) -> Markup {
    let Some(node) = graph.flow.node_weight(index) else { return html! {} };
    let kind = kind_name(&node.kind);
    let words = most(node).map_or_else(|| kind.to_owned(), |most| format!("{kind}, {most}"));
    html! {
        div .row data-node=(node.id) {
            button .card id=(anchor(&node.id)) data-id=(node.id) data-kind=(kind_name(&node.kind)) data-words=(words) {
                (icons::of(&node.kind))
                span .t { (node.title) }
                span .k { (words) }
                @if !node.text.is_empty() { span .x { (node.text) } }
                span .v {}
                span .sr .say {}
            }
            div .exits {
                @for (id, exit) in graph.exits(index) {
                    button .exit id=(anchor(id)) data-id=(id) title=(exit.message) { b { (exit.status) } (exit.code) }
                }
            }
        }
    }
}

fn leaving(graph: &Graph<()>, index: NodeIndex, way: &str) -> String {
    format!("{} {way}", graph.id(index))
}

fn word(way: Way) -> &'static str {
    if way == Way::Then { "then" } else { "else" }
}

fn answer(way: Way) -> &'static str {
    if way == Way::Then { "yes" } else { "no" }
}
