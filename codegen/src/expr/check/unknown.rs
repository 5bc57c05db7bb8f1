//! What to say of a name that nothing has: what was probably meant, or where it has ended.
//!
//! ```text
//! where: status == 'open'      it is a field of the row: `row.status`
//! price, behind its lane       it ends with the `when` that binds it
//! ```

use super::{Checker, elsewhere};
use crate::expr::env::Over;
use crate::expr::parser::Place;
use crate::expr::parts::row_of;
use crate::expr::syntax::Ast;
use crate::expr::typed::Ty;
use crate::report::Diagnostic;
use crate::source::Span;
use opwright_values::schema::{Field, Type};

impl Checker<'_, '_> {
    pub(super) fn unknown_name(&self, ast: &Ast, name: &str, want: Option<&Ty>) -> Diagnostic {
        let span = self.span(ast);
        if let Some(fault) = self.ended(span, name).or_else(|| self.field_here(span, name)) {
            return fault;
        }
        let known =
            self.env.names.keys().map(String::as_str).chain(self.vars.iter().map(|var| var.name.as_str()));
        let known = known.chain(["input", "now"]);
        let bare = name.strip_prefix("is_").or_else(|| name.strip_prefix("is")).unwrap_or(name);
        let is_bare = |known: &&str| bare != name && *known == bare;
        if let Some(meant) = known.clone().find(is_bare).or_else(|| self.report.closest(name, known)) {
            return Diagnostic::new("E0201", span, format!("there is no `{name}` here"))
                .help(format!("did you mean `{meant}`?"));
        }
        if self.env.inputs.iter().any(|field| field.name == name) {
            return Diagnostic::new("E0201", span, format!("there is no `{name}` here"))
                .help(format!("it is an argument: `input.{name}`"));
        }
        let row = self.env.row.and_then(|row| self.env.schema.resources.get(row));
        let column =
            row.and_then(|row| row.fields.iter().find(|field| field.key == name && field.name != name));
        if let Some(field) = column {
            return Diagnostic::new("E0202", span, format!("there is no `{name}` here"))
                .help(format!("it is a field of the row: `row.{}`", field.name));
        }
        if let Some((_, row)) = self.env.references.iter().find(|(key, _)| key == name) {
            return Diagnostic::new("E0202", span, format!("there is no `{name}` here"))
                .help(format!("in specs it is called `{row}`"));
        }
        if let Some(field) = self.enum_with(name) {
            return Diagnostic::new("E0201", span, format!("there is no `{name}` here"))
                .help(format!("for the value of `{field}` write `'{name}'`"));
        }
        if let Some(row) = self.owner_of_list(name).filter(|_| !self.member_behind(ast).is_empty()) {
            return Diagnostic::new("E0201", span, format!("there is no `{name}` here"))
                .help(format!("it is a collection of a row: `{row}.{name}`"));
        }
        // What the specs call so comes first: arguments, values and rows may be called `user` or `new`.
        if let Some(help) = self.row_called(ast, name).or_else(|| elsewhere::word(name).map(str::to_owned)) {
            return Diagnostic::new("E0201", span, format!("there is no `{name}` here")).help(help);
        }
        let whole = self.place == Place::Value && ast.start == 0 && ast.end == self.text.value.len();
        let is_text = matches!(want.map(Ty::present), Some(Ty::Text | Ty::Enum(_)));
        let code = if whole && is_text { "E0206" } else { "E0201" };
        let fault = Diagnostic::new(code, span, format!("there is no `{name}` here"));
        if whole && is_text {
            return fault.help(format!("for a text write `\"'{name}'\"`"));
        }
        let resources = self.env.schema.resources.iter().map(|resource| resource.name.as_str());
        match self.report.closest(name, resources).and_then(|meant| self.row_called(ast, meant)) {
            Some(help) => fault.help(help),
            None if self.place == Place::Filled => {
                let refers =
                    |name: &str| self.env.references.iter().any(|(key, row)| key == name || row == name);
                let inputs = self.env.inputs.iter().filter(|field| !refers(&field.name));
                let inputs = inputs.map(|field| format!("input.{}", field.name));
                let known: Vec<String> = self.env.names.keys().cloned().chain(inputs).collect();
                let known = known.iter().map(String::as_str).chain(["now"]);
                fault.meant_of(None, known).help("`{{` is a brace")
            }
            None => {
                let known = || self.env.names.keys().map(String::as_str);
                fault.meant_of(self.report.meant(name, known()), known())
            }
        }
    }

    /// A row here that has a collection of this name.
    fn owner_of_list(&self, name: &str) -> Option<&str> {
        let has_it = |ty: &Ty| {
            let resource = row_of(ty.present()).and_then(|row| self.env.schema.resources.get(row));
            resource.is_some_and(|resource| resource.collections.iter().any(|list| list.name == name))
        };
        self.env.names.iter().find(|(_, bound)| has_it(&bound.ty)).map(|(row, _)| row.as_str())
    }

    /// A name that a lane or a round has bound, behind its end.
    fn ended(&self, span: Span, name: &str) -> Option<Diagnostic> {
        let ended = self.env.ended.get(name)?;
        let fault = Diagnostic::new("E0201", span, format!("there is no `{name}` here"));
        let fault = fault.other(ended.span, ended.block.label()).help(ended.block.help(name));
        Some(self.or_argument(fault, name))
    }

    /// Says of what is an argument too that it may be that.
    fn or_argument(&self, fault: Diagnostic, name: &str) -> Diagnostic {
        let is_argument = self.env.inputs.iter().any(|field| field.name == name);
        if is_argument { fault.help(format!("or it is the argument: `input.{name}`")) } else { fault }
    }

    /// A field of the row that is looked at, or of the variable of a macro, that is taken for a name.
    fn field_here(&self, span: Span, name: &str) -> Option<Diagnostic> {
        let has_it = |row: usize| {
            let fields = self.env.schema.resources.get(row).map(|it| it.fields.as_slice());
            fields.is_some_and(|fields| fields.iter().any(|field| field.name == name))
        };
        let var = self.vars.iter().rev().find(|var| row_of(&var.ty).is_some_and(has_it));
        let (whose, row) = match (var, self.env.row.filter(|row| has_it(*row))) {
            (Some(var), _) => (format!("`{}`", var.name), var.name.as_str()),
            (None, Some(_)) => ("the row".to_owned(), "row"),
            (None, None) => return None,
        };
        let fault = Diagnostic::new("E0201", span, format!("there is no `{name}` here"));
        let fault = fault.help(format!("it is a field of {whose}: `{row}.{name}`"));
        Some(self.or_argument(fault, name))
    }

    /// What to write for a resource that is taken for a name.
    fn row_called(&self, ast: &Ast, name: &str) -> Option<String> {
        let schema = self.env.schema;
        let resource = schema.resources.iter().position(|resource| resource.name == name)?;
        let is_one = |ty: &Ty| *ty.present() == Ty::Row(resource);
        let named = self.env.names.iter().find(|(_, bound)| is_one(&bound.ty));
        if self.env.row == Some(resource) {
            let inside = match self.env.over {
                Over::Rule => "in a rule the row that is written",
                Over::Load => "inside `where` the row that is looked for",
                Over::Argument => "inside `where` the row that is sent",
                Over::Collection => "inside `where` the row that is looked at",
            };
            return Some(format!("{inside} is `row`: write `row{}`", self.member_behind(ast)));
        }
        Some(match named {
            Some((known, _)) => format!("this row is called `{known}` here"),
            None => format!(
                "`{name}` is a resource; a row of it is found by a step above, `load: {name}`, or sent as an argument, \
                 `{name}: {{ type: ref, to: {name} }}`"
            ),
        })
    }

    /// The field that is read of a name: `.product` behind `order` in `order.product.price`.
    fn member_behind(&self, ast: &Ast) -> &str {
        let behind = self.text.value.get(ast.end..).unwrap_or("");
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name =
            behind.strip_prefix('.').map_or(0, |name| name.find(|c| !is_name(c)).unwrap_or(name.len()));
        if name == 0 { "" } else { behind.get(..=name).unwrap_or("") }
    }

    /// A field that can be this, as somebody who forgot the quotes may mean it.
    fn enum_with(&self, value: &str) -> Option<String> {
        self.env.schema.resources.iter().find_map(|resource| {
            let can_be = |field: &&Field| match &field.ty {
                Type::Enum { values, .. } => values.iter().any(|it| it == value),
                _ => false,
            };
            let field = resource.fields.iter().find(can_be)?;
            Some(format!("{}.{}", resource.name, field.name))
        })
    }
}
