//! The shape of a service: its types, fields, resources and events, as the compiler settled them.
//!
//! The compiler makes a [`Schema`] from the specs; it is embedded in the service as JSON, the runtime builds
//! its tables from it, `migrate` stores it in the database, and the input fields of an operation stand in its
//! graph. One description, read by everybody, is what keeps picture, program and table from drifting apart.
//!
//! ```text
//! Schema ─┬─ Resource ─┬─ Field ── Type
//!         │            └─ Collection
//!         └─ Event ────── Field ── Type
//! ```

use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that a service stores and says, in the order of the specs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The name of the service.
    pub service: String,
    /// One line about the service.
    pub summary: String,
    /// What each capability allows, in words.
    pub capabilities: BTreeMap<String, String>,
    /// The resources; an index into this list names one within a service.
    pub resources: Vec<Resource>,
    /// The events.
    pub events: Vec<Event>,
    /// The names that operations had before, by the names that they have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub renamed: BTreeMap<String, Vec<String>>,
}

/// A kind of row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The name, which is also the name of the table.
    pub name: String,
    /// One line about it, or empty.
    pub summary: String,
    /// The stored fields in order; a row is a list of values in this order. A resource that declares no `id`
    /// has a first field named and keyed `_id`, hidden.
    pub fields: Vec<Field>,
    /// Which field holds the id.
    pub id: usize,
    /// Generated ids are this, `_`, and 20 base32 characters; `None` where ids are given in `create`.
    pub id_prefix: Option<String>,
    /// Which field refers to the row that owns this one.
    pub owner: Option<usize>,
    /// Sets of fields (indexes) whose values together occur once among live rows.
    pub uniques: Vec<Vec<usize>>,
    /// Sets of fields (indexes) that are looked up by value.
    pub indexes: Vec<Vec<usize>>,
    /// Which fields refer to rows of this resource, and never in a circle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acyclic: Vec<usize>,
    /// The other sides of references.
    pub collections: Vec<Collection>,
    /// What a row looks like on the wire, in the order of the spec.
    pub shape: Vec<Part>,
    /// What is true of every row, in words of the spec.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// The names that it had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<String>,
}

/// What is true of every row. The text is there to be compared: generated code asks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The code of its refusal.
    pub code: String,
    /// The condition as it was written.
    pub holds: String,
}

/// The rows of another resource that refer to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The name in specs and on the wire.
    pub name: String,
    /// Index of the other resource.
    pub of: usize,
    /// The field of the other resource that refers to this one.
    pub through: usize,
    /// Whether the rows belong to this one (their `through` is their owner).
    pub owned: bool,
    /// The most rows that it may hold.
    pub size: u32,
    /// What it is sorted by; empty means the order of creation.
    pub order: Vec<Order>,
    /// Which of the rows are in it; `size` counts all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
}

impl Collection {
    /// Whether it shows every row that belongs to its row, so that none is elsewhere.
    pub fn holds_all_owned(&self) -> bool {
        self.owned && self.only.is_none()
    }
}

/// Which rows are in a collection. Generated code asks it of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Only {
    /// The condition as it was written.
    pub holds: String,
    /// The fields that it reads.
    pub reads: Vec<usize>,
}

/// One key of a sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Index of the field.
    pub field: usize,
    /// Whether larger values come first.
    pub descending: bool,
}

/// One entry of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A stored field, by index.
    Field(usize),
    /// A collection, by index: nested shapes if owned, ids otherwise.
    Collection(usize),
}

/// Something that happened, told to others when the transaction commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The name, such as `customer.email_changed`.
    pub name: String,
    /// One line about it, or empty.
    pub summary: String,
    /// What it carries.
    pub fields: Vec<Field>,
}

/// One field of a resource, an object, an event or an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name in specs.
    pub name: String,
    /// The name on the wire and of the column.
    pub key: String,
    /// Its type.
    #[serde(flatten)]
    pub ty: Type,
    /// Whether it may be absent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// What an absent value means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Default>,
    /// Whether its values are masked in messages, runs and logs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pii: bool,
    /// Whether no text, answer or event may be made of it; what is kept of it is `hidden` and `pii` too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
    /// Whether it is never on the wire.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// In an input: whether the fields of the object stand among the arguments.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flat: bool,
    /// What it means, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub describe: String,
    /// The keys that it had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<String>,
}

impl Field {
    /// One that is always there, under one name everywhere, and of which nothing else is said.
    pub fn required(key: impl Into<String>, ty: Type) -> Self {
        let key = key.into();
        Field {
            name: key.clone(),
            key,
            ty,
            optional: false,
            default: None,
            pii: false,
            secret: false,
            hidden: false,
            flat: false,
            describe: String::new(),
            was: Vec::new(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The value of a field that was not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Default {
    /// The time of the call (`date` and `timestamp`).
    Now,
    /// A literal.
    Value(Value),
}

/// What a value may be. Bounds are inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Type {
    /// The id of a row of resource `of` (by name): its own `id` field, or a reference.
    Id {
        /// The resource.
        of: String,
        /// A pattern (RE2) that the whole id matches; only on the `id` field itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
    },
    /// Text in NFC without control characters.
    Text {
        /// Fewest code points.
        min: u32,
        /// Most code points.
        max: u32,
        /// A pattern (RE2) that the whole text matches.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
        /// Whether line ends are allowed (`text`, not `string`).
        #[serde(default, skip_serializing_if = "is_false")]
        lines: bool,
    },
    /// An email address, kept in lower case.
    Email {
        /// Most code points.
        max: u32,
    },
    /// An absolute http or https address.
    Url {
        /// Most code points.
        max: u32,
    },
    /// A whole number.
    Int {
        /// Least value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// An exact decimal; values and bounds are in units of the scale (12.50 at scale 2 is 1250).
    Decimal {
        /// Digits after the point.
        scale: u8,
        /// Least value, in units.
        min: i64,
        /// Largest value, in units.
        max: i64,
    },
    /// True or false.
    Bool,
    /// A day; values and bounds are days since 1970-01-01.
    Date {
        /// First day.
        min: i64,
        /// Last day.
        max: i64,
    },
    /// A point in time; values and bounds are microseconds since 1970-01-01T00:00:00Z.
    Timestamp {
        /// First.
        min: i64,
        /// Last.
        max: i64,
    },
    /// A length of time in microseconds.
    Duration {
        /// Shortest.
        min: i64,
        /// Longest.
        max: i64,
    },
    /// One of a list of texts.
    Enum {
        /// The texts.
        values: Vec<String>,
    },
    /// A list.
    List {
        /// What each element is.
        of: Box<Type>,
        /// Fewest elements.
        min: u32,
        /// Most elements.
        max: u32,
        /// Whether no two elements are equal.
        #[serde(default, skip_serializing_if = "is_false")]
        distinct: bool,
    },
    /// A map with text keys.
    Map {
        /// What each value is.
        of: Box<Type>,
        /// Fewest entries.
        min: u32,
        /// Most entries.
        max: u32,
    },
    /// An object; in a resource it is kept as one column a field.
    Object {
        /// The name of the `type`; in JSON `object`, because there it stands beside the `name` of a field.
        #[serde(rename = "object")]
        name: String,
        /// Its fields, in order.
        fields: Vec<Field>,
    },
}
