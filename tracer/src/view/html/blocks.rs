//! The blocks of the tree as cards, lanes and frames.

use super::{Phases, anchor};
use crate::graph::{Graph, Kind, Node, Phase};
use crate::structure::Block;
use crate::view::{kind_name, phase_name};
use maud::{Markup, PreEscaped, html};
use petgraph::graph::NodeIndex;

/// The blocks of each phase, in the order of the path.
pub(super) fn phases<'b>(graph: &Graph<()>, blocks: &'b [Block]) -> Phases<'b> {
    let mut phases: Phases<'b> = Vec::new();
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
    html! {
        details .phase open id={ "p-" (name.to_lowercase()) } data-phase=(name) {
            summary { h2 { (name) } }
            ol .path {
                @if phase == Phase::Effects {
                    li .frame { p .cap { "one transaction: all or nothing" } ol { @for block in blocks { (self::block(graph, block)) } } }
                } @else {
                    @for block in blocks { (self::block(graph, block)) }
                }
            }
        }
    }
}

fn block(graph: &Graph<()>, block: &Block) -> Markup {
    match block {
        Block::Step(index) => html! { li { (row(graph, *index)) } },
        Block::Branch(index, then, otherwise) if otherwise.is_empty() => html! {
            li .when {
                (row(graph, *index))
                div .skip aria-hidden="true" { "no, skip" }
                p .way { "yes" }
                ol { @for block in then { (self::block(graph, block)) } }
            }
        },
        Block::Branch(index, then, otherwise) => html! {
            li {
                (row(graph, *index))
                div .lanes {
                    @for (name, lane) in [("yes", then), ("no", otherwise)] {
                        div .lane { p .way { (name) } ol { @for block in lane { (self::block(graph, block)) } } }
                    }
                }
            }
        },
        Block::Loop(index, body) => html! {
            li .frame .loop {
                (row(graph, *index))
                ol { @for block in body { (self::block(graph, block)) } }
                p .again aria-hidden="true" { "↺ again, until none is left" }
            }
        },
    }
}

fn row(graph: &Graph<()>, index: NodeIndex) -> Markup {
    let Some(node) = graph.flow.node_weight(index) else { return html! {} };
    html! {
        div .row data-node=(node.id) {
            button .card id=(anchor(&node.id)) data-id=(node.id) data-kind=(kind_name(&node.kind)) {
                (icon(node))
                span .t { (node.title) }
                span .k { (kind_name(&node.kind)) }
                @if !node.text.is_empty() { span .x { (node.text) } }
                span .v {}
            }
            div .exits {
                @for (id, exit) in graph.exits(index) {
                    button .exit id=(anchor(id)) data-id=(id) { b { (exit.status) " " (exit.code) } }
                }
            }
        }
    }
}

fn icon(node: &Node<()>) -> Markup {
    let name = match &node.kind {
        Kind::Gate(_) => "gate",
        Kind::Lookup => "lookup",
        Kind::Rule => "rule",
        Kind::Value => "value",
        Kind::Effect(_) => "effect",
        Kind::Event => "event",
        Kind::Branch => "choice",
        Kind::Loop => "loop",
        Kind::Exit(_) | Kind::Outcome => "outcome",
    };
    html! { svg aria-hidden="true" { use href={ "#i-" (name) } {} } }
}

/// The icons: shape means what a step is, so colour can mean how it went.
pub(super) fn icons() -> Markup {
    let shapes = [
        ("gate", r#"<path d="M8 1.5 14 4v4c0 3.5-2.5 5.7-6 6.500C4.5 13.7 2 11.5 2 8V4z"/>"#),
        (
            "lookup",
            r#"<ellipse cx="8" cy="4" rx="5.5" ry="2.2"/><path d="M2.5 4v8c0 1.2 2.5 2.2 5.5 2.200s5.5-1 5.5-2.200V4M2.5 8c0 1.2 2.5 2.2 5.5 2.200s5.5-1 5.5-2.2"/>"#,
        ),
        ("rule", r#"<path d="M8 2v12M4 14h8M2.5 5h11M2.5 5 1 9.500h3.500zM13.5 5 12 9.500h3z"/>"#),
        ("value", r#"<path d="M3 6h10M3 10h10"/>"#),
        ("effect", r#"<path d="M3 13h3l7-7-3-3-7 7z"/>"#),
        ("event", r#"<path d="M9 1.5 3.5 9H8l-1 5.500L12.5 7H8z"/>"#),
        ("choice", r#"<path d="M8 1.5 14.5 8 8 14.5 1.5 8z"/>"#),
        ("loop", r#"<path d="M13 8a5 5 0 1 1-1.5-3.500M12 1.500v3.500H8.5"/>"#),
        ("outcome", r#"<path d="M3 14V2h9l-2 3.500L12 9H3"/>"#),
    ];
    html! {
        svg .sr aria-hidden="true" {
            @for (name, shape) in shapes {
                symbol id={ "i-" (name) } viewBox="0 0 16 16" { g fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" { (PreEscaped(shape)) } }
            }
        }
    }
}
