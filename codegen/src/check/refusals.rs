//! Whether calls can be refused as scenarios say: codes and nodes are those of the graph.

use crate::decl::scenario::ScenarioDecl;
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;
use opwright_tracer::graph::{Graph, Kind};
use opwright_values::suggest::closest;

/// Checks the codes and nodes that the scenarios of an operation name.
pub(super) fn report<P>(operation: &str, graph: &Graph<P>, scenarios: &[&ScenarioDecl], report: &mut Report) {
    let exits = exits(graph);
    for decl in scenarios {
        if let Some(code) = &decl.expect.refused {
            refusal(operation, &exits, code, decl.expect.node.as_ref(), report);
        }
    }
}

/// The nodes that refuse, and with which codes.
fn exits<P>(graph: &Graph<P>) -> Vec<(String, String)> {
    let nodes = graph.flow.node_weights().filter_map(|node| match &node.kind {
        Kind::Exit(exit) => Some((node.id.split('!').next().unwrap_or("").to_owned(), exit.code.clone())),
        _ => None,
    });
    nodes.collect()
}

/// `exits`: nodes and the codes that they refuse with.
fn refusal(
    operation: &str,
    exits: &[(String, String)],
    code: &Text,
    node: Option<&Text>,
    report: &mut Report,
) {
    let codes = || exits.iter().map(|(_, code)| code.as_str());
    if !codes().any(|known| known == code.value) {
        let fault = format!("`{operation}` refuses nothing with `{}`", code.value);
        report.add(explained(Diagnostic::new("E0204", code.span, fault), &code.value, "its codes", codes()));
        return;
    }
    let Some(node) = node else { return };
    let nodes = || exits.iter().filter(|(_, it)| *it == code.value).map(|(node, _)| node.as_str());
    if !nodes().any(|known| known == node.value) {
        let fault =
            format!("`{}` is no node of `{operation}` that refuses with `{}`", node.value, code.value);
        report.add(explained(
            Diagnostic::new("E0204", node.span, fault),
            &node.value,
            "the nodes that do",
            nodes(),
        ));
    }
}

/// What was meant, or all that could be.
fn explained<'n>(
    fault: Diagnostic,
    written: &str,
    what: &str,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    if let Some(meant) = closest(written, known.clone()) {
        return fault.meant(Some(meant));
    }
    let mut all: Vec<&str> = known.collect();
    all.sort_unstable();
    all.dedup();
    fault.help(format!("{what}: {}", all.join(", ")))
}
