//! What is secret is said nowhere: in no message, no answer and no event, and it is kept only where it stays secret.
//!
//! ```text
//! require: account.token == input.token     fine: whether they are alike is no secret
//! message: "not {account.token}"            E0603
//! let: t / be: account.token                from here on `t` is secret as well
//! ```

use crate::expr::env::Env;
use crate::expr::parts::{each_child, row_of};
use crate::expr::typed::{Kind, Ty, Typed};
use crate::report::{Diagnostic, Report};

/// The part of an expression that would tell a secret.
pub fn told<'e>(expr: &'e Typed, env: &Env<'_>) -> Option<&'e Typed> {
    // What is true or false is compared with a secret, and is none.
    if *expr.ty.present() == Ty::Bool
        && !matches!(expr.kind, Kind::Field(..) | Kind::Input(_) | Kind::Name(_))
    {
        return None;
    }
    let is_secret = match &expr.kind {
        Kind::Field(of, field) | Kind::Refer(of, field) => {
            let resource = row_of(&of.ty).and_then(|row| env.schema.resources.get(row));
            resource.and_then(|it| it.fields.get(*field)).is_some_and(|field| field.secret)
        }
        Kind::Input(index) => env.inputs.get(*index).is_some_and(|field| field.secret),
        Kind::Name(name) => env.secrets.contains(name),
        _ => false,
    };
    if is_secret {
        return Some(expr);
    }
    match &expr.kind {
        // The row that a field is read from is not told.
        Kind::Field(..) | Kind::Refer(..) | Kind::Collection(..) => None,
        Kind::Choose(_, a, b) => told(a, env).or_else(|| told(b, env)),
        _ => {
            let mut found = None;
            each_child(expr, &mut |part| found = found.or_else(|| told(part, env)));
            found
        }
    }
}

/// Reports an expression that would tell a secret; `where` it would be told.
pub fn refuse(expr: &Typed, told_where: &str, help: &str, env: &Env<'_>, report: &mut Report) -> bool {
    let Some(secret) = told(expr, env) else { return false };
    let fault = format!("`{}` is secret and {told_where}", secret.text);
    report.add(Diagnostic::new("E0603", secret.span, fault).help(help.to_owned()));
    true
}
