//! Reads around what is no YAML, so that a file tells all of its faults at once: what is faulty becomes blank or a word,
//! everything else keeps its place, and the text is read again.
//!
//! ```text
//! summary: Change it: the name      the value is one text, so a word stands in its place: the rest is looked at
//! steps:                            a line in it begins below no other: `steps` is blank up to the next key
//! ```
//!
//! Where it is not certain what is wrong, the document is blank, and the others are looked at.

use super::faults::Told;
use super::lines::Line;
use super::slips::key_of;
use std::ops::Range;

/// A text that is read again and again, with less of it each time.
pub(super) struct Around {
    text: String,
    /// The documents with a fault: what they declare is not known.
    broken: Vec<Range<usize>>,
    /// Where the lines begin of which something is said.
    lines: Vec<usize>,
}

impl Around {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), broken: Vec::new(), lines: Vec::new() }
    }

    /// What is left of the text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the document at a place has a fault.
    pub(super) fn is_broken(&self, at: usize) -> bool {
        self.broken.iter().any(|document| document.contains(&at))
    }

    /// Whether a fault is one of its own: in a document with faults it may follow from them, unless it is certain what
    /// is wrong, in a line of which nothing is said yet.
    pub(super) fn is_new(&self, told: &Told, at: usize) -> bool {
        let line = Line::of(&self.text, start_of(told)).start;
        !self.is_broken(self.document(at).start) || told.certain && !self.lines.contains(&line)
    }

    /// Leaves out what is faulty, as little of it as is certain; `false` if nothing else would be left.
    pub(super) fn leave(&mut self, told: &Told, at: usize) -> bool {
        let document = self.document(at);
        let start = start_of(told).clamp(document.start, document.end);
        let line = Line::of(&self.text, start);
        let again = self.lines.contains(&line.start);
        self.lines.push(line.start);
        self.broken.push(document.clone());
        let end = usize::try_from(told.fault.span.end).unwrap_or(usize::MAX);
        // A key without spaces in front that does not fit is not what is wrong: all above it is.
        let is_key = self.text.get(start..line.end).is_some_and(begins_entry) && start == line.start;
        let left = if !told.certain || is_key {
            self.blank(document.clone())
        } else if told.is_value && !again && end <= line.end && start < end && !self.has_keys_below(&line) {
            // An anchor stands in front of its value.
            let is_anchor =
                told.fault.code == "E0001" && self.text.get(start..end).is_some_and(|it| it.starts_with('&'));
            self.replace(start..end, if is_anchor { ' ' } else { 'x' })
        } else {
            let from = self.entry(start, &document).start.min(self.entry(at, &document).start);
            self.blank(from..self.entry(at, &document).end)
        };
        // What was blank already cannot be what is wrong.
        (left || self.blank(document)) && !self.text.replace("---", "").trim().is_empty()
    }

    /// Whether the next line that says something is a key further to the right: a word in the place of the value would be
    /// a value with keys below it, which is another fault.
    fn has_keys_below(&self, line: &Line) -> bool {
        let written = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let here = self.text.get(line.start..line.end).and_then(key_of);
        let behind = self.text.get(line.end..).unwrap_or("");
        let below = behind.lines().skip(1).find(|line| written(line)).and_then(key_of);
        here.zip(below).is_some_and(|((here, ..), (below, _, rest))| {
            below > here && (rest.starts_with(": ") || rest.trim_end() == ":")
        })
    }

    /// Makes a part blank; `false` if it is already.
    fn blank(&mut self, part: Range<usize>) -> bool {
        let is_said = self.text.get(part.clone()).is_some_and(|part| !part.trim().is_empty());
        is_said && self.replace(part, ' ')
    }

    /// Writes a sign in the place of each byte of a part, but of the ends of its lines.
    fn replace(&mut self, part: Range<usize>, by: char) -> bool {
        let Some(written) = self.text.get(part.clone()) else { return false };
        let other: String = written.bytes().map(|byte| if byte == b'\n' { '\n' } else { by }).collect();
        self.text.replace_range(part, &other);
        true
    }

    /// The document that a place is in.
    fn document(&self, at: usize) -> Range<usize> {
        let (mut start, mut from) = (0, 0);
        for line in self.text.split_inclusive('\n') {
            let behind = from + line.len();
            if line.trim_end() == "---" {
                // The line that divides belongs to what is in front: there a list that does not end is noticed.
                if behind > at {
                    return start..from;
                }
                start = behind;
            }
            from = behind;
        }
        start..self.text.len()
    }

    /// The key of a document that a place is in, with all that is below it.
    fn entry(&self, at: usize, document: &Range<usize>) -> Range<usize> {
        let mut entry = document.clone();
        let mut from = document.start;
        for line in self.text.get(document.clone()).unwrap_or("").split_inclusive('\n') {
            if begins_entry(line) {
                if from > at {
                    entry.end = from;
                    break;
                }
                entry.start = from;
            }
            from += line.len();
        }
        entry
    }
}

/// Whether a line is a key of a document.
fn begins_entry(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_alphanumeric()) && line.contains(':')
}

fn start_of(told: &Told) -> usize {
    usize::try_from(told.fault.span.start).unwrap_or(0)
}
