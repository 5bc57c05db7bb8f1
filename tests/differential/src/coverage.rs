//! What random programs are made of, and how their calls go, so that what is never drawn or never met is seen.
//!
//! ```text
//! drawn   function GetHours          12      the constructs of all programs
//! met     delete in_use              31      what their calls did, by the step: ways and exits
//! ```

use crate::case::Case;
use crate::interpret::children;
use opwright_codegen::expr::typed::{BinaryOp, Function, Kind, MacroKind, Typed};
use opwright_codegen::model::{Beyond, Finds, Model, Operation, Query, Returns, Step, StepKind};
use opwright_values::schema::{Default, Field, Resource, Type};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How often each thing was drawn, and met.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    drawn: BTreeMap<String, u64>,
    met: BTreeMap<String, u64>,
}

/// What should be met in a long run: steps and how they end.
const WANTED: &[&str] = &[
    "create cannot_compute",
    "create not_found",
    "create not_unique",
    "create out_of_range",
    "create rule of a resource",
    "create too_many",
    "delete in_use",
    "delete not_found",
    "each cannot_compute",
    "emit cannot_compute",
    "emit out_of_range",
    "let cannot_compute",
    "load after invalid_input",
    "load max cannot_compute",
    "load one cannot_compute",
    "load max too_many",
    "load one not_found",
    "outcome cannot_compute",
    "reference deleted not_found",
    "reference not_found",
    "require cannot_compute",
    "require refusal",
    "restore not_found",
    "restore not_unique",
    "restore too_many",
    "transition not_found",
    "transition out_of_range",
    "transition wrong_state",
    "update cannot_compute",
    "update not_found",
    "update not_unique",
    "update out_of_range",
    "update rule of a resource",
    "update too_many",
    "when cannot_compute",
    "when then",
    "when else",
];

impl Coverage {
    /// Counts what is in a case.
    pub(crate) fn add(&mut self, case: &Case) {
        let mut steps = BTreeMap::new();
        self.resources(&case.model, &mut steps);
        for operation in &case.model.operations {
            self.operation(operation, &mut steps);
        }
        for end in &case.expected.ends {
            if end.more {
                self.meet("answer that goes on".to_owned());
            }
            let away = if end.also.is_empty() { "" } else { " with others" };
            for visit in &end.path {
                let (line, way) = visit.split_once(' ').unwrap_or(("0", visit));
                let step = line
                    .parse()
                    .ok()
                    .and_then(|line: u32| steps.get(&line))
                    .map_or("outcome", String::as_str);
                let (kind, rest) = way.split_once(' ').unwrap_or((way, ""));
                match kind {
                    "exit" => self.meet(format!("{step} {}{away}", code(rest))),
                    "branch" => self.meet(format!("{step} {rest}")),
                    _ => self.meet(step.to_owned()),
                }
            }
        }
    }

    /// Adds what another has counted.
    pub(crate) fn join(&mut self, other: Self) {
        other.drawn.into_iter().for_each(|(what, times)| *self.drawn.entry(what).or_default() += times);
        other.met.into_iter().for_each(|(what, times)| *self.met.entry(what).or_default() += times);
    }

    /// A table of both, and what is wanted and was not met.
    pub(crate) fn table(&self) -> String {
        let mut out = String::new();
        for (group, counts) in [("drawn", &self.drawn), ("met", &self.met)] {
            for (what, times) in counts {
                let _ = writeln!(out, "{group:<6} {what:<44} {times:>8}");
            }
        }
        for what in WANTED.iter().filter(|what| !self.met.contains_key(**what)) {
            let _ = writeln!(out, "never  {what}");
        }
        out
    }

    fn draw(&mut self, what: String) {
        *self.drawn.entry(what).or_default() += 1;
    }

    fn meet(&mut self, what: String) {
        *self.met.entry(what).or_default() += 1;
    }

    fn resources(&mut self, model: &Model, steps: &mut BTreeMap<u32, String>) {
        for (shape, resource) in model.schema.resources.iter().zip(&model.resources) {
            shape.fields.iter().for_each(|field| self.field("kept", field));
            self.draw(format!("id {}", id_kind(shape)));
            for collection in &shape.collections {
                let owned = if collection.owned { " owned" } else { "" };
                let some = if collection.only.is_some() { " of some" } else { "" };
                self.draw(format!("collection{owned}{some}"));
            }
            for unique in &shape.uniques {
                self.draw(format!("unique of {}", unique.len()));
            }
            for rule in &resource.rules {
                self.draw("rule of a resource".to_owned());
                self.expression("rule", &rule.condition);
                steps.insert(rule.src.line, "rule of a resource".to_owned());
            }
        }
    }

    fn field(&mut self, place: &str, field: &Field) {
        self.draw(format!("{place} {}", type_name(&field.ty)));
        let kinds = [
            ("flat", field.flat),
            ("optional", field.optional),
            ("hidden", field.hidden),
            ("default", matches!(field.default, Some(Default::Value(_)))),
            ("default now", matches!(field.default, Some(Default::Now))),
        ];
        for (kind, _) in kinds.into_iter().filter(|(_, is)| *is) {
            self.draw(format!("{place} {kind}"));
        }
    }

    fn operation(&mut self, operation: &Operation, steps: &mut BTreeMap<u32, String>) {
        operation.inputs.iter().for_each(|field| self.field("argument", field));
        for reference in &operation.references {
            let name = format!("reference{}", deleted(reference.finds));
            steps.insert(reference.src.line, name.clone());
            let list = if reference.list { " list" } else { "" };
            let narrowed = if reference.filter.is_some() { " where" } else { "" };
            self.draw(format!("{name}{list}{narrowed}"));
            reference.filter.iter().for_each(|filter| self.expression("where", filter));
        }
        self.steps(&operation.steps, "", steps);
        self.returned(&operation.returns);
    }

    fn returned(&mut self, returns: &Returns) {
        match returns {
            Returns::Nothing => self.draw("returns nothing".to_owned()),
            Returns::Value(value) => self.expression("returns", value),
            Returns::Pick(value) => {
                self.draw("returns pick".to_owned());
                self.expression("returns", value);
            }
            Returns::Object(parts) => {
                self.draw("returns names".to_owned());
                parts.iter().for_each(|(_, part)| self.returned(part));
            }
        }
    }

    fn steps(&mut self, list: &[Step], place: &str, steps: &mut BTreeMap<u32, String>) {
        for step in list {
            let name = step_name(&step.kind);
            self.draw(format!("{name}{place}"));
            steps.insert(step.src.line, name);
            match &step.kind {
                StepKind::Require { condition, .. } => self.expression("require", condition),
                StepKind::Let { be, .. } => self.expression("let", be),
                StepKind::LoadOne { query, .. } | StepKind::LoadMany { query, .. } => self.query(query),
                StepKind::Create { set, .. } | StepKind::Emit { with: set, .. } => self.set(set),
                StepKind::Transition { asked, set, .. } => {
                    self.draw(format!("state asked {}", format!("{asked:?}").to_lowercase()));
                    self.set(set);
                }
                StepKind::Update { set, .. } => self.set(set),
                StepKind::Delete { .. } | StepKind::Restore { .. } => {}
                StepKind::When { condition, then, otherwise, .. } => {
                    self.expression("when", condition);
                    self.steps(then, " in a choice", steps);
                    self.steps(otherwise, " in a choice", steps);
                }
                StepKind::Each { list, body, gives, .. } => {
                    self.expression("each", list);
                    self.steps(body, " in a loop", steps);
                    gives.iter().for_each(|(_, value)| self.expression("gives", value));
                }
            }
        }
    }

    fn query(&mut self, query: &Query) {
        query.filter.iter().for_each(|filter| self.expression("where", filter));
        if !query.order.is_empty() {
            self.draw("load order".to_owned());
        }
    }

    fn set(&mut self, set: &[(usize, Typed)]) {
        set.iter().for_each(|(_, value)| self.expression("set", value));
    }

    /// An expression with all its parts: what a search can say is counted apart.
    fn expression(&mut self, place: &str, expr: &Typed) {
        let where_ = if place == "where" { "where " } else { "" };
        if let Some(name) = kind_name(&expr.kind) {
            self.draw(format!("{where_}{name}"));
        }
        if expr.known.is_some() {
            self.draw("number of which more is known".to_owned());
        }
        children(expr).into_iter().for_each(|part| self.expression(place, part));
    }
}

/// Who makes the ids of a resource.
fn id_kind(shape: &Resource) -> &'static str {
    match shape.fields.get(shape.id) {
        Some(id) if id.key == "_id" => "of nobody",
        Some(Field { ty: Type::Id { pattern: Some(_), .. }, .. }) => "given",
        _ => "made",
    }
}

/// A code: those that the generator makes have numbers.
fn code(code: &str) -> String {
    match code.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "no" => "refusal".to_owned(),
        "broken_" => "rule of a resource".to_owned(),
        _ => code.to_owned(),
    }
}

fn deleted(finds: Finds) -> &'static str {
    match finds {
        Finds::Live => "",
        Finds::Deleted => " deleted",
        Finds::All => " deleted or not",
    }
}

fn step_name(step: &StepKind) -> String {
    match step {
        StepKind::Require { .. } => "require".to_owned(),
        StepKind::Let { .. } => "let".to_owned(),
        StepKind::LoadOne { query, optional, .. } => {
            format!("load one{}{}", if *optional { " optional" } else { "" }, deleted(query.finds))
        }
        StepKind::LoadMany { query, beyond, .. } => {
            let bound = match beyond {
                Beyond::Refused => "max",
                Beyond::LeftOut => "limit",
                Beyond::Next(_) => "after",
            };
            format!("load {bound}{}", deleted(query.finds))
        }
        StepKind::Create { .. } => "create".to_owned(),
        StepKind::Update { .. } => "update".to_owned(),
        StepKind::Transition { .. } => "transition".to_owned(),
        StepKind::Delete { .. } => "delete".to_owned(),
        StepKind::Restore { .. } => "restore".to_owned(),
        StepKind::When { .. } => "when".to_owned(),
        StepKind::Each { .. } => "each".to_owned(),
        StepKind::Emit { .. } => "emit".to_owned(),
    }
}

fn kind_name(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Binary(op, a, _)
            if matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div) =>
        {
            let of = format!("{:?}", a.ty.present());
            format!("operator {op:?} of {}", of.split('(').next().unwrap_or_default())
        }
        Kind::Binary(op, ..) => format!("operator {op:?}"),
        Kind::Call(Function::Size | Function::Sum | Function::Min | Function::Max, args) => {
            let Kind::Call(function, _) = kind else { return None };
            let of = args.first().map_or_else(String::new, |arg| format!("{:?}", arg.ty.present()));
            format!("function {function:?} of {}", of.split_inclusive('(').take(2).collect::<String>())
        }
        Kind::Call(function, _) => format!("function {function:?}"),
        Kind::Macro(mac) => {
            let index = if mac.index.is_some() { " with position" } else { "" };
            let filter =
                if mac.filter.is_some() && mac.kind == MacroKind::Map { " with condition" } else { "" };
            format!("macro {:?}{index}{filter}", mac.kind)
        }
        Kind::List(_) => "list".to_owned(),
        Kind::Object(_) => "object".to_owned(),
        Kind::Map(_) => "map".to_owned(),
        Kind::Now => "now".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Part(..) => "part of an object".to_owned(),
        Kind::Refer(..) => "reference followed".to_owned(),
        Kind::Collection(..) => "collection read".to_owned(),
        Kind::Id(_) => "id".to_owned(),
        Kind::Proved(_) => "proved present".to_owned(),
        Kind::Widen(_) => "widened".to_owned(),
        Kind::Not(_) => "not".to_owned(),
        Kind::Negate(_) => "negated".to_owned(),
        Kind::Choose(..) => "choice".to_owned(),
        Kind::Index(..) => "element of a list".to_owned(),
        Kind::Lookup(..) => "value of a map".to_owned(),
        Kind::Has(_) => "has".to_owned(),
        _ => return None,
    })
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::List { of, distinct, .. } => {
            format!("{}list of {}", if *distinct { "distinct " } else { "" }, type_name(of))
        }
        Type::Map { of, .. } => format!("map of {}", type_name(of)),
        Type::Object { .. } => "object".to_owned(),
        Type::Text { pattern: Some(_), .. } => "text with a pattern".to_owned(),
        other => {
            let all = format!("{other:?}");
            all.split([' ', '{']).next().unwrap_or_default().to_lowercase()
        }
    }
}
