//! From values to JSON.
//!
//! ```text
//! decimals have exactly the digits of their scale, times are RFC 3339, absent fields are left out,
//! and hidden ones too unless it is for the store
//! ```

use crate::decimal::format_units;
use crate::json::Json;
use crate::schema::{Field, Type};
use crate::time::{Date, Duration, Timestamp};
use crate::value::Value;

/// Who will read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Callers: hidden fields are left out.
    Wire,
    /// The store, history and data: everything.
    Store,
}

/// Writes a value of a type. Absent fields of objects are left out.
///
/// ```
/// use opwright_values::{schema::Type, value::Value, write::{Audience, write}};
/// let price = Type::Decimal { scale: 2, min: 0, max: 99_999 };
/// assert_eq!(write(&price, &Value::Int(1250), Audience::Wire).to_string(), "12.50");
/// ```
pub fn write(ty: &Type, value: &Value, audience: Audience) -> Json {
    match (ty, value) {
        (_, Value::Null) => Json::Null,
        (_, Value::Bool(value)) => Json::Bool(*value),
        (Type::Decimal { scale, .. }, Value::Int(units)) => Json::Number(format_units(*units, *scale).into()),
        (Type::Date { .. }, Value::Int(days)) => Json::text(Date::from_days(*days).to_string()),
        (Type::Timestamp { .. }, Value::Int(micros)) => {
            Json::text(Timestamp::from_micros(*micros).to_string())
        }
        (Type::Duration { .. }, Value::Int(micros)) => Json::text(Duration::from_micros(*micros).to_string()),
        (_, Value::Int(int)) => Json::int(*int),
        (_, Value::Text(text)) => Json::text(text.clone()),
        (Type::List { of, .. }, Value::List(items)) => {
            Json::List(items.iter().map(|item| write(of, item, audience)).collect())
        }
        (Type::Map { of, .. }, Value::Map(entries)) => {
            Json::object(entries.iter().map(|(key, value)| (key.clone(), write(of, value, audience))))
        }
        (Type::Object { fields, .. }, Value::Object(values)) => write_fields(fields, values, audience),
        // A value of another form than its type cannot come from a checked row.
        (_, Value::List(_) | Value::Map(_) | Value::Object(_)) => Json::Null,
    }
}

/// Writes the fields of an object.
pub fn write_fields(fields: &[Field], values: &[Value], audience: Audience) -> Json {
    let present = fields.iter().zip(values).filter(|(field, value)| {
        !matches!(value, Value::Null) && (audience == Audience::Store || !field.hidden)
    });
    Json::object(present.map(|(field, value)| (field.key.clone(), write(&field.ty, value, audience))))
}
