//! `||` taken for what gives a value where there is none.
//!
//! ```text
//! input.count || 3       input.count.orValue(3)
//! input.count or 3       the same, and of `or` nothing is said besides
//! ```

use super::Checker;
use crate::expr::parser::Place;
use crate::expr::syntax::{Ast, AstKind};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::expr::where_;
use crate::report::Diagnostic;

impl Checker<'_, '_> {
    /// Whether `||` stands between a value and one that is written out, which is told then.
    pub(super) fn is_default(
        &mut self,
        ast: &Ast,
        (a, left): (&Ast, Option<&Typed>),
        b: &Ast,
        want: Option<&Ty>,
    ) -> bool {
        if !is_literal(b) {
            return false;
        }
        // What is no value is told: of one beside it nothing is.
        let Some(left) = left else { return true };
        let path = matches!(
            left.kind,
            Kind::Input(_)
                | Kind::Name(_)
                | Kind::Var(_)
                | Kind::Field(..)
                | Kind::Part(..)
                | Kind::Proved(_)
        );
        let fault = Diagnostic::new("E0304", self.span(ast), "`||` joins conditions, and these are values");
        let fault = match &left.ty {
            Ty::Optional(inner) if **inner != Ty::Bool && !self.is_asked(left) => {
                self.or_value(fault, ast, (left, inner), b, want)
            }
            Ty::Bool | Ty::Optional(_) => return false,
            _ if path => fault.help(format!("`{}` is always there: write it alone", left.text)),
            _ => return false,
        };
        // That `or` is no operator is no mistake of its own then.
        let between = self.text.value.get(a.end..b.start).unwrap_or("");
        let start = a.end + between.len() - between.trim_start().len();
        let word = self.text.part(start, start + between.trim().len());
        self.report.add_instead((word, "E0110"), fault);
        true
    }

    /// What gives the value; a change only where that is one that fits.
    fn or_value(
        &self,
        fault: Diagnostic,
        ast: &Ast,
        (left, inner): (&Typed, &Ty),
        b: &Ast,
        want: Option<&Ty>,
    ) -> Diagnostic {
        let other = self.text.value.get(b.start..b.end).unwrap_or("…");
        if !fits(b, inner) {
            let words = inner.words(self.env.schema);
            let write = format!("{}.orValue(…)", left.text);
            return fault.help(format!("`{write}` gives {words} where there is none: {other} does not fit"));
        }
        let write = format!("{}.orValue({other})", left.text);
        if want == Some(&Ty::Bool) {
            return fault
                .help(format!("`{write}` is a value: a condition compares it, as in `{write} == …`"));
        }
        let changed = self.text.changed(ast.start, ast.end, &write);
        fault.help(format!("write `{write}`")).rewrite(changed)
    }

    /// Whether this is of a row that a condition is over, of which nothing is computed: a text that shows one may say `orValue`.
    pub(super) fn is_asked(&self, typed: &Typed) -> bool {
        self.env.row.is_some() && self.place == Place::Condition && where_::reads_row(typed)
    }
}

/// Whether this is written out, and no condition.
pub(super) fn is_literal(ast: &Ast) -> bool {
    matches!(ast.kind, AstKind::Int(_) | AstKind::Decimal(..) | AstKind::Text(_))
}

/// Whether what is written out is a value of a type.
fn fits(literal: &Ast, ty: &Ty) -> bool {
    match (&literal.kind, ty) {
        (AstKind::Int(_), Ty::Int | Ty::Decimal(_)) | (AstKind::Text(_), Ty::Text) => true,
        (AstKind::Decimal(_, scale), Ty::Decimal(has)) => scale <= has,
        (AstKind::Text(text), Ty::Enum(values)) => values.contains(text),
        _ => false,
    }
}
