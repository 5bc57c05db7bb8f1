//! A `\` in a text in double quotes that YAML does not know: patterns are written with many.
//!
//! ```text
//! pattern: "^\d+$"      `\d` is no escape in a text in double quotes      write '^\d+$'
//! ```

use super::lines::span;
use crate::report::Diagnostic;
use crate::source::FileId;

/// What is wrong with the text that begins with the `"` at a place, if it is a `\` that means nothing to YAML.
pub(super) fn unknown(file: FileId, text: &str, at: usize, said: &str) -> Option<Diagnostic> {
    if !said.contains("while parsing a quoted scalar") {
        return None;
    }
    let inside = text.get(at..)?.strip_prefix('"')?;
    let (mut first, mut others, mut ends) = (None, false, None);
    let mut doubled = String::new();
    let mut chars = inside.char_indices();
    while let Some((from, c)) = chars.next() {
        if c == '"' {
            ends = Some(from);
            break;
        }
        doubled.push(c);
        if c != '\\' {
            continue;
        }
        let (behind, escaped) = chars.next()?;
        if !is_known(escaped, inside.get(behind + escaped.len_utf8()..)?) {
            first = first.or(inside.get(from..behind + escaped.len_utf8()));
            doubled.push('\\');
        } else if !matches!(escaped, '"' | '\\') {
            others = true;
        }
        doubled.push(escaped);
    }
    let (escape, inside) = (first?, inside.get(..ends?)?);
    let whole = span(file, at, at + inside.len() + 2);
    let fault = format!("`{escape}` is no escape in a text in double quotes");
    let fault = Diagnostic::new("E0103", whole, fault);
    // In single quotes nothing is an escape, and a text is one line.
    let (written, quotes) = if others || inside.contains('\n') {
        (format!("\"{doubled}\""), "with each `\\` of its own written twice")
    } else {
        (format!("'{}'", plain(inside)), "in single quotes")
    };
    let help = if inside.contains('\n') {
        "write each `\\` of its own twice".to_owned()
    } else {
        format!("write {written} {quotes}")
    };
    Some(fault.help(help).patch(whole, written))
}

/// What a text without any other escapes says, as it stands in single quotes.
fn plain(inside: &str) -> String {
    let said = inside.replace("\\\\", "\u{0}").replace("\\\"", "\"").replace('\u{0}', "\\");
    said.replace('\'', "''")
}

/// Whether YAML knows what `\` means in front of a sign; `behind` follows it.
fn is_known(sign: char, behind: &str) -> bool {
    let digits = match sign {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return "0abt\tnvfre \"/\\N_LP\n\r".contains(sign),
    };
    behind.chars().take(digits).filter(char::is_ascii_hexdigit).count() == digits
}
