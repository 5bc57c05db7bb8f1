//! The slips that make a text no YAML, told from the line where the library stopped: its words are about tokens, ours
//! are about what to write instead.
//!
//! ```text
//! summary: Change it: the name      `: ` ends a key        put it in quotes: `"Change it: the name"`
//! - update: customer
//!     set: { name: input.name }     deeper than `update`   begin it below `update`, with 4 spaces in front
//! ```

use super::faults::{Line, not_one_text, span};
use crate::report::Diagnostic;
use crate::source::FileId;

/// What is probably wrong where the library stopped.
pub(super) fn told(file: FileId, text: &str, at: usize, said: &str) -> Option<Diagnostic> {
    let place = Place { file, text, at, line: Line::of(text, at) };
    place
        .tab()
        .or_else(|| place.unclosed_quote(said))
        .or_else(|| place.behind_quotes(said))
        .or_else(|| place.bracket(said))
        .or_else(|| place.deeper(said))
        .or_else(|| place.list(said))
        .or_else(|| place.unquoted())
        .or_else(|| place.colon(said))
        .or_else(|| place.dash())
        .or_else(|| place.indentation())
}

/// Where the library stopped.
struct Place<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    line: Line,
}

impl Place<'_> {
    fn fault(&self, start: usize, end: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new("E0001", span(self.file, start, end), message)
    }

    fn part(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    /// A tab may be noticed at the value of the line before.
    fn tab(&self) -> Option<Diagnostic> {
        let next = Line::of(self.text, (self.line.end + 1).min(self.text.len()));
        let tabbed = |line: &Line| {
            let written = self.part(line.start, line.end);
            let indentation = written.len() - written.trim_start().len();
            let tab = written.get(..indentation)?.find('\t')?;
            Some((line.start + tab, line.start + indentation))
        };
        let (start, end) = tabbed(&self.line).or_else(|| tabbed(&next))?;
        let fault = self.fault(start, end, "a tab indents this line");
        Some(fault.help("indent with spaces: how wide a tab is, YAML does not know"))
    }

    fn unclosed_quote(&self, said: &str) -> Option<Diagnostic> {
        let quote = self.part(self.at, self.line.end).chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        said.contains("unclosed quote").then(|| {
            let fault =
                self.fault(self.at, self.line.end, format!("this `{quote}` begins a text that does not end"));
            fault.help(format!("end the text with `{quote}`"))
        })
    }

    /// A text that goes on behind what YAML takes for its end.
    fn behind_quotes(&self, said: &str) -> Option<Diagnostic> {
        let inside = match said {
            _ if said.contains("after single-quoted") => "a quote inside is written twice: `''`",
            _ if said.contains("after double-quoted") => "a quote inside is written `\\\"`",
            _ => return None,
        };
        // Expressions that begin with a text are told of by their signs.
        let value = self.line.value(self.text)?;
        let fault = not_one_text(self.file, self.text, value);
        Some(fault.help(inside))
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
        let close = if sign == '[' { ']' } else { '}' };
        let begun = Line::of(self.text, open);
        let fault = self.fault(open, begun.end, format!("this `{sign}` is not closed"));
        Some(
            fault.help(format!(
                "write `{close}` where it ends; a text that begins with `{sign}` needs quotes"
            )),
        )
    }

    /// The last bracket in front of the place that nothing closes.
    fn open(&self) -> Option<(usize, char)> {
        let mut open = Vec::new();
        let mut quote = None;
        for (at, c) in self.text.get(..self.at)?.char_indices() {
            match (quote, c) {
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

    fn needs_quotes(&self, start: usize, end: usize) -> Diagnostic {
        let written = self.part(start, end);
        let value = written.trim();
        let start = start + written.len() - written.trim_start().len();
        let fault = not_one_text(self.file, self.text, (start, start + value.len()));
        fault.help(format!("put it in quotes: `{}`", quoted(value)))
    }

    /// A key below a value, further to the right: YAML takes it for more of that value.
    fn deeper(&self, said: &str) -> Option<Diagnostic> {
        let (column, key, rest) = key_of(self.part(self.line.start, self.line.end))?;
        let begin = self.line.start + column;
        let first = rest.starts_with(':') && self.at <= begin + key.len();
        if !first || !said.contains("mapping values are not allowed") {
            return None;
        }
        let above = self.above()?;
        let written = self.part(above.start, above.end);
        let here = span(self.file, begin, begin + key.len());
        if let Some(item) = written.trim_start().strip_prefix('-').filter(|item| !item.starts_with(' ')) {
            let dash = above.start + written.len() - item.len() - 1;
            let fault = self.fault(dash, dash + 1, "there is no space behind this `-`");
            return Some(fault.help(format!("write `- {}`", item.trim())));
        }
        let (wanted, other, _) = key_of(written)?;
        let fault = Diagnostic::new(
            "E0001",
            here,
            format!("this line is indented deeper than `{other}`, which has a value already"),
        );
        Some(fault.help(format!("begin `{key}` below `{other}`, with {} in front", spaces(wanted))))
    }

    /// The line above that says something.
    fn above(&self) -> Option<Line> {
        let mut start = self.line.start;
        while let Some(end) = start.checked_sub(1) {
            let line = Line::of(self.text, end);
            let written = self.part(line.start, line.end).trim();
            if !written.is_empty() && !written.starts_with('#') {
                return Some(line);
            }
            start = line.start;
        }
        None
    }

    /// A value that YAML reads as something else, because of what it begins with or a colon in it.
    fn unquoted(&self) -> Option<Diagnostic> {
        let (start, end) = self.line.value(self.text)?;
        let value = self.part(start, end);
        let odd = value.starts_with(['{', '[', '@', '`', '%', '&', '*', '!', '|', '>'])
            || value.contains(": ")
            || value.ends_with(':');
        (odd && self.at >= start && !is_whole(value)).then(|| self.needs_quotes(start, end))
    }

    fn list(&self, said: &str) -> Option<Diagnostic> {
        if !said.contains("block sequence entries are not allowed") {
            return None;
        }
        let fault = self.fault(self.at, self.line.end, "a list with `-` does not begin behind a key");
        Some(fault.help("begin it on the next line; a text that begins with `- ` needs quotes"))
    }

    /// A line that is no `key: value`.
    fn colon(&self, said: &str) -> Option<Diagnostic> {
        let written = self.part(self.line.start, self.line.end);
        let (column, key, rest) = key_of(written)?;
        let start = self.line.start + column;
        if let Some(value) =
            rest.strip_prefix(':').filter(|value| !value.is_empty() && !value.starts_with(' '))
        {
            let fault = self.fault(start, start + key.len() + 1, "there is no space behind this `:`");
            return Some(fault.help(format!("write `{key}: {}`", value.trim())));
        }
        if !said.contains("expected ':'") || rest.starts_with(": ") {
            return None;
        }
        let fault = self.fault(start, self.line.end, "this line is no `key: value`");
        Some(fault.help("write a key and `: ` in front; a text of several lines is indented below its key"))
    }

    /// An item of a list that does not begin below the one before it.
    fn dash(&self) -> Option<Diagnostic> {
        let column = item_of(self.part(self.line.start, self.line.end))?;
        let before = self.part(0, self.line.start);
        let others = before.lines().rev().take_while(|line| !line.starts_with("---")).filter_map(item_of);
        let near = others.min_by_key(|other| other.abs_diff(column)).filter(|near| *near != column)?;
        let begin = self.line.start + column;
        let fault = self.fault(begin, begin + 1, "this item begins below no other item of its list");
        Some(fault.help(format!("begin it with {} in front, as the one above it", spaces(near))))
    }

    /// A line that begins below no other.
    fn indentation(&self) -> Option<Diagnostic> {
        let written = self.part(self.line.start, self.line.end);
        let (column, key, rest) = key_of(written)?;
        let begin = self.line.start + column;
        if !(rest.starts_with(':') && self.at <= begin + key.len()) {
            return None;
        }
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut least = usize::MAX;
        let before = self.part(0, self.line.start);
        for line in before.lines().rev().take_while(|line| !line.starts_with("---")) {
            let Some((column, key, _)) = key_of(line) else { continue };
            if column < least && line.contains(':') {
                open.push((column, key));
                least = column;
            }
        }
        let near = open.iter().min_by_key(|(other, _)| other.abs_diff(column))?;
        if near.0 == column {
            return None;
        }
        let fault = self.fault(begin, begin + key.len(), format!("`{key}` begins below no key above it"));
        Some(fault.help(format!(
            "if it belongs beside `{}`, begin it with {} in front",
            near.1,
            spaces(near.0)
        )))
    }
}

/// Where the `- ` of an item stands.
fn item_of(line: &str) -> Option<usize> {
    let item = line.trim_start();
    item.starts_with("- ").then_some(line.len() - item.len())
}

/// The key that a line begins with, where it begins, and what stands behind it.
fn key_of(line: &str) -> Option<(usize, &str, &str)> {
    let mut rest = line.trim_start();
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start();
    }
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let (key, behind) = rest.split_at_checked(length)?;
    (!key.is_empty()).then_some((line.len() - rest.len(), key, behind))
}

/// Whether a list or map ends where the value ends: nothing stands behind it that would make it a text.
fn is_whole(value: &str) -> bool {
    (value.starts_with('{') && value.ends_with('}')) || (value.starts_with('[') && value.ends_with(']'))
}

fn spaces(count: usize) -> String {
    match count {
        0 => "no space".to_owned(),
        1 => "1 space".to_owned(),
        _ => format!("{count} spaces"),
    }
}

/// A text as YAML takes it for one.
fn quoted(value: &str) -> String {
    if value.contains(['"', '\\']) && !value.contains('\'') {
        format!("'{value}'")
    } else {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
