//! What functions give.

use crate::interpret::numbers::{fit, fit_as, rounded, scaled};
use crate::interpret::stop::{Stop, strange};
use opwright_codegen::expr::typed::{Function, Ty};
use opwright_values::value::Value;

/// The value of a function of values.
pub(crate) fn call(function: Function, args: &[Value], types: &[&Ty], ty: &Ty) -> Result<Value, Stop> {
    match (function, args) {
        (Function::Size, [Value::Text(text)]) => count(text.chars().count()),
        (Function::Size, [Value::List(items)]) => count(items.len()),
        (Function::Size, [Value::Map(entries)]) => count(entries.len()),
        (Function::Sum, [Value::List(items)]) => {
            let number = |item: &Value| if let Value::Int(int) = item { i128::from(*int) } else { 0 };
            fit_as(ty, items.iter().map(number).sum()).map(Value::Int)
        }
        (Function::Min, [Value::List(items)]) => items.iter().min().cloned().ok_or(Stop::Cannot),
        (Function::Max, [Value::List(items)]) => items.iter().max().cloned().ok_or(Stop::Cannot),
        (Function::Sort, [Value::List(items)]) => {
            let mut items = items.clone();
            items.sort();
            Ok(Value::List(items))
        }
        (Function::Distinct, [Value::List(items)]) => {
            let mut once: Vec<Value> = Vec::new();
            for item in items {
                if !once.contains(item) {
                    once.push(item.clone());
                }
            }
            Ok(Value::List(once))
        }
        (Function::Flatten, [Value::List(lists)]) => {
            let inside =
                |list: &Value| if let Value::List(items) = list { items.clone() } else { Vec::new() };
            Ok(Value::List(lists.iter().flat_map(inside).collect()))
        }
        (Function::Join, [Value::List(items), Value::Text(between)]) => {
            let text = |item: &Value| if let Value::Text(text) = item { text.clone() } else { String::new() };
            let texts: Vec<String> = items.iter().map(text).collect();
            Ok(Value::Text(opwright_values::text::nfc(&texts.join(between))))
        }
        (_, [Value::Text(text), Value::Text(part)]) => on_texts(function, text, part),
        (_, [Value::Text(text)]) => on_text(function, text),
        (_, [Value::Int(a)]) => on_number(function, *a, types, ty),
        (_, [Value::Int(a), Value::Int(b)]) => on_numbers(function, *a, *b, types, ty),
        _ => strange(format!("{function:?} of {args:?}")),
    }
}

fn count(count: usize) -> Result<Value, Stop> {
    i64::try_from(count).map(Value::Int).map_err(|_| Stop::Cannot)
}

fn on_texts(function: Function, text: &str, part: &str) -> Result<Value, Stop> {
    Ok(Value::Bool(match function {
        Function::Contains => text.contains(part),
        Function::StartsWith => text.starts_with(part),
        Function::EndsWith => text.ends_with(part),
        // The generator writes no other patterns than these.
        Function::Matches => match (part.strip_prefix('^'), part.strip_suffix('$')) {
            (Some(start), _) => text.starts_with(start),
            (_, Some(end)) => text.ends_with(end),
            _ => text.contains(part),
        },
        _ => return strange(format!("{function:?} of texts")),
    }))
}

fn on_text(function: Function, text: &str) -> Result<Value, Stop> {
    let lower = |c: char| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c };
    let upper = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c };
    let nfc = |text: String| opwright_values::text::nfc(&text);
    Ok(Value::Text(match function {
        Function::LowerAscii => nfc(text.chars().map(lower).collect()),
        Function::UpperAscii => nfc(text.chars().map(upper).collect()),
        Function::Trim => text.trim().to_owned(),
        _ => return strange(format!("{function:?} of a text")),
    }))
}

fn scale(ty: Option<&&Ty>) -> u32 {
    match ty.map(|ty| ty.present()) {
        Some(Ty::Decimal(scale)) => u32::from(*scale),
        _ => 0,
    }
}

const DAY: i64 = 86_400_000_000;

fn on_number(function: Function, a: i64, types: &[&Ty], ty: &Ty) -> Result<Value, Stop> {
    let (have, want) = (scale(types.first()), scale(Some(&ty)));
    let number = match function {
        Function::GetHours => a / 3_600_000_000,
        Function::GetMinutes => a / 60_000_000,
        Function::GetSeconds => a / 1_000_000,
        Function::MathAbs => fit_as(ty, i128::from(a).abs())?,
        Function::MathRound if want >= have => fit(scaled(a, want - have)?)?,
        Function::MathRound => rounded(i128::from(a), scaled(1, have - want)?)?,
        Function::DateOf => a.div_euclid(DAY),
        Function::TimestampOf => fit(i128::from(a) * i128::from(DAY))?,
        _ => return strange(format!("{function:?} of a number")),
    };
    Ok(Value::Int(number))
}

fn on_numbers(function: Function, a: i64, b: i64, types: &[&Ty], ty: &Ty) -> Result<Value, Stop> {
    let number = match function {
        Function::MathGreatest => a.max(b),
        Function::MathLeast => a.min(b),
        Function::MathDiv => {
            // a / 10^s over b / 10^t, at scale u: a * 10^(t + u) over b * 10^s.
            let (s, t, u) = (scale(types.first()), scale(types.get(1)), scale(Some(&ty)));
            rounded(scaled(a, t + u)?, scaled(b, s)?)?
        }
        _ => return strange(format!("{function:?} of numbers")),
    };
    Ok(Value::Int(number))
}
