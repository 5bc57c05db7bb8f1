//! Braces in an expression: it was taken for a text that is filled in.
//!
//! ```text
//! set: { name: '{input.name}!' }      write `input.name + '!'`
//! ```

use crate::expr::lexer::Lexed;
use crate::report::Diagnostic;
use crate::yaml::{Text, joined};

/// A text with `{…}` that is to be filled in, where an expression stands.
pub(super) fn fault(text: &Text, brace: &Lexed) -> Diagnostic {
    let place = text.part(brace.start, brace.end);
    let fault =
        Diagnostic::new("E0110", place, "nothing is filled in here: this is an expression, not a text");
    let Some(joined) = joined(&text.value) else {
        return fault.help("write the expression without braces; texts in quotes are joined with `+`");
    };
    match text.replaced(&joined) {
        Some((place, written)) => fault.write(place, written),
        None => fault.help(format!("write `{joined}`")),
    }
}
