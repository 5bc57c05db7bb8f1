//! What is too much: the message shows the multiplication, since the mend is an honest bound.

use crate::decl::operation::OperationDecl;
use crate::decl::step::{StepDecl, StepDeclKind};
use crate::keys::types::{MAX_ROWS, ROWS_MAX};
use crate::lower::bounds::{Bounds, Most};
use crate::model::Operation;
use crate::report::{Diagnostic, Report};
use crate::source::{Sources, Span};
use opwright_tracer::graph::{Graph, Kind, Node, Src};
use opwright_tracer::view::grouped;
use std::collections::BTreeMap;

/// Elements that one step of a call may look at, all its visits together: those of two lists of the usual size, each beside
/// each, have room twice. That many take a few milliseconds.
const ELEMENTS_MAX: u64 = 20_000;

/// Rows, and ids of rows, that an answer may hold.
const TOLD_MAX: u64 = 100_000;

/// Characters that one step of a call may put together.
const CHARACTERS_MAX: u64 = 10_000_000;

/// Who writes or tells more rows than this destroys: so much is no slip that somebody mends by hand. It is what a call
/// writes that does not say `max_rows`, so an operation that says nothing destroys nothing.
const MANY: u64 = MAX_ROWS as u64;

/// Reports what is too much in an operation, and what destroys because it is much.
pub(super) fn report<P>(
    operation: &Operation,
    decl: &OperationDecl,
    (graph, bounds): (&Graph<P>, &Bounds),
    sources: &Sources,
    report: &mut Report,
) {
    let mut places = BTreeMap::new();
    collect(&decl.steps, sources, &mut places);
    for input in &decl.input {
        places.insert(sources.place(input.name.span), input.name.span);
    }
    let name = decl.header.name.span;
    let at = |src: Option<&Src>| src.and_then(|src| places.get(src)).copied();
    // What is too much in one step is too much in those that go on with it: the first that the spec has is said.
    let nodes = bounds.nodes.iter().filter_map(|(index, most)| Some((graph.flow.node_weight(*index)?, most)));
    let (own, others): (Vec<_>, Vec<_>) =
        nodes.filter(|(_, most)| is_too_much(most)).partition(|(node, _)| node.src.is_some());
    let first = own.first().or(others.first());
    if let Some((node, most)) = first {
        let place = at(node.src.as_ref()).unwrap_or(name);
        report.add(too_much_work(&operation.name, node, most, place));
    }
    let writes: Vec<(Span, &Most)> = bounds
        .nodes
        .iter()
        .filter(|(_, most)| most.writes)
        .filter_map(|(index, most)| Some((graph.flow.node_weight(*index)?, most)))
        .map(|(node, most)| (at(node.src.as_ref()).unwrap_or(name), most))
        .collect();
    let owns = writes.iter().find_map(|(place, most)| Some((*place, most.unbounded.as_ref()?)));
    if let Some((place, (owner, owned))) = owns {
        let fault = format!(
            "`{}` can write any number of rows: nothing says how many `{owned}` a `{owner}` owns",
            operation.name
        );
        let help = format!(
            "list them in `{owner}`, with the most that there may be: `{{ type: many, of: {owned}, size: ..50 }}`"
        );
        report.add(Diagnostic::new("E0601", name, fault).other(place, "what it owns goes along").help(help));
        return;
    }
    let rows = bounds.rows.unwrap_or(u64::MAX);
    if rows > u64::from(ROWS_MAX) && first.is_some() {
        return;
    }
    if rows > u64::from(operation.max_rows) {
        report.add(too_many_rows(operation, decl, rows, &writes));
        return;
    }
    destroys(operation, decl, bounds, &writes, report);
}

fn is_too_much(most: &Most) -> bool {
    most.work.elements > ELEMENTS_MAX || most.work.characters > CHARACTERS_MAX || most.told > TOLD_MAX
}

fn too_much_work<P>(operation: &str, node: &Node<P>, most: &Most, place: Span) -> Diagnostic {
    let (elements, characters) = (most.work.elements, most.work.characters);
    let (does, smaller, limit) = if elements > ELEMENTS_MAX {
        let does = format!("visit {} elements in one step", grouped(elements));
        (does, "`size` or `max`, or a `where`: a step visits", ELEMENTS_MAX)
    } else if characters > CHARACTERS_MAX {
        let does = format!("put together {} characters in one step", grouped(characters));
        (does, "`length`, `size` or `max`: a step makes", CHARACTERS_MAX)
    } else {
        let does = format!("answer with {} rows and ids", grouped(most.told));
        (does, "`size`, `max` or `limit`, or `pick` of what is needed: an answer has", TOLD_MAX)
    };
    let title = if node.kind == Kind::Outcome { "its answer" } else { &node.title };
    let mut factors = most.factors.clone();
    if let Some(rounds) = most.rounds {
        let element = node.id.rsplit(".each_").next().unwrap_or("");
        factors.push((element.to_owned(), rounds));
    }
    Diagnostic::new("E0605", place, format!("`{operation}` can {does}"))
        .label(format!("{title}{}", product(&factors, ": ")))
        .help(format!("a smaller {smaller} {} at most", grouped(limit)))
}

fn too_many_rows(
    operation: &Operation,
    decl: &OperationDecl,
    rows: u64,
    writes: &[(Span, &Most)],
) -> Diagnostic {
    let fault = format!("`{}` can write {} rows", operation.name, grouped(rows));
    let mut fault = Diagnostic::new("E0601", decl.header.name.span, fault);
    fault = match &decl.max_rows {
        Some(max) => fault.other(max.span, "here it says that it does not"),
        None => fault.label(format!("{} at most, unless it says otherwise", operation.max_rows)),
    };
    fault = with_products(fault, writes);
    let enough = rounded(rows);
    if enough > u64::from(ROWS_MAX) {
        return fault.help(format!(
            "no call writes more than {} rows: make a `size` or `max` smaller, and call it more than once",
            grouped(u64::from(ROWS_MAX))
        ));
    }
    fault = fault.help(format!("say `max_rows: {enough}`, or make a `size` or `max` smaller"));
    if rows > MANY && operation.because.is_none() {
        fault = fault.help(format!(
            "a call that writes more than {MANY} rows destroys: say besides that this is meant, and why: `tier: open` with `because: <why>`"
        ));
    }
    fault
}

/// An operation that writes or tells much says why agents may do that alone; one that does neither says nothing.
fn destroys(
    operation: &Operation,
    decl: &OperationDecl,
    bounds: &Bounds,
    writes: &[(Span, &Most)],
    report: &mut Report,
) {
    if operation.destroys {
        return;
    }
    let rows = bounds.rows.unwrap_or(u64::MAX);
    let much = if rows > MANY {
        Some(format!("can write {} rows", grouped(rows)))
    } else if bounds.exported > MANY {
        Some(format!("can return {} rows with `sensitive` fields", grouped(bounds.exported)))
    } else {
        None
    };
    let said = decl.tier.is_some() && operation.because.is_some();
    match much {
        Some(much) if !said => {
            let fault = format!("`{}` {much}, and any agent may do it alone", operation.name);
            let mut fault = Diagnostic::new("E0602", decl.header.name.span, fault);
            if rows > MANY {
                fault = with_products(fault, writes);
            }
            let missing =
                if decl.tier.is_some() { "`because: <why>`" } else { "`tier: open` with `because: <why>`" };
            report.add(fault.help(format!(
                "make a `size`, `max` or `limit` smaller, or say that this is meant, and why: {missing}"
            )));
        }
        Some(_) => {}
        None => {
            for key in decl.tier.iter().chain(&decl.because) {
                let fault = "this operation destroys nothing, so any agent may do it anyway";
                report.add(Diagnostic::new("E0108", key.span, fault).help(format!(
                    "leave `tier` and `because` out: they are for operations that delete, change a `permission`, or write or tell more than {MANY} rows"
                )));
            }
        }
    }
}

/// Says of each step that writes more than a row how many, and why.
fn with_products(mut fault: Diagnostic, writes: &[(Span, &Most)]) -> Diagnostic {
    for (place, most) in writes {
        if let Some(rows) = most.rows.filter(|rows| *rows > 1) {
            fault = fault.other(*place, format!("{} rows{}", grouped(rows), product(&most.factors, ": ")));
        }
    }
    fault
}

/// `50 of entry × 20 of line`
fn product(factors: &[(String, u64)], before: &str) -> String {
    if factors.is_empty() {
        return String::new();
    }
    let each: Vec<String> =
        factors.iter().rev().map(|(of, most)| format!("{} of {of}", grouped(*most))).collect();
    format!("{before}{}", each.join(" × "))
}

/// A bound that leaves a little room.
fn rounded(rows: u64) -> u64 {
    let step = match rows {
        ..100 => 10,
        100..1_000 => 50,
        _ => 500,
    };
    rows.div_ceil(step).saturating_mul(step)
}

/// The first lines of steps, by their places.
fn collect(steps: &[StepDecl], sources: &Sources, places: &mut BTreeMap<Src, Span>) {
    for step in steps {
        let first = sources.text(step.span).lines().next().map_or(0, |line| line.trim_end().len());
        let end = step.span.start.saturating_add(u32::try_from(first).unwrap_or(0));
        places.insert(sources.place(step.span), Span { end, ..step.span });
        match &step.kind {
            StepDeclKind::When { then, otherwise, .. } => {
                collect(then, sources, places);
                collect(otherwise, sources, places);
            }
            StepDeclKind::Each { body, .. } => collect(body, sources, places),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_bounds_have_room() {
        assert_eq!(
            [0, 999, 1_000, 90_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "90,000", "1,234,567"]
        );
        assert_eq!([20, 101, 771, 800, 1_051].map(rounded), [20, 150, 800, 800, 1_500]);
    }
}
