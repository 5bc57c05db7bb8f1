//! Macros over lists: `all exists exists_one filter map transformList sortBy`, with one or two variables.

use super::{Checker, Var};
use crate::expr::facts::{self, Facts};
use crate::expr::syntax::{Ast, AstKind, Name};
use crate::expr::typed::{Kind, Macro, MacroKind, Ty, Typed};
use crate::names;
use crate::report::Diagnostic;

/// The macros by name.
pub(super) fn kind_of(name: &str) -> Option<MacroKind> {
    Some(match name {
        "all" => MacroKind::All,
        "exists" => MacroKind::Exists,
        "exists_one" | "existsOne" => MacroKind::ExistsOne,
        "filter" => MacroKind::Filter,
        "map" | "transformList" => MacroKind::Map,
        "sortBy" => MacroKind::SortBy,
        _ => return None,
    })
}

/// A macro's call: variables, filter and body.
struct Parts<'a> {
    index: Option<&'a Ast>,
    var: &'a Ast,
    filter: Option<&'a Ast>,
    body: &'a Ast,
}

impl Checker<'_, '_> {
    pub(super) fn macro_(
        &mut self,
        ast: &Ast,
        kind: MacroKind,
        list: &Ast,
        name: &Name,
        args: &[Ast],
        facts: &Facts,
    ) -> Option<Typed> {
        if args.iter().any(|arg| arg.kind == AstKind::Hole) {
            return None;
        }
        let of_row = self.reads_row(list);
        let list = self.value(list, facts, None)?;
        let Ty::List(of) = list.ty.clone() else {
            let words = list.ty.words(self.env.schema);
            let fault = Diagnostic::new(
                "E0308",
                list.span,
                format!("`{}` goes over a list, this is {words}", name.text),
            );
            return self.fault(fault);
        };
        let Some(parts) = parts(kind, &name.text, args) else {
            let fault = Diagnostic::new(
                "E0308",
                self.text.part(name.start, ast.end),
                format!("`{}` is used wrongly", name.text),
            );
            return self.fault(fault.help(usage(&name.text)));
        };
        let depth = self.vars.len();
        let inside = self.inside_macro(kind, &parts, &list, (*of, of_row), facts);
        self.vars.truncate(depth);
        let (index, var, filter, body) = inside?;
        let ty = match kind {
            MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne => Ty::Bool,
            MacroKind::Filter | MacroKind::SortBy => list.ty.clone(),
            MacroKind::Map => Ty::List(Box::new(body.ty.clone())),
        };
        let (list, filter, body) = (Box::new(list), filter.map(Box::new), Box::new(body));
        Some(self.typed(ast, Kind::Macro(Macro { kind, list, index, var, filter, body }), ty))
    }

    fn inside_macro(
        &mut self,
        kind: MacroKind,
        parts: &Parts<'_>,
        list: &Typed,
        (of, of_row): (Ty, bool),
        facts: &Facts,
    ) -> Option<Inside> {
        let inside_of = facts::size_path(list, self.env.schema);
        let index = match parts.index {
            Some(index) => Some(self.bind(index, Ty::Int, inside_of, of_row)?),
            None => None,
        };
        let var = self.bind(parts.var, of, None, of_row)?;
        let filter = match parts.filter {
            Some(filter) => {
                let Some(filter) = self.bool(filter, facts) else {
                    self.all_beside([parts.body], facts);
                    return None;
                };
                Some(filter)
            }
            None => None,
        };
        let learned =
            filter.as_ref().map(|filter| Facts::when_true(filter, self.env.schema)).unwrap_or_default();
        let facts = facts.with(&learned);
        let body = match kind {
            MacroKind::Map => self.value(parts.body, &facts, None)?,
            MacroKind::SortBy => self.sort_key(parts.body, &facts)?,
            _ => self.bool(parts.body, &facts)?,
        };
        Some((index, var, filter, body))
    }

    fn sort_key(&mut self, body: &Ast, facts: &Facts) -> Option<Typed> {
        let key = self.value(body, facts, None)?;
        if matches!(key.ty, Ty::Row(_) | Ty::List(_) | Ty::Map(_) | Ty::Object(_)) {
            let words = key.ty.words(self.env.schema);
            let fault = Diagnostic::new("E0308", key.span, format!("{words} has no order"));
            return self.fault(fault.help("sort by a number, a text or a time"));
        }
        Some(key)
    }

    /// Binds a macro's variable: a name that nothing else has.
    fn bind(&mut self, ast: &Ast, ty: Ty, inside_of: Option<String>, of_row: bool) -> Option<String> {
        let AstKind::Ident(name) = &ast.kind else { return None };
        if !names::check(&self.text.slice(ast.start, ast.end), "a variable", self.report) {
            return None;
        }
        if self.vars.iter().any(|var| var.name == *name) || self.env.names.contains_key(name) {
            let fault = format!("`{name}` already means {}", self.env.meaning(name));
            let fault = Diagnostic::new("E0205", self.span(ast), fault);
            let fault = match self.env.names.get(name) {
                Some(bound) => fault.other(bound.span, "this"),
                None => fault,
            };
            self.report.add(fault.help("choose another name"));
            return None;
        }
        self.vars.push(Var { name: name.clone(), ty, inside_of, of_row });
        Some(name.clone())
    }
}

/// Index variable, variable, filter and body of a macro.
type Inside = (Option<String>, String, Option<Typed>, Typed);

fn parts<'a>(kind: MacroKind, name: &str, args: &'a [Ast]) -> Option<Parts<'a>> {
    let is_var = |ast: &Ast| matches!(ast.kind, AstKind::Ident(_));
    match (args, kind) {
        ([var, body], _) if is_var(var) && name != "transformList" => {
            Some(Parts { index: None, var, filter: None, body })
        }
        ([var, filter, body], MacroKind::Map) if is_var(var) && name == "map" => {
            Some(Parts { index: None, var, filter: Some(filter), body })
        }
        ([index, var, body], MacroKind::Map) if is_var(index) && is_var(var) && name == "transformList" => {
            Some(Parts { index: Some(index), var, filter: None, body })
        }
        ([index, var, body], MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne)
            if is_var(index) && is_var(var) =>
        {
            Some(Parts { index: Some(index), var, filter: None, body })
        }
        _ => None,
    }
}

fn usage(name: &str) -> &'static str {
    match name {
        "map" => "write `list.map(x, value)` or `list.map(x, condition, value)`",
        "transformList" => "write `list.transformList(i, x, value)`",
        "filter" => "write `list.filter(x, condition)`",
        "sortBy" => "write `list.sortBy(x, key)`",
        _ => "write `list.all(x, condition)`, or with the index `list.all(i, x, condition)`",
    }
}
