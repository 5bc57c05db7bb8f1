//! The outline of an operation: the page for terminals, pull requests and screen readers.
//!
//! ```text
//! change_customer_email: Change the email address of one customer.
//! needs customers.write
//!
//! Rules
//!   customer banned? (rule): customer.status != 'banned'
//!     ! 409 customer_banned: customer {customer.id} is banned
//! ```

use crate::graph::{Graph, Kind, Phase, Way};
use crate::run::{Mode, Run};
use crate::structure::Block;
use crate::view::{grouped, kind_name, most, phase_name};
use petgraph::graph::NodeIndex;
use std::fmt::Write;

/// The outline of a graph.
pub fn outline<P>(graph: &Graph<P>) -> String {
    let head = &graph.head;
    let mut out = format!("{}: {}\n", head.operation, head.summary);
    for (what, names) in [
        ("needs", &head.requires),
        ("reads", &head.reads),
        ("searches", &head.scans),
        ("writes", &head.writes),
        ("emits", &head.emits),
    ] {
        if !names.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{what} {}", names.join(", "));
        }
    }
    if head.rows > 1 {
        let _ = writeln!(out, "one call writes at most {} rows", grouped(head.rows));
    }
    if let Some(because) = &head.because {
        let _ = writeln!(out, "destroys, and agents may do this alone: {because}");
    }
    let (blocks, wrong) = graph.tree_or_list();
    if let Some(wrong) = wrong {
        let _ = writeln!(out, "\nThis graph is no tree of steps, choices and loops: {wrong}.");
    }
    lines(graph, &blocks, 1, &mut None, &mut out);
    out
}

fn lines<P>(graph: &Graph<P>, blocks: &[Block], depth: usize, phase: &mut Option<Phase>, out: &mut String) {
    for block in blocks {
        let (Block::Step(node) | Block::Branch(node, ..) | Block::Loop(node, _)) = block;
        if let Some(found) = graph.flow.node_weight(*node)
            && *phase != Some(found.phase)
        {
            *phase = Some(found.phase);
            let _ = writeln!(out, "\n{}", phase_name(found.phase));
        }
        line(graph, *node, depth, out);
        match block {
            Block::Step(_) => {}
            Block::Branch(_, then, otherwise) => {
                for (name, lane) in [("then", then), ("else", otherwise)] {
                    if !lane.is_empty() {
                        let _ = writeln!(out, "{}{name}", "  ".repeat(depth + 1));
                        lines(graph, lane, depth + 2, phase, out);
                    }
                }
            }
            Block::Loop(_, body) => lines(graph, body, depth + 1, phase, out),
        }
    }
}

fn line<P>(graph: &Graph<P>, index: NodeIndex, depth: usize, out: &mut String) {
    let Some(node) = graph.flow.node_weight(index) else { return };
    let indent = "  ".repeat(depth);
    let most = most(node).map_or_else(String::new, |most| format!(", {most}"));
    let _ = write!(out, "{indent}{} ({}{most})", node.title, kind_name(&node.kind));
    if !node.text.is_empty() && node.text != node.title {
        let _ = write!(out, ": {}", node.text);
    }
    out.push('\n');
    for (_, exit) in graph.exits(index) {
        let _ = write!(out, "{indent}  ! {} {}: {}", exit.status, exit.code, exit.message);
        if !exit.next.is_empty() {
            let _ = write!(out, " (may help: {})", exit.next.join(", "));
        }
        out.push('\n');
    }
}

/// How a step was answered. A rule is titled by what is refused, and its condition says what has to hold: yes and no
/// would answer either.
fn answer(kind: &Kind, way: Way) -> Option<&'static str> {
    match (kind, way) {
        (Kind::Rule, Way::Exit) => Some("refused"),
        (Kind::Rule, _) => Some("passed"),
        (Kind::Branch, Way::Then) => Some("yes"),
        (Kind::Branch, Way::Else) => Some("no"),
        _ => None,
    }
}

/// A run as lines: where it went, what it read, where it ended and why.
pub fn run<P>(graph: &Graph<P>, run: &Run) -> String {
    let mut out = String::new();
    for visit in &run.steps {
        let node = graph.flow.node_weights().find(|node| node.id == visit.node);
        // When it was entered, since the call began: not how long it took.
        let _ = write!(out, "{:>11}  {}", format!("+{} µs", visit.at_us), visit.node);
        if let Some(item) = visit.item {
            let _ = write!(out, " #{}", u64::from(item) + 1);
        }
        let answer = node.and_then(|node| answer(&node.kind, visit.way));
        let answer = answer.map_or_else(String::new, |answer| format!(" → {answer}"));
        let _ = writeln!(out, "  {}{answer}", node.map_or("", |node| node.title.as_str()));
        for (expression, value) in &visit.values {
            let _ = writeln!(out, "             {expression} = {value}");
        }
    }
    for error in run.refused.iter().flat_map(|refused| &refused.errors) {
        let got = if error.got.is_empty() { String::new() } else { format!(", got {}", error.got) };
        let _ = writeln!(out, "             {} {}: {}{got}", error.pointer, error.code, error.expected);
    }
    match (&run.refused, &run.fault) {
        (_, Some(fault)) => drop(writeln!(out, "broke: {fault}")),
        (Some(refused), _) => drop(writeln!(
            out,
            "refused {} {}: {} ({})",
            refused.status, refused.code, refused.message, refused.fix
        )),
        (None, None) => match graph.narrated(run) {
            Some(narrated) => drop(writeln!(out, "done: {narrated}")),
            None if run.mode == Mode::DryRun => out.push_str("tried: nothing was kept\n"),
            None => out.push_str("done\n"),
        },
    }
    out
}
