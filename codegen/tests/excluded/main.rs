//! What is known of rows where a step stands excludes ways out; what is not known any more does not.

#![expect(clippy::panic, reason = "a test that panics has failed")]

mod ranges;
mod rules;
mod states;
mod wrong_states;

use opwright_codegen::model::Model;
use opwright_codegen::report::render;
use opwright_codegen::source::Sources;

/// The ways out of all operations of a service that end with a code, in order.
pub(crate) fn drawn(specs: &str, code: &str) -> Vec<String> {
    let model = model(specs);
    let graphs = model.operations.iter().map(|operation| opwright_codegen::lower::lower(&model, operation));
    let mut found: Vec<String> = graphs
        .flat_map(|graph| graph.flow.node_weights().map(|node| node.id.clone()).collect::<Vec<_>>())
        .filter_map(|id| Some(id.strip_suffix(code)?.strip_suffix('!')?.to_owned()))
        .collect();
    found.sort();
    found
}

/// A service without a fault.
pub(crate) fn model(specs: &str) -> Model {
    let mut sources = Sources::default();
    sources.add("desk.yaml", specs.trim_start());
    opwright_codegen::check(&sources).unwrap_or_else(|report| {
        let faults = report.sorted();
        let faults: Vec<String> = faults.iter().map(|it| render::text(it, &sources, false)).collect();
        panic!("{}\n{specs}", faults.join("\n"))
    })
}

/// The codes of what is told of a service; none if nothing is.
pub(crate) fn refused(specs: &str) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add("desk.yaml", specs.trim_start());
    let report = opwright_codegen::check(&sources).err();
    report.map_or_else(Vec::new, |report| report.sorted().iter().map(|it| it.code.to_string()).collect())
}
