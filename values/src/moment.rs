//! Rows that are written down before the moment at which they are made: what is `now` by default is open in them, until
//! they are loaded.
//!
//! ```text
//! written in the specs   ── read with `open` ──▶ what is `now` is absent ── settle ──▶ the moment of loading
//! ```

use crate::check::check;
use crate::schema::{Default as FieldDefault, Field, Type};
use crate::time::{CLOCK, Date, Timestamp};
use crate::value::Value;

/// What `now` is in a field of this type.
pub fn of(ty: &Type, now: Timestamp) -> Value {
    Value::Int(if matches!(ty, Type::Date { .. }) { Date::of(now).days() } else { now.micros() })
}

/// Whether whatever a clock shows is within the bounds of a type: nothing asks them of `now`.
pub fn is_any_moment(ty: &Type) -> bool {
    let fits = |at: i64| check(ty, &of(ty, Timestamp::from_micros(at))).is_ok();
    fits(*CLOCK.start()) && fits(*CLOCK.end())
}

/// Gives what is open the moment at which the row is made. Where `now` is the default, nothing else is absent: that one
/// could leave it out is why it has a default.
pub fn settle(fields: &[Field], values: &mut [Value], now: Timestamp) {
    for (field, value) in fields.iter().zip(values) {
        match value {
            Value::Null if field.default == Some(FieldDefault::Now) => *value = of(&field.ty, now),
            value => settle_one(&field.ty, value, now),
        }
    }
}

fn settle_one(ty: &Type, value: &mut Value, now: Timestamp) {
    match (ty, value) {
        (Type::Object { fields, .. }, Value::Object(parts)) => settle(fields, parts, now),
        (Type::List { of, .. }, Value::List(items)) => {
            items.iter_mut().for_each(|item| settle_one(of, item, now));
        }
        (Type::Map { of, .. }, Value::Map(entries)) => {
            entries.values_mut().for_each(|value| settle_one(of, value, now));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::fault::Faults;
    use crate::json::{BadJson, Json};
    use crate::read::Reader;
    use crate::schema::{Default as FieldDefault, Field, Type};
    use crate::time::Timestamp;
    use crate::value::Value;
    use std::collections::BTreeMap;

    const DAY: Type = Type::Date { min: 0, max: 99_999 };

    fn field(key: &str, ty: Type, default: Option<FieldDefault>) -> Field {
        Field { optional: true, default, ..Field::required(key, ty) }
    }

    /// Values of these fields, at every depth a day and a note.
    fn values(day: i64) -> Vec<Value> {
        let inner = || Value::Object(vec![Value::Int(day), Value::Null]);
        let map = BTreeMap::from([("a".to_owned(), inner())]);
        let list = vec![inner(), Value::Object(vec![Value::Int(0), Value::Null])];
        vec![Value::Int(day), Value::Int(3), inner(), Value::List(list), Value::Map(map)]
    }

    #[test]
    fn what_the_clock_says_is_open_until_it_is_settled() -> Result<(), BadJson> {
        let parts = vec![field("day", DAY, Some(FieldDefault::Now)), field("note", Type::Bool, None)];
        let inner = Type::Object { name: "inner".to_owned(), fields: parts };
        let of = || Box::new(inner.clone());
        let fields = [
            field("day", DAY, Some(FieldDefault::Now)),
            field("said", DAY, Some(FieldDefault::Now)),
            field("one", inner.clone(), None),
            field("list", Type::List { of: of(), min: 0, max: 9, distinct: true }, None),
            field("map", Type::Map { of: of(), min: 0, max: 9 }, None),
        ];
        // A day that is written out stays, also the first one that a clock can show.
        let row =
            r#"{"said": "1970-01-04", "one": {}, "list": [{}, {"day": "1970-01-01"}], "map": {"a": {}}}"#;
        let mut faults = Faults::default();
        let read =
            Reader { open: true, ..Reader::default() }.fields(&fields, &Json::parse(row)?, &mut faults);
        assert_eq!(faults.found, []);
        let mut row = read.unwrap_or_default();
        assert_eq!(row.first(), Some(&Value::Null));
        assert_eq!(row.get(1), Some(&Value::Int(3)), "what was given stays");
        settle(&fields, &mut row, Timestamp::from_micros(7 * 86_400_000_000 + 5));
        assert_eq!(row, values(7), "and what is absent stays absent");
        Ok(())
    }
}
