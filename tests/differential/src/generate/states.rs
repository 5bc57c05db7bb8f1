//! What says in which states a row can be, and the rows of which that was said: transitions of those have nothing to refuse,
//! or all the same, because something has moved them meanwhile.
//!
//! ```text
//! - require: "((p1.state != 'c') && (p1.v0 > 7))"
//! - transition: p2.back
//! - transition: p1.end
//! ```

use super::Generator;
use super::scope::Name;
use super::shape::T;

impl Generator {
    /// Whether rows of a resource have states.
    pub(super) fn has_states(&self, of: usize) -> bool {
        self.shapes.resources.get(of).is_some_and(|it| it.fields.iter().any(|field| field.machine))
    }

    /// Something that says in which states a row can be.
    pub(super) fn in_states(&mut self, row: &str) -> String {
        let (one, other) = (self.random.word(&["a", "b", "c"]), self.random.word(&["a", "b", "c"]));
        let state = format!("{row}.state");
        match self.random.below(7) {
            0 => format!("({state} != '{one}')"),
            1 => format!("({state} in ['{one}', '{other}'])"),
            2 => format!("!({state} in ['{one}', '{other}'])"),
            3 => format!("(({state} == '{one}') || ({state} == '{other}'))"),
            4 => format!("!(({state} == '{one}') || ({state} == '{other}'))"),
            _ => format!("({state} == '{one}')"),
        }
    }

    /// The same of some row that is at hand, alone or beside another condition.
    pub(super) fn stated(&mut self) -> Option<String> {
        let paths = self.scope.paths(&self.shapes);
        let rows: Vec<String> = paths
            .into_iter()
            .filter(|path| !path.optional && path.text.matches('.').count() < 2)
            .filter(|path| matches!(path.ty, T::Row(of) if self.has_states(of)))
            .map(|path| path.text)
            .collect();
        let row = self.random.pick(&rows)?.clone();
        let said = self.in_states(&row);
        self.scope.stated.insert(row);
        Some(match self.random.below(6) {
            0 => format!("({said} && {})", self.condition(1)),
            1 => format!("({} || {said})", self.condition(1)),
            _ => said,
        })
    }

    /// A rule that says it.
    pub(super) fn state_rule(&mut self, indent: usize) -> Option<String> {
        let (pad, condition, code) = (" ".repeat(indent), self.stated()?, self.fresh("no"));
        Some(format!("{pad}- require: \"{condition}\"\n{pad}  refuse: {code}\n"))
    }

    /// What is said of the element that was named last.
    pub(super) fn of_element(&mut self, inner: u32) -> String {
        match self.scope.names.last().cloned() {
            Some(Name { text, ty: T::Row(of), .. }) if self.has_states(of) && self.random.one_in(2) => {
                self.in_states(&text)
            }
            _ => self.condition(inner),
        }
    }

    /// What a search, or an argument, is narrowed to.
    pub(super) fn narrowed(&mut self, of: usize, depth: u32, hops: u32) -> Option<String> {
        if !self.has_states(of) || !self.random.one_in(3) {
            return self.filter(of, depth, hops);
        }
        let said = self.in_states("row");
        Some(match self.random.below(3) {
            0 => format!("({said} && {})", self.filter(of, depth, hops)?),
            _ => said,
        })
    }
}
