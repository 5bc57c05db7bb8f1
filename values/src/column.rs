//! Lists and maps in one column: canonical JSON, the same on every database.
//!
//! ```
//! use opwright_values::{column::{from_text, to_text}, schema::Type, value::Value};
//! let prices = Type::Map { of: Box::new(Type::Decimal { scale: 2, min: 0, max: 999 }), min: 0, max: 9 };
//! let value = Value::Map([("b".to_owned(), Value::Int(5)), ("a".to_owned(), Value::Int(250))].into());
//! let text = to_text(&prices, &value);
//! assert_eq!(text, r#"{"a":2.50,"b":0.05}"#);
//! assert_eq!(from_text(&prices, &text), Some(value));
//! ```

use crate::decimal::parse_units;
use crate::json::Json;
use crate::schema::{Field, Type};
use crate::time::{Date, Duration, Timestamp};
use crate::value::Value;
use crate::write::{Audience, write};
use std::borrow::Cow;

/// The text of a column that holds a list, a map, or an object in one of them; hidden fields are in it.
pub fn to_text(ty: &Type, value: &Value) -> String {
    write(ty, value, Audience::Store).canonical().to_string()
}

/// Reads such a text again; `None` if it is of another form.
///
/// Bounds and patterns are not checked: it was checked when it was written, and a type may have become
/// narrower since. An absent field is absent: a default is for what is sent, not for what is kept. A key that the
/// type does not have makes it `None`, because writing the value back would drop what stands there.
pub fn from_text(ty: &Type, text: &str) -> Option<Value> {
    from_json(ty, &Json::parse(text).ok()?)
}

fn from_json(ty: &Type, json: &Json) -> Option<Value> {
    match (ty, json) {
        (Type::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
        (Type::Int { .. }, Json::Number(digits)) => parse_units(digits, 0).ok().map(Value::Int),
        (Type::Decimal { scale, .. }, Json::Number(digits)) => {
            parse_units(digits, *scale).ok().map(Value::Int)
        }
        (Type::Date { .. }, Json::Text(text)) => text.parse().ok().map(|it: Date| Value::Int(it.days())),
        (Type::Timestamp { .. }, Json::Text(text)) => {
            text.parse().ok().map(|it: Timestamp| Value::Int(it.micros()))
        }
        (Type::Duration { .. }, Json::Text(text)) => {
            text.parse().ok().map(|it: Duration| Value::Int(it.micros()))
        }
        (
            Type::Id { .. } | Type::Text { .. } | Type::Email { .. } | Type::Url { .. } | Type::Enum { .. },
            Json::Text(text),
        ) => Some(Value::Text(text.to_string())),
        (Type::List { of, .. }, Json::List(items)) => {
            items.iter().map(|item| from_json(of, item)).collect::<Option<_>>().map(Value::List)
        }
        (Type::Map { of, .. }, Json::Object(entries)) => {
            let entry =
                |(key, json): &(Cow<'static, str>, Json)| Some((key.to_string(), from_json(of, json)?));
            entries.iter().map(entry).collect::<Option<_>>().map(Value::Map)
        }
        (Type::Object { fields, .. }, Json::Object(entries)) => {
            let known = entries.iter().all(|(key, _)| fields.iter().any(|field| field.key == *key));
            let values = || fields.iter().map(|field| kept(field, json)).collect::<Option<_>>();
            if known { values().map(Value::Object) } else { None }
        }
        _ => None,
    }
}

fn kept(field: &Field, object: &Json) -> Option<Value> {
    match object.get(&field.key) {
        Some(json) => from_json(&field.ty, json),
        None => field.optional.then_some(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_as_they_were_written() {
        let ty = Type::List {
            of: Box::new(Type::Map {
                of: Box::new(Type::Decimal { scale: 2, min: -100, max: 100 }),
                min: 0,
                max: 9,
            }),
            min: 0,
            max: 9,
            distinct: false,
        };
        let value = Value::List(vec![Value::Map(
            [("b".to_owned(), Value::Int(-5)), ("a".to_owned(), Value::Int(100))].into(),
        )]);
        let text = to_text(&ty, &value);
        assert_eq!(text, r#"[{"a":1.00,"b":-0.05}]"#);
        assert_eq!(from_text(&ty, &text), Some(value));
        assert_eq!(from_text(&ty, "[{\"a\":\"x\"}]"), None);
    }
}
