//! Steps whose `- ` stands where none belongs, or is missing: what belongs together is told once, and read as meant.
//!
//! ```text
//! - create: customer
//! - set: { name: input.name }       `set` belongs to the step above
//! - delete: order
//!   update: customer                a step begins here
//! ```

use super::kind::meant_by;
use crate::keys::Table;
use crate::keys::steps::{self, STEPS};
use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value};
use std::borrow::Cow;

type Entries = [(Text, Node)];

/// The steps of a list, each with the keys that belong to it.
pub(super) fn grouped<'n>(items: &'n [Node], report: &mut Report) -> Vec<Cow<'n, Node>> {
    let mut steps: Vec<Cow<'n, Node>> = Vec::with_capacity(items.len());
    for item in items {
        let Value::Map(entries) = &item.value else {
            steps.push(Cow::Borrowed(item));
            continue;
        };
        if let Some(above) = steps.last_mut()
            && belongs(above, entries, report)
            && let Value::Map(keys) = &mut above.to_mut().value
        {
            keys.extend(entries.iter().cloned());
            continue;
        }
        steps.extend(apart(item, entries, report));
    }
    steps
}

fn table(entries: &Entries) -> Option<&'static Table> {
    let (first, _) = entries.first()?;
    let kind = meant_by(&first.value);
    STEPS.iter().find(|table| table.kind() == kind).copied()
}

fn has(entries: &Entries, key: &str) -> bool {
    entries.iter().any(|(name, _)| name.value == key)
}

fn takes(table: &Table, key: &str) -> bool {
    table.here().any(|known| known.name == key)
}

/// Whether an item is no step, but the keys that the step above is without.
fn belongs(above: &Node, entries: &Entries, report: &mut Report) -> bool {
    let Value::Map(keys) = &above.value else { return false };
    let (Some(of), None, Some((first, _))) = (table(keys), table(entries), entries.first()) else {
        return false;
    };
    let fits = |(key, _): &(Text, Node)| takes(of, &key.value) && !has(keys, &key.value);
    if !entries.iter().all(fits) {
        return false;
    }
    let (key, kind) = (&first.value, of.kind());
    let fault =
        Diagnostic::new("E0101", first.span, format!("`{key}` is no step: it belongs to the `{kind}` above"));
    let fault = fault.other(above.span, "this step");
    report.add(fault.help(format!("remove the `- `, and begin `{key}` below `{kind}`")));
    true
}

/// A step, or several of which only the first has its `- `.
fn apart<'n>(item: &'n Node, entries: &'n Entries, report: &mut Report) -> Vec<Cow<'n, Node>> {
    // A condition on a step is written below it by whoever knows no choices.
    let is_choice = |at: usize| entries.iter().skip(at).any(|(key, _)| key.value == "then");
    let begins = |at: usize, of: &Table| {
        entries
            .get(at)
            .filter(|(key, _)| key.value != "when" || is_choice(at))
            .is_some_and(|(key, _)| steps::kinds().any(|kind| kind == key.value) && !takes(of, &key.value))
    };
    let mut starts = vec![0];
    let mut of = table(entries);
    for at in 1..entries.len() {
        if of.is_some_and(|of| begins(at, of)) {
            starts.push(at);
            of = entries.get(at..).and_then(table);
        }
    }
    if starts.len() == 1 {
        return vec![Cow::Borrowed(item)];
    }
    for (key, _) in starts.iter().skip(1).filter_map(|at| entries.get(*at)) {
        let fault = Diagnostic::new("E0101", key.span, format!("`{}` begins a step of its own", key.value));
        report.add(fault.help(format!("write `- {}: …`: each step begins with `- `", key.value)));
    }
    let ends = starts.iter().skip(1).copied().chain([entries.len()]);
    let parts = starts.iter().zip(ends).filter_map(|(start, end)| entries.get(*start..end));
    let step = |part: &Entries| {
        let span = match (part.first(), part.last()) {
            (Some((first, _)), Some((_, last))) => first.span.to(last.span),
            _ => item.span,
        };
        Cow::Owned(Node { value: Value::Map(part.to_vec()), span })
    };
    parts.map(step).collect()
}
