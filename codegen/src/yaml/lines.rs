//! A line of a text that is no YAML, and where in it the value is that was meant as one text.
//!
//! ```text
//! - require: !has(user.email) || input.new      the bytes of `!has(user.email) || input.new`
//! - { let: a, be: b ? {c} : d, as: e }          the bytes of `b ? {c} : d`
//! ```

use crate::source::{FileId, Span};

/// A place in a file.
pub(super) fn span(file: FileId, start: usize, end: usize) -> Span {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Span { file, start: small(start), end: small(end.max(start)) }
}

/// How many characters of an expression that begins with `!` are looked at: a line may have many, and be long.
const NEGATED_MAX: usize = 2_000;

/// The bytes of a line.
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The lines of a text that is asked for many.
pub(super) struct Lines {
    starts: Vec<usize>,
    length: usize,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let behind = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(behind).collect(), length: text.len() }
    }

    /// The line of a place.
    pub(super) fn line(&self, at: usize) -> Line {
        let next = self.starts.partition_point(|start| *start <= at);
        let start = next.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0);
        let end = self.starts.get(next).map_or(self.length, |next| next - 1);
        Line { start, end }
    }
}

impl Line {
    pub(super) fn of(text: &str, at: usize) -> Self {
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| start + end);
        Self { start, end }
    }

    /// The bytes of the value of `key: value`.
    pub(super) fn value(&self, text: &str) -> Option<(usize, usize)> {
        let line = text.get(self.start..self.end)?;
        let (key, value) = line.split_once(": ").or_else(|| line.split_once("- "))?;
        let start = self.start + key.len() + 2 + value.len() - value.trim_start().len();
        Some((start, start + value.trim().len()))
    }

    /// The bytes of an expression that begins with the `!` at a place, to the end of its value.
    pub(super) fn negated(&self, text: &str, start: usize) -> Option<(usize, usize)> {
        let rest = text.get(start..self.end)?;
        let inside = text.get(self.start..start)?.contains(['{', '[']);
        let mut open = 0_usize;
        let ends = |(at, c): &(usize, char)| match c {
            '(' | '[' | '{' => {
                open += 1;
                false
            }
            ')' | ']' | '}' if open > 0 => {
                open -= 1;
                false
            }
            ',' | '}' | ']' => inside && open == 0,
            '#' => rest.get(..*at).is_some_and(|before| before.ends_with(' ')),
            _ => false,
        };
        let end = match rest.char_indices().take(NEGATED_MAX).find(ends) {
            Some((at, _)) => at,
            None if rest.len() < NEGATED_MAX => rest.len(),
            None => return None,
        };
        let value = rest.get(..end)?.trim_end();
        let behind = value.trim_start_matches('!').trim_start();
        // `!include other.yaml` is a tag.
        let words =
            behind.split(' ').take(2).filter(|word| word.chars().all(|c| c.is_alphanumeric())).count();
        let is_path = behind.starts_with(|c: char| c.is_alphabetic() || c == '(');
        (is_path && words < 2 && !value.starts_with("!!")).then_some((start, start + value.len()))
    }

    /// The bytes of a text in a map in braces that has braces, or something behind its quotes: `{ a: {b} c, d: e }`.
    pub(super) fn braced(&self, text: &str) -> Option<(usize, usize)> {
        let line = text.get(self.start..self.end)?;
        let (map, _) = line.char_indices().find(|(_, c)| *c == '{')?;
        let before = line.get(..map)?.trim_end();
        if !(before.ends_with(':') || before.ends_with('-')) {
            return None;
        }
        let ends = line.trim_end().strip_suffix('}').map_or(line.len(), str::len);
        let mut rest = map + 1;
        while let Some(colon) = line.get(rest..ends).and_then(|rest| rest.find(": ")) {
            let start = rest + colon + 2;
            let value = line.get(start..ends)?;
            if value.trim_start().starts_with('{') && !is_odd(value.get(..value_in_braces(value))?.trim()) {
                // A map in a map: its own values are looked at.
                rest = start;
                continue;
            }
            let length = value_in_braces(value);
            let value = value.get(..length)?.trim();
            if is_odd(value) {
                let start = start + line.get(start..).map_or(0, |it| it.len() - it.trim_start().len());
                return Some((self.start + start, self.start + start + value.len()));
            }
            rest = start + length;
        }
        None
    }

    /// The bytes of what stands behind a map in braces, and begins another field or row: `a: { … }  b: { … }`. In a
    /// bracket that is open above, fields with commas between stand on one line rightly.
    pub(super) fn behind_map(&self, text: &str, in_bracket: bool) -> Option<(usize, usize)> {
        let line = text.get(self.start..self.end)?;
        let mut end = 0;
        loop {
            let map = end + line.get(end..)?.find('{')?;
            end = map + closing(line.get(map..)?)?;
            // A text with values in braces is none.
            if !has_entries(line.get(map..end)?) {
                return None;
            }
            if !(in_bracket && line.get(end..)?.trim_start().starts_with(',')) {
                break;
            }
        }
        let behind = line.get(end..)?;
        let begin = end + behind.len() - behind.trim_start_matches([' ', ',']).len();
        let behind = line.get(begin..)?.trim_end();
        let item = |text: &str| text.starts_with('{') || text.starts_with("- ") && !in_bracket;
        let signs = |sign: char| outside_quotes(behind).filter(|(_, c)| *c == sign).count();
        // With a brace too many it is one of those that is wrong, unless it ends what is open.
        let (open, closed) = (signs('{'), signs('}'));
        let fits = open == closed || in_bracket && open < closed;
        ((item(behind) || begins_with_key(behind)) && fits)
            .then_some((self.start + begin, self.start + begin + behind.len()))
    }

    /// The bytes of a text that begins with a value in braces: `message: {input.a} costs: {input.b}`.
    pub(super) fn filled(&self, text: &str) -> Option<(usize, usize)> {
        let (start, end) = self.value(text)?;
        let value = text.get(start..end)?;
        let braces = value.get(..closing(value)?)?;
        let behind = value.get(braces.len()..)?.trim_start();
        let goes_on = !behind.is_empty() && !behind.starts_with(['{', '}', ']', ',', '#']);
        let is_text = value.starts_with('{') && goes_on && !has_entries(braces);
        (is_text && !value.ends_with(',') && value_in_braces(value) == value.len()).then_some((start, end))
    }

    /// The bytes of the value of `key: value`, if it looks like an expression that needs quotes.
    pub(super) fn expression(&self, text: &str) -> Option<(usize, usize)> {
        let (start, end) = self.value(text)?;
        let value = text.get(start..end)?;
        let sign = value.starts_with(['!', '\'', '"', '[', '{', '*', '&', '%', '@', '`']);
        let operator =
            ["==", "!=", "&&", "||", "<", ">", " + ", " - ", " * ", "("].iter().any(|it| value.contains(it));
        let choice = value.contains("? ") && value.contains(": ");
        let needs_quotes = choice || sign && operator;
        needs_quotes.then_some((start, end))
    }
}

/// How long a value is that stands in a map in braces: up to the next `, key: `, or the end of the map, whatever it
/// holds.
fn value_in_braces(value: &str) -> usize {
    let mut open = 0_usize;
    for (at, c) in outside_quotes(value) {
        match c {
            '{' | '[' | '(' => open += 1,
            '}' | ']' if open == 0 => return at,
            '}' | ']' | ')' => open = open.saturating_sub(1),
            ',' if open == 0 && begins_with_key(value.get(at + 1..).unwrap_or("")) => return at,
            _ => {}
        }
    }
    value.len()
}

/// Whether a map in braces has entries, or is empty; what else stands in braces is a value in a text.
fn has_entries(braces: &str) -> bool {
    let inside = braces.trim_start_matches('{').trim_end_matches('}');
    inside.trim().is_empty() || inside.contains(": ")
}

/// Whether a text begins with `key: `.
fn begins_with_key(text: &str) -> bool {
    let text = text.trim_start();
    let key = text.split(':').next().unwrap_or("");
    let behind = text.get(key.len()..).unwrap_or("");
    behind.starts_with(": ") && !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The characters of a text that stand in no quotes; an apostrophe in a word is none, and neither is one without a second.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let (mut ends, mut before) = (0, ' ');
    text.char_indices().filter(move |(at, c)| {
        let (at, c) = (*at, *c);
        let is_inside = at < ends;
        if !is_inside && matches!(c, '\'' | '"') && !before.is_alphanumeric() {
            let second = text.get(at + 1..).and_then(|rest| rest.find(c));
            ends = second.map_or(ends, |second| at + second + 2);
        }
        before = c;
        !is_inside
    })
}

/// Whether YAML reads a value in braces as something else than the one text that it is.
fn is_odd(value: &str) -> bool {
    let Some(first) = value.chars().next() else { return false };
    let end = match first {
        '\'' | '"' => value.get(1..).and_then(|rest| rest.find(first)).map(|at| at + 2),
        '{' | '[' => closing(value),
        '!' | '&' | '*' | '%' | '@' | '`' => return true,
        _ => return value.contains(['{', '}', '[', ']']) || value.contains(": "),
    };
    end.is_some_and(|end| {
        let behind = value.get(end..).unwrap_or("").trim();
        !behind.is_empty() && !behind.starts_with(first) && !behind.starts_with(['}', ']', '#', ','])
    })
}

/// Behind the bracket that closes the first one.
fn closing(value: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, c) in outside_quotes(value) {
        match c {
            '{' | '[' => open += 1,
            '}' | ']' => open = open.saturating_sub(1),
            _ => continue,
        }
        if open == 0 {
            return Some(at + 1);
        }
    }
    None
}
