//! Whether a recorded run is a walk in a graph: decided edge by edge, by code that the cursor does not share.
//!
//! The cursor watches a run while it happens; this looks at what was stored. If one of them is wrong, the other
//! one says so.

use crate::graph::{Graph, Kind, Way};
use crate::run::Run;
use crate::trace::VISITS_MAX;
use std::collections::BTreeMap;
use std::fmt;

/// A run left the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAWalk {
    /// The visit, from 0.
    pub step: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for NotAWalk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "visit {}: {}", self.step, self.reason)
    }
}

impl std::error::Error for NotAWalk {}

impl<P> Graph<P> {
    /// Checks that a run begins at the entry, goes along edges only, and ends at an end; after a fault, or when it was too
    /// long to be recorded, it may stop anywhere.
    pub fn is_walk(&self, run: &Run) -> Result<(), NotAWalk> {
        let wrong = |step: usize, reason: String| Err(NotAWalk { step, reason });
        let edges: BTreeMap<(&str, Way), Vec<&str>> = self.edges_by_source();
        let entry = self.flow.node_weights().next().map(|node| node.id.as_str());
        match run.steps.first() {
            None if run.fault.is_some() => return Ok(()),
            None => return wrong(0, "it visited nothing".to_owned()),
            Some(first) if Some(first.node.as_str()) != entry => {
                return wrong(0, format!("it begins at `{}`, which is not the entry", first.node));
            }
            Some(_) => {}
        }
        for (step, pair) in run.steps.windows(2).enumerate() {
            let [from, to] = pair else { continue };
            let leads = edges
                .get(&(from.node.as_str(), from.way))
                .is_some_and(|to_all| to_all.contains(&to.node.as_str()));
            if !leads {
                let reason = format!("no edge leads from `{}` by {:?} to `{}`", from.node, from.way, to.node);
                return wrong(step + 1, reason);
            }
        }
        let last = run.steps.last().map_or("", |visit| visit.node.as_str());
        let end = self.flow.node_weights().find(|node| node.id == last).map(|node| &node.kind);
        match end {
            Some(Kind::Outcome | Kind::Exit(_)) => Ok(()),
            _ if run.fault.is_some() => Ok(()),
            // No more visits are recorded: it went on.
            _ if run.steps.len() == VISITS_MAX => Ok(()),
            _ => wrong(run.steps.len() - 1, format!("it stops at `{last}`, which is not an end")),
        }
    }

    fn edges_by_source(&self) -> BTreeMap<(&str, Way), Vec<&str>> {
        let mut edges: BTreeMap<(&str, Way), Vec<&str>> = BTreeMap::new();
        for edge in self.flow.raw_edges() {
            let id = |index| self.flow.node_weight(index).map_or("", |node| node.id.as_str());
            edges.entry((id(edge.source()), edge.weight.way)).or_default().push(id(edge.target()));
        }
        edges
    }
}
