//! What must not be shown: the mark `sensitive: pii` follows a value to wherever it goes.
//!
//! ```text
//! create: customer, set: { email: input.email }     the argument is marked, for the field is
//! let: name, be: c.first + ' ' + c.last             so is whatever is computed from a marked value
//! ```
//!
//! It errs on the side of masking: a name that is marked in one place of an operation is marked in all of them.

use crate::expr::parts::{each_child, each_part, is_rows, row_of, walk};
use crate::expr::typed::{BinaryOp, Function, Kind, Piece, Template, Typed};
use crate::model::{Beyond, Operation, Query, Refusal, ResourceId, ResourceRule, Returns, Step, StepKind};
use opwright_values::schema::{Field, Schema};
use std::collections::BTreeSet;

/// Marks the arguments and expressions of an operation.
pub(crate) fn operation(operation: &mut Operation, schema: &Schema) {
    // An argument that is compared with what is marked is marked too, and then all is seen again.
    loop {
        marked_so_far(operation, schema);
        let mut more = false;
        for input in arguments(operation, schema) {
            if let Some(field) = operation.inputs.get_mut(input) {
                more |= !field.pii;
                field.pii = true;
            }
        }
        if !more {
            return;
        }
    }
}

/// Marks the expressions of an operation by what its arguments and the rows say.
fn marked_so_far(operation: &mut Operation, schema: &Schema) {
    let marked = |input: usize| operation.inputs.get(input).is_some_and(|field| field.pii);
    let references = operation.references.iter().filter(|it| marked(it.input));
    let mut marks = Marks {
        schema,
        names: references.map(|it| it.name.clone()).collect(),
        vars: BTreeSet::new(),
        inputs: &operation.inputs,
    };
    for filter in operation.references.iter_mut().filter_map(|it| it.filter.as_mut()) {
        marks.expr(filter);
    }
    marks.steps(&mut operation.steps);
    marks.returns(&mut operation.returns);
    operation.narrate.iter_mut().for_each(|text| marks.template(text));
}

/// Marks the rule of a resource.
pub(crate) fn rule(rule: &mut ResourceRule, schema: &Schema) {
    let mut marks = Marks { schema, names: BTreeSet::new(), vars: BTreeSet::new(), inputs: &[] };
    marks.expr(&mut rule.condition);
    marks.refusal(&mut rule.refusal);
}

/// What is marked so far, on the way from the first step to the last.
struct Marks<'a> {
    schema: &'a Schema,
    names: BTreeSet<String>,
    /// The variables of the macros around.
    vars: BTreeSet<String>,
    inputs: &'a [Field],
}

impl Marks<'_> {
    fn steps(&mut self, steps: &mut [Step]) {
        steps.iter_mut().for_each(|step| self.step(&mut step.kind));
    }

    fn returns(&mut self, returns: &mut Returns) {
        match returns {
            Returns::Nothing => {}
            Returns::Value(value) | Returns::Pick(value) => self.expr(value),
            Returns::Object(parts) => parts.iter_mut().for_each(|(_, part)| self.returns(part)),
        }
    }

    fn step(&mut self, step: &mut StepKind) {
        match step {
            StepKind::Require { condition, refusal } => {
                self.expr(condition);
                self.refusal(refusal);
            }
            StepKind::Let { name, be } => {
                self.expr(be);
                self.name(name, be.pii);
            }
            StepKind::LoadOne { query, refusal, .. } => {
                query.filter.iter_mut().for_each(|filter| self.expr(filter));
                refusal.iter_mut().for_each(|refusal| self.refusal(refusal));
            }
            StepKind::LoadMany { query, beyond, .. } => {
                query.filter.iter_mut().for_each(|filter| self.expr(filter));
                if let Beyond::Next(cursor) = beyond {
                    self.expr(cursor);
                }
            }
            StepKind::Create { set, .. } | StepKind::Emit { with: set, .. } => {
                set.iter_mut().for_each(|(_, value)| self.expr(value));
            }
            StepKind::Update { row, set } => {
                self.expr(row);
                set.iter_mut().for_each(|(_, value)| self.expr(value));
            }
            StepKind::Transition { row, told, set, .. } => {
                self.expr(row);
                self.template(told);
                set.iter_mut().for_each(|(_, value)| self.expr(value));
            }
            StepKind::Delete { row } | StepKind::Restore { row } => self.expr(row),
            StepKind::When { condition, then, otherwise, .. } => {
                self.expr(condition);
                self.steps(then);
                self.steps(otherwise);
            }
            StepKind::Each { name, list, body, gives, .. } => {
                self.expr(list);
                self.name(name, list.pii);
                self.steps(body);
                for (name, value) in gives {
                    self.expr(value);
                    self.name(name, value.pii);
                }
            }
        }
    }

    fn name(&mut self, name: &str, pii: bool) {
        if pii {
            self.names.insert(name.to_owned());
        }
    }

    fn refusal(&mut self, refusal: &mut Refusal) {
        self.template(&mut refusal.message);
        self.template(&mut refusal.fix);
    }

    fn template(&mut self, text: &mut Template) {
        for piece in &mut text.pieces {
            if let Piece::Value(value) = piece {
                self.expr(value);
            }
        }
    }

    /// Marks an expression and all of its parts.
    fn expr(&mut self, expr: &mut Typed) {
        if let Kind::Macro(mac) = &mut expr.kind {
            self.expr(&mut mac.list);
            if mac.list.pii {
                self.vars.insert(mac.var.clone());
            }
            mac.filter.iter_mut().for_each(|filter| self.expr(filter));
            self.expr(&mut mac.body);
            self.vars.remove(&mac.var);
        } else {
            each_part(expr, &mut |part| self.expr(part));
        }
        expr.pii = match &expr.kind {
            Kind::Name(name) => self.names.contains(name),
            Kind::Var(name) => self.vars.contains(name),
            Kind::Input(input) => self.inputs.get(*input).is_some_and(|field| field.pii),
            // Whatever leads to a row, what the row says is marked by itself.
            Kind::Field(of, field) => self.is_marked(of, *field),
            // People see a row by its id.
            Kind::Refer(of, field) => self.is_marked(of, *field) || self.id_is_marked(expr),
            Kind::Collection(..) => false,
            Kind::Part(of, part) => of.pii || part_is_marked(of, *part),
            Kind::Id(of) => of.pii || self.id_is_marked(of),
            _ => any_part(expr),
        };
    }

    fn is_marked(&self, of: &Typed, field: usize) -> bool {
        field_of(self.schema, of, field).is_some_and(|field| field.pii)
    }

    fn id_is_marked(&self, of: &Typed) -> bool {
        row_of(&of.ty).is_some_and(|row| has_marked_id(self.schema, row))
    }
}

fn has_marked_id(schema: &Schema, resource: ResourceId) -> bool {
    let resource = schema.resources.get(resource);
    resource.and_then(|it| it.fields.get(it.id)).is_some_and(|id| id.pii)
}

fn field_of<'s>(schema: &'s Schema, of: &Typed, field: usize) -> Option<&'s Field> {
    schema.resources.get(row_of(&of.ty)?)?.fields.get(field)
}

fn part_is_marked(of: &Typed, part: usize) -> bool {
    let crate::expr::typed::Ty::Object(object) = of.ty.present() else { return false };
    object.pii.get(part).copied().unwrap_or(false)
}

/// Rows are chosen by what they say, but are not what they say: only rows mark rows.
fn any_part(expr: &Typed) -> bool {
    let is_row = |it: &Typed| row_of(&it.ty).is_some() || is_rows(&it.ty);
    let rows = is_row(expr);
    let mut marked = false;
    each_child(expr, &mut |part| marked |= part.pii && (!rows || is_row(part)));
    marked
}

/// The arguments that go to a field that is marked, or are compared with one.
fn arguments(operation: &Operation, schema: &Schema) -> BTreeSet<usize> {
    let mut flows = Flows { schema, marked: Vec::new(), named: Vec::new() };
    flows.steps(&operation.steps);
    for filter in operation.references.iter().filter_map(|it| it.filter.as_ref()) {
        flows.compared(filter);
    }
    let by_marked_id = operation.references.iter().filter(|it| has_marked_id(schema, it.to));
    let mut inputs: BTreeSet<usize> = by_marked_id.map(|it| it.input).collect();
    let mut seen = BTreeSet::new();
    while let Some(expr) = flows.marked.pop() {
        carried(expr, &mut |part| match &part.kind {
            Kind::Input(input) => drop(inputs.insert(*input)),
            Kind::Name(name) | Kind::Var(name) if seen.insert(name.as_str()) => {
                let references = operation.references.iter().filter(|it| it.name == *name);
                inputs.extend(references.map(|it| it.input));
                flows.marked.extend(flows.named.iter().filter(|(known, _)| known == name).map(|(_, be)| *be));
            }
            _ => {}
        });
    }
    inputs
}

/// Where values go.
struct Flows<'o> {
    schema: &'o Schema,
    /// What goes to a field that is marked, or is compared with one.
    marked: Vec<&'o Typed>,
    /// What names stand for.
    named: Vec<(&'o str, &'o Typed)>,
}

impl<'o> Flows<'o> {
    fn steps(&mut self, steps: &'o [Step]) {
        for step in steps {
            match &step.kind {
                StepKind::Require { condition, .. } => self.compared(condition),
                StepKind::Let { name, be } => self.named(name, be),
                StepKind::LoadOne { query, .. } => {
                    query.filter.iter().for_each(|filter| self.compared(filter));
                }
                StepKind::LoadMany { query, beyond, .. } => {
                    query.filter.iter().for_each(|filter| self.compared(filter));
                    // A cursor says what the last row says of the order.
                    self.marked.extend(beyond.cursor().filter(|_| self.sorts_by_marked(query)));
                }
                StepKind::Create { resource, set, .. } => {
                    let fields = self.schema.resources.get(*resource).map(|it| it.fields.as_slice());
                    self.set(fields, set);
                }
                StepKind::Update { row, set } | StepKind::Transition { row, set, .. } => {
                    let resource = row_of(&row.ty).and_then(|row| self.schema.resources.get(row));
                    self.set(resource.map(|it| it.fields.as_slice()), set);
                }
                StepKind::Emit { event, with } => {
                    self.set(self.schema.events.get(*event).map(|it| it.fields.as_slice()), with);
                }
                StepKind::Delete { row } | StepKind::Restore { row } => self.compared(row),
                StepKind::When { condition, then, otherwise, .. } => {
                    self.compared(condition);
                    self.steps(then);
                    self.steps(otherwise);
                }
                StepKind::Each { name, list, body, gives, .. } => {
                    self.named(name, list);
                    self.steps(body);
                    gives.iter().for_each(|(name, value)| self.named(name, value));
                }
            }
        }
    }

    fn named(&mut self, name: &'o str, be: &'o Typed) {
        self.compared(be);
        self.named.push((name, be));
    }

    fn set(&mut self, fields: Option<&'o [Field]>, set: &'o [(usize, Typed)]) {
        for (index, value) in set {
            self.compared(value);
            let field = fields.and_then(|fields| fields.get(*index));
            if field.is_some_and(|field| field.pii) {
                self.marked.push(value);
            } else {
                self.parts(value);
            }
        }
    }

    /// An object that is given part by part may have parts that are marked.
    fn parts(&mut self, value: &'o Typed) {
        let mut value = value;
        while let Kind::Widen(inner) | Kind::Proved(inner) = &value.kind {
            value = inner;
        }
        let Kind::Object(parts) = &value.kind else { return };
        for (at, part) in parts.iter().enumerate() {
            let Some(part) = part else { continue };
            if part_is_marked(value, at) { self.marked.push(part) } else { self.parts(part) }
        }
    }

    fn compared(&mut self, expr: &'o Typed) {
        walk(expr, &mut |part| {
            let (a, b) = match &part.kind {
                Kind::Macro(mac) => return self.named.push((&mac.var, &mac.list)),
                Kind::Binary(op, a, b) if compares(*op) => (&**a, &**b),
                // The key of a marked map is one of its keys, if there is such a value.
                Kind::Lookup(of, key) => {
                    if of.pii || self.reads_marked(of) {
                        self.marked.push(key);
                    }
                    return;
                }
                // A part of a marked text is a part of what must not be shown.
                Kind::Call(Function::Contains | Function::StartsWith | Function::EndsWith, of) => {
                    match &of[..] {
                        [a, b] => (a, b),
                        _ => return,
                    }
                }
                _ => return,
            };
            for (one, other) in [(a, b), (b, a)] {
                if one.pii || self.reads_marked(one) {
                    self.marked.push(other);
                }
            }
        });
    }

    fn sorts_by_marked(&self, query: &Query) -> bool {
        let Some(resource) = self.schema.resources.get(query.resource) else { return false };
        let keys = query.order.iter().map(|key| key.field).chain([resource.id]);
        keys.into_iter().any(|field| resource.fields.get(field).is_some_and(|field| field.pii))
    }

    fn reads_marked(&self, expr: &Typed) -> bool {
        let mut marked = false;
        carried(expr, &mut |part| {
            marked |= match &part.kind {
                Kind::Field(of, field) | Kind::Refer(of, field) => {
                    field_of(self.schema, of, *field).is_some_and(|field| field.pii)
                }
                Kind::Part(of, part) => part_is_marked(of, *part),
                _ => false,
            };
        });
        marked
    }
}

/// Whether an operator says something of a value by another one.
fn compares(op: BinaryOp) -> bool {
    use BinaryOp::{Eq, Ge, Gt, In, InMap, Le, Lt, Ne};
    matches!(op, Eq | Ne | In | InMap | Lt | Le | Gt | Ge)
}

/// Calls `visit` for the parts of an expression whose values may be found in it again: not for what only decides.
fn carried<'e>(expr: &'e Typed, visit: &mut dyn FnMut(&'e Typed)) {
    visit(expr);
    match &expr.kind {
        Kind::Choose(_, a, b) => {
            carried(a, visit);
            carried(b, visit);
        }
        Kind::Index(of, ..) | Kind::Lookup(of, _) => carried(of, visit),
        // The row that a field is read from was not sent.
        Kind::Field(..) | Kind::Refer(..) | Kind::Collection(..) | Kind::Has(_) => {}
        _ => each_child(expr, &mut |part| carried(part, visit)),
    }
}
