//! Whether a run did more than its graph says is the most.

use opwright_tracer::graph::{Graph, Kind, Way};
use opwright_tracer::run::Run;
use std::collections::BTreeMap;

/// What a run did more of, in words: rounds of a loop, visits of a step that loads or writes a row each time.
pub(crate) fn passed(graph: &Graph<()>, run: &Run) -> Option<String> {
    let mut visits: BTreeMap<(&str, bool), u64> = BTreeMap::new();
    for visit in &run.steps {
        *visits.entry((visit.node.as_str(), visit.way == Way::Item)).or_default() += 1;
    }
    let said = |what: String| format!("run {} of {} {what}", run.run, run.operation);
    graph.flow.node_weights().find_map(|node| {
        let (rounds, most) = match node.kind {
            Kind::Lookup | Kind::Effect(_) => (false, node.rows.unwrap_or(1)),
            Kind::Loop => (true, node.rounds.unwrap_or(0)),
            _ => return None,
        };
        let count = visits.get(&(node.id.as_str(), rounds)).copied().unwrap_or(0);
        (most < count).then(|| said(format!("is at `{}` {count} times, and its graph says {most}", node.id)))
    })
}
