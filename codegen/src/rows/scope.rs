//! What a step can name while it runs: the rows and values that earlier nodes bound, by path.
//!
//! ```text
//! order                        → order                          a row
//! order.payment_history        → order_payment_history          a collection
//! olds[].product               → olds_product                   the followed references of all elements
//! ```
//!
//! A local ends when a write changes a reference that its path goes through: the next reader gets a new load.

use crate::expr::typed::Ty;
use crate::model::ResourceId;
use crate::rows::locals::{Locals, Repr};
use std::collections::{BTreeMap, BTreeSet};

/// Something bound in the generated `run`.
#[derive(Debug, Clone)]
pub struct Local {
    /// Its name in the generated code.
    pub rust: String,
    /// What it is.
    pub kind: LocalKind,
    /// Reference fields (resource, field) that its path goes through.
    pub through: Vec<(ResourceId, usize)>,
    /// For what was made from all elements of lists: their resources. A new row of one ends it.
    pub elements: BTreeSet<ResourceId>,
    /// The path of the argument, or of the part of one, that it stands for: `input.legs[]`.
    pub sent: Option<String>,
}

/// What a local is in the generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalKind {
    /// `Live<R>`
    Row(ResourceId),
    /// `Option<Live<R>>`
    OptionalRow(ResourceId),
    /// `Vec<Live<R>>`
    Rows(ResourceId),
    /// `Many<R>`
    Many(ResourceId),
    /// `Rows<R>`: rows by id
    ById(ResourceId),
    /// `Collections<R>`: collections by the id of the row that they belong to
    CollectionsOf(ResourceId),
    /// A value of this type, owned.
    Value(Ty),
}

/// The locals that a node can see, by path.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    locals: BTreeMap<String, Local>,
}

impl Scope {
    /// The local of a path.
    pub fn get(&self, path: &str) -> Option<&Local> {
        self.locals.get(path)
    }

    /// Whether a local is called this in the generated code.
    pub fn calls(&self, rust: &str) -> bool {
        self.locals.values().any(|local| local.rust == rust)
    }

    /// Binds a path.
    pub fn bind(&mut self, path: impl Into<String>, local: Local) {
        self.locals.insert(path.into(), local);
    }

    /// A reference field was written: what goes through it has to be loaded again.
    pub fn end_through(&mut self, resource: ResourceId, field: usize) {
        self.locals.retain(|_, local| !local.through.contains(&(resource, field)));
    }

    /// A row was created: what was made from all rows of a list may lack it.
    pub fn end_elements(&mut self, resource: ResourceId) {
        self.locals.retain(|_, local| !local.elements.contains(&resource));
    }
}

/// Gives out names that are unique within one generated file.
#[derive(Debug, Default)]
pub struct Names {
    taken: BTreeSet<String>,
}

/// Names that generated code uses for itself.
const RESERVED: &[&str] = &[
    "abs",
    "add",
    "append",
    "arith",
    "as_str",
    "at",
    "bind",
    "bind_optional",
    "changed",
    "checked",
    "concat",
    "contains",
    "cx",
    "decode",
    "distinct",
    "distinct_rows",
    "div",
    "fields",
    "flatten",
    "greatest",
    "holds",
    "ids",
    "indexed",
    "input",
    "join",
    "least",
    "list",
    "lookup",
    "lower_ascii",
    "math",
    "max",
    "min",
    "mul",
    "neg",
    "new",
    "none",
    "now",
    "present",
    "refs",
    "rem",
    "row",
    "run",
    "see",
    "self",
    "share",
    "shift",
    "since",
    "size",
    "some",
    "sort",
    "sort_by",
    "sub",
    "sum",
    "text",
    "text_size",
    "time",
    "times",
    "trim",
    "try_all",
    "try_any",
    "try_count",
    "try_filter",
    "try_sort_by",
    "upper_ascii",
    "value",
    "walk",
];

impl Names {
    /// A name for a path such as `order.items`, numbered if another has it already.
    pub fn give(&mut self, path: &str) -> String {
        let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let plain = words.collect::<Vec<_>>().join("_");
        let mut name = plain.clone();
        let mut number = 2;
        while self.taken.contains(&name) || RESERVED.contains(&name.as_str()) || is_keyword(&name) {
            name = format!("{plain}_{number}");
            number += 1;
        }
        self.taken.insert(name.clone());
        name
    }
}

/// Whether generated code uses this name for itself.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Whether Rust does not take this as a plain identifier.
pub fn is_keyword(name: &str) -> bool {
    name.is_empty()
        || name.starts_with(|c: char| c.is_ascii_digit())
        || syn::parse_str::<syn::Ident>(name).is_err()
}

impl Locals for Scope {
    fn repr(&self, name: &str) -> Option<Repr> {
        Some(if matches!(self.get(name)?.kind, LocalKind::Value(_)) { Repr::Id } else { Repr::Handle })
    }

    fn sent(&self, name: &str) -> Option<&str> {
        self.get(name)?.sent.as_deref()
    }
}
