//! What is only ever added: events and recorded runs; and batches as arguments of a statement.

use crate::store::layout::Kind;
use crate::store::link::{Arg, Cell, Dialect, Sql, Write, sql};
use crate::store::statements::facts;
use opwright_values::json::write_text;
use std::fmt::Write as _;

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
    events: Sql,
    runs: Sql,
    dialect: Dialect,
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
        Self {
            events: sql(facts("_event", &event_kinds(), dialect)),
            runs: sql(facts("_run", &run_kinds(), dialect)),
            dialect,
        }
    }

    /// The write of some events.
    pub fn events(&self, events: &[Event]) -> Option<Write> {
        let text = |text: &str| Cell::Text(text.to_owned());
        let rows: Vec<Vec<Cell>> = events
            .iter()
            .map(|it| {
                vec![text(&it.id), text(&it.name), Cell::Int(it.at_us), text(&it.invocation), text(&it.data)]
            })
            .collect();
        write(&self.events, &rows, &event_kinds(), self.dialect)
    }

    /// The write of some runs.
    pub fn runs(&self, runs: &[RunRow]) -> Option<Write> {
        let text = |text: &str| Cell::Text(text.to_owned());
        let perhaps = |it: &Option<String>| it.as_deref().map_or(Cell::Null, text);
        let rows: Vec<Vec<Cell>> = runs
            .iter()
            .map(|it| {
                vec![
                    text(&it.run),
                    text(&it.operation),
                    text(&it.spec_hash),
                    text(&it.agent),
                    text(&it.mode),
                    Cell::Int(it.started_us),
                    perhaps(&it.code),
                    Cell::Int(it.attempts),
                    text(&it.steps),
                    perhaps(&it.refused),
                    perhaps(&it.fault),
                    text(&it.changed),
                ]
            })
            .collect();
        write(&self.runs, &rows, &run_kinds(), self.dialect)
    }
}

/// The write of a batch of rows; `None` without rows.
pub fn write(text: &Sql, rows: &[Vec<Cell>], kinds: &[(String, Kind)], dialect: Dialect) -> Option<Write> {
    let args = if rows.is_empty() { return None } else { column_args(rows, kinds, dialect) };
    Some(Write { text: text.clone(), args })
}

/// A batch of rows as arguments: one JSON text for SQLite, one array a column for PostgreSQL.
fn column_args(rows: &[Vec<Cell>], kinds: &[(String, Kind)], dialect: Dialect) -> Vec<Arg> {
    match dialect {
        Dialect::Sqlite => vec![Arg::Text(json_rows(rows))],
        Dialect::Postgres => {
            kinds.iter().enumerate().map(|(column, (_, kind))| array(rows, column, kind)).collect()
        }
    }
}

fn json_rows(rows: &[Vec<Cell>]) -> String {
    let mut out = String::with_capacity(rows.len() * 128);
    out.push('[');
    for (position, row) in rows.iter().enumerate() {
        out.push_str(if position > 0 { ",[" } else { "[" });
        for (position, cell) in row.iter().enumerate() {
            if position > 0 {
                out.push(',');
            }
            match cell {
                Cell::Null => out.push_str("null"),
                // Writing to a String cannot fail.
                Cell::Int(int) => drop(write!(out, "{int}")),
                Cell::Bool(flag) => out.push_str(if *flag { "1" } else { "0" }),
                Cell::Text(text) => write_text(text, &mut out),
            }
        }
        out.push(']');
    }
    out.push(']');
    out
}

fn array(rows: &[Vec<Cell>], column: usize, kind: &Kind) -> Arg {
    let cells = rows.iter().map(|row| row.get(column).unwrap_or(&Cell::Null));
    match kind {
        Kind::Int | Kind::Timestamp => Arg::Ints(cells.map(Cell::int).collect()),
        Kind::Bool => Arg::Bools(
            cells.map(|cell| if let Cell::Bool(flag) = cell { Some(*flag) } else { None }).collect(),
        ),
        _ => Arg::Texts(cells.map(|cell| cell.text().map(str::to_owned)).collect()),
    }
}
