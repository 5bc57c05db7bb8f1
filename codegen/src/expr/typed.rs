//! Typed expressions: what the checker makes of an expression, and what lowering, Rust and SQL are made from.
//!
//! ```text
//! order.customer.name == 'x'
//! Binary(Eq)
//! ├─ Field(name)                      Text      reading a field of a followed reference needs its row:
//! │  └─ Refer(customer)               Row       `loads()` lists `order.customer`
//! │     └─ Name(order)                Row
//! └─ Text('x')                        Text
//! ```

use crate::expr::range::Range;
use crate::source::Span;
use std::rc::Rc;

/// Index of a resource in `Schema::resources` and in `Model::resources`.
pub type ResourceId = usize;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ty {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A decimal of a scale.
    Decimal(u8),
    /// Text (also email and url).
    Text,
    /// A day.
    Date,
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
    /// One of some texts.
    Enum(Rc<Vec<String>>),
    /// A row of a resource: a handle, or a reference that leads to one.
    Row(ResourceId),
    /// The id of a row.
    Id(ResourceId),
    /// A list.
    List(Box<Ty>),
    /// A map with text keys.
    Map(Box<Ty>),
    /// An object: the name of its `type`, and its fields (name in specs, type).
    Object(Rc<ObjectTy>),
    /// Perhaps absent.
    Optional(Box<Ty>),
    /// `null`, only as a whole value in `set`.
    Null,
}

/// The type of an object.
#[derive(Debug, PartialEq, Eq)]
pub struct ObjectTy {
    /// The name of the `type`.
    pub name: String,
    /// The fields: name in specs, key on the wire, type.
    pub fields: Vec<(String, String, Ty)>,
    /// Which of the fields must not be shown.
    pub pii: Vec<bool>,
    /// Which of the fields are on no wire.
    pub hidden: Vec<bool>,
}

/// An expression with its type.
#[derive(Debug, Clone)]
pub struct Typed {
    /// What it is.
    pub kind: Kind,
    /// Its type. A path that was proved present has the type without `Optional`, and is wrapped in
    /// [`Kind::Proved`].
    pub ty: Ty,
    /// Where it stands.
    pub span: Span,
    /// As written, for pictures and recorded values.
    pub text: String,
    /// Whether it is, or is computed from, what must not be shown; known once a whole operation is.
    pub pii: bool,
    /// What is known of a number beyond its type where it stands.
    pub known: Option<Range>,
}

impl Typed {
    /// An expression of which no more is known.
    pub fn new(kind: Kind, ty: Ty, span: Span, text: impl Into<String>) -> Self {
        Typed { kind, ty, span, text: text.into(), pii: false, known: None }
    }
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A literal.
    Bool(bool),
    /// A literal.
    Int(i64),
    /// A literal, in units of the scale of its type.
    Decimal(i64),
    /// A literal (also of an enum).
    Text(String),
    /// A literal: microseconds (timestamp, duration) or days (date).
    Time(i64),
    /// `null`.
    Null,
    /// A list of expressions.
    List(Vec<Typed>),
    /// An object given field by field (in the order of its type; `None`: absent), or a map given whole.
    Object(Vec<Option<Typed>>),
    /// A map given whole.
    Map(Vec<(String, Typed)>),
    /// What `pick` makes of a row: keys on the wire and values.
    Shape(Vec<(String, Typed)>),
    /// A name that a step bound, or the row of a reference among the arguments.
    Name(String),
    /// A macro's variable; names are unique within one expression tree's nesting, nothing shadows.
    Var(String),
    /// `row`, in `where`, `rules` and `pick`.
    Row,
    /// `now`.
    Now,
    /// `input.x`: index of the argument.
    Input(usize),
    /// A stored field of a row (index): a value.
    Field(Box<Typed>, usize),
    /// A field of an object (index).
    Part(Box<Typed>, usize),
    /// A reference field of a row (index), used as the row that it leads to. Whether the row is needed depends
    /// on what is done with it: comparing and taking `.id` never load.
    Refer(Box<Typed>, usize),
    /// A collection of a row (index).
    Collection(Box<Typed>, usize),
    /// The id of a row: `.id`, or the name of its id field.
    Id(Box<Typed>),
    /// An optional path that is proved present here.
    Proved(Box<Typed>),
    /// A widening: to the type of this node (int to decimal, smaller to larger scale, enum to text, id to
    /// text, present to optional).
    Widen(Box<Typed>),
    /// `!x` (bool) or `-x`.
    Not(Box<Typed>),
    /// `-x`.
    Negate(Box<Typed>),
    /// Two operands of equal type (but for time arithmetic and `*`).
    Binary(BinaryOp, Box<Typed>, Box<Typed>),
    /// `a ? b : c`.
    Choose(Box<Typed>, Box<Typed>, Box<Typed>),
    /// `xs[i]` of a list; the flag says whether it is proved inside.
    Index(Box<Typed>, Box<Typed>, bool),
    /// `m[k]` of a map.
    Lookup(Box<Typed>, Box<Typed>),
    /// `has(path)`: whether an optional path is present.
    Has(Box<Typed>),
    /// A macro over a list: `all exists exists_one filter map transformList sortBy`.
    Macro(Macro),
    /// Any other function; arguments are checked, the receiver is the first.
    Call(Function, Vec<Typed>),
}

/// A macro over a list.
#[derive(Debug, Clone)]
pub struct Macro {
    /// Which.
    pub kind: MacroKind,
    /// The list.
    pub list: Box<Typed>,
    /// The variable of the index, if there are two.
    pub index: Option<String>,
    /// The variable of the element.
    pub var: String,
    /// The filter of `map(x, filter, value)`.
    pub filter: Option<Box<Typed>>,
    /// The condition, value or key.
    pub body: Box<Typed>,
}

/// Which macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacroKind {
    /// All.
    All,
    /// At least one.
    Exists,
    /// Exactly one.
    ExistsOne,
    /// Those for which.
    Filter,
    /// A value for each (also `transformList`).
    Map,
    /// Sorted by a key, stable.
    SortBy,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `x in list`
    In,
    /// `key in map`
    InMap,
    /// `+` of numbers, durations, a time and a duration, texts, lists: by the types of the operands.
    Add,
    /// `-` of numbers, durations, times, a time and a duration.
    Sub,
    /// `*` of numbers, a duration and an int.
    Mul,
    /// `/` of ints, a duration and an int.
    Div,
    /// `%` of ints.
    Rem,
}

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as in the language")]
pub enum Function {
    OrValue,
    Or,
    Size,
    Sum,
    Min,
    Max,
    Sort,
    Flatten,
    Distinct,
    Join,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    LowerAscii,
    UpperAscii,
    Trim,
    MathDiv,
    MathRound,
    MathAbs,
    MathGreatest,
    MathLeast,
    DateOf,
    TimestampOf,
    GetHours,
    GetMinutes,
    GetSeconds,
}

/// A text with expressions in it.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
}

impl Piece {
    /// The value, if it is one.
    pub fn value(&self) -> Option<&Typed> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// A value.
    Value(Typed),
}
