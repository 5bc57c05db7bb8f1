//! What says how large numbers are, and values that are computed of those: they have room, or all the same not, because
//! something has changed one of them meanwhile.
//!
//! ```text
//! - require: "(p1.v0 >= input.a2)"
//! - update: p1
//!   set:
//!     v0: "(p1.v0 - input.a2)"
//! ```

use super::Generator;
use super::shape::{Field, T};

/// Two numbers that were compared.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    pub(super) ty: T,
    pub(super) one: String,
    pub(super) other: String,
}

fn is_number(ty: &T) -> bool {
    matches!(ty, T::Int | T::Dec(_))
}

impl Generator {
    /// A comparison of a number with another one, or with one that is written out.
    pub(super) fn ordered(&mut self) -> Option<String> {
        let paths = self.scope.paths(&self.shapes);
        let known: Vec<(String, T)> = paths
            .into_iter()
            .filter(|path| !path.optional && is_number(&path.ty))
            .map(|path| (path.text, path.ty))
            .collect();
        let (one, ty) = self.random.pick(&known)?.clone();
        let others: Vec<&String> =
            known.iter().filter(|(other, of)| *of == ty && *other != one).map(|(other, _)| other).collect();
        let other = match self.random.pick(&others) {
            Some(other) if self.random.one_in(2) => (*other).clone(),
            _ => self.bound(&ty),
        };
        let order = self.random.word(&["<", "<=", ">", ">=", ">=", "=="]);
        let said = match self.random.below(8) {
            0 => format!("!({one} {order} {other})"),
            1 => format!("(({one} - {other}) {order} 0)"),
            2 | 3 => format!("(({one} >= {}) && ({one} {} {}))", self.bound(&ty), "<=", self.bound(&ty)),
            4 => format!("(({one} {order} {other}) || ({one} {order} {}))", self.bound(&ty)),
            _ => format!("({one} {order} {other})"),
        };
        self.scope.compared.push(Compared { ty, one, other });
        Some(match self.random.below(8) {
            0 => format!("({said} && {})", self.condition(1)),
            1 => format!("({} || {said})", self.condition(1)),
            _ => said,
        })
    }

    /// A rule that says it; of what may be absent, that it is there is another one's to say.
    pub(super) fn ordered_rule(&mut self, indent: usize) -> Option<String> {
        let pad = " ".repeat(indent);
        let optional =
            self.scope.paths(&self.shapes).into_iter().filter(|it| it.optional && is_number(&it.ty));
        let optional: Vec<_> = optional.collect();
        if let (Some(path), true) = (self.random.pick(&optional).cloned(), self.random.one_in(4)) {
            let (path, ty) = (path.text, path.ty);
            let (other, one, two) = (self.leaf(&ty)?, self.fresh("no"), self.fresh("no"));
            let order = self.random.word(&["<", "<=", ">", ">="]);
            self.scope.present.insert(path.clone());
            let rules = format!(
                "{pad}- require: \"(!has({path}) || ({path} {order} {other}))\"\n{pad}  refuse: {one}\n\
                 {pad}- require: \"has({path})\"\n{pad}  refuse: {two}\n"
            );
            self.scope.compared.push(Compared { ty, one: path, other });
            return Some(rules);
        }
        let (condition, code) = (self.ordered()?, self.fresh("no"));
        let mut out = format!("{pad}- require: \"{condition}\"\n{pad}  refuse: {code}\n");
        // On what was sent all rules are asked, whatever others say.
        let sent: Vec<String> = self
            .scope
            .names
            .iter()
            .filter(|it| it.ty == T::Int && !it.optional)
            .map(|it| it.text.clone())
            .collect();
        let sent: Vec<String> = sent.into_iter().filter(|it| it.starts_with("input.")).collect();
        if let (Some(one), true) = (self.random.pick(&sent).cloned(), self.random.one_in(3)) {
            let (code, name, most) = (self.fresh("no"), self.fresh("n"), self.bound(&T::Int));
            let large = self.random.word(&["9007199254740991", "1000000000000000", "400000000000000"]);
            out.push_str(&format!(
                "{pad}- require: \"(({one} >= -1) && ({one} <= {most}))\"\n{pad}  refuse: {code}\n\
                 {pad}- let: {name}\n{pad}  be: \"({one} * {large})\"\n"
            ));
            self.scope.add(name, T::Int, false);
        }
        Some(out)
    }

    /// A value that is computed of numbers that were compared.
    pub(super) fn of_compared(&mut self, ty: &T) -> Option<String> {
        let fitting: Vec<Compared> = self.scope.compared.iter().filter(|it| it.ty == *ty).cloned().collect();
        let Compared { one, other, .. } = self.random.pick(&fitting)?.clone();
        let bound = self.bound(ty);
        Some(match self.random.below(8) {
            0 => format!("({other} - {one})"),
            1 | 2 => format!("({one} + {bound})"),
            3 => format!("({one} - {bound})"),
            4 if *ty == T::Int => format!("({one} * {})", self.random.word(&["2", "9007199254740991"])),
            5 => format!("({bound} - {one})"),
            _ => format!("({one} - {other})"),
        })
    }

    /// The numbers of a row that a search has compared, or a condition of a list.
    pub(super) fn compared_in(&mut self, row: &str, of: usize) {
        let fields = self.shapes.resources.get(of).map(|it| it.fields.clone()).unwrap_or_default();
        let numbers: Vec<Field> = fields.into_iter().filter(|it| !it.optional && is_number(&it.ty)).collect();
        if let Some(field) = self.random.pick(&numbers).cloned() {
            let other = self.bound(&field.ty);
            self.scope.compared.push(Compared { one: format!("{row}.{}", field.name), other, ty: field.ty });
        }
    }

    /// A number that is written out, near to where the ranges of fields end.
    fn bound(&mut self, ty: &T) -> String {
        let bounds: &[&str] = match ty {
            T::Int => &["0", "1", "2", "3", "7", "19", "20"],
            T::Dec(2) => &["0.00", "0.01", "1.50", "98.99", "99.00", "99"],
            _ => &["0.0000", "0.0001", "1.5000", "0.5"],
        };
        self.random.word(bounds).to_owned()
    }
}
