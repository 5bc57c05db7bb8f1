//! Operators as other languages write them: what was meant is told, and read.
//!
//! ```text
//! not a.size() > 0 and b      !(a.size() > 0) && b
//! ```

use crate::expr::lexer::{Lexed, Token};
use crate::expr::parser::Parser;
use crate::expr::syntax::Operator;
use crate::report::Diagnostic;

impl Parser<'_> {
    /// Reports tokens that are none, and goes on with what is meant where that is known.
    pub(super) fn spell(&mut self) {
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
                    // `not x` is `!x`, without the blank.
                    let end = if write == "!" { self.behind_blanks(end) } else { end };
                    let fits = self.tokens.get(index + 1).is_some_and(|next| begins_operand(&next.token));
                    self.report.add(if fits {
                        let (place, written) = self.text.changed(start, end, write);
                        fault.write(place, written)
                    } else {
                        fault.help("remove it")
                    });
                    self.guessed = true;
                    *meant
                }
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
        let (span, written) = self.text.changed(start, end, &written);
        self.report.add(fault.write(span, written));
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
