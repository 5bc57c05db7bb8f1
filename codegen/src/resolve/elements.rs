//! What is known of the rows of a list that a loop goes over: of each one, in every round.
//!
//! ```text
//! - load: ticket, where: row.status == 'open', max: 9, as: found
//! - each: found                                  open, unless a round moves other rows than its own
//! - each: ticket.person.lasting                  what the `where` of the collection says
//! - each: found.filter(x, x.urgent)              that, and what is filtered
//! ```

use crate::decl::step::StepDecl;
use crate::expr::facts::{self, Facts};
use crate::expr::parts::row_of;
use crate::expr::typed::{Function, Kind, Macro, MacroKind, Typed};
use crate::resolve::blocks::Written;
use crate::resolve::steps::Resolver;

impl Resolver<'_, '_> {
    /// What is known of each element of a list in every round of a loop, before its steps.
    pub(super) fn of_elements(&self, list: &Typed, name: &str, body: &[StepDecl]) -> Facts {
        let known = self.elements(list, name);
        // Whatever the rounds before did to their own rows, they did to others, if no row is in the list twice. What
        // the row refers to may be that of another, too.
        let itself = if self.is_different(list) { known.clone().of_row_itself() } else { Facts::default() };
        let kept = [(known, Written::by_all(body)), (itself, Written::by_others(body, name))];
        kept.into_iter().fold(Facts::default(), |mut all, (mut known, written)| {
            self.forget(&written, &mut known);
            all.add(&known);
            all
        })
    }

    /// What is known of each element of a list.
    fn elements(&self, list: &Typed, called: &str) -> Facts {
        let schema = self.shared.schema;
        match &list.kind {
            Kind::Name(name) => self.env.facts.of_row(&facts::element(name), called),
            Kind::Collection(of, index) => {
                let owner = row_of(&of.ty).and_then(|it| self.shared.resources.get(it));
                let only = owner.and_then(|it| it.only.get(*index)?.as_ref());
                only.map(|only| Facts::when_true(only, schema).of_row(facts::ROW, called)).unwrap_or_default()
            }
            Kind::Macro(Macro { kind: MacroKind::Filter, list, var, body, .. }) => {
                self.elements(list, called).with(&Facts::when_true(body, schema).of_row(var, called))
            }
            Kind::Macro(Macro { kind: MacroKind::SortBy, list, .. }) => self.elements(list, called),
            Kind::Call(Function::Distinct, args) => {
                args.first().map(|list| self.elements(list, called)).unwrap_or_default()
            }
            _ => Facts::default(),
        }
    }

    /// Whether no row is in a list twice.
    fn is_different(&self, list: &Typed) -> bool {
        match &list.kind {
            Kind::Collection(..) | Kind::Call(Function::Distinct, _) => true,
            Kind::Name(name) => self.different.contains(name),
            Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. }) => {
                self.is_different(list)
            }
            _ => false,
        }
    }
}
