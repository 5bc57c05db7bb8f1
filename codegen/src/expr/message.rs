//! What a refusal says where the spec leaves it out: the condition in words, with its values.
//!
//! ```text
//! order.status == 'pending'     order.status is {order.status}, it must be 'pending'
//! balance >= price              balance is {balance}, it must be at least price, which is {price}
//! order.number < 9 (hidden)     this does not hold: order.number < 9
//! !has(current)                 there is already a loan
//! from != into                  from must not be into
//! ```

use crate::expr::env::Env;
use crate::expr::parts::row_of;
use crate::expr::secret::hides;
use crate::expr::typed::{BinaryOp, Kind, Piece, ResourceId, Template, Ty, Typed};
use opwright_values::words::a;

/// The message for a condition that does not hold.
pub fn derive(condition: &Typed, env: &Env<'_>) -> Template {
    let (asked, yes) = match &condition.kind {
        Kind::Not(inner) => (&**inner, false),
        _ => (condition, true),
    };
    let pieces = said(asked, yes, env).unwrap_or_else(|| {
        let not = if yes { "this does not hold" } else { "this must not hold" };
        vec![text(format!("{not}: {}", bare(&asked.text)))]
    });
    Template { pieces }
}

/// What is said of a condition that is not as it has to be; nothing, if its value cannot be shown.
fn said(asked: &Typed, yes: bool, env: &Env<'_>) -> Option<Vec<Piece>> {
    let whole = match &asked.kind {
        Kind::Binary(op, a, b) => return of_two(*op, yes, (a, b), env),
        Kind::Has(path) => match (found(path, env), yes) {
            (Some(resource), true) => format!("there is no {resource}"),
            (Some(resource), false) => format!("there is already {}", a(&resource)),
            (None, true) => format!("{} is absent", path.text),
            (None, false) => format!("{} must be absent", path.text),
        },
        _ if !is_shown(asked, env) => return None,
        _ if yes => format!("{} must be true", asked.text),
        _ => format!("{} is true, it must be false", bare(&asked.text)),
    };
    Some(vec![text(whole)])
}

/// Whether a value can be told as it stands.
fn is_shown(expr: &Typed, env: &Env<'_>) -> bool {
    is_plain(expr) && !hides(expr, env)
}

/// The message of a transition that begins elsewhere: `order.state of ord_1 is 'open'; ship needs 'paid'`. Of a state that
/// is hidden neither it is told nor where it would have to stand, of a hidden way to the row not where it leads.
pub fn of_state(
    row: &Typed,
    (id, field): (ResourceId, usize),
    from: &[String],
    name: &str,
    env: &Env<'_>,
) -> Template {
    let part = |kind: Kind, ty: Ty, key: &str| Typed::new(kind, ty, row.span, format!("{}.{key}", row.text));
    let row_id = part(Kind::Id(Box::new(row.clone())), Ty::Id(id), "id");
    let machine = env.schema.resources.get(id).and_then(|it| it.fields.get(field));
    let key = machine.map_or("", |it| it.name.as_str());
    let ty = machine.map_or(Ty::Text, |it| Ty::of(&it.ty, env.schema));
    let state = part(Kind::Field(Box::new(row.clone()), field), ty, key);
    let is_hidden = hides(&state, env);
    let mut pieces = vec![text(if is_hidden { row.text.clone() } else { state.text.clone() })];
    if !hides(&row_id, env) {
        pieces.push(text(if is_hidden { " " } else { " of " }));
        pieces.push(Piece::Value(row_id));
    }
    if is_hidden {
        pieces.push(text(format!(" is in no state for {name}")));
    } else {
        let states = from.iter().map(|state| format!("'{state}'")).collect::<Vec<_>>().join(" or ");
        pieces.push(text(" is "));
        value(&mut pieces, &state);
        pieces.push(text(format!("; {name} needs {states}")));
    }
    Template { pieces }
}

/// Of what a row is that a search has looked for: its name is for those who read the spec, and not for those who call.
/// That another row refers to none does not say that there is none.
fn found(path: &Typed, env: &Env<'_>) -> Option<String> {
    let Kind::Name(name) = &path.kind else { return None };
    let resource = env.schema.resources.get(row_of(path.ty.present())?)?;
    env.searched.contains(name).then(|| resource.name.replace('_', " "))
}

/// What a comparison says that does not hold, or must not; nothing, if its first value cannot be shown.
fn of_two(op: BinaryOp, yes: bool, (a, b): (&Typed, &Typed), env: &Env<'_>) -> Option<Vec<Piece>> {
    let must = must(op, yes, a)?;
    let mut pieces = Vec::new();
    if is_shown(a, env) {
        compared(&mut pieces, a, must, (b, is_shown(b, env)));
    } else if is_row(a) && is_row(b) && !hides(a, env) && !hides(b, env) {
        pieces.push(text(format!("{} must {must} {}", bare(&a.text), bare(&b.text))));
    } else {
        return None;
    }
    Some(pieces)
}

/// Whether this is a row of which it is known that it is there.
fn is_row(expr: &Typed) -> bool {
    row_of(&expr.ty).is_some()
}

/// `a is {a}, it must be b, which is {b}`
fn compared(pieces: &mut Vec<Piece>, a: &Typed, must: &str, (b, is_shown): (&Typed, bool)) {
    pieces.push(text(format!("{} is ", bare(&a.text))));
    value(pieces, a);
    pieces.push(text(format!(", it must {must} {}", bare(&b.text))));
    if is_shown && !is_literal(b) {
        pieces.push(text(", which is "));
        value(pieces, b);
    }
}

/// What is written, without the brackets around all of it.
fn bare(written: &str) -> &str {
    let inner = written.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.filter(|inner| !inner.contains(['(', ')'])).unwrap_or(written)
}

/// A value; texts in quotes, so that an empty one is seen.
fn value(pieces: &mut Vec<Piece>, of: &Typed) {
    let quotes = matches!(of.ty, Ty::Text | Ty::Enum(_));
    pieces.extend(quotes.then(|| text("'")));
    pieces.push(Piece::Value(of.clone()));
    pieces.extend(quotes.then(|| text("'")));
}

fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

/// Whether a value can be shown as it stands: a plain path or a literal, nothing that could fail.
fn is_plain(expr: &Typed) -> bool {
    if let Kind::Proved(inner) | Kind::Widen(inner) = &expr.kind {
        // What a comparison itself uses was proved before it.
        return !matches!(expr.ty, Ty::Optional(_)) && is_plain_inside(inner);
    }
    is_plain_inside(expr) && !matches!(expr.ty, Ty::Optional(_))
}

fn is_plain_inside(expr: &Typed) -> bool {
    let plain = !matches!(expr.ty.present(), Ty::Row(_) | Ty::Object(_) | Ty::List(_) | Ty::Map(_));
    plain
        && !crate::expr::fallible(expr, &crate::expr::Nothing)
        && matches!(
            expr.kind,
            Kind::Name(_)
                | Kind::Input(_)
                | Kind::Field(..)
                | Kind::Part(..)
                | Kind::Id(_)
                | Kind::Call(..)
                | Kind::Int(_)
                | Kind::Decimal(_)
                | Kind::Text(_)
                | Kind::Time(_)
                | Kind::Now
        )
}

fn is_literal(expr: &Typed) -> bool {
    match &expr.kind {
        Kind::Bool(_) | Kind::Int(_) | Kind::Decimal(_) | Kind::Text(_) | Kind::Time(_) => true,
        Kind::Widen(inner) => is_literal(inner),
        _ => false,
    }
}

/// What has to be of the first of two values, so that they compare like this, or do not.
fn must(op: BinaryOp, yes: bool, of: &Typed) -> Option<&'static str> {
    let [less, most, more, least] = if matches!(of.ty.present(), Ty::Timestamp | Ty::Date) {
        ["be earlier than", "not be later than", "be later than", "not be earlier than"]
    } else {
        ["be less than", "be at most", "be more than", "be at least"]
    };
    Some(match (op, yes) {
        (BinaryOp::Eq, true) | (BinaryOp::Ne, false) => "be",
        (BinaryOp::Ne, true) | (BinaryOp::Eq, false) => "not be",
        (BinaryOp::Lt, true) | (BinaryOp::Ge, false) => less,
        (BinaryOp::Le, true) | (BinaryOp::Gt, false) => most,
        (BinaryOp::Gt, true) | (BinaryOp::Le, false) => more,
        (BinaryOp::Ge, true) | (BinaryOp::Lt, false) => least,
        (BinaryOp::In, true) => "be one of",
        (BinaryOp::In, false) => "not be one of",
        _ => return None,
    })
}
