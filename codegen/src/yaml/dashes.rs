//! A `- ` that is missing or too many, so that a list and a map stand where one of them belongs.
//!
//! ```text
//! steps:
//!   transition: loan.give_back      `transition` has no `- ` in front
//!   - update: loan.book
//! ```

use super::lines::Line;
use super::slips::{Place, key_of};
use crate::keys::{self, Form};
use crate::report::Diagnostic;

/// Whether a list stands below a key.
fn is_list(key: &str) -> bool {
    keys::takes(key, |form| matches!(form, Form::List(_) | Form::Steps))
}

/// Whether a map stands below a key.
fn is_map(key: &str) -> bool {
    keys::takes(key, |form| matches!(form, Form::Map(_) | Form::Table(_)))
}

impl Place<'_> {
    /// A line with a dash beside lines without, or one without beside lines that have it.
    pub(super) fn mixed(&self) -> Option<Diagnostic> {
        let (column, dashed) = self.begin(&self.line)?;
        let mut beside: Vec<Line> = Vec::new();
        let mut line = self.above_of(&self.line)?;
        while self.begin(&line)?.0 >= column {
            let above = self.above_of(&line)?;
            if self.begin(&line)?.0 == column {
                beside.push(line);
            }
            line = above;
        }
        let parent = self.part(line.start, line.end).trim();
        let parent = parent.strip_prefix("- ").unwrap_or(parent).strip_suffix(':')?;
        let differs = |line: &&Line| self.begin(line).is_some_and(|(_, other)| other != dashed);
        let other = beside.iter().find(differs)?;
        let (with, without) = if dashed { (&self.line, other) } else { (other, &self.line) };
        if is_map(parent) {
            let start = with.start + column;
            let fault = self.fault(
                start,
                start + 1,
                format!("`{parent}` is a map, and this begins an item of a list"),
            );
            return Some(fault.help(format!("remove the `- ` in front of each line below `{parent}`")));
        }
        if !is_list(parent) {
            return None;
        }
        let (at, key, _) = key_of(self.part(without.start, without.end))?;
        let start = without.start + at;
        let fault = self.fault(start, start + key.len(), format!("`{key}` has no `- ` in front"));
        Some(fault.help(format!(
            "write `- {key}: …`: `{parent}` is a list, and each of its items begins with `- `"
        )))
    }

    /// Where a line begins, and whether with a dash.
    fn begin(&self, line: &Line) -> Option<(usize, bool)> {
        let written = self.part(line.start, line.end);
        let text = written.trim_start();
        (!text.starts_with("---")).then_some((written.len() - text.len(), text.starts_with("- ")))
    }
}
