//! Where each byte of a scalar's value was written, so that a fault inside an expression underlines the right
//! characters in the file.
//!
//! ```text
//! value      it's one line
//! written   'it''s one
//!              line'            quotes, escapes, line ends and indentation are stepped over
//! ```

use std::iter::Peekable;
use std::str::CharIndices;

/// For each byte of the value, and for its end, the byte of what was written. `quote` is the quote it begins with.
pub(super) fn aligned(value: &str, written: &str, quote: Option<char>) -> Vec<u32> {
    let mut source = Source { chars: written.char_indices().peekable(), length: written.len(), quote };
    if quote.is_some() {
        source.chars.next();
    }
    let mut map = Vec::with_capacity(value.len() + 1);
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        source.joined_lines();
        if is_blank(c) && source.peek().is_some_and(is_blank) {
            // Folding makes other blanks of a run of blanks: only where the run begins and ends is certain.
            let begin = source.place();
            let source_run = source.blanks();
            let mut value_run = vec![c.len_utf8()];
            while let Some(next) = chars.next_if(|c| is_blank(*c)) {
                value_run.push(next.len_utf8());
            }
            let same = source_run == value_run.len();
            for (at, length) in (0u32..).zip(value_run) {
                map.extend(std::iter::repeat_n(if same { begin + at } else { begin }, length));
            }
            continue;
        }
        let place = source.place();
        if !source.escaped() && source.peek() != Some(c) {
            // Blank lines in front of a block are part of the value, but its place begins behind them.
            map.extend(std::iter::repeat_n(place, c.len_utf8()));
            continue;
        }
        map.extend(
            (0u32..).take(c.len_utf8()).map(|byte| if source.escaped() { place } else { place + byte }),
        );
        source.step();
    }
    source.joined_lines();
    map.push(source.place());
    map
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// What was written, being walked.
struct Source<'w> {
    chars: Peekable<CharIndices<'w>>,
    length: usize,
    quote: Option<char>,
}

impl Source<'_> {
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, c)| *c)
    }

    fn place(&mut self) -> u32 {
        // The closing quote belongs to what was written, not to the value.
        let end = self.length.saturating_sub(usize::from(self.quote.is_some()));
        u32::try_from(self.chars.peek().map_or(end, |(at, _)| *at)).unwrap_or(u32::MAX)
    }

    fn escaped(&mut self) -> bool {
        self.quote == Some('"') && self.peek() == Some('\\')
    }

    /// Steps over a run of blanks; how many there were.
    fn blanks(&mut self) -> usize {
        let mut count = 0;
        while self.chars.next_if(|(_, c)| is_blank(*c)).is_some() {
            count += 1;
        }
        count
    }

    /// Steps over `\` at the end of a line in double quotes, which joins two lines.
    fn joined_lines(&mut self) {
        while self.escaped() {
            let mut ahead = self.chars.clone();
            ahead.next();
            if !ahead.peek().is_some_and(|(_, c)| matches!(c, '\n' | '\r')) {
                return;
            }
            self.chars.next();
            self.blanks();
        }
    }

    /// Steps over what one character of the value was written as.
    fn step(&mut self) {
        let Some((_, c)) = self.chars.next() else { return };
        let more = match (self.quote, c) {
            (Some('\''), '\'') => 1,
            (Some('"'), '\\') => match self.chars.next().map(|(_, c)| c) {
                Some('x') => 2,
                Some('u') => 4,
                Some('U') => 8,
                _ => 0,
            },
            _ => 0,
        };
        for _ in 0..more {
            self.chars.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::Report;
    use crate::source::Sources;
    use crate::yaml::{Value, read};

    /// The part of the value `needle`, as the file has it.
    fn underlined(source: &str, needle: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", source);
        let mut report = Report::default();
        let documents = read(file, source, &mut report);
        assert!(report.is_empty(), "{report:?}");
        let Some(Value::Map(entries)) = documents.first().map(|node| &node.value) else {
            return String::new();
        };
        let Some(Value::Scalar(text)) = entries.first().map(|(_, node)| &node.value) else {
            return String::new();
        };
        let Some(at) = text.value.find(needle) else { return format!("no {needle} in {}", text.value) };
        sources.text(text.part(at, at + needle.len())).to_owned()
    }

    #[test]
    fn a_part_of_a_value_is_found_in_the_file() {
        let cases = [
            ("a: b == c\n", "c", "c"),
            ("a: é == ç # no\n", "ç", "ç"),
            ("a: 'it''s x'\n", "x", "x"),
            ("a: 'it''s x'\n", "'s", "''s"),
            ("a: \"\\\"q\\\" \\u00e9 \\x41 z\"\n", "z", "z"),
            ("a: \"\\\"q\\\" \\u00e9 \\x41 z\"\n", "é", "\\u00e9"),
            ("a: \"one \\\n   two\"\n", "two", "two"),
            ("a: \"one\n\n   two\"\n", "two", "two"),
            ("a: one\n  two three\n", "three", "three"),
            ("a: >-\n  one &&\n  two\n\n  three\n", "three", "three"),
            ("a: >-\n  one &&\n  two\n\n  three\n", "two", "two"),
            ("a: >\n  one\n    indented\n  é two\n", "é two", "é two"),
            ("a: |\n  one\n    two\n  three\n", "three", "three"),
            ("a: |2\n    one\n  two\n", "two", "two"),
            ("a: |-\n\n  one\n", "one", "one"),
            ("a: >- # why\n  'x' == y\n", "y", "y"),
            ("a: >- # why\n  'x' == y\n", "'x'", "'x'"),
            ("a: b\r\n", "b", "b"),
            ("a: >-\r\n  one\r\n  two\r\n", "two", "two"),
        ];
        for (source, needle, expected) in cases {
            assert_eq!(underlined(source, needle), expected, "{source:?}");
        }
    }
}
