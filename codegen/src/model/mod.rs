//! The model: what the specs say once every name is found and every expression has a type.
//!
//! ```text
//! declarations ──resolve──▶ Model ─┬─ schema      resources, events, capabilities (shared with the runtime)
//!                                  ├─ resources   what only the compiler needs of them: places, machines, rules
//!                                  ├─ operations  inputs and typed steps
//!                                  ├─ data        rows for demos and tests
//!                                  └─ scenarios   calls, and what is expected of them
//! ```
//!
//! A `Model` is valid: lowering and emission take it and cannot fail.

mod effect;
mod moves;
mod query;

pub use crate::expr::typed::ResourceId;
pub use moves::Moves;
pub use query::{Beyond, Finds, Query};

use crate::expr::typed::{Kind, Piece, Template, Typed};
use crate::report::Diagnostic;
use crate::source::Span;
use opwright_tracer::graph::Src;
use opwright_values::scenario::Scenario;
use opwright_values::schema::{Field, Schema};
use opwright_values::value::Value;

/// A service, resolved.
#[derive(Debug)]
pub struct Model {
    /// What the runtime needs to know too.
    pub schema: Schema,
    /// The same resources, in the same order: what only the compiler needs.
    pub resources: Vec<Resource>,
    /// The operations, in the order of the specs.
    pub operations: Vec<Operation>,
    /// Which of them lead where others have to begin.
    pub moves: Moves,
    /// Rows to begin with.
    pub data: Vec<Data>,
    /// Calls, and what is expected of them.
    pub scenarios: Vec<Scenario>,
    /// What is probably not meant.
    pub warnings: Vec<Diagnostic>,
}

/// What the compiler knows of a resource beyond the schema.
#[derive(Debug)]
pub struct Resource {
    /// Where its document begins.
    pub src: Src,
    /// Its name in the source.
    pub span: Span,
    /// State machines, by field.
    pub machines: Vec<Machine>,
    /// Fields of which a change changes what somebody may do.
    pub permissions: Vec<usize>,
    /// What is true of every row.
    pub rules: Vec<ResourceRule>,
    /// Which rows are in its collections, over `row`; `None` where all are.
    pub only: Vec<Option<Typed>>,
}

/// The transitions of an enum field.
#[derive(Debug)]
pub struct Machine {
    /// Index of the field.
    pub field: usize,
    /// The transitions.
    pub transitions: Vec<Transition>,
}

/// A move of a state machine.
#[derive(Debug)]
pub struct Transition {
    /// The name, unique in the resource.
    pub name: String,
    /// From which states.
    pub from: Vec<String>,
    /// To which state.
    pub to: String,
    /// Its place.
    pub span: Span,
}

/// Something that is true of every row; each write checks it.
#[derive(Debug)]
pub struct ResourceRule {
    /// The condition, over `row`.
    pub condition: Typed,
    /// What a write that breaks it is refused with.
    pub refusal: Refusal,
    /// Its place.
    pub src: Src,
}

/// What a refused call is told.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The code.
    pub code: String,
    /// What happened.
    pub message: Template,
    /// What to do.
    pub fix: Template,
    /// Operations that may help.
    pub next: Vec<String>,
}

impl Refusal {
    /// What its message and its fix tell.
    pub fn values(&self) -> impl Iterator<Item = &Typed> {
        self.message.pieces.iter().chain(&self.fix.pieces).filter_map(Piece::value)
    }
}

/// An operation, resolved.
#[derive(Debug)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub summary: String,
    /// When to use it, or empty.
    pub description: String,
    /// The capabilities that a caller needs.
    pub requires: Vec<String>,
    /// The arguments, as on the wire.
    pub inputs: Vec<Field>,
    /// The references among the arguments, in order: rows to be loaded.
    pub references: Vec<Reference>,
    /// The steps.
    pub steps: Vec<Step>,
    /// What comes back.
    pub returns: Returns,
    /// What was done, for people.
    pub narrate: Option<Template>,
    /// Why any agent may do it alone, although it destroys.
    pub because: Option<String>,
    /// Whether it deletes, or changes what somebody may do.
    pub destroys: bool,
    /// The most rows that one call may write.
    pub max_rows: u32,
    /// Where its document begins.
    pub src: Src,
}

/// A reference among the arguments, whose rows the steps see.
#[derive(Debug)]
pub struct Reference {
    /// The name of its row, or rows, in the steps; of one inside of an object its path, `input.flights[].flight`.
    pub name: String,
    /// Index of the argument in [`Operation::inputs`].
    pub input: usize,
    /// The way to it from the argument; empty for an argument that is a reference, or a list of them.
    pub way: Vec<Inside>,
    /// Where it is sent, with a star for every place in a list: `/flights/*/flight_number`.
    pub pointer: String,
    /// The resource.
    pub to: ResourceId,
    /// Whether it is a list.
    pub list: bool,
    /// Whether it may be absent.
    pub optional: bool,
    /// What narrows it, over `row` and what stands above.
    pub filter: Option<Typed>,
    /// Whether it finds deleted rows.
    pub finds: Finds,
    /// Its place.
    pub src: Src,
}

/// From a value to what is inside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inside {
    /// A part of an object: its key, and whether it may be absent.
    Part(String, bool),
    /// All elements of a list.
    Elements,
    /// All values of a map.
    Values,
}

/// One step, with its place.
#[derive(Debug)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Whether it comes before anything is loaded: it reads only what was sent, and rests on nothing that is proved
    /// later.
    pub early: bool,
    /// Its place.
    pub src: Src,
    /// The step in words of the spec, for people: `order.status == 'pending'`.
    pub text: String,
}

/// What a step does. A name that a step binds is seen by what follows in the same list and inside it.
#[derive(Debug)]
pub enum StepKind {
    /// Goes on if the condition holds.
    Require {
        /// The condition.
        condition: Typed,
        /// What else.
        refusal: Refusal,
    },
    /// Names a value or a row.
    Let {
        /// The name.
        name: String,
        /// What it is.
        be: Typed,
    },
    /// Finds one row.
    LoadOne {
        /// The name of the row.
        name: String,
        /// The query.
        query: Query,
        /// Whether there may be none: the name is then an optional row.
        optional: bool,
        /// What is said if there is none; `not_found` unless the spec says otherwise.
        refusal: Option<Refusal>,
    },
    /// Finds all rows that match, or the first of them.
    LoadMany {
        /// The name of the list.
        name: String,
        /// The query.
        query: Query,
        /// The most rows that it gives.
        max: u32,
        /// What becomes of those beyond.
        beyond: Beyond,
    },
    /// Makes a row.
    Create {
        /// Its name.
        name: String,
        /// The resource.
        resource: ResourceId,
        /// Every stored field that has a value: index and value, in the order of the fields. What is not here
        /// is its default, or absent.
        set: Vec<(usize, Typed)>,
    },
    /// Changes a row.
    Update {
        /// The row: a name or a path.
        row: Typed,
        /// Index of the field and its new value.
        set: Vec<(usize, Typed)>,
    },
    /// Moves a state machine, and changes the row with it.
    Transition {
        /// The row: a name or a path.
        row: Typed,
        /// Index of the machine's field.
        field: usize,
        /// Name of the transition.
        name: String,
        /// From which states.
        from: Vec<String>,
        /// To which state.
        to: String,
        /// Where it is asked whether the state is one of those.
        asked: AskedState,
        /// What is said if it is not.
        told: Template,
        /// Index of the field and its new value.
        set: Vec<(usize, Typed)>,
    },
    /// Deletes a row, with what it owns.
    Delete {
        /// The row: a name or a path.
        row: Typed,
    },
    /// Brings a deleted row back, with what its deletion took along.
    Restore {
        /// The row: a name or a path.
        row: Typed,
    },
    /// One of two lists.
    When {
        /// Its name.
        name: String,
        /// The condition.
        condition: Typed,
        /// If it holds.
        then: Vec<Step>,
        /// If not; may be empty.
        otherwise: Vec<Step>,
    },
    /// Once for each element.
    Each {
        /// The name of the element.
        name: String,
        /// The name of its index, from 0.
        index: Option<String>,
        /// The list.
        list: Typed,
        /// The steps.
        body: Vec<Step>,
        /// Lists that it makes: name and the value of each round.
        gives: Vec<(String, Typed)>,
    },
    /// Emits an event.
    Emit {
        /// Index of the event in [`Schema::events`].
        event: usize,
        /// Index of the event's field and its value, in the order of the fields.
        with: Vec<(usize, Typed)>,
    },
}

/// Where it is asked whether a state machine stands where a transition can take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedState {
    /// In front of all rules: the row is an argument's, the step at the top.
    First,
    /// Where the transition stands.
    There,
    /// Nowhere: what is known of the row there excludes all other states.
    Never,
}

/// What an operation gives back.
#[derive(Debug)]
pub enum Returns {
    /// Nothing.
    Nothing,
    /// A value; rows become their shapes.
    Value(Typed),
    /// An object, by key on the wire.
    Object(Vec<(String, Returns)>),
    /// `rows.pick(a, b.c)`: a [`Kind::Shape`], or a `map` to one for each list around the rows.
    Pick(Typed),
}

/// The parts that `pick` gives of each row, and in how many lists the rows are.
pub fn picked(shape: &Typed) -> (usize, &[(String, Typed)]) {
    match &shape.kind {
        Kind::Macro(mac) => {
            let (lists, parts) = picked(&mac.body);
            (lists + 1, parts)
        }
        Kind::Shape(parts) => (0, parts),
        _ => (0, &[]),
    }
}

/// Rows for demos and tests, from a document of kind `data`.
#[derive(Debug)]
pub struct Data {
    /// Its name.
    pub name: String,
    /// Index of the resource and a row's values in the order of its fields, owners before what they own; what is `now` is
    /// [open](opwright_values::moment).
    pub rows: Vec<(ResourceId, Vec<Value>)>,
}

impl Model {
    /// The resource that a reference field, or a list of references, refers to.
    pub fn references_to(&self, resource: ResourceId, field: usize) -> Option<ResourceId> {
        use opwright_values::schema::Type;
        let mut ty = &self.schema.resources.get(resource)?.fields.get(field)?.ty;
        while let Type::List { of, .. } = ty {
            ty = of;
        }
        let Type::Id { of, .. } = ty else { return None };
        self.schema.resources.iter().position(|resource| &resource.name == of)
    }
}
