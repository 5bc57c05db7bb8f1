//! How much a call did, against the most that its graph says: rows that a step loads or writes, rounds of a loop.
//!
//! ```text
//! 12 effect    40 rows in all its visits, and the graph says 20: the bound is too small
//! ```

use opwright_codegen::lower::lower;
use opwright_codegen::model::{Model, Operation};
use opwright_tracer::graph::Kind;
use std::collections::BTreeMap;

/// Where something was counted: what it is, and the line of its step.
type At = (&'static str, u32);

/// What a call did where, all visits together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(BTreeMap<At, u64>);

impl Tally {
    /// Counts some more of it.
    pub(crate) fn add(&mut self, what: &'static str, line: u32, count: usize) {
        let sum = self.0.entry((what, line)).or_default();
        *sum = sum.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

/// The most that one call of an operation does, as its graph says it.
pub(crate) struct Most {
    at: BTreeMap<At, u64>,
    writes: u64,
}

impl Most {
    pub(crate) fn of(model: &Model, operation: &Operation) -> Self {
        let graph = lower(model, operation);
        let mut at = BTreeMap::new();
        for node in graph.flow.node_weights() {
            let (what, most) = match node.kind {
                Kind::Lookup => ("lookup", node.rows.unwrap_or(1)),
                Kind::Effect(_) => ("effect", node.rows.unwrap_or(1)),
                Kind::Loop => ("loop", node.rounds.unwrap_or(0)),
                _ => continue,
            };
            let Some(src) = &node.src else { continue };
            let sum: &mut u64 = at.entry((what, src.line)).or_default();
            *sum = sum.saturating_add(most);
        }
        Self { at, writes: graph.head.rows }
    }

    /// What was more than that, in words.
    pub(crate) fn passed(&self, tally: &Tally) -> Option<String> {
        let written = tally.0.iter().filter(|((what, _), _)| *what == "effect").map(|(_, count)| count).sum();
        if self.writes < written {
            return Some(format!("it writes {written} rows, and its graph says {}", self.writes));
        }
        tally.0.iter().find_map(|(at, count)| {
            let most = self.at.get(at).copied().unwrap_or(0);
            let (what, line) = at;
            (most < *count)
                .then(|| format!("{count} at the {what} of line {line}, and its graph says {most}"))
        })
    }
}
