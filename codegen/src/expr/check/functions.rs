//! Functions.

use super::{Checker, elsewhere, macros, table};
use crate::expr::facts::Facts;
use crate::expr::syntax::{Ast, AstKind, Name};
use crate::expr::typed::{Function, Kind, Ty, Typed};
use crate::report::Diagnostic;
use opwright_values::suggest::closest;
use opwright_values::time::{Date, Duration, Timestamp};

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
        if args.iter().any(|arg| arg.kind == AstKind::Hole) {
            return None;
        }
        let Some(of) = of else { return self.plain_call(ast, name, args, facts) };
        if matches!(&of.kind, AstKind::Ident(word) if word == "math") {
            return self.math(ast, name, args, facts);
        }
        if let Some(kind) = macros::kind_of(word(name)) {
            return self.macro_(ast, kind, of, name, args, facts);
        }
        match word(name) {
            "orValue" | "or" => self.or(ast, of, name, args, facts, want),
            _ => self.method(ast, of, name, args, facts),
        }
    }

    fn wrong_use(&mut self, name: &Name, help: impl Into<String>) -> Option<Typed> {
        let span = self.text.part(name.start, name.end);
        self.fault(Diagnostic::new("E0308", span, format!("`{}` is used wrongly", name.text)).help(help))
    }

    fn plain_call(&mut self, ast: &Ast, name: &Name, args: &[Ast], facts: &Facts) -> Option<Typed> {
        match (word(name), args) {
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
            ("has" | "size" | "timestamp" | "date" | "duration", _) => {
                self.wrong_use(name, usage(&name.text))
            }
            _ => {
                // What stands behind the variable of a macro is said of that: `count(xs, x, x.open)`.
                let is_var = |arg: &Ast| matches!(&arg.kind, AstKind::Ident(name) if !self.env.names.contains_key(name));
                let of_macro = args.len() > 2 && args.get(1).is_some_and(is_var);
                let read = if of_macro { args.get(..1).unwrap_or(args) } else { args };
                for arg in read {
                    self.check(arg, facts, None);
                }
                let span = self.text.part(name.start, name.end);
                let fault = Diagnostic::new("E0308", span, format!("there is no function `{}`", name.text));
                let texts: Vec<&str> = args.iter().map(|arg| self.written(arg)).collect();
                let instead = elsewhere::instead(&name.text, None, &texts);
                self.fault(if args.is_empty() && name.text == "now" {
                    fault.instead("now", self.text.changed(ast.start, ast.end, "now"))
                } else if let Some(help) = instead {
                    fault.help(help)
                } else if table::methods().any(|known| known == name.text) {
                    let (of, rest) = texts
                        .split_first()
                        .map_or(("x", "…".to_owned()), |(of, rest)| (*of, rest.join(", ")));
                    fault.help(format!("write `{of}.{}({rest})`", name.text))
                } else {
                    fault.meant(closest(&name.text, ["has", "timestamp", "date", "duration"]))
                })
            }
        }
    }

    /// An expression as it is written.
    fn written(&self, ast: &Ast) -> &str {
        self.text.value.get(ast.start..ast.end).unwrap_or("")
    }

    fn time_literal(&mut self, ast: &Ast, raw: Option<i64>, ty: Ty, example: &str) -> Option<Typed> {
        match raw {
            Some(raw) => Some(self.typed(ast, Kind::Time(raw), ty)),
            None => self.fault(
                Diagnostic::new("E0308", self.span(ast), format!("this is no {}", ty.words(self.env.schema)))
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
        if !matches!(path.kind, AstKind::Member(..) | AstKind::Ident(_)) {
            let fault =
                Diagnostic::new("E0308", self.span(path), "`has` takes a path, such as `method.balance`");
            return self.fault(fault);
        }
        // `has` asks for the path as it is declared, whatever is known of it.
        let typed = match self.check(path, facts, None)? {
            Typed { kind: Kind::Proved(inner), .. } => *inner,
            typed => typed,
        };
        if !matches!(typed.ty, Ty::Optional(_)) {
            let fault = Diagnostic::new("E0302", typed.span, format!("`{}` is always present", typed.text));
            return self.fault(match &typed.ty {
                Ty::Row(_) if matches!(typed.kind, Kind::Name(_)) => fault.help(
                    "remove the question: where there is none, its step refuses; a `load` with `optional: true` finds none",
                ),
                _ => fault.help("remove the question, or declare it `optional: true`"),
            });
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
        let Some(of) = self.check(of, facts, want) else {
            self.all_beside(args, facts);
            return None;
        };
        let Ty::Optional(inner) = of.ty.clone() else {
            let proved = matches!(of.kind, Kind::Proved(_));
            let when = if proved { "present here" } else { "always present" };
            let fault = Diagnostic::new("E0302", of.span, format!("`{}` is {when}", of.text));
            return self.fault(fault.help(format!("remove `.{}(…)`", name.text)));
        };
        let [other] = args else {
            return self.wrong_use(name, "it takes the value to use when there is none");
        };
        let other = self.check(other, facts, Some(&inner))?;
        let (function, ty) = if name.text == "orValue" {
            if matches!(other.ty, Ty::Optional(_)) {
                let fault = Diagnostic::new("E0301", other.span, format!("`{}` may be absent", other.text));
                return self
                    .fault(fault.help("`.orValue(…)` takes what is always there; `.or(…)` may stay absent"));
            }
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
        let Some(of) = self.check(of, facts, None) else {
            if table::knows(&name.text) {
                self.all_beside(args, facts);
            }
            return None;
        };
        if matches!(of.ty, Ty::Optional(_)) && !table::knows(&name.text) {
            let texts: Vec<&str> = args.iter().map(|arg| self.written(arg)).collect();
            if let Some(help) = elsewhere::instead(&name.text, Some(&of.text), &texts) {
                let span = self.text.part(name.start, name.end);
                let fault = format!("`{}` has no `{}`", of.text, name.text);
                return self.fault(Diagnostic::new("E0308", span, fault).help(help));
            }
        }
        let of = self.present(of)?;
        let text_like = matches!(of.ty, Ty::Text | Ty::Enum(_) | Ty::Id(_));
        let element = if let Ty::List(element) = &of.ty { Some((**element).clone()) } else { None };
        let numbers = matches!(element, Some(Ty::Int | Ty::Decimal(_) | Ty::Duration));
        let orders =
            numbers || matches!(element, Some(Ty::Text | Ty::Date | Ty::Timestamp | Ty::Enum(_) | Ty::Id(_)));
        let (function, ty, takes): (Function, Ty, usize) = match (word(name), element) {
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
                let article = if matches!(of.ty, Ty::List(_) | Ty::Map(_)) { "a " } else { "" };
                let span = self.text.part(name.start, name.end);
                let fault = format!("{article}{words} has no `{}`", name.text);
                let fault = Diagnostic::new("E0308", span, fault);
                let texts: Vec<&str> = args.iter().map(|arg| self.written(arg)).collect();
                // Only of rows there is something else to take.
                let other = matches!(name.text.as_str(), "sum" | "min" | "max")
                    && args.is_empty()
                    && !matches!(&of.ty, Ty::List(of) if matches!(**of, Ty::Row(_)));
                let instead = elsewhere::instead(&name.text, Some(&of.text), &texts).filter(|_| !other);
                return self.fault(match instead {
                    None if name.text == "contains" => fault.help("write `x in xs`"),
                    Some(help) => fault.help(help),
                    None => {
                        let meant = closest(&name.text, table::methods());
                        fault.meant(meant.filter(|meant| *meant != name.text))
                    }
                });
            }
        };
        if args.len() != takes {
            let takes = if takes == 0 { "no argument" } else { "one argument" };
            return self.wrong_use(name, format!("it takes {takes}"));
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
        match (word(name), args) {
            ("abs", [a]) => {
                let a = self.number(a, name, facts)?;
                let ty = a.ty.clone();
                Some(self.typed(ast, Kind::Call(Function::MathAbs, vec![a]), ty))
            }
            ("greatest" | "least", [a, b]) => {
                let (a, b) = (self.number(a, name, facts), self.number(b, name, facts));
                let (a, b) = a.zip(b)?;
                let (a, b, ty) = self.together(a, b)?;
                let function = if name.text == "greatest" { Function::MathGreatest } else { Function::MathLeast };
                Some(self.typed(ast, Kind::Call(function, vec![a, b]), ty))
            }
            ("round", [a, scale]) => {
                let a = self.decimal(a, name, facts);
                let (scale, a) = (self.scale(scale, name)?, a?);
                Some(self.typed(ast, Kind::Call(Function::MathRound, vec![a]), Ty::Decimal(scale)))
            }
            ("div", [a, b, scale]) => {
                let (a, b) = (self.decimal(a, name, facts), self.decimal(b, name, facts));
                let (scale, a, b) = (self.scale(scale, name)?, a?, b?);
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
        let words = typed.ty.words(self.env.schema);
        self.fault(
            Diagnostic::new("E0304", typed.span, format!("this is {words}"))
                .help(format!("`math.{}` takes numbers", name.text)),
        )
    }

    fn decimal(&mut self, ast: &Ast, name: &Name, facts: &Facts) -> Option<Typed> {
        let typed = self.number(ast, name, facts)?;
        match typed.ty {
            Ty::Decimal(_) => Some(typed),
            Ty::Int => self.coerce(typed, &Ty::Decimal(0)),
            _ => {
                let words = typed.ty.words(self.env.schema);
                let fault = Diagnostic::new("E0304", typed.span, format!("this is {words}"));
                self.fault(fault.help(format!("`math.{}` takes decimals", name.text)))
            }
        }
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

/// The name, if the table of functions has it: nothing else is a function.
fn word(name: &Name) -> &str {
    if table::knows(&name.text) { &name.text } else { "" }
}

/// How a function is written.
fn usage(name: &str) -> &'static str {
    match name {
        "has" => "it takes one path: `has(method.balance)`",
        "size" => "it takes one value: `xs.size()`",
        "timestamp" => "write `timestamp('2026-11-25T17:00:00Z')`, or give it a date",
        "date" => "write `date('2026-11-25')`, or give it a timestamp",
        _ => "write `duration('7d')`: a number that is written out, with one of ms s min h d w",
    }
}
