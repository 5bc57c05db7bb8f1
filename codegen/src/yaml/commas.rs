//! Values in braces that a comma has ended: what was meant as one text is told once, and read as it.
//!
//! ```text
//! { result: loan.pick(id, due_on), n: 1 }      quote it: `"loan.pick(id, due_on)"`
//! ```

use super::library::{Raw, RawValue};
use super::places::Placer;
use super::quoted;
use crate::report::{Diagnostic, Report};
use std::collections::VecDeque;
use std::ops::Range;

/// How many commas one text may have to be looked for as a whole: nobody writes more without quotes.
const COMMAS_MAX: usize = 16;

impl Placer<'_> {
    /// The entries of a map, those put together of which a comma has made several.
    pub(super) fn with_commas(&self, entries: Vec<(Raw, Raw)>, report: &mut Report) -> Vec<(Raw, Raw)> {
        let mut kept = Vec::with_capacity(entries.len());
        let mut entries = VecDeque::from(entries);
        while let Some((key, value)) = entries.pop_front() {
            let cut = self.is_text(&value) && !is_balanced(self.written(&value.at));
            let Some((count, whole)) =
                Some(&entries).filter(|_| cut).and_then(|rest| self.whole(&value, rest))
            else {
                kept.push((key, value));
                continue;
            };
            let written = self.written(&whole).to_owned();
            let by = quoted(&written);
            let fault = Diagnostic::new("E0102", self.span(&whole), "a comma ends this value");
            let fault = fault.help(format!("a comma ends a value inside `{{ }}`; quote the text: `{by}`"));
            self.tell(whole.start, report, || fault.patch(self.span(&whole), by));
            kept.push((key, Raw { value: RawValue::Text(written), at: whole, tag: None }));
            entries.drain(..count);
        }
        kept
    }

    /// How many entries belong to a value whose brackets are open, and where all of it stands.
    fn whole(&self, value: &Raw, rest: &VecDeque<(Raw, Raw)>) -> Option<(usize, Range<usize>)> {
        let (mut brackets, mut end) = (Brackets::default(), value.at.start);
        for (at, (key, behind)) in rest.iter().take(COMMAS_MAX).enumerate() {
            if !(self.is_text(key) && self.is_text(behind)) {
                return None;
            }
            // Only what is new is read: a line may be as long as a file.
            let begin = end;
            end = key.at.end.max(behind.at.end);
            let written = self.written(&(begin..end));
            if written.contains('\n') {
                return None;
            }
            brackets.read(written);
            if brackets.open == 0 {
                let trailing = written.len() - written.trim_end().len();
                return Some((at + 1, value.at.start..end - trailing));
            }
        }
        None
    }

    fn is_text(&self, raw: &Raw) -> bool {
        let is_scalar = matches!(raw.value, RawValue::Text(_) | RawValue::Other);
        is_scalar && raw.tag.is_none() && !self.written(&raw.at).starts_with(['\'', '"', '|', '>'])
    }
}

/// Whether each parenthesis that is opened is closed, but for those in quotes.
fn is_balanced(text: &str) -> bool {
    let mut brackets = Brackets::default();
    brackets.read(text);
    brackets.open == 0
}

/// The parentheses of a text that is read part by part.
#[derive(Default)]
struct Brackets {
    open: usize,
    quote: Option<char>,
}

impl Brackets {
    fn read(&mut self, text: &str) {
        for c in text.chars() {
            match (self.quote, c) {
                (Some(begun), _) if begun == c => self.quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') if self.open > 0 => self.quote = Some(c),
                (None, '(') => self.open += 1,
                (None, ')') => self.open = self.open.saturating_sub(1),
                _ => {}
            }
        }
    }
}
