//! The execution graph of one operation: the compiler's intermediate form, and what is drawn.
//!
//! ```text
//! identity ─▶ permission ─▶ input ─▶ relations.customer ─▶ rules.banned ─▶ effects.update_customer ─▶ outcome.done
//!    └─▶ !unauthenticated      └─▶ !invalid_input   └─▶ !not_found  └─▶ !banned
//! ```
//!
//! Lowering makes this graph and nothing else. The generated code, the pictures and the cursor that watches
//! every run are folds over it, so none of them can know an order of steps of its own.

use opwright_values::schema::Field;
use petgraph::graph::DiGraph;
use serde::{Deserialize, Serialize};

/// The graph of one operation. `P` is what the compiler attaches to a node (its typed step); pictures and the
/// runtime use `()`.
#[derive(Debug, Clone)]
pub struct Graph<P = ()> {
    /// What is known of the operation as a whole.
    pub head: Head,
    /// The nodes and edges, in the order in which lowering made them: the entry is node 0.
    pub flow: DiGraph<Node<P>, Edge>,
}

/// What is known of an operation as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// One line about it.
    pub summary: String,
    /// When to use it, or empty.
    pub description: String,
    /// The capabilities that a caller needs, all of them.
    pub requires: Vec<String>,
    /// Whether it can change anything.
    pub access: Access,
    /// Why any agent may do it alone, although it destroys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The most rows that one call writes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows: u64,
    /// The arguments, which are also what the input gate checks.
    pub inputs: Vec<Field>,
    /// Resources that it may read.
    pub reads: Vec<String>,
    /// Resources of which it reads rows that it cannot name: those that a condition finds, or that are in a
    /// collection that is not owned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scans: Vec<String>,
    /// Resources that it may write.
    pub writes: Vec<String>,
    /// Events that it may emit.
    pub emits: Vec<String>,
    /// Where its document begins.
    pub src: Src,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Whether an operation can change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// It only reads.
    Reads,
    /// It may write.
    Writes,
}

/// A place in a spec; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Src {
    /// The file, as given to the compiler.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column, in code points.
    pub column: u32,
}

/// One step, or one way to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node<P = ()> {
    /// A path of spec names, such as `rules.customer_banned`; exits are `<node>!<code>`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Where in the order of a call it stands.
    pub phase: Phase,
    /// A few words for people.
    pub title: String,
    /// The expression or the effect, as in the spec; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Where it comes from; `None` for gates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub src: Option<Src>,
    /// The resource that it reads or writes, the event that it emits, or what a loop calls one of its elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// For a reference: where in the arguments it stands, a JSON pointer such as `/order_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// For the head of a loop: the most rounds that one call makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u64>,
    /// The most rows that one call loads or writes here, if it can be more than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// What the compiler attached.
    #[serde(skip)]
    pub payload: P,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A step of the gateway.
    Gate(Gate),
    /// Rows are loaded.
    Lookup,
    /// A condition that must hold.
    Rule,
    /// A value is computed.
    Value,
    /// A row is written.
    Effect(Effect),
    /// An event is emitted.
    Event,
    /// One of two lanes is taken, by `Then` or `Else`.
    Branch,
    /// The head of a loop, visited before each item (`Item`) and once more at the end (`Next`).
    Loop,
    /// A way to end, refused.
    Exit(Exit),
    /// The end, done.
    Outcome,
}

/// What somebody is told, and what to do, where there is no operation that they may call: the drawn exit says it, and so
/// does the gateway, which puts a near name in front.
pub const HIDDEN: (&str, &str) = (
    "there is no such operation",
    "check its name, which /tracer/ lists on the machine of the service, or ask who made this token what it may call",
);

/// A step that is the gateway's, alike for every operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Who is calling.
    Identity,
    /// Whether this caller may call this operation.
    Permission,
    /// Whether the arguments decode.
    Input,
}

/// How a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A new row.
    Create,
    /// Fields change.
    Update,
    /// A state machine moves.
    Transition,
    /// A row is deleted, with what it owns.
    Delete,
    /// A deleted row comes back, with what was deleted with it.
    Restore,
}

/// How a call ends when it is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The code, such as `customer_banned`.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened: text in which `{expression}` stands for a value that the step gives.
    pub message: String,
    /// What to do, in the same form.
    pub fix: String,
    /// Operations that may help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<String>,
    /// Whether the code is built in, not named by the spec.
    pub builtin: bool,
}

/// The phases of a call, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Who is calling.
    Identity,
    /// May they call this.
    Permission,
    /// Are the arguments sound.
    Input,
    /// References are loaded.
    Relations,
    /// What must hold.
    Rules,
    /// What changes.
    Effects,
    /// What comes back.
    Outcome,
}

/// An edge: by which way its source is left, and whether it leads back to the head of a loop around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edge {
    /// The way.
    pub way: Way,
    /// Whether the target is the head of a loop that the source is in: the graph is acyclic without these.
    pub back: bool,
}

/// By which way a node is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On to what follows; from a loop head: after the last item.
    Next,
    /// A branch whose condition holds.
    Then,
    /// A branch whose condition does not hold.
    Else,
    /// A loop head with an item.
    Item,
    /// Refused.
    Exit,
}
