//! Whether a value is within the bounds of its type: the same check for what is sent, written, and verified.
//!
//! ```
//! use opwright_values::{check::check, schema::Type, value::Value};
//! let percent = Type::Int { min: 0, max: 100 };
//! let wrong = check(&percent, &Value::Int(101));
//! assert!(wrong.is_err_and(|wrong| wrong.to_string() == "must be a whole number, from 0 to 100"));
//! ```

use crate::schema::{Field, Type};
use crate::text;
use crate::value::Value;
use crate::words::expected;
use regex::Regex;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// A value is not one of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What kind of fault, see [`Fault::code`](crate::fault::Fault::code).
    pub code: &'static str,
    /// What is wrong, in words that follow the name of a field: `must be 0.00 to 99.00`.
    pub reason: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// Checks a value that is present, with all that is in it.
pub fn check(ty: &Type, value: &Value) -> Result<(), Wrong> {
    check_itself(ty, value)?;
    match (ty, value) {
        (Type::List { of, .. }, Value::List(items)) => items.iter().try_for_each(|item| check(of, item)),
        (Type::Map { of, .. }, Value::Map(entries)) => {
            entries.values().try_for_each(|value| check(of, value))
        }
        (Type::Object { fields, .. }, Value::Object(values)) => {
            fields.iter().zip(values).try_for_each(|(field, value)| match value {
                Value::Null => ok_if(field.optional, &field.ty, "missing"),
                value => check(&field.ty, value),
            })
        }
        _ => Ok(()),
    }
}

/// The same without what is in it, for who has checked that already.
pub(crate) fn check_itself(ty: &Type, value: &Value) -> Result<(), Wrong> {
    match (ty, value) {
        (Type::Bool, Value::Bool(_)) => Ok(()),
        (
            Type::Int { .. }
            | Type::Decimal { .. }
            | Type::Date { .. }
            | Type::Timestamp { .. }
            | Type::Duration { .. },
            Value::Int(_),
        ) => ok_if(is_bounded(ty, value), ty, "out_of_range"),
        (_, Value::Text(text)) => check_text(ty, text),
        (Type::List { min, max, distinct, .. }, Value::List(items)) => {
            ok_if(within(items.len(), *min, *max), ty, "wrong_size")?;
            ok_if(!distinct || are_distinct(items), ty, "not_distinct")
        }
        (Type::Map { min, max, .. }, Value::Map(entries)) => {
            ok_if(within(entries.len(), *min, *max), ty, "wrong_size")?;
            if entries.keys().any(|key| text::control(key, false).is_some() || key.chars().count() > 255) {
                let reason = "must have keys of at most 255 characters without control characters".to_owned();
                return Err(Wrong { code: "wrong_format", reason });
            }
            Ok(())
        }
        (Type::Object { fields, .. }, Value::Object(values)) => {
            ok_if(fields.len() == values.len(), ty, "wrong_type")
        }
        _ => ok_if(false, ty, "wrong_type"),
    }
}

/// Whether a value that is present is within the bounds of its type, on which what is computed with it rests. How a text
/// is written is not asked: this is asked of each row that is read.
pub fn is_bounded(ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (
            Type::Int { min, max }
            | Type::Decimal { min, max, .. }
            | Type::Date { min, max }
            | Type::Timestamp { min, max }
            | Type::Duration { min, max },
            Value::Int(value),
        ) => value >= min && value <= max,
        (Type::Enum { values }, Value::Text(text)) => values.iter().any(|one| one == text),
        (Type::Text { min, max, .. }, Value::Text(text)) => is_as_long(text, *min, *max),
        (Type::Email { max } | Type::Url { max }, Value::Text(text)) => is_as_long(text, 0, *max),
        (Type::List { of, min, max, distinct }, Value::List(items)) => {
            let sound = within(items.len(), *min, *max) && items.iter().all(|item| is_bounded(of, item));
            sound && (!distinct || are_distinct(items))
        }
        (Type::Map { of, min, max }, Value::Map(entries)) => {
            within(entries.len(), *min, *max) && entries.values().all(|value| is_bounded(of, value))
        }
        (Type::Object { fields, .. }, Value::Object(values)) => {
            let part = |(field, value): (&Field, &Value)| match value {
                Value::Null => field.optional,
                value => is_bounded(&field.ty, value),
            };
            fields.len() == values.len() && fields.iter().zip(values).all(part)
        }
        _ => true,
    }
}

fn are_distinct(items: &[Value]) -> bool {
    let mut sorted: Vec<&Value> = items.iter().collect();
    sorted.sort();
    !sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

/// Characters are counted only where the bytes, of which each has one to four, do not say it.
fn is_as_long(text: &str, min: u32, max: u32) -> bool {
    within(text.len().div_ceil(4), min, u32::MAX) && within(text.len(), 0, max)
        || within(text.chars().count(), min, max)
}

fn check_text(ty: &Type, value: &str) -> Result<(), Wrong> {
    let not_kept = |reason: &str| Err(Wrong { code: "wrong_format", reason: reason.to_owned() });
    match ty {
        Type::Id { pattern, .. } => {
            ok_if(crate::id::is_id(value), ty, "wrong_format")?;
            matches(pattern.as_deref(), value, ty)
        }
        Type::Text { lines, .. } if text::control(value, *lines).is_some() => {
            not_kept("must not hold control characters")
        }
        Type::Text { .. } if !text::in_nfc(value) => not_kept("must be in Unicode normalization form C"),
        Type::Text { min, max, pattern, .. } => {
            length(value, *min, *max, ty)?;
            matches(pattern.as_deref(), value, ty)
        }
        // Kept in lower case, so that equal addresses are equal texts.
        Type::Email { .. } if text::email(value).is_none_or(|email| email != value) => {
            not_kept("must be an email address in lower case")
        }
        Type::Url { .. } if !text::is_url(value) || !text::in_nfc(value) => ok_if(false, ty, "wrong_format"),
        Type::Email { max } | Type::Url { max } => length(value, 1, *max, ty),
        Type::Enum { values } => ok_if(values.iter().any(|one| one == value), ty, "not_allowed"),
        _ => ok_if(false, ty, "wrong_type"),
    }
}

fn ok_if(holds: bool, ty: &Type, code: &'static str) -> Result<(), Wrong> {
    if holds { Ok(()) } else { Err(Wrong { code, reason: format!("must be {}", expected(ty)) }) }
}

fn within(count: usize, min: u32, max: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| count >= min && count <= max)
}

fn length(text: &str, min: u32, max: u32, ty: &Type) -> Result<(), Wrong> {
    ok_if(within(text.chars().count(), min, max), ty, "wrong_length")
}

fn matches(pattern: Option<&str>, text: &str, ty: &Type) -> Result<(), Wrong> {
    let Some(pattern) = pattern else { return Ok(()) };
    thread_local! {
        // Patterns come from the spec, so there are few; each thread compiles each once.
        static COMPILED: RefCell<BTreeMap<String, Option<Regex>>> = const { RefCell::new(BTreeMap::new()) };
    }
    let matched = COMPILED.with_borrow_mut(|compiled| {
        if !compiled.contains_key(pattern) {
            compiled.insert(pattern.to_owned(), text::whole(pattern).ok());
        }
        compiled.get(pattern).and_then(Option::as_ref).is_some_and(|regex| regex.is_match(text))
    });
    ok_if(matched, ty, "wrong_format")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_must_be_what_would_be_read() {
        let text = |min, max, pattern: Option<&str>| Type::Text {
            min,
            max,
            pattern: pattern.map(str::to_owned),
            lines: false,
        };
        let of = |text: &str| Value::Text(text.to_owned());
        let list = Type::List { of: Box::new(Type::Bool), min: 1, max: 2, distinct: true };
        let (yes, no) = (Value::Bool(true), Value::Bool(false));
        let email = Type::Email { max: 12 };
        for (ty, value, code) in [
            (text(1, 3, None), of("née"), ""),
            (text(1, 3, None), of("ne\u{301}e"), "wrong_format"),
            (text(1, 3, None), of(""), "wrong_length"),
            (text(1, 3, None), of("a\tb"), "wrong_format"),
            (text(0, 9, Some("[0-9]+")), of("12"), ""),
            (text(0, 9, Some("[0-9]+")), of("12 "), "wrong_format"),
            (email.clone(), of("a@b.co"), ""),
            (email.clone(), of("A@b.co"), "wrong_format"),
            (email, of("abcdefgh@b.co"), "wrong_length"),
            (Type::Url { max: 30 }, of("https://a.b/c"), ""),
            (Type::Url { max: 30 }, of("a.b"), "wrong_format"),
            (Type::Enum { values: vec!["x".to_owned()] }, of("y"), "not_allowed"),
            (Type::Int { min: 0, max: 9 }, Value::Int(10), "out_of_range"),
            (Type::Int { min: 0, max: 9 }, of("1"), "wrong_type"),
            (list.clone(), Value::List(vec![yes.clone(), no.clone()]), ""),
            (list.clone(), Value::List(vec![yes.clone(), yes.clone()]), "not_distinct"),
            (list.clone(), Value::List(vec![]), "wrong_size"),
            (list, Value::List(vec![yes, no, Value::Null]), "wrong_size"),
        ] {
            let found = check(&ty, &value).err().map_or("", |wrong| wrong.code);
            assert_eq!(found, code, "{value:?}");
        }
    }

    #[test]
    fn of_what_is_read_bounds_are_asked_and_patterns_are_not() {
        let pattern = Some("[a-z]+".to_owned());
        let word = Type::Text { min: 1, max: 3, pattern, lines: false };
        let list = |distinct| Type::List { of: Box::new(word.clone()), min: 0, max: 3, distinct };
        let of =
            |texts: &[&str]| Value::List(texts.iter().map(|text| Value::Text((*text).to_owned())).collect());
        for (texts, any, distinct) in [
            (&["a", "b"][..], true, true),
            (&["A1", "e\u{301}"], true, true),
            (&["a", "a"], true, false),
            (&["a", "long"], false, false),
            (&["a", ""], false, false),
        ] {
            let found = (is_bounded(&list(false), &of(texts)), is_bounded(&list(true), &of(texts)));
            assert_eq!(found, (any, distinct), "{texts:?}");
        }
    }
}
