//! What stands in YAML, as the JSON that it is on the wire.
//!
//! ```text
//! zip: 12345        a text is wanted: "12345"        a number is wanted: 12345
//! ```

use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::json::Json;
use opwright_values::schema::Type;

/// A node as JSON, its scalars read as the type asks.
pub fn json(node: &Node, ty: Option<&Type>) -> Json {
    read(node, ty, |text| Json::text(text.value.clone()))
}

/// The same of what may be wrong on purpose: a number, `true` and `null` are no texts where a text is wanted.
pub fn json_as_written(node: &Node, ty: Option<&Type>) -> Json {
    read(node, ty, |text| match Json::parse(&text.value) {
        Ok(value @ (Json::Null | Json::Bool(_) | Json::Number(_))) if text.plain => value,
        _ => Json::text(text.value.clone()),
    })
}

/// A node as JSON; `other` says what a scalar is of which the type says nothing.
fn read(node: &Node, ty: Option<&Type>, other: fn(&Text) -> Json) -> Json {
    match &node.value {
        Yaml::List(items) => {
            let of = if let Some(Type::List { of, .. }) = ty { Some(of.as_ref()) } else { None };
            Json::List(items.iter().map(|item| read(item, of, other)).collect())
        }
        Yaml::Map(entries) => Json::object(entries.iter().map(|(key, value)| {
            let ty = match ty {
                Some(Type::Map { of, .. }) => Some(of.as_ref()),
                Some(Type::Object { fields, .. }) => {
                    fields.iter().find(|field| field.key == key.value).map(|field| &field.ty)
                }
                _ => None,
            };
            (key.value.clone(), read(value, ty, other))
        })),
        Yaml::Scalar(text) => match ty {
            Some(Type::Bool) if text.plain && text.value == "true" => Json::Bool(true),
            Some(Type::Bool) if text.plain && text.value == "false" => Json::Bool(false),
            Some(Type::Int { .. } | Type::Decimal { .. }) if text.plain => {
                let digits = text.value.replace('_', "");
                let numeric = digits.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                match digits.as_str() {
                    "null" => Json::Null,
                    _ if numeric => Json::Number(digits.into()),
                    _ => other(text),
                }
            }
            // A text that is called so stands in quotes.
            _ if text.plain && text.value == "null" => Json::Null,
            _ => other(text),
        },
    }
}
