//! What is known where: which optional paths are present, and how large lists are.
//!
//! ```text
//! has(m.balance) && m.balance > 0      on the right of `&&`: m.balance is present
//! require: a.size() == b.size()        afterwards: an index of `a` is one of `b`
//! ```

use crate::expr::typed::{BinaryOp, Function, Kind, Typed};
use crate::model::ResourceId;
use opwright_values::schema::Schema;
use std::collections::{BTreeMap, BTreeSet};

/// Fields that a path goes through: resource and field.
type Through = Vec<(ResourceId, usize)>;

/// What is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    present: BTreeMap<String, Through>,
    /// Pairs of lists of equal size.
    equal: BTreeSet<(String, String)>,
    /// The fewest elements of a list.
    least: BTreeMap<String, i64>,
}

/// The path of an expression, as facts know it.
pub fn path(expr: &Typed, schema: &Schema) -> Option<(String, Through)> {
    let step = |of: &Typed, name: &str, through: Option<(ResourceId, usize)>| {
        let (path, mut all) = path(of, schema)?;
        all.extend(through);
        Some((format!("{path}.{name}"), all))
    };
    match &expr.kind {
        Kind::Name(name) | Kind::Var(name) => Some((name.clone(), Vec::new())),
        Kind::Row => Some(("row".to_owned(), Vec::new())),
        Kind::Input(index) => Some((format!("input#{index}"), Vec::new())),
        Kind::Field(of, field) | Kind::Refer(of, field) => {
            let resource = crate::lower::hops::row_of(&of.ty)?;
            let name = &schema.resources.get(resource)?.fields.get(*field)?.name;
            step(of, name, Some((resource, *field)))
        }
        Kind::Collection(of, index) => {
            let resource = crate::lower::hops::row_of(&of.ty)?;
            step(of, &schema.resources.get(resource)?.collections.get(*index)?.name, None)
        }
        Kind::Part(of, part) => step(of, &format!("#{part}"), None),
        Kind::Proved(inner) | Kind::Widen(inner) => path(inner, schema),
        _ => None,
    }
}

impl Facts {
    /// Whether an optional path is known to be present.
    pub fn is_present(&self, path: &str) -> bool {
        self.present.contains_key(path)
    }

    /// The fewest elements that a list is known to have.
    pub fn least(&self, path: &str) -> i64 {
        self.least.get(path).copied().unwrap_or(0)
    }

    /// Whether two lists are known to be equally long.
    pub fn equal_sizes(&self, a: &str, b: &str) -> bool {
        a == b || self.equal.contains(&ordered(a, b))
    }

    /// Says that two lists are equally long.
    pub fn say_equal(&mut self, a: &str, b: &str) {
        self.equal.insert(ordered(a, b));
    }

    /// Everything that either knows.
    pub fn add(&mut self, other: &Facts) {
        self.present.extend(other.present.clone());
        self.equal.extend(other.equal.iter().cloned());
        for (path, size) in &other.least {
            let known = self.least.entry(path.clone()).or_default();
            *known = (*known).max(*size);
        }
    }

    /// Both together.
    #[must_use]
    pub fn with(&self, other: &Facts) -> Facts {
        let mut both = self.clone();
        both.add(other);
        both
    }

    /// What both know.
    #[must_use]
    pub fn common(&self, other: &Facts) -> Facts {
        let mut common = self.clone();
        common.present.retain(|path, _| other.present.contains_key(path));
        common.equal.retain(|pair| other.equal.contains(pair));
        common.least.retain(|path, _| other.least.contains_key(path));
        for (path, size) in &mut common.least {
            *size = (*size).min(other.least(path));
        }
        common
    }

    /// A field was written: what goes through it is not known any more.
    pub fn forget_field(&mut self, resource: ResourceId, field: usize, name: &str) {
        self.present.retain(|_, through| !through.contains(&(resource, field)));
        // Sizes are of collections and lists; a write to a reference or a list can change which one is meant.
        let touches = |path: &str| path.split('.').any(|part| part == name);
        self.equal.retain(|(a, b)| !touches(a) && !touches(b));
        self.least.retain(|path, _| !touches(path));
    }

    /// A field of this name is written somewhere: nothing that mentions it is known any more.
    pub fn forget_named(&mut self, name: &str) {
        let touches = |path: &str| path.split('.').any(|part| part == name);
        self.present.retain(|path, _| !touches(path));
        self.equal.retain(|(a, b)| !touches(a) && !touches(b));
        self.least.retain(|path, _| !touches(path));
    }

    /// Forgets that one path is present.
    pub fn forget_path(&mut self, path: &str) {
        self.present.remove(path);
    }

    /// A name was bound anew, or a row joined a collection: sizes that mention it are not known any more.
    pub fn forget_size(&mut self, name: &str) {
        let touches = |path: &str| path.split('.').any(|part| part == name);
        self.equal.retain(|(a, b)| !touches(a) && !touches(b));
    }

    /// What is known when a condition holds.
    pub fn when_true(condition: &Typed, schema: &Schema) -> Facts {
        let mut facts = Facts::default();
        match &condition.kind {
            Kind::Has(inner) => facts.present.extend(path(inner, schema)),
            Kind::Not(inner) => return Self::when_false(inner, schema),
            Kind::Binary(BinaryOp::And, a, b) => {
                facts.add(&Self::when_true(a, schema));
                facts.add(&Self::when_true(b, schema));
            }
            Kind::Binary(BinaryOp::Or, a, b) => {
                return Self::when_true(a, schema).common(&Self::when_true(b, schema));
            }
            Kind::Binary(BinaryOp::Eq, a, b) => facts.sizes(a, b, schema),
            Kind::Binary(BinaryOp::Ge, a, b) => facts.at_least(a, b, 0, schema),
            Kind::Binary(BinaryOp::Gt, a, b) => facts.at_least(a, b, 1, schema),
            Kind::Binary(BinaryOp::Le, a, b) => facts.at_least(b, a, 0, schema),
            Kind::Binary(BinaryOp::Lt, a, b) => facts.at_least(b, a, 1, schema),
            _ => {}
        }
        facts
    }

    /// What is known when a condition does not hold.
    pub fn when_false(condition: &Typed, schema: &Schema) -> Facts {
        match &condition.kind {
            Kind::Not(inner) => Self::when_true(inner, schema),
            Kind::Binary(BinaryOp::Or, a, b) => {
                Self::when_false(a, schema).with(&Self::when_false(b, schema))
            }
            Kind::Binary(BinaryOp::And, a, b) => {
                Self::when_false(a, schema).common(&Self::when_false(b, schema))
            }
            Kind::Binary(BinaryOp::Ne, a, b) => {
                let mut facts = Facts::default();
                facts.sizes(a, b, schema);
                facts
            }
            Kind::Binary(BinaryOp::Lt, a, b) => {
                let mut facts = Facts::default();
                facts.at_least(a, b, 0, schema);
                facts
            }
            _ => Facts::default(),
        }
    }

    fn sizes(&mut self, a: &Typed, b: &Typed, schema: &Schema) {
        match (sized(a, schema), sized(b, schema)) {
            (Some(a), Some(b)) => self.say_equal(&a, &b),
            (Some(_), None) => self.at_least(a, b, 0, schema),
            (None, Some(_)) => self.at_least(b, a, 0, schema),
            (None, None) => {}
        }
    }

    fn at_least(&mut self, list: &Typed, count: &Typed, more: i64, schema: &Schema) {
        if let (Some(path), Kind::Int(count)) = (sized(list, schema), &count.kind) {
            let known = self.least.entry(path).or_default();
            *known = (*known).max(count.saturating_add(more));
        }
    }
}

/// The list of which this is the size.
fn sized(expr: &Typed, schema: &Schema) -> Option<String> {
    match &expr.kind {
        Kind::Call(Function::Size, args) => path(args.first()?, schema).map(|(path, _)| path),
        _ => None,
    }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    if a <= b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}
