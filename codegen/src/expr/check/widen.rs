//! What becomes what without being asked: int to decimal, a decimal to a larger scale, an enum to text or to one
//! with more values, an id to text, something present to something optional. Nothing else.

use crate::expr::typed::{Kind, Ty, Typed};

/// Whether one type becomes another.
pub fn fits(from: &Ty, to: &Ty) -> bool {
    match (from, to) {
        _ if from == to => true,
        (Ty::Null, Ty::Optional(_)) => true,
        (Ty::Optional(from), Ty::Optional(to)) => fits(from, to),
        (from, Ty::Optional(to)) => fits(from, to),
        (Ty::Int, Ty::Decimal(_)) | (Ty::Enum(_) | Ty::Id(_), Ty::Text) => true,
        (Ty::Decimal(have), Ty::Decimal(want)) => have <= want,
        (Ty::Enum(from), Ty::Enum(to)) => from.iter().all(|value| to.contains(value)),
        (Ty::List(from), Ty::List(to)) => same_in_store(from, to),
        _ => false,
    }
}

/// Elements of lists are not converted one by one, so they widen only where nothing changes.
fn same_in_store(from: &Ty, to: &Ty) -> bool {
    from == to
        || (!matches!(from, Ty::Int | Ty::Decimal(_) | Ty::Optional(_))
            && !matches!(to, Ty::Optional(_))
            && fits(from, to))
}

/// Widens an expression; `None` if it does not fit.
pub fn widen(typed: Typed, to: &Ty) -> Option<Typed> {
    if typed.ty == *to {
        return Some(typed);
    }
    if !fits(&typed.ty, to) {
        return None;
    }
    let (span, text) = (typed.span, typed.text.clone());
    if typed.ty == Ty::Null {
        return Some(Typed { ty: to.clone(), ..typed });
    }
    // To a wider type first, then to one that may be absent: each is a node of its own.
    if let (Ty::Optional(inner), false) = (to, matches!(typed.ty, Ty::Optional(_)))
        && typed.ty != **inner
    {
        return widen(widen(typed, inner)?, to);
    }
    // A decimal literal of a smaller scale is simply written with more zeros.
    if let (Kind::Decimal(units), Ty::Decimal(have), Ty::Decimal(want)) = (&typed.kind, &typed.ty, to) {
        let units =
            10_i64.checked_pow(u32::from(want - have)).and_then(|factor| units.checked_mul(factor))?;
        return Some(Typed::new(Kind::Decimal(units), to.clone(), span, text));
    }
    if let (Kind::Int(int), Ty::Decimal(want)) = (&typed.kind, to) {
        let units = 10_i64.checked_pow(u32::from(*want)).and_then(|factor| int.checked_mul(factor))?;
        return Some(Typed::new(Kind::Decimal(units), to.clone(), span, text));
    }
    Some(Typed::new(Kind::Widen(Box::new(typed)), to.clone(), span, text))
}

/// The narrowest type that both become.
pub fn wider(a: &Ty, b: &Ty) -> Option<Ty> {
    match (a, b) {
        _ if fits(a, b) => Some(b.clone()),
        _ if fits(b, a) => Some(a.clone()),
        (Ty::Enum(_) | Ty::Id(_), Ty::Enum(_) | Ty::Id(_)) => Some(Ty::Text),
        _ => None,
    }
}
