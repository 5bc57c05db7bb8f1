//! What is wrong with a service that can be told only once its operations are graphs.
//!
//! ```text
//! much        a call writes, visits or answers more than it may, and what destroys because it is much
//! refusals    a scenario expects a refusal that is no exit
//! ```

mod much;
mod refusals;

use crate::decl::Documents;
use crate::lower::bounded;
use crate::model::Model;
use crate::report::Report;
use crate::source::Sources;

/// Checks the graphs of all operations.
pub(crate) fn check(documents: &Documents, model: &Model, sources: &Sources, report: &mut Report) {
    for (operation, decl) in model.operations.iter().zip(&documents.operations) {
        let (graph, bounds) = bounded(model, operation);
        refusals::report(&operation.name, &graph, &documents.scenarios, report);
        much::report(operation, decl, (&graph, &bounds), sources, report);
    }
}
