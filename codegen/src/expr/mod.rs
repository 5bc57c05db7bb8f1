//! The expression language: a statically typed subset of CEL.
//!
//! ```text
//! text ──lexer──▶ tokens ──parser──▶ Ast ──check──▶ Typed ──▶ Rust, SQL, pictures
//!                                       ▲
//!                            Env: names, row, facts
//! ```

pub mod advice;
mod beforehand;
mod braces;
mod check;
pub mod env;
pub mod facts;
mod fallible;
pub mod lexer;
mod lists;
pub mod message;
pub mod parser;
pub mod parts;
mod pick;
pub mod range;
pub mod secret;
pub(crate) mod sent;
mod slips;
mod spell;
pub mod syntax;
pub mod template;
pub mod typed;
pub mod value;
pub mod where_;

pub(crate) use check::elsewhere::is_now;
pub(crate) use check::table::FUNCTIONS;
pub use check::widen;
pub use fallible::{Knows, Nothing, elements, fallible, range_of};
pub use lists::as_long_as;
pub use pick::check_pick;

use crate::report::{Diagnostic, Report};
use crate::yaml::Text;
use check::Checker;
use env::Env;
use parser::Place;
use typed::{Ty, Typed};

/// An expression of any type; it may be optional.
pub fn any(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    let ast = parser::parse(text, Place::Value, report)?;
    Checker::new(env, text, Place::Value, report).check(&ast, &env.facts, None)
}

/// An expression that is present.
pub fn present(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    let ast = parser::parse(text, Place::Value, report)?;
    Checker::new(env, text, Place::Value, report).value(&ast, &env.facts, None)
}

/// A condition.
pub fn condition(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    let ast = parser::parse(text, Place::Condition, report)?;
    Checker::new(env, text, Place::Condition, report).bool(&ast, &env.facts)
}

/// The condition of a `where`, over `row`.
pub fn filter(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    let condition = condition(text, env, report)?;
    let before = report.len();
    where_::check(&condition, text, env, report);
    where_::warn(&condition, env, report);
    (!report.failed_since(before)).then_some(condition)
}

/// A row that can be written: a name or a path.
pub fn target(text: &Text, env: &Env<'_>, report: &mut Report) -> Option<Typed> {
    let ast = parser::parse(text, Place::Condition, report)?;
    let typed = Checker::new(env, text, Place::Condition, report).value(&ast, &env.facts, None)?;
    if !matches!(typed.ty, Ty::Row(_)) {
        let words = typed.ty.words(env.schema);
        let fault = Diagnostic::new("E0407", typed.span, format!("this is {words}, not a row"));
        let rows = matches!(&typed.ty, Ty::List(of) if matches!(**of, Ty::Row(_)));
        report.add(if rows {
            fault.help(format!("take one after another: a step `each: {}` with `as` and `do`", typed.text))
        } else {
            fault.help("write the name of a row")
        });
        return None;
    }
    let is_path = |typed: &Typed| facts::path(typed, env.schema).is_some();
    if !is_path(&typed) {
        report.add(
            Diagnostic::new("E0407", typed.span, "only a named row can be written")
                .help(format!("name it first: `- let: line` / `be: {}`", typed.text)),
        );
        return None;
    }
    Some(typed)
}
