//! Scenarios: a call on known rows, and what is expected of it. The compiler has checked every name and value; what is
//! expected is written as the service would write it, so that equal values are equal texts.
//!
//! ```text
//! data, given ──▶ rows ──▶ first: calls that succeed ──▶ call ──▶ compared with expect
//! ```

use crate::json::Json;
use crate::value::Value;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// The time of a scenario that says no `at`: the first moment of 2026, in microseconds since 1970.
pub const AT_US: i64 = 1_767_225_600_000_000;

/// A scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scenario {
    /// A sentence.
    pub name: String,
    /// Where it is written: file and line.
    pub place: String,
    /// The `data` document that the database holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// More rows: the index of the resource and the values in the order of its fields; what is `now` is
    /// [open](crate::moment).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<(usize, Vec<Value>)>,
    /// The name of who calls.
    pub agent: String,
    /// What they may do; `None`: exactly what is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Vec<String>>,
    /// The time of every call, in microseconds since 1970.
    pub at_us: i64,
    /// Calls that must succeed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first: Vec<Call>,
    /// The call.
    pub call: Call,
    /// What is expected of it.
    pub expect: Expect,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The operation.
    pub operation: String,
    /// The arguments, as on the wire.
    pub input: Json,
}

/// What is expected of a call. What is absent is not compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expect {
    /// The code of the refusal; `None`: it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The node that refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// What comes back, at least.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    pub returns: Option<Json>,
    /// What changes, exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Changes>,
    /// Which events are told, exactly, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emitted: Option<Vec<Emitted>>,
}

/// What is said is compared, even if it is `null`.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// Changes by resource and id. Rows that others own and that have no id are among the fields of their owners.
pub type Changes = BTreeMap<String, BTreeMap<String, RowChange>>;

/// How a row changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowChange {
    /// It is gone.
    Deleted,
    /// The fields that are another value afterwards, by key on the wire; `null`: absent.
    Fields(BTreeMap<String, Json>),
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emitted {
    /// Its name.
    pub event: String,
    /// What it carries.
    pub with: Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"refused":"no","returns":null,"changed":{"a":{"x":"deleted","y":{"fields":{"n":1.50,"o":null}}}},"emitted":[{"event":"a.b","with":{}}]}"#;
        let expect: Expect = serde_json::from_str(text).unwrap();
        assert_eq!(expect.returns, Some(Json::Null));
        assert_eq!(serde_json::to_string(&expect).unwrap(), text);
        let nothing: Expect = serde_json::from_str("{}").unwrap();
        assert_eq!(nothing, Expect::default());
    }
}
