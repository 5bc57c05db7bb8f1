//! How large the number of a path can be, where it has one, and which of two is the larger one.
//!
//! ```text
//! require: loan.renewals < 2                      loan.renewals: 1 at most
//! require: account.balance >= input.amount        the difference is not negative
//! ```

use super::{Facts, Through, path};
use crate::expr::range::Range;
use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use opwright_values::schema::Schema;
use std::collections::BTreeMap;

/// What is known of the numbers of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ranges {
    /// In units of the scale that the path itself has.
    single: BTreeMap<String, (Through, Range)>,
    /// Of the path named first at least as much as of the other one; the flag says that it is more.
    pairs: BTreeMap<(String, String), (Through, bool)>,
}

impl Ranges {
    fn say(&mut self, path: String, through: Through, range: Range) {
        let known = self.single.entry(path).or_insert((through, range));
        known.1 = known.1.and(range);
    }

    fn say_pair(&mut self, pair: (String, String), through: Through, more: bool) {
        self.pairs.entry(pair).or_insert((through, more)).1 |= more;
    }

    /// Everything that either knows.
    pub(super) fn add(&mut self, other: &Self) {
        for (path, (through, range)) in &other.single {
            self.say(path.clone(), through.clone(), *range);
        }
        for (pair, (through, more)) in &other.pairs {
            self.say_pair(pair.clone(), through.clone(), *more);
        }
    }

    /// What holds if one of both does.
    pub(super) fn keep_common(&mut self, other: &Self) {
        self.single.retain(|path, (_, range)| {
            let there = other.single.get(path);
            there.iter().for_each(|(_, other)| *range = range.or(*other));
            there.is_some()
        });
        self.pairs.retain(|pair, (_, more)| {
            let there = other.pairs.get(pair);
            *more &= there.is_some_and(|(_, more)| *more);
            there.is_some()
        });
    }

    /// Keeps what is known of those paths.
    pub(super) fn retain(&mut self, mut which: impl FnMut(&str, &Through) -> bool) {
        self.single.retain(|path, (through, _)| which(path, through));
        self.pairs.retain(|(a, b), (through, _)| which(a, through) && which(b, through));
    }

    /// What is known of paths, one of which at least is among those; each has another name then.
    pub(super) fn renamed(&self, name: impl Fn(&str) -> Option<String>) -> Self {
        let single = self.single.iter().filter_map(|(path, known)| Some((name(path)?, known.clone())));
        let pair = |((a, b), known): (&(String, String), &(Through, bool))| {
            let pair = match (name(a), name(b)) {
                (None, None) => return None,
                (one, other) => (one.unwrap_or_else(|| a.clone()), other.unwrap_or_else(|| b.clone())),
            };
            Some((pair, known.clone()))
        };
        Ranges { single: single.collect(), pairs: self.pairs.iter().filter_map(pair).collect() }
    }

    /// What a comparison says of two numbers.
    pub(super) fn compared(&mut self, op: BinaryOp, a: &Typed, b: &Typed, schema: &Schema) {
        match op {
            BinaryOp::Eq => {
                self.at_least(a, b, false, schema);
                self.at_least(b, a, false, schema);
            }
            BinaryOp::Ge => self.at_least(a, b, false, schema),
            BinaryOp::Gt => self.at_least(a, b, true, schema),
            BinaryOp::Le => self.at_least(b, a, false, schema),
            BinaryOp::Lt => self.at_least(b, a, true, schema),
            _ => {}
        }
    }

    /// `large >= small`, or `large > small`.
    fn at_least(&mut self, large: &Typed, small: &Typed, more: bool, schema: &Schema) {
        let step = i128::from(more);
        match (written(large), written(small)) {
            (None, Some(least)) => {
                if let Some((path, through)) = itself(large, schema) {
                    self.say(path, through, Range::new(least.saturating_add(step), i128::MAX));
                }
                if let (Kind::Binary(BinaryOp::Sub, a, b), true) = (&large.kind, least >= 0) {
                    self.at_least(a, b, more || least > 0, schema);
                }
            }
            (Some(most), None) => {
                if let Some((path, through)) = itself(small, schema) {
                    self.say(path, through, Range::new(i128::MIN, most.saturating_sub(step)));
                }
            }
            (None, None) => {
                let both = number(large, schema).zip(number(small, schema));
                if let Some(((large, mut through), (small, others))) = both {
                    through.extend(others);
                    self.say_pair((large, small), through, more);
                }
            }
            (Some(_), Some(_)) => {}
        }
    }
}

/// A number that is written out, in units of its scale.
fn written(expr: &Typed) -> Option<i128> {
    match &expr.kind {
        Kind::Int(value) | Kind::Decimal(value) if is_number(expr) => Some(i128::from(*value)),
        _ => None,
    }
}

fn is_number(expr: &Typed) -> bool {
    matches!(expr.ty.present(), Ty::Int | Ty::Decimal(_))
}

/// The path of a number, whatever the scale that it is widened to.
fn number(expr: &Typed, schema: &Schema) -> Option<(String, Through)> {
    if is_number(expr) { path(expr, schema) } else { None }
}

/// The path of a number that is compared in its own scale.
fn itself(expr: &Typed, schema: &Schema) -> Option<(String, Through)> {
    let mut inner = expr;
    while let Kind::Proved(it) | Kind::Widen(it) = &inner.kind {
        if it.ty.present() != expr.ty.present() {
            return None;
        }
        inner = it;
    }
    number(inner, schema)
}

impl Facts {
    /// What is known of a number beyond its type: of a path, or of the difference of two.
    pub fn range(&self, expr: &Typed, schema: &Schema) -> Option<Range> {
        if !is_number(expr) {
            return None;
        }
        if let Kind::Binary(BinaryOp::Sub, a, b) = &expr.kind {
            let (a, b) = (number(a, schema)?.0, number(b, schema)?.0);
            let known =
                |pair: (String, String)| self.ranges.pairs.get(&pair).map(|(_, more)| i128::from(*more));
            let positive = known((a.clone(), b.clone())).map(|least| Range::new(least, i128::MAX));
            let negative = known((b, a)).map(|least| Range::new(i128::MIN, -least));
            return match (positive, negative) {
                (Some(positive), Some(negative)) => Some(positive.and(negative)),
                (positive, negative) => positive.or(negative),
            };
        }
        let (path, _) = path(expr, schema)?;
        self.ranges.single.get(&path).map(|(_, range)| *range)
    }

    /// The same without what is known of numbers.
    #[must_use]
    pub fn without_ranges(mut self) -> Facts {
        self.ranges = Ranges::default();
        self
    }
}
