//! What to say of a text that is not YAML, or not the YAML that specs are written in.
//!
//! ```text
//! - require: !has(user.email) || input.new     an expression that YAML reads as something else: E0103
//! ```

use super::library::{Failure, FailureKind};
use crate::report::Diagnostic;
use crate::source::{FileId, Span};

const QUOTES: &str = "this is not a plain YAML value; put the expression in quotes";
const WITHOUT: &str = "specs are YAML 1.2 without tabs, anchors, aliases, merge keys and tags";

/// What stopped the reading of a file.
pub(super) fn fault(file: FileId, text: &str, failure: &Failure) -> Diagnostic {
    let line = Line::of(text, failure.at);
    if let Some((start, end)) = line.expression(text) {
        let said = match &failure.kind {
            FailureKind::Syntax(said) => said.clone(),
            FailureKind::Unused(what) => format!("{what} to YAML"),
            FailureKind::TooMany(what, _) => format!("too many {what}"),
        };
        let fault =
            Diagnostic::new("E0103", span(file, start, end), "this is not what YAML takes for one text");
        return fault.label(said).help(QUOTES);
    }
    let here = span(file, failure.at, line.end);
    match &failure.kind {
        FailureKind::Syntax(said) => Diagnostic::new("E0001", here, said.clone()).help(WITHOUT),
        FailureKind::Unused(what) => {
            Diagnostic::new("E0001", here, format!("{what} is not used in specs")).help(WITHOUT)
        }
        FailureKind::TooMany(what, limit) => {
            let fault = Diagnostic::new("E0001", here, format!("this file has more than {limit} {what}"));
            fault.help("split it into several files")
        }
    }
}

/// A tag, which may be an expression that begins with `!`.
pub(super) fn tag(file: FileId, text: &str, at: usize, tag: &str) -> Diagnostic {
    let line = Line::of(text, at);
    if let Some((start, end)) = line.expression(text)
        && !tag.starts_with("tag:yaml.org")
    {
        let here = span(file, start, end);
        return Diagnostic::new("E0103", here, "this is not what YAML takes for one text")
            .label("`!` begins a tag")
            .help(QUOTES);
    }
    Diagnostic::new("E0001", span(file, at, line.end), "a tag is not used in specs").help(WITHOUT)
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Span { file, start: small(start), end: small(end.max(start)) }
}

/// The bytes of a line.
struct Line {
    start: usize,
    end: usize,
}

impl Line {
    fn of(text: &str, at: usize) -> Self {
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| start + end);
        Self { start, end }
    }

    /// The bytes of the value of `key: value`, if it looks like an expression that needs quotes.
    fn expression(&self, text: &str) -> Option<(usize, usize)> {
        let line = text.get(self.start..self.end)?;
        let (key, value) = line.split_once(": ").or_else(|| line.split_once("- "))?;
        let skipped = key.len() + 2 + value.len() - value.trim_start().len();
        let value = value.trim();
        let sign = value.starts_with(['!', '\'', '"', '[', '{', '*', '&', '%', '@', '`']);
        let operator =
            ["==", "!=", "&&", "||", "<", ">", " + ", " - ", " * ", "("].iter().any(|it| value.contains(it));
        let choice = value.contains("? ") && value.contains(": ");
        let needs_quotes = choice || sign && operator;
        needs_quotes.then_some((self.start + skipped, self.start + skipped + value.len()))
    }
}
