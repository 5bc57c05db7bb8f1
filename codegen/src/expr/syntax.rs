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
    /// What could not be read, and was reported.
    Hole,
}

impl Ast {
    /// How many levels there are; an expression is at most 2 KiB long, so this ends.
    pub fn depth(&self) -> usize {
        let deepest = match &self.kind {
            AstKind::Member(of, _) | AstKind::Not(of) | AstKind::Negate(of) => of.depth(),
            AstKind::Call(of, _, args) => {
                let args = args.iter().map(Ast::depth).max().unwrap_or(0);
                of.as_ref().map_or(0, |of| of.depth()).max(args)
            }
            AstKind::Index(a, b) | AstKind::Binary(_, a, b) => a.depth().max(b.depth()),
            AstKind::Choose(a, b, c) => a.depth().max(b.depth()).max(c.depth()),
            AstKind::List(items) => items.iter().map(Ast::depth).max().unwrap_or(0),
            _ => 0,
        };
        deepest + 1
    }

    /// Whether it begins with such a name, or holds something that does.
    pub fn mentions(&self, is: &dyn Fn(&str) -> bool) -> bool {
        let one = |ast: &Ast| ast.mentions(is);
        match &self.kind {
            AstKind::Ident(name) => is(name),
            AstKind::Member(of, _) | AstKind::Not(of) | AstKind::Negate(of) => one(of),
            AstKind::Call(of, _, args) => of.as_deref().is_some_and(one) || args.iter().any(one),
            AstKind::Index(a, b) | AstKind::Binary(_, a, b) => one(a) || one(b),
            AstKind::Choose(a, b, c) => one(a) || one(b) || one(c),
            AstKind::List(items) => items.iter().any(one),
            _ => false,
        }
    }
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
