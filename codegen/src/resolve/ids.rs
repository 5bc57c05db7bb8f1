//! What steps are called: two of one list are not called alike.

use crate::model::{Step, StepKind};
use crate::report::Diagnostic;
use crate::resolve::steps::Resolver;
use crate::source::Span;
use std::collections::BTreeMap;

impl Resolver<'_, '_> {
    /// Two steps of one list with the same id: one needs `as`.
    pub(super) fn unique_id(&mut self, step: &Step, span: Span, ids: &mut BTreeMap<String, Span>) {
        let resource = |id: usize| self.shared.schema.resources.get(id).map_or("", |it| it.name.as_str());
        let id = match &step.kind {
            StepKind::Require { refusal, .. } => refusal.code.clone(),
            StepKind::Create { name, resource: of, .. } if name == resource(*of) => format!("create_{name}"),
            StepKind::Update { row, .. } => format!("update_{}", row.text.replace('.', "_")),
            StepKind::Transition { row, name, .. } => format!("{name}_{}", row.text.replace('.', "_")),
            StepKind::Delete { row } => format!("delete_{}", row.text.replace('.', "_")),
            StepKind::Restore { row } => format!("restore_{}", row.text.replace('.', "_")),
            StepKind::Emit { event, .. } => {
                let name = self.shared.schema.events.get(*event).map_or("", |event| event.name.as_str());
                format!("emit_{}", name.replace('.', "_"))
            }
            StepKind::When { name, .. } => name.clone(),
            StepKind::Each { name, .. } => format!("each_{name}"),
            // What binds a name is refused by E0205 when the name is taken.
            _ => return,
        };
        let help = match &step.kind {
            StepKind::Require { .. } => "give one refusal another code",
            StepKind::Create { .. } => "name one with `as`",
            StepKind::When { .. } | StepKind::Each { .. } => "give one another name with `as`",
            StepKind::Update { .. } => "set all fields in one `update`, or put one into a `when` of its own",
            _ => "say it once, or put one into a `when` of its own",
        };
        match ids.get(&id) {
            None => drop(ids.insert(id, span)),
            Some(first) => self.report.add(
                Diagnostic::new("E0403", span, format!("two steps here are called `{id}`"))
                    .other(*first, "first here")
                    .help(help),
            ),
        }
    }
}
