//! Who is in a collection: `where` of a `many`, over `row`. Sizes count all rows, in it or not.
//!
//! ```text
//! open: { type: many, of: ticket, where: row.status == 'open', size: ..500, order: created }
//! ```

use crate::decl::Documents;
use crate::expr::env::{Env, Over};
use crate::expr::parts::walk;
use crate::expr::typed::{Kind, Typed};
use crate::expr::{Knows, fallible};
use crate::model;
use crate::report::{Diagnostic, Report};
use opwright_values::schema::{Collection, Only, Schema};
use std::collections::BTreeSet;

/// Resolves the conditions of all collections.
pub(super) fn resolve(
    documents: &Documents,
    schema: &mut Schema,
    resources: &mut [model::Resource],
    report: &mut Report,
) {
    let mut all = Vec::new();
    for (owner, decl) in documents.resources.iter().enumerate() {
        let Some(shape) = schema.resources.get(owner) else { continue };
        let mut only = vec![None; shape.collections.len()];
        for (collection, only) in shape.collections.iter().zip(&mut only) {
            let written = decl.fields.iter().find(|it| it.name.value == collection.name);
            let Some(text) = written.and_then(|it| it.filter.as_ref()) else { continue };
            let env = Env::of(schema).with_row(collection.of, Over::Collection);
            let Some(condition) = crate::expr::filter(text, &env, report) else { continue };
            reads_row_alone(
                &condition,
                "`where` of a collection",
                "filter where you read it",
                "who is in a collection changes only when a row is written",
                report,
            );
            if fallible(&condition, &OfRow(schema)) {
                let fault = format!("`{}` has no value for some rows", condition.text);
                let fault = Diagnostic::new("E0307", text.span, fault);
                report.add(fault.label("who is in a collection is known of every row").help(
                    "to be compared, a number is given as many places as the other has, and may be too large then: give \
                     it a `range`, or keep both alike",
                ));
            }
            *only = Some(condition);
            let is_part = schema
                .resources
                .get(collection.of)
                .is_some_and(|of| of.fields.get(of.id).is_some_and(|id| id.hidden));
            let whole = |it: &Collection| {
                let written = decl.fields.iter().find(|written| written.name.value == it.name);
                it.of == collection.of && it.owned && written.is_none_or(|it| it.filter.is_none())
            };
            if collection.owned && is_part && !shape.collections.iter().any(whole) {
                let fault = "its rows have no id, so some collection has to hold all of them";
                let fault = Diagnostic::new("E0105", text.span, fault);
                report.add(fault.help("add one without `where`, or give the rows an `id`"));
            }
        }
        all.push(only);
    }
    for ((shape, extra), conditions) in schema.resources.iter_mut().zip(resources).zip(all) {
        for (collection, condition) in shape.collections.iter_mut().zip(&conditions) {
            collection.only =
                condition.as_ref().map(|it| Only { holds: it.text.clone(), reads: fields_of(it) });
        }
        extra.only = conditions;
    }
}

/// What is known of the values of a row: their types.
struct OfRow<'s>(&'s Schema);

impl Knows for OfRow<'_> {
    fn schema(&self) -> Option<&Schema> {
        Some(self.0)
    }
}

/// The fields of `row` that a condition reads.
fn fields_of(condition: &Typed) -> Vec<usize> {
    let mut fields = BTreeSet::new();
    walk(condition, &mut |part| {
        if let Kind::Field(of, field) | Kind::Refer(of, field) = &part.kind
            && matches!(of.kind, Kind::Row)
        {
            fields.insert(*field);
        }
    });
    fields.into_iter().collect()
}

/// Reports what a condition reads that its row does not say: it is known when the row is written.
pub(super) fn reads_row_alone(
    condition: &Typed,
    what: &str,
    other_rows: &str,
    time: &str,
    report: &mut Report,
) {
    walk(condition, &mut |part| {
        let leaves = matches!(&part.kind, Kind::Collection(..))
            || matches!(&part.kind, Kind::Field(of, _) | Kind::Refer(of, _) if !matches!(of.kind, Kind::Row));
        if leaves {
            let fault = Diagnostic::new("E0307", part.span, format!("{what} reads its own row only"));
            report.add(fault.help(other_rows));
        }
        if matches!(part.kind, Kind::Now) {
            let fault = Diagnostic::new("E0307", part.span, format!("{what} does not ask for the time"));
            report.add(fault.help(time));
        }
    });
}
