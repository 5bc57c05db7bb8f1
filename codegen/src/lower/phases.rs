//! In which phase a step stands: what reads only what was sent is `input`, what comes before the first effect
//! `rules`, and the rest `effects`.

use crate::expr::parts::{each_child, is_rows, row_of};
use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, Piece, Template, Ty, Typed};
use crate::model::Refusal;
use std::collections::BTreeSet;

/// Whether a rule reads only what was sent. `sent` are the names of values that do.
pub fn rule_is_sent(condition: &Typed, refusal: &Refusal, sent: &BTreeSet<String>) -> bool {
    is_sent(condition, sent)
        && template_is_sent(&refusal.message, sent)
        && template_is_sent(&refusal.fix, sent)
}

fn template_is_sent(template: &Template, sent: &BTreeSet<String>) -> bool {
    template.pieces.iter().all(|piece| match piece {
        Piece::Text(_) => true,
        Piece::Value(value) => is_sent(value, sent),
    })
}

/// Whether an expression reads only what was sent: inputs, `now`, ids and sizes of references.
pub fn is_sent(expr: &Typed, sent: &BTreeSet<String>) -> bool {
    match &expr.kind {
        Kind::Name(name) => sent.contains(name),
        Kind::Field(..) | Kind::Refer(..) | Kind::Collection(..) | Kind::Row => false,
        // Of a reference inside of an object that was sent, only the id was.
        Kind::Part(..) if row_of(&expr.ty).is_some() => false,
        // A reference was sent as its id: comparing it, taking its id, counting a list of them reads no row.
        Kind::Id(of) | Kind::Has(of) => is_sent_rows(of, sent),
        Kind::Binary(BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In, a, b) => {
            is_sent_rows(a, sent) && is_sent_rows(b, sent)
        }
        Kind::Call(Function::Size, args) => args.iter().all(|arg| is_sent_rows(arg, sent)),
        Kind::Macro(mac) if mac.kind != MacroKind::SortBy => {
            is_sent_rows(&mac.list, sent)
                && mac.filter.iter().all(|filter| is_sent(filter, sent))
                && is_sent(&mac.body, sent)
        }
        Kind::Var(_) => row_of(&expr.ty).is_none(),
        _ => children_are_sent(expr, sent),
    }
}

/// The same where rows are only compared or counted.
fn is_sent_rows(expr: &Typed, sent: &BTreeSet<String>) -> bool {
    let rows = row_of(&expr.ty).is_some() || is_rows(&expr.ty);
    match &expr.kind {
        Kind::Name(name) if rows => sent.contains(&reference(name)),
        Kind::Var(_) if rows => true,
        Kind::Index(list, at, _) if rows => is_sent_rows(list, sent) && is_sent(at, sent),
        Kind::Part(of, _) if rows => is_sent(of, sent),
        Kind::Lookup(map, key) if rows => is_sent(map, sent) && is_sent(key, sent),
        Kind::Proved(inner) | Kind::Widen(inner) if rows => is_sent_rows(inner, sent),
        Kind::Macro(mac) if rows && mac.kind == MacroKind::Filter => {
            is_sent_rows(&mac.list, sent) && is_sent(&mac.body, sent)
        }
        Kind::Macro(mac) if rows && mac.kind == MacroKind::Map => {
            is_sent_rows(&mac.list, sent)
                && mac.filter.iter().all(|filter| is_sent(filter, sent))
                && is_sent_rows(&mac.body, sent)
        }
        Kind::Call(Function::Distinct, args) if rows => args.iter().all(|arg| is_sent_rows(arg, sent)),
        _ if rows => false,
        _ => is_sent(expr, sent),
    }
}

/// How a reference among the arguments is marked in the set of names that were sent.
pub fn reference(name: &str) -> String {
    format!("&{name}")
}

fn children_are_sent(expr: &Typed, sent: &BTreeSet<String>) -> bool {
    if matches!(expr.ty, Ty::Row(_)) {
        return false;
    }
    let mut all = true;
    each_child(expr, &mut |child| all &= is_sent(child, sent));
    all
}
