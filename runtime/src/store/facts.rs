//! What is only ever added: events and recorded runs.

use crate::store::bulk::Bulk;
use crate::store::layout::Kind;
use crate::store::link::{Cell, Dialect, Write};
use crate::store::statements::facts;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When, in microseconds since 1970.
    pub at_us: i64,
    /// By which call.
    pub invocation: String,
    /// What it carries, as JSON.
    pub data: String,
}

/// A recorded run, as it is stored.
#[derive(Debug, Clone, Default)]
pub struct RunRow {
    /// Its id.
    pub run: String,
    /// The operation.
    pub operation: String,
    /// The graph that it walked.
    pub spec_hash: String,
    /// Who called.
    pub agent: String,
    /// `real` or `dry_run`.
    pub mode: String,
    /// When it began, in microseconds since 1970.
    pub started_us: i64,
    /// The code of its refusal, if it was refused.
    pub code: Option<String>,
    /// How often it was run until it could be answered.
    pub attempts: i64,
    /// What it visited: `Trace::encode`.
    pub steps: String,
    /// What it was told, as JSON, if it was refused.
    pub refused: Option<String>,
    /// What broke, if something did.
    pub fault: Option<String>,
    /// The rows that it changed, as JSON.
    pub changed: String,
}

/// The inserts of facts.
#[derive(Debug)]
pub struct Inserts {
    events: Bulk,
    runs: Bulk,
}

fn event_kinds() -> Vec<(String, Kind)> {
    named(&[
        ("id", Kind::Text),
        ("name", Kind::Text),
        ("at", Kind::Timestamp),
        ("invocation", Kind::Text),
        ("data", Kind::Text),
    ])
}

fn run_kinds() -> Vec<(String, Kind)> {
    named(&[
        ("run", Kind::Text),
        ("operation", Kind::Text),
        ("spec_hash", Kind::Text),
        ("agent", Kind::Text),
        ("mode", Kind::Text),
        ("started", Kind::Timestamp),
        ("code", Kind::Text),
        ("attempts", Kind::Int),
        ("steps", Kind::Text),
        ("refused", Kind::Text),
        ("fault", Kind::Text),
        ("changed", Kind::Text),
    ])
}

fn named(columns: &[(&str, Kind)]) -> Vec<(String, Kind)> {
    columns.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone())).collect()
}

impl Inserts {
    /// The inserts for a database.
    pub fn new(dialect: Dialect) -> Self {
        Self { events: facts("_event", &event_kinds(), dialect), runs: facts("_run", &run_kinds(), dialect) }
    }

    /// The writes of some events.
    pub fn events(&self, events: Vec<Event>) -> Vec<Write> {
        let row = |it: Event| {
            vec![
                Cell::Text(it.id),
                Cell::Text(it.name),
                Cell::Int(it.at_us),
                Cell::Text(it.invocation),
                Cell::Text(it.data),
            ]
        };
        self.events.writes(events.into_iter().map(row).collect())
    }

    /// The writes of some runs.
    pub fn runs(&self, runs: Vec<RunRow>) -> Vec<Write> {
        let perhaps = |it: Option<String>| it.map_or(Cell::Null, Cell::Text);
        let row = |it: RunRow| {
            vec![
                Cell::Text(it.run),
                Cell::Text(it.operation),
                Cell::Text(it.spec_hash),
                Cell::Text(it.agent),
                Cell::Text(it.mode),
                Cell::Int(it.started_us),
                perhaps(it.code),
                Cell::Int(it.attempts),
                Cell::Text(it.steps),
                perhaps(it.refused),
                perhaps(it.fault),
                Cell::Text(it.changed),
            ]
        };
        self.runs.writes(runs.into_iter().map(row).collect())
    }
}
