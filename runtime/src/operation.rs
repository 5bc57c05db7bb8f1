//! What a generated operation is to the runtime.

use crate::cx::{Cx, Refs, Walk};
use crate::fields::Fields;
use crate::stop::{Checked, Stop};
use crate::store::rules::{Members, RowRules};
use opwright_values::json::Json;

/// A generated service.
pub struct Service {
    /// Its schema, as JSON.
    pub schema: &'static str,
    /// Its sets of rows, as JSON.
    pub data: &'static str,
    /// Its scenarios, as JSON.
    pub scenarios: &'static str,
    /// Its operations.
    pub operations: &'static [&'static Operation],
    /// The rules of its resources, of those that have some.
    pub rules: &'static [RowRules],
    /// Who is in its collections, of those that do not hold all rows.
    pub members: &'static [Members],
}

/// A generated operation.
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// Its graph, as JSON: what was drawn is what is enforced.
    pub graph: &'static str,
    /// Takes the arguments, once they are checked.
    pub decode: fn(&mut Fields) -> Option<Decoded>,
}

impl Operation {
    /// An operation.
    pub const fn new(
        name: &'static str,
        graph: &'static str,
        decode: fn(&mut Fields) -> Option<Decoded>,
    ) -> Self {
        Self { name, graph, decode }
    }
}

/// The arguments of a call, ready to run.
pub type Decoded = Box<dyn Call>;

/// A call of an operation. It may run several times, and does the same each time.
pub trait Call: Send + Sync {
    /// Checks what was sent, before anything is loaded.
    fn input(&self, walk: &mut Walk) -> Checked {
        walk.collected()
    }

    /// Says what `run` will load: a hint, never needed for correctness.
    fn refs<'a>(&'a self, refs: &mut Refs<'a>) {
        let _ = refs;
    }

    /// Runs it.
    fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop>;
}

/// What a call gives back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The result.
    pub result: Json,
    /// The cursor behind which its list goes on.
    pub next: Option<String>,
}

impl Reply {
    /// A result.
    pub fn new(result: Json) -> Self {
        Self { result, next: None }
    }

    /// The cursor behind which a list goes on, if it does.
    #[must_use]
    pub fn behind(self, next: Option<String>) -> Self {
        Self { next, ..self }
    }
}
