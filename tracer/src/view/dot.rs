//! Graphviz: the spine straight down, each exit level with its step, a cluster a phase.
//!
//! The layout is made by a few rules that `dot` follows: cards are one group, exits stand outside of the clusters in a
//! table on the rank of their step, and back edges do not pull.

use crate::graph::{Graph, Kind, Phase, Way};
use crate::run::Run;
use crate::view::{kind_name, phase_name};
use petgraph::visit::EdgeRef;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The longest text of a label.
const LABEL_MAX: usize = 4_000;

/// What a run visited.
struct Overlay<'r> {
    visited: BTreeSet<&'r str>,
    taken: BTreeSet<(&'r str, &'r str)>,
    stopped: Option<&'r str>,
}

impl<'r> Overlay<'r> {
    fn of(run: &'r Run) -> Self {
        let visited = run.steps.iter().map(|visit| visit.node.as_str()).collect();
        let pairs = run.steps.windows(2).filter_map(|pair| match pair {
            [from, to] => Some((from.node.as_str(), to.node.as_str())),
            _ => None,
        });
        let stopped = run.refused.as_ref().map(|refused| refused.node.as_str());
        Self { visited, taken: pairs.collect(), stopped }
    }
}

/// The graph for `dot`, with a run over it if there is one.
pub fn dot<P>(graph: &Graph<P>, run: Option<&Run>) -> String {
    let overlay = run.map(Overlay::of);
    let mut out = String::new();
    let title = quoted(&graph.head.operation);
    let _ = writeln!(
        out,
        "digraph {title} {{\n  graph [rankdir=TB, newrank=true, nodesep=0.35, ranksep=0.26, fontname=\"Helvetica\", bgcolor=\"white\"]"
    );
    out.push_str("  node [shape=box, style=\"rounded,filled\", fillcolor=\"white\", fontname=\"Helvetica\", fontsize=10, width=3.2, color=\"#9aa3af\"]\n");
    out.push_str("  edge [fontname=\"Helvetica\", fontsize=8, color=\"#6b7280\", arrowsize=0.6]\n");
    let mut phases: Vec<Phase> = Vec::new();
    for node in graph.flow.node_weights() {
        if !phases.contains(&node.phase) {
            phases.push(node.phase);
        }
    }
    for phase in phases {
        cluster(graph, phase, overlay.as_ref(), &mut out);
    }
    exits(graph, overlay.as_ref(), &mut out);
    edges(graph, overlay.as_ref(), &mut out);
    out.push_str("}\n");
    out
}

fn cluster<P>(graph: &Graph<P>, phase: Phase, overlay: Option<&Overlay<'_>>, out: &mut String) {
    let name = phase_name(phase);
    let _ = writeln!(out, "  subgraph {} {{", quoted(&format!("cluster_{}", name.to_lowercase())));
    let _ = writeln!(
        out,
        "    label={}; labeljust=\"l\"; fontsize=10; fontcolor=\"#5b6470\"; color=\"#e5e7eb\"",
        quoted(name)
    );
    for node in
        graph.flow.node_weights().filter(|node| node.phase == phase && !matches!(node.kind, Kind::Exit(_)))
    {
        let visited = overlay.is_none_or(|overlay| overlay.visited.contains(node.id.as_str()));
        let ink = if visited { "#1b1f24" } else { "#9ca3af" };
        let border = match overlay {
            Some(_) if visited => ", color=\"#137a3f\", penwidth=1.6",
            _ => "",
        };
        let text = if node.text.is_empty() {
            String::new()
        } else {
            format!("<br/><font point-size=\"8\">{}</font>", markup(&wrapped(&node.text)))
        };
        let _ = writeln!(
            out,
            "    {} [id={}, class={}, tooltip={}, group=\"spine\", fontcolor=\"{ink}\"{border}, label=<<b>{}</b> <font point-size=\"8\">{}</font>{text}>]",
            quoted(&node.id),
            quoted(&format!("n-{}", node.id)),
            quoted(kind_name(&node.kind)),
            quoted(&node.id),
            markup(&node.title),
            kind_name(&node.kind),
        );
    }
    out.push_str("  }\n");
}

fn exits<P>(graph: &Graph<P>, overlay: Option<&Overlay<'_>>, out: &mut String) {
    for index in graph.flow.node_indices() {
        let exits = graph.exits(index);
        let (Some(node), false) = (graph.flow.node_weight(index), exits.is_empty()) else { continue };
        let rows: String = exits
            .iter()
            .map(|(id, exit)| {
                let hit = overlay.and_then(|overlay| overlay.stopped) == Some(id);
                let (back, ink) = if hit { ("#b42318", "white") } else { ("white", "#5b6470") };
                format!(
                    "<tr><td port=\"{}\" bgcolor=\"{back}\"><font color=\"{ink}\">{} {}</font></td></tr>",
                    markup(&exit.code),
                    exit.status,
                    markup(&exit.code)
                )
            })
            .collect();
        let table = quoted(&format!("x!{}", node.id));
        let _ = writeln!(
            out,
            "  {table} [shape=plain, style=\"\", width=0, tooltip={}, label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"2\" color=\"#d1d5db\">{rows}</table>>]",
            quoted(&format!("ways out of {}", node.id))
        );
        let _ = writeln!(out, "  {{ rank=same; {}; {table} }}", quoted(&node.id));
        for (id, exit) in exits {
            let taken = overlay.and_then(|overlay| overlay.stopped) == Some(id);
            let style = if taken { "color=\"#b42318\", penwidth=2.2" } else { "style=\"dashed\"" };
            let _ = writeln!(
                out,
                "  {}:e -> {table}:{}:w [id={}, constraint=false, {style}]",
                quoted(&node.id),
                quoted(&exit.code),
                quoted(&format!("e-{id}"))
            );
        }
    }
}

fn edges<P>(graph: &Graph<P>, overlay: Option<&Overlay<'_>>, out: &mut String) {
    for edge in graph.flow.edge_references().filter(|edge| edge.weight().way != Way::Exit) {
        let (from, to) = (graph.id(edge.source()), graph.id(edge.target()));
        let label = match edge.weight().way {
            Way::Then => "yes",
            Way::Else => "no",
            Way::Item => "each",
            Way::Next | Way::Exit => "",
        };
        let taken = overlay.is_some_and(|overlay| overlay.taken.contains(&(from, to)));
        let style = if taken { ", color=\"#137a3f\", penwidth=2.2" } else { "" };
        let back = if edge.weight().back { ", constraint=false, style=\"dotted\"" } else { ", weight=100" };
        let label = if label.is_empty() { String::new() } else { format!(", label={}", quoted(label)) };
        let _ = writeln!(
            out,
            "  {} -> {} [id={}{label}{back}{style}]",
            quoted(from),
            quoted(to),
            quoted(&format!("e-{from}>{to}"))
        );
    }
}

/// A text in quotes, as DOT reads it.
fn quoted(text: &str) -> String {
    let short: String = text.chars().take(LABEL_MAX).collect();
    format!("\"{}\"", short.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A text in a label of markup.
fn markup(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(LABEL_MAX) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br/>"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Long expressions get line ends, since `dot` wraps nothing.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 64;
    let (mut out, mut length) = (String::new(), 0);
    for word in text.split(' ') {
        let more = word.chars().count() + 1;
        if length > 0 && length + more > WIDTH {
            out.push('\n');
            length = 0;
        } else if length > 0 {
            out.push(' ');
        }
        out.push_str(word);
        length += more;
    }
    out
}
