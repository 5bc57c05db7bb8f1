//! YAML with the place of every key and value.
//!
//! ```text
//! email: { type: email }      Map [("email", Map [("type", Scalar "email" plain)])]
//! ```
//!
//! Scalars keep the text that was written: what `12` or `yes` means is decided by the key that it stands under,
//! never by how YAML types it. `library` is the only file that knows the YAML library.

mod align;
mod brackets;
mod faults;
mod library;
mod places;
pub mod pointer;
mod slips;

use crate::report::{Diagnostic, Report};
use crate::source::{FileId, Span};
use std::rc::Rc;

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
    match library::parse(text) {
        Ok(documents) => {
            let placer = places::Placer { file, text };
            documents.into_iter().map(|raw| placer.node(raw, report)).collect()
        }
        Err(failure) => {
            report.add(faults::fault(file, text, &failure));
            report.miss();
            Vec::new()
        }
    }
}
