//! A value whose type is known elsewhere: what a row holds, what an input decodes to.
//!
//! ```
//! use opwright_values::value::Value;
//! // A decimal of scale 2: 12.50 is 1250 units. The type says so, the value does not.
//! let price = Value::Int(1250);
//! assert_eq!(price, Value::Int(1250));
//! ```

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value, to be read together with its [`Type`](crate::schema::Type).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Absent.
    Null,
    /// A `bool`.
    Bool(bool),
    /// An `int`; a decimal in units of its scale; a date in days; a timestamp or duration in microseconds.
    Int(i64),
    /// An id, text, email, url or enum value.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(BTreeMap<String, Value>),
    /// An object: its fields' values, in the order of its type.
    Object(Vec<Value>),
}
