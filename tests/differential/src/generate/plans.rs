//! Steps that know something of a row, and change it under this name or another one in between.
//!
//! ```text
//! - let: n3                     the same row, or perhaps the same: one of those that were sent
//!   be: "p1"
//! - require: "(p1.v0 < 20)"
//! - update: n3
//!   set:
//!     v0: 20
//! - update: p1
//!   set:
//!     v0: "(p1.v0 + 1)"
//! ```

use super::Generator;
use super::shape::{Field, T};
use std::collections::BTreeSet;

/// What a list of steps does besides: a rule, and effects behind all rules.
pub(super) struct Plan {
    pub(super) rules: String,
    pub(super) effects: String,
}

impl Generator {
    pub(super) fn plan(&mut self, indent: usize, used: &mut BTreeSet<String>) -> Option<Plan> {
        let (row, of) = self.target().filter(|(row, _)| !row.contains('.'))?;
        let fields = self.shapes.resources.get(of)?.fields.clone();
        let bounded: Vec<Field> =
            fields.into_iter().filter(|it| !it.optional && it.ends().is_some()).collect();
        let field = self.random.pick(&bounded).cloned();
        let known = match &field {
            Some(field) if !(self.has_states(of) && self.random.one_in(2)) => Known::Number(field),
            _ if self.has_states(of) => Known::State,
            _ => return None,
        };
        let (pad, upward, mut rules) = (" ".repeat(indent), self.random.one_in(2), String::new());
        let other = self.other_name(&row, of, &pad, &mut rules);
        let (knows, last, one) = match &known {
            Known::State => (self.in_states(&row), String::new(), String::new()),
            Known::Number(field) => {
                let (low, high) = field.ends()?;
                let one = format!("(ROW.{} {} 1)", field.name, if upward { "+" } else { "-" });
                (self.near_an_end(&row, field, upward), if upward { high } else { low }.to_owned(), one)
            }
        };
        let in_lane = self.random.one_in(3);
        let inner = if in_lane { indent + 4 } else { indent };
        let mut effects = String::new();
        if let Some(other) = other.filter(|_| self.random.one_in(2)) {
            let value = if self.random.one_in(2) { &last } else { &one };
            effects.push_str(&self.change(&other, &known, value, inner, used)?);
        }
        effects.push_str(&self.change(&row, &known, &one, inner, used)?);
        if in_lane {
            let name = self.fresh("w");
            effects = format!("{pad}- when: \"{knows}\"\n{pad}  as: {name}\n{pad}  then:\n{effects}");
        } else {
            let code = self.fresh("no");
            rules.push_str(&format!("{pad}- require: \"{knows}\"\n{pad}  refuse: {code}\n"));
        }
        self.scope.forget();
        Some(Plan { rules, effects })
    }

    /// Another name, of the same row or of one that may be the same.
    fn other_name(&mut self, row: &str, of: usize, pad: &str, rules: &mut String) -> Option<String> {
        if self.random.one_in(2) {
            let name = self.fresh("n");
            rules.push_str(&format!("{pad}- let: {name}\n{pad}  be: \"{row}\"\n"));
            self.scope.add(name.clone(), T::Row(of), false);
            return Some(name);
        }
        let paths = self.scope.paths(&self.shapes).into_iter();
        let same = paths.filter(|path| !path.optional && path.ty == T::Row(of) && path.text != row);
        let same: Vec<String> =
            same.map(|path| path.text).filter(|path| !self.scope.gone.contains(path)).collect();
        self.random.pick(&same).filter(|path| path.matches('.').count() < 2).cloned()
    }

    /// That a number is not at an end of its range.
    fn near_an_end(&mut self, row: &str, field: &Field, upward: bool) -> String {
        let path = format!("{row}.{}", field.name);
        let Some((low, high)) = field.ends() else { return "true".to_owned() };
        match (self.random.below(6), upward) {
            (0, _) => format!("({path} {} {high})", self.random.word(&["<=", "!=", "=="])),
            (1, _) => format!("({path} {} {low})", self.random.word(&[">=", "!=", "=="])),
            (_, true) => format!("({path} < {high})"),
            (_, false) => format!("({path} > {low})"),
        }
    }

    /// A move, or a number that is one more or one less, or at an end of its range.
    fn change(
        &mut self,
        row: &str,
        of: &Known<'_>,
        value: &str,
        indent: usize,
        used: &mut BTreeSet<String>,
    ) -> Option<String> {
        let (pad, called) = (" ".repeat(indent), row.replace('.', "_"));
        match of {
            Known::State => {
                let name = self.random.word(&["go", "end", "back"]);
                let step = format!("{pad}- transition: {row}.{name}\n");
                used.insert(format!("{name}_{called}")).then_some(step)
            }
            Known::Number(field) => {
                let (name, value) = (&field.name, value.replace("ROW", row));
                let step = format!("{pad}- update: {row}\n{pad}  set:\n{pad}    {name}: \"{value}\"\n");
                used.insert(format!("update_{called}")).then_some(step)
            }
        }
    }
}

/// Of what something is known.
enum Known<'f> {
    State,
    Number(&'f Field),
}
