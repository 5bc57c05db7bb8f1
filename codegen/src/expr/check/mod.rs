//! Gives every expression a type, and every fault a place.
//!
//! One mistake is one message: what cannot be typed is `None`, and whoever gets `None` says nothing more.

mod arithmetic;
mod defaults;
mod each;
pub(super) mod elsewhere;
mod functions;
mod macros;
mod names;
mod operators;
pub(super) mod table;
mod unknown;
pub mod widen;

use crate::expr::env::Env;
use crate::expr::facts::{self, Facts};
use crate::expr::parser::Place;
use crate::expr::parts::row_of;
use crate::expr::syntax::{Ast, AstKind};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::report::{Diagnostic, Report};
use crate::source::Span;
use crate::yaml::Text;
use opwright_values::schema::{Schema, Type};
use opwright_values::words::counted;

/// Checks one expression.
pub(super) struct Checker<'c, 'e> {
    pub(super) env: &'c Env<'e>,
    pub(super) text: &'c Text,
    pub(super) report: &'c mut Report,
    /// Macro variables in sight.
    pub(super) vars: Vec<Var>,
    /// Where it stands.
    pub(super) place: Place,
    /// Paths that may be absent, of which that is told.
    pub(super) absent: Vec<String>,
    /// Those of which it is not told again.
    pub(super) silent: Vec<String>,
    /// What the whole value is for, where it is for a field.
    pub(super) target: Option<Target<'c>>,
}

/// A field that is given a value.
#[derive(Clone, Copy)]
pub(super) struct Target<'t> {
    /// In words: `` `customer.email` ``.
    pub(super) whose: &'t str,
    /// What it takes.
    pub(super) ty: &'t Ty,
}

/// A macro's variable.
pub(super) struct Var {
    pub(super) name: String,
    pub(super) ty: Ty,
    /// Of an index: the path of a list that it is inside of.
    pub(super) inside_of: Option<String>,
    /// Whether it ranges over what a condition over `row` reads of that.
    pub(super) of_row: bool,
}

impl<'c, 'e> Checker<'c, 'e> {
    pub(super) fn new(env: &'c Env<'e>, text: &'c Text, place: Place, report: &'c mut Report) -> Self {
        let (vars, absent, silent) = (Vec::new(), Vec::new(), Vec::new());
        Self { env, text, report, vars, place, absent, silent, target: None }
    }

    /// A checker of a whole value for a field.
    pub(super) fn of_value(
        env: &'c Env<'e>,
        text: &'c Text,
        target: Target<'c>,
        report: &'c mut Report,
    ) -> Self {
        Self { target: Some(target), ..Self::new(env, text, Place::Value, report) }
    }

    pub(super) fn span(&self, ast: &Ast) -> Span {
        self.text.part(ast.start, ast.end)
    }

    pub(super) fn fault(&mut self, diagnostic: Diagnostic) -> Option<Typed> {
        self.report.add(diagnostic);
        None
    }

    /// Says what to write instead of a part.
    pub(super) fn write(&self, fault: Diagnostic, part: &Ast, written: &str) -> Diagnostic {
        let changed = self.text.changed(part.start, part.end, written);
        fault.help(format!("write `{written}`")).rewrite(changed)
    }

    pub(super) fn typed(&self, ast: &Ast, kind: Kind, ty: Ty) -> Typed {
        let text = self.text.value.get(ast.start..ast.end).unwrap_or("");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Typed::new(kind, ty, self.span(ast), text)
    }

    /// An expression. `want` helps literals to become what is wanted; whether it fits is for the caller to see.
    pub(super) fn check(&mut self, ast: &Ast, facts: &Facts, want: Option<&Ty>) -> Option<Typed> {
        let typed = match &ast.kind {
            AstKind::Bool(value) => self.typed(ast, Kind::Bool(*value), Ty::Bool),
            AstKind::Int(value) => self.typed(ast, Kind::Int(*value), Ty::Int),
            AstKind::Decimal(units, scale) => self.typed(ast, Kind::Decimal(*units), Ty::Decimal(*scale)),
            AstKind::Text(text) => self.literal_text(ast, text, want)?,
            AstKind::Null => {
                let fault = Diagnostic::new("E0304", self.span(ast), "`null` is only a whole value in `set`");
                return self.fault(fault.help("an optional value is tested with `has(…)`"));
            }
            AstKind::Hole => return None,
            AstKind::List(items) => self.list(ast, items, facts, want)?,
            AstKind::Ident(name) => self.ident(ast, name, want)?,
            AstKind::Member(of, name) => self.member(ast, of, name, facts)?,
            AstKind::Index(of, at) => self.index(ast, of, at, facts)?,
            AstKind::Call(of, name, args) => self.call(ast, of.as_deref(), name, args, facts, want)?,
            AstKind::Not(inner) => {
                let inner = self.bool(inner, facts)?;
                self.typed(ast, Kind::Not(Box::new(inner)), Ty::Bool)
            }
            AstKind::Negate(inner) => self.negate(ast, inner, facts)?,
            AstKind::Binary(operator, a, b) => self.binary(ast, *operator, (a, b), facts, want)?,
            AstKind::Choose(condition, a, b) => self.choose(ast, condition, (a, b), facts, want)?,
        };
        // A row of a resource that could not be found, or of a step that failed: that was reported.
        if row_of(&typed.ty) == Some(usize::MAX) {
            return None;
        }
        Some(self.proved(self.ranged(typed, facts), facts))
    }

    /// What is known of a number is kept with it.
    fn ranged(&self, mut typed: Typed, facts: &Facts) -> Typed {
        typed.known = facts.range(&typed, self.env.schema);
        typed
    }

    /// An optional path that is known to be present loses its `Optional`.
    pub(super) fn proved(&self, typed: Typed, facts: &Facts) -> Typed {
        let Ty::Optional(inner) = &typed.ty else { return typed };
        let known = facts::path(&typed, self.env.schema).is_some_and(|(path, _)| facts.is_present(&path));
        if !known {
            return typed;
        }
        let (ty, span, text) = ((**inner).clone(), typed.span, typed.text.clone());
        Typed::new(Kind::Proved(Box::new(typed)), ty, span, text)
    }

    /// Looks at what stands beside something faulty. What that would have proved is not known, so nothing is said of what
    /// may be absent.
    pub(super) fn beside<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.report.mark();
        let looked = look(self);
        self.report.forget_presence(before);
        looked
    }

    /// The same for expressions that are not used then.
    pub(super) fn all_beside<'a>(&mut self, all: impl IntoIterator<Item = &'a Ast>, facts: &Facts) {
        self.beside(|checker| {
            for ast in all {
                checker.check(ast, facts, None);
            }
        });
    }

    /// An expression that has to be present.
    pub(super) fn value(&mut self, ast: &Ast, facts: &Facts, want: Option<&Ty>) -> Option<Typed> {
        let typed = self.check(ast, facts, want)?;
        self.present(typed)
    }

    pub(super) fn present(&mut self, typed: Typed) -> Option<Typed> {
        if !matches!(typed.ty, Ty::Optional(_)) {
            return Some(typed);
        }
        if let Some((path, _)) = facts::path(&typed, self.env.schema) {
            if self.silent.contains(&path) {
                return None;
            }
            self.absent.push(path);
        }
        let path = typed.text.clone();
        let fault = Diagnostic::new("E0301", typed.span, format!("`{path}` may be absent"));
        if row_of(typed.ty.present()).is_some() && matches!(typed.kind, Kind::Name(_)) {
            let help = "ask first: `require: has({path})`, or `when: has({path})`, or `has({path}) && …`";
            return self.fault(fault.help(help.replace("{path}", &path)));
        }
        let ways = if self.is_asked(&typed) {
            format!("`!has({path}) || …` or `has({path}) && …`")
        } else {
            format!("`!has({path}) || …`, `has({path}) && …`, or `{path}.orValue(…)`")
        };
        self.fault(fault.help(format!("write {ways}")))
    }

    pub(super) fn bool(&mut self, ast: &Ast, facts: &Facts) -> Option<Typed> {
        let typed = self.check(ast, facts, Some(&Ty::Bool))?;
        self.condition(typed)
    }

    pub(super) fn condition(&mut self, typed: Typed) -> Option<Typed> {
        let typed = self.present(typed)?;
        if typed.ty == Ty::Bool {
            return Some(typed);
        }
        let words = typed.ty.words(self.env.schema);
        let fault =
            Diagnostic::new("E0304", typed.span, format!("a condition is true or false, this is {words}"));
        self.fault(fault)
    }

    /// Warns of a text that looks as if something were filled in in it, as in the texts for people: nothing is.
    fn warn_of_braces(&mut self, ast: &Ast, text: &str) {
        let path = text.split('{').skip(1).find_map(|rest| rest.split_once('}').map(|(path, _)| path.trim()));
        let Some(path) = path else { return };
        let first = path.split('.').next().unwrap_or("");
        let known = first == "input" || self.env.names.contains_key(first);
        let is_path = path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        if known
            && is_path
            && let Some(joined) = crate::yaml::joined(text)
        {
            let warning = Diagnostic::warning(self.span(ast), "nothing is filled in in this text");
            self.report.warn(warning.help(format!("write `{joined}`")));
        }
    }

    /// A text literal, of an enum if one is wanted.
    pub(super) fn literal_text(&mut self, ast: &Ast, text: &str, want: Option<&Ty>) -> Option<Typed> {
        self.warn_of_braces(ast, text);
        let kind = Kind::Text(text.to_owned());
        match want.map(Ty::present) {
            Some(Ty::Enum(values)) => {
                let typed = self.typed(ast, kind, Ty::Enum(values.clone()));
                self.enum_value(text, values, typed)
            }
            Some(id @ Ty::Id(_)) => Some(self.typed(ast, kind, id.clone())),
            _ => Some(self.typed(ast, kind, Ty::Text)),
        }
    }

    pub(super) fn enum_value(&mut self, text: &str, values: &[String], typed: Typed) -> Option<Typed> {
        if values.iter().any(|value| value == text) {
            return Some(typed);
        }
        let meant = opwright_values::suggest::closest(text, values.iter().map(String::as_str));
        let of_target = self.target.filter(|it| matches!(it.ty.present(), Ty::Enum(of) if **of == *values));
        let of = match of_target {
            Some(target) => format!("of {}", target.whose),
            None => of_what(values, self.env.schema),
        };
        let fault = format!("'{text}' is not a value {of}");
        let fault = Diagnostic::new("E0303", typed.span, fault);
        let list = values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ");
        let fault = match meant {
            Some(meant) => fault.help(format!("did you mean '{meant}'?")),
            None => fault.help(format!("the values are {list}")),
        };
        self.fault(fault)
    }

    fn list(&mut self, ast: &Ast, items: &[Ast], facts: &Facts, want: Option<&Ty>) -> Option<Typed> {
        let mut want_item = match want.map(Ty::present) {
            Some(Ty::List(of)) => Some((**of).clone()),
            _ => None,
        };
        let mut typed: Vec<Typed> = Vec::new();
        for item in items {
            let Some(item) = self.value(item, facts, want_item.as_ref()) else { continue };
            want_item.get_or_insert_with(|| item.ty.clone());
            typed.push(item);
        }
        if typed.len() < items.len() {
            return None;
        }
        let Some(mut of) = want_item else {
            let fault = Diagnostic::new("E0304", self.span(ast), "nothing says what this list holds");
            return self.fault(fault.help("an empty list is only a whole value, where its type is known"));
        };
        for item in &typed {
            of = widen::wider(&of, &item.ty).unwrap_or(of);
        }
        let typed: Vec<_> = typed.into_iter().map(|item| self.coerce(item, &of)).collect();
        let typed = typed.into_iter().collect::<Option<Vec<_>>>()?;
        Some(self.typed(ast, Kind::List(typed), Ty::List(Box::new(of))))
    }

    /// Widens to a type, or says that the two do not fit.
    pub(super) fn coerce(&mut self, typed: Typed, to: &Ty) -> Option<Typed> {
        self.fit(typed, to, None)
    }

    /// The same for the whole value of what it is for.
    pub(super) fn given(&mut self, typed: Typed, to: &Ty) -> Option<Typed> {
        let whose = self.target.map(|target| target.whose);
        self.fit(typed, to, whose)
    }

    fn fit(&mut self, typed: Typed, to: &Ty, whose: Option<&str>) -> Option<Typed> {
        let (from, span) = (typed.ty.clone(), typed.span);
        if let Some(widened) = widen::widen(typed.clone(), to) {
            return Some(widened);
        }
        let schema = self.env.schema;
        let fault = match (&from, to.present()) {
            (Ty::Optional(_), _) if !matches!(to, Ty::Optional(_)) => return self.present(typed),
            (Ty::Decimal(have), Ty::Decimal(want)) if have > want => {
                let digits = |scale: u8| counted(scale, "digit");
                let said = match whose {
                    Some(whose) => format!("{whose} has {} after the point, this has {have}", digits(*want)),
                    None => format!("this has {} after the point, {want} are wanted", digits(*have)),
                };
                let rounded = format!("math.round({}, {want})", typed.text);
                let fault = Diagnostic::new("E0305", span, said);
                fault.instead(&rounded, self.text.rewritten(span, &rounded))
            }
            _ => {
                let have = from.words(schema);
                let said = match whose {
                    Some(whose) => format!("{whose} is {}, this is {have}", to.present().words(schema)),
                    None => format!("this is {have}, wanted is {}", to.words(schema)),
                };
                let fault = Diagnostic::new("E0304", span, said);
                match (&typed.kind, to.present()) {
                    (Kind::Id(of), want) if of.ty == *want => {
                        fault.help(format!("write the row itself: `{}`", of.text))
                    }
                    (Kind::Int(_) | Kind::Decimal(_), Ty::Text) if span == self.text.span => {
                        let quoted = format!("'{}'", typed.text);
                        // Whether the field takes that text is not known.
                        let written = self.text.replaced(&quoted).map(|(_, written)| written);
                        fault.help(format!("a text is written `{}`", written.unwrap_or(quoted)))
                    }
                    (_, Ty::Date) if from == Ty::Timestamp => {
                        fault.help(format!("write `date({})`, its day in UTC", typed.text))
                    }
                    (_, Ty::Id(_)) if row_of(&from).is_some() => {
                        fault.help(format!("write its id: `{}.id`", typed.text))
                    }
                    _ => fault,
                }
            }
        };
        self.fault(fault)
    }
}

/// Whose values they are, in words: where one field has just these, it is named.
pub(crate) fn of_what(values: &[String], schema: &Schema) -> String {
    let fields = schema.resources.iter().flat_map(|it| it.fields.iter().map(move |field| (it, field)));
    let mut fields =
        fields.filter(|(_, field)| matches!(&field.ty, Type::Enum { values: of } if of == values));
    match (fields.next(), fields.next()) {
        (Some((resource, field)), None) => format!("of `{}.{}`", resource.name, field.name),
        _ => "here".to_owned(),
    }
}
