//! Steps.
//!
//! ```text
//! - update: entry.method                         Update { row: `entry.method`, set: [(`balance`, …)] }
//!   set: { balance: entry.method.balance + 1 }
//! ```

use super::{OrderKey, Refusal, Rule};
use crate::source::Span;
use crate::written::{Text, Word};

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// `as`, where it names the step's node (create, update, transition, emit) without being required; for the
    /// other kinds the name is part of the kind.
    pub alias: Option<Word>,
    /// The first key: the place to point at.
    pub key: Span,
    /// All of it.
    pub span: Span,
}

/// Fields and what they become.
pub type Set = Vec<(Word, Given)>;

/// A value given to a field.
#[derive(Debug, Clone)]
pub enum Given {
    /// An expression, a bare enum value, or `null`: the type of the field decides.
    Text(Text),
    /// An object field by field, or a map whole; with the place of all of it.
    Map(Set, Span),
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// `require`
    Require(Rule),
    /// `let`
    Let {
        /// The name.
        name: Word,
        /// The value.
        be: Text,
    },
    /// `load`
    Load(Load),
    /// `create`
    Create {
        /// The resource.
        resource: Word,
        /// Its fields.
        set: Set,
    },
    /// `update`
    Update {
        /// The row.
        row: Text,
        /// What changes.
        set: Set,
    },
    /// `transition`
    Transition {
        /// The row and, after the last point, the name of the transition.
        machine: Text,
        /// What changes with it.
        set: Set,
    },
    /// `when`
    When {
        /// The condition.
        condition: Text,
        /// The name.
        name: Word,
        /// If it holds.
        then: Vec<Step>,
        /// If not.
        otherwise: Vec<Step>,
    },
    /// `each`
    Each {
        /// The list.
        list: Text,
        /// The name of the element.
        name: Word,
        /// The name of its index.
        index: Option<Word>,
        /// What is done.
        body: Vec<Step>,
        /// The lists that it makes.
        gives: Vec<(Word, Text)>,
    },
    /// `emit`
    Emit {
        /// The event.
        event: Word,
        /// Its fields.
        with: Set,
    },
}

/// `load`
#[derive(Debug, Clone)]
pub struct Load {
    /// The resource.
    pub resource: Word,
    /// The name of the row or list: `as`, or the resource.
    pub name: Word,
    /// Which rows.
    pub filter: Option<Text>,
    /// In which order.
    pub order: Vec<OrderKey>,
    /// Whether there may be none.
    pub optional: bool,
    /// What is said if there is none.
    pub refusal: Option<Refusal>,
    /// All of them, at most this many; with the place of the number.
    pub max: Option<(u32, Span)>,
}
