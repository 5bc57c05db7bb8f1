//! What an expression can see.

use crate::expr::facts::Facts;
use crate::expr::typed::{ObjectTy, ResourceId, Ty};
use crate::source::Span;
use crate::yaml::written;
use opwright_values::schema::{Field, Schema, Type};
use opwright_values::words::{counted, plural};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A name that is bound.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Its type.
    pub ty: Ty,
    /// Where it was bound.
    pub span: Span,
    /// Whether it is a list of rows that is kept as their ids.
    pub ids: bool,
}

impl Bound {
    /// A value, a row, or a list of rows that are at hand.
    pub fn new(ty: Ty, span: Span) -> Self {
        Bound { ty, span, ids: false }
    }
}

/// A name that a block has bound, and that ended with it.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Where it was bound.
    pub span: Span,
    /// What it ended with.
    pub block: Block,
}

/// What names end with.
#[derive(Debug, Clone)]
pub enum Block {
    /// A lane of a choice, with the condition of that; whether the name is that of a value, and not of a row.
    Lane(Rc<str>, bool),
    /// A lane with a row, as what is behind all steps looks at it: that cannot stand in a lane.
    Answered,
    /// A round of a loop.
    Round,
}

impl Block {
    /// A few words at the place where the name is bound.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Lane(..) | Self::Answered => "it ends with this lane of its `when`",
            Self::Round => "it ends with each round of this `each`",
        }
    }

    /// What to do about a name that has ended.
    pub(super) fn help(&self, name: &str) -> String {
        match self {
            Self::Lane(condition, true) => {
                let be = written(&format!("{condition} ? … : …"));
                format!("for a value of either lane write, above the `when`, `let: {name}` and `be: {be}`")
            }
            Self::Lane(_, false) => "put what needs this row into the lane too".to_owned(),
            Self::Answered => "`load` it again below the `when`, by what it was made with, and answer that; or answer in an operation of its own".to_owned(),
            Self::Round => format!(
                "what all rounds have made is a list that the loop hands on: `gives: {{ all: {name} }}` beside its `do`"
            ),
        }
    }
}

/// What a condition over `row` decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Which rows a `load` finds.
    Load,
    /// Which rows an argument may mean.
    Argument,
    /// Which rows are in a collection.
    Collection,
    /// Which rows may be written.
    Rule,
}

/// What an expression can see.
#[derive(Debug, Clone)]
pub struct Env<'e> {
    /// The resources and their fields.
    pub schema: &'e Schema,
    /// Names that steps bound, and the rows of references.
    pub names: BTreeMap<String, Bound>,
    /// Names that ended above.
    pub ended: BTreeMap<String, Ended>,
    /// The arguments.
    pub inputs: &'e [Field],
    /// References among the arguments: key on the wire and name of the row.
    pub references: &'e [(String, String)],
    /// The resource of `row`, where there is one.
    pub row: Option<ResourceId>,
    /// What is decided by a condition over that row.
    pub over: Over,
    /// Names of values that are absent where an argument was not sent.
    pub sent: BTreeSet<String>,
    /// Names of rows that a search may not find.
    pub searched: BTreeSet<String>,
    /// Names of what is secret.
    pub secrets: BTreeSet<String>,
    /// Names of values that come from what is hidden.
    pub hidden: BTreeSet<String>,
    /// The arguments, by their keys on the wire, that led to what a name stands for.
    pub led: BTreeMap<String, Vec<String>>,
    /// What is known.
    pub facts: Facts,
}

impl<'e> Env<'e> {
    /// An environment with nothing in it.
    pub fn of(schema: &'e Schema) -> Self {
        Self {
            schema,
            names: BTreeMap::new(),
            ended: BTreeMap::new(),
            inputs: &[],
            references: &[],
            row: None,
            over: Over::Load,
            sent: BTreeSet::new(),
            searched: BTreeSet::new(),
            secrets: BTreeSet::new(),
            hidden: BTreeSet::new(),
            led: BTreeMap::new(),
            facts: Facts::default(),
        }
    }

    /// What a name that is taken means, in words.
    pub fn meaning(&self, name: &str) -> String {
        let key = self.references.iter().find(|(_, row)| row == name).map(|(key, _)| key);
        key.map_or_else(|| "something here".to_owned(), |key| format!("the row of `{key}`"))
    }

    /// The same, with `row` of a resource.
    #[must_use]
    pub fn with_row(&self, resource: ResourceId, over: Over) -> Self {
        Self { row: Some(resource), over, ..self.clone() }
    }
}

impl Ty {
    /// The type of a stored field, an argument, or a part of an object.
    pub fn of_field(field: &Field, schema: &Schema) -> Ty {
        let ty = Ty::of(&field.ty, schema);
        if field.optional { Ty::Optional(Box::new(ty)) } else { ty }
    }

    /// The type of a value.
    pub fn of(ty: &Type, schema: &Schema) -> Ty {
        match ty {
            Type::Id { of, .. } => {
                let resource = schema.resources.iter().position(|resource| &resource.name == of);
                Ty::Row(resource.unwrap_or(usize::MAX))
            }
            Type::Text { .. } | Type::Email { .. } | Type::Url { .. } => Ty::Text,
            Type::Int { .. } => Ty::Int,
            Type::Decimal { scale, .. } => Ty::Decimal(*scale),
            Type::Bool => Ty::Bool,
            Type::Date { .. } => Ty::Date,
            Type::Timestamp { .. } => Ty::Timestamp,
            Type::Duration { .. } => Ty::Duration,
            Type::Enum { values } => Ty::Enum(Rc::new(values.clone())),
            Type::List { of, .. } => Ty::List(Box::new(Ty::of(of, schema))),
            Type::Map { of, .. } => Ty::Map(Box::new(Ty::of(of, schema))),
            Type::Object { name, fields } => {
                let part =
                    |field: &Field| (field.name.clone(), field.key.clone(), Ty::of_field(field, schema));
                let pii = fields.iter().map(|field| field.pii).collect();
                let hidden = fields.iter().map(|field| field.hidden).collect();
                let fields = fields.iter().map(part).collect();
                Ty::Object(Rc::new(ObjectTy { name: name.clone(), fields, pii, hidden }))
            }
        }
    }

    /// In words.
    pub fn words(&self, schema: &Schema) -> String {
        let resource = |id: &usize| schema.resources.get(*id).map_or("row", |it| it.name.as_str()).to_owned();
        match self {
            Ty::Bool => "bool".to_owned(),
            Ty::Int => "int".to_owned(),
            Ty::Decimal(1) => "decimal with 1 digit after the point".to_owned(),
            Ty::Decimal(scale) => format!("decimal with {} after the point", counted(*scale, "digit")),
            Ty::Text => "text".to_owned(),
            Ty::Date => "date".to_owned(),
            Ty::Timestamp => "timestamp".to_owned(),
            Ty::Duration => "duration".to_owned(),
            Ty::Enum(values) => {
                format!("one of {}", values.iter().map(|it| format!("'{it}'")).collect::<Vec<_>>().join(", "))
            }
            Ty::Row(id) => a(&resource(id)),
            Ty::Id(id) => format!("the id of {}", a(&resource(id))),
            Ty::List(of) => match &**of {
                Ty::Row(id) => format!("list of {}", plural(&resource(id))),
                of => format!("list of {}", of.words(schema)),
            },
            Ty::Map(of) => format!("map of {}", of.words(schema)),
            Ty::Object(object) => object.name.clone(),
            Ty::Optional(of) => format!("optional {}", of.words(schema)),
            Ty::Null => "null".to_owned(),
        }
    }

    /// The type without `Optional`.
    pub fn present(&self) -> &Ty {
        if let Ty::Optional(inner) = self { inner } else { self }
    }
}

/// A word with its article.
fn a(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}
