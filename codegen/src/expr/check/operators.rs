//! Operators that ask: conditions, comparisons, and what holds of both sides.

use super::defaults::is_literal;
use super::{Checker, widen};
use crate::expr::facts::{Facts, ROW};
use crate::expr::spell::NAMES_OF_NULL;
use crate::expr::syntax::{Ast, AstKind, Operator};
use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use crate::report::Diagnostic;
use crate::yaml::Text;
use opwright_values::time::{Date, Duration, Timestamp};

impl Checker<'_, '_> {
    pub(super) fn choose(
        &mut self,
        ast: &Ast,
        condition: &Ast,
        (yes, no): (&Ast, &Ast),
        facts: &Facts,
        want: Option<&Ty>,
    ) -> Option<Typed> {
        let Some(condition) = self.bool(condition, facts) else {
            self.all_beside([yes, no], facts);
            return None;
        };
        let schema = self.env.schema;
        let yes = self.check(yes, &facts.with(&Facts::when_true(&condition, schema)), want);
        let no = self.check(no, &facts.with(&Facts::when_false(&condition, schema)), want);
        let (yes, no) = yes.zip(no)?;
        let (yes, no, ty) = self.together(yes, no)?;
        Some(self.typed(ast, Kind::Choose(Box::new(condition), Box::new(yes), Box::new(no)), ty))
    }

    pub(super) fn binary(
        &mut self,
        ast: &Ast,
        operator: Operator,
        operands: (&Ast, &Ast),
        facts: &Facts,
        want: Option<&Ty>,
    ) -> Option<Typed> {
        self.warn_of_itself(ast, operator, operands);
        match operator {
            Operator::And | Operator::Or => self.logic(ast, operator, operands, facts, want),
            Operator::In => self.member_of(ast, operands, facts),
            Operator::Eq | Operator::Ne => self.equality(ast, operator, operands, facts),
            Operator::Lt | Operator::Le | Operator::Gt | Operator::Ge => {
                self.order(ast, operator, operands, facts)
            }
            _ => self.arithmetic(ast, operator, operands, facts),
        }
    }

    /// Warns of something that is compared with itself.
    fn warn_of_itself(&mut self, ast: &Ast, operator: Operator, (a, b): (&Ast, &Ast)) {
        let always = match operator {
            Operator::Eq | Operator::Le | Operator::Ge => true,
            Operator::Ne | Operator::Lt | Operator::Gt => false,
            _ => return,
        };
        let written = |it: &Ast| {
            let text = self.text.value.get(it.start..it.end).unwrap_or("");
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        if written(a) == written(b) {
            let warning = format!("`{}` is compared with itself: this is always {always}", written(a));
            let warning = Diagnostic::warning(self.span(ast), warning);
            let help = match self.env.row {
                Some(_) if !written(a).contains("row.") => {
                    "a field of the row is written with `row.` in front"
                }
                _ => "compare it with something else, or remove the comparison",
            };
            self.report.warn(warning.help(help));
        }
    }

    fn logic(
        &mut self,
        ast: &Ast,
        operator: Operator,
        (a, b): (&Ast, &Ast),
        facts: &Facts,
        want: Option<&Ty>,
    ) -> Option<Typed> {
        let (before, told) = (self.report.mark(), self.absent.len());
        let over_row = self.reads_row(ast);
        let left = self.check(a, facts, Some(&Ty::Bool));
        if operator == Operator::Or && self.is_default(ast, (a, left.as_ref()), b, want) {
            return None;
        }
        let a = left.and_then(|left| self.condition(left));
        let learned = a.as_ref().map(|a| match operator {
            Operator::And => Facts::when_true(a, self.env.schema),
            _ => Facts::when_false(a, self.env.schema),
        });
        // What does not mention `row` is computed before the search, whatever is asked beside it; only what may be absent
        // is bound as that.
        let learned = learned.map(|learned| if over_row { learned.of_presence() } else { learned });
        let b = match learned {
            Some(learned) => self.bool(b, &facts.with(&learned)),
            // What may be absent is there on the right of `&&` once that is mended; nothing else is known.
            None if operator == Operator::And && self.report.is_of_presence(before) => {
                self.silent_of(told, |checker| checker.bool(b, facts))
            }
            // What is written out behind no condition was meant as another value.
            None if operator == Operator::Or && is_literal(b) => None,
            // Behind `||` it would be absent all the same.
            None if self.report.is_of_presence(before) => self.bool(b, facts),
            None => self.beside(|checker| checker.bool(b, facts)),
        };
        let (a, b) = a.zip(b)?;
        let op = if operator == Operator::And { BinaryOp::And } else { BinaryOp::Or };
        Some(self.typed(ast, Kind::Binary(op, Box::new(a), Box::new(b)), Ty::Bool))
    }

    /// Whether this is of the row that a condition is over, and so not computed before it.
    pub(super) fn reads_row(&self, ast: &Ast) -> bool {
        let of_row = |name: &str| self.vars.iter().any(|var| var.of_row && var.name == name);
        self.env.row.is_some() && ast.mentions(&|name| name == ROW || of_row(name))
    }

    /// Looks at what stands behind something of which it was told that it may be absent: of that it is not told again.
    fn silent_of<T>(&mut self, told: usize, look: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.silent.len();
        let mut told = self.absent.get(told..).unwrap_or_default().to_vec();
        told.retain(|path| self.is_seen(path));
        self.silent.append(&mut told);
        let looked = look(self);
        self.silent.truncate(outside);
        looked
    }

    /// Whether a path begins with something that is in sight here, and not with the variable of a macro that has ended.
    fn is_seen(&self, path: &str) -> bool {
        let root = path.split('.').next().unwrap_or("");
        root == "row"
            || root.starts_with("input#")
            || self.env.names.contains_key(root)
            || self.vars.iter().any(|var| var.name == root)
    }

    /// Both operands, each helped by the type of the other where one is a literal.
    pub(super) fn both(&mut self, a: &Ast, b: &Ast, facts: &Facts) -> Option<(Typed, Typed)> {
        let literal = |ast: &Ast| matches!(ast.kind, AstKind::Text(_) | AstKind::List(_));
        if literal(a) && !literal(b) {
            let b = self.value(b, facts, None);
            let a = self.value(a, facts, b.as_ref().map(|b| &b.ty));
            return a.zip(b);
        }
        let a = self.value(a, facts, None);
        let b = self.value(b, facts, a.as_ref().map(|a| &a.ty));
        a.zip(b)
    }

    /// Two values as one type.
    pub(super) fn together(&mut self, a: Typed, b: Typed) -> Option<(Typed, Typed, Ty)> {
        let Some(ty) = widen::wider(&a.ty, &b.ty) else {
            let (left, right) = (a.ty.words(self.env.schema), b.ty.words(self.env.schema));
            let fault =
                Diagnostic::new("E0304", a.span.to(b.span), format!("{left} and {right} do not go together"));
            let literal = |it: &Typed| match &it.kind {
                Kind::Text(text) if text.parse::<f64>().is_ok() => Some(text.clone()),
                _ => None,
            };
            let number = literal(&a).or_else(|| literal(&b));
            let fault = match number {
                Some(number) if ![&a.ty, &b.ty].contains(&&Ty::Bool) => {
                    fault.help(format!("a number has no quotes: `{number}`"))
                }
                _ => by_its_day(by_itself(fault, &a, &b), self.text, (&a, &b)),
            };
            self.report.add(fault.other(a.span, left).other(b.span, right));
            return None;
        };
        let a = self.coerce(a, &ty)?;
        let b = self.coerce(b, &ty)?;
        Some((a, b, ty))
    }

    fn equality(
        &mut self,
        ast: &Ast,
        operator: Operator,
        (a, b): (&Ast, &Ast),
        facts: &Facts,
    ) -> Option<Typed> {
        let null = |ast: &Ast| match &ast.kind {
            AstKind::Null => true,
            AstKind::Ident(name) => {
                let word = NAMES_OF_NULL.contains(&name.as_str());
                word && !self.is_seen(name) && !self.report.is_lost(name)
            }
            _ => false,
        };
        if null(a) || null(b) {
            return self.null_compared(ast, operator, if null(b) { a } else { b }, facts);
        }
        let (a, b) = self.both(a, b, facts)?;
        let Some(ty) = widen::wider(&a.ty, &b.ty) else {
            let fault = by_itself(self.never_equal(ast, &a, (&b, &b.ty)), &a, &b);
            let fault = by_its_day(fault, self.text, (&a, &b));
            return self.fault(fault);
        };
        let (a, b) = (self.coerce(a, &ty)?, self.coerce(b, &ty)?);
        let op = if operator == Operator::Eq { BinaryOp::Eq } else { BinaryOp::Ne };
        Some(self.typed(ast, Kind::Binary(op, Box::new(a), Box::new(b)), Ty::Bool))
    }

    /// Something that is compared with `null`: what it is asked is told, and goes on to prove what it asks.
    fn null_compared(&mut self, ast: &Ast, operator: Operator, of: &Ast, facts: &Facts) -> Option<Typed> {
        let asked = match self.check(of, facts, None)? {
            Typed { kind: Kind::Proved(inner), .. } => *inner,
            asked => asked,
        };
        let path = self.text.value.get(of.start..of.end).unwrap_or("x");
        let fault = Diagnostic::new("E0304", self.span(ast), "nothing is `null`, it is absent");
        if !matches!(asked.ty, Ty::Optional(_)) {
            return self.fault(fault.help(format!("`{path}` is always present: remove the question")));
        }
        let (there, absent) = (format!("has({path})"), format!("!has({path})"));
        let write = if operator == Operator::Eq { absent } else { there };
        self.report.add(fault.instead(&write, self.text.changed(ast.start, ast.end, &write)));
        let has = self.typed(ast, Kind::Has(Box::new(asked)), Ty::Bool);
        Some(if operator == Operator::Eq { self.typed(ast, Kind::Not(Box::new(has)), Ty::Bool) } else { has })
    }

    /// `of` is the type of `b`, or of what that holds.
    fn never_equal(&self, ast: &Ast, a: &Typed, (b, of): (&Typed, &Ty)) -> Diagnostic {
        let words = |ty: &Ty| ty.words(self.env.schema);
        let fault = format!("{} and {} are never equal", words(&a.ty), words(of));
        let fault = Diagnostic::new("E0304", self.span(ast), fault);
        let fault = fault.other(a.span, words(&a.ty)).other(b.span, words(&b.ty));
        let row_and_id =
            matches!((&a.ty, of), (Ty::Row(_), Ty::Id(_) | Ty::Text) | (Ty::Id(_) | Ty::Text, Ty::Row(_)));
        if row_and_id { fault.help("compare two rows, or two ids with `.id`") } else { fault }
    }

    fn order(&mut self, ast: &Ast, operator: Operator, (a, b): (&Ast, &Ast), facts: &Facts) -> Option<Typed> {
        let (a, b) = self.both(a, b, facts)?;
        let (a, b, ty) = self.together(a, b)?;
        let ordered = matches!(
            ty,
            Ty::Int
                | Ty::Decimal(_)
                | Ty::Text
                | Ty::Date
                | Ty::Timestamp
                | Ty::Duration
                | Ty::Bool
                | Ty::Id(_)
        );
        if !ordered {
            let words = ty.words(self.env.schema);
            let fault = Diagnostic::new("E0304", self.span(ast), format!("{words} has no order"));
            return self.fault(fault.help("numbers, texts and times can be compared"));
        }
        let op = match operator {
            Operator::Lt => BinaryOp::Lt,
            Operator::Le => BinaryOp::Le,
            Operator::Gt => BinaryOp::Gt,
            _ => BinaryOp::Ge,
        };
        Some(self.typed(ast, Kind::Binary(op, Box::new(a), Box::new(b)), Ty::Bool))
    }

    fn member_of(&mut self, ast: &Ast, (item, list): (&Ast, &Ast), facts: &Facts) -> Option<Typed> {
        let list_of = list;
        // A text that is written out is one of the values that the list holds.
        let (item, list) = if matches!(item.kind, AstKind::Text(_)) && !matches!(list.kind, AstKind::List(_))
        {
            let list = self.value(list, facts, None)?;
            let want = if let Ty::List(of) = &list.ty { Some((**of).clone()) } else { None };
            (self.value(item, facts, want.as_ref())?, list)
        } else {
            let Some(item) = self.value(item, facts, None) else {
                self.all_beside([list], facts);
                return None;
            };
            let want = Ty::List(Box::new(item.ty.clone()));
            let list = self.value(list, facts, Some(&want))?;
            (item, list)
        };
        match list.ty.clone() {
            Ty::Map(_) => {
                let item = self.coerce(item, &Ty::Text)?;
                Some(self.typed(ast, Kind::Binary(BinaryOp::InMap, Box::new(item), Box::new(list)), Ty::Bool))
            }
            Ty::List(of) => {
                // An item of a wider type can be looked for as it is, if both are kept alike: a text among enums.
                let wider = widen::fits(&of, &item.ty) && !matches!(*of, Ty::Int | Ty::Decimal(_));
                let item = if wider && !widen::fits(&item.ty, &of) {
                    item
                } else if widen::fits(&item.ty, &of) {
                    self.coerce(item, &of)?
                } else {
                    let fault = self.never_equal(ast, &item, (&list, &of));
                    return self.fault(fault);
                };
                Some(self.typed(ast, Kind::Binary(BinaryOp::In, Box::new(item), Box::new(list)), Ty::Bool))
            }
            other => {
                let words = other.words(self.env.schema);
                let fault = Diagnostic::new(
                    "E0304",
                    list.span,
                    format!("`in` looks into a list or a map, this is {words}"),
                );
                let one = matches!(list.kind, Kind::Text(_) | Kind::Int(_) | Kind::Decimal(_));
                if !one {
                    return self.fault(fault);
                }
                let inner = list.text.trim_matches(['(', ')']).trim();
                self.fault(self.write(fault, list_of, &format!("[{inner}]")))
            }
        }
    }
}

/// What to write where a moment is compared with a day.
fn by_its_day(fault: Diagnostic, text: &Text, (a, b): (&Typed, &Typed)) -> Diagnostic {
    for (time, literal) in [(a, b), (b, a)] {
        if let Kind::Text(written) = &literal.kind
            && let Some(told) = in_words(fault.clone(), text, &time.ty, (written, literal))
        {
            return told;
        }
    }
    let moment = match (&a.ty, &b.ty) {
        (Ty::Timestamp, Ty::Date) => a,
        (Ty::Date, Ty::Timestamp) => b,
        _ => return fault,
    };
    let written = format!("date({})", moment.text);
    let changed = text.rewritten(moment.span, &written);
    fault.help(format!("write `{written}`, its day in UTC")).rewrite(changed)
}

/// What to write where a time is compared with a text: the literal, if the text is one, or how one is written.
fn in_words(
    fault: Diagnostic,
    text: &Text,
    time: &Ty,
    (written, literal): (&str, &Typed),
) -> Option<Diagnostic> {
    let day = || written.parse::<Date>().is_ok();
    let (write, fits) = match time.present() {
        Ty::Date => (format!("date('{written}')"), day()),
        Ty::Timestamp if day() => (format!("timestamp('{written}T00:00:00Z')"), true),
        Ty::Timestamp => (format!("timestamp('{written}')"), written.parse::<Timestamp>().is_ok()),
        Ty::Duration => (format!("duration('{written}')"), Duration::short(written).is_some()),
        _ => return None,
    };
    if !fits {
        return Some(fault.help(match time.present() {
            Ty::Date => "a date is written `date('2026-01-31')`",
            Ty::Timestamp => "a moment is written `timestamp('2026-01-31T17:00:00Z')`",
            _ => "a span of time is written `duration('7d')`, with ms s min h d w",
        }));
    }
    let changed = text.rewritten(literal.span, &write);
    Some(fault.help(format!("write `{write}`")).rewrite(changed))
}

/// What to write where something that is true or false is compared with another value that is written out.
fn by_itself(fault: Diagnostic, a: &Typed, b: &Typed) -> Diagnostic {
    let is_path =
        |it: &Typed| matches!(it.kind, Kind::Field(..) | Kind::Part(..) | Kind::Input(_) | Kind::Name(_));
    let written_out = |it: &Typed| matches!(it.kind, Kind::Text(_) | Kind::Int(_));
    for (it, with) in [(a, b), (b, a)] {
        if it.ty == Ty::Bool && is_path(it) && written_out(with) {
            let path = &it.text;
            return fault.help(format!(
                "`{path}` is true or false by itself: write `{path}`, or `!{path}` where it must be false"
            ));
        }
    }
    fault
}
