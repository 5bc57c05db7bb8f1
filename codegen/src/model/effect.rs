//! Which steps have an effect: rules stand in front of the first one.

use crate::model::{Step, StepKind};

impl Step {
    /// Whether it, or a step inside it, has an effect.
    pub fn has_effect(&self) -> bool {
        match &self.kind {
            StepKind::Create { .. }
            | StepKind::Update { .. }
            | StepKind::Transition { .. }
            | StepKind::Delete { .. }
            | StepKind::Restore { .. }
            | StepKind::Emit { .. } => true,
            StepKind::When { then, otherwise, .. } => then.iter().chain(otherwise).any(Step::has_effect),
            StepKind::Each { body, .. } => body.iter().any(Step::has_effect),
            _ => false,
        }
    }
}
