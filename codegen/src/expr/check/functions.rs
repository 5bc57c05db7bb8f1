//! Functions.

use super::{Checker, macros};
use crate::expr::facts::Facts;
use crate::expr::syntax::{Ast, AstKind, Name};
use crate::expr::typed::{Function, Kind, Ty, Typed};
use crate::report::Diagnostic;
use opwright_values::suggest::closest;
use opwright_values::time::{Date, Duration, Timestamp};

const METHODS: &[&str] = &[
    "orValue",
    "or",
    "size",
    "sum",
    "min",
    "max",
    "sort",
    "flatten",
    "distinct",
    "join",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "lowerAscii",
    "upperAscii",
    "trim",
    "getHours",
    "getMinutes",
    "getSeconds",
    "all",
    "exists",
    "exists_one",
    "filter",
    "map",
    "transformList",
    "sortBy",
];

impl Checker<'_, '_> {
    pub(super) fn call(
        &mut self,
        ast: &Ast,
        of: Option<&Ast>,
        name: &Name,
        args: &[Ast],
        facts: &Facts,
        want: Option<&Ty>,
    ) -> Option<Typed> {
        let Some(of) = of else { return self.plain_call(ast, name, args, facts) };
        if matches!(&of.kind, AstKind::Ident(word) if word == "math") {
            return self.math(ast, name, args, facts);
        }
        if let Some(kind) = macros::kind_of(&name.text) {
            return self.macro_(ast, kind, of, name, args, facts);
        }
        match name.text.as_str() {
            "orValue" | "or" => self.or(ast, of, name, args, facts, want),
            _ => self.method(ast, of, name, args, facts),
        }
    }

    fn wrong_use(&mut self, name: &Name, help: impl Into<String>) -> Option<Typed> {
        let span = self.text.part(name.start, name.end);
        self.fault(Diagnostic::new("E0308", span, format!("`{}` is used wrongly", name.text)).help(help))
    }

    fn plain_call(&mut self, ast: &Ast, name: &Name, args: &[Ast], facts: &Facts) -> Option<Typed> {
        match (name.text.as_str(), args) {
            ("has", [path]) => self.has(ast, path, facts),
            ("size", [of]) => self.method(ast, of, name, &[], facts),
            ("timestamp", [text]) => match &text.kind {
                AstKind::Text(text) => {
                    let micros = text.parse().ok().map(Timestamp::micros);
                    self.time_literal(ast, micros, Ty::Timestamp, "timestamp('2026-11-25T17:00:00Z')")
                }
                _ => self.conversion(ast, text, facts, &Ty::Date, Function::TimestampOf, Ty::Timestamp),
            },
            ("date", [text]) => match &text.kind {
                AstKind::Text(text) => {
                    let days = text.parse().ok().map(Date::days);
                    self.time_literal(ast, days, Ty::Date, "date('2026-11-25')")
                }
                _ => self.conversion(ast, text, facts, &Ty::Timestamp, Function::DateOf, Ty::Date),
            },
            ("duration", [Ast { kind: AstKind::Text(text), .. }]) => {
                let micros = Duration::short(text).map(Duration::micros);
                self.time_literal(ast, micros, Ty::Duration, "duration('7d'), with ms s min h d w")
            }
            _ => {
                let span = self.text.part(name.start, name.end);
                let known = ["has", "timestamp", "date", "duration", "size"];
                let fault = Diagnostic::new(
                    "E0308",
                    span,
                    format!("there is no function `{}` of this form", name.text),
                );
                let fault = fault.meant(closest(&name.text, known).filter(|meant| *meant != name.text));
                let method = METHODS.contains(&name.text.as_str());
                self.fault(if method { fault.help(format!("write `x.{}(…)`", name.text)) } else { fault })
            }
        }
    }

    fn time_literal(&mut self, ast: &Ast, raw: Option<i64>, ty: Ty, example: &str) -> Option<Typed> {
        match raw {
            Some(raw) => Some(self.typed(ast, Kind::Time(raw), ty)),
            None => self.fault(
                Diagnostic::new("E0308", self.span(ast), "this text is not one")
                    .help(format!("write {example}")),
            ),
        }
    }

    fn conversion(
        &mut self,
        ast: &Ast,
        arg: &Ast,
        facts: &Facts,
        from: &Ty,
        function: Function,
        to: Ty,
    ) -> Option<Typed> {
        let arg = self.value(arg, facts, None)?;
        let arg = self.coerce(arg, from)?;
        Some(self.typed(ast, Kind::Call(function, vec![arg]), to))
    }

    fn has(&mut self, ast: &Ast, path: &Ast, facts: &Facts) -> Option<Typed> {
        let typed = match &path.kind {
            // `has` asks for the path as it is declared, whatever is known of it.
            AstKind::Member(..) | AstKind::Ident(_) => {
                self.check(path, &facts_without(facts, path, self), None)?
            }
            _ => {
                let fault =
                    Diagnostic::new("E0308", self.span(path), "`has` takes a path, such as `method.balance`");
                return self.fault(fault);
            }
        };
        if !matches!(typed.ty, Ty::Optional(_)) {
            let fault = Diagnostic::new("E0302", typed.span, format!("`{}` is always present", typed.text));
            return self.fault(fault.help("remove `has`"));
        }
        Some(self.typed(ast, Kind::Has(Box::new(typed)), Ty::Bool))
    }

    fn or(
        &mut self,
        ast: &Ast,
        of: &Ast,
        name: &Name,
        args: &[Ast],
        facts: &Facts,
        want: Option<&Ty>,
    ) -> Option<Typed> {
        let of = self.check(of, facts, want)?;
        let Ty::Optional(inner) = of.ty.clone() else {
            let fault = Diagnostic::new("E0302", of.span, format!("`{}` is always present", of.text));
            return self.fault(fault.help(format!("remove `.{}(…)`", name.text)));
        };
        let [other] = args else {
            return self.wrong_use(name, "it takes the value to use when there is none");
        };
        let other = self.check(other, facts, Some(&inner))?;
        let (function, ty) = if name.text == "orValue" {
            (Function::OrValue, *inner)
        } else if matches!(other.ty, Ty::Optional(_)) {
            (Function::Or, Ty::Optional(inner))
        } else {
            // `.or` of something present is present.
            (Function::OrValue, *inner)
        };
        let other = self.coerce(other, &ty)?;
        Some(self.typed(ast, Kind::Call(function, vec![of, other]), ty))
    }

    fn method(&mut self, ast: &Ast, of: &Ast, name: &Name, args: &[Ast], facts: &Facts) -> Option<Typed> {
        let of = self.value(of, facts, None)?;
        let text_like = matches!(of.ty, Ty::Text | Ty::Enum(_) | Ty::Id(_));
        let element = if let Ty::List(element) = &of.ty { Some((**element).clone()) } else { None };
        let numbers = matches!(element, Some(Ty::Int | Ty::Decimal(_) | Ty::Duration));
        let orders =
            numbers || matches!(element, Some(Ty::Text | Ty::Date | Ty::Timestamp | Ty::Enum(_) | Ty::Id(_)));
        let (function, ty, takes): (Function, Ty, usize) = match (name.text.as_str(), element) {
            ("size", _) if text_like || matches!(of.ty, Ty::List(_) | Ty::Map(_)) => {
                (Function::Size, Ty::Int, 0)
            }
            ("sum", Some(element)) if numbers => (Function::Sum, element, 0),
            ("min", Some(element)) if orders => (Function::Min, element, 0),
            ("max", Some(element)) if orders => (Function::Max, element, 0),
            ("sort", Some(_)) if orders => (Function::Sort, of.ty.clone(), 0),
            ("distinct", Some(_)) => (Function::Distinct, of.ty.clone(), 0),
            ("flatten", Some(Ty::List(inner))) => (Function::Flatten, Ty::List(inner), 0),
            ("join", Some(Ty::Text | Ty::Enum(_) | Ty::Id(_))) => (Function::Join, Ty::Text, 1),
            ("contains", None) if text_like => (Function::Contains, Ty::Bool, 1),
            ("startsWith", None) if text_like => (Function::StartsWith, Ty::Bool, 1),
            ("endsWith", None) if text_like => (Function::EndsWith, Ty::Bool, 1),
            ("matches", None) if text_like => return self.matches(ast, of, name, args),
            ("lowerAscii", None) if text_like => (Function::LowerAscii, Ty::Text, 0),
            ("upperAscii", None) if text_like => (Function::UpperAscii, Ty::Text, 0),
            ("trim", None) if text_like => (Function::Trim, Ty::Text, 0),
            ("getHours", None) if of.ty == Ty::Duration => (Function::GetHours, Ty::Int, 0),
            ("getMinutes", None) if of.ty == Ty::Duration => (Function::GetMinutes, Ty::Int, 0),
            ("getSeconds", None) if of.ty == Ty::Duration => (Function::GetSeconds, Ty::Int, 0),
            ("pick", _) => {
                let span = self.text.part(name.start, name.end);
                return self.fault(Diagnostic::new("E0308", span, "`pick` is only in `returns`"));
            }
            _ => {
                let words = of.ty.words(self.env.schema);
                let span = self.text.part(name.start, name.end);
                let fault = Diagnostic::new("E0308", span, format!("{words} has no `{}`", name.text));
                return self.fault(fault.meant(
                    closest(&name.text, METHODS.iter().copied()).filter(|meant| *meant != name.text),
                ));
            }
        };
        if args.len() != takes {
            return self.wrong_use(name, format!("it takes {takes} arguments"));
        }
        let mut all = vec![of];
        for arg in args {
            let arg = self.value(arg, facts, Some(&Ty::Text))?;
            all.push(self.coerce(arg, &Ty::Text)?);
        }
        Some(self.typed(ast, Kind::Call(function, all), ty))
    }

    fn matches(&mut self, ast: &Ast, of: Typed, name: &Name, args: &[Ast]) -> Option<Typed> {
        let [Ast { kind: AstKind::Text(pattern), .. }] = args else {
            return self.wrong_use(name, "it takes a pattern written as a text: `x.matches('[a-z]+')`");
        };
        if opwright_values::text::whole(pattern).is_err() {
            return self.wrong_use(name, "this is not a pattern of RE2");
        }
        let pattern = args.first().map(|arg| self.typed(arg, Kind::Text(pattern.clone()), Ty::Text))?;
        Some(self.typed(ast, Kind::Call(Function::Matches, vec![of, pattern]), Ty::Bool))
    }

    fn math(&mut self, ast: &Ast, name: &Name, args: &[Ast], facts: &Facts) -> Option<Typed> {
        match (name.text.as_str(), args) {
            ("abs", [a]) => {
                let a = self.number(a, name, facts)?;
                let ty = a.ty.clone();
                Some(self.typed(ast, Kind::Call(Function::MathAbs, vec![a]), ty))
            }
            ("greatest" | "least", [a, b]) => {
                let (a, b) = (self.value(a, facts, None)?, self.value(b, facts, None)?);
                let (a, b, ty) = self.together(a, b)?;
                let function = if name.text == "greatest" { Function::MathGreatest } else { Function::MathLeast };
                Some(self.typed(ast, Kind::Call(function, vec![a, b]), ty))
            }
            ("round", [a, scale]) => {
                let a = self.decimal(a, name, facts)?;
                let scale = self.scale(scale, name)?;
                Some(self.typed(ast, Kind::Call(Function::MathRound, vec![a]), Ty::Decimal(scale)))
            }
            ("div", [a, b, scale]) => {
                let (a, b) = (self.decimal(a, name, facts)?, self.decimal(b, name, facts)?);
                let scale = self.scale(scale, name)?;
                Some(self.typed(ast, Kind::Call(Function::MathDiv, vec![a, b]), Ty::Decimal(scale)))
            }
            _ => self.wrong_use(
                name,
                "there are math.div(a, b, scale), math.round(a, scale), math.abs(a), math.greatest(a, b), math.least(a, b)",
            ),
        }
    }

    fn number(&mut self, ast: &Ast, name: &Name, facts: &Facts) -> Option<Typed> {
        let typed = self.value(ast, facts, None)?;
        if matches!(typed.ty, Ty::Int | Ty::Decimal(_) | Ty::Duration) {
            return Some(typed);
        }
        self.wrong_use(name, "it takes numbers")
    }

    fn decimal(&mut self, ast: &Ast, name: &Name, facts: &Facts) -> Option<Typed> {
        let typed = self.number(ast, name, facts)?;
        if typed.ty == Ty::Int { self.coerce(typed, &Ty::Decimal(0)) } else { Some(typed) }
    }

    fn scale(&mut self, ast: &Ast, name: &Name) -> Option<u8> {
        let scale = if let AstKind::Int(scale) = ast.kind { u8::try_from(scale).ok() } else { None };
        let scale = scale.filter(|scale| *scale <= opwright_values::decimal::SCALE_MAX);
        if scale.is_none() {
            self.wrong_use(name, "its scale is a whole number that is written out: `math.round(a, 2)`");
        }
        scale
    }
}

/// The facts without the one that would make this very path present.
fn facts_without(facts: &Facts, path: &Ast, checker: &Checker<'_, '_>) -> Facts {
    let mut without = facts.clone();
    if let Some(written) = checker.text.value.get(path.start..path.end) {
        without.forget_path(written);
    }
    without
}
