//! Between the typed values of generated code and the untyped values of rows and arguments.
//!
//! ```
//! use opwright_values::{convert::{FromValue, IntoValue}, decimal::Decimal, value::Value};
//! let price = Decimal::<2>::from_units(1250);
//! assert_eq!(price.into_value(), Value::Int(1250));
//! assert_eq!(Option::<i64>::from_value(Value::Null), Some(None));
//! ```

use crate::decimal::Decimal;
use crate::json::Json;
use crate::time::{Date, Duration, Timestamp};
use crate::value::Value;
use std::collections::BTreeMap;

/// Can be taken out of a value.
pub trait FromValue: Sized {
    /// The typed value; `None` if the value is of another form.
    fn from_value(value: Value) -> Option<Self>;
}

/// Can be put into a value.
pub trait IntoValue {
    /// The untyped value.
    fn to_value(&self) -> Value;

    /// The same, taking it.
    fn into_value(self) -> Value
    where
        Self: Sized,
    {
        self.to_value()
    }
}

/// Can be part of an answer.
pub trait ToJson {
    /// As JSON.
    fn to_json(&self) -> Json;
}

macro_rules! as_int {
    ([$($generics:tt)*] $ty:ty, $from:expr, $into:expr, $json:expr) => {
        impl<$($generics)*> FromValue for $ty {
            fn from_value(value: Value) -> Option<Self> {
                if let Value::Int(int) = value { Some($from(int)) } else { None }
            }
        }
        impl<$($generics)*> IntoValue for $ty {
            fn to_value(&self) -> Value {
                Value::Int($into(*self))
            }
        }
        impl<$($generics)*> ToJson for $ty {
            fn to_json(&self) -> Json {
                $json(*self)
            }
        }
    };
}

as_int!([] i64, |int| int, |int| int, Json::int);
as_int!([const S: u8] Decimal<S>, Decimal::from_units, Decimal::units, |it: Self| Json::Number(it.to_string().into()));
as_int!([] Date, Date::from_days, Date::days, |it: Self| Json::text(it.to_string()));
as_int!([] Timestamp, Timestamp::from_micros, Timestamp::micros, |it: Self| Json::text(it.to_string()));
as_int!([] Duration, Duration::from_micros, Duration::micros, |it: Self| Json::text(it.to_string()));

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Bool(value) = value { Some(value) } else { None }
    }
}

impl IntoValue for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

/// What is JSON already.
impl ToJson for Json {
    fn to_json(&self) -> Json {
        self.clone()
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl IntoValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToJson for str {
    fn to_json(&self) -> Json {
        Json::text(self.to_owned())
    }
}

impl ToJson for String {
    fn to_json(&self) -> Json {
        Json::text(self.clone())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, IntoValue::to_value)
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Json {
        self.as_ref().map_or(Json::Null, ToJson::to_json)
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Option<Self> {
        let Value::List(items) = value else { return None };
        items.into_iter().map(T::from_value).collect()
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(IntoValue::to_value).collect())
    }
}

impl<T: IntoValue> IntoValue for [T] {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(IntoValue::to_value).collect())
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self) -> Json {
        Json::List(self.iter().map(ToJson::to_json).collect())
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Json {
        self.as_slice().to_json()
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: Value) -> Option<Self> {
        let Value::Map(entries) = value else { return None };
        entries.into_iter().map(|(key, value)| Some((key, T::from_value(value)?))).collect()
    }
}

impl<T: IntoValue> IntoValue for BTreeMap<String, T> {
    fn to_value(&self) -> Value {
        Value::Map(self.iter().map(|(key, value)| (key.clone(), value.to_value())).collect())
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self) -> Json {
        Json::object(self.iter().map(|(key, value)| (key.clone(), value.to_json())))
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self) -> Json {
        (**self).to_json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<T: FromValue + IntoValue + ToJson + PartialEq + std::fmt::Debug>(typed: T, json: &str) {
        let value = typed.to_value();
        assert_eq!(typed.to_json().to_string(), json);
        assert_eq!(T::from_value(value).as_ref(), Some(&typed));
        assert_eq!(T::from_value(Value::Object(vec![])), None);
    }

    #[test]
    fn typed_values_come_back() {
        there_and_back(true, "true");
        there_and_back(-7_i64, "-7");
        there_and_back(Decimal::<2>::from_units(-5), "-0.05");
        there_and_back("a\"b".to_owned(), r#""a\"b""#);
        there_and_back(Date::from_days(0), r#""1970-01-01""#);
        there_and_back(Timestamp::from_micros(1), r#""1970-01-01T00:00:00.000001Z""#);
        there_and_back(Duration::from_micros(-1_000_000), r#""-PT1S""#);
        there_and_back(vec![Some(1_i64), None], "[1,null]");
        there_and_back(BTreeMap::from([("k".to_owned(), vec![false])]), r#"{"k":[false]}"#);
    }

    #[test]
    fn another_form_is_no_value() {
        assert_eq!(i64::from_value(Value::Text("1".to_owned())), None);
        assert_eq!(String::from_value(Value::Null), None);
        assert_eq!(Vec::<i64>::from_value(Value::List(vec![Value::Int(1), Value::Null])), None);
    }
}
