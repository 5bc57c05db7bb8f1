//! What to say of a text that is not YAML, or not the YAML that specs are written in.
//!
//! ```text
//! - require: !has(user.email) || input.new     an expression that YAML reads as something else: E0103
//! ```

use super::comment::is_filled;
use super::library::{Failure, FailureKind};
use super::{filled, is_no_text, joined, needs_quotes, quoted, slips};
use crate::keys::{self, Form};
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
        FailureKind::Syntax(said) if line.braced(text).is_some_and(|_| !said.contains("unclosed")) => {
            let value = line.braced(text).unwrap_or_default();
            let written = text.get(value.0..value.1).unwrap_or("");
            let before = text.get(line.start..value.0).unwrap_or("");
            let expression_is_wanted =
                before.match_indices('{').any(|(at, _)| is_set(key_in_front(text, line.start + at)));
            let is_filled = written.contains('{') && !written.starts_with(['\'', '"']);
            match joined(written).filter(|_| expression_is_wanted && is_filled) {
                Some(joined) => filled_in(file, text, value, ("texts are joined with `+`:", &joined)),
                None => expression(file, text, value),
            }
        }
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
pub(super) fn tag(file: FileId, text: &str, at: usize, tag: &str) -> (Diagnostic, Option<(usize, usize)>) {
    let unused = || (unused(file, text, at, "a tag", '!'), None);
    if tag.starts_with("tag:yaml.org") {
        return unused();
    }
    let line = Line::of(text, at);
    let at_sign = text.get(at..).is_some_and(|rest| rest.starts_with('!'));
    let before = text.get(line.start..at).unwrap_or("");
    let start = if at_sign { Some(at) } else { before.rfind('!').map(|found| line.start + found) };
    let value = start.and_then(|start| line.negated(text, start));
    match value {
        Some(value) => (expression(file, text, value), Some(value)),
        None => unused(),
    }
}

fn expression(file: FileId, text: &str, value: (usize, usize)) -> Diagnostic {
    let written = text.get(value.0..value.1).unwrap_or("");
    let is_expression =
        |key| keys::takes(key, |form| matches!(form, Form::Expression | Form::OneOrMore(Form::Expression)));
    if written.starts_with('{') && key_in_front(text, value.0).is_some_and(|(key, _)| is_expression(key)) {
        let bare = written.replace(['{', '}'], "");
        return filled_in(file, text, value, ("an expression has no braces: write", &bare));
    }
    if let Some(fault) = put_together(file, text, value) {
        return fault;
    }
    let written = quoted(written);
    let fault = not_one_text(file, text, value).help(format!("put it in quotes: `{written}`"));
    fault.patch(span(file, value.0, value.1), written)
}

/// An expression that joins texts, where a text for people belongs.
///
/// ```text
/// narrate: "lent " + book.title      write `lent {book.title}`
/// ```
pub(super) fn put_together(file: FileId, text: &str, value: (usize, usize)) -> Option<Diagnostic> {
    let (_, before) = key_in_front(text, value.0).filter(|(key, _)| is_filled(key))?;
    let filled = filled(text.get(value.0..value.1)?)?;
    let written = if before.contains('{') || is_no_text(&filled) { quoted(&filled) } else { filled };
    let fault = not_one_text(file, text, value).help(format!("a text has its values in braces: `{written}`"));
    Some(fault.patch(span(file, value.0, value.1), written))
}

/// The key of a value, with what stands in front of it in its line.
fn key_in_front(text: &str, value: usize) -> Option<(&str, &str)> {
    let before = text.get(Line::of(text, value).start..value)?.trim_end().strip_suffix(':')?;
    let key = before.rsplit([' ', '{', ',']).next()?;
    Some((key, before.strip_suffix(key)?))
}

/// A text with `{…}` where an expression belongs.
fn filled_in(file: FileId, text: &str, value: (usize, usize), (why, write): (&str, &str)) -> Diagnostic {
    let written = if needs_quotes(write) { quoted(write) } else { write.to_owned() };
    let fault = not_one_text(file, text, value).help(format!("{why} `{written}`"));
    fault.patch(span(file, value.0, value.1), written)
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
        _ if value.contains('{') && !value.contains(": ") => "a brace in it begins a map",
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

    /// The bytes of an expression that begins with the `!` at a place, to the end of its value.
    fn negated(&self, text: &str, start: usize) -> Option<(usize, usize)> {
        let rest = text.get(start..self.end)?;
        let inside = text.get(self.start..start)?.contains(['{', '[']);
        let mut open = 0_usize;
        let ends = |(at, c): &(usize, char)| match c {
            '(' | '[' | '{' => {
                open += 1;
                false
            }
            ')' | ']' | '}' if open > 0 => {
                open -= 1;
                false
            }
            ',' | '}' | ']' => inside && open == 0,
            '#' => rest.get(..*at).is_some_and(|before| before.ends_with(' ')),
            _ => false,
        };
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        let value = rest.get(..end)?.trim_end();
        let behind = value.trim_start_matches('!').trim_start();
        // `!include other.yaml` is a tag.
        let words =
            behind.split(' ').take(2).filter(|word| word.chars().all(|c| c.is_alphanumeric())).count();
        let is_path = behind.starts_with(|c: char| c.is_alphabetic() || c == '(');
        (is_path && words < 2 && !value.starts_with("!!")).then_some((start, start + value.len()))
    }

    /// The bytes of a text in a map in braces that has braces, or something behind its quotes: `{ a: {b} c, d: e }`.
    fn braced(&self, text: &str) -> Option<(usize, usize)> {
        let line = text.get(self.start..self.end)?;
        let (map, _) = line.char_indices().find(|(_, c)| *c == '{')?;
        let before = line.get(..map)?.trim_end();
        if !(before.ends_with(':') || before.ends_with('-')) {
            return None;
        }
        let ends = line.trim_end().strip_suffix('}').map_or(line.len(), str::len);
        let mut rest = map + 1;
        while let Some(colon) = line.get(rest..ends).and_then(|rest| rest.find(": ")) {
            let start = rest + colon + 2;
            let value = line.get(start..ends)?;
            let length = value_in_braces(value);
            let value = value.get(..length)?.trim();
            if is_odd(value) {
                let start = start + line.get(start..).map_or(0, |it| it.len() - it.trim_start().len());
                return Some((self.start + start, self.start + start + value.len()));
            }
            rest = start + length;
        }
        None
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

/// How long a value is that stands in a map in braces: up to the next `, key: `, whatever it holds.
fn value_in_braces(value: &str) -> usize {
    let mut from = 0;
    while let Some(comma) = value.get(from..).and_then(|rest| rest.find(',')) {
        let behind = value.get(from + comma + 1..).unwrap_or("").trim_start();
        let key = behind.split(':').next().unwrap_or("");
        let is_key = behind.get(key.len()..).is_some_and(|rest| rest.starts_with(": "))
            && !key.is_empty()
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let open = value.get(..from + comma).unwrap_or("");
        if is_key && open.matches(['{', '[', '(']).count() <= open.matches(['}', ']', ')']).count() {
            return from + comma;
        }
        from += comma + 1;
    }
    value.len()
}

/// Whether YAML reads a value in braces as something else than the one text that it is.
fn is_odd(value: &str) -> bool {
    let Some(first) = value.chars().next() else { return false };
    let end = match first {
        '\'' | '"' => value.get(1..).and_then(|rest| rest.find(first)).map(|at| at + 2),
        '{' => closing(value),
        '[' => return false,
        _ => {
            let choice = value.find("? ").is_some_and(|at| value.get(at..).unwrap_or("").contains(": "));
            return choice || value.contains('{') && value.contains('}');
        }
    };
    end.is_some_and(|end| {
        let behind = value.get(end..).unwrap_or("").trim();
        !behind.is_empty() && !behind.starts_with(first) && !behind.starts_with(['}', ']', '#', ','])
    })
}

/// Behind the brace that closes the first one.
fn closing(value: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, c) in value.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            _ => continue,
        }
        if open == 0 {
            return Some(at + 1);
        }
    }
    None
}
