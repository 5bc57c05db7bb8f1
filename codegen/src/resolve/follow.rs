//! Rows that expressions follow: each from a name, so that its load has a place in the graph.

use crate::expr::env::Env;
use crate::expr::typed::{Piece, Template, Typed};
use crate::report::{Diagnostic, Report};
use crate::rows::held::nameless;
use crate::rows::hops::Nameless;
use crate::yaml::Text;

/// Whether every row that is followed has a name: what it leads to is loaded in front.
pub(super) fn named(typed: &Typed, env: &Env<'_>, report: &mut Report) -> bool {
    let found = nameless(typed, env);
    found.into_iter().for_each(|found| report.add(unnamed(found)));
    found.is_none()
}

/// A text, if every row that it follows has a name.
pub(super) fn named_in(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Template> {
    let template = crate::expr::template::template(text, env, report)?;
    let values = template.pieces.iter().filter_map(Piece::value);
    // Each of them is told.
    let nameless = values.filter(|value| !named(value, env, report)).count();
    (nameless == 0).then_some(template)
}

/// The report of a row without a name.
fn unnamed(found: Nameless) -> Diagnostic {
    let fault = Diagnostic::new("E0408", found.place, "a row that has no name is followed here");
    fault.help(match found {
        Nameless { inside: true, .. } => {
            "in here nothing can be named: go over the list with `each`, and name the row there"
        }
        Nameless { element: true, .. } => "name the list first: `- let: lines` / `be: …`",
        _ => "name the row first: `- let: line` / `be: …`",
    })
}
