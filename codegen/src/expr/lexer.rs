//! Words, numbers, texts and signs of an expression.

use crate::expr::syntax::Operator;
use opwright_values::words::INT_MAX;

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
    /// Another spelling of an operator: what is meant, and how it is written.
    Almost(Box<Token>, &'static str),
    /// Something else: what it is, and what to write instead.
    Bad(String, &'static str),
    /// What was reported already.
    Hole,
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
        for (written, meant, write) in ELSEWHERE {
            if self.rest().starts_with(written) {
                self.at += written.len();
                return Token::Almost(Box::new(meant.clone()), write);
            }
        }
        for (written, help) in NONE {
            if self.rest().starts_with(written) {
                self.at += written.len();
                return Token::Bad(format!("`{written}` is not an operator"), help);
            }
        }
        for (text, token) in SIGNS {
            if self.rest().starts_with(text) {
                self.at += text.len();
                return token.clone();
            }
        }
        self.at += c.len_utf8();
        match c {
            '?' if self.rest().starts_with(['?', '.']) => {
                self.at += 1;
                let help = "ask with `has(x)`, or say `x.orValue(y)`";
                Token::Bad("there is no short form for what may be absent".to_owned(), help)
            }
            '?' | ':' | '.' | ',' | '(' | ')' | '[' | ']' | '{' | '}' => Token::Sign(c),
            '=' => Token::Almost(Box::new(Token::Operator(Operator::Eq)), "=="),
            '&' => Token::Almost(Box::new(Token::Operator(Operator::And)), "&&"),
            '|' => Token::Almost(Box::new(Token::Operator(Operator::Or)), "||"),
            '‘' | '’' | '“' | '”' => {
                Token::Bad(format!("`{c}` is not a quote of this language"), "write `'…'` or `\"…\"`")
            }
            other => Token::Bad(format!("`{other}` means nothing here"), "remove it, or put text in quotes"),
        }
    }

    fn word(&mut self) -> Token {
        // Behind a point these are names of functions: `input.phone.or(customer.phone)`.
        let member = self.text.get(..self.at).is_some_and(|before| before.trim_end().ends_with('.'));
        let word = self.skip(|c| c.is_ascii_alphanumeric() || c == '_').to_owned();
        if let (Some(quote @ ('\'' | '"')), "r" | "b" | "br" | "rb") =
            (self.peek(), word.to_ascii_lowercase().as_str())
        {
            self.quoted(quote);
            return Token::Bad(
                format!("there are no texts with `{word}` in front"),
                "write `'…'`, with `\\\\` for a `\\`",
            );
        }
        match word.to_ascii_lowercase().as_str() {
            _ if member => Token::Word(word),
            "in" if word == "in" => Token::Operator(Operator::In),
            "and" => Token::Almost(Box::new(Token::Operator(Operator::And)), "&&"),
            "or" => Token::Almost(Box::new(Token::Operator(Operator::Or)), "||"),
            "not" => Token::Almost(Box::new(Token::Not), "!"),
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
            let fits = |units: &i64| *units <= opwright_values::decimal::UNITS_MAX;
            return match units.filter(fits).zip(scale) {
                Some((units, scale)) => Token::Decimal(units, scale),
                None => Token::Bad(
                    "this number has too many digits".to_owned(),
                    "decimals have at most 15 digits, 12 of them after the point",
                ),
            };
        }
        if self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            return self.bad_number();
        }
        match whole.parse() {
            Ok(int) if int <= INT_MAX => Token::Int(int),
            _ => Token::Bad("this number is too large".to_owned(), "whole numbers have 53 bits"),
        }
    }

    fn bad_number(&mut self) -> Token {
        self.skip(|c| c.is_ascii_alphanumeric());
        Token::Bad(
            "this is not a number".to_owned(),
            "write digits, `_` and a point; there are no floats and no suffixes",
        )
    }

    /// A text. It is kept in NFC, as every text that comes from outside is.
    fn quoted(&mut self, quote: char) -> Token {
        let three: String = [quote; 3].iter().collect();
        if self.rest().starts_with(&three) {
            self.at += 3;
            let end = self.rest().find(&three).map_or(self.text.len(), |end| self.at + end + 3);
            self.at = end;
            return Token::Bad("there are no texts with three quotes".to_owned(), "write `'…'`, with `\\n`");
        }
        self.at += 1;
        let (mut text, mut bad) = (String::new(), None);
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            if c == quote {
                return bad.unwrap_or_else(|| Token::Text(opwright_values::text::nfc(&text)));
            }
            match if c == '\\' { self.escaped() } else { Ok(c) } {
                Ok(c) => text.push(c),
                Err(help) => bad = bad.or(Some(Token::Bad("this escape means nothing".to_owned(), help))),
            }
        }
        Token::Bad("this text has no end".to_owned(), "close it with the quote that it begins with")
    }

    /// What stands behind a `\`.
    fn escaped(&mut self) -> Result<char, &'static str> {
        let escaped = self.peek();
        self.at += escaped.map_or(0, char::len_utf8);
        match escaped {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('\\' | '\'' | '"' | '`' | '?')) => Ok(c),
            Some('u') => self.code_point(4).ok_or("`\\u` needs four hexadecimal digits, such as `\\u00e9`"),
            Some('U') => {
                self.code_point(8).ok_or("`\\U` needs eight hexadecimal digits, such as `\\U0001f600`")
            }
            Some(
                'd' | 'w' | 's' | 'b' | 'D' | 'W' | 'S' | 'B' | '.' | '(' | ')' | '[' | ']' | '+' | '*' | '-',
            ) => Err("in a pattern write the backslash twice, `\\\\d`, or a class: `[0-9]`"),
            _ => Err("escapes are \\n \\r \\t \\\\ \\' \\\" \\uXXXX"),
        }
    }

    /// A character by its number; none is 0, which no text of a service holds.
    fn code_point(&mut self, digits: usize) -> Option<char> {
        let hex =
            self.rest().get(..digits).filter(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()))?.to_owned();
        self.at += digits;
        u32::from_str_radix(&hex, 16).ok().filter(|number| *number != 0).and_then(char::from_u32)
    }
}

/// Operators as other languages write them, the longer first.
const ELSEWHERE: &[(&str, Token, &str)] = &[
    ("===", Token::Operator(Operator::Eq), "=="),
    ("!==", Token::Operator(Operator::Ne), "!="),
    ("<>", Token::Operator(Operator::Ne), "!="),
    ("++", Token::Operator(Operator::Add), "+"),
];

/// Operators of other languages that specs have not.
const NONE: &[(&str, &str)] = &[
    ("+=", "say what the new value is: `row.field + 1`"),
    ("-=", "say what the new value is: `row.field - 1`"),
    ("*=", "say what the new value is: `row.field * 2`"),
    ("/=", "say what the new value is: `row.field / 2`"),
    ("=>", "`>=` compares; behind the variable of a macro stands a comma: `xs.all(x, condition)`"),
    ("->", "a field is `row.field`; behind the variable of a macro stands a comma: `xs.map(x, x.field)`"),
    ("::", "write `.`"),
    ("**", "powers are not computed: write `x * x`"),
    ("^", "powers are not computed: write `x * x`"),
    ("=~", "write `x.matches('…')`"),
    ("~", "write `x.matches('…')`"),
    ("$", "names have no sign in front: remove it"),
    ("@", "names have no sign in front: remove it"),
];

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
