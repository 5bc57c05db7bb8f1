//! `tracer.run/1`: what one call did, step by step.
//!
//! ```text
//! identity ─▶ permission ─▶ input ─▶ relations.customer ─▶ rules.banned ─▶ rules.banned!customer_banned
//!                                                          customer.status = banned
//! ```

use crate::graph::Way;
use serde::{Deserialize, Serialize};

/// A recorded call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub run: String,
    /// The operation.
    pub operation: String,
    /// The graph that it walked, by hash.
    pub spec_hash: String,
    /// Who called.
    pub agent: String,
    /// Whether anything was kept.
    pub mode: Mode,
    /// When it began, in RFC 3339.
    pub started: String,
    /// The nodes that it visited, in order; the last is where it ended.
    pub steps: Vec<Visit>,
    /// How it ended, if it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// What broke, if something did: a fault can happen at any node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The rows that it changed, or would have changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Changed>,
    /// How often it was run until it could be answered.
    pub attempts: u32,
}

/// Whether a call was real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Its effects were kept.
    Real,
    /// Nothing was kept.
    DryRun,
}

/// A visit of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The node.
    pub node: String,
    /// By which way it was left.
    pub way: Way,
    /// When it was entered, in microseconds since the call began.
    pub at_us: u32,
    /// At the head of a loop: which item, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What was read there: expression and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
}

/// What a refused call was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The node of the exit.
    pub node: String,
    /// The code.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// What is wrong with single arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Error>,
}

/// What is wrong with an argument, or another rule on what was sent that does not hold either.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Error {
    /// Where it stands among the arguments; empty for a rule.
    pub pointer: String,
    /// The code.
    pub code: String,
    /// What belongs there; of a rule, what it says.
    pub expected: String,
    /// What was sent, where that may be shown.
    pub got: String,
    /// What was probably meant; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub meant: String,
}

/// A row that a call changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The resource.
    pub resource: String,
    /// The row.
    pub id: String,
    /// Its version before; 0 for a new row.
    pub from_version: i64,
    /// Its version afterwards.
    pub to_version: i64,
    /// Of a dry run, what became of its fields: what a real call wrote, the history of the row tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ChangedField>,
}

/// A field that a call would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedField {
    /// Its name.
    pub name: String,
    /// What it was, as people see it; nothing if it was absent.
    pub before: Option<String>,
    /// What it would have been.
    pub after: Option<String>,
}
