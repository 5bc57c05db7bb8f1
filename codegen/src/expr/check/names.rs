//! Names, fields and positions.

use super::{Checker, elsewhere};
use crate::expr::as_long_as;
use crate::expr::env::Over;
use crate::expr::facts::{self, Facts};
use crate::expr::parts::row_of;
use crate::expr::syntax::{Ast, AstKind, Name};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::report::Diagnostic;
use crate::resolve::former;
use opwright_values::schema::{Field, Resource, Type};
use opwright_values::suggest::meant;

impl Checker<'_, '_> {
    pub(super) fn ident(&mut self, ast: &Ast, name: &str, want: Option<&Ty>) -> Option<Typed> {
        if let Some(var) = self.vars.iter().rev().find(|var| var.name == name) {
            let ty = var.ty.clone();
            return Some(self.typed(ast, Kind::Var(name.to_owned()), ty));
        }
        if let Some(bound) = self.env.names.get(name) {
            return Some(self.typed(ast, Kind::Name(name.to_owned()), bound.ty.clone()));
        }
        match (name, self.env.row) {
            ("now", _) => return Some(self.typed(ast, Kind::Now, Ty::Timestamp)),
            ("row", Some(resource)) => return Some(self.typed(ast, Kind::Row, Ty::Row(resource))),
            _ => {}
        }
        let span = self.span(ast);
        let fault = match name {
            "input" => Diagnostic::new("E0201", span, "`input` is not a value")
                .help("write `input.name` for an argument"),
            "row" => Diagnostic::new("E0201", span, "there is no `row` here")
                .help("`row` is seen in `where`, `order` and `rules`"),
            "agent" | "session" | "event" => Diagnostic::new("E0201", span, format!("`{name}` is to come"))
                .help("expressions see `input`, `now`, references and what the steps above name"),
            "math" => Diagnostic::new("E0201", span, "`math` is not a value")
                .help("write `math.round(a, 2)`, or another of its functions"),
            "this" | "self" => Diagnostic::new("E0201", span, format!("there is no `{name}` here"))
                .help("a row is called by its name, in `where` and `rules` it is `row`"),
            _ => self.unknown_name(ast, name, want),
        };
        self.unknown(name, fault)
    }

    /// Reports a name that is not found, unless that follows from another fault.
    fn unknown(&mut self, name: &str, fault: Diagnostic) -> Option<Typed> {
        self.report.add_unknown(name, fault);
        None
    }

    pub(super) fn member(&mut self, ast: &Ast, of: &Ast, name: &Name, facts: &Facts) -> Option<Typed> {
        if matches!(&of.kind, AstKind::Ident(word) if word == "input") {
            return self.input(ast, name);
        }
        let base = self.value(of, facts, None)?;
        match &base.ty {
            Ty::Row(resource) => self.row_member(ast, base.clone(), *resource, name),
            Ty::Object(object) => {
                let found = object.fields.iter().position(|(known, _, _)| *known == name.text);
                let names = object.fields.iter().map(|(known, _, _)| known.as_str());
                let Some((part, (_, _, ty))) = found.zip(found.and_then(|at| object.fields.get(at))) else {
                    let fault = self.no_field(&base, name, meant(&name.text, names));
                    return self.unknown(&name.text, fault);
                };
                let ty = ty.clone();
                Some(self.typed(ast, Kind::Part(Box::new(base.clone()), part), ty))
            }
            _ => {
                let fault = self.no_field(&base, name, None);
                if let Some(ty) = self.of_each(&base, &name.text) {
                    let fault = self.map_of_each(fault, ast, (of, &base), (&name.text, &ty));
                    return self.fault(fault);
                }
                if let Some(help) = self.function_meant(&base, name) {
                    return self.fault(fault.help(help));
                }
                self.fault(fault.help(format!("this is {}", base.ty.words(self.env.schema))))
            }
        }
    }

    /// What to write for a function that is written as a field: `xs.length`.
    fn function_meant(&self, base: &Typed, name: &Name) -> Option<String> {
        if let Some(help) = elsewhere::instead(&name.text, Some(&base.text), &[]) {
            return Some(help);
        }
        let known = super::table::methods().any(|known| known == name.text);
        known.then(|| format!("it is a function: `{}.{}()`", base.text, name.text))
    }

    fn no_field(&self, base: &Typed, name: &Name, meant: Option<&str>) -> Diagnostic {
        let span = self.text.part(name.start, name.end);
        let of = self.unwritten(base, name).unwrap_or(&base.text);
        Diagnostic::new("E0201", span, format!("`{of}` has no field `{}`", name.text)).meant(meant)
    }

    /// The resource of a row that is not written in front of its field, as in `pick`.
    fn unwritten(&self, base: &Typed, name: &Name) -> Option<&str> {
        let unwritten = matches!(base.kind, Kind::Row) || base.text == name.text;
        let row = if unwritten { row_of(&base.ty) } else { None };
        row.and_then(|row| self.env.schema.resources.get(row)).map(|it| it.name.as_str())
    }

    fn input(&mut self, ast: &Ast, name: &Name) -> Option<Typed> {
        let span = self.text.part(name.start, name.end);
        if let Some((_, row)) =
            self.env.references.iter().find(|(key, row)| *key == name.text || *row == name.text)
        {
            let fault = Diagnostic::new(
                "E0203",
                self.span(ast),
                format!("`{}` is a reference, not a value", name.text),
            );
            return self.fault(fault.help(format!("its row is called `{row}`, its id `{row}.id`")));
        }
        let Some(index) = self.env.inputs.iter().position(|field| field.name == name.text) else {
            let names = self.env.inputs.iter().map(|field| field.name.as_str());
            let fault = Diagnostic::new("E0201", span, format!("there is no argument `{}`", name.text));
            return self.unknown(&name.text, fault.meant(meant(&name.text, names)));
        };
        let ty = self.env.inputs.get(index).map(|field| Ty::of_field(field, self.env.schema))?;
        Some(self.typed(ast, Kind::Input(index), ty))
    }

    fn row_member(&mut self, ast: &Ast, base: Typed, resource: usize, name: &Name) -> Option<Typed> {
        let schema = self.env.schema;
        let shape: &Resource = schema.resources.get(resource)?;
        if name.text == "id" {
            return Some(self.typed(ast, Kind::Id(Box::new(base)), Ty::Id(resource)));
        }
        if let Some(at) = shape.collections.iter().position(|it| it.name == name.text) {
            let of = shape.collections.get(at)?.of;
            return Some(self.typed(
                ast,
                Kind::Collection(Box::new(base), at),
                Ty::List(Box::new(Ty::Row(of))),
            ));
        }
        let found = shape.fields.iter().position(|field| field.name == name.text);
        let Some((at, field)) = found.and_then(|at| shape.fields.get(at).map(|field| (at, field))) else {
            let fault = self.no_row_field(&base, shape, name);
            return self.unknown(&name.text, fault);
        };
        if at == shape.id {
            let span = self.text.part(name.start, name.end);
            // In `pick` the id has its row in front no more than any field.
            let picked = base.text == name.text;
            let of = if picked { &shape.name } else { &base.text };
            let fault = Diagnostic::new("E0202", span, format!("`{}` is the id of `{of}`", name.text));
            let id = if picked { "id".to_owned() } else { format!("{of}.id") };
            return self.fault(fault.help(format!("in specs it is `{id}`")));
        }
        let ty = Ty::of_field(field, schema);
        let refers = matches!(field.ty, Type::Id { .. });
        let kind = if refers { Kind::Refer(Box::new(base), at) } else { Kind::Field(Box::new(base), at) };
        Some(self.typed(ast, kind, ty))
    }

    fn no_row_field(&self, base: &Typed, shape: &Resource, name: &Name) -> Diagnostic {
        let by_key = |field: &&Field| field.key == name.text && field.name != name.text;
        if let Some(field) = shape.fields.iter().find(by_key) {
            let span = self.text.part(name.start, name.end);
            let of = self.unwritten(base, name).unwrap_or(&base.text);
            return Diagnostic::new("E0202", span, format!("`{of}` has no field `{}`", name.text))
                .help(format!("in specs it is called `{}`", field.name));
        }
        if let Some(now) = former::field(&shape.fields, &name.text) {
            return self.no_field(base, name, None).help(former::called(&now.name));
        }
        let fields = shape.fields.iter().filter(|field| field.name != "_id").map(|field| field.name.as_str());
        let has_id = shape.fields.iter().any(|field| field.name == "id");
        let id = (!has_id).then_some("id");
        // Who is in a collection, and whether a row may be written, its own fields say.
        let own = self.env.row.is_some() && matches!(self.env.over, Over::Collection | Over::Rule);
        let collections = shape.collections.iter().filter(|_| !own).map(|it| it.name.as_str());
        let names: Vec<&str> = fields.chain(collections).chain(id).collect();
        let fault = self.no_field(base, name, meant(&name.text, names.iter().copied()));
        if !fault.help.is_empty() {
            return fault;
        }
        let state = name.text.strip_prefix("is_").unwrap_or(&name.text);
        let can_be = |field: &&Field| matches!(&field.ty, Type::Enum { values } if values.iter().any(|it| it == state));
        match shape.fields.iter().find(can_be) {
            Some(field) => fault.help(format!("write `{}.{} == '{state}'`", base.text, field.name)),
            None => fault.meant_among(None, "it has", names),
        }
    }

    pub(super) fn index(&mut self, ast: &Ast, of: &Ast, at: &Ast, facts: &Facts) -> Option<Typed> {
        let Some(base) = self.value(of, facts, None) else {
            self.all_beside([at], facts);
            return None;
        };
        match base.ty.clone() {
            Ty::List(of) => {
                let at = self.value(at, facts, Some(&Ty::Int))?;
                let at = self.coerce(at, &Ty::Int)?;
                let proved = self.inside(&base, &at, facts);
                Some(self.typed(ast, Kind::Index(Box::new(base), Box::new(at), proved), *of))
            }
            Ty::Map(of) => {
                let key = self.value(at, facts, Some(&Ty::Text))?;
                let key = self.coerce(key, &Ty::Text)?;
                Some(self.typed(ast, Kind::Lookup(Box::new(base), Box::new(key)), *of))
            }
            other => {
                let words = other.words(self.env.schema);
                let fault = Diagnostic::new(
                    "E0304",
                    base.span,
                    format!("this is {words}, only lists and maps have `[…]`"),
                );
                self.fault(fault)
            }
        }
    }

    /// Whether an index is proved to be inside of a list.
    fn inside(&self, list: &Typed, at: &Typed, facts: &Facts) -> bool {
        let Some(path) = facts::size_path(list, self.env.schema) else { return false };
        match &at.kind {
            Kind::Int(at) => *at >= 0 && (*at < facts.least(&path) || *at < self.declared_least(list)),
            Kind::Var(name) => {
                let of =
                    self.vars.iter().find(|var| var.name == *name).and_then(|var| var.inside_of.as_ref());
                of.is_some_and(|of| facts.equal_sizes(of, &path))
            }
            Kind::Name(name) => facts.equal_sizes(&facts::index(name), &path),
            _ => false,
        }
    }

    /// The fewest elements that the declaration of a list promises.
    fn declared_least(&self, list: &Typed) -> i64 {
        let field = match &as_long_as(list).kind {
            Kind::Field(of, field) => row_of(&of.ty)
                .and_then(|resource| self.env.schema.resources.get(resource))
                .and_then(|resource| resource.fields.get(*field)),
            Kind::Input(index) => self.env.inputs.get(*index),
            Kind::Name(name) => {
                let key = self.env.references.iter().find(|(_, row)| row == name).map(|(key, _)| key);
                key.and_then(|key| self.env.inputs.iter().find(|field| field.key == *key))
            }
            _ => None,
        };
        match field.map(|field| &field.ty) {
            Some(Type::List { min, .. }) => i64::from(*min),
            _ => 0,
        }
    }
}
