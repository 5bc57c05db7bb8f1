//! Resources, events and types: what the programs are about.

use crate::arguments::{LINKS, MAILS, TEXTS, WORDS};
use crate::random::Random;
use std::fmt::Write as _;

/// A type, as far as the generator tells types apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum T {
    Bool,
    Int,
    Dec(u8),
    Text,
    Enum,
    Time,
    /// A day.
    Day,
    /// A span of time.
    Span,
    /// The object `pair`: `x` is a number, `y` a text that may be absent.
    Pair,
    Row(usize),
    List(Box<T>),
    /// From texts to numbers.
    Map,
}

impl T {
    pub(super) fn list(self) -> T {
        T::List(Box::new(self))
    }
}

/// A field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: T,
    pub(super) optional: bool,
    /// Whether `create` may leave it out.
    pub(super) free: bool,
    /// Whether only transitions change it.
    pub(super) machine: bool,
    /// Whether answers leave it out.
    pub(super) hidden: bool,
    /// Whether it is alone enough to find one row.
    pub(super) unique: bool,
    /// Whether it occurs once, alone or with another.
    pub(super) once: bool,
    spec: String,
}

/// A resource.
#[derive(Debug, Clone, Default)]
pub(super) struct Resource {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
    /// Name and resource.
    pub(super) collections: Vec<(String, usize)>,
    many: Vec<String>,
    /// Whether `create` gives the id.
    pub(super) given: bool,
    /// Whether its rows have no ids: they are parts of their owners.
    pub(super) nameless: bool,
    /// The owner, and the collection that has all rows of this resource.
    pub(super) owned: Option<(String, String)>,
}

/// Everything that is declared.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes {
    pub(super) resources: Vec<Resource>,
    pub(super) event: Vec<Field>,
}

const NAMES: &[&str] = &["alpha", "beta", "gamma", "delta"];

impl Shapes {
    pub(super) fn new(random: &mut Random) -> Self {
        let count = 2 + usize::try_from(random.below(3)).unwrap_or(0);
        let mut shapes = Shapes::default();
        for (at, name) in NAMES.iter().take(count).enumerate() {
            let given = random.one_in(4);
            let mut resource = Resource { name: (*name).to_owned(), given, ..Resource::default() };
            for number in 0..2 + random.below(4) {
                resource.fields.push(value_field(number, random));
            }
            if random.one_in(2) {
                resource.fields.push(machine());
            }
            shapes.resources.push(resource);
            shapes.references(at, count, random);
            if let Some(resource) = shapes.resources.get_mut(at) {
                once_each(resource, random);
            }
        }
        shapes.take_ids(random);
        for number in 0..2 + random.below(2) {
            shapes.event.push(event_field(number, random));
        }
        shapes
    }

    /// References of a resource, and the other sides of some.
    fn references(&mut self, at: usize, count: usize, random: &mut Random) {
        let mut owned = false;
        for number in 0..random.below(3) {
            let to = usize::try_from(random.below(u64::try_from(count).unwrap_or(1))).unwrap_or(0);
            // What is required is made before.
            let optional = to >= at || random.one_in(3);
            let owner = !optional && !owned && !random.one_in(3);
            owned |= owner;
            let (name, Some(target)) = (format!("f{at}{number}"), NAMES.get(to)) else { continue };
            let mut spec = format!("type: ref, to: {target}");
            if owner {
                spec.push_str(", owner: true");
            }
            let ty = T::Row(to);
            let field = Field {
                name,
                ty,
                optional,
                free: optional,
                machine: false,
                hidden: false,
                unique: false,
                once: false,
                spec,
            };
            if to <= at && (owner || random.one_in(2)) {
                self.collection(at, to, &field, owner, random);
            }
            if let Some(resource) = self.resources.get_mut(at) {
                resource.fields.push(field);
            }
        }
    }

    /// Rows that are owned, and to which nothing refers, need no ids.
    fn take_ids(&mut self, random: &mut Random) {
        let referred: Vec<T> =
            self.resources.iter().flat_map(|it| &it.fields).map(|it| it.ty.clone()).collect();
        for (at, resource) in self.resources.iter_mut().enumerate() {
            let may = resource.owned.is_some() && !resource.given && !referred.contains(&T::Row(at));
            resource.nameless = may && !random.one_in(4);
        }
    }

    fn collection(&mut self, of: usize, to: usize, field: &Field, owned: bool, random: &mut Random) {
        let Some(other) = self.resources.get(of) else { return };
        let name = format!("c_{}", field.name);
        let sorted = other.fields.iter().find(|it| matches!(it.ty, T::Int | T::Text | T::Dec(_)));
        let order = match sorted {
            _ if owned => String::new(),
            Some(sorted) if random.one_in(2) => {
                format!(", order: row.{}{}", sorted.name, random.word(&["", " desc"]))
            }
            _ => ", order: created".to_owned(),
        };
        let size = random.word(&["..5", "..6", "..40"]);
        let only = if random.one_in(3) { said_of(other, random) } else { String::new() };
        let line = format!(
            "{name}: {{ type: many, of: {}, through: {}, size: {size}{only}{order} }}",
            other.name, field.name
        );
        if let Some(it) = self.resources.get_mut(of).filter(|_| owned && only.is_empty()) {
            it.owned = NAMES.get(to).map(|owner| ((*owner).to_owned(), name.clone()));
        }
        if let Some(owner) = self.resources.get_mut(to) {
            owner.collections.push((name, of));
            owner.many.push(line);
        }
    }

    /// The documents.
    pub(super) fn yaml(&self, rules: &[Vec<String>]) -> String {
        let mut out = "type: pair\nsummary: S.\nfields:\n  x: { type: int, range: -50..50 }\n  y: { type: string, length: 1..9, optional: true }\n".to_owned();
        for (resource, rules) in self.resources.iter().zip(rules) {
            let _ = write!(out, "---\nresource: {}\nsummary: S.\nfields:\n", resource.name);
            if resource.given {
                id().write(&mut out);
            } else if !resource.nameless {
                let _ = writeln!(out, "  id: {{ type: id, prefix: {} }}", resource.name);
            }
            resource.fields.iter().for_each(|field| field.write(&mut out));
            for line in &resource.many {
                let _ = writeln!(out, "  {line}");
            }
            if !rules.is_empty() {
                out.push_str("rules:\n");
            }
            for (number, rule) in rules.iter().enumerate() {
                let _ = write!(out, "  - require: \"{rule}\"\n    refuse: broken_{number}\n");
            }
        }
        out.push_str("---\nevent: it.happened\nsummary: S.\nfields:\n");
        self.event.iter().for_each(|field| field.write(&mut out));
        out
    }
}

impl Field {
    /// Whether it says whose part a row is.
    pub(super) fn owner(&self) -> bool {
        self.spec.contains("owner: true")
    }

    /// Texts that fit.
    pub(super) fn words(&self) -> &'static [&'static str] {
        let of = |form: &(&str, &'static [&'static str])| self.spec.contains(form.0).then_some(form.1);
        FORMS.iter().find_map(of).unwrap_or(TEXTS)
    }

    /// Whether a text has to be written in some way.
    pub(super) fn formed(&self) -> bool {
        !std::ptr::eq(self.words(), TEXTS)
    }

    /// Where the range of a number ends.
    pub(super) fn ends(&self) -> Option<(&'static str, &'static str)> {
        let range = self.spec.split_once("range: ")?.1.split(',').next()?;
        RANGES.iter().find(|known| known.0 == range).map(|known| known.1)
    }

    fn write(&self, out: &mut String) {
        let optional = if self.optional { ", optional: true" } else { "" };
        let _ = writeln!(out, "  {}: {{ {}{optional} }}", self.name, self.spec);
    }
}

/// The kinds of values: type, spec, and how it is written in data.
const KINDS: &[(T, &str)] = &[
    (T::Int, "type: int"),
    (T::Int, "type: int, range: 0..20"),
    (T::Int, "type: int, range: 0..8"),
    (T::Dec(2), "type: decimal, range: -99..99"),
    (T::Dec(2), "type: decimal, range: 0..99"),
    (T::Dec(2), "type: decimal"),
    (T::Dec(4), "type: decimal, scale: 4"),
    (T::Bool, "type: bool"),
    (T::Text, "type: string, length: 1..9"),
    (T::Text, "type: string"),
    (T::Text, "type: email"),
    (T::Text, "type: url"),
    (T::Text, "type: string, pattern: '[a-z0-9]+'"),
    (T::Enum, "type: enum, values: [a, b, c]"),
    (T::Time, "type: timestamp"),
    (T::Day, "type: date"),
    (T::Span, "type: duration"),
    (T::Pair, "type: pair"),
    (T::Map, "type: map, of: int"),
];

/// Texts that are written in some way, and such.
const FORMS: &[(&str, &[&str])] = &[("type: email", MAILS), ("type: url", LINKS), ("pattern:", WORDS)];

/// Ranges of numbers, and where they end.
const RANGES: &[(&str, (&str, &str))] =
    &[("0..20", ("0", "20")), ("0..8", ("0", "8")), ("0..99", ("0", "99")), ("-99..99", ("-99", "99"))];

/// The spec of a type, for an argument too.
pub(super) fn kind(random: &mut Random) -> (T, String) {
    if random.one_in(6) {
        let lists =
            [(T::Int, "int"), (T::Text, "string"), (T::Int, "int"), (T::Text, "string"), (T::Pair, "pair")];
        let (of, spec) = random.pick(&lists).cloned().unwrap_or((T::Int, "int"));
        let distinct = random.word(&["", ", distinct: true", ", size: ..3"]);
        return (of.list(), format!("type: list, of: {spec}{distinct}"));
    }
    random.pick(KINDS).map_or((T::Int, "type: int".to_owned()), |(ty, spec)| (ty.clone(), (*spec).to_owned()))
}

fn value_field(number: u64, random: &mut Random) -> Field {
    let (ty, mut spec) = kind(random);
    let optional = random.one_in(3);
    let plain = matches!(ty, T::Int | T::Text);
    let unique = plain && random.one_in(5);
    let default = if unique { "" } else { default(&ty, random) };
    spec.push_str(default);
    if unique {
        spec.push_str(", unique: true");
    }
    let hidden = random.one_in(9);
    if hidden {
        spec.push_str(", hidden: true");
    }
    let free = optional || !default.is_empty();
    Field {
        name: format!("v{number}"),
        ty,
        optional,
        free,
        machine: false,
        hidden,
        unique,
        once: unique,
        spec,
    }
}

/// Which rows of a resource are in a collection.
fn said_of(resource: &Resource, random: &mut Random) -> String {
    let said = |field: &Field| {
        let name = &field.name;
        Some(match field.ty {
            _ if field.optional => format!("has(row.{name})"),
            T::Bool => format!("row.{name}"),
            T::Int => format!("row.{name} > 2"),
            T::Enum => format!("row.{name} != 'b'"),
            T::Text => format!("row.{name}.contains('a')"),
            _ => return None,
        })
    };
    let conditions: Vec<String> = resource.fields.iter().filter_map(said).collect();
    let condition = random.pick(&conditions);
    condition.map_or_else(String::new, |condition| format!(", where: \"{condition}\""))
}

/// Something that occurs once for each value of another field.
fn once_each(resource: &mut Resource, random: &mut Random) {
    let other = |field: &&Field| matches!(field.ty, T::Row(_) | T::Int | T::Bool | T::Enum) && !field.machine;
    let others: Vec<String> = resource.fields.iter().filter(other).map(|it| it.name.clone()).collect();
    let plain =
        |it: &&mut Field| matches!(it.ty, T::Int | T::Text) && !it.unique && !it.spec.contains("default");
    let Some(field) = resource.fields.iter_mut().find(plain) else { return };
    let others: Vec<String> = others.into_iter().filter(|it| *it != field.name).collect();
    if let Some(other) = random.pick(&others).filter(|_| random.one_in(3)) {
        let _ = write!(field.spec, ", unique: {{ per: {other} }}");
        field.once = true;
    }
}

/// What some fields of a type have by default.
fn default(ty: &T, random: &mut Random) -> &'static str {
    match ty {
        T::Int if random.one_in(4) => ", default: 1",
        T::Bool if random.one_in(3) => ", default: true",
        T::Time if random.one_in(3) => ", default: now",
        T::Day if random.one_in(3) => ", default: now",
        T::Enum if random.one_in(3) => ", default: b",
        _ => "",
    }
}

/// A field of an event: nothing is unique there.
fn event_field(number: u64, random: &mut Random) -> Field {
    let ((ty, mut spec), optional) = (kind(random), random.one_in(3));
    let default = default(&ty, random);
    spec.push_str(default);
    Field {
        name: format!("v{number}"),
        ty,
        optional,
        free: optional || !default.is_empty(),
        machine: false,
        hidden: false,
        unique: false,
        once: false,
        spec,
    }
}

/// An id that `create` gives.
pub(super) fn id() -> Field {
    Field {
        name: "id".to_owned(),
        ty: T::Text,
        optional: false,
        free: false,
        machine: false,
        hidden: false,
        unique: true,
        once: true,
        spec: "type: id, pattern: '[A-Za-z0-9_]+'".to_owned(),
    }
}

fn machine() -> Field {
    let spec = "type: enum, values: [a, b, c], default: a, transitions: { go: { from: a, to: b }, end: { from: [a, b], to: c }, back: { from: c, to: a } }";
    Field {
        name: "state".to_owned(),
        ty: T::Enum,
        optional: false,
        free: true,
        machine: true,
        hidden: false,
        unique: false,
        once: false,
        spec: spec.to_owned(),
    }
}
