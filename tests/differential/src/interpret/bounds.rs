//! Whether a value is one of a declared type.

use crate::interpret::written;
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;

/// Whether every value that is not what it was is one of its field.
pub(crate) fn all_fit(fields: &[Field], values: &[Value], before: Option<&[Value]>) -> bool {
    fields.iter().zip(values).enumerate().all(|(at, (field, value))| {
        let same = before.is_some_and(|before| before.get(at) == Some(value));
        same || *value == Value::Null || fits(&field.ty, value)
    })
}

/// Whether a value that is there is one of a type.
pub(crate) fn fits(ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (
            Type::Int { min, max }
            | Type::Decimal { min, max, .. }
            | Type::Date { min, max }
            | Type::Timestamp { min, max }
            | Type::Duration { min, max },
            Value::Int(number),
        ) => number >= min && number <= max,
        (Type::Text { min, max, pattern, .. }, Value::Text(text)) => {
            within(text.chars().count(), *min, *max) && written::as_pattern(pattern.as_deref(), text)
        }
        (Type::Email { max }, Value::Text(text)) => {
            within(text.chars().count(), 1, *max) && written::as_mail(text)
        }
        (Type::Url { max }, Value::Text(text)) => {
            within(text.chars().count(), 1, *max) && written::as_link(text)
        }
        (Type::Id { pattern: Some(pattern), .. }, Value::Text(text)) => {
            within(text.len(), 1, 64) && written::as_pattern(Some(pattern), text)
        }
        (Type::Enum { values }, Value::Text(text)) => values.contains(text),
        (Type::List { of, min, max, distinct }, Value::List(items)) => {
            let repeated = |(at, item): (usize, &Value)| items.iter().take(at).any(|other| other == item);
            within(items.len(), *min, *max)
                && !(*distinct && items.iter().enumerate().any(repeated))
                && items.iter().all(|item| fits(of, item))
        }
        (Type::Map { of, min, max }, Value::Map(entries)) => {
            within(entries.len(), *min, *max) && entries.values().all(|value| fits(of, value))
        }
        (Type::Object { fields, .. }, Value::Object(values)) => all_fit(fields, values, None),
        _ => true,
    }
}

fn within(count: usize, min: u32, max: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| count >= min && count <= max)
}
