//! Operators that compute: numbers, spans of time, texts and lists that are joined.

use super::{Checker, widen};
use crate::expr::facts::Facts;
use crate::expr::syntax::{Ast, AstKind, Operator};
use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use crate::report::Diagnostic;
use opwright_values::words::counted;

impl Checker<'_, '_> {
    pub(super) fn negate(&mut self, ast: &Ast, inner: &Ast, facts: &Facts) -> Option<Typed> {
        let inner = self.value(inner, facts, None)?;
        let ty = inner.ty.clone();
        match (&inner.kind, &ty) {
            // Literals are at most the largest number, so their negation is one.
            (Kind::Int(value), _) => Some(self.typed(ast, Kind::Int(value.saturating_neg()), ty)),
            (Kind::Decimal(units), _) => Some(self.typed(ast, Kind::Decimal(units.saturating_neg()), ty)),
            (_, Ty::Int | Ty::Decimal(_) | Ty::Duration) => {
                Some(self.typed(ast, Kind::Negate(Box::new(inner)), ty))
            }
            _ => {
                let words = ty.words(self.env.schema);
                self.fault(Diagnostic::new(
                    "E0304",
                    inner.span,
                    format!("`-` is for numbers, this is {words}"),
                ))
            }
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        ast: &Ast,
        operator: Operator,
        (a, b): (&Ast, &Ast),
        facts: &Facts,
    ) -> Option<Typed> {
        // Texts are joined as they are, so no literal becomes a value of an enum; a list says what its other half is.
        let list = |ast: &Ast| matches!(ast.kind, AstKind::List(_));
        let (a, b) = if list(a) || list(b) {
            self.both(a, b, facts)?
        } else {
            let (a, b) = (self.value(a, facts, None), self.value(b, facts, None));
            a.zip(b)?
        };
        let done = |checker: &Self, op, a: Typed, b: Typed, ty| {
            Some(checker.typed(ast, Kind::Binary(op, Box::new(a), Box::new(b)), ty))
        };
        match (operator, a.ty.clone(), b.ty.clone()) {
            (Operator::Add | Operator::Sub, Ty::Timestamp, Ty::Duration) => {
                let op = if operator == Operator::Add { BinaryOp::Add } else { BinaryOp::Sub };
                let ty = a.ty.clone();
                done(self, op, a, b, ty)
            }
            (Operator::Add, Ty::Duration, Ty::Timestamp) => {
                let ty = b.ty.clone();
                done(self, BinaryOp::Add, a, b, ty)
            }
            (Operator::Sub, Ty::Timestamp, Ty::Timestamp) => done(self, BinaryOp::Sub, a, b, Ty::Duration),
            (Operator::Mul, Ty::Duration, Ty::Int) => done(self, BinaryOp::Mul, a, b, Ty::Duration),
            (Operator::Div, Ty::Duration, Ty::Int) => done(self, BinaryOp::Div, a, b, Ty::Duration),
            (Operator::Mul, Ty::Int | Ty::Decimal(_), Ty::Int | Ty::Decimal(_)) => self.product(ast, a, b),
            (Operator::Div, Ty::Decimal(_), _) | (Operator::Div, _, Ty::Decimal(_)) => {
                let fault = Diagnostic::new("E0305", self.span(ast), "`/` on decimals needs a scale");
                self.fault(fault.help(format!("write `math.div({}, {}, 2)`", a.text, b.text)))
            }
            (Operator::Div, Ty::Int, Ty::Int) => done(self, BinaryOp::Div, a, b, Ty::Int),
            (Operator::Rem, Ty::Int, Ty::Int) => done(self, BinaryOp::Rem, a, b, Ty::Int),
            (Operator::Add | Operator::Sub, _, _) => self.sum(ast, operator, a, b),
            _ => self.no_operator(ast, operator, &a, &b),
        }
    }

    fn product(&mut self, ast: &Ast, a: Typed, b: Typed) -> Option<Typed> {
        let scale = |ty: &Ty| if let Ty::Decimal(scale) = ty { *scale } else { 0 };
        if a.ty == Ty::Int && b.ty == Ty::Int {
            return Some(self.typed(ast, Kind::Binary(BinaryOp::Mul, Box::new(a), Box::new(b)), Ty::Int));
        }
        let whole = scale(&a.ty) + scale(&b.ty);
        if whole > opwright_values::decimal::SCALE_MAX {
            let fault = Diagnostic::new(
                "E0305",
                self.span(ast),
                format!("the product has {} after the point", counted(whole, "digit")),
            );
            return self.fault(fault.help("round one of them first: `math.round(…, 2)`"));
        }
        let a = if a.ty == Ty::Int { self.coerce(a, &Ty::Decimal(0))? } else { a };
        let b = if b.ty == Ty::Int { self.coerce(b, &Ty::Decimal(0))? } else { b };
        Some(self.typed(ast, Kind::Binary(BinaryOp::Mul, Box::new(a), Box::new(b)), Ty::Decimal(whole)))
    }

    fn sum(&mut self, ast: &Ast, operator: Operator, a: Typed, b: Typed) -> Option<Typed> {
        let Some(ty) = widen::wider(&a.ty, &b.ty) else { return self.no_operator(ast, operator, &a, &b) };
        let ty = if matches!(ty, Ty::Enum(_) | Ty::Id(_)) { Ty::Text } else { ty };
        let works = match operator {
            Operator::Add => matches!(ty, Ty::Int | Ty::Decimal(_) | Ty::Duration | Ty::Text | Ty::List(_)),
            _ => matches!(ty, Ty::Int | Ty::Decimal(_) | Ty::Duration),
        };
        if !works {
            return self.no_operator(ast, operator, &a, &b);
        }
        let (a, b) = (self.coerce(a, &ty)?, self.coerce(b, &ty)?);
        let op = if operator == Operator::Add { BinaryOp::Add } else { BinaryOp::Sub };
        Some(self.typed(ast, Kind::Binary(op, Box::new(a), Box::new(b)), ty))
    }

    fn no_operator(&mut self, ast: &Ast, operator: Operator, a: &Typed, b: &Typed) -> Option<Typed> {
        let (left, right) = (a.ty.words(self.env.schema), b.ty.words(self.env.schema));
        let message = format!("`{}` is not for {left} and {right}", operator.text());
        let fault = Diagnostic::new("E0304", self.span(ast), message);
        // The day of a moment that is computed, instead of a day that is computed with.
        let moment = a.text.strip_prefix("date(").and_then(|inner| inner.strip_suffix(')'));
        let moment = moment.filter(|inner| !inner.contains(['(', '\'']));
        if let (Ty::Date, Ty::Duration, Some(moment)) = (&a.ty, &b.ty, moment) {
            let written = format!("date({moment} {} {})", operator.text(), b.text);
            let fault = self.write(fault, ast, &written);
            return self.fault(fault);
        }
        self.fault(match (operator, &a.ty, &b.ty) {
            (_, Ty::Date, _) | (_, _, Ty::Date) => fault
                .help("dates are compared; to compute, use timestamps: `timestamp(day) + duration('1d')`"),
            (Operator::Add | Operator::Sub, Ty::Timestamp, Ty::Text | Ty::Int | Ty::Decimal(_)) => {
                fault.help("a span of time is written `duration('3d')`, with one of ms s min h d w")
            }
            (Operator::Rem, _, _) => fault.help("`%` is for whole numbers"),
            (Operator::Add, Ty::Text, _) | (Operator::Add, _, Ty::Text) => fault
                .help("`+` joins texts; a message fills in any value: `{customer.name} has {order.total}`"),
            (Operator::Mul, Ty::Int, Ty::Duration) => fault.help("write the duration first"),
            _ => fault,
        })
    }
}
