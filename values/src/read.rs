//! From JSON to values: everything that is wrong is found in one go.
//!
//! ```
//! use opwright_values::{fault::Faults, json::Json, read::Reader, schema::Type, value::Value};
//! let price = Type::Decimal { scale: 2, min: 0, max: 99_999 };
//! let mut faults = Faults::default();
//! let value = Reader::default().read(&price, &Json::parse("12.5")?, &mut faults);
//! assert_eq!(value, Some(Value::Int(1250)));
//! # Ok::<(), opwright_values::json::BadJson>(())
//! ```

use crate::check::check_itself;
use crate::decimal::{NotADecimal, parse_units};
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::schema::{Default as FieldDefault, Field, Type};
use crate::suggest::{self, closest};
use crate::text::one_line;
use crate::time::{Date, Duration, Timestamp};
use crate::value::Value;
use crate::words::{expected, shortened, with_kind};
use crate::{id, moment, text};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Reads values.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reader {
    /// What `now` is, for defaults.
    pub now: Option<Timestamp>,
    /// Whether what is `now` by default is left open, as absent: the row is made later, see [`moment::settle`].
    pub open: bool,
    /// Whether hidden fields may be given: in data, not in calls.
    pub hidden: bool,
    /// Whether faults say what stands in fields that are marked `pii`: in data of the specs, where it stands anyway.
    pub tells: bool,
    /// Whether what is read is marked, so that faults say only what kind of thing it is.
    pub masked: bool,
}

impl Reader {
    /// Reads a value of a type; `None` if there are faults.
    pub fn read(&self, ty: &Type, json: &Json, faults: &mut Faults) -> Option<Value> {
        let before = faults.count();
        let value = self.shape(ty, json, faults)?;
        if faults.count() > before {
            return None;
        }
        // What is in it was checked when it was read.
        match check_itself(ty, &value) {
            Ok(()) => Some(value),
            Err(wrong) => {
                faults.add_with(|| {
                    let fault = self.fault(wrong.code, ty, json);
                    let line = if let Value::Text(text) = &value { one_line(ty, text) } else { None };
                    let expected = line.unwrap_or(fault.expected);
                    Fault { expected, did_you_mean: meant(ty, json), ..fault }
                });
                None
            }
        }
    }

    /// Reads the fields of an object, in the order of the fields; unknown keys are faults.
    pub fn fields(&self, fields: &[Field], json: &Json, faults: &mut Faults) -> Option<Vec<Value>> {
        let Json::Object(entries) = json else {
            faults.add(self.wrong_type("an object", json, fields.iter().any(is_marked)));
            return None;
        };
        let mut known = Vec::new();
        let values = self.known_fields(fields, entries_of(json), &mut known, faults);
        for (key, value) in entries {
            if !known.contains(&key.as_ref()) {
                faults.inside(key, |faults| {
                    faults.add_with(|| {
                        // What is sent under a wrong key may be what belongs under a right one.
                        let got = self.got(value, fields.iter().any(is_marked));
                        let fault = unknown(key, got, &known);
                        let had = |field: &&Field| field.was.iter().any(|was| was == key);
                        let now = fields.iter().find(had).filter(|now| known.contains(&now.key.as_str()));
                        match now {
                            Some(now) => called_now(fault, &now.key),
                            None => fault,
                        }
                    });
                });
            }
        }
        values
    }

    fn known_fields<'f>(
        &self,
        fields: &'f [Field],
        object: Entries<'_>,
        known: &mut Vec<&'f str>,
        faults: &mut Faults,
    ) -> Option<Vec<Value>> {
        let mut values = Vec::with_capacity(fields.len());
        let mut whole = true;
        for field in fields {
            let value = match &field.ty {
                Type::Object { fields, .. } if field.flat => self.flat(field, fields, object, known, faults),
                _ => {
                    if field.hidden && !self.hidden {
                        self.absent(field, faults)
                    } else {
                        known.push(&field.key);
                        self.field(field, object, faults)
                    }
                }
            };
            match value {
                Some(value) => values.push(value),
                None => whole = false,
            }
        }
        whole.then_some(values)
    }

    /// An object whose fields stand among those around it; an optional one is absent if none of them is there.
    fn flat<'f>(
        &self,
        field: &Field,
        fields: &'f [Field],
        object: Entries<'_>,
        known: &mut Vec<&'f str>,
        faults: &mut Faults,
    ) -> Option<Value> {
        if field.optional && fields.iter().all(|part| object.get(&part.key).is_none()) {
            known.extend(fields.iter().map(|part| part.key.as_str()));
            return Some(Value::Null);
        }
        let mut read =
            |reader: &Self, faults: &mut Faults| reader.known_fields(fields, object, known, faults);
        let values = if self.masks(field) {
            faults.masked(&mask(field), |faults| read(&self.masking(), faults))
        } else {
            read(self, faults)
        };
        values.map(Value::Object)
    }

    /// Whether a field is marked; inside of one that is, all is.
    fn masks(&self, field: &Field) -> bool {
        field.pii && !self.tells && !self.masked
    }

    /// The same for what stands in a field that is marked.
    fn masking(&self) -> Self {
        Self { masked: true, ..*self }
    }

    fn field(&self, field: &Field, object: Entries<'_>, faults: &mut Faults) -> Option<Value> {
        let Some(json) = object.get(&field.key) else { return self.absent(field, faults) };
        faults.inside(&field.key, |faults| {
            if field.optional && *json == Json::Null {
                let expected = format!("{}, or no such key at all", expected(&field.ty));
                faults.add(self.wrong_type(&expected, json, false));
                return None;
            }
            if self.masks(field) {
                faults.masked(&mask(field), |faults| self.masking().read(&field.ty, json, faults))
            } else {
                self.read(&field.ty, json, faults)
            }
        })
    }

    fn absent(&self, field: &Field, faults: &mut Faults) -> Option<Value> {
        match (&field.default, self.now) {
            (Some(FieldDefault::Now), _) if self.open => return Some(Value::Null),
            (Some(FieldDefault::Value(value)), _) => return Some(value.clone()),
            (Some(FieldDefault::Now), Some(now)) => return Some(moment::of(&field.ty, now)),
            _ => {}
        }
        if field.optional {
            return Some(Value::Null);
        }
        faults.inside(&field.key, |faults| {
            faults.add(Fault {
                code: "missing",
                expected: expected(&field.ty),
                allowed: allowed(&field.ty),
                ..Fault::default()
            });
        });
        None
    }

    /// The value in its form, not yet checked against bounds.
    fn shape(&self, ty: &Type, json: &Json, faults: &mut Faults) -> Option<Value> {
        let value = match (ty, json) {
            (Type::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
            (Type::Int { .. }, Json::Number(digits)) => return self.number(0, ty, digits, json, faults),
            (Type::Decimal { scale, .. }, Json::Number(digits)) => {
                return self.number(*scale, ty, digits, json, faults);
            }
            (Type::Date { .. }, Json::Text(text)) => {
                text.parse().ok().map(|date: Date| Value::Int(date.days()))
            }
            (Type::Timestamp { .. }, Json::Text(text)) => {
                text.parse().ok().map(|at: Timestamp| Value::Int(at.micros()))
            }
            (Type::Duration { .. }, Json::Text(text)) => {
                text.parse().ok().map(|it: Duration| Value::Int(it.micros()))
            }
            (Type::Email { .. }, Json::Text(text)) => text::email(text).map(Value::Text),
            (Type::Url { .. }, Json::Text(text)) => text::is_url(text).then(|| Value::Text(text::nfc(text))),
            (Type::Id { .. }, Json::Text(text)) => id::is_id(text).then(|| Value::Text(text.to_string())),
            (Type::Text { .. }, Json::Text(text)) => Some(Value::Text(text::nfc(text))),
            (Type::Enum { .. }, Json::Text(text)) => Some(Value::Text(text.to_string())),
            // Too many elements are not even looked at.
            (Type::List { max, .. }, Json::List(items)) if over(items.len(), *max) => {
                faults.add_with(|| self.fault("wrong_size", ty, json));
                return None;
            }
            (Type::Map { max, .. }, Json::Object(entries)) if over(entries.len(), *max) => {
                faults.add_with(|| self.fault("wrong_size", ty, json));
                return None;
            }
            (Type::List { of, .. }, Json::List(items)) => return self.list(of, items, faults),
            (Type::Map { of, .. }, Json::Object(entries)) => return self.map(of, entries, faults),
            (Type::Object { fields, .. }, Json::Object(_)) => {
                return self.fields(fields, json, faults).map(Value::Object);
            }
            _ => {
                faults.add_with(|| Fault {
                    allowed: allowed(ty),
                    did_you_mean: meant(ty, json),
                    ..self.wrong_type(&expected(ty), json, has_marked(ty))
                });
                return None;
            }
        };
        if value.is_none() {
            faults.add_with(|| self.fault("wrong_format", ty, json));
        }
        value
    }

    /// A number from its digits.
    fn number(&self, scale: u8, ty: &Type, digits: &str, json: &Json, faults: &mut Faults) -> Option<Value> {
        let code = match parse_units(digits, scale) {
            Ok(units) => return Some(Value::Int(units)),
            Err(NotADecimal::TooLarge) => "out_of_range",
            Err(NotADecimal::TooPrecise) if scale == 0 => "wrong_type",
            Err(NotADecimal::TooPrecise | NotADecimal::Malformed) => "wrong_format",
        };
        faults.add_with(|| self.fault(code, ty, json));
        None
    }

    fn fault(&self, code: &'static str, ty: &Type, json: &Json) -> Fault {
        let got = self.got(json, has_marked(ty));
        Fault { code, expected: expected(ty), got, allowed: allowed(ty), ..Fault::default() }
    }

    fn wrong_type(&self, expected: &str, json: &Json, marked: bool) -> Fault {
        let got = if self.keeps(marked) { json.kind().to_owned() } else { with_kind(json) };
        Fault { code: "wrong_type", expected: expected.to_owned(), got, ..Fault::default() }
    }

    /// What was sent; where a part of it is `marked` as sensitive, only what kind of thing it is.
    fn got(&self, json: &Json, marked: bool) -> String {
        if self.keeps(marked) { json.kind().to_owned() } else { shortened(json) }
    }

    fn keeps(&self, marked: bool) -> bool {
        self.masked || marked && !self.tells
    }

    fn list(&self, of: &Type, items: &[Json], faults: &mut Faults) -> Option<Value> {
        let mut values = Vec::with_capacity(items.len());
        for (position, item) in items.iter().enumerate() {
            let value = faults.inside(&position.to_string(), |faults| self.read(of, item, faults));
            values.extend(value);
        }
        (values.len() == items.len()).then_some(Value::List(values))
    }

    fn map(&self, of: &Type, entries: &[(Cow<'static, str>, Json)], faults: &mut Faults) -> Option<Value> {
        let mut values = BTreeMap::new();
        let before = faults.count();
        for (key, json) in entries {
            faults.inside(key, |faults| {
                let value = self.read(of, json, faults).unwrap_or(Value::Null);
                if values.insert(text::nfc(key), value).is_some() {
                    faults.add(Fault {
                        code: "not_distinct",
                        expected: "a key that no other one equals in Unicode normalization form C".to_owned(),
                        got: self.got(&Json::text(key.clone()), false),
                        ..Fault::default()
                    });
                }
            });
        }
        (faults.count() == before).then_some(Value::Map(values))
    }
}

fn over(count: usize, max: u32) -> bool {
    u32::try_from(count).map_or(true, |count| count > max)
}

/// Whether something of a field is sensitive.
pub fn is_marked(field: &Field) -> bool {
    field.pii || has_marked(&field.ty)
}

/// Whether something inside of a value is.
fn has_marked(ty: &Type) -> bool {
    match ty {
        Type::Object { fields, .. } => fields.iter().any(is_marked),
        Type::List { of, .. } | Type::Map { of, .. } => has_marked(of),
        _ => false,
    }
}

/// What stands in a fault instead of a value that is sensitive, behind what kind of thing that is.
fn mask(field: &Field) -> String {
    format!("‹{}›", field.key)
}

/// The entries of an object.
#[derive(Clone, Copy)]
struct Entries<'j>(&'j Json);

fn entries_of(json: &Json) -> Entries<'_> {
    Entries(json)
}

impl<'j> Entries<'j> {
    fn get(self, key: &str) -> Option<&'j Json> {
        self.0.get(key)
    }
}

fn unknown(key: &str, got: String, known: &[&str]) -> Fault {
    Fault {
        code: "unknown",
        expected: "no such key".to_owned(),
        got,
        allowed: known.iter().map(|&key| key.to_owned()).collect(),
        did_you_mean: suggest::meant(key, known.iter().copied()).map(str::to_owned),
        ..Fault::default()
    }
}

/// The same of a key that a field had once.
fn called_now(fault: Fault, now: &str) -> Fault {
    let expected = format!("no such key: it is called `{now}` now");
    Fault { expected, did_you_mean: Some(now.to_owned()), ..fault }
}

fn allowed(ty: &Type) -> Vec<String> {
    match ty {
        Type::Enum { values } => values.clone(),
        Type::Bool => vec!["true".to_owned(), "false".to_owned()],
        _ => Vec::new(),
    }
}

fn meant(ty: &Type, json: &Json) -> Option<String> {
    let Json::Text(text) = json else { return None };
    match ty {
        Type::Enum { values } => closest(text, values.iter().map(String::as_str)).map(str::to_owned),
        // A number or a truth in quotes: the commonest slip of those who write JSON by hand.
        Type::Int { .. } => parse_units(text, 0).ok().map(|_| text.to_string()),
        Type::Decimal { scale, .. } => parse_units(text, *scale).ok().map(|_| text.to_string()),
        Type::Bool => matches!(&**text, "true" | "false").then(|| text.to_string()),
        _ => None,
    }
}
