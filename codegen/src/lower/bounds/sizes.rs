//! What is known of sizes where a step stands, and how much an expression does.
//!
//! ```text
//! olds.all(o, olds.filter(p, p == o).size() <= 1)      50 elements, and 50 more for each of them: 2,550
//! ```

use crate::expr::parts::each_child;
use crate::expr::typed::{BinaryOp, Function, Kind, Macro, MacroKind, Ty, Typed};
use crate::expr::where_::reads_row;
use crate::lower::bounds::extent::Extent;
use crate::model::{Model, Operation, Reference};
use crate::rows::hops::{Along, Hop};
use std::collections::BTreeMap;
use std::ops::Add;

/// The sizes of what has a name.
pub(super) struct Sizes<'m> {
    pub(super) model: &'m Model,
    pub(super) operation: &'m Operation,
    /// What steps have bound.
    pub(super) names: BTreeMap<String, Extent>,
    /// The variables of the macros around.
    pub(super) vars: BTreeMap<String, Extent>,
    /// How many rows were loaded along a path.
    paths: BTreeMap<String, u64>,
}

/// What an expression does at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Elements of lists that it looks at.
    pub(crate) elements: u64,
    /// Characters that it puts together.
    pub(crate) characters: u64,
}

impl Work {
    /// Elements that are looked at.
    pub(super) fn elements(elements: u64) -> Self {
        Self { elements, characters: 0 }
    }

    /// The same so many times.
    pub(super) fn times(self, times: u64) -> Self {
        Self {
            elements: self.elements.saturating_mul(times),
            characters: self.characters.saturating_mul(times),
        }
    }
}

impl Add for Work {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            elements: self.elements.saturating_add(other.elements),
            characters: self.characters.saturating_add(other.characters),
        }
    }
}

impl std::iter::Sum for Work {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl<'m> Sizes<'m> {
    pub(super) fn new(model: &'m Model, operation: &'m Operation) -> Self {
        let mut sizes =
            Self { model, operation, names: BTreeMap::new(), vars: BTreeMap::new(), paths: BTreeMap::new() };
        // What reads only what was sent stands in front of the nodes that load the rows.
        for reference in operation.references.iter().filter(|it| it.list && it.way.is_empty()) {
            sizes.bind_rows(&reference.name, sizes.referred_to(reference));
        }
        sizes
    }

    /// How many rows a reference among the arguments loads.
    pub(super) fn referred_to(&self, reference: &Reference) -> u64 {
        let Some(field) = self.operation.inputs.get(reference.input) else { return u64::MAX };
        let sent = Extent::of(&field.ty);
        match (reference.way.as_slice(), reference.list) {
            ([], false) => 1,
            ([], true) => sent.most,
            (way, _) => sent.inside(way),
        }
    }

    /// Something that a macro does with each element of its list.
    pub(super) fn inside<T>(&mut self, mac: &Macro, element: Extent, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.vars.insert(mac.var.clone(), element);
        let done = act(self);
        match before {
            Some(before) => drop(self.vars.insert(mac.var.clone(), before)),
            None => drop(self.vars.remove(&mac.var)),
        }
        done
    }

    /// What an expression does.
    pub(super) fn work(&mut self, expr: &Typed) -> Work {
        let own = match &expr.kind {
            Kind::Macro(mac) => return self.of_macro(expr, mac),
            Kind::Call(
                Function::Size | Function::OrValue | Function::Or | Function::Contains | Function::Matches,
                _,
            ) => Work::default(),
            Kind::Call(Function::Join, args) => {
                let list = args.first().map_or(0, |arg| self.extent(arg).most);
                Work { elements: list, characters: self.extent(expr).most }
            }
            Kind::Call(_, args) => {
                let looks = args.first().map_or_else(Work::default, |arg| self.looks_at(arg));
                looks + Work { elements: 0, characters: self.characters_of(expr) }
            }
            Kind::Binary(BinaryOp::In, _, list) => self.looks_at(list),
            Kind::Binary(BinaryOp::Eq | BinaryOp::Ne, a, _) => self.looks_at(a),
            Kind::Binary(BinaryOp::Add, ..) if matches!(expr.ty.present(), Ty::Text | Ty::List(_)) => {
                self.made(expr)
            }
            Kind::List(_) | Kind::Object(_) | Kind::Map(_) => self.made(expr),
            _ => Work::default(),
        };
        let mut parts = Vec::new();
        each_child(expr, &mut |part| parts.push(part));
        own + parts.into_iter().map(|part| self.work(part)).sum()
    }

    fn of_macro(&mut self, expr: &Typed, mac: &Macro) -> Work {
        let list = self.extent(&mac.list);
        let each = self.inside(mac, list.element(), |sizes| {
            let filter = mac.filter.as_ref().map_or_else(Work::default, |filter| sizes.work(filter));
            Work::elements(1) + filter + sizes.work(&mac.body)
        });
        let characters = match mac.kind {
            MacroKind::Map => self.extent(expr).characters(),
            _ => 0,
        };
        self.work(&mac.list) + each.times(list.most) + Work { elements: 0, characters }
    }

    /// All elements of a list; nothing for anything else.
    fn looks_at(&mut self, list: &Typed) -> Work {
        let of = self.extent(list);
        if of.each.is_some() { Work::elements(of.elements()) } else { Work::default() }
    }

    /// The characters of a text, and of all texts of a list.
    fn characters_of(&mut self, made: &Typed) -> u64 {
        match made.ty.present() {
            Ty::Text | Ty::List(_) => self.extent(made).characters(),
            _ => 0,
        }
    }

    /// A value that is put together.
    fn made(&mut self, expr: &Typed) -> Work {
        let of = self.extent(expr);
        let elements = if of.each.is_some() { of.most } else { 0 };
        Work { elements, characters: of.characters() }
    }

    /// What is computed before a query is asked: the parts of its condition that do not mention the row.
    pub(super) fn work_before(&mut self, condition: &Typed) -> Work {
        if !reads_row(condition) {
            return self.work(condition);
        }
        let mut parts = Vec::new();
        each_child(condition, &mut |part| parts.push(part));
        parts.into_iter().map(|part| self.work_before(part)).sum()
    }

    /// How many rows a hop loads; they are known by its path from there on.
    pub(super) fn hop(&mut self, hop: &Hop) -> u64 {
        let from = self.rows(&hop.from);
        let of = self.model.schema.resources.get(hop.of);
        let rows = match &hop.along {
            Along::Reference(_) | Along::Local => from,
            Along::Collection(index) => {
                let size = of.and_then(|of| of.collections.get(*index)).map_or(1, |it| u64::from(it.size));
                from.saturating_mul(size)
            }
            Along::Inside(Some(field), way, _) => {
                let field = of.and_then(|of| of.fields.get(*field));
                from.saturating_mul(field.map_or(1, |field| Extent::of(&field.ty).inside(way)))
            }
            Along::Inside(None, way, _) => self.names.get(&hop.from).map_or(1, |value| value.inside(way)),
        };
        self.load(&hop.key, rows);
        rows
    }

    /// Rows are loaded along a path.
    pub(super) fn load(&mut self, path: &str, rows: u64) {
        self.paths.insert(path.to_owned(), rows);
    }

    /// How many rows a path leads to.
    fn rows(&self, path: &str) -> u64 {
        let named = || self.names.get(path.trim_end_matches("[]")).map(Extent::elements);
        self.paths.get(path).copied().or_else(named).unwrap_or(1)
    }

    /// A name is bound.
    pub(super) fn bind(&mut self, name: &str, extent: Extent) {
        // What was loaded along a path from another thing of this name, in a list beside, is not meant.
        let inside = format!("{name}.");
        let elements = format!("{name}[]");
        self.paths
            .retain(|path, _| path != name && !path.starts_with(&inside) && !path.starts_with(&elements));
        self.names.insert(name.to_owned(), extent);
    }

    /// A list of so many rows.
    pub(super) fn bind_rows(&mut self, name: &str, rows: u64) {
        self.bind(name, Extent::list(rows, Extent::default()));
    }
}
