//! A text for people that YAML cuts in front of ` #`: what is meant as part of it is a comment.
//!
//! ```text
//! narrate: lent #{book.title}      YAML reads `lent`
//! ```

use super::lines::{Line, span};
use super::places::Placer;
use super::slips::Place;
use super::texts::{CUT, is_filled};
use super::{Node, Text, Value, filled, quoted};
use crate::keys::{self, Form};
use crate::report::Diagnostic;

impl Placer<'_> {
    /// What to say of an expression that joins texts, where it would be told letter by letter.
    fn unfilled(&self, key: &Text, value: &Text) -> Option<Diagnostic> {
        let filled = is_filled(&key.value).then(|| filled(&value.value)).flatten()?;
        let fault =
            Diagnostic::new("E0103", value.span, "this is a text, and would be told as it stands here");
        let written = value.replaced(&filled);
        let shown = written.as_ref().map_or(&filled, |(_, written)| written);
        Some(fault.help(format!("a text has its values in braces: `{shown}`")).rewrite(written))
    }

    /// What to say of the texts of a key that would not be told as they are meant.
    pub(super) fn misread(&self, key: &Text, value: &Node) -> Vec<Diagnostic> {
        let takes = |form| keys::takes(&key.value, form);
        match &value.value {
            Value::Scalar(text) if takes(|form| matches!(form, Form::Text | Form::Template)) => {
                self.cut(key, text).or_else(|| self.unfilled(key, text)).into_iter().collect()
            }
            Value::Map(texts) if takes(|form| matches!(form, Form::Map(Form::Text))) => {
                let cut = |(name, node): &(Text, Node)| match &node.value {
                    Value::Scalar(text) => self.cut(name, text),
                    _ => None,
                };
                texts.iter().filter_map(cut).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What to say of a text that a comment follows which nobody would begin so: `#` and no blank behind it.
    fn cut(&self, key: &Text, value: &Text) -> Option<Diagnostic> {
        if !value.plain {
            return None;
        }
        let at = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        let behind_key = at(key.span.end) + 1;
        let end = if value.value.is_empty() { behind_key } else { at(value.span.end) };
        if !self.text.get(end..)?.trim_start_matches([' ', '\t']).starts_with('#') {
            return None;
        }
        let line = Line::of(self.text, end);
        let rest = self.text.get(end..line.end)?;
        let comment = rest.trim_start();
        if comment.len() == rest.len() || !is_no_comment(comment) {
            return None;
        }
        let sign = line.end - comment.len();
        let place = span(self.file, sign, line.start + self.text.get(line.start..line.end)?.trim_end().len());
        let fault = Diagnostic::new("E0103", place, CUT);
        // One of several lines has its quotes where its writer puts them.
        let first = if value.value.is_empty() { sign } else { at(value.span.start) };
        let Some(written) = self.text.get(first..at(place.end)).filter(|it| !it.contains('\n')) else {
            return Some(fault.help("put the text in quotes; a comment has a blank behind its `#`"));
        };
        let written = quoted(written);
        let fault =
            fault.help(format!("put the text in quotes: `{written}`; a comment has a blank behind its `#`"));
        Some(fault.patch(span(self.file, first, at(place.end)), written))
    }
}

impl Place<'_> {
    /// A comment that was none where it swallows the end of a map in braces.
    pub(super) fn cut(&self, said: &str) -> Option<Diagnostic> {
        // A map that goes on is noticed within it, or at a `-` behind it.
        if !said.contains("flow mapping") && !said.contains("valid inside a block") {
            return None;
        }
        let cut = |line: &Line| {
            let written = self.part(line.start, line.end);
            let sign = written.find(" #")? + 1;
            let (before, comment) = written.split_at_checked(sign)?;
            let opens =
                before.matches('{').count() > before.matches('}').count() && !before.contains(['\'', '"']);
            let swallowed = comment.contains('}') && is_no_comment(comment);
            (opens && swallowed).then_some((line.start + sign, line.start + written.trim_end().len()))
        };
        let open = || Some(Line::of(self.text, self.open()?.0));
        let (start, end) = cut(&self.line).or_else(|| cut(&self.above()?)).or_else(|| cut(&open()?))?;
        let fault = Diagnostic::new("E0103", self.fault(start, end, "").span, CUT);
        Some(fault.help("put the text in quotes; a comment has a blank behind its `#`"))
    }
}

/// Whether nobody would begin a comment so.
fn is_no_comment(comment: &str) -> bool {
    comment.strip_prefix('#').is_some_and(|it| it.starts_with(|c: char| !c.is_whitespace() && c != '#'))
}
