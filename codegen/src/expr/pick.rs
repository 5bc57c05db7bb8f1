//! `rows.pick(name, id)`: a smaller shape of a row, or of a list of rows.

use crate::expr::check::{Checker, Var};
use crate::expr::env::Env;
use crate::expr::parser::{self, Place};
use crate::expr::parts::row_of;
use crate::expr::syntax::{Ast, AstKind, Name};
use crate::expr::typed::{Kind, Macro, MacroKind, Ty, Typed};
use crate::model::Returns;
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;

/// What stands for a row whose parts are picked: no name of a spec.
const ROW: &str = "row";

/// `None` if the text is not a `pick` at all; `Some(None)` if it is one with a fault.
pub fn check_pick(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Option<Returns>> {
    if !text.value.contains(".pick(") {
        return None;
    }
    let Some(ast) = parser::parse(text, Place::Value, report) else { return Some(None) };
    let AstKind::Call(Some(of), name, parts) = &ast.kind else { return None };
    (name.text == "pick").then(|| pick(text, of, parts, env, report))
}

fn pick(text: &Text, of: &Ast, parts: &[Ast], env: &Env<'_>, report: &mut Report) -> Option<Returns> {
    let mut checker = Checker::new(env, text, Place::Value, report);
    let rows = checker.value(of, &env.facts, None)?;
    let (mut element, mut lists) = (&rows.ty, 0_usize);
    while let Ty::List(of) = element {
        (element, lists) = (of, lists + 1);
    }
    let Ty::Row(_) = element else {
        let words = rows.ty.words(env.schema);
        report.add(Diagnostic::new("E0308", rows.span, format!("`pick` is for rows, this is {words}")));
        return None;
    };
    // Of a row by itself, its paths are picked; of those in lists, paths of a variable.
    let base = if lists == 0 { of.kind.clone() } else { AstKind::Ident(ROW.to_owned()) };
    if lists > 0 {
        let (name, ty) = (ROW.to_owned(), element.clone());
        checker.vars.push(Var { name, ty, inside_of: None, of_row: false });
    }
    let mut picked: Vec<(String, Typed)> = Vec::new();
    for part in parts {
        let (key, typed) = checker.part(part, &base)?;
        if picked.iter().any(|(known, _)| *known == key) {
            let fault = Diagnostic::new("E0104", typed.span, format!("two parts are called `{key}`"));
            report
                .add(fault.help("each part has the last key of its path on the wire, and no two are alike"));
            return None;
        }
        picked.push((key, typed));
    }
    let shape = Typed { kind: Kind::Shape(picked), ty: Ty::Null, pii: false, ..rows.clone() };
    Some(Returns::Pick(in_lists(rows, lists, shape)))
}

/// A shape for each row of a list, or of lists in lists.
fn in_lists(rows: Typed, lists: usize, shape: Typed) -> Typed {
    let Ty::List(of) = &rows.ty else { return shape };
    let var = if lists == 1 { ROW.to_owned() } else { format!("{ROW}_{lists}") };
    let element = Typed { kind: Kind::Var(var.clone()), ty: (**of).clone(), ..rows.clone() };
    let body = Box::new(in_lists(element, lists - 1, shape));
    let (span, text) = (rows.span, rows.text.clone());
    let mac = Macro { kind: MacroKind::Map, list: Box::new(rows), index: None, var, filter: None, body };
    Typed::new(Kind::Macro(mac), Ty::List(Box::new(Ty::Null)), span, text)
}

impl Checker<'_, '_> {
    /// A path from the row, and its last key on the wire.
    fn part(&mut self, part: &Ast, base: &AstKind) -> Option<(String, Typed)> {
        if part.kind == AstKind::Hole {
            return None;
        }
        let Some(path) = from(part, base) else {
            let fault =
                Diagnostic::new("E0308", self.span(part), "`pick` takes fields, and paths that lead to them");
            self.report.add(fault.help("what is computed has a key of its own: `returns: { total: … }`"));
            return None;
        };
        let typed = self.check(&path, &self.env.facts, None)?;
        let mut leaf = &typed;
        while let Kind::Proved(inner) | Kind::Widen(inner) = &leaf.kind {
            leaf = inner;
        }
        let field = |of: &Typed, field: usize| {
            Some(self.env.schema.resources.get(row_of(&of.ty)?)?.fields.get(field)?.key.clone())
        };
        let key = match &leaf.kind {
            Kind::Id(of) => row_of(&of.ty).and_then(|row| field(of, self.env.schema.resources.get(row)?.id)),
            Kind::Field(of, index) | Kind::Refer(of, index) => field(of, *index),
            Kind::Part(of, index) => match of.ty.present() {
                Ty::Object(object) => object.fields.get(*index).map(|(_, key, _)| key.clone()),
                _ => None,
            },
            Kind::Collection(of, index) => {
                let row = row_of(&of.ty).and_then(|row| self.env.schema.resources.get(row));
                row.and_then(|row| row.collections.get(*index)).map(|it| it.name.clone())
            }
            // A part is a path, so there is nothing else.
            _ => None,
        };
        Some((key?, typed))
    }
}

/// The path of a part, from what stands for the row.
fn from(part: &Ast, base: &AstKind) -> Option<Ast> {
    let member = |of: Ast, name: &Name| Ast {
        kind: AstKind::Member(Box::new(of), name.clone()),
        start: part.start,
        end: part.end,
    };
    match &part.kind {
        AstKind::Ident(name) => {
            let of = Ast { kind: base.clone(), start: part.start, end: part.end };
            Some(member(of, &Name { text: name.clone(), start: part.start, end: part.end }))
        }
        AstKind::Member(of, name) => Some(member(from(of, base)?, name)),
        _ => None,
    }
}
