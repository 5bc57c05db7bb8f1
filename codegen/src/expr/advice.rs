//! What to do about a condition that does not hold, where the spec leaves it out: how to choose what was sent.
//!
//! ```text
//! ticket.status == 'open'             choose `ticket` so that its status is 'open'
//! input.amount <= account.balance     choose `amount` so that it is at most the balance of `account`, or send another `account`
//! input.at > now                      choose `at` so that it is later than now
//! lines.all(l, l.price > 0)           choose another `order`
//! has(input.a) || has(input.b)        send `a` or `b`
//! customer.risk < 70                  choose another `customer`, if `risk` is hidden or sensitive
//! ```

use crate::expr::env::Env;
use crate::expr::secret::keeps_back;
use crate::expr::sent::{Subject, arguments, bare};
use crate::expr::typed::{BinaryOp, Kind, Piece, Template, Ty, Typed};

/// The longest value, or list of values, that an advice names.
const LONGEST: usize = 60;

/// The advice for a condition. It names no operation: whoever may call those of `next` finds them there, and nobody else
/// hears of them.
pub fn derive(condition: &Typed, next: &[String], env: &Env<'_>) -> Template {
    let fix = match of_arguments(condition, env) {
        Some(advice) => advice,
        None if env.row.is_some() => OF_A_RULE.to_owned(),
        None if next.is_empty() => "ask a person".to_owned(),
        None => "do first what helps, or ask a person".to_owned(),
    };
    Template { pieces: vec![Piece::Text(fix)] }
}

/// A rule of a resource is told by every operation that writes it, those without arguments too.
const OF_A_RULE: &str =
    "if the arguments decide what is written, choose them so that it keeps this rule; else ask a person";

/// The advice for a condition that rests on arguments.
fn of_arguments(condition: &Typed, env: &Env<'_>) -> Option<String> {
    if let Some(sent) = Presence::of(condition, true, env) {
        return Some(sent.advice());
    }
    let arguments = arguments(condition, env);
    let Some((argument, so_that)) = holds(condition, true, env) else {
        let all: Vec<&String> = arguments.iter().collect();
        return (!all.is_empty()).then(|| format!("choose another {}", either(&all)));
    };
    let others: Vec<&String> = arguments.iter().filter(|it| **it != argument).collect();
    Some(if others.is_empty() { so_that } else { format!("{so_that}, or send another {}", either(&others)) })
}

/// Arguments of which all, or one, have to be sent, or left out: what is absent cannot be another one.
struct Presence {
    send: bool,
    /// Whether one is enough; of a single one that is the same.
    any: Option<bool>,
    arguments: Vec<String>,
}

impl Presence {
    /// Those that make a condition true, or false, if it asks for nothing else.
    fn of(condition: &Typed, yes: bool, env: &Env<'_>) -> Option<Self> {
        match &condition.kind {
            Kind::Not(inner) => Self::of(inner, !yes, env),
            Kind::Has(path) => {
                let sent = Subject::of(path, env).filter(Subject::is_sent)?;
                Some(Self { send: yes, any: None, arguments: vec![sent.argument] })
            }
            Kind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
                let any = (*op == BinaryOp::Or) == yes;
                let (a, b) = (Self::of(a, yes, env)?, Self::of(b, yes, env)?);
                let alike = |it: &Self| it.any.is_none_or(|its| its == any);
                (a.send == b.send && alike(&a) && alike(&b)).then(|| Self {
                    any: Some(any),
                    arguments: a.arguments.into_iter().chain(b.arguments).collect(),
                    ..a
                })
            }
            _ => None,
        }
    }

    fn advice(&self) -> String {
        let what = if self.send { "send" } else { "leave out" };
        let joined = if self.any == Some(false) { " and " } else { " or " };
        format!("{what} {}", quoted(self.arguments.iter(), joined))
    }
}

/// `a` or `b` or `c`
fn either(names: &[&String]) -> String {
    quoted(names.iter().copied(), " or ")
}

fn quoted<'n>(names: impl Iterator<Item = &'n String>, joined: &str) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(joined)
}

/// The argument that makes a condition true, or false, and how it is chosen; what is too long in words, or not for all to
/// know, has none. A message that somebody wrote may keep the condition back, so nothing is said of it here that a reader
/// of the rows cannot see.
fn holds(condition: &Typed, yes: bool, env: &Env<'_>) -> Option<(String, String)> {
    match &condition.kind {
        Kind::Not(inner) => holds(inner, !yes, env),
        Kind::Has(path) => {
            let subject = Subject::of(path, env)?;
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
            let named = named(other, env)?;
            // "one of `ids`" would be the list itself.
            let is_sent = || Subject::of(other, env).is_some_and(|it| it.is_sent());
            let those = if *op == BinaryOp::In && is_sent() { "those in " } else { "" };
            Some(so_that(subject, &format!("{must} {those}{named}")))
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
