//! What is known where: which optional paths are present, which values of an enum or which numbers a path can have, and
//! how large lists are.
//!
//! ```text
//! has(m.balance) && m.balance > 0      on the right of `&&`: m.balance is present
//! require: order.status == 'open'      afterwards: a transition from there has nothing to refuse
//! require: order.number < 9            afterwards: one more is 9 at most
//! require: a.size() == b.size()        afterwards: an index of `a` is one of `b`
//! ```

mod choices;
mod ranges;

use crate::expr::as_long_as;
use crate::expr::typed::{BinaryOp, Function, Kind, Macro, MacroKind, ResourceId, Ty, Typed};
use choices::Choices;
use opwright_values::schema::{Collection, Schema};
use ranges::Ranges;
use std::collections::{BTreeMap, BTreeSet};

/// Fields that a path goes through: resource and field.
type Through = Vec<(ResourceId, usize)>;

/// What is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    present: BTreeMap<String, Through>,
    choices: Choices,
    ranges: Ranges,
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
        Kind::Row => Some((ROW.to_owned(), Vec::new())),
        Kind::Input(index) => Some((format!("input#{index}"), Vec::new())),
        Kind::Field(of, field) | Kind::Refer(of, field) => {
            let resource = crate::expr::parts::row_of(&of.ty)?;
            let name = &schema.resources.get(resource)?.fields.get(*field)?.name;
            step(of, name, Some((resource, *field)))
        }
        Kind::Collection(of, index) => {
            let resource = crate::expr::parts::row_of(&of.ty)?;
            step(of, &schema.resources.get(resource)?.collections.get(*index)?.name, None)
        }
        Kind::Part(of, part) => step(of, &format!("#{part}"), None),
        Kind::Proved(inner) | Kind::Widen(inner) => path(inner, schema),
        _ => None,
    }
}

/// The path of a list that has as many elements as this one: sorting and `map` without filter keep them all.
pub fn size_path(list: &Typed, schema: &Schema) -> Option<String> {
    path(as_long_as(list), schema).map(|(path, _)| path)
}

/// What is known of a value that has a name: a list is as long as the one that it was made of.
pub fn when_named(name: &str, value: &Typed, schema: &Schema) -> Facts {
    let mut facts = Facts::default();
    if matches!(value.ty, Ty::List(_))
        && let Some(path) = size_path(value, schema)
    {
        facts.say_equal(name, &path);
    }
    facts
}

/// How facts call the row of a condition over one.
pub const ROW: &str = "row";

/// How facts call a name that counts the rounds of an `each`.
pub fn index(name: &str) -> String {
    format!("index {name}")
}

/// How facts call each element of a list that has a name.
pub fn element(name: &str) -> String {
    format!("{name}[]")
}

impl Facts {
    /// Whether an optional path is known to be present.
    pub fn is_present(&self, path: &str) -> bool {
        self.present.contains_key(path)
    }

    /// The fewest elements that a list is known to have.
    pub fn least(&self, path: &str) -> i64 {
        self.as_long_as(path).iter().filter_map(|path| self.least.get(*path)).max().copied().unwrap_or(0)
    }

    /// Whether two lists are known to be equally long, if need be by way of others.
    pub fn equal_sizes(&self, a: &str, b: &str) -> bool {
        self.as_long_as(a).contains(b)
    }

    /// All lists that are as long as this one, itself included.
    fn as_long_as<'f>(&'f self, path: &'f str) -> BTreeSet<&'f str> {
        let (mut found, mut next) = (BTreeSet::from([path]), vec![path]);
        while let Some(here) = next.pop() {
            for (a, b) in &self.equal {
                let other = if a == here { b } else { a };
                if (a == here || b == here) && found.insert(other) {
                    next.push(other);
                }
            }
        }
        found
    }

    /// Says that two lists are equally long.
    pub fn say_equal(&mut self, a: &str, b: &str) {
        self.equal.insert(ordered(a, b));
    }

    /// Everything that either knows.
    pub fn add(&mut self, other: &Facts) {
        self.present.extend(other.present.clone());
        self.choices.add(&other.choices);
        self.ranges.add(&other.ranges);
        self.equal.extend(other.equal.iter().cloned());
        for (path, size) in &other.least {
            self.say_least(path.clone(), *size);
        }
    }

    fn say_least(&mut self, path: String, size: i64) {
        let known = self.least.entry(path).or_default();
        *known = (*known).max(size);
    }

    /// Both together.
    #[must_use]
    pub fn with(&self, other: &Facts) -> Facts {
        let mut both = self.clone();
        both.add(other);
        both
    }

    /// What is known of presence alone.
    #[must_use]
    pub fn of_presence(self) -> Facts {
        Facts { present: self.present, ..Facts::default() }
    }

    /// What both know.
    #[must_use]
    pub fn common(&self, other: &Facts) -> Facts {
        let mut common = self.clone();
        common.present.retain(|path, _| other.present.contains_key(path));
        common.choices.keep_common(&other.choices);
        common.ranges.keep_common(&other.ranges);
        common.equal.retain(|pair| other.equal.contains(pair));
        for (path, size) in &mut common.least {
            *size = (*size).min(other.least(path));
        }
        common.least.retain(|_, size| *size > 0);
        common
    }

    /// A field was written: what goes through it is not known any more.
    pub fn forget_field(&mut self, resource: ResourceId, index: usize, schema: &Schema) {
        self.present.retain(|_, through| !through.contains(&(resource, index)));
        self.choices.retain(|_, through| !through.contains(&(resource, index)));
        self.ranges.retain(|_, through| !through.contains(&(resource, index)));
        let fields = schema.resources.get(resource).map(|it| &it.fields);
        if let Some(field) = fields.and_then(|fields| fields.get(index)) {
            // Sizes are of collections and lists; a write to a reference or a list can change which one is meant.
            self.forget_sizes(&field.name);
        }
        self.forget_collections(schema, |collection| {
            let reads = collection.only.as_ref().is_some_and(|only| only.reads.contains(&index));
            collection.of == resource && (collection.through == index || reads)
        });
    }

    /// A field of this name is written somewhere: nothing that mentions it is known any more.
    pub fn forget_written(&mut self, name: &str, schema: &Schema) {
        self.present.retain(|path, _| !mentions(path, name));
        self.choices.retain(|path, _| !mentions(path, name));
        self.ranges.retain(|path, _| !mentions(path, name));
        self.forget_sizes(name);
        self.forget_collections(schema, |collection| {
            let Some(of) = schema.resources.get(collection.of) else { return false };
            let only = collection.only.iter().flat_map(|only| &only.reads);
            let mut decides = only.chain([&collection.through]).filter_map(|field| of.fields.get(*field));
            decides.any(|field| field.name == name)
        });
    }

    /// Rows of a resource are created: collections of them are no longer as long as other lists.
    pub fn forget_created(&mut self, resource: ResourceId, schema: &Schema) {
        for owner in &schema.resources {
            for collection in owner.collections.iter().filter(|collection| collection.of == resource) {
                self.equal.retain(|(a, b)| !mentions(a, &collection.name) && !mentions(b, &collection.name));
            }
        }
    }

    /// Rows of a resource are deleted: collections of them may be of any size.
    pub fn forget_deleted(&mut self, resource: ResourceId, schema: &Schema) {
        self.forget_collections(schema, |collection| collection.of == resource);
    }

    /// A name has ended: whatever is called so next is something else.
    pub fn end(&mut self, name: &str) {
        let (index, element) = (index(name), element(name));
        let ends = |path: &str| begins(path, name) || begins(path, &element) || path == index;
        self.present.retain(|path, _| !ends(path));
        self.choices.retain(|path, _| !ends(path));
        self.ranges.retain(|path, _| !ends(path));
        self.equal.retain(|(a, b)| !ends(a) && !ends(b));
        self.least.retain(|path, _| !ends(path));
    }

    /// Rows joined or left collections.
    fn forget_collections(&mut self, schema: &Schema, which: impl Fn(&Collection) -> bool) {
        for collection in schema.resources.iter().flat_map(|owner| &owner.collections).filter(|it| which(it))
        {
            self.forget_sizes(&collection.name);
        }
    }

    fn forget_sizes(&mut self, name: &str) {
        self.equal.retain(|(a, b)| !mentions(a, name) && !mentions(b, name));
        self.least.retain(|path, _| !mentions(path, name));
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
                let (one, other) = (Self::when_true(a, schema), Self::when_true(b, schema));
                facts = one.common(&other);
                // What is said of a value holds where there is none.
                facts.add(&other.of_absent(a, schema));
                facts.add(&one.of_absent(b, schema));
            }
            Kind::Binary(BinaryOp::In, item, list) => {
                facts.not_empty(list, schema);
                facts.is_in(item, list, true, schema);
            }
            Kind::Macro(Macro { kind: MacroKind::Exists | MacroKind::ExistsOne, list, .. }) => {
                facts.not_empty(list, schema);
            }
            Kind::Binary(op, a, b) => facts.compared(*op, a, b, schema),
            _ => {}
        }
        facts
    }

    /// What is known when a condition does not hold.
    pub fn when_false(condition: &Typed, schema: &Schema) -> Facts {
        let mut facts = Facts::default();
        match &condition.kind {
            Kind::Not(inner) => return Self::when_true(inner, schema),
            Kind::Binary(BinaryOp::Or, a, b) => {
                return Self::when_false(a, schema).with(&Self::when_false(b, schema));
            }
            Kind::Binary(BinaryOp::And, a, b) => {
                return Self::when_false(a, schema).common(&Self::when_false(b, schema));
            }
            Kind::Macro(Macro { kind: MacroKind::All, list, .. }) => facts.not_empty(list, schema),
            Kind::Binary(BinaryOp::In, item, list) => facts.is_in(item, list, false, schema),
            Kind::Binary(op, a, b) => {
                let opposite = match op {
                    BinaryOp::Eq => BinaryOp::Ne,
                    BinaryOp::Ne => BinaryOp::Eq,
                    BinaryOp::Lt => BinaryOp::Ge,
                    BinaryOp::Le => BinaryOp::Gt,
                    BinaryOp::Gt => BinaryOp::Le,
                    BinaryOp::Ge => BinaryOp::Lt,
                    _ => return facts,
                };
                facts.compared(opposite, a, b, schema);
            }
            _ => {}
        }
        facts
    }

    /// Whether a value is one of a list that is written out.
    fn is_in(&mut self, item: &Typed, list: &Typed, is_one: bool, schema: &Schema) {
        if let Kind::List(values) = &list.kind {
            self.choices.compared(item, &values.iter().collect::<Vec<_>>(), is_one, schema);
        }
    }

    /// What a comparison says about values of enums, about numbers, and about sizes.
    fn compared(&mut self, op: BinaryOp, a: &Typed, b: &Typed, schema: &Schema) {
        if let BinaryOp::Eq | BinaryOp::Ne = op {
            self.choices.compared(a, &[b], op == BinaryOp::Eq, schema);
            self.choices.compared(b, &[a], op == BinaryOp::Eq, schema);
        }
        self.ranges.compared(op, a, b, schema);
        match op {
            BinaryOp::Eq => {
                if let (Some(a), Some(b)) = (sized(a, schema), sized(b, schema)) {
                    self.say_equal(&a, &b);
                }
                self.at_least(a, b, 0, schema);
                self.at_least(b, a, 0, schema);
            }
            // A size is not negative: what is not 0 is at least 1.
            BinaryOp::Ne if matches!(b.kind, Kind::Int(0)) => self.at_least(a, b, 1, schema),
            BinaryOp::Ne if matches!(a.kind, Kind::Int(0)) => self.at_least(b, a, 1, schema),
            BinaryOp::Ge => self.at_least(a, b, 0, schema),
            BinaryOp::Gt => self.at_least(a, b, 1, schema),
            BinaryOp::Le => self.at_least(b, a, 0, schema),
            BinaryOp::Lt => self.at_least(b, a, 1, schema),
            _ => {}
        }
    }

    fn at_least(&mut self, list: &Typed, count: &Typed, more: i64, schema: &Schema) {
        if let (Some(path), Kind::Int(count)) = (sized(list, schema), &count.kind) {
            self.say_least(path, count.saturating_add(more));
        }
    }

    fn not_empty(&mut self, list: &Typed, schema: &Schema) {
        if let Some(path) = size_path(list, schema) {
            self.say_least(path, 1);
        }
    }
}

/// Whether a path begins with a name.
fn begins(path: &str, name: &str) -> bool {
    path.split('.').next() == Some(name)
}

/// Whether a path goes through a name.
fn mentions(path: &str, name: &str) -> bool {
    path.split('.').any(|part| part == name)
}

/// The list of which this is the size.
fn sized(expr: &Typed, schema: &Schema) -> Option<String> {
    match &expr.kind {
        Kind::Call(Function::Size, args) => size_path(args.first()?, schema),
        _ => None,
    }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    if a <= b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}
