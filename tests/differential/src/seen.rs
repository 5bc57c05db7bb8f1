//! What is done, and what was seen of it: the same for a compiled service and for the interpreter.

use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// A call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The operation.
    pub operation: String,
    /// The arguments, as JSON.
    pub arguments: String,
    /// When, in microseconds since 1970.
    pub now_us: i64,
    /// Where its random numbers begin.
    pub seed: u64,
    /// Whether nothing is kept.
    pub dry_run: bool,
}

/// How a call ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The HTTP status.
    pub status: u16,
    /// The result, as JSON.
    pub result: String,
    /// The code of its refusal, and the line of the step; empty if it was done.
    pub refused: String,
    /// Whether its list goes on.
    pub more: bool,
    /// Other rules on what was sent that do not hold.
    pub also: Vec<String>,
    /// The steps that it took: line, kind, and where it went.
    pub path: Vec<String>,
}

/// What was seen of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How each call ended.
    pub ends: Vec<End>,
    /// All rows afterwards.
    pub rows: Vec<String>,
    /// All changes.
    pub history: Vec<String>,
    /// All events.
    pub events: Vec<String>,
    /// What broke, if anything did.
    pub broken: Option<String>,
}

/// The first difference between what should be and what is, in words; `None` if there is none.
pub fn difference(calls: &[Call], expected: &Seen, found: &Seen) -> Option<String> {
    if let Some(broken) = &found.broken {
        return Some(format!("it breaks: {broken}"));
    }
    let mut ends = calls.iter().zip(expected.ends.iter().zip(&found.ends));
    if let Some((call, (expected, found))) = ends.find(|(_, (expected, found))| expected != found) {
        let mut text = format!("{} {}\n", call.operation, call.arguments);
        for (who, end) in [("interpreted", expected), ("compiled", found)] {
            let _ = writeln!(
                text,
                "  {who:<12} {} {}{}{}",
                end.status,
                end.refused,
                end.result,
                if end.more { " and more" } else { "" }
            );
            let _ = writeln!(text, "  {:<12} {} {}", "", end.path.join(", "), end.also.join(", "));
        }
        return Some(text);
    }
    let kinds = [
        ("rows", &expected.rows, &found.rows),
        ("history", &expected.history, &found.history),
        ("events", &expected.events, &found.events),
    ];
    let differ = kinds.into_iter().find(|(_, expected, found)| expected != found)?;
    let (what, expected, found) = differ;
    let mut text = format!("{what} differ\n");
    for line in expected.iter().filter(|line| !found.contains(line)) {
        let _ = writeln!(text, "  interpreted  {line}");
    }
    for line in found.iter().filter(|line| !expected.contains(line)) {
        let _ = writeln!(text, "  compiled     {line}");
    }
    Some(text)
}
