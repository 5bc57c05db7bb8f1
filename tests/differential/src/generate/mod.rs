//! Random services, as YAML: most of them pass `check`.
//!
//! ```text
//! resources (values, references, owners, collections, machines, rules) ─▶ data ─▶ operations
//! ```

mod data;
mod expressions;
mod scope;
mod search;
mod shape;
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
}

/// How many operations a service has.
pub(crate) const OPERATIONS: u64 = 4;

/// How many services share their resources and rows, and differ in their operations alone: their seeds differ in the
/// last digits. rustc takes much longer for resources than for operations.
pub(crate) const ALIKE: u64 = 8;

/// A service, in YAML.
pub(crate) fn service(seed: u64) -> String {
    let mut random = Random::new(seed / ALIKE);
    let shapes = Shapes::new(&mut random);
    let mut generator = Generator { random, shapes, scope: Scope::default(), count: 0 };
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
        let count = self.random.below(4).saturating_sub(1);
        let rules = (0..count).filter_map(|_| self.filter(of, 1, 0));
        // What held when a row was written holds later too.
        rules.filter(|rule| !rule.contains("now")).collect()
    }

    fn operation(&mut self, number: u64) -> String {
        self.scope = Scope::default();
        let mut out = format!(
            "---\noperation: op{number}\nsummary: S.\nrequires: all.do\ninput:\n  a0: {{ type: int, default: 1 }}\n"
        );
        self.scope.add("input.a0", T::Int, false);
        for _ in 0..1 + self.random.below(2) {
            self.reference(&mut out);
        }
        for _ in 0..self.random.below(3) {
            let (name, (ty, spec)) = (self.fresh("a"), kind(&mut self.random));
            let optional = self.random.one_in(3);
            let _ = writeln!(out, "  {name}: {{ {spec}{} }}", if optional { ", optional: true" } else { "" });
            self.scope.add(format!("input.{name}"), ty, optional);
        }
        let steps = self.steps(2, 2);
        if !steps.is_empty() {
            let _ = write!(out, "steps:\n{steps}");
        }
        out.push_str("returns:\n");
        for _ in 0..1 + self.random.below(3) {
            let name = self.fresh("r");
            let ty = match self.random.below(3) {
                0 => self.row_type().unwrap_or(T::Int),
                1 => self.row_type().unwrap_or(T::Int).list(),
                _ => self.scalar(),
            };
            if let Some(value) = self.expr(&ty, 2) {
                let _ = writeln!(out, "  {name}: \"{value}\"");
            }
        }
        if out.ends_with("returns:\n") {
            out.push_str("  nothing: \"1\"\n");
        }
        out
    }

    /// A row among the arguments, or some.
    fn reference(&mut self, out: &mut String) {
        let Some(T::Row(of)) = self.row_type() else { return };
        let Some(resource) = self.shapes.resources.get(of).map(|it| it.name.clone()) else { return };
        let name = self.fresh("p");
        match self.random.below(8) {
            0 => {
                let _ = writeln!(
                    out,
                    "  {name}: {{ type: list, of: {{ type: ref, to: {resource} }}, size: ..4 }}"
                );
                self.scope.add(name, T::Row(of).list(), false);
            }
            1 => {
                let _ = writeln!(out, "  {name}: {{ type: ref, to: {resource}, optional: true }}");
                self.scope.add(name, T::Row(of), true);
            }
            2 => {
                let Some(filter) = self.filter(of, 1, 0) else { return };
                let _ = writeln!(out, "  {name}: {{ type: ref, to: {resource}, where: \"{filter}\" }}");
                self.scope.add(name, T::Row(of), false);
            }
            _ => {
                let _ = writeln!(out, "  {name}: {{ type: ref, to: {resource} }}");
                self.scope.add(name, T::Row(of), false);
            }
        }
    }
}
