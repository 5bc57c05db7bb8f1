//! A field of what a list holds, written as one of the list.
//!
//! ```text
//! order.lines.price           order.lines.map(it, it.price)
//! row.lines.price > 5         row.lines.exists(it, it.price > 5)
//! ```

use super::Checker;
use crate::expr::parser::Place;
use crate::expr::syntax::Ast;
use crate::expr::typed::{Ty, Typed};
use crate::report::Diagnostic;

/// What each is called in what is written for it, and where that is taken.
const EACH: [&str; 2] = ["it", "one"];

impl Checker<'_, '_> {
    /// The type of a field of what a list holds.
    pub(super) fn of_each(&self, list: &Typed, name: &str) -> Option<Ty> {
        let Ty::List(of) = &list.ty else { return None };
        match &**of {
            Ty::Row(row) => {
                let row = self.env.schema.resources.get(*row)?;
                let field = row.fields.iter().find(|field| field.name == name)?;
                Some(Ty::of_field(field, self.env.schema))
            }
            Ty::Object(object) => {
                object.fields.iter().find(|(known, ..)| *known == name).map(|(_, _, ty)| ty.clone())
            }
            _ => None,
        }
    }

    /// Says how that of each is written; as a change only where a list can stand.
    pub(super) fn map_of_each(
        &self,
        fault: Diagnostic,
        ast: &Ast,
        (of, list): (&Ast, &Typed),
        (name, ty): (&str, &Ty),
    ) -> Diagnostic {
        let free = |name: &&str| {
            !self.env.names.contains_key(*name) && self.vars.iter().all(|var| var.name != *name)
        };
        let each = EACH.into_iter().find(free).unwrap_or("…");
        let list = self.text.value.get(of.start..of.end).unwrap_or(&list.text);
        let takes_list = self.takes_list(ast, ty);
        if self.place == Place::Condition && (self.env.row.is_some() || !takes_list) {
            let asks = format!("{list}.exists({each}, {each}.{name} …)");
            return fault
                .help(format!("`exists` asks whether one of them fits, `all` whether each does: `{asks}`"));
        }
        let write = format!("{list}.map({each}, {each}.{name})");
        let fault = fault.help(format!("that of each is `{write}`"));
        let certain = takes_list && EACH.first() == Some(&each) && !matches!(ty, Ty::Optional(_));
        fault.rewrite(if certain { self.text.changed(ast.start, ast.end, &write) } else { None })
    }

    /// Whether a list can stand where something is: as the whole of a value, or with a function of lists behind it.
    fn takes_list(&self, ast: &Ast, of: &Ty) -> bool {
        let rest = self.text.value.get(ast.end..).unwrap_or("");
        let number = matches!(of, Ty::Int | Ty::Decimal(_) | Ty::Duration);
        if rest.starts_with(".size()")
            || number && [".sum()", ".min()", ".max()"].iter().any(|it| rest.starts_with(it))
        {
            return true;
        }
        let whole = ast.start == 0 && rest.is_empty() && self.place == Place::Value;
        whole && self.target.is_none_or(|target| matches!(target.ty.present(), Ty::List(_)))
    }
}
