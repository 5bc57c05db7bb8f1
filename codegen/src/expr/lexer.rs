//! Words, numbers, texts and signs of an expression.

use crate::expr::syntax::Operator;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name or a word.
    Word(String),
    /// A whole number.
    Int(i64),
    /// A decimal: units and scale.
    Decimal(i64, u8),
    /// A text.
    Text(String),
    /// An operator.
    Operator(Operator),
    /// `!`
    Not,
    /// One of `?:.,()[]{}`.
    Sign(char),
    /// Something else: what it is, and what to write instead.
    Bad(String, &'static str),
    /// The end.
    End,
}

/// A token with its place.
#[derive(Debug, Clone)]
pub struct Lexed {
    /// What it is.
    pub token: Token,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Cuts a text into tokens; the last is the end.
pub fn tokens(text: &str) -> Vec<Lexed> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip(|c| c.is_whitespace());
        let start = lexer.at;
        let token = lexer.token();
        let end = token == Token::End;
        tokens.push(Lexed { token, start, end: lexer.at });
        if end {
            return tokens;
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, while_: impl Fn(char) -> bool) -> &str {
        let start = self.at;
        while let Some(c) = self.peek().filter(|c| while_(*c)) {
            self.at += c.len_utf8();
        }
        self.text.get(start..self.at).unwrap_or("")
    }

    fn token(&mut self) -> Token {
        let Some(c) = self.peek() else { return Token::End };
        if c.is_ascii_alphabetic() || c == '_' {
            return self.word();
        }
        if c.is_ascii_digit() {
            return self.number();
        }
        if c == '\'' || c == '"' {
            return self.quoted(c);
        }
        for (text, token) in SIGNS {
            if self.rest().starts_with(text) {
                self.at += text.len();
                return token.clone();
            }
        }
        self.at += c.len_utf8();
        match c {
            '?' | ':' | '.' | ',' | '(' | ')' | '[' | ']' | '{' | '}' => Token::Sign(c),
            '=' => Token::Bad("`=` is not an operator".to_owned(), "to compare write `==`"),
            '&' => Token::Bad("`&` is not an operator".to_owned(), "write `&&`"),
            '|' => Token::Bad("`|` is not an operator".to_owned(), "write `||`"),
            other => Token::Bad(format!("`{other}` means nothing here"), "remove it, or put text in quotes"),
        }
    }

    fn word(&mut self) -> Token {
        // Behind a point these are names of functions: `input.phone.or(customer.phone)`.
        let member = self.text.get(..self.at).is_some_and(|before| before.trim_end().ends_with('.'));
        let word = self.skip(|c| c.is_ascii_alphanumeric() || c == '_').to_owned();
        match word.as_str() {
            _ if member => Token::Word(word),
            "in" => Token::Operator(Operator::In),
            "and" => Token::Bad("`and` is not an operator".to_owned(), "write `&&`"),
            "or" => Token::Bad("`or` is not an operator".to_owned(), "write `||`"),
            "not" => Token::Bad("`not` is not an operator".to_owned(), "write `!`"),
            _ => Token::Word(word),
        }
    }

    fn number(&mut self) -> Token {
        let whole = self.skip(|c| c.is_ascii_digit() || c == '_').replace('_', "");
        let mut after = self.rest().chars();
        if after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            let fraction = self.skip(|c| c.is_ascii_digit() || c == '_').replace('_', "");
            if self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
                return self.bad_number();
            }
            let scale = u8::try_from(fraction.len())
                .ok()
                .filter(|scale| *scale <= opwright_values::decimal::SCALE_MAX);
            let units = format!("{whole}{fraction}").parse().ok();
            return match units.zip(scale) {
                Some((units, scale)) => Token::Decimal(units, scale),
                None => Token::Bad(
                    "this number has too many digits".to_owned(),
                    "decimals have at most 15 digits",
                ),
            };
        }
        if self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            return self.bad_number();
        }
        match whole.parse() {
            Ok(int) => Token::Int(int),
            Err(_) => Token::Bad("this number is too large".to_owned(), "whole numbers have 64 bits"),
        }
    }

    fn bad_number(&mut self) -> Token {
        self.skip(|c| c.is_ascii_alphanumeric());
        Token::Bad(
            "this is not a number".to_owned(),
            "write digits, `_` and a point; there are no floats and no suffixes",
        )
    }

    fn quoted(&mut self, quote: char) -> Token {
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            if c == quote {
                return Token::Text(text);
            }
            if c != '\\' {
                text.push(c);
                continue;
            }
            let escaped = self.peek();
            self.at += escaped.map_or(0, char::len_utf8);
            match escaped {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some(c @ ('\\' | '\'' | '"' | '`' | '?')) => text.push(c),
                Some('u') => match self.code_point(4) {
                    Some(c) => text.push(c),
                    None => {
                        return Token::Bad(
                            "`\\u` needs four hexadecimal digits".to_owned(),
                            "such as `\\u00e9`",
                        );
                    }
                },
                Some('U') => match self.code_point(8) {
                    Some(c) => text.push(c),
                    None => {
                        return Token::Bad(
                            "`\\U` needs eight hexadecimal digits".to_owned(),
                            "such as `\\U0001f600`",
                        );
                    }
                },
                _ => {
                    return Token::Bad(
                        "this escape means nothing".to_owned(),
                        "escapes are \\n \\r \\t \\\\ \\' \\\" \\uXXXX",
                    );
                }
            }
        }
        Token::Bad("this text has no end".to_owned(), "close it with the quote that it begins with")
    }

    fn code_point(&mut self, digits: usize) -> Option<char> {
        let hex = self.rest().get(..digits)?.to_owned();
        self.at += digits;
        u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32)
    }
}

const SIGNS: &[(&str, Token)] = &[
    ("||", Token::Operator(Operator::Or)),
    ("&&", Token::Operator(Operator::And)),
    ("==", Token::Operator(Operator::Eq)),
    ("!=", Token::Operator(Operator::Ne)),
    ("<=", Token::Operator(Operator::Le)),
    (">=", Token::Operator(Operator::Ge)),
    ("<", Token::Operator(Operator::Lt)),
    (">", Token::Operator(Operator::Gt)),
    ("+", Token::Operator(Operator::Add)),
    ("-", Token::Operator(Operator::Sub)),
    ("*", Token::Operator(Operator::Mul)),
    ("/", Token::Operator(Operator::Div)),
    ("%", Token::Operator(Operator::Rem)),
    ("!", Token::Not),
];
