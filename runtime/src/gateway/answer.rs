//! How a call ends.

use crate::operation::Reply;
use crate::refusal::Refusal;
use opwright_values::json::Json;

/// How a call ends.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Done.
    Done {
        /// The result, and what belongs to it.
        reply: Reply,
        /// The run.
        run: String,
        /// For a dry run: what it would have done.
        plan: Option<DryRun>,
    },
    /// Refused.
    Refused {
        /// Why.
        refusal: Box<Refusal>,
        /// The run, where there is one.
        run: Option<String>,
    },
}

/// What a dry run would have done.
#[derive(Debug, Clone)]
pub struct DryRun {
    /// The nodes that it visited.
    pub path: Vec<String>,
    /// The rows that it would have changed: resource, id, before, after.
    pub changes: Json,
}

impl Answer {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Answer::Done { .. } => 200,
            Answer::Refused { refusal, .. } => refusal.status,
        }
    }

    /// The same for a caller who knows only these operations: of others it does not hear that they may help.
    #[must_use]
    pub(super) fn naming(mut self, known: impl Fn(&str) -> bool) -> Self {
        if let Self::Refused { refusal, .. } = &mut self {
            refusal.next.retain(|name| known(name));
        }
        self
    }

    /// The body of the answer.
    pub fn body(&self) -> Json {
        match self {
            Answer::Refused { refusal, run } => refusal.to_json(run.as_deref()),
            Answer::Done { reply, run, plan } => {
                let mut entries = vec![("result", reply.result.clone())];
                entries.extend(reply.next.iter().map(|next| ("next", Json::text(next.clone()))));
                entries.push(("run", Json::text(run.clone())));
                if let Some(plan) = plan {
                    entries.push((
                        "path",
                        Json::List(plan.path.iter().map(|node| Json::text(node.clone())).collect()),
                    ));
                    entries.push(("changes", plan.changes.clone()));
                }
                Json::object(entries)
            }
        }
    }
}
