//! Graphviz: the spine straight down, each way out level with its step, a cluster a phase.
//!
//! ```text
//! cluster Rules ┌ customer banned? ┐ ┄┄┄▶ 409 customer_banned     exits: a table on the rank of their step,
//!               └────────┬─────────┘                             outside of the clusters, and they pull nothing
//! cluster Effects  ┌ choice ┐ yes
//!             no ╭─┴───┬────┘                                    an empty lane passes at the left
//! ```
//!
//! `dot -Tsvg` takes it without a warning, old versions too: texts are cut, and nothing is only for new ones.

use crate::graph::{Edge, Graph, Kind, Node, Phase, Way};
use crate::run::Run;
use crate::view::{kind_name, most, phase_name};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The longest text of a label; old versions of Graphviz refuse more than 16,384 characters in a string.
const LABEL_MAX: usize = 4_000;

/// How wide a line of an expression may be: `dot` wraps nothing.
const WIDTH: usize = 58;

const HEAD: &str = "  graph [rankdir=TB, newrank=true, nodesep=0.35, ranksep=0.26, fontname=\"Helvetica\", fontsize=11, bgcolor=\"white\", labelloc=t, labeljust=l]
  node [shape=box, style=\"rounded,filled\", fillcolor=\"white\", fontname=\"Helvetica\", fontsize=11, width=3.2, margin=\"0.14,0.07\", color=\"#9aa3af\", fontcolor=\"#1b1f24\"]
  edge [fontname=\"Helvetica\", fontsize=9, fontcolor=\"#57606b\", color=\"#6b7280\", arrowsize=0.6]
";

/// What a run visited.
struct Overlay<'r> {
    visits: BTreeMap<&'r str, usize>,
    taken: BTreeSet<(&'r str, &'r str)>,
    stopped: &'r str,
    exit: &'r str,
    said: String,
}

impl<'r> Overlay<'r> {
    fn of(run: &'r Run) -> Self {
        let mut visits = BTreeMap::new();
        for visit in &run.steps {
            *visits.entry(visit.node.as_str()).or_default() += 1;
        }
        let pairs = run.steps.windows(2).filter_map(|pair| match pair {
            [from, to] => Some((from.node.as_str(), to.node.as_str())),
            _ => None,
        });
        let exit = run.refused.as_ref().map_or("", |refused| refused.node.as_str());
        let last = run.steps.last().map_or("", |visit| visit.node.as_str());
        let (stopped, end) = match (&run.refused, &run.fault) {
            (_, Some(fault)) => (last, format!("broke: {fault}")),
            (Some(refused), None) => (
                exit.split('!').next().unwrap_or_default(),
                format!("{} {}: {}", refused.status, refused.code, refused.message),
            ),
            (None, None) => ("", "done".to_owned()),
        };
        Self { visits, taken: pairs.collect(), stopped, exit, said: format!("run {}: {end}", run.run) }
    }
}

/// The graph for `dot`, with a run over it if there is one.
pub fn dot<P>(graph: &Graph<P>, run: Option<&Run>) -> String {
    let overlay = run.map(Overlay::of);
    let overlay = overlay.as_ref();
    let mut out = format!("digraph {} {{\n{HEAD}", quoted(&graph.head.operation));
    let said = overlay.map_or(&graph.head.summary, |overlay| &overlay.said);
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "  label=<<b>{}</b>   {}>",
        markup(&graph.head.operation),
        markup(&wrapped(said, WIDTH * 2))
    );
    let mut phases: Vec<Phase> = graph.flow.node_weights().map(|node| node.phase).collect();
    phases.sort_unstable();
    phases.dedup();
    for phase in phases {
        cluster(graph, phase, overlay, &mut out);
    }
    exits(graph, overlay, &mut out);
    edges(graph, overlay, &mut out);
    out.push_str("}\n");
    out
}

fn cluster<P>(graph: &Graph<P>, phase: Phase, overlay: Option<&Overlay<'_>>, out: &mut String) {
    let name = phase_name(phase);
    let _ = writeln!(out, "  subgraph {} {{", quoted(&format!("cluster_{}", name.to_lowercase())));
    let _ = writeln!(
        out,
        "    label={}; labeljust=l; fontsize=10; fontcolor=\"#57606b\"; color=\"#e5e7eb\"; style=rounded",
        quoted(name)
    );
    for node in graph.flow.node_weights().filter(|node| node.phase == phase) {
        if !matches!(node.kind, Kind::Exit(_)) {
            card(node, overlay, out);
        }
    }
    for index in graph.flow.node_indices() {
        if let Some(skip) = skipped(graph, index)
            && graph.flow.node_weight(skip.first).is_some_and(|node| node.phase == phase)
        {
            let (rail, first) = (rail(graph.id(index)), quoted(graph.id(skip.first)));
            let _ = writeln!(
                out,
                "    {rail} [shape=point, style=invis, width=0.01, height=0.01, label=\"\"]\n    {{ rank=same; {rail}; {first} }}\n    {rail} -> {first} [style=invis]"
            );
        }
    }
    out.push_str("  }\n");
}

fn card<P>(node: &Node<P>, overlay: Option<&Overlay<'_>>, out: &mut String) {
    let visits = overlay.map(|overlay| overlay.visits.get(node.id.as_str()).copied().unwrap_or(0));
    let stopped = overlay.is_some_and(|overlay| overlay.stopped == node.id);
    let style = match visits {
        None => "",
        Some(0) => ", color=\"#d1d5db\", fontcolor=\"#6b7280\"",
        Some(_) if stopped => ", color=\"#b42318\", fillcolor=\"#fdecea\", penwidth=2",
        Some(_) => ", color=\"#137a3f\", penwidth=2",
    };
    let mark = match visits {
        None | Some(0) => String::new(),
        Some(_) if stopped => "✕ ".to_owned(),
        Some(1) => "✓ ".to_owned(),
        Some(times) => format!("✓ {times} × "),
    };
    let dashed = if node.kind == Kind::Branch { ", style=\"rounded,filled,dashed\"" } else { "" };
    let text = if node.text.is_empty() {
        String::new()
    } else {
        let text = markup(&wrapped(&node.text, WIDTH)).replace("<br/>", "<br align=\"left\"/>");
        format!("<br align=\"left\"/><font point-size=\"8\">{text}</font>")
    };
    let _ = writeln!(
        out,
        "    {id} [id={anchor}, class={kind}, tooltip={id}, group=spine{style}{dashed}, label=<{mark}<b>{title}</b>  <font point-size=\"8\">{word}</font>{text}<br align=\"left\"/>>]",
        id = quoted(&node.id),
        anchor = quoted(&format!("n-{}", node.id)),
        kind = quoted(kind_name(&node.kind)),
        title = markup(&node.title),
        word = most(node).map_or_else(
            || kind_name(&node.kind).to_owned(),
            |most| format!("{}, {most}", kind_name(&node.kind)),
        ),
    );
}

/// The empty lane of a choice.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Skip {
    way: Way,
    /// Where it leads: behind the other lane.
    landing: NodeIndex,
    /// The first step of the other lane, which it passes.
    first: NodeIndex,
}

/// A choice with an empty lane is drawn with a rail: a point at the left of the other lane, through which the
/// empty one passes. A lane that begins with such a choice again has no room for two of them.
fn skipped<P>(graph: &Graph<P>, index: NodeIndex) -> Option<Skip> {
    let skip = skips(graph, index)?;
    skips(graph, skip.first).is_none().then_some(skip)
}

fn skips<P>(graph: &Graph<P>, index: NodeIndex) -> Option<Skip> {
    graph.flow.node_weight(index).filter(|node| node.kind == Kind::Branch)?;
    let ((then, then_back), (otherwise, otherwise_back)) =
        (graph.leads(index, Way::Then)?, graph.leads(index, Way::Else)?);
    // The empty lane leads to where the other one ends, which was made later.
    let (landing, first, way) =
        if then < otherwise { (otherwise, then, Way::Else) } else { (then, otherwise, Way::Then) };
    let joins = graph.flow.edges_directed(landing, Direction::Incoming).count() > 1;
    (joins && first != landing && !then_back && !otherwise_back).then_some(Skip { way, landing, first })
}

fn rail(branch: &str) -> String {
    quoted(&format!("rail!{branch}"))
}

fn exits<P>(graph: &Graph<P>, overlay: Option<&Overlay<'_>>, out: &mut String) {
    for index in graph.flow.node_indices() {
        let exits = graph.exits(index);
        let (Some(node), false) = (graph.flow.node_weight(index), exits.is_empty()) else { continue };
        let hit = |id: &str| overlay.is_some_and(|overlay| overlay.exit == id);
        let rows: String = exits
            .iter()
            .enumerate()
            .map(|(port, (id, exit))| {
                let (back, ink) = if hit(id) { ("#b42318", "white") } else { ("white", "#57606b") };
                format!(
                    "<tr><td port=\"x{port}\" align=\"left\" bgcolor=\"{back}\"><font color=\"{ink}\" point-size=\"9\">{} {}</font></td></tr>",
                    exit.status,
                    markup(&exit.code)
                )
            })
            .collect();
        let table = quoted(&format!("x!{}", node.id));
        let _ = writeln!(
            out,
            "  {table} [shape=plain, style=\"\", width=0, margin=0, tooltip={}, label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"2\" color=\"#d1d5db\">{rows}</table>>]\n  {{ rank=same; {}; {table} }}",
            quoted(&format!("ways out of {}", node.id)),
            quoted(&node.id)
        );
        for (port, (id, _)) in exits.iter().enumerate() {
            let style = if hit(id) { "color=\"#b42318\", penwidth=2.4" } else { "style=dashed" };
            let _ = writeln!(
                out,
                "  {}:e -> {table}:x{port}:w [id={}, constraint=false, {style}]",
                quoted(&node.id),
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
            Way::Next if is_loop(graph, edge.source()) => "after the last",
            Way::Next | Way::Exit => "",
        };
        let label = if label.is_empty() { String::new() } else { format!(", label=\" {label}\"") };
        let ends = (quoted(from), quoted(to));
        let id = quoted(&format!("e-{from}>{to}"));
        let taken = taken(overlay, from, to);
        let skip = skipped(graph, edge.source())
            .filter(|skip| (skip.way, skip.landing) == (edge.weight().way, edge.target()));
        let _ = match skip {
            // `dir=none`: with `arrowhead=none` old versions warn of an arrow that they do not know.
            Some(_) => writeln!(
                out,
                "  {0}:w -> {2} [dir=none, style=dashed{label}{taken}]\n  {2} -> {1}:w [id={id}, style=dashed{taken}]",
                ends.0,
                ends.1,
                rail(from)
            ),
            None => {
                let pull = pull(graph, edge.source(), *edge.weight());
                writeln!(out, "  {} -> {} [id={id}{label}{pull}{taken}]", ends.0, ends.1)
            }
        };
    }
    // What follows a loop stands below its body: an edge that is not seen says so.
    for (end, behind) in loop_ends(graph) {
        let _ = writeln!(out, "  {} -> {} [style=invis, weight=1000]", quoted(&end), quoted(&behind));
    }
}

/// How an edge pulls at the layout: back edges and the way past a loop's body not at all.
fn pull<P>(graph: &Graph<P>, from: NodeIndex, edge: Edge) -> &'static str {
    match edge.back {
        true => ", constraint=false, style=dotted",
        false if edge.way == Way::Next && is_loop(graph, from) => ", constraint=false",
        false => ", weight=1000",
    }
}

fn is_loop<P>(graph: &Graph<P>, index: NodeIndex) -> bool {
    graph.flow.node_weight(index).is_some_and(|node| node.kind == Kind::Loop)
}

/// The ends of each loop's body, with what follows the loop.
fn loop_ends<P>(graph: &Graph<P>) -> Vec<(String, String)> {
    let back = graph.flow.edge_references().filter(|edge| edge.weight().back);
    let pairs = back.filter_map(|edge| {
        let (mut behind, mut on) = graph.leads(edge.target(), Way::Next)?;
        // A loop that ends the body of another one is followed by what follows that one.
        while on {
            (behind, on) = graph.leads(behind, Way::Next)?;
        }
        Some((graph.id(edge.source()).to_owned(), graph.id(behind).to_owned()))
    });
    pairs.collect()
}

fn taken(overlay: Option<&Overlay<'_>>, from: &str, to: &str) -> &'static str {
    match overlay {
        None => "",
        Some(overlay) if overlay.taken.contains(&(from, to)) => ", color=\"#137a3f\", penwidth=2.4",
        Some(_) => ", color=\"#d1d5db\"",
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

/// Long texts get line ends.
fn wrapped(text: &str, width: usize) -> String {
    let (mut out, mut length) = (String::new(), 0);
    for word in text.split(' ') {
        let more = word.chars().count() + 1;
        if length > 0 && length + more > width {
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
