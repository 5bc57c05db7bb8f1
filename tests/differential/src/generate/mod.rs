//! Random services, as YAML: most of them pass `check`.
//!
//! ```text
//! resources (values, references, owners, collections, machines, rules) ─▶ data ─▶ operations
//! ```

mod data;
mod expressions;
mod plans;
mod proved;
mod ranges;
mod scalars;
mod scope;
mod search;
mod shape;
mod states;
mod steps;

use crate::random::Random;
use scope::Scope;
use shape::{Shapes, T, kind};
use std::fmt::Write as _;

/// Makes services.
struct Generator {
    random: Random,
    shapes: Shapes,
    scope: Scope,
    count: u32,
    /// Whether the operation may delete.
    deletes: bool,
    /// Whether a list of the operation goes on.
    paged: bool,
    /// Which resource surely has deleted rows.
    goes: usize,
}

/// How many operations a service has.
pub(crate) const OPERATIONS: u64 = 4;

/// How many services share their resources and rows, and differ in their operations alone: their seeds differ in the
/// last digits. rustc takes much longer for resources than for operations.
pub(crate) const ALIKE: u64 = 12;

/// A service, in YAML.
pub(crate) fn service(seed: u64) -> String {
    let mut random = Random::new(seed / ALIKE);
    let shapes = Shapes::new(&mut random);
    let mut generator = Generator {
        random,
        shapes,
        scope: Scope::default(),
        count: 0,
        deletes: false,
        goes: usize::try_from(seed % 97).unwrap_or(0),
        paged: false,
    };
    let rules: Vec<Vec<String>> =
        (0..generator.shapes.resources.len()).map(|of| generator.rules(of)).collect();
    let mut out = "service: random\nsummary: S.\ncapabilities:\n  all.do: Do all.\n---\n".to_owned();
    out.push_str(&generator.shapes.yaml(&rules));
    let data = data::yaml(&generator.shapes, &mut generator.random);
    let _ = write!(out, "---\n{data}");
    generator.random = Random::new(seed);
    for number in 0..OPERATIONS {
        out.push_str(&generator.operation(number));
    }
    out
}

impl Generator {
    /// A name that nothing else has.
    fn fresh(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}{}", self.count)
    }

    /// What is true of every row of a resource, it is hoped.
    fn rules(&mut self, of: usize) -> Vec<String> {
        self.scope = Scope::default();
        let count = self.random.below(4);
        let rules = (0..count).filter_map(|_| self.filter(of, 1, 0));
        // What held when a row was written holds later too.
        rules.filter(|rule| !rule.contains("now")).collect()
    }

    fn operation(&mut self, number: u64) -> String {
        self.scope = Scope::default();
        (self.deletes, self.paged) = (number == 0 || self.random.one_in(2), false);
        let mut out = "input:\n  a0: { type: int, default: 1 }\n".to_owned();
        self.scope.add("input.a0", T::Int, false);
        let first = match number {
            0 => self.first_row(&mut out, "", "delete"),
            1 => self.first_row(&mut out, ", deleted: only", "restore"),
            _ => String::new(),
        };
        for _ in 0..1 + self.random.below(2) {
            self.reference(&mut out);
        }
        for _ in 0..self.random.below(3) {
            let (name, (ty, spec)) = (self.fresh("a"), kind(&mut self.random));
            let optional = self.random.one_in(3);
            let spread = ty == T::Pair && !optional && !out.contains("flat: true");
            let more = match () {
                () if optional => ", optional: true",
                () if spread => ", flat: true",
                () => "",
            };
            let _ = writeln!(out, "  {name}: {{ {spec}{more} }}");
            self.scope.add(format!("input.{name}"), ty, optional);
        }
        // What one operation deletes, another one restores; nothing may stand in front that is an effect.
        let mut steps = self.steps(2, 2);
        let rules = steps.rfind("- require: ").map_or(0, |last| {
            steps.get(last..).and_then(|rest| rest.find("\n  - ")).map_or(steps.len(), |end| last + end + 1)
        });
        steps.insert_str(rules, &first);
        if steps.contains("after: input.cursor") {
            out.push_str("  cursor: { type: text, optional: true, length: ..12_000 }\n");
        }
        if !steps.is_empty() {
            let _ = write!(out, "steps:\n{steps}");
        }
        out.push_str(&self.returns());
        let tier = if steps.contains("- delete: ") { "tier: open\nbecause: It is a test.\n" } else { "" };
        format!("---\noperation: op{number}\nsummary: S.\nrequires: all.do\n{tier}{out}")
    }

    /// What comes back: a value, names for some, or nothing.
    fn returns(&mut self) -> String {
        if self.random.one_in(12) {
            return String::new();
        }
        if self.random.one_in(8)
            && let Some(value) = self.returned()
        {
            return format!("returns: \"{value}\"\n");
        }
        let mut out = "returns:\n".to_owned();
        for _ in 0..1 + self.random.below(3) {
            let name = self.fresh("r");
            if self.random.one_in(8) {
                let (inner, Some(value)) = (self.fresh("r"), self.returned()) else { continue };
                let _ = writeln!(out, "  {name}:\n    {inner}: \"{value}\"");
            } else if let Some(value) = self.returned() {
                let _ = writeln!(out, "  {name}: \"{value}\"");
            }
        }
        if out == "returns:\n" {
            out.push_str("  nothing: \"1\"\n");
        }
        out
    }

    fn returned(&mut self) -> Option<String> {
        let ty = match self.random.below(4) {
            0 => self.row_type()?,
            1 => self.row_type()?.list(),
            2 if self.random.one_in(3) => self.random.pick(&[T::Pair, T::Map, T::Pair.list()]).cloned()?,
            _ => self.scalar(),
        };
        let value = self.expr(&ty, 2)?;
        let of = match &ty {
            T::Row(of) => *of,
            T::List(of) => {
                if let T::Row(of) = **of {
                    of
                } else {
                    return Some(value);
                }
            }
            _ => return Some(value),
        };
        Some(if self.random.one_in(3) { format!("{value}.pick({})", self.parts(of)?) } else { value })
    }

    /// What `pick` takes of a row.
    fn parts(&mut self, of: usize) -> Option<String> {
        let fields = self.shapes.resources.get(of)?.fields.clone();
        let nameless = self.shapes.resources.get(of)?.nameless;
        let mut parts = if nameless { Vec::new() } else { vec!["id".to_owned()] };
        for field in fields.into_iter().filter(|field| !field.hidden) {
            match field.ty {
                _ if self.random.one_in(2) => {}
                T::Row(to) if !field.optional && self.random.one_in(2) => {
                    let inside = self.shapes.resources.get(to)?.fields.iter().filter(|it| !it.hidden);
                    let names: Vec<String> = inside.map(|it| it.name.clone()).collect();
                    let name = self.random.pick(&names).cloned().unwrap_or_else(|| "id".to_owned());
                    if parts.iter().all(|part| part.rsplit('.').next() != Some(name.as_str())) {
                        parts.push(format!("{}.{name}", field.name));
                    }
                }
                _ => {
                    if parts.iter().all(|part| part.rsplit('.').next() != Some(field.name.as_str())) {
                        parts.push(field.name);
                    }
                }
            }
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// A row of the resource whose rows one operation deletes and another one restores, and the step that does it.
    fn first_row(&mut self, out: &mut String, deleted: &str, step: &str) -> String {
        let resources = self.shapes.resources.len();
        let found = self.shapes.resources.get(self.goes.checked_rem(resources).unwrap_or(0));
        let Some(resource) = found.filter(|it| !it.nameless) else { return String::new() };
        let name = format!("d{}", self.count);
        let _ = writeln!(out, "  {name}: {{ type: ref, to: {}{deleted} }}", resource.name);
        self.count += 1;
        format!("  - {step}: {name}\n")
    }

    /// A row among the arguments, or some.
    fn reference(&mut self, out: &mut String) {
        let Some(T::Row(of)) = self.named_row() else { return };
        let Some(resource) = self.shapes.resources.get(of).map(|it| it.name.clone()) else { return };
        let name = self.fresh("p");
        let deleted = match self.random.below(6) {
            0 => ", deleted: only",
            1 if self.random.one_in(2) => ", deleted: also",
            _ => "",
        };
        if deleted == ", deleted: only" {
            self.scope.gone.insert(name.clone());
        }
        // What is called otherwise on the wire.
        let (wire, called) = match self.random.one_in(3) {
            true => (format!("{name}_id"), format!("{deleted}, as: {name}")),
            false => (name.clone(), deleted.to_owned()),
        };
        let (more, optional) = match self.random.below(8) {
            0 => {
                let spec = format!("type: list, of: {{ type: ref, to: {resource}{deleted} }}, size: ..4");
                let called = called.strip_prefix(deleted).unwrap_or_default();
                let _ = writeln!(out, "  {wire}: {{ {spec}{called} }}");
                return self.scope.add(name, T::Row(of).list(), false);
            }
            1 => (", optional: true".to_owned(), true),
            2 => {
                let Some(filter) = self.narrowed(of, 1, 0) else { return };
                self.scope.stated.extend(filter.contains(".state").then(|| name.clone()));
                (format!(", where: \"{filter}\""), false)
            }
            _ => (String::new(), false),
        };
        let _ = writeln!(out, "  {wire}: {{ type: ref, to: {resource}{more}{called} }}");
        self.scope.add(name, T::Row(of), optional);
    }
}
