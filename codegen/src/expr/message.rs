//! What a refusal says where the spec leaves it out: the condition in words, with its values.
//!
//! ```text
//! order.status == 'pending'     order.status is {order.status}, it must be 'pending'
//! balance >= price              balance is {balance}, it must be at least price, which is {price}
//! order.number < 9 (hidden)     this does not hold: order.number < 9
//! !has(current)                 there is already a loan
//! ```

use crate::expr::env::Env;
use crate::expr::parts::row_of;
use crate::expr::secret::hides;
use crate::expr::typed::{BinaryOp, Kind, Piece, ResourceId, Template, Ty, Typed};
use opwright_values::words::a;

/// The message for a condition that does not hold.
pub fn derive(condition: &Typed, env: &Env<'_>) -> Template {
    let shown = |expr: &Typed| is_plain(expr) && !hides(expr, env);
    let mut pieces = Vec::new();
    match &condition.kind {
        Kind::Binary(op, a, b) if comparison(*op).is_some() && shown(a) => {
            compared(&mut pieces, a, comparison(*op).unwrap_or(""), (b, shown(b)));
        }
        Kind::Has(path) => pieces.push(text(match found(path, env) {
            Some(resource) => format!("there is no {resource}"),
            None => format!("{} is absent", path.text),
        })),
        Kind::Not(inner) => match &inner.kind {
            Kind::Has(path) => pieces.push(text(match found(path, env) {
                Some(resource) => format!("there is already {}", a(&resource)),
                None => format!("{} must be absent", path.text),
            })),
            Kind::Binary(op, a, b) if opposite(*op).is_some() && shown(a) => {
                compared(&mut pieces, a, opposite(*op).unwrap_or(""), (b, shown(b)));
            }
            _ if shown(inner) => {
                pieces.push(text(format!("{} is true, it must be false", bare(&inner.text))));
            }
            _ => pieces.push(text(format!("this must not hold: {}", bare(&inner.text)))),
        },
        _ if shown(condition) => pieces.push(text(format!("{} must be true", condition.text))),
        _ => pieces.push(text(format!("this does not hold: {}", bare(&condition.text)))),
    }
    Template { pieces }
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

fn comparison(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Eq => "be",
        BinaryOp::Ne => "not be",
        BinaryOp::Lt => "be less than",
        BinaryOp::Le => "be at most",
        BinaryOp::Gt => "be more than",
        BinaryOp::Ge => "be at least",
        BinaryOp::In => "be one of",
        _ => return None,
    })
}

/// What has to be where the comparison must not hold.
fn opposite(op: BinaryOp) -> Option<&'static str> {
    match op {
        BinaryOp::Eq => comparison(BinaryOp::Ne),
        BinaryOp::Ne => comparison(BinaryOp::Eq),
        BinaryOp::Lt => comparison(BinaryOp::Ge),
        BinaryOp::Le => comparison(BinaryOp::Gt),
        BinaryOp::Gt => comparison(BinaryOp::Le),
        BinaryOp::Ge => comparison(BinaryOp::Lt),
        BinaryOp::In => Some("not be one of"),
        _ => None,
    }
}
