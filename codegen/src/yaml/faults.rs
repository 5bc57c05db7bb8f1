//! What to say of a text that is not YAML, or not the YAML that specs are written in.
//!
//! ```text
//! - require: !has(user.email) || input.new     an expression that YAML reads as something else: E0103
//! ```

use super::library::{Failure, FailureKind};
use super::slips;
use crate::report::Diagnostic;
use crate::source::{FileId, Span};

const WITHOUT: &str = "specs are YAML 1.2 without tabs, anchors, aliases, merge keys and tags";

/// What stopped the reading of a file.
pub(super) fn fault(file: FileId, text: &str, failure: &Failure) -> Diagnostic {
    let line = Line::of(text, failure.at);
    let here = span(file, failure.at, line.end);
    match &failure.kind {
        FailureKind::TooMany(what, limit) => {
            let fault = Diagnostic::new("E0001", here, format!("this file has more than {limit} {what}"));
            fault.help(if *what == "levels" { "nest less deeply" } else { "split it into several files" })
        }
        FailureKind::Unused("a merge key") => unused(file, text, failure.at, "a merge key", '<'),
        FailureKind::Unused(what) => match line.expression(text) {
            Some(value) => expression(file, text, value),
            None => unused(file, text, failure.at, what, if *what == "an anchor" { '&' } else { '*' }),
        },
        FailureKind::Syntax(said) => match line.expression(text) {
            // An expression that is behind the place is not what is wrong.
            Some(value) if failure.at >= value.0 && !said.contains("unclosed") => {
                expression(file, text, value)
            }
            _ => slips::told(file, text, failure.at, said)
                .unwrap_or_else(|| Diagnostic::new("E0001", here, said.clone()).help(general(said))),
        },
    }
}

/// What to look for where nothing more is known than what the library expected.
fn general(said: &str) -> &'static str {
    if said.contains("flow mapping") {
        return "what stands in `{ }` is `key: value`, with `, ` between; a text with such signs needs quotes";
    }
    if said.contains("flow sequence") {
        return "what stands in `[ ]` are values with `, ` between; a text with such signs needs quotes";
    }
    if said.contains("block mapping") || said.contains("block collection") {
        return "the keys of a map begin below each other; look at the spaces in front of this line and the one above";
    }
    WITHOUT
}

/// A tag, which may be an expression that begins with `!`.
pub(super) fn tag(file: FileId, text: &str, at: usize, tag: &str) -> Diagnostic {
    match Line::of(text, at).expression(text).filter(|_| !tag.starts_with("tag:yaml.org")) {
        Some(value) => expression(file, text, value),
        None => unused(file, text, at, "a tag", '!'),
    }
}

fn expression(file: FileId, text: &str, value: (usize, usize)) -> Diagnostic {
    not_one_text(file, text, value).help("put the expression in quotes")
}

/// Something that was meant as one text.
pub(super) fn not_one_text(file: FileId, text: &str, (start, end): (usize, usize)) -> Diagnostic {
    let value = text.get(start..end).unwrap_or("");
    let why = match value.chars().next() {
        Some('!') => "`!` begins a tag",
        Some('&') => "`&` begins an anchor",
        Some('*') => "`*` begins an alias",
        Some('[') => "`[` begins a list, which ends with its `]`",
        Some('{') => "`{` begins a map, which ends with its `}`",
        Some('\'' | '"') => "the text ends with its second quote",
        Some('%' | '@' | '`') => "no text begins with this sign",
        _ => "`: ` ends a key",
    };
    let fault = Diagnostic::new("E0103", span(file, start, end), "this is not one text to YAML");
    fault.label(why)
}

/// Something that YAML has and specs do not; `sign` begins it, at or in front of the place.
fn unused(file: FileId, text: &str, at: usize, what: &str, sign: char) -> Diagnostic {
    let line = Line::of(text, at);
    let before = text.get(line.start..at).unwrap_or("");
    let at_sign = text.get(at..).is_some_and(|rest| rest.starts_with(sign));
    let start = if at_sign { at } else { before.rfind([sign]).map_or(at, |found| line.start + found) };
    // `!!str` begins with its first sign.
    let doubled = text.get(..start).is_some_and(|before| before.ends_with(sign));
    let start = start - usize::from(doubled && sign == '!');
    let word = text.get(start..line.end).unwrap_or("");
    let length = word.find([' ', ',', ':', '\r']).unwrap_or(word.len());
    let fault =
        Diagnostic::new("E0001", span(file, start, start + length), format!("{what} is not used in specs"));
    fault.help(WITHOUT)
}

pub(super) fn span(file: FileId, start: usize, end: usize) -> Span {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Span { file, start: small(start), end: small(end.max(start)) }
}

/// The bytes of a line.
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Line {
    pub(super) fn of(text: &str, at: usize) -> Self {
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| start + end);
        Self { start, end }
    }

    /// The bytes of the value of `key: value`.
    pub(super) fn value(&self, text: &str) -> Option<(usize, usize)> {
        let line = text.get(self.start..self.end)?;
        let (key, value) = line.split_once(": ").or_else(|| line.split_once("- "))?;
        let start = self.start + key.len() + 2 + value.len() - value.trim_start().len();
        Some((start, start + value.trim().len()))
    }

    /// The bytes of the value of `key: value`, if it looks like an expression that needs quotes.
    fn expression(&self, text: &str) -> Option<(usize, usize)> {
        let (start, end) = self.value(text)?;
        let value = text.get(start..end)?;
        let sign = value.starts_with(['!', '\'', '"', '[', '{', '*', '&', '%', '@', '`']);
        let operator =
            ["==", "!=", "&&", "||", "<", ">", " + ", " - ", " * ", "("].iter().any(|it| value.contains(it));
        let choice = value.contains("? ") && value.contains(": ");
        let needs_quotes = choice || sign && operator;
        needs_quotes.then_some((start, end))
    }
}
