//! From what the library gives to nodes with places; tags and keys that are there twice are reported here.

use super::align::aligned;
use super::faults;
use super::library::{Raw, RawValue};
use super::lines::Lines;
use super::{Node, Text, Value};
use crate::report::{Diagnostic, Report};
use crate::source::{FileId, Span};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// Gives the values of a file their places.
pub(super) struct Placer<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    lines: Lines,
    /// How many faults of a line are told, by where it begins.
    told: RefCell<BTreeMap<usize, usize>>,
}

/// How many faults of a line are told: one that has many is written anew, and may be as long as a file.
const TOLD_MAX: usize = 5;

impl<'t> Placer<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, lines: Lines::of(text), told: RefCell::default() }
    }
}

impl Placer<'_> {
    /// Tells a fault at a place, unless enough is told of its line.
    pub(super) fn tell(&self, at: usize, report: &mut Report, fault: impl FnOnce() -> Diagnostic) {
        let mut told = self.told.borrow_mut();
        let told = told.entry(self.lines.line(at).start).or_default();
        *told += 1;
        if *told > TOLD_MAX {
            report.follow();
        } else {
            report.add(fault());
        }
    }

    /// A value with its place.
    pub(super) fn node(&self, raw: Raw, report: &mut Report) -> Node {
        if let Some(tag) = &raw.tag {
            let value = faults::tagged(self.text, &self.lines.line(raw.at.start), raw.at.start, tag);
            self.tell(raw.at.start, report, || faults::tag(self.file, self.text, raw.at.start, value));
            // An expression is read as what it is in quotes.
            if let Some((start, end)) = value {
                let span = self.span(&(start..end));
                let value = self.text.get(start..end).unwrap_or("").to_owned();
                return Node { span, value: Value::Scalar(Text::made(value, span)) };
            }
        }
        let span = self.span(&raw.at);
        match raw.value {
            RawValue::Other => {
                let value = self.written(&raw.at).trim_end().to_owned();
                Node { span, value: Value::Scalar(Text::made(value, span)) }
            }
            RawValue::Text(value) => {
                let plain = !self.is_block(raw.at.start);
                let text = self.scalar(value, &raw.at, plain);
                Node { span: text.span, value: Value::Scalar(text) }
            }
            RawValue::List(items) => {
                let items: Vec<Node> = items.into_iter().map(|item| self.node(item, report)).collect();
                let span = items.last().map_or(span, |last| span.to(last.span));
                Node { span, value: Value::List(items) }
            }
            RawValue::Map(entries) => {
                let entries = self.entries(entries, report);
                let span = entries.last().map_or(span, |(key, value)| span.to(key.span).to(value.span));
                Node { span, value: Value::Map(entries) }
            }
        }
    }

    fn entries(&self, entries: Vec<(Raw, Raw)>, report: &mut Report) -> Vec<(Text, Node)> {
        let mut known: BTreeMap<String, Span> = BTreeMap::new();
        let mut kept: Vec<(Text, Node)> = Vec::with_capacity(entries.len());
        for (mut key, value) in self.with_commas(entries, report) {
            if key.tag.take().is_some() {
                let at = key.at.start;
                self.tell(at, report, || faults::tag_of_key(self.file, self.text, at));
            }
            let key = match self.node(key, report).value {
                Value::Scalar(key) => key,
                Value::List(_) | Value::Map(_) => continue,
            };
            let value = self.node(value, report);
            self.misread(&key, &value).into_iter().for_each(|fault| report.add(fault));
            if let Some(first) = known.get(&key.value) {
                if self.begins_a_document(&key, kept.first(), &value) {
                    let fault =
                        Diagnostic::new("E0104", key.span, format!("`{}` is defined twice", key.value));
                    let help = "if this begins the next document, write `---` on the line above";
                    report.add(fault.other(*first, "first here").help(help));
                    report.miss(self.file);
                    // What follows is of that document.
                    break;
                }
                let fault = || {
                    let fault =
                        Diagnostic::new("E0104", key.span, format!("`{}` is defined twice", key.value));
                    fault.other(*first, "first here").help("a key stands once in a map; remove one")
                };
                self.tell(usize::try_from(key.span.start).unwrap_or(0), report, fault);
                // The one that says something is the one that is meant.
                let empty = |node: &Node| matches!(&node.value, Value::Scalar(text) if text.value.is_empty());
                if let Some((_, kept)) = kept
                    .iter_mut()
                    .find(|(name, kept): &&mut (Text, Node)| *name.value == key.value && empty(kept))
                {
                    *kept = value;
                }
                continue;
            }
            known.insert(key.value.clone(), key.span);
            kept.push((key, value));
        }
        kept
    }

    /// Whether a key is the first one of a document again, with another value: the line that divides them is missing.
    fn begins_a_document(&self, key: &Text, first: Option<&(Text, Node)>, value: &Node) -> bool {
        let (Some((first, known)), Value::Scalar(name)) = (first, &value.value) else { return false };
        let another = matches!(&known.value, Value::Scalar(known) if known.value != name.value);
        let begins_line = |text: &Text| {
            let start = usize::try_from(text.span.start).unwrap_or(0);
            start == 0 || self.text.get(..start).is_some_and(|before| before.ends_with('\n'))
        };
        first.value == key.value && another && begins_line(first) && begins_line(key)
    }

    pub(super) fn span(&self, at: &Range<usize>) -> Span {
        let small = |number: usize| u32::try_from(number.min(self.text.len())).unwrap_or(u32::MAX);
        Span { file: self.file, start: small(at.start), end: small(at.end) }
    }

    pub(super) fn written(&self, at: &Range<usize>) -> &str {
        self.text.get(at.clone()).unwrap_or("")
    }

    fn scalar(&self, value: String, at: &Range<usize>, plain: bool) -> Text {
        // The place of a block ends behind its last line end.
        let written = self.written(at).trim_end();
        let span = self.span(&(at.start..at.start + written.len()));
        if written == value {
            return Text { value, span, plain, map: None, quote: None, first: span.start, whole: true };
        }
        let quote = written.chars().next().filter(|c| matches!(c, '\'' | '"')).filter(|_| plain);
        let map = aligned(&value, written, quote);
        let map = map.into_iter().map(|at| span.start.saturating_add(at)).collect();
        Text {
            value,
            span,
            plain: plain && quote.is_none(),
            map: Some(Rc::new(map)),
            quote,
            first: span.start,
            whole: true,
        }
    }

    /// Whether a value is the content of `|` or `>`: it begins its line, and the line before ends with the sign.
    fn is_block(&self, start: usize) -> bool {
        // Not the whole line in front: each of the many values of a long line is asked.
        let before = self.text.get(..start).unwrap_or("");
        let before = before.trim_end_matches(|c: char| c.is_whitespace() && c != '\n');
        let Some(before) = before.strip_suffix('\n') else { return false };
        // Blank lines may stand in front of the content, a comment behind the sign.
        let line = before.trim_end().rsplit('\n').next().unwrap_or("");
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        let sign = line.rsplit([' ', '\t']).next().unwrap_or(line);
        let rest = sign.strip_prefix(['|', '>']);
        rest.is_some_and(|rest| rest.len() <= 2 && rest.chars().all(|c| matches!(c, '+' | '-' | '1'..='9')))
    }
}
