//! What is known of an operation as a whole.

use crate::expr::parts::row_of;
use crate::lower::lowerer::Lowerer;
use crate::lower::payload::Act;
use crate::lower::shapes;
use crate::model::{ResourceId, StepKind};
use crate::rows::along::{needed, taken_along, users};
use opwright_tracer::graph::{Access, Head, Kind};
use std::collections::BTreeSet;

impl Lowerer<'_> {
    pub(super) fn head(&self) -> Head {
        let subjects = |wanted: fn(&Kind) -> bool| -> BTreeSet<String> {
            let nodes = self.builder.nodes().filter(|node| wanted(&node.kind));
            nodes.filter_map(|node| node.subject.clone()).collect()
        };
        let (mut reads, mut writes) =
            (subjects(|kind| matches!(kind, Kind::Lookup)), subjects(|kind| matches!(kind, Kind::Effect(_))));
        // What goes along, or comes back, is written; whoever may refer to it is asked, or what it refers to.
        let schema = &self.model.schema;
        let names = |ids: BTreeSet<ResourceId>| {
            ids.into_iter().filter_map(|id| schema.resources.get(id)).map(|it| it.name.clone())
        };
        for (resource, deleted) in self.deletes() {
            writes.extend(names(taken_along(schema, resource)));
            reads.extend(names(if deleted { users(schema, resource) } else { needed(schema, resource) }));
        }
        let emits = subjects(|kind| matches!(kind, Kind::Event));
        let operation = self.operation;
        Head {
            service: schema.service.clone(),
            operation: operation.name.clone(),
            summary: operation.summary.clone(),
            description: operation.description.clone(),
            requires: operation.requires.clone(),
            access: if writes.is_empty() && emits.is_empty() { Access::Reads } else { Access::Writes },
            because: operation.because.clone(),
            rows: 0,
            inputs: operation.inputs.clone(),
            reads: shapes::reads(self.model, operation, reads.into_iter().collect()),
            scans: super::scans::scans(schema, self.builder.nodes()),
            writes: writes.into_iter().collect(),
            emits: emits.into_iter().collect(),
            src: operation.src.clone(),
        }
    }

    /// The resources of which a step deletes a row, or brings one back.
    fn deletes(&self) -> BTreeSet<(ResourceId, bool)> {
        let rows = self.builder.nodes().filter_map(|node| match &node.payload.act {
            Act::Step(step) => Some(step),
            _ => None,
        });
        let deleted = rows.filter_map(|step| match &step.kind {
            StepKind::Delete { row } => Some((row_of(&row.ty)?, true)),
            StepKind::Restore { row } => Some((row_of(&row.ty)?, false)),
            _ => None,
        });
        deleted.collect()
    }
}
