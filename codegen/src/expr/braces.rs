//! Braces in an expression: it was taken for a text that is filled in.
//!
//! ```text
//! set: { name: '{input.name}!' }               write `input.name + '!'`
//! returns: loans.map(l, { id: l.id })          write `loans.pick(id)`
//! ```

use crate::expr::lexer::Lexed;
use crate::report::Diagnostic;
use crate::yaml::{Text, joined};

/// A text with `{…}` that is to be filled in, where an expression stands.
pub(super) fn fault(text: &Text, brace: &Lexed) -> Diagnostic {
    let place = text.part(brace.start, brace.end);
    let fault =
        Diagnostic::new("E0110", place, "nothing is filled in here: this is an expression, not a text");
    if let Some(picked) = picked(&text.value, brace) {
        let fault =
            Diagnostic::new("E0110", text.part(brace.start, brace.end), "no expression makes an object");
        return fault.help(format!("in `returns`, fields of each are picked: `{picked}`"));
    }
    let Some(joined) = joined(&text.value) else {
        return fault.help("write the expression without braces; texts in quotes are joined with `+`");
    };
    fault.instead(&joined, text.replaced(&joined))
}

/// The fields of each that an object is made of in a `map`, as they are picked: `loans.map(l, { id: l.id })`.
fn picked(text: &str, brace: &Lexed) -> Option<String> {
    let (before, inside) = (text.get(..brace.start)?, text.get(brace.end..)?);
    let (list, var) = before.trim_end().strip_suffix(',')?.rsplit_once(".map(")?;
    let (inside, _) = inside.split_once('}')?;
    let fields: Option<Vec<&str>> = inside
        .split(',')
        .map(|part| part.split_once(':')?.1.trim().strip_prefix(var.trim())?.strip_prefix('.'))
        .collect();
    let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let fields = fields.filter(|fields| fields.iter().all(is_name))?;
    Some(format!("{list}.pick({})", fields.join(", ")))
}
