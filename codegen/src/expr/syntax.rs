//! Expressions as they are written, with a place on every node.

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ast {
    /// What it is.
    pub kind: AstKind,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AstKind {
    /// `true`, `false`
    Bool(bool),
    /// `12`
    Int(i64),
    /// `12.50`: units and scale.
    Decimal(i64, u8),
    /// `'text'`
    Text(String),
    /// `null`
    Null,
    /// `name`
    Ident(String),
    /// `a.name`
    Member(Box<Ast>, Name),
    /// `f(x)` or `a.f(x)`
    Call(Option<Box<Ast>>, Name, Vec<Ast>),
    /// `a[b]`
    Index(Box<Ast>, Box<Ast>),
    /// `!a`
    Not(Box<Ast>),
    /// `-a`
    Negate(Box<Ast>),
    /// `a + b`
    Binary(Operator, Box<Ast>, Box<Ast>),
    /// `a ? b : c`
    Choose(Box<Ast>, Box<Ast>, Box<Ast>),
    /// `[a, b]`
    List(Vec<Ast>),
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as in the language")]
pub enum Operator {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

impl Operator {
    /// As written.
    pub fn text(self) -> &'static str {
        match self {
            Operator::Or => "||",
            Operator::And => "&&",
            Operator::Eq => "==",
            Operator::Ne => "!=",
            Operator::Lt => "<",
            Operator::Le => "<=",
            Operator::Gt => ">",
            Operator::Ge => ">=",
            Operator::In => "in",
            Operator::Add => "+",
            Operator::Sub => "-",
            Operator::Mul => "*",
            Operator::Div => "/",
            Operator::Rem => "%",
        }
    }

    /// How tightly it binds: larger is tighter.
    pub fn binds(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Eq
            | Operator::Ne
            | Operator::Lt
            | Operator::Le
            | Operator::Gt
            | Operator::Ge
            | Operator::In => 3,
            Operator::Add | Operator::Sub => 4,
            Operator::Mul | Operator::Div | Operator::Rem => 5,
        }
    }

    /// Whether it compares: comparisons do not chain.
    pub fn compares(self) -> bool {
        self.binds() == 3
    }
}
