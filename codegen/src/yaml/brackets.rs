//! Brackets that do not fit: closed twice, not at all, by another one, or with something behind them.
//!
//! ```text
//! { type: ]decimal }      `]` stands where `}` is wanted
//! ```

use super::lines::Line;
use super::slips::Place;
use crate::report::Diagnostic;

impl Place<'_> {
    /// What is wrong with the brackets of a text, if it is that.
    pub(super) fn brackets(&self, said: &str) -> Option<Diagnostic> {
        self.mismatched(said).or_else(|| self.map_as_key(said)).or_else(|| self.bracket(said))
    }

    /// `{ type: ]decimal }`.
    fn mismatched(&self, said: &str) -> Option<Diagnostic> {
        if !said.contains("mismatched bracket") {
            return None;
        }
        let (mut open, mut quote) = (Vec::new(), None);
        for (at, c) in self.part(self.at, self.text.len()).char_indices() {
            match (quote, c) {
                (Some(begun), _) if c == begun => quote = None,
                (_, '\n') => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '{') => open.push((at, '}')),
                (None, '[') => open.push((at, ']')),
                (None, '}' | ']') => match open.pop() {
                    Some((_, wanted)) if wanted == c => {}
                    other => return other.map(|(begun, wanted)| self.closed_by(begun, at, wanted, c)),
                },
                _ => {}
            }
        }
        None
    }

    /// On one line it is the sign that is wrong; else the bracket was not meant, or its end is missing.
    fn closed_by(&self, begun: usize, at: usize, wanted: char, found: char) -> Diagnostic {
        let (begun, at) = (self.at + begun, self.at + at);
        if Line::of(self.text, begun).end < at {
            let sign = if wanted == '}' { '{' } else { '[' };
            let fault = self.fault(begun, begun + 1, format!("this `{sign}` is not closed"));
            return fault.help(format!("remove it, or write `{wanted}` where it ends"));
        }
        let fault = self.fault(at, at + 1, format!("`{found}` stands where `{wanted}` is wanted"));
        fault.help(format!("remove it, or write `{wanted}`; in a text it needs quotes"))
    }

    /// `{ }refused: invalid_input }`.
    pub(super) fn behind_bracket(&self, said: &str) -> Option<Diagnostic> {
        let before = self.part(self.line.start, self.at).trim_end();
        let sign = before.chars().next_back().filter(|c| matches!(c, '}' | ']'))?;
        let behind = self.part(self.at, self.line.end).trim_end();
        if behind.is_empty() || !said.contains("block mapping") && !said.contains("block collection") {
            return None;
        }
        let fault =
            self.fault(self.at, self.at + behind.len(), format!("the value ends with the `{sign}` in front"));
        Some(fault.help("remove that, or what stands behind it"))
    }

    /// `{ { a: b }, c: d }`.
    fn map_as_key(&self, said: &str) -> Option<Diagnostic> {
        let sign = self.part(self.at, self.line.end).chars().next().filter(|c| matches!(c, '{' | '['))?;
        said.contains("expected string scalar").then(|| {
            let fault = self.fault(self.at, self.at + 1, format!("a key does not begin with `{sign}`"));
            fault.help("remove one of the brackets, or write a key and `: ` in front")
        })
    }

    fn bracket(&self, said: &str) -> Option<Diagnostic> {
        if said.contains("misplaced bracket") {
            let sign = self.part(self.at, self.line.end).chars().next()?;
            let fault = self.fault(
                self.at,
                self.at + sign.len_utf8(),
                format!("nothing is open that this `{sign}` closes"),
            );
            return Some(fault.help("remove it, or put the text in quotes"));
        }
        let unclosed = said.contains("unclosed bracket");
        if !unclosed && !said.contains("flow mapping") && !said.contains("flow sequence") {
            return None;
        }
        let (open, sign) = if unclosed {
            (self.at, self.part(self.at, self.line.end).chars().next()?)
        } else {
            self.open()?
        };
        if open >= self.line.start && !unclosed {
            return self.colon_inside();
        }
        Some(self.unclosed(open, sign))
    }

    fn unclosed(&self, open: usize, sign: char) -> Diagnostic {
        let close = if sign == '[' { ']' } else { '}' };
        let begun = Line::of(self.text, open);
        let fault = self.fault(open, begun.end, format!("this `{sign}` is not closed"));
        fault.help(format!("write `{close}` where it ends; a text that begins with `{sign}` needs quotes"))
    }

    /// A bracket that begins a value above, and is not closed: then no line behind it begins where it should.
    pub(super) fn open_above(&self) -> Option<Diagnostic> {
        let (open, sign) = self.open()?;
        let line = Line::of(self.text, open);
        let before = self.part(line.start, open).trim_end();
        let begins = before.ends_with([':', '-', ',', '{', '[']);
        (open < self.line.start && begins).then(|| self.unclosed(open, sign))
    }

    /// The last bracket of the document in front of the place that nothing closes.
    pub(super) fn open(&self) -> Option<(usize, char)> {
        let mut open = Vec::new();
        let (mut quote, mut comment, mut blank) = (None, false, true);
        let before = self.text.get(..self.at)?;
        let begin = before.rfind("\n---").map_or(0, |end| end + 1);
        for (at, c) in before.char_indices().skip_while(|(at, _)| *at < begin) {
            // What stands in a comment closes nothing.
            comment = c != '\n' && (comment || quote.is_none() && blank && c == '#');
            blank = c.is_whitespace();
            match (quote, c) {
                _ if comment => {}
                (Some(begun), _) if c == begun => quote = None,
                // An apostrophe in a text is taken for a quote at most to the end of its line.
                (_, '\n') => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '{' | '[') => open.push((at, c)),
                (None, '}' | ']') => drop(open.pop()),
                _ => {}
            }
        }
        open.pop()
    }

    /// `{ message: not: this }`.
    fn colon_inside(&self) -> Option<Diagnostic> {
        let before = self.part(self.line.start, self.at);
        let entry = before.rfind([',', '{', '[']).map_or(0, |at| at + 1);
        let key = before.get(entry..)?.find(": ")?;
        let start = self.line.start + entry + key + 2;
        let rest = self.part(start, self.line.end);
        let end = start + rest.find([',', '}', ']']).unwrap_or(rest.len());
        Some(self.needs_quotes(start, end))
    }
}
