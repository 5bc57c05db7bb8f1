//! What is secret is said nowhere: in no message, no answer and no event, and it is kept only where it stays secret.
//!
//! ```text
//! require: account.token == input.token     fine: whether they are alike is no secret
//! message: "not {account.token}"            E0603
//! let: t / be: account.token                from here on `t` is secret as well
//! returns: "!account.flagged"               E0603: what is true or false can be secret by itself
//! ```

use crate::expr::env::Env;
use crate::expr::parts::{each_child, is_rows, row_of, walk};
use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, ObjectTy, Ty, Typed};
use crate::report::{Diagnostic, Report};
use opwright_values::schema::{Field, Part};

/// The part of an expression that would tell a secret.
pub fn told<'e>(expr: &'e Typed, env: &Env<'_>) -> Option<&'e Typed> {
    told_by(expr, env, &mut Vec::new())
}

/// The same among macros, some of whose variables are elements of something secret.
fn told_by<'e>(expr: &'e Typed, env: &Env<'_>, secret: &mut Vec<&'e str>) -> Option<&'e Typed> {
    let is_secret = match &expr.kind {
        Kind::Field(of, field) | Kind::Refer(of, field) => {
            let resource = row_of(&of.ty).and_then(|row| env.schema.resources.get(row));
            resource.and_then(|it| it.fields.get(*field)).is_some_and(|field| field.secret)
        }
        Kind::Input(index) => env.inputs.get(*index).is_some_and(|field| field.secret),
        Kind::Name(name) => env.secrets.contains(name),
        Kind::Var(name) => secret.contains(&name.as_str()),
        _ => false,
    };
    if is_secret {
        return Some(expr);
    }
    match &expr.kind {
        // The row that a field is read from is not told.
        Kind::Field(..) | Kind::Refer(..) | Kind::Collection(..) => None,
        _ if compares(expr) => None,
        // Of all elements only that is told which is said of each.
        Kind::Macro(mac) if is_quantifier(mac.kind) => {
            let outside = secret.len();
            if told_by(&mac.list, env, secret).is_some() {
                secret.push(&mac.var);
            }
            let found = told_by(&mac.body, env, secret);
            secret.truncate(outside);
            found
        }
        _ => {
            let mut found = None;
            each_child(expr, &mut |part| found = found.or_else(|| told_by(part, env, secret)));
            found
        }
    }
}

/// Whether an expression only compares its parts: what comes out is true or false, and neither of them.
fn compares(expr: &Typed) -> bool {
    use BinaryOp::{Eq, Ge, Gt, In, InMap, Le, Lt, Ne};
    use Function::{Contains, EndsWith, Matches, StartsWith};
    match &expr.kind {
        Kind::Has(_) => true,
        Kind::Binary(op, ..) => matches!(op, Eq | Ne | Lt | Le | Gt | Ge | In | InMap),
        Kind::Call(function, _) => matches!(function, Contains | StartsWith | EndsWith | Matches),
        _ => false,
    }
}

fn is_quantifier(kind: MacroKind) -> bool {
    matches!(kind, MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne)
}

/// Whether an expression reads what is not for every reader: what is hidden, masked or secret.
pub fn keeps_back(expr: &Typed, env: &Env<'_>) -> bool {
    let masked = |part: &Typed| match &part.kind {
        Kind::Part(of, part) => is_part(of, |object| &object.pii, *part),
        Kind::Name(name) => env.secrets.contains(name),
        _ => false,
    };
    let mut found = hides(expr, env) || reads(expr, env, |field| field.pii || field.secret);
    walk(expr, &mut |part| found |= masked(part));
    found
}

/// Whether a part of an object is among those of a mark.
fn is_part(of: &Typed, mark: impl Fn(&ObjectTy) -> &Vec<bool>, part: usize) -> bool {
    matches!(of.ty.present(), Ty::Object(object) if mark(object).get(part).is_some_and(|it| *it))
}

/// Whether an expression reads what is hidden: that is told where a spec names it, and nowhere else.
pub fn hides(expr: &Typed, env: &Env<'_>) -> bool {
    let hidden = |part: &Typed| match &part.kind {
        Kind::Part(of, part) => is_part(of, |object| &object.hidden, *part),
        Kind::Name(name) => env.hidden.contains(name),
        _ => false,
    };
    let mut found = reads(expr, env, |field| field.hidden);
    walk(expr, &mut |part| found |= hidden(part));
    found
}

/// Whether what an expression gives comes from what is hidden. What only chooses a row does not: the row says what it says.
pub fn comes_by_hidden(expr: &Typed, env: &Env<'_>) -> bool {
    let is_row = |it: &Typed| row_of(it.ty.present()).is_some() || is_rows(&it.ty);
    match &expr.kind {
        _ if !is_row(expr) => hides(expr, env),
        Kind::Macro(mac) if matches!(mac.kind, MacroKind::Filter | MacroKind::SortBy) => {
            comes_by_hidden(&mac.list, env)
        }
        Kind::Macro(_) | Kind::Choose(..) | Kind::Call(..) | Kind::Index(..) | Kind::Lookup(..) => {
            let mut found = false;
            each_child(expr, &mut |part| found |= is_row(part) && comes_by_hidden(part, env));
            found
        }
        _ => hides(expr, env),
    }
}

/// Whether an expression reads such a field, or a collection that is in no shape.
fn reads(expr: &Typed, env: &Env<'_>, such: impl Fn(&Field) -> bool) -> bool {
    let resource = |of: &Typed| row_of(&of.ty).and_then(|row| env.schema.resources.get(row));
    let mut found = false;
    walk(expr, &mut |part| {
        found |= match &part.kind {
            Kind::Field(of, field) | Kind::Refer(of, field) => {
                resource(of).and_then(|it| it.fields.get(*field)).is_some_and(&such)
            }
            Kind::Id(of) => resource(of).and_then(|it| it.fields.get(it.id)).is_some_and(&such),
            Kind::Collection(of, index) => {
                resource(of).is_some_and(|it| !it.shape.contains(&Part::Collection(*index)))
            }
            Kind::Input(index) => env.inputs.get(*index).is_some_and(&such),
            _ => false,
        };
    });
    found
}

/// Reports an expression that would tell a secret; `where` it would be told.
pub fn refuse(expr: &Typed, told_where: &str, help: &str, env: &Env<'_>, report: &mut Report) -> bool {
    let Some(secret) = told(expr, env) else { return false };
    let fault = format!("`{}` is secret and {told_where}", secret.text);
    report.add(Diagnostic::new("E0603", secret.span, fault).help(help.to_owned()));
    true
}
