//! YAML with the place of every key and value. The only file that knows the YAML library.
//!
//! ```text
//! email: { type: email }      Map [("email", Map [("type", Scalar "email" plain)])]
//! ```
//!
//! Scalars keep the text that was written: what `12` or `yes` means is decided by the key that it stands under,
//! never by how YAML types it.

use crate::report::{Diagnostic, Report};
use crate::source::{FileId, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;
use std::rc::Rc;

/// The longest file, in bytes.
pub const FILE_MAX: usize = 1 << 20;

/// The deepest nesting.
pub const DEPTH_MAX: usize = 64;

/// A value, or a container of values.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Value {
    /// A scalar.
    Scalar(Text),
    /// A list.
    List(Vec<Node>),
    /// A map, in order.
    Map(Vec<(Text, Node)>),
}

/// A text with its place, exact to the character.
#[derive(Debug, Clone)]
pub struct Text {
    /// What it says.
    pub value: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Whether it was written without quotes.
    pub plain: bool,
    /// For each byte of `value` and its end, the byte of the file; `None` where they run side by side.
    map: Option<Rc<Vec<u32>>>,
    /// Where the first byte of `value` stands.
    first: u32,
}

impl Text {
    /// A text that was not read from a file.
    pub fn made(value: impl Into<String>, span: Span) -> Self {
        Self { value: value.into(), span, plain: true, map: None, first: span.start }
    }

    /// A part of this text as a text of its own, with the places that it has here.
    pub fn slice(&self, start: usize, end: usize) -> Text {
        let value = self.value.get(start..end).unwrap_or("").to_owned();
        let map = self.map.as_ref().and_then(|map| map.get(start..=end)).map(|map| Rc::new(map.to_vec()));
        let span = self.part(start, end);
        Text { value, span, plain: self.plain, map, first: span.start }
    }

    /// The place of some bytes of the value.
    pub fn part(&self, start: usize, end: usize) -> Span {
        let place = |at: usize| match &self.map {
            Some(map) => map.get(at).or(map.last()).copied().unwrap_or(self.span.start),
            None => self.first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).min(self.span.end),
        };
        let start = place(start);
        Span { file: self.span.file, start, end: place(end).max(start) }
    }
}

/// Reads the documents of a file.
pub fn read(file: FileId, text: &str, report: &mut Report) -> Vec<Node> {
    let start = Span { file, start: 0, end: 0 };
    if text.len() > FILE_MAX {
        report.add(
            Diagnostic::new("E0001", start, format!("this file has {} bytes", text.len()))
                .help("a spec has at most 1 MiB; split it into several files"),
        );
        return Vec::new();
    }
    if let Some(at) = text.find('\0') {
        let at = u32::try_from(at).unwrap_or(0);
        report.add(Diagnostic::new(
            "E0001",
            Span { file, start: at, end: at + 1 },
            "a NUL character in a spec",
        ));
        return Vec::new();
    }
    match serde_saphyr::from_multiple_with_options::<Raw>(text, options()) {
        Ok(documents) => documents.into_iter().map(|raw| Placer { file, text }.node(raw)).collect(),
        Err(error) => {
            report.add(fault(file, text, &error));
            Vec::new()
        }
    }
}

/// YAML 1.2, and nothing that could make one text mean two things.
fn options() -> serde_saphyr::Options {
    let budget = serde_saphyr::budget! {
        max_aliases: 0,
        max_anchors: 0,
        max_depth: DEPTH_MAX,
        max_nodes: 100_000,
        max_events: 400_000,
    };
    serde_saphyr::options! {
        budget: budget,
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::Error,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn fault(file: FileId, text: &str, error: &serde_saphyr::Error) -> Diagnostic {
    let at = error.location().map_or(0, |location| offset(text, location.line(), location.column()));
    let line_end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let span = Span { file, start: small(at), end: small(line_end) };
    let line = text.get(at..line_end).unwrap_or("");
    let said = first_line(&error.to_string());
    let colon_in_value = line.contains(": ") && line.contains(['?', '{', '['])
        || line.trim_start().starts_with(['!', '*', '&']);
    let code = if said.contains("duplicate") {
        "E0104"
    } else if colon_in_value {
        "E0103"
    } else {
        "E0001"
    };
    let diagnostic = Diagnostic::new(code, span, said);
    match code {
        "E0103" => diagnostic.help("this is not a plain YAML value; put the expression in quotes"),
        "E0104" => diagnostic.help("each key stands once in a map; remove one of them"),
        _ => diagnostic.help("specs are YAML 1.2 without tabs, anchors, aliases, merge keys and tags"),
    }
}

fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or("").trim();
    let line = line.split(" at line ").next().unwrap_or(line);
    let mut chars = line.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// The byte of a line and column that count from 1.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at)
}

/// A node as the library gives it.
struct Raw(Spanned<RawValue>);

enum RawValue {
    /// Something other than text: what was written is in the file.
    Other,
    Text(String),
    List(Vec<Raw>),
    Map(Vec<(Spanned<String>, Raw)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Raw)
    }
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_i128<E>(self, _: i128) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_u128<E>(self, _: u128) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawValue, E> {
        Ok(RawValue::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
        Ok(RawValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(RawValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<RawValue, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key()? {
            map.push((key, entries.next_value()?));
        }
        Ok(RawValue::Map(map))
    }
}

/// Gives nodes their places.
struct Placer<'t> {
    file: FileId,
    text: &'t str,
}

impl Placer<'_> {
    fn node(&self, raw: Raw) -> Node {
        let span = self.span(&raw.0);
        match raw.0.value {
            RawValue::Other => {
                let written = self.slice(span).trim_end().to_owned();
                let text = Text { value: written, span, plain: true, map: None, first: span.start };
                Node { span, value: Value::Scalar(text) }
            }
            RawValue::Text(value) => {
                let text = self.scalar(value, span);
                Node { span: text.span, value: Value::Scalar(text) }
            }
            RawValue::List(items) => {
                let items: Vec<Node> = items.into_iter().map(|item| self.node(item)).collect();
                let span = items.iter().fold(span, |span, item| widened(span, item.span));
                Node { span, value: Value::List(items) }
            }
            RawValue::Map(entries) => {
                let entries: Vec<(Text, Node)> = entries
                    .into_iter()
                    .map(|(key, value)| {
                        let span = self.span(&key);
                        (self.scalar(key.value, span), self.node(value))
                    })
                    .collect();
                let span = entries
                    .iter()
                    .fold(span, |span, (key, value)| widened(widened(span, key.span), value.span));
                Node { span, value: Value::Map(entries) }
            }
        }
    }

    fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let location = spanned.referenced;
        let start = location.span().byte_offset().map_or_else(
            || offset(self.text, location.line(), location.column()),
            |at| usize::try_from(at).unwrap_or(0),
        );
        let length = location.span().byte_len().map_or(0, |length| usize::try_from(length).unwrap_or(0));
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Span { file: self.file, start: small(start), end: small(start + length) }
    }

    fn slice(&self, span: Span) -> &str {
        let range = usize::try_from(span.start).unwrap_or(0)..usize::try_from(span.end).unwrap_or(0);
        self.text.get(range).unwrap_or("")
    }

    fn scalar(&self, value: String, span: Span) -> Text {
        let written = self.slice(span);
        let quote = written.chars().next().filter(|c| matches!(c, '\'' | '"'));
        if written == value {
            return Text { value, span, plain: true, map: None, first: span.start };
        }
        let map = aligned(&value, written, span.start, quote);
        Text { value, span, plain: quote.is_none(), map: Some(Rc::new(map)), first: span.start }
    }
}

fn widened(span: Span, inner: Span) -> Span {
    if span.end <= span.start {
        Span { end: inner.end.max(span.end), start: span.start.min(inner.start), ..span }
    } else {
        span.to(inner)
    }
}

/// For each byte of a value, the byte of the file that it was written as: quotes, escapes, folds and indentation
/// are skipped.
fn aligned(value: &str, written: &str, start: u32, quote: Option<char>) -> Vec<u32> {
    let source: Vec<(usize, char)> = written.char_indices().collect();
    let mut at = usize::from(quote.is_some());
    let place = |at: usize| source.get(at).map_or(written.len(), |(byte, _)| *byte);
    let mut map = Vec::with_capacity(value.len() + 1);
    for c in value.chars() {
        if !c.is_whitespace() || c == '\n' {
            while source.get(at).is_some_and(|(_, found)| *found != c && found.is_whitespace()) {
                at += 1;
            }
        }
        let here = start.saturating_add(u32::try_from(place(at)).unwrap_or(u32::MAX));
        map.extend(std::iter::repeat_n(here, c.len_utf8()));
        at += match (quote, source.get(at).map(|(_, found)| *found)) {
            (Some('\''), Some('\'')) => 2,
            (Some('"'), Some('\\')) => escape_length(source.get(at + 1).map(|(_, c)| *c)),
            _ => 1,
        };
    }
    map.push(start.saturating_add(u32::try_from(place(at)).unwrap_or(u32::MAX)));
    map
}

fn escape_length(after: Option<char>) -> usize {
    match after {
        Some('x') => 4,
        Some('u') => 6,
        Some('U') => 10,
        _ => 2,
    }
}
