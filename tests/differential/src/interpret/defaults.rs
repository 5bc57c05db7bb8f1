//! What nobody gave a value.

use opwright_values::schema::{Default, Field, Type};
use opwright_values::value::Value;

/// What a field holds that nobody gave a value.
pub(super) fn default(field: &Field, now: i64) -> Value {
    match (&field.default, &field.ty) {
        (None, _) => Value::Null,
        (Some(Default::Value(value)), _) => value.clone(),
        (Some(Default::Now), Type::Date { .. }) => Value::Int(now.div_euclid(86_400_000_000)),
        (Some(Default::Now), _) => Value::Int(now),
    }
}
