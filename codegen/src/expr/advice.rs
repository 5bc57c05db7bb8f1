//! What to do about a condition that does not hold, where the spec leaves it out: how to choose what was sent.
//!
//! ```text
//! ticket.status == 'open'             choose `ticket` so that its status is 'open'
//! input.amount <= account.balance     choose `amount` so that it is at most the balance of `account`, or another `account`
//! input.at > now                      choose `at` so that it is later than now
//! lines.all(l, l.price > 0)           choose another `order`
//! customer.risk < 70                  choose another `customer`, if `risk` is hidden or sensitive
//! ```

use crate::expr::env::Env;
use crate::expr::secret::keeps_back;
use crate::expr::sent::{Subject, arguments, bare};
use crate::expr::typed::{BinaryOp, Kind, Piece, Template, Ty, Typed};

/// The longest value, or list of values, that an advice names.
const LONGEST: usize = 60;

/// The advice for a condition; `next` are operations that may help.
pub fn derive(condition: &Typed, next: &[String], env: &Env<'_>) -> Template {
    let arguments = arguments(condition, env);
    let advice = match holds(condition, true, env) {
        Some((argument, so_that)) => {
            let others: Vec<&String> = arguments.iter().filter(|it| **it != argument).collect();
            Some(if others.is_empty() {
                so_that
            } else {
                format!("{so_that}, or another {}", either(&others))
            })
        }
        None if arguments.is_empty() => None,
        None => Some(format!("choose another {}", either(&arguments.iter().collect::<Vec<_>>()))),
    };
    let call = (!next.is_empty()).then(|| format!("call {} first", next.join(" or ")));
    let fix = match (advice, call) {
        (Some(advice), Some(call)) => format!("{advice}, or {call}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) if env.row.is_some() => {
            "change the arguments so that what is written keeps this rule, or ask a person".to_owned()
        }
        (None, None) => "ask a person".to_owned(),
    };
    Template { pieces: vec![Piece::Text(fix)] }
}

/// `a`, `b` or `c`
fn either(names: &[&String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

/// The argument that makes a condition true, or false, and how it is chosen; what is too long in words, or not for all to
/// know, has none. A message that somebody wrote may keep the condition back, so nothing is said of it here that a reader
/// of the rows cannot see.
fn holds(condition: &Typed, yes: bool, env: &Env<'_>) -> Option<(String, String)> {
    match &condition.kind {
        Kind::Not(inner) => holds(inner, !yes, env),
        Kind::Has(path) => {
            let subject = Subject::of(path, env)?;
            if subject.is_sent() {
                let what = if yes { "send" } else { "leave out" };
                return Some((subject.argument.clone(), format!("{what} `{}`", subject.argument)));
            }
            (!keeps_back(path, env)).then(|| so_that(subject, if yes { "is present" } else { "is absent" }))
        }
        _ if keeps_back(condition, env) => None,
        Kind::Binary(op, a, b) => {
            let is_time = matches!(a.ty.present(), Ty::Timestamp | Ty::Date);
            let (there, back) = words(*op, yes, is_time)?;
            let (a_of, b_of) = (Subject::of(a, env), Subject::of(b, env));
            // What was sent itself is chosen more easily than a row that fits.
            let turned =
                !a_of.as_ref().is_some_and(Subject::is_sent) && b_of.as_ref().is_some_and(Subject::is_sent);
            let (subject, must, other) = match (a_of, b_of, back) {
                (_, Some(b), Some(back)) if turned => (b, back, a),
                (Some(a), ..) => (a, there, b),
                (None, Some(b), Some(back)) => (b, back, a),
                _ => return None,
            };
            Some(so_that(subject, &format!("{must} {}", named(other, env)?)))
        }
        _ => Some(so_that(Subject::of(condition, env)?, if yes { "is true" } else { "is false" })),
    }
}

fn so_that(subject: Subject, must: &str) -> (String, String) {
    let advice = format!("choose `{}` so that {} {must}", subject.argument, subject.it());
    (subject.argument, advice)
}

/// A value that something is compared with, as a caller knows it, if that is short.
fn named(other: &Typed, env: &Env<'_>) -> Option<String> {
    let other = bare(other);
    let text = match &other.kind {
        Kind::List(items) if !items.is_empty() => {
            items.iter().map(|item| operand(item, env)).collect::<Option<Vec<_>>>()?.join(", ")
        }
        Kind::Binary(op, a, b) => {
            let sign = match op {
                BinaryOp::Add => "+",
                BinaryOp::Sub => "-",
                BinaryOp::Mul => "*",
                _ => return None,
            };
            format!("{} {sign} {}", operand(a, env)?, operand(b, env)?)
        }
        _ => match Subject::of(other, env) {
            Some(subject) => subject.named(),
            None => operand(other, env)?,
        },
    };
    (text.chars().count() <= LONGEST).then_some(text)
}

/// What was sent, what is written out, or `now`.
fn operand(expr: &Typed, env: &Env<'_>) -> Option<String> {
    let expr = bare(expr);
    match &expr.kind {
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Int(_) | Kind::Decimal(_) => Some(expr.text.trim_matches(['(', ')']).to_owned()),
        // Braces would be taken for a value that is filled in.
        Kind::Text(value) => {
            let plain = !value.contains(['\'', '{', '}']) && !value.contains(char::is_control);
            plain.then(|| format!("'{value}'"))
        }
        // `duration('7d')`: what stands in the quotes.
        Kind::Time(_) => expr.text.split(['\'', '"']).nth(1).map(str::to_owned),
        Kind::Now => Some("now".to_owned()),
        _ => Subject::of(expr, env).filter(Subject::is_sent).map(|sent| sent.named()),
    }
}

/// What the left operand has to be, and what the right one, where that can be said.
fn words(op: BinaryOp, yes: bool, is_time: bool) -> Option<(&'static str, Option<&'static str>)> {
    let [less, most, more, least] = if is_time {
        ["is earlier than", "is not later than", "is later than", "is not earlier than"]
    } else {
        ["is less than", "is at most", "is more than", "is at least"]
    };
    Some(match (op, yes) {
        (BinaryOp::Eq, true) | (BinaryOp::Ne, false) => ("is", Some("is")),
        (BinaryOp::Ne, true) | (BinaryOp::Eq, false) => ("is not", Some("is not")),
        (BinaryOp::Lt, true) | (BinaryOp::Ge, false) => (less, Some(more)),
        (BinaryOp::Le, true) | (BinaryOp::Gt, false) => (most, Some(least)),
        (BinaryOp::Gt, true) | (BinaryOp::Le, false) => (more, Some(less)),
        (BinaryOp::Ge, true) | (BinaryOp::Lt, false) => (least, Some(most)),
        (BinaryOp::In, true) => ("is one of", None),
        (BinaryOp::In, false) => ("is not one of", None),
        _ => return None,
    })
}
