//! Fields and types, written alike in types, resources, events and inputs.
//!
//! ```text
//! user_id: { type: ref, to: user, as: user }      Field { key: user_id, alias: user, of: Ref { to: user } }
//! zip:     { type: string, length: 1..16 }        Field { key: zip, of: Text { length: 1..16 } }
//! ```

use super::{Head, OrderKey};
use crate::source::Span;
use crate::written::{Text, Word};
use crate::yaml::Node;

/// `type: address`: an object, or a constrained value.
#[derive(Debug, Clone)]
pub struct TypeDoc {
    /// Name and summary.
    pub head: Head,
    /// What it is.
    pub body: TypeBody,
}

/// What a document of kind `type` declares.
#[derive(Debug, Clone)]
pub enum TypeBody {
    /// `fields`: an object.
    Object(Vec<Field>),
    /// `is`: a constrained value.
    Is(TypeUse),
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    /// The key on the wire.
    pub key: Word,
    /// The name in specs, if it is another (`as`).
    pub alias: Option<Word>,
    /// What it is.
    pub of: TypeUse,
    /// Whether it may be absent.
    pub optional: bool,
    /// What an absent value means.
    pub default: Option<Node>,
    /// What it means, in words.
    pub describe: String,
    /// Whether it is masked (`sensitive: pii`).
    pub pii: bool,
    /// Whether it is never on the wire.
    pub hidden: bool,
    /// In an input: whether the fields of the object stand among the arguments.
    pub flat: bool,
    /// `unique: true`, or `unique: { per: … }`.
    pub unique: Option<Unique>,
    /// All of it, key included.
    pub span: Span,
}

impl Field {
    /// The name in specs.
    pub fn name(&self) -> &Word {
        self.alias.as_ref().unwrap_or(&self.key)
    }
}

/// That a value occurs once among live rows.
#[derive(Debug, Clone)]
pub struct Unique {
    /// Among rows that agree in these fields.
    pub per: Vec<Word>,
    /// Its place.
    pub span: Span,
}

/// A type, as used.
#[derive(Debug, Clone)]
pub struct TypeUse {
    /// Which.
    pub kind: TypeKind,
    /// Its place.
    pub span: Span,
}

/// Which type.
#[derive(Debug, Clone)]
pub enum TypeKind {
    /// The id of a resource.
    Id {
        /// What generated ids begin with.
        prefix: Option<Word>,
        /// What given ids match.
        pattern: Option<Text>,
    },
    /// A reference.
    Ref {
        /// The resource.
        to: Word,
        /// Whether the row referred to owns this one; the place of the key.
        owner: Option<Span>,
        /// In an input: what narrows it (`where`).
        filter: Option<Text>,
    },
    /// `string`, or `text` (with `lines`).
    Text {
        /// Whether line ends are allowed.
        lines: bool,
        /// Code points.
        length: Option<Bounds>,
        /// What it matches.
        pattern: Option<Text>,
    },
    /// An email address.
    Email {
        /// Code points.
        length: Option<Bounds>,
    },
    /// A web address.
    Url {
        /// Code points.
        length: Option<Bounds>,
    },
    /// A whole number.
    Int {
        /// Least and largest value.
        range: Option<Bounds>,
    },
    /// An exact decimal.
    Decimal {
        /// Digits after the point.
        scale: Option<Word>,
        /// Least and largest value.
        range: Option<Bounds>,
    },
    /// True or false.
    Bool,
    /// A day.
    Date {
        /// First and last.
        range: Option<Bounds>,
    },
    /// A point in time.
    Timestamp {
        /// First and last.
        range: Option<Bounds>,
    },
    /// A length of time.
    Duration {
        /// Shortest and longest.
        range: Option<Bounds>,
    },
    /// One of some texts.
    Enum {
        /// The texts.
        values: Vec<Word>,
        /// The moves of a state machine; `None`: it is none.
        transitions: Option<Vec<Transition>>,
    },
    /// A list.
    List {
        /// Of what.
        of: Box<TypeUse>,
        /// How many.
        size: Option<Bounds>,
        /// Whether no two are alike.
        distinct: bool,
    },
    /// A map with text keys.
    Map {
        /// Of what.
        of: Box<TypeUse>,
        /// How many.
        size: Option<Bounds>,
    },
    /// The rows of another resource that refer to this one.
    Many {
        /// The other resource.
        of: Word,
        /// How many.
        size: Option<Bounds>,
        /// In which order; empty: none was written.
        order: Vec<OrderKey>,
    },
    /// A type of a document of kind `type`.
    Named(Word),
}

/// `1..120`, `..20`, `0..`: inclusive.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The lower end.
    pub min: Option<Word>,
    /// The upper end.
    pub max: Option<Word>,
    /// All of it.
    pub span: Span,
}

/// A move of a state machine.
#[derive(Debug, Clone)]
pub struct Transition {
    /// Its name.
    pub name: Word,
    /// From which states.
    pub from: Vec<Word>,
    /// To which state.
    pub to: Word,
}
