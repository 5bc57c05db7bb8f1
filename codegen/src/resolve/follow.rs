//! Rows that expressions follow: each from a name, so that its load has a place in the graph.

use crate::expr::typed::Typed;
use crate::lower::held::nameless;
use crate::lower::hops::Nameless;
use crate::report::Diagnostic;
use crate::resolve::steps::Resolver;
use crate::yaml::Text;

impl Resolver<'_, '_> {
    /// Refuses a row without a name that is followed.
    pub(super) fn named_first(&mut self, typed: &Typed) {
        if let Some(found) = nameless(typed, self.env) {
            self.report.add(unnamed(found));
        }
    }

    /// Whether a name is one of a list of rows that is kept as their ids.
    pub(super) fn of_ids(&mut self, name: &Text, ids: bool) {
        if ids {
            self.env.ids.insert(name.value.clone());
        } else {
            self.env.ids.remove(&name.value);
        }
    }
}

/// The report of a row without a name.
pub(super) fn unnamed(found: Nameless) -> Diagnostic {
    let fault = Diagnostic::new("E0408", found.place, "a row that has no name is followed here");
    fault.help(match found {
        Nameless { inside: true, .. } => {
            "in here nothing can be named: go over the list with `each`, and name the row there"
        }
        Nameless { element: true, .. } => "name the list first: `- let: lines` / `be: …`",
        _ => "name the row first: `- let: line` / `be: …`",
    })
}
