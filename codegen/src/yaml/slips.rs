//! The slips that make a text no YAML, told from the line where the library stopped: its words are about tokens, ours
//! are about what to write instead.
//!
//! ```text
//! summary: Change it: the name      `: ` ends a key        put it in quotes: `"Change it: the name"`
//! - update: customer
//!     set: { name: input.name }     deeper than `update`   begin it below `update`, with 4 spaces in front
//! ```

use super::lines::{Line, span};
use super::quoted;
use super::texts::{not_one_text, put_together};
use crate::report::Diagnostic;
use crate::source::FileId;
use opwright_values::words::counted;

/// What is probably wrong where the library stopped.
pub(super) fn told(file: FileId, text: &str, at: usize, said: &str) -> Option<Diagnostic> {
    let place = Place { file, text, at, line: Line::of(text, at) };
    place
        .tab()
        .or_else(|| place.cut(said))
        .or_else(|| place.divider())
        .or_else(|| place.sign_in_front())
        .or_else(|| place.unclosed_quote(said))
        .or_else(|| place.behind_quotes(said))
        .or_else(|| place.brackets(said))
        .or_else(|| place.deeper(said))
        .or_else(|| place.list(said))
        .or_else(|| place.unquoted())
        .or_else(|| place.behind_bracket(said))
        .or_else(|| place.colon(said))
        .or_else(|| place.mixed())
        .or_else(|| place.open_above())
        .or_else(|| place.dash())
        .or_else(|| place.indentation())
}

/// Where the library stopped.
pub(super) struct Place<'t> {
    file: FileId,
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) line: Line,
}

/// Whether a bracket is open where a line begins.
pub(super) fn is_open(file: FileId, text: &str, line: &Line) -> bool {
    let line = Line { start: line.start, end: line.end };
    Place { file, text, at: line.start, line }.open().is_some()
}

impl Place<'_> {
    pub(super) fn fault(&self, start: usize, end: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new("E0001", span(self.file, start, end), message)
    }

    pub(super) fn part(&self, start: usize, end: usize) -> &str {
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
        (said.contains("unclosed quote") || said.contains("quoted scalar")).then(|| {
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
        if let Some(fault) = put_together(self.file, self.text, value) {
            return Some(fault);
        }
        let fault = not_one_text(self.file, self.text, value);
        Some(fault.help(inside))
    }

    pub(super) fn needs_quotes(&self, start: usize, end: usize) -> Diagnostic {
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
        let (wanted, other, behind) = key_of(written)?;
        if behind.trim().is_empty() && column > wanted {
            let start = above.start + wanted;
            let fault = self.fault(start, start + other.len(), "there is no `:` behind this key");
            return Some(fault.help(format!("write `{other}:`")));
        }
        let fault = Diagnostic::new(
            "E0001",
            here,
            format!("this line is indented deeper than `{other}`, which has a value already"),
        );
        let fault = fault.help(format!("begin `{key}` below `{other}`, with {} in front", spaces(wanted)));
        let first = Line::of(self.text, above.start.saturating_sub(1));
        let is_first = !written.trim_start().starts_with('-')
            && self.part(first.start, first.end).trim_end().ends_with(':');
        Some(if is_first && column > wanted {
            fault.help(format!("or begin `{other}` with {} in front, as this one", spaces(column)))
        } else if wanted == 0 && column > 0 && behind.starts_with(": ") {
            fault.help(format!(
                "or write the key that it belongs to on the line above, as `fields:`, below `{other}`"
            ))
        } else {
            fault
        })
    }

    /// The line above that says something.
    pub(super) fn above(&self) -> Option<Line> {
        self.above_of(&self.line)
    }

    /// The line above another that says something.
    pub(super) fn above_of(&self, line: &Line) -> Option<Line> {
        let mut start = line.start;
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

    /// A line of dashes that is not `---`, or says more than that.
    fn divider(&self) -> Option<Diagnostic> {
        let written = self.part(self.line.start, self.line.end).trim_end();
        let dashes = written.trim_start().trim_start_matches('-');
        let rest = dashes.trim_start_matches(|c: char| !c.is_whitespace());
        let divides = written.trim_start().starts_with("--") || written.trim() == "-";
        (divides && rest.is_empty() && written != "---").then(|| {
            let fault =
                self.fault(self.line.start, self.line.start + written.len(), "this line divides nothing");
            fault.help("write `---` alone between two documents; an item of a list begins with `- `")
        })
    }

    /// A key behind a sign with which no key begins.
    fn sign_in_front(&self) -> Option<Diagnostic> {
        let written = self.part(self.line.start, self.line.end);
        let sign = written.trim_start().chars().next().filter(|c| "*&|>%@`!".contains(*c))?;
        let start = self.line.start + written.len() - written.trim_start().len();
        let (_, key, rest) = key_of(self.part(start + 1, self.line.end))?;
        // An anchor or alias that is well written is told of as that.
        (rest.starts_with(": ") || rest == ":").then(|| {
            let fault = self.fault(start, start + 1, format!("a key does not begin with `{sign}`"));
            fault.help(format!("begin the line with `{key}`, below the keys beside it"))
        })
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
        let Some((column, key, rest)) = key_of(written) else {
            let none = said.contains("expected ':'") && !written.contains(": ");
            return none.then(|| self.no_key(self.line.start));
        };
        let start = self.line.start + column;
        if let Some(value) =
            rest.strip_prefix(':').filter(|value| !value.is_empty() && !value.starts_with(' '))
        {
            let fault = self.fault(start, start + key.len() + 1, "there is no space behind this `:`");
            let value = value.trim_start_matches(['|', '>', '*', '&', '%', '@', '`', '}', ']', ')', ',']);
            return Some(fault.help(format!("write `{key}: {}`", value.trim())));
        }
        if !said.contains("expected ':'") || rest.starts_with(": ") {
            return None;
        }
        Some(self.no_key(start))
    }

    fn no_key(&self, start: usize) -> Diagnostic {
        let word = self.part(start, self.line.end).trim();
        if !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let fault = self.fault(start, start + word.len(), "there is no `:` behind this key");
            return fault.help(format!("write `{word}: `, with a value behind it or below it"));
        }
        let fault = self.fault(start, self.line.end, "this line is no `key: value`");
        fault.help("write a key and `: ` in front; a text of several lines is indented below its key")
    }

    /// An item of a list that does not begin below the one before it.
    fn dash(&self) -> Option<Diagnostic> {
        let column = item_of(self.part(self.line.start, self.line.end))?;
        let before = self.part(0, self.line.start);
        let others = before.lines().rev().take_while(|line| !line.starts_with("---")).filter_map(item_of);
        let near = others.min_by_key(|other| other.abs_diff(column)).filter(|near| *near != column);
        // One of another list may begin there too: then it is the one right above that it belongs beside.
        let above = || self.above().and_then(|above| item_of(self.part(above.start, above.end)));
        let near = near.or_else(|| above().filter(|near| *near != column))?;
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
        // What begins further left than all above it is right, and the first line of the document is not.
        if column == 0 && open.len() == 1 {
            let (deep, first) = open.first()?;
            let fault = self.fault(begin, begin + key.len(), format!("`{key}` begins below no key above it"));
            return Some(
                fault.help(format!("begin `{first}` with no space in front, as this line; it has {deep}")),
            );
        }
        let fault = self.fault(begin, begin + key.len(), format!("`{key}` begins below no key above it"));
        let fault = if column > near.0 {
            fault.help("if it belongs to a key that is missing, write that on the line above it")
        } else {
            fault
        };
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
pub(super) fn key_of(line: &str) -> Option<(usize, &str, &str)> {
    let mut rest = line.trim_start();
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start();
    }
    let length =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
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
        _ => counted(count, "space"),
    }
}
