//! Operators as other languages write them: what was meant is told, and read.
//!
//! ```text
//! not a.size() > 0 and b      !(a.size() > 0) && b
//! ```

use crate::expr::lexer::{Lexed, Token};
use crate::expr::parser::Parser;
use crate::expr::syntax::Operator;
use crate::report::Diagnostic;

/// What other languages call nothing, and may be a name here.
pub(crate) const NAMES_OF_NULL: [&str; 2] = ["nil", "undefined"];

impl Parser<'_> {
    /// Reports tokens that are none, and goes on with what is meant where that is known.
    pub(super) fn spell(&mut self) {
        self.null_asked();
        let mut next = 0;
        while let Some(Lexed { token, start, end }) = self.tokens.get(next).cloned() {
            let index = next;
            next += 1;
            let instead = match token {
                Token::Almost(meant, write) => {
                    let place = self.text.part(start, end);
                    let written = self.text.value.get(start..end).unwrap_or("");
                    let fault = Diagnostic::new("E0110", place, format!("`{written}` is not an operator"));
                    if written.eq_ignore_ascii_case("not") && self.begins_in(index + 1) {
                        self.report.add(fault.help("write `!(x in xs)`"));
                        self.hole(index);
                        continue;
                    }
                    if let Some(behind) = (write == "!").then(|| self.compared(index + 1)).flatten() {
                        self.negate(index, behind, fault);
                        continue;
                    }
                    if write == "+" && self.ends(index + 1) {
                        self.counted(index, end, fault);
                        continue;
                    }
                    // `not x` is `!x`, without the blank.
                    let end = if write == "!" { self.behind_blanks(end) } else { end };
                    let fits = self.tokens.get(index + 1).is_some_and(|next| begins_operand(&next.token));
                    self.report.add(if fits {
                        fault.instead(write, self.text.changed(start, end, write))
                    } else {
                        fault.help("remove it")
                    });
                    self.guessed = true;
                    *meant
                }
                Token::Bad(..) if self.arrow(index) => continue,
                Token::Bad(message, help) => {
                    self.fault(start, end, message, help);
                    Token::Hole
                }
                _ => continue,
            };
            if let Some(lexed) = self.tokens.get_mut(index) {
                lexed.token = instead;
            }
        }
    }

    /// `x IS NOT NULL`, `x = None`: whatever is compared with nothing is told where the whole comparison is known.
    fn null_asked(&mut self) {
        let mut at = 0;
        while let Some(lexed) = self.tokens.get(at) {
            let compares = match &lexed.token {
                Token::Word(word) if word.eq_ignore_ascii_case("is") && at > 0 => Some(Operator::Eq),
                Token::Operator(operator @ (Operator::Eq | Operator::Ne)) => Some(*operator),
                Token::Almost(meant, _) => match **meant {
                    Token::Operator(operator @ (Operator::Eq | Operator::Ne)) => Some(operator),
                    _ => None,
                },
                _ => None,
            };
            let negated = self
                .tokens
                .get(at + 1)
                .is_some_and(|next| matches!(&next.token, Token::Almost(meant, _) if **meant == Token::Not));
            let null = at + 1 + usize::from(negated);
            // Behind `==` a name may be one that the spec gives; behind `is` nothing of ours can stand.
            let operator = matches!(lexed.token, Token::Operator(_));
            if let (Some(compares), true) = (compares, self.is_null(null, !operator)) {
                let operator = if negated { Operator::Ne } else { compares };
                let end = self.tokens.get(null - 1).map_or(0, |last| last.end);
                if let Some(null) = self.tokens.get_mut(null) {
                    null.token = Token::Word("null".to_owned());
                }
                if let Some(first) = self.tokens.get_mut(at) {
                    *first = Lexed { token: Token::Operator(operator), start: first.start, end };
                }
                self.tokens.drain(at + 1..null);
            }
            at += 1;
        }
    }

    /// Whether a token is nothing, in whatever language; also by a word that may be a name here, if `named`.
    fn is_null(&self, index: usize, named: bool) -> bool {
        let is_null = |word: &str| {
            matches!(word, "null" | "NULL" | "Null" | "None") || named && NAMES_OF_NULL.contains(&word)
        };
        // `null.x` and `none(x)` are names of something.
        let goes_on = |next: &Lexed| matches!(next.token, Token::Sign('.' | '(' | '['));
        let next = self.tokens.get(index + 1);
        self.tokens.get(index).is_some_and(|it| matches!(&it.token, Token::Word(word) if is_null(word)))
            && !next.is_some_and(goes_on)
    }

    /// Reads `xs.map(x => x.name)` as `xs.map(x, x.name)`.
    fn arrow(&mut self, index: usize) -> bool {
        let at = |index: usize| self.tokens.get(index);
        let back = |by: usize| index.checked_sub(by).and_then(at).map(|lexed| &lexed.token);
        let Some(arrow) =
            at(index).filter(|it| matches!(self.text.value.get(it.start..it.end), Some("=>" | "->")))
        else {
            return false;
        };
        let (Some(Token::Word(_)), Some(Token::Sign('(')), Some(Token::Word(_)), Some(Token::Sign('.'))) =
            (back(1), back(2), back(3), back(4))
        else {
            return false;
        };
        let is_path = |token: &Token| matches!(token, Token::Word(_) | Token::Sign('.'));
        let first = (0..index - 3).rev().take_while(|it| at(*it).is_some_and(|it| is_path(&it.token))).last();
        let mut open = 1_usize;
        let last = self.tokens.iter().skip(index).find(|it| {
            match it.token {
                Token::Sign('(') => open += 1,
                Token::Sign(')') => open -= 1,
                _ => {}
            }
            open == 0
        });
        let (behind, end) = (at(index - 1).map_or(arrow.start, |it| it.end), arrow.end);
        let part = |start: usize, end: usize| self.text.value.get(start..end).unwrap_or("");
        let place = self.text.part(arrow.start, end);
        let fault =
            Diagnostic::new("E0110", place, format!("`{}` is not an operator", part(arrow.start, end)));
        let start = first.and_then(at).map_or(0, |it| it.start);
        let whole = last.map_or(self.text.value.len(), |it| it.end);
        let help = format!(
            "behind the variable of a macro stands a comma: `{},{}`",
            part(start, behind),
            part(end, whole)
        );
        self.report.add(fault.help(help).rewrite(self.text.changed(behind, end, ",")));
        self.guessed = true;
        if let Some(comma) = self.tokens.get_mut(index) {
            comma.token = Token::Sign(',');
        }
        true
    }

    /// Whether an operand, or the whole, ends in front of a token.
    fn ends(&self, index: usize) -> bool {
        let ends = |token: &Token| matches!(token, Token::End | Token::Sign(')' | ']' | '}' | ','));
        self.tokens.get(index).is_some_and(|next| ends(&next.token))
    }

    /// Reads `x++` as `x + 1`.
    fn counted(&mut self, index: usize, end: usize, fault: Diagnostic) {
        let behind = index.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |it| it.end);
        let changed = self.text.changed(behind, end, " + 1");
        self.report.add(fault.help("write `+ 1`: nothing is counted up in place").rewrite(changed));
        if let Some(plus) = self.tokens.get_mut(index) {
            plus.token = Token::Operator(Operator::Add);
        }
        self.tokens.insert(index + 1, Lexed { token: Token::Int(1), start: end, end });
    }

    fn begins_in(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|next| next.token == Token::Operator(Operator::In))
    }

    fn hole(&mut self, index: usize) {
        if let Some(lexed) = self.tokens.get_mut(index) {
            lexed.token = Token::Hole;
        }
    }

    fn behind_blanks(&self, at: usize) -> usize {
        let rest = self.text.value.get(at..).unwrap_or("");
        at + rest.len() - rest.trim_start().len()
    }

    /// The token behind what a `not` negates, if that is more than one operand: `not a > b`.
    fn compared(&self, from: usize) -> Option<usize> {
        let (mut open, mut several) = (0_usize, false);
        for (at, lexed) in self.tokens.iter().enumerate().skip(from) {
            let meant =
                if let Token::Almost(meant, _) = &lexed.token { meant.as_ref() } else { &lexed.token };
            match meant {
                Token::Sign('(' | '[' | '{') => open += 1,
                Token::Sign(')' | ']' | '}') if open > 0 => open -= 1,
                _ if open > 0 => {}
                Token::End
                | Token::Sign(')' | ']' | '}' | '?' | ':' | ',')
                | Token::Operator(Operator::And | Operator::Or) => return several.then_some(at),
                Token::Operator(_) => several |= at > from,
                _ => {}
            }
        }
        None
    }

    /// Reads `not a > b` as `!(a > b)`.
    fn negate(&mut self, index: usize, behind: usize, fault: Diagnostic) {
        let place = |at: usize| self.tokens.get(at).map(|lexed| (lexed.start, lexed.end)).unwrap_or_default();
        let ((start, _), (first, _), (_, end)) = (place(index), place(index + 1), place(behind - 1));
        let written = format!("!({})", self.text.value.get(first..end).unwrap_or(""));
        self.report.add(fault.instead(&written, self.text.changed(start, end, &written)));
        self.guessed = true;
        if let Some(not) = self.tokens.get_mut(index) {
            not.token = Token::Not;
        }
        self.tokens.insert(behind, Lexed { token: Token::Sign(')'), start: end, end });
        self.tokens.insert(index + 1, Lexed { token: Token::Sign('('), start: first, end: first });
    }
}

/// Whether a value may begin with this.
fn begins_operand(token: &Token) -> bool {
    !matches!(token, Token::End | Token::Operator(_) | Token::Sign('.' | ',' | ')' | ']' | '}' | '?' | ':'))
}
