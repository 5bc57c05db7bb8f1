//! What to say of a value that was meant as one text and is none to YAML: how it is written as one.
//!
//! ```text
//! require: !has(user.email)          put it in quotes: `"!has(user.email)"`
//! narrate: "lent " + book.title      a text has its values in braces: `lent {book.title}`
//! ```

use super::lines::{Line, span};
use super::{filled, is_no_text, needs_quotes, quoted};
use crate::keys::{self, Form};
use crate::report::Diagnostic;
use crate::source::FileId;

/// Said of a text whose end is a comment to YAML.
pub(super) const CUT: &str = "this text ends in front of ` #`: YAML begins a comment here";

/// An expression that is not one text to YAML.
pub(super) fn expression(file: FileId, text: &str, value: (usize, usize)) -> Diagnostic {
    let written = text.get(value.0..value.1).unwrap_or("");
    let is_expression =
        |key| keys::takes(key, |form| matches!(form, Form::Expression | Form::OneOrMore(Form::Expression)));
    // A map with keys of its own is none: `order` is where rows are sorted, and the name of many a field.
    let is_map = written.contains(": ") && !written.contains('?');
    if written.starts_with('{')
        && !is_map
        && key_in_front(text, value.0).is_some_and(|(key, _)| is_expression(key))
    {
        let bare = written.replace(['{', '}'], "");
        return filled_in(file, text, value, ("an expression has no braces: write", &bare));
    }
    if let Some(fault) = put_together(file, text, value) {
        return fault;
    }
    let written = quoted(written);
    let fault = not_one_text(file, text, value).help(format!("put it in quotes: `{written}`"));
    fault.patch(span(file, value.0, value.1), written)
}

/// An expression that joins texts, where a text for people belongs.
///
/// ```text
/// narrate: "lent " + book.title      write `lent {book.title}`
/// ```
pub(super) fn put_together(file: FileId, text: &str, value: (usize, usize)) -> Option<Diagnostic> {
    let (_, before) = key_in_front(text, value.0).filter(|(key, _)| is_filled(key))?;
    let filled = filled(text.get(value.0..value.1)?)?;
    let written = if before.contains('{') || is_no_text(&filled) { quoted(&filled) } else { filled };
    let fault = not_one_text(file, text, value).help(format!("a text has its values in braces: `{written}`"));
    Some(fault.patch(span(file, value.0, value.1), written))
}

/// The key of a value, with what stands in front of it in its line.
pub(super) fn key_in_front(text: &str, value: usize) -> Option<(&str, &str)> {
    let before = text.get(Line::of(text, value).start..value)?.trim_end().strip_suffix(':')?;
    let key = before.rsplit([' ', '{', ',']).next()?;
    Some((key, before.strip_suffix(key)?))
}

/// A text with `{…}` where an expression belongs.
pub(super) fn filled_in(
    file: FileId,
    text: &str,
    value: (usize, usize),
    (why, write): (&str, &str),
) -> Diagnostic {
    let written = if needs_quotes(write) { quoted(write) } else { write.to_owned() };
    let fault = not_one_text(file, text, value).help(format!("{why} `{written}`"));
    fault.patch(span(file, value.0, value.1), written)
}

/// Something that was meant as one text.
pub(super) fn not_one_text(file: FileId, text: &str, (start, end): (usize, usize)) -> Diagnostic {
    let value = text.get(start..end).unwrap_or("");
    let why = match value.chars().next() {
        Some('!') => "`!` begins a tag",
        Some('&') => "`&` begins an anchor",
        Some('*') => "`*` begins an alias",
        Some('[') => "`[` begins a list, which ends with its `]`",
        Some('{') => "`{` begins a map, which ends with its `}`",
        Some('\'' | '"') => "the text ends with its second quote",
        Some('%' | '@' | '`') => "no text begins with this sign",
        _ if value.contains('{') && !value.contains(": ") => "a brace in it begins a map",
        _ if value.contains('[') && !value.contains(": ") => "a bracket in it begins a list",
        _ => "`: ` ends a key",
    };
    let fault = Diagnostic::new("E0103", span(file, start, end), "this is not one text to YAML");
    fault.label(why)
}

/// Whether a key takes a text for people in which `{…}` is filled in.
pub(super) fn is_filled(key: &str) -> bool {
    keys::takes(key, |form| matches!(form, Form::Template))
}
