//! From tokens to a tree, by operator precedence.
//!
//! ```text
//! a || b && !c == d      Or(a, And(b, Eq(Not(c), d)))
//! ```

use crate::expr::braces;
use crate::expr::check::elsewhere;
use crate::expr::lexer::{Lexed, Token, tokens};
use crate::expr::syntax::{Ast, AstKind, Name, Operator};
use crate::report::{Diagnostic, Report};
use crate::yaml::{Text, joined};

/// The longest expression, in bytes.
pub const LENGTH_MAX: usize = 2048;

/// The deepest nesting of an expression.
pub const DEPTH_MAX: usize = 64;

/// Where an expression stands: what else could be meant there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A whole value: it could be a text.
    Value,
    /// What is true or false, or a row.
    Condition,
    /// In the braces of a text: they could be braces.
    Filled,
}

/// Reads an expression; reports what is wrong with it. What could not be read is a hole in the tree, so that the
/// rest is still checked, and all faults are reported at once.
pub fn parse(text: &Text, place: Place, report: &mut Report) -> Option<Ast> {
    if text.value.len() > LENGTH_MAX {
        report.add(
            Diagnostic::new("E0110", text.span, format!("this expression has {} bytes", text.value.len()))
                .help(format!("expressions have at most {LENGTH_MAX}; name parts of it with `let`")),
        );
        return None;
    }
    let tokens = tokens(&text.value);
    let bad = tokens.iter().any(|lexed| matches!(lexed.token, Token::Bad(..)));
    let brace = tokens.iter().find(|lexed| lexed.token == Token::Sign('{'));
    if let Some(brace) = brace.filter(|_| !bad || joined(&text.value).is_some()) {
        report.add(braces::fault(text, brace));
        return None;
    }
    let mut parser = Parser { text, place, tokens, at: 0, depth: 0, given_up: false, guessed: false, report };
    parser.spell();
    let ast = parser.choose()?;
    if parser.given_up {
        return None;
    }
    if parser.peek().token != Token::End {
        parser.unexpected("an operator or the end");
        return None;
    }
    if ast.depth() > DEPTH_MAX {
        parser.too_deep(ast.start, ast.end);
        return None;
    }
    Some(ast)
}

pub(super) struct Parser<'p> {
    pub(super) text: &'p Text,
    place: Place,
    pub(super) tokens: Vec<Lexed>,
    at: usize,
    depth: usize,
    /// It goes too deep, or what was meant by a sign does not fit: what is left is not read, and nothing more is said.
    given_up: bool,
    /// A sign was taken for what it probably means.
    pub(super) guessed: bool,
    pub(super) report: &'p mut Report,
}

impl Parser<'_> {
    fn peek(&self) -> Lexed {
        let end = self.text.value.len();
        self.tokens.get(self.at).cloned().unwrap_or(Lexed { token: Token::End, start: end, end })
    }

    fn next(&mut self) -> Lexed {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn eat(&mut self, sign: char) -> bool {
        let found = self.peek().token == Token::Sign(sign);
        self.at += usize::from(found);
        found
    }

    fn wants(&mut self, sign: char) -> Option<()> {
        if self.eat(sign) {
            return Some(());
        }
        self.unexpected(&format!("`{sign}`"));
        None
    }

    pub(super) fn fault(&mut self, start: usize, end: usize, message: impl Into<String>, help: &str) {
        let fault = Diagnostic::new("E0110", self.text.part(start, end.max(start + 1)), message);
        self.report.add(if help.is_empty() { fault } else { fault.help(help) });
    }

    fn unexpected(&mut self, wanted: &str) {
        let found = self.peek();
        match found.token {
            // Reported already.
            Token::Hole => {}
            _ if self.given_up => {}
            _ if self.before().is_some_and(|before| before == Token::Hole) => self.given_up = true,
            // The guess was wrong, and this follows from it.
            _ if self.guessed => self.given_up = true,
            Token::End => {
                let message = format!("this ends where {wanted} is wanted");
                self.fault(found.start, found.end, message, self.brace().unwrap_or(""));
            }
            _ => {
                let written = self.text.value.get(found.start..found.end).unwrap_or("");
                let message = format!("`{written}` stands where {wanted} is wanted");
                let of_word = |token: Option<Token>| match token {
                    Some(Token::Word(word)) => elsewhere::operator(&word),
                    _ => None,
                };
                // `'it''s'`, as YAML and SQL write it.
                let twice = matches!((&found.token, self.before()), (Token::Text(_), Some(Token::Text(_))));
                let help = of_word(Some(found.token)).or_else(|| of_word(self.before()));
                let help = help.or(twice.then_some("a quote inside of a text is written `\\'`"));
                if let (None, Some(sentence)) = (help, self.sentence()) {
                    let place = self.text.part(found.start, found.end);
                    let fault = Diagnostic::new("E0110", place, message);
                    let fault = fault.help(format!("a text is written `\"{sentence}\"`"));
                    self.report.add(fault.rewrite(self.text.replaced(&sentence)));
                    return;
                }
                self.fault(found.start, found.end, message, help.or_else(|| self.brace()).unwrap_or(""));
            }
        }
    }

    /// What to write for a brace, where one opens an expression.
    fn brace(&self) -> Option<&'static str> {
        (self.place == Place::Filled).then_some("what stands in braces is filled in; `{{` is a brace")
    }

    /// The whole in quotes, if it reads as a text of several words: `Hello World`.
    fn sentence(&self) -> Option<String> {
        let is_word =
            |word: &str| word.trim_end_matches(['.', ',', '!', '?']).chars().all(char::is_alphabetic);
        let text = self.text.value.trim();
        let several = text.contains(char::is_whitespace) && text.split_whitespace().all(is_word);
        (self.place == Place::Value && several).then(|| format!("'{text}'"))
    }

    fn before(&self) -> Option<Token> {
        self.tokens.get(self.at.checked_sub(1)?).map(|lexed| lexed.token.clone())
    }

    fn too_deep(&mut self, start: usize, end: usize) {
        let message = format!("nested deeper than {DEPTH_MAX} levels");
        self.fault(start, end, message, "name parts of it with `let`");
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEPTH_MAX {
            let here = self.peek();
            self.too_deep(here.start, here.end);
            self.given_up = true;
            self.at = self.tokens.len();
            return None;
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Goes on behind something that could not be read: in front of what ends it, on the same level.
    fn recover(&mut self, start: usize, ends: impl Fn(&Token) -> bool) -> Ast {
        let mut open = 0_usize;
        loop {
            match self.peek().token {
                Token::End => break,
                token if open == 0 && ends(&token) => break,
                Token::Sign('(' | '[' | '{') => open += 1,
                Token::Sign(')' | ']' | '}') if open == 0 => break,
                Token::Sign(')' | ']' | '}') => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Ast { kind: AstKind::Hole, start, end: self.peek().start.max(start) }
    }

    fn choose(&mut self) -> Option<Ast> {
        self.deeper(|parser| {
            let condition = parser.binary(1)?;
            if !parser.eat('?') {
                return Some(condition);
            }
            let yes = parser.choose()?;
            parser.wants(':')?;
            let no = parser.choose()?;
            let (start, end) = (condition.start, no.end);
            let kind = AstKind::Choose(Box::new(condition), Box::new(yes), Box::new(no));
            Some(Ast { kind, start, end })
        })
    }

    fn binary(&mut self, least: u8) -> Option<Ast> {
        let mut left = self.unary()?;
        let mut compared = false;
        loop {
            let Token::Operator(operator) = self.peek().token else { return Some(left) };
            if operator.binds() < least {
                return Some(left);
            }
            let place = self.next();
            let chained = operator.compares() && compared;
            if chained {
                self.fault(place.start, place.end, "comparisons do not chain", "write `a < b && b < c`");
            }
            compared = operator.compares();
            let right = match self.binary(operator.binds() + 1) {
                Some(right) => right,
                None if operator.binds() < 3 => self.recover(place.end, ends_operand),
                None => return None,
            };
            left = binary(operator, left, right);
            if chained {
                left.kind = AstKind::Hole;
            }
        }
    }

    fn unary(&mut self) -> Option<Ast> {
        let token = self.peek();
        match token.token {
            Token::Not => {
                self.next();
                let inner = self.deeper(Self::unary)?;
                Some(Ast { start: token.start, end: inner.end, kind: AstKind::Not(Box::new(inner)) })
            }
            Token::Operator(Operator::Sub) => {
                self.next();
                let inner = self.deeper(Self::unary)?;
                Some(Ast { start: token.start, end: inner.end, kind: AstKind::Negate(Box::new(inner)) })
            }
            _ => self.postfix(),
        }
    }

    fn postfix(&mut self) -> Option<Ast> {
        let mut base = self.primary()?;
        loop {
            if self.eat('.') {
                let name = self.name()?;
                base = if self.eat('(') {
                    let (args, end) = self.arguments(')')?;
                    Ast { start: base.start, end, kind: AstKind::Call(Some(Box::new(base)), name, args) }
                } else {
                    Ast { start: base.start, end: name.end, kind: AstKind::Member(Box::new(base), name) }
                };
            } else if self.eat('[') {
                let index = self.choose()?;
                let end = self.peek().end;
                self.wants(']')?;
                base = Ast { start: base.start, end, kind: AstKind::Index(Box::new(base), Box::new(index)) };
            } else {
                return Some(base);
            }
        }
    }

    fn name(&mut self) -> Option<Name> {
        let token = self.peek();
        if let Token::Word(text) = token.token {
            self.next();
            return Some(Name { text, start: token.start, end: token.end });
        }
        self.unexpected("a name");
        None
    }

    fn primary(&mut self) -> Option<Ast> {
        let token = self.peek();
        let kind = match token.token {
            Token::Int(int) => AstKind::Int(int),
            Token::Decimal(units, scale) => AstKind::Decimal(units, scale),
            Token::Text(text) => AstKind::Text(text),
            Token::Hole => AstKind::Hole,
            Token::Word(word) => return self.word(word, token.start, token.end),
            Token::Sign('(') => {
                let is_list = self.before() == Some(Token::Operator(Operator::In)) && self.has_commas();
                self.next();
                if is_list {
                    return self.list_in_parentheses(token.start);
                }
                let mut inner = match self.choose() {
                    Some(inner) => inner,
                    None => self.recover(token.end, |token| matches!(token, Token::Sign(')'))),
                };
                inner.end = self.peek().end;
                self.wants(')')?;
                inner.start = token.start;
                return Some(inner);
            }
            Token::Sign('[') => {
                self.next();
                let (items, end) = self.arguments(']')?;
                return Some(Ast { kind: AstKind::List(items), start: token.start, end });
            }
            _ => {
                self.unexpected("a value");
                return None;
            }
        };
        self.next();
        Some(Ast { kind, start: token.start, end: token.end })
    }

    fn word(&mut self, word: String, start: usize, end: usize) -> Option<Ast> {
        self.next();
        if self.eat('(') {
            let (args, call_end) = self.arguments(')')?;
            let name = Name { text: word, start, end };
            return Some(Ast { kind: AstKind::Call(None, name, args), start, end: call_end });
        }
        let kind = match word.as_str() {
            "true" => AstKind::Bool(true),
            "false" => AstKind::Bool(false),
            "null" => AstKind::Null,
            _ => AstKind::Ident(word),
        };
        Some(Ast { kind, start, end })
    }

    /// Whether commas stand between the parenthesis that is next and its end.
    fn has_commas(&self) -> bool {
        let mut open = 0_usize;
        for lexed in self.tokens.iter().skip(self.at) {
            match lexed.token {
                Token::Sign('(' | '[' | '{') => open += 1,
                Token::Sign(')' | ']' | '}') if open < 2 => return false,
                Token::Sign(')' | ']' | '}') => open -= 1,
                Token::Sign(',') if open == 1 => return true,
                _ => {}
            }
        }
        false
    }

    /// `in ('a', 'b')`, which is told, and read as the list that it is.
    fn list_in_parentheses(&mut self, start: usize) -> Option<Ast> {
        let (items, end) = self.arguments(')')?;
        let inner = self.text.value.get(start + 1..end - 1).unwrap_or("");
        let written = format!("[{inner}]");
        let fault = Diagnostic::new("E0110", self.text.part(start, end), "a list stands in brackets");
        let changed = self.text.changed(start, end, &written);
        self.report.add(fault.help(format!("write `{written}`")).rewrite(changed));
        Some(Ast { kind: AstKind::List(items), start, end })
    }

    fn arguments(&mut self, close: char) -> Option<(Vec<Ast>, usize)> {
        let mut args = Vec::new();
        loop {
            let end = self.peek().end;
            if self.eat(close) {
                return Some((args, end));
            }
            if !args.is_empty() {
                self.wants(',')?;
            }
            let start = self.peek().start;
            args.push(match self.choose() {
                Some(arg) => arg,
                None => self.recover(start, |token| matches!(token, Token::Sign(','))),
            });
        }
    }
}

/// What ends an operand of `&&` and `||`.
fn ends_operand(token: &Token) -> bool {
    matches!(token, Token::Operator(Operator::And | Operator::Or) | Token::Sign('?' | ':' | ','))
}

fn binary(operator: Operator, left: Ast, right: Ast) -> Ast {
    let (start, end) = (left.start, right.end);
    Ast { kind: AstKind::Binary(operator, Box::new(left), Box::new(right)), start, end }
}
