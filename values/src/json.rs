//! JSON with exact numbers: digits stay digits, and what a store could not keep is refused at the door.
//!
//! ```
//! use opwright_values::json::Json;
//! let json = Json::parse(r#"{"price": 86.10, "sizes": [1, 2]}"#)?;
//! assert_eq!(json.get("price"), Some(&Json::Number("86.10".into())));
//! assert_eq!(json.to_string(), r#"{"price":86.10,"sizes":[1,2]}"#);
//! # Ok::<(), opwright_values::json::BadJson>(())
//! ```

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The deepest nesting that is read.
pub const DEPTH_MAX: usize = 64;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its digits.
    Number(Cow<'static, str>),
    /// A text.
    Text(Cow<'static, str>),
    /// A list.
    List(Vec<Json>),
    /// An object, its keys in the order in which they stand.
    Object(Vec<(Cow<'static, str>, Json)>),
}

/// A text is not JSON that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadJson(String);

impl fmt::Display for BadJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadJson {}

impl Json {
    /// Reads a text. Refused besides bad JSON: duplicate keys, NUL characters, nesting deeper than [`DEPTH_MAX`].
    pub fn parse(text: &str) -> Result<Self, BadJson> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let bad = |error: serde_json::Error| BadJson(error.to_string());
        let json = Seed { depth: 0 }.deserialize(&mut reader).map_err(bad)?;
        reader.end().map_err(bad)?;
        Ok(json)
    }

    /// Reads what was received: at most `most` bytes of UTF-8.
    pub fn from_bytes(bytes: &[u8], most: usize) -> Result<Self, BadJson> {
        if bytes.len() > most {
            return Err(BadJson(format!("{} bytes are too many, at most {most} are read", bytes.len())));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| BadJson(format!("not UTF-8: {error}")))?;
        Self::parse(text)
    }

    /// A text.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Json::Text(text.into())
    }

    /// A whole number.
    pub fn int(int: i64) -> Self {
        Json::Number(int.to_string().into())
    }

    /// An object, from its keys and values.
    pub fn object<K: Into<Cow<'static, str>>>(entries: impl IntoIterator<Item = (K, Json)>) -> Self {
        Json::Object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// An object of what is present: entries that are `null` are left out.
    pub fn present<K: Into<Cow<'static, str>>>(entries: impl IntoIterator<Item = (K, Json)>) -> Self {
        Json::object(entries.into_iter().filter(|(_, value)| *value != Json::Null))
    }

    /// The value of a key of an object.
    pub fn get(&self, key: &str) -> Option<&Json> {
        let Json::Object(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// All that [`Self::kind`] says.
    pub(crate) const KINDS: [&'static str; 6] =
        ["null", "true or false", "a number", "a text", "a list", "an object"];

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    /// The same with the keys of all objects sorted: equal values have equal texts.
    pub fn canonical(self) -> Self {
        match self {
            Json::List(items) => Json::List(items.into_iter().map(Json::canonical).collect()),
            Json::Object(entries) => {
                let mut entries: Vec<_> =
                    entries.into_iter().map(|(key, value)| (key, value.canonical())).collect();
                entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                Json::Object(entries)
            }
            other => other,
        }
    }

    /// Writes it onto a text.
    pub fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Number(digits) => out.push_str(digits),
            Json::Text(text) => write_text(text, out),
            Json::List(items) => {
                out.push('[');
                separated(items, out, Json::write);
                out.push(']');
            }
            Json::Object(entries) => {
                out.push('{');
                separated(entries, out, |(key, value), out| {
                    write_text(key, out);
                    out.push(':');
                    value.write(out);
                });
                out.push('}');
            }
        }
    }

    fn write_pretty(&self, depth: usize, out: &mut String) {
        let line = |depth: usize, out: &mut String| {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        };
        match self {
            Json::List(items) if !items.is_empty() => {
                out.push('[');
                separated(items, out, |item, out| {
                    line(depth + 1, out);
                    item.write_pretty(depth + 1, out);
                });
                line(depth, out);
                out.push(']');
            }
            Json::Object(entries) if !entries.is_empty() => {
                out.push('{');
                separated(entries, out, |(key, value), out| {
                    line(depth + 1, out);
                    write_text(key, out);
                    out.push_str(": ");
                    value.write_pretty(depth + 1, out);
                });
                line(depth, out);
                out.push('}');
            }
            flat => flat.write(out),
        }
    }
}

fn separated<T>(items: &[T], out: &mut String, write: impl Fn(&T, &mut String)) {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write(item, out);
    }
}

/// Writes a text in quotes, with what JSON asks to be escaped.
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // What needs no escape is copied at once: most texts are nothing else.
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (clean, special) = rest.split_at(at);
        out.push_str(clean);
        let mut special = special.chars();
        special.next().into_iter().for_each(|c| write_escaped(c, out));
        rest = special.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn write_escaped(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c => out.push_str(&format!("\\u{:04x}", u32::from(c))),
    }
}

/// Compact; with `{:#}` on several lines, for people.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        if f.alternate() {
            self.write_pretty(0, &mut out);
        } else {
            self.write(&mut out);
        }
        f.write_str(&out)
    }
}

impl serde::Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// Only from text: digits that something else has read are lost already.
impl<'de> serde::Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed { depth: 0 }.deserialize(deserializer)
    }
}

/// Reads one value. Numbers come as raw text, so that no digit is lost; that needs a second look at the same bytes,
/// which serde_json gives through `RawValue`.
struct Seed {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        let raw: &'de RawValue = serde::Deserialize::deserialize(deserializer)?;
        read_raw(raw.get(), self.depth).map_err(D::Error::custom)
    }
}

fn read_raw(raw: &str, depth: usize) -> Result<Json, serde_json::Error> {
    let first = raw.bytes().next().unwrap_or(b' ');
    if first == b'-' || first.is_ascii_digit() {
        return Ok(Json::Number(raw.to_owned().into()));
    }
    let mut reader = serde_json::Deserializer::from_str(raw);
    reader.deserialize_any(Values { depth })
}

struct Values {
    depth: usize,
}

impl Values {
    fn inside<E: serde::de::Error>(&self) -> Result<Seed, E> {
        if self.depth >= DEPTH_MAX {
            return Err(E::custom(format!("nested deeper than {DEPTH_MAX} levels")));
        }
        Ok(Seed { depth: self.depth + 1 })
    }
}

impl<'de> Visitor<'de> for Values {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Json, E> {
        if text.contains('\0') {
            return Err(E::custom("a text holds a NUL character"));
        }
        Ok(Json::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inside()?)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object: Vec<(Cow<'static, str>, Json)> = Vec::new();
        let mut keys = std::collections::BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if key.contains('\0') {
                return Err(A::Error::custom("a key holds a NUL character"));
            }
            if !keys.insert(key.clone()) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice in one object")));
            }
            let value = entries.next_value_seed(self.inside()?)?;
            object.push((key.into(), value));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stay_digits() {
        for text in ["18446744073709551616", "86.10", "-0.0", "1e400", "0.1000000000000000055511151231257827"]
        {
            assert_eq!(Json::parse(text), Ok(Json::Number(text.to_owned().into())));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"a":[1,2.50,{"b":null}],"c":"\"\\\n\u0001é🦀","d":{},"e":[],"f":true}"#;
        let json = Json::parse(text).unwrap();
        assert_eq!(json.to_string(), text);
        assert_eq!(serde_json::to_string(&json).unwrap(), text);
        assert_eq!(serde_json::from_str::<Option<Json>>(text).unwrap().as_ref(), Some(&json));
        let pretty = format!("{json:#}");
        assert!(pretty.starts_with("{\n  \"a\": [\n    1,\n    2.50,\n"), "{pretty}");
        assert_eq!(Json::parse(&pretty), Ok(json));
    }

    #[test]
    fn what_is_refused() {
        for (text, said) in [
            (r#"{"a":1,"a":2}"#, "twice"),
            (r#""\u0000""#, "NUL"),
            (r#"{"\u0000":1}"#, "NUL"),
            ("[1,]", "expected value"),
            ("", "EOF"),
            ("1 2", "trailing"),
            ("01", "number"),
            ("NaN", "expected"),
        ] {
            let error = Json::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
        assert!(Json::from_bytes(b"[1]", 2).is_err_and(|error| error.to_string().contains("at most 2")));
        assert!(Json::from_bytes(b"\"\xff\"", 99).is_err_and(|error| error.to_string().contains("UTF-8")));
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(Json::parse(&deep(DEPTH_MAX)).is_ok());
        assert!(Json::parse(&deep(DEPTH_MAX + 1)).is_err());
        assert!(Json::parse(&deep(100_000)).is_err());
    }
}
