//! Which steps read only what was sent: they are asked with the arguments, before any row is looked at.

use crate::interpret::stop::{Stop, strange};
use opwright_codegen::expr::typed::{BinaryOp, Function, Kind, Macro, MacroKind, Piece, Template, Ty, Typed};
use opwright_codegen::model::{Operation, Step, StepKind};
use std::collections::BTreeSet;

/// Names of values that rest on what was sent alone.
pub(crate) struct Sent<'o> {
    values: BTreeSet<&'o str>,
    references: BTreeSet<&'o str>,
}

impl<'o> Sent<'o> {
    /// Nothing but the references themselves.
    pub(crate) fn new(operation: &'o Operation) -> Self {
        let references = operation.references.iter().map(|it| it.name.as_str()).collect();
        Self { values: BTreeSet::new(), references }
    }

    /// Whether a step is one of these; what it names is remembered. What rests on facts may wait for the step that
    /// proves them, if that one does not come first either: where it should not have, it is asked without them.
    pub(crate) fn takes(&mut self, step: &'o Step) -> Result<bool, Stop> {
        let (could, rests) = match &step.kind {
            StepKind::Let { be, .. } => (!is_row(&be.ty) && self.value(be), rests_on_facts(be)),
            StepKind::Require { condition, refusal } => (
                self.value(condition) && self.texts(&refusal.message) && self.texts(&refusal.fix),
                rests_on_facts(condition) || refusal.values().any(rests_on_facts),
            ),
            _ => (false, false),
        };
        if let (true, StepKind::Let { name, .. }) = (step.early, &step.kind) {
            self.values.insert(name);
        }
        match (could, step.early) {
            (true, false) if !rests => strange(format!("line {} comes too late", step.src.line)),
            (false, true) => strange(format!("line {} comes too early", step.src.line)),
            (_, early) => Ok(early),
        }
    }

    fn texts(&self, template: &Template) -> bool {
        template.pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Value(value) => self.value(value),
        })
    }

    /// A value that needs no row: of references only who they are, and how many.
    fn value(&self, expr: &Typed) -> bool {
        match &expr.kind {
            Kind::Name(name) => self.values.contains(name.as_str()),
            Kind::Row | Kind::Field(..) | Kind::Refer(..) | Kind::Collection(..) => false,
            Kind::Part(..) if is_row(&expr.ty) => false,
            Kind::Id(of) | Kind::Has(of) => self.identity(of),
            Kind::Binary(BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In, a, b) => {
                self.identity(a) && self.identity(b)
            }
            Kind::Call(Function::Size, args) => args.iter().all(|arg| self.identity(arg)),
            Kind::Macro(Macro { kind, list, filter, body, .. }) if *kind != MacroKind::SortBy => {
                self.identity(list) && filter.iter().chain([body]).all(|part| self.value(part))
            }
            Kind::Var(_) => !is_row(&expr.ty),
            _ => !matches!(expr.ty, Ty::Row(_)) && children(expr).iter().all(|child| self.value(child)),
        }
    }

    fn identity(&self, expr: &Typed) -> bool {
        let rows = is_row(&expr.ty) || matches!(expr.ty.present(), Ty::List(of) if is_row(of));
        if !rows {
            return self.value(expr);
        }
        match &expr.kind {
            Kind::Name(name) => self.references.contains(name.as_str()),
            Kind::Var(_) => true,
            Kind::Part(of, _) => self.value(of),
            Kind::Index(list, at, _) => self.identity(list) && self.value(at),
            Kind::Lookup(map, key) => self.value(map) && self.value(key),
            Kind::Proved(inner) | Kind::Widen(inner) => self.identity(inner),
            Kind::Macro(Macro { kind: MacroKind::Filter, list, body, .. }) => {
                self.identity(list) && self.value(body)
            }
            Kind::Macro(Macro { kind: MacroKind::Map, list, filter, body, .. }) => {
                self.identity(list) && filter.iter().all(|filter| self.value(filter)) && self.identity(body)
            }
            Kind::Call(Function::Distinct, args) => args.iter().all(|arg| self.identity(arg)),
            _ => false,
        }
    }
}

fn is_row(ty: &Ty) -> bool {
    matches!(ty.present(), Ty::Row(_))
}

/// The parts of an expression.
pub(crate) fn children(expr: &Typed) -> Vec<&Typed> {
    match &expr.kind {
        Kind::List(items) | Kind::Call(_, items) => items.iter().collect(),
        Kind::Object(parts) => parts.iter().flatten().collect(),
        Kind::Map(entries) | Kind::Shape(entries) => entries.iter().map(|(_, value)| value).collect(),
        Kind::Field(of, _) | Kind::Part(of, _) | Kind::Refer(of, _) | Kind::Collection(of, _) => vec![of],
        Kind::Id(of)
        | Kind::Proved(of)
        | Kind::Widen(of)
        | Kind::Not(of)
        | Kind::Negate(of)
        | Kind::Has(of) => {
            vec![of]
        }
        Kind::Binary(_, a, b) | Kind::Index(a, b, _) | Kind::Lookup(a, b) => vec![a, b],
        Kind::Choose(condition, a, b) => vec![condition, a, b],
        Kind::Macro(mac) => {
            let mut parts: Vec<&Typed> = vec![&mac.list];
            parts.extend(mac.filter.as_deref());
            parts.push(&mac.body);
            parts
        }
        _ => Vec::new(),
    }
}

/// Whether a condition rests on what was proved in front of it.
pub(crate) fn rests_on_facts(expr: &Typed) -> bool {
    matches!(expr.kind, Kind::Proved(_) | Kind::Index(_, _, true))
        || children(expr).into_iter().any(rests_on_facts)
}

/// The largest parts of a condition that do not read `row`, or a variable over one of its collections.
pub(crate) fn without_row<'e>(expr: &'e Typed, found: &mut Vec<&'e Typed>) {
    if reads_row(expr, &mut Vec::new()) {
        children(expr).into_iter().for_each(|child| without_row(child, found));
    } else {
        // What may be absent is taken as it is.
        found.push(if let Kind::Proved(inner) = &expr.kind { inner } else { expr });
    }
}

fn reads_row<'e>(expr: &'e Typed, inside: &mut Vec<&'e str>) -> bool {
    match &expr.kind {
        Kind::Row => true,
        Kind::Var(name) => !inside.contains(&name.as_str()),
        Kind::Macro(mac) => {
            if reads_row(&mac.list, inside) {
                return true;
            }
            let outside = inside.len();
            inside.extend(mac.index.as_deref());
            inside.push(&mac.var);
            let reads = mac.filter.iter().chain([&mac.body]).any(|part| reads_row(part, inside));
            inside.truncate(outside);
            reads
        }
        _ => children(expr).into_iter().any(|child| reads_row(child, inside)),
    }
}
