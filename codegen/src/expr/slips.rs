//! Marks of texts in other languages, which would be said as they stand.
//!
//! ```text
//! message: ${member.name} has too many         `{member.name} has too many`
//! fix: f"ask {member.name}"                    `ask {member.name}`
//! ```

use crate::expr::typed::{Piece, Ty};
use crate::report::{Diagnostic, Report};
use crate::yaml::{Text, written};

/// Warns of a `$` in front of what is filled in, at its brace; one in front of a number is a price.
pub(super) fn of_dollar(text: &Text, brace: usize, piece: &Piece, report: &mut Report) {
    let is_number =
        piece.value().is_some_and(|value| matches!(value.ty.present(), Ty::Int | Ty::Decimal(..)));
    let Some(dollar) = brace.checked_sub(1).filter(|at| text.value.get(*at..brace) == Some("$")) else {
        return;
    };
    if is_number {
        return;
    }
    let warning = Diagnostic::warning(text.part(dollar, brace), "this `$` is said as it stands");
    let changed = text.changed(dollar, brace, "");
    report.warn(warning.help("remove it: `{…}` alone is filled in").rewrite(changed));
}

/// Warns of a text that stands in quotes of another language: `f"…"`. Backticks are none: pages set what stands in them as
/// code.
pub(super) fn of_quotes(text: &Text, report: &mut Report) {
    let inside = |open: &str, close: char| text.value.strip_prefix(open)?.strip_suffix(close);
    let Some(inside) = inside("f\"", '"').or_else(|| inside("f'", '\'')) else { return };
    if inside.contains('"') {
        return;
    }
    let warning = Diagnostic::warning(text.span, "these quotes are said as they stand");
    let write = written(inside);
    let warning = warning.help(format!("remove them: `{write}`"));
    // Of a `$` in it another warning is told, which changes the same text.
    let alone = !text.is_block() && !inside.contains("${");
    report.warn(if alone { warning.patch(text.span, write) } else { warning });
}
