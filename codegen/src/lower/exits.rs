//! The ways out of a step: what types, bounds and facts cannot exclude is drawn, and nothing else.
//!
//! Texts are templates: `{expression}` stands for a value that the step gives when it refuses. The runtime's own
//! operands are `{value}` (what was sent), `{field}`, `{reason}` and `{limit}`.

use crate::expr::fallible;
use crate::expr::parts::{row_of, walk};
use crate::expr::typed::{Kind, Piece, Template, Typed};
use crate::lower::decided::is_kept;
use crate::lower::fits::fits;
use crate::lower::known::Known;
use crate::lower::room::has_room;
use crate::model::{AskedState, Finds, Model, Operation, Refusal, ResourceId, ResourceRule, Step, StepKind};
use crate::rows::along::{joined, needed, taken_along};
use opwright_tracer::graph::Exit;
use opwright_values::schema::{Collection, Field, Schema};

/// A refusal that the spec names.
pub fn named(refusal: &Refusal, status: u16) -> Exit {
    Exit {
        code: refusal.code.clone(),
        status,
        message: text(&refusal.message),
        fix: text(&refusal.fix),
        next: refusal.next.clone(),
        builtin: false,
    }
}

/// A template as text, with its values in braces.
pub fn text(template: &Template) -> String {
    template
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(value) => format!("{{{}}}", value.text),
        })
        .collect()
}

fn builtin(code: &str, status: u16, message: impl Into<String>, fix: impl Into<String>) -> Exit {
    Exit {
        code: code.to_owned(),
        status,
        message: message.into(),
        fix: fix.into(),
        next: Vec::new(),
        builtin: true,
    }
}

/// A reference among the arguments, or a `load`, leads to nothing.
pub fn not_found(resource: &str, finds: Finds) -> Exit {
    let deleted = if finds == Finds::Deleted { "deleted " } else { "" };
    let message = format!("there is no {deleted}{resource} {{value}}");
    builtin(
        "not_found",
        404,
        message,
        "check the value, or look it up first; candidates are listed where there are any",
    )
}

/// A `load` by condition finds nothing.
pub fn none_matches(resource: &str) -> Exit {
    builtin("not_found", 404, format!("no {resource} matches"), "check the arguments that the search reads")
}

/// More rows than a list may have.
pub fn too_many(what: &str, limit: &dyn std::fmt::Display) -> Exit {
    let message = format!("{what} would hold more than {limit}");
    builtin("too_many", 409, message, "narrow the request, or ask a person")
}

/// A cursor is none that the operation gave.
pub fn wrong_cursor() -> Exit {
    builtin(
        "invalid_input",
        422,
        "{field} is no cursor of this list",
        "send `next` of an answer as it is, or nothing to begin in front",
    )
}

/// A state machine stands elsewhere; what other operation leads to where it has to stand is said, unless that is hidden.
pub fn wrong_state(step: &Step, model: &Model, operation: &Operation) -> Option<Exit> {
    let StepKind::Transition { row, field, from, told, .. } = &step.kind else { return None };
    let resource = row_of(&row.ty)?;
    let leading = model.moves.into_any(resource, *field, from).into_iter();
    let leading = leading.filter_map(|index| model.operations.get(index)).map(|it| it.name.clone());
    let is_told = told.pieces.iter().filter_map(Piece::value).any(|it| matches!(it.kind, Kind::Field(..)));
    let next = leading.filter(|name| is_told && *name != operation.name).collect();
    let fix = "choose a row in that state, or do what leads to it first";
    Some(Exit { next, ..builtin("wrong_state", 409, text(told), fix) })
}

/// A value is none of its field's; which fields that may be of is said.
fn out_of_range(fields: &[&str]) -> Exit {
    let (field, fix) = match fields {
        [field] => (*field, "change the arguments so that the value fits".to_owned()),
        several => ("{field}", format!("change the arguments so that each of {} fits", several.join(", "))),
    };
    builtin("out_of_range", 409, format!("{field} {{reason}}"), fix)
}

fn not_unique() -> Exit {
    builtin(
        "not_unique",
        409,
        "{field} is taken by another row",
        "choose another value, or use the row that has it",
    )
}

/// A reference would lead back to its own row.
fn circular() -> Exit {
    builtin("circular", 409, "{field} {reason}", "name another row, or change what stands above it first")
}

/// Another row refers to what would be deleted.
pub fn in_use(row: &str) -> Exit {
    let message = format!("{row} is in use: {{user}} refers to {{what}}");
    builtin("in_use", 409, message, "change or delete what refers to it first")
}

/// The ways out of bringing a row back.
pub fn of_restore(resource: ResourceId, schema: &Schema) -> Vec<Exit> {
    let mut exits = Vec::new();
    let along = taken_along(schema, resource);
    if along.iter().filter_map(|it| schema.resources.get(*it)).any(|it| !it.uniques.is_empty()) {
        exits.push(not_unique());
    }
    if !joined(schema, resource).is_empty() {
        exits.push(too_many("{collection}", &"{limit}"));
    }
    if !needed(schema, resource).is_empty() {
        exits.push(builtin("not_found", 404, "{what} is deleted", "bring back what it refers to first"));
    }
    exits
}

/// What is written, or will be referred to, is deleted.
pub fn is_deleted() -> Exit {
    builtin("not_found", 404, "{what} is deleted", "name another row, or leave out what deletes it")
}

/// Something cannot be computed.
pub fn cannot_compute() -> Exit {
    builtin("cannot_compute", 409, "{reason}", "change the arguments, or ask a person to look at the rows")
}

/// `cannot_compute`, if one of the expressions can fail.
pub fn of_expressions<'e>(
    exprs: impl IntoIterator<Item = &'e Typed>,
    model: &Model,
    operation: &Operation,
) -> Vec<Exit> {
    let known = Known { model, operation };
    let fails = |expr: &Typed| fallible(expr, &known);
    if exprs.into_iter().any(fails) { vec![cannot_compute()] } else { Vec::new() }
}

/// The ways out of a write.
pub fn of_write(step: &Step, model: &Model, operation: &Operation) -> Vec<Exit> {
    let mut exits = Vec::new();
    let Some((resource, set, creates)) = written(step) else { return exits };
    let Some(shape) = model.schema.resources.get(resource) else { return exits };
    let moved = if let StepKind::Transition { field, .. } = &step.kind { Some(*field) } else { None };
    if let StepKind::Transition { asked: AskedState::There, .. } = &step.kind {
        exits.extend(wrong_state(step, model, operation));
    }
    let touches =
        |field: &usize| creates || moved == Some(*field) || set.iter().any(|(index, _)| index == field);
    // What stays as it is clashes with what it clashed with: nothing.
    let changes = |field: &usize| {
        let given = set.iter().find(|(index, _)| index == field);
        touches(field) && !given.is_some_and(|(_, value)| stays(step, *field, value))
    };
    // What is absent clashes with nothing.
    let absent = |field: &usize| {
        let gives = set.iter().find(|(index, _)| index == field);
        let is_left_out =
            || creates && shape.fields.get(*field).is_some_and(|it| it.optional && it.default.is_none());
        gives.map_or_else(is_left_out, |(_, value)| matches!(value.kind, Kind::Null))
    };
    let clashes = |unique: &Vec<usize>| unique.iter().any(changes) && !unique.iter().any(absent);
    if shape.uniques.iter().any(clashes) || (creates && shape.id_prefix.is_none()) {
        exits.push(not_unique());
    }
    exits.extend(of_fields(set, &shape.fields, model, operation));
    // Nothing refers to a new row yet, so it leads nowhere back.
    let may_turn =
        |(field, value): &(usize, Typed)| shape.acyclic.contains(field) && !matches!(value.kind, Kind::Null);
    if !creates && set.iter().any(may_turn) {
        exits.push(circular());
    }
    exits.extend(sizes(resource, set, model, operation));
    let known = Known { model, operation };
    let is_kept = |rule: &&ResourceRule| {
        creates && is_kept(&rule.condition, set, shape) && !fallible(&rule.condition, &known)
    };
    let mut rules = rules(resource, &touches, creates, model);
    rules.retain(|rule| !is_kept(rule));
    exits.extend(rules.iter().map(|rule| named(&rule.refusal, 409)));
    let asked = rules.iter().flat_map(|rule| std::iter::once(&rule.condition).chain(rule.refusal.values()));
    exits.extend(of_expressions(set.iter().map(|(_, value)| value).chain(asked), model, operation));
    exits
}

/// Whether a field is given the value that it has.
fn stays(step: &Step, field: usize, value: &Typed) -> bool {
    let (StepKind::Update { row, .. } | StepKind::Transition { row, .. }) = &step.kind else { return false };
    match &value.kind {
        Kind::Proved(inner) => stays(step, field, inner),
        Kind::Field(of, read) => {
            *read == field && matches!((&of.kind, &row.kind), (Kind::Name(of), Kind::Name(row)) if of == row)
        }
        _ => false,
    }
}

/// The ways out of an event that is told of.
pub fn of_event(event: usize, with: Set<'_>, model: &Model, operation: &Operation) -> Vec<Exit> {
    let fields = model.schema.events.get(event).map_or(&[][..], |event| &event.fields);
    let mut exits: Vec<Exit> = of_fields(with, fields, model, operation).into_iter().collect();
    exits.extend(of_expressions(with.iter().map(|(_, value)| value), model, operation));
    exits
}

/// A value may be out of the range of its field.
fn of_fields(set: Set<'_>, fields: &[Field], model: &Model, operation: &Operation) -> Option<Exit> {
    let unfit = set.iter().filter_map(|(index, value)| {
        let field = fields.get(*index)?;
        (!fits(value, &field.ty, model, operation)).then_some(field.name.as_str())
    });
    let unfit: Vec<&str> = unfit.collect();
    (!unfit.is_empty()).then(|| out_of_range(&unfit))
}

/// Fields and their new values.
type Set<'s> = &'s [(usize, Typed)];

/// The resource that a step writes, the fields that it sets, and whether it makes a row.
pub fn written(step: &Step) -> Option<(ResourceId, Set<'_>, bool)> {
    match &step.kind {
        StepKind::Create { resource, set, .. } => Some((*resource, set, true)),
        StepKind::Update { row, set } | StepKind::Transition { row, set, .. } => {
            Some((row_of(&row.ty)?, set, false))
        }
        _ => None,
    }
}

/// A row joins the collections of what it newly refers to, if they have room.
fn sizes(resource: ResourceId, set: Set<'_>, model: &Model, operation: &Operation) -> Option<Exit> {
    let may_be_full = |it: &Collection| {
        let set = set.iter().find(|(field, _)| *field == it.through).map(|(_, value)| value);
        let owner = set.filter(|value| !matches!(value.kind, Kind::Null));
        owner.is_some_and(|owner| !has_room(owner, (resource, it.through), it.size, operation))
    };
    let mut collections = model.schema.resources.iter().flat_map(|owner| {
        let joined = owner.collections.iter().filter(move |it| it.of == resource && may_be_full(it));
        joined.map(move |it| (owner, it))
    });
    let (owner, collection) = collections.next()?;
    Some(match collections.next() {
        None => too_many(&format!("{} of {}", collection.name, owner.name), &collection.size),
        // Which of them is full is known when one is.
        Some(_) => too_many("{collection}", &"{limit}"),
    })
}

/// The rules of a resource that a write can break: those that read a field that it changes.
fn rules<'m>(
    resource: ResourceId,
    touches: &dyn Fn(&usize) -> bool,
    creates: bool,
    model: &'m Model,
) -> Vec<&'m ResourceRule> {
    let Some(resource) = model.resources.get(resource) else { return Vec::new() };
    let touched = |condition: &Typed| {
        let mut touched = creates;
        walk(condition, &mut |part| {
            if let Kind::Field(_, field) | Kind::Refer(_, field) = part.kind {
                touched |= touches(&field);
            }
        });
        touched
    };
    resource.rules.iter().filter(|rule| touched(&rule.condition)).collect()
}
