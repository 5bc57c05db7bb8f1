//! Whether a value is within the bounds of its type: the same check for what is sent, written, and verified.

use crate::schema::Type;
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

/// Checks a value that is present.
pub fn check(ty: &Type, value: &Value) -> Result<(), Wrong> {
    match (ty, value) {
        (Type::Bool, Value::Bool(_)) => Ok(()),
        (
            Type::Int { min, max }
            | Type::Decimal { min, max, .. }
            | Type::Date { min, max }
            | Type::Timestamp { min, max }
            | Type::Duration { min, max },
            Value::Int(value),
        ) => ok_if(value >= min && value <= max, ty, "out_of_range"),
        (Type::Id { pattern, .. }, Value::Text(id)) => {
            ok_if(crate::id::is_id(id), ty, "wrong_format")?;
            matches(pattern.as_deref(), id, ty)
        }
        (Type::Text { min, max, pattern, lines }, Value::Text(text)) => {
            if text::control(text, *lines).is_some() {
                return Err(Wrong {
                    code: "wrong_format",
                    reason: "must not hold control characters".to_owned(),
                });
            }
            length(text, *min, *max, ty)?;
            matches(pattern.as_deref(), text, ty)
        }
        (Type::Email { max } | Type::Url { max }, Value::Text(text)) => length(text, 1, *max, ty),
        (Type::Enum { values }, Value::Text(text)) => ok_if(values.contains(text), ty, "not_allowed"),
        (Type::List { of, min, max, distinct }, Value::List(items)) => {
            ok_if(within(items.len(), *min, *max), ty, "wrong_size")?;
            if *distinct {
                let mut sorted: Vec<&Value> = items.iter().collect();
                sorted.sort();
                let twice = sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
                ok_if(!twice, ty, "not_distinct")?;
            }
            items.iter().try_for_each(|item| check(of, item))
        }
        (Type::Map { of, min, max }, Value::Map(entries)) => {
            ok_if(within(entries.len(), *min, *max), ty, "wrong_size")?;
            if entries.keys().any(|key| text::control(key, false).is_some() || key.chars().count() > 255) {
                let reason = "must have keys of at most 255 characters without control characters".to_owned();
                return Err(Wrong { code: "wrong_format", reason });
            }
            entries.values().try_for_each(|value| check(of, value))
        }
        (Type::Object { fields, .. }, Value::Object(values)) => {
            ok_if(fields.len() == values.len(), ty, "wrong_type")?;
            fields.iter().zip(values).try_for_each(|(field, value)| match value {
                Value::Null => ok_if(field.optional, &field.ty, "missing"),
                value => check(&field.ty, value),
            })
        }
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
