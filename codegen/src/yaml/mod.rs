//! YAML with the place of every key and value.
//!
//! ```text
//! email: { type: email }      Map [("email", Map [("type", Scalar "email" plain)])]
//! ```
//!
//! Scalars keep the text that was written: what `12` or `yes` means is decided by the key that it stands under,
//! never by how YAML types it. `library` is the only file that knows the YAML library.

mod align;
mod around;
mod brackets;
mod commas;
mod comment;
mod dashes;
mod escapes;
mod faults;
mod joined;
mod library;
mod lines;
mod places;
pub mod pointer;
mod slips;
mod texts;

use crate::report::{Diagnostic, Report};
use crate::source::{FileId, Span};
use std::rc::Rc;

pub(crate) use joined::{filled, joined};

/// The longest file, in bytes.
pub const FILE_MAX: usize = 1 << 20;

/// The deepest nesting.
pub const DEPTH_MAX: usize = 64;

/// The most keys and values of a file.
pub const NODES_MAX: usize = 100_000;

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
    /// The quotes that it stands in.
    quote: Option<char>,
    /// Where the first byte of `value` stands.
    first: u32,
    /// Whether it is all that was written, not a part of it.
    whole: bool,
}

impl Text {
    /// A text that was not read from a file.
    pub fn made(value: impl Into<String>, span: Span) -> Self {
        Self {
            value: value.into(),
            span,
            plain: true,
            map: None,
            quote: None,
            first: span.start,
            whole: true,
        }
    }

    /// A part of this text as a text of its own, with the places that it has here.
    pub fn slice(&self, start: usize, end: usize) -> Text {
        let value = self.value.get(start..end).unwrap_or("").to_owned();
        let map = self.map.as_ref().and_then(|map| map.get(start..=end)).map(|map| Rc::new(map.to_vec()));
        let span = self.part(start, end);
        Text { value, span, plain: self.plain, map, quote: self.quote, first: span.start, whole: false }
    }

    /// A change of some bytes of the value, as the file takes it: a text without quotes gets them where it needs them
    /// then, and in one with quotes they are escaped. None, where the file would need lines for it.
    pub fn changed(&self, start: usize, end: usize, by: &str) -> Option<(Span, String)> {
        let (before, after) = (self.value.get(..start).unwrap_or(""), self.value.get(end..).unwrap_or(""));
        let changed = format!("{before}{by}{after}");
        // One that has such a sign already does not stand in braces.
        let in_braces = by.contains(IN_BRACES) && !self.value.contains(IN_BRACES);
        if self.plain && self.whole && (in_braces || is_no_text(&changed)) {
            return (!changed.contains('\n')).then(|| (self.span, quoted(&changed)));
        }
        // Whatever else the text has, such a sign ends it.
        let ends = self.plain && (by.contains(": ") || by.contains(" #"));
        if ends {
            return None;
        }
        Some((self.part(start, end), self.escaped(by)?))
    }

    /// What is said within this text, as it is written there.
    fn escaped(&self, said: &str) -> Option<String> {
        match self.quote {
            Some('"') => Some(said.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
            _ if said.contains('\n') => None,
            Some(_) => Some(said.replace('\'', "''")),
            None => Some(said.to_owned()),
        }
    }

    /// What stands at a place of this text replaced by something else, as the file takes it.
    pub fn rewritten(&self, place: Span, by: &str) -> Option<(Span, String)> {
        if place == self.span {
            return self.replaced(by);
        }
        self.changed(self.offset(place.start)?, self.offset(place.end)?, by)
    }

    /// Which byte of the value stands at one of the file.
    pub fn offset(&self, byte: u32) -> Option<usize> {
        (0..=self.value.len()).find(|at| self.part(*at, *at).start == byte)
    }

    /// This text replaced by another, unless it is the content of `|` or `>`, or a part of one.
    pub fn replaced(&self, by: &str) -> Option<(Span, String)> {
        (self.whole && !self.is_block()).then(|| (self.span, written(by)))
    }

    /// Whether it is the content of `|` or `>`.
    pub(crate) fn is_block(&self) -> bool {
        !self.plain && self.part(0, 0).start == self.span.start
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

/// A text as it is written, in a map in braces or not: with quotes only if it needs them.
pub(crate) fn written(text: &str) -> String {
    if needs_quotes(text) { quoted(text) } else { text.to_owned() }
}

/// Whether YAML takes a text for something else where it has no quotes, in a map in braces or not.
fn needs_quotes(text: &str) -> bool {
    text.contains(IN_BRACES) || is_no_text(text)
}

/// Signs that end a text in a map in braces.
const IN_BRACES: [char; 5] = ['{', '}', '[', ']', ','];

/// Whether YAML takes a text for something else where it has no quotes.
fn is_no_text(text: &str) -> bool {
    text.starts_with(['!', '\'', '"', '[', '{', '*', '&', '%', '@', '`', '|', '>', '#'])
        || text.starts_with("- ")
        || text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
}

/// A text as YAML takes it for one.
fn quoted(value: &str) -> String {
    if value.contains(['"', '\\']) && !value.contains('\'') {
        format!("'{value}'")
    } else {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// Reads the documents of a file.
pub fn read(file: FileId, text: &str, report: &mut Report) -> Vec<Node> {
    let start = Span { file, start: 0, end: 0 };
    if text.len() > FILE_MAX {
        let fault = Diagnostic::new("E0001", start, format!("this file has {} bytes", text.len()));
        report.add(fault.help("a spec has at most 1 MiB; split it into several files"));
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
    // What is faulty is read around, so that each mistake is told at once; the document that it is in is left out.
    let mut around = around::Around::new(text);
    for _ in 0..BROKEN_MAX {
        match library::parse(around.text()) {
            Ok(documents) => {
                let placer = places::Placer::new(file, around.text());
                let (broken, whole): (Vec<_>, Vec<_>) =
                    documents.into_iter().partition(|raw| around.is_broken(raw.at.start));
                let mut said = Report::default();
                broken.into_iter().for_each(|raw| drop(placer.node(raw, &mut said)));
                // In a document that is known as broken a key may be there twice because of that.
                said.sorted().into_iter().filter(|it| it.code != "E0104").for_each(|it| report.add(it));
                return whole.into_iter().map(|raw| placer.node(raw, report)).collect();
            }
            Err(failure) => {
                let told = faults::fault(file, around.text(), &failure);
                if around.is_new(&told, failure.at) {
                    report.add(told.fault.clone());
                }
                report.miss(file);
                if matches!(failure.kind, library::FailureKind::TooMany(..))
                    || !around.leave(&told, failure.at)
                {
                    break;
                }
            }
        }
    }
    Vec::new()
}

/// How many faults of a file are read around until the rest is not looked at.
const BROKEN_MAX: usize = 20;
