//! What lowering attaches to a node: the typed step that it stands for, and what that step can name.

use crate::expr::typed::Typed;
use crate::model::{Reference, Refusal, Returns, Step};
use crate::rows::hops::Hop;
use crate::rows::scope::{Local, Scope};
use std::rc::Rc;

/// What emission needs of a node.
#[derive(Debug, Clone)]
pub struct Payload<'m> {
    /// What it does.
    pub act: Act<'m>,
    /// What it can name.
    pub scope: Rc<Scope>,
    /// What it binds for those behind it.
    pub binds: Option<Local>,
    /// The name of its function in the generated code, unique in the file; empty where it has none.
    pub function: String,
}

impl Payload<'_> {
    /// A payload that names nothing.
    pub fn of(act: Act<'_>) -> Payload<'_> {
        Payload { act, scope: Rc::default(), binds: None, function: String::new() }
    }
}

/// What a node does.
#[derive(Debug, Clone)]
pub enum Act<'m> {
    /// The gateway's.
    Gate,
    /// An end.
    Exit,
    /// Loads the row, or rows, of a reference among the arguments.
    Reference(&'m Reference),
    /// Loads what a path leads to.
    Hop(Hop),
    /// The state of a row, checked in front of all rules for a transition that comes later.
    State(&'m Step),
    /// A rule.
    Rule(&'m Typed, &'m Refusal),
    /// A value, and its name in the spec.
    Let(&'m str, &'m Typed),
    /// A step as it stands: a load, a write, an event, a choice.
    Step(&'m Step),
    /// The head of a loop.
    Each {
        /// The step.
        step: &'m Step,
        /// The element, or the id of its row.
        element: Local,
        /// Its index.
        index: Option<Local>,
        /// The lists that it makes.
        gives: Vec<Local>,
    },
    /// Adds the value of a round to a list that the loop makes, which has a name in the spec.
    Give(&'m str, &'m Typed, Local),
    /// The end, done.
    Outcome(&'m Returns),
}
