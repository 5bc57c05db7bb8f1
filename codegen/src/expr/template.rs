//! Texts with expressions in them: `customer {customer.id} is banned`; `{{` is a brace.

use crate::expr::check::Checker;
use crate::expr::env::Env;
use crate::expr::parser::{self, Place};
use crate::expr::typed::{Piece, Template, Ty};
use crate::expr::{secret, slips};
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;

/// Reads a template; its expressions see what `env` has. All that is wrong with it is reported at once.
pub fn template(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Template> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut plain, mut failed) = (String::new(), false);
    let mut rest = text.value.as_str();
    let offset = |rest: &str| text.value.len() - rest.len();
    slips::of_quotes(text, report);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            plain.push_str(if from.starts_with('{') { "{" } else { "}" });
            rest = after;
            continue;
        }
        let start = offset(from) + 1;
        let Some((inside, after)) = from.strip_prefix('{').and_then(closed) else {
            let span = text.part(start - 1, start);
            let fault = Diagnostic::new("E0110", span, "this brace stands alone");
            let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
            let path =
                from.strip_prefix('{').map(|inside| inside.split(|c| !is_path(c)).next().unwrap_or(""));
            let fault = match path.filter(|path| !path.is_empty()) {
                Some(path) => {
                    fault.help(format!("close it with `}}`: `{{{path}}}`; `{{{{` is a brace in a text"))
                }
                None => fault.help("write `{{` for a brace in a text"),
            };
            report.add(fault);
            return None;
        };
        pieces.extend((!plain.is_empty()).then(|| Piece::Text(std::mem::take(&mut plain))));
        match value(&text.slice(start, start + inside.len()), env, report) {
            Some(piece) => {
                slips::of_dollar(text, start - 1, &piece, report);
                pieces.push(piece);
            }
            None => failed = true,
        }
        rest = after;
    }
    plain.push_str(rest);
    pieces.extend((!plain.is_empty()).then_some(Piece::Text(plain)));
    (!failed).then_some(Template { pieces })
}

/// What stands in front of the brace that closes an expression, and behind it; one in quotes closes nothing.
fn closed(inside: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (None, '}') => {
                return inside
                    .split_at_checked(at)
                    .map(|(inside, from)| (inside, from.get(1..).unwrap_or("")));
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed is reported as part of the expression.
    inside.split_once('}')
}

fn value(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Piece> {
    let ast = parser::parse(text, Place::Filled, report)?;
    let typed = Checker::new(env, text, Place::Filled, report).value(&ast, &env.facts, None)?;
    if !has_text(&typed.ty) {
        let words = typed.ty.words(env.schema);
        let fault = Diagnostic::new("E0304", typed.span, format!("{words} has no text"));
        report.add(fault.help("name one of its fields, or its `.id`"));
        return None;
    }
    let help = "say it without: what it is for, or the id of its row";
    if secret::refuse(&typed, "cannot be part of a message", help, env, report) {
        return None;
    }
    Some(Piece::Value(typed))
}

/// Rows, objects and maps have no text, and so have lists of them.
fn has_text(ty: &Ty) -> bool {
    match ty {
        Ty::Row(_) | Ty::Object(_) | Ty::Map(_) => false,
        Ty::List(of) | Ty::Optional(of) => has_text(of),
        _ => true,
    }
}
