//! What to say of a text that is not YAML, or not the YAML that specs are written in.
//!
//! ```text
//! - require: !has(user.email) || input.new     an expression that YAML reads as something else: E0103
//! ```

use super::library::{Failure, FailureKind};
use super::lines::{Line, span};
use super::texts::{CUT, expression, filled_in, key_in_front};
use super::{escapes, joined, slips};
use crate::keys::fields::FIELD;
use crate::keys::{self, Form};
use crate::report::Diagnostic;
use crate::source::FileId;

const WITHOUT: &str = "specs are YAML 1.2 without tabs, anchors, aliases, merge keys and tags";

/// What stopped the reading of a file, as it is told.
pub(super) struct Told {
    pub(super) fault: Diagnostic,
    /// Whether it is known what is wrong, and not only where the library stopped.
    pub(super) certain: bool,
    /// Whether one value is wrong, which the fault underlines: with a text in its place all would be well.
    pub(super) is_value: bool,
}

/// What stopped the reading of a file.
pub(super) fn fault(file: FileId, text: &str, failure: &Failure) -> Told {
    let value = |fault| Told { fault, certain: true, is_value: true };
    let line = Line::of(text, failure.at);
    let here = span(file, failure.at, line.end);
    if let FailureKind::Syntax(said) = &failure.kind
        && let Some(fault) = escapes::unknown(file, text, failure.at, said)
    {
        return value(fault);
    }
    match &failure.kind {
        FailureKind::TooMany(what, limit) => {
            let fault = Diagnostic::new("E0001", here, format!("this file has more than {limit} {what}"));
            let help = if *what == "levels" { "nest less deeply" } else { "split it into several files" };
            Told { fault: fault.help(help), certain: false, is_value: false }
        }
        FailureKind::Unused("a merge key") => {
            let fault = unused(file, text, failure.at, "a merge key", '<');
            Told { fault, certain: true, is_value: false }
        }
        FailureKind::Unused(what) => value(match line.expression(text) {
            Some(value) => expression(file, text, value),
            None => unused(file, text, failure.at, what, if *what == "an anchor" { '&' } else { '*' }),
        }),
        FailureKind::Syntax(_) if line.behind_map(text, slips::is_open(file, text, &line)).is_some() => {
            let in_bracket = slips::is_open(file, text, &line);
            let place = line.behind_map(text, in_bracket).unwrap_or_default();
            let fault =
                if in_bracket { no_comma(file, text, place) } else { line_of_its_own(file, text, place) };
            Told { fault, certain: true, is_value: false }
        }
        FailureKind::Syntax(_) if line.filled(text).is_some() => {
            value(expression(file, text, line.filled(text).unwrap_or_default()))
        }
        FailureKind::Syntax(said) if line.braced(text).is_some_and(|_| !said.contains("unclosed")) => {
            let place = line.braced(text).unwrap_or_default();
            let written = text.get(place.0..place.1).unwrap_or("");
            let before = text.get(line.start..place.0).unwrap_or("");
            if let Some(fault) = comma_missing(file, written, place.0) {
                return value(fault);
            }
            let expression_is_wanted =
                before.match_indices('{').any(|(at, _)| is_set(key_in_front(text, line.start + at)));
            let is_filled = written.contains('{') && !written.starts_with(['\'', '"']);
            value(match joined(written).filter(|_| expression_is_wanted && is_filled) {
                Some(joined) => filled_in(file, text, place, ("texts are joined with `+`:", &joined)),
                None => expression(file, text, place),
            })
        }
        FailureKind::Syntax(said) => match line.expression(text) {
            // An expression that is behind the place is not what is wrong.
            Some(place) if failure.at >= place.0 && !said.contains("unclosed") => {
                value(expression(file, text, place))
            }
            _ => match slips::told(file, text, failure.at, said) {
                Some(fault) => {
                    let is_value = fault.code == "E0103" && fault.message != CUT;
                    Told { is_value, fault, certain: !divides(text, &line) }
                }
                None => {
                    let fault = Diagnostic::new("E0001", here, said.clone()).help(general(said));
                    Told { fault, certain: false, is_value: false }
                }
            },
        },
    }
}

/// A key of a field behind the word of another one: `{ type: ref to: customer }`.
fn comma_missing(file: FileId, written: &str, start: usize) -> Option<Diagnostic> {
    let (word, rest) = written.split_once(' ')?;
    let (key, _) = rest.trim_start().split_once(": ")?;
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_word(word) || !FIELD.here().any(|known| known.name == key) {
        return None;
    }
    let at = start + written.len() - rest.trim_start().len();
    let fault = format!("no comma stands in front of `{key}`");
    let fault = Diagnostic::new("E0103", span(file, start, start + written.len()), fault);
    let behind = span(file, start + word.len(), at);
    Some(fault.help(format!("write `{word}, {key}: …`")).patch(behind, ", "))
}

/// A field or a row in brackets that no comma divides from the one in front.
fn no_comma(file: FileId, text: &str, (start, end): (usize, usize)) -> Diagnostic {
    let written = text.get(start..end).unwrap_or("");
    let begun = if written.starts_with('{') { "{" } else { written.split(':').next().unwrap_or("") };
    let place = span(file, start, start + begun.len());
    let fault = Diagnostic::new("E0001", place, format!("no comma stands in front of `{begun}`"));
    let before = text.get(..start).map_or(start, |before| before.trim_end().len());
    let fault = fault.help(format!("write `, {begun}`: what stands in brackets has commas between"));
    fault.patch(span(file, before, start), ", ")
}

/// A field or a row that stands on the line of another.
fn line_of_its_own(file: FileId, text: &str, (start, end): (usize, usize)) -> Diagnostic {
    let written = text.get(start..end).unwrap_or("");
    let key = written.split(':').next().unwrap_or("");
    if written.starts_with(['{', '-']) {
        let fault = Diagnostic::new("E0001", span(file, start, end), "an item stands on the line of another");
        return fault.help("begin each item on a line of its own, with `- ` in front");
    }
    let place = span(file, start, start + key.len());
    let fault = Diagnostic::new("E0001", place, format!("`{key}` stands on the line of another key"));
    fault.help(format!("begin `{key}` on a line of its own, below the one in front"))
}

/// A key with a tag, which is read without it.
pub(super) fn tag_of_key(file: FileId, text: &str, at: usize) -> Diagnostic {
    let line = Line::of(text, at);
    let before = || text.get(line.start..at)?.trim_end().strip_suffix('!').map(|it| line.start + it.len());
    let alone = match text.get(at..line.end).and_then(|behind| behind.strip_prefix('!')) {
        Some(behind) => behind.starts_with(' ').then_some(at),
        None => before(),
    };
    let Some(start) = alone else { return unused(file, text, at, "a tag", '!') };
    let fault = Diagnostic::new("E0001", span(file, start, start + 1), "a `!` stands in front of a key");
    fault.help("remove it")
}

/// Whether a line was meant to end a document: which one is looked at behind it is not known.
fn divides(text: &str, line: &Line) -> bool {
    text.get(line.start..line.end).is_some_and(|it| it.trim_start().starts_with("--"))
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

/// Whether a key takes names, each with an expression.
fn is_set(key: Option<(&str, &str)>) -> bool {
    key.is_some_and(|(key, _)| {
        keys::takes(key, |form| matches!(form, Form::Map(Form::Returned | Form::Expression)))
    })
}

/// A tag, which may be an expression that begins with `!`.
///
/// ```text
/// - require: !customer.banned      put it in quotes: `"!customer.banned"`
/// ```
pub(super) fn tag(file: FileId, text: &str, at: usize, value: Option<(usize, usize)>) -> Diagnostic {
    match value {
        Some(value) => expression(file, text, value),
        None => unused(file, text, at, "a tag", '!'),
    }
}

/// The expression that is read as a tag at a place of a line, if it is one.
pub(super) fn tagged(text: &str, line: &Line, at: usize, tag: &str) -> Option<(usize, usize)> {
    if tag.starts_with("tag:yaml.org") {
        return None;
    }
    let at_sign = text.get(at..).is_some_and(|rest| rest.starts_with('!'));
    let before = text.get(line.start..at).unwrap_or("");
    let start = if at_sign { Some(at) } else { before.rfind('!').map(|found| line.start + found) };
    start.and_then(|start| line.negated(text, start))
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
