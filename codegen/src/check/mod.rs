//! What is wrong with a service that can be told only once its operations are graphs.
//!
//! ```text
//! much        a call writes, visits or answers more than it may, and what destroys because it is much
//! refusals    a scenario expects a refusal that is no exit
//! rules       what is probably not meant: bounds decide it, or nobody may read what it tells
//! ```

mod much;
mod refusals;
mod rules;

use crate::decl::Documents;
use crate::decl::scenario::ScenarioDecl;
use crate::lower::bounded;
use crate::model::Model;
use crate::report::Report;
use crate::source::Sources;
use std::collections::BTreeMap;

/// Checks the graphs of all operations, each as it is lowered: emission lowers it again, so that a service of thousands
/// is never held as graphs all at once.
pub(crate) fn check(documents: &Documents, model: &Model, sources: &Sources, report: &mut Report) {
    let mut scenarios: BTreeMap<&str, Vec<&ScenarioDecl>> = BTreeMap::new();
    for scenario in &documents.scenarios {
        scenarios.entry(&scenario.call.operation.value).or_default().push(scenario);
    }
    for (operation, decl) in model.operations.iter().zip(&documents.operations) {
        let (graph, bounds) = bounded(model, operation);
        let of_it = scenarios.get(operation.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        refusals::report(&operation.name, &graph, of_it, report);
        rules::warn(model, operation, report);
        much::report(operation, decl, (&graph, &bounds), sources, report);
    }
}
