//! Words and texts as they were written, with their places.
//!
//! ```text
//! message: "a \"b\" {x.y}"      the value  a "b" {x.y}  is shorter than the source: `places` leads from
//!            ^^     ^^^        offsets in the value to offsets in the source
//! ```

use crate::source::Span;
use std::ops::Range;

/// A name, a code, a unit: one scalar whose spelling is its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written, without quotes.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `text`
    Plain,
    /// `'text'` or `"text"`
    Quoted,
    /// `|` or `>`
    Block,
}

/// An expression, a template, or plain text.
#[derive(Debug, Clone)]
pub struct Text {
    /// The value that YAML makes of it.
    pub value: String,
    /// How it was written.
    pub style: Style,
    /// Where all of it stands, quotes included.
    pub span: Span,
    /// Offsets in the value and in the file from which both advance alike, sorted; empty if unknown.
    pub places: Vec<(u32, u32)>,
}

impl Text {
    /// Where a part of the value stands (byte offsets in the value). The whole, where that is unknown.
    pub fn span_of(&self, part: Range<usize>) -> Span {
        let Some(start) = self.place(part.start) else { return self.span };
        // The last byte of the part decides where it ends: what follows may be folded away.
        let end = match part.end.checked_sub(1).filter(|last| *last >= part.start) {
            Some(last) => self.place(last).map_or(self.span.end, |last| last + 1),
            None => start,
        };
        let file = self.span.file;
        Span { file, start: start.min(self.span.end), end: end.clamp(start, self.span.end.max(start)) }
    }

    fn place(&self, offset: usize) -> Option<u32> {
        let offset = u32::try_from(offset).ok()?;
        let after = self.places.partition_point(|(value, _)| *value <= offset);
        let (value, source) = self.places.get(after.checked_sub(1)?)?;
        Some(source + (offset - value))
    }

    /// The part from one byte of the value to another, as a text of its own; nothing if that is no text.
    pub fn part(&self, part: Range<usize>) -> Option<Text> {
        let value = self.value.get(part.clone())?.to_owned();
        let start = u32::try_from(part.start).ok()?;
        let first = self.place(part.start).map(|source| (0, source));
        let inside = |value: u32| value > start && (value as usize) < part.end;
        let rest = self.places.iter().filter(|(value, _)| inside(*value));
        let places = first.into_iter().chain(rest.map(|(value, source)| (value - start, *source))).collect();
        Some(Text { value, style: self.style, span: self.span_of(part), places })
    }
}

impl From<Text> for Word {
    fn from(text: Text) -> Self {
        Word { text: text.value, span: text.span }
    }
}
