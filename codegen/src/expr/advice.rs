//! What to do about a condition that does not hold, where the spec leaves it out: how to choose what was sent.
//!
//! ```text
//! ticket.status == 'open'             choose `ticket` so that its status is 'open'
//! input.amount <= account.balance     choose `amount` so that it is at most account.balance, or another `account`
//! lines.all(l, l.price > 0)           choose another `order`
//! ```

use crate::expr::env::Env;
use crate::expr::parts::walk;
use crate::expr::secret::told;
use crate::expr::typed::{BinaryOp, Kind, Piece, Template, Typed};

/// The advice for a condition; `next` are operations that may help.
pub fn derive(condition: &Typed, next: &[String], env: &Env<'_>) -> Template {
    let arguments = arguments(condition, env);
    let advice = match chosen(condition, env) {
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
        (None, None) => of_no_argument(condition, env),
    };
    Template { pieces: vec![Piece::Text(fix)] }
}

/// What to do where no argument is read: what was sent may have led to what is.
fn of_no_argument(condition: &Typed, env: &Env<'_>) -> String {
    let mut names: Vec<&String> = Vec::new();
    walk(condition, &mut |part| {
        if let Kind::Name(name) = &part.kind
            && !names.contains(&name)
        {
            names.push(name);
        }
    });
    if env.row.is_some() {
        "change the arguments so that what is written keeps this rule, or ask a person".to_owned()
    } else if names.is_empty() || (env.inputs.is_empty() && env.references.is_empty()) {
        "ask a person".to_owned()
    } else {
        format!("look at the arguments that lead to {}, or ask a person", either(&names))
    }
}

/// `a`, `b` or `c`
fn either(names: &[&String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

/// The argument that makes a condition hold, and how it is chosen; conditions that would be too long in words have none.
fn chosen(condition: &Typed, env: &Env<'_>) -> Option<(String, String)> {
    match &condition.kind {
        Kind::Not(inner) => holds(inner, false, env),
        _ => holds(condition, true, env),
    }
}

/// The same for a condition that has to be true, or false.
fn holds(condition: &Typed, yes: bool, env: &Env<'_>) -> Option<(String, String)> {
    match &condition.kind {
        Kind::Binary(op, a, b) => {
            if told(a, env).or_else(|| told(b, env)).is_some() {
                return None;
            }
            let (there, back) = words(*op, yes)?;
            let (a_of, b_of) = (Subject::of(a, env), Subject::of(b, env));
            // What was sent itself is chosen more easily than a row that fits.
            let turned =
                !a_of.as_ref().is_some_and(Subject::is_sent) && b_of.as_ref().is_some_and(Subject::is_sent);
            match (a_of, b_of, back) {
                (_, Some(b), Some(back)) if turned => b.so_that(back, a, env),
                (Some(a), ..) => a.so_that(there, b, env),
                (None, Some(b), Some(back)) => b.so_that(back, a, env),
                _ => None,
            }
        }
        Kind::Has(path) => {
            let subject = Subject::of(path, env)?;
            if subject.is_sent() {
                let what = if yes { "send" } else { "leave out" };
                return Some((subject.argument.clone(), format!("{what} `{}`", subject.argument)));
            }
            Some(subject.that(if yes { "is present" } else { "is absent" }))
        }
        Kind::Field(..) | Kind::Input(_) | Kind::Part(..) | Kind::Proved(_) => {
            Some(Subject::of(condition, env)?.that(if yes { "is true" } else { "is false" }))
        }
        _ => None,
    }
}

/// What an argument is, or what its row has: `order_id` and `customer.status`.
struct Subject {
    /// Its key on the wire.
    argument: String,
    /// What of it; empty: itself.
    what: String,
}

impl Subject {
    /// The one argument that an expression reads, if it is a plain path from there.
    fn of(expr: &Typed, env: &Env<'_>) -> Option<Self> {
        let mut roots = Vec::new();
        walk(expr, &mut |part| match &part.kind {
            Kind::Input(_) | Kind::Name(_) => roots.push((argument(part, env), part.text.clone())),
            Kind::Row | Kind::Var(_) | Kind::Binary(..) | Kind::Choose(..) => {
                roots.push((None, String::new()))
            }
            _ => {}
        });
        let [(Some(argument), root)] = roots.as_slice() else { return None };
        let what = expr.text.strip_prefix(root.as_str())?;
        let plain = what.is_empty() || what.starts_with('.');
        let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '(' | ')');
        (plain && what.chars().all(is_path))
            .then(|| Self { argument: argument.clone(), what: what.trim_start_matches('.').to_owned() })
    }

    fn is_sent(&self) -> bool {
        self.what.is_empty()
    }

    /// What it has to be compared with another value, if that can be said in a line.
    fn so_that(&self, must: &str, other: &Typed, env: &Env<'_>) -> Option<(String, String)> {
        let text = match Subject::of(other, env) {
            Some(sent) if sent.is_sent() => format!("`{}`", sent.argument),
            _ => other.text.clone(),
        };
        let mut is_plain = true;
        walk(other, &mut |part| is_plain &= !matches!(part.kind, Kind::Var(_) | Kind::Choose(..)));
        // Braces would be taken for a value that is filled in.
        (is_plain && !text.contains(['{', '}'])).then(|| self.that(&format!("{must} {text}")))
    }

    fn that(&self, must: &str) -> (String, String) {
        let Self { argument, what } = self;
        let it = if what.is_empty() { "it".to_owned() } else { format!("its {what}") };
        (argument.clone(), format!("choose `{argument}` so that {it} {must}"))
    }
}

/// What the left operand has to be, and what the right one, where that can be said.
fn words(op: BinaryOp, yes: bool) -> Option<(&'static str, Option<&'static str>)> {
    let (less, most) = ("is less than", "is at most");
    let (more, least) = ("is more than", "is at least");
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

/// The arguments that a condition reads, by their names on the wire.
fn arguments(condition: &Typed, env: &Env<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    walk(condition, &mut |part| {
        if let Some(key) = argument(part, env)
            && !found.contains(&key)
        {
            found.push(key);
        }
    });
    found
}

/// The argument that a part of a condition is, or is the row of.
fn argument(part: &Typed, env: &Env<'_>) -> Option<String> {
    match &part.kind {
        Kind::Input(index) => env.inputs.get(*index).map(|field| field.key.clone()),
        Kind::Name(name) => env.references.iter().find(|(_, row)| row == name).map(|(key, _)| key.clone()),
        _ => None,
    }
}
