//! One type beside another: whether all values of one are values of the other, and how a stored value becomes one of
//! a new type.
//!
//! ```text
//! int 0..9        within   int 0..99        nothing is looked at, an older service goes on
//! int 0..99       becomes  int 0..9         every row is looked at
//! decimal scale 2 becomes  decimal scale 3  every row is looked at, and its units are multiplied
//! string          becomes  int              never
//! ```

use opwright_values::check::check;
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;
use opwright_values::words::counted;

/// Whether every value of one type is a value of another, and is stored as one of it is.
pub(super) fn within(narrow: &Type, wide: &Type) -> bool {
    let inside = |(min, max): (&i64, &i64), (least, most): (&i64, &i64)| least <= min && max <= most;
    let fits = |(min, max): (&u32, &u32), (least, most): (&u32, &u32)| least <= min && max <= most;
    match (narrow, wide) {
        (Type::Bool, Type::Bool) => true,
        (Type::Id { of, pattern }, Type::Id { of: other, pattern: wider }) => {
            of == other && (wider.is_none() || pattern == wider)
        }
        (
            Type::Text { min, max, pattern, lines },
            Type::Text { min: least, max: most, pattern: wider, lines: more },
        ) => fits((min, max), (least, most)) && (wider.is_none() || pattern == wider) && (*more || !lines),
        (Type::Email { max }, Type::Email { max: most }) | (Type::Url { max }, Type::Url { max: most }) => {
            max <= most
        }
        (Type::Email { max } | Type::Url { max }, Type::Text { min, max: most, pattern: None, .. }) => {
            fits((&1, max), (min, most))
        }
        (Type::Enum { values }, Type::Enum { .. } | Type::Text { .. }) => {
            values.iter().all(|value| check(wide, &Value::Text(value.clone())).is_ok())
        }
        (Type::Decimal { scale, min, max }, Type::Decimal { scale: other, min: least, max: most }) => {
            scale == other && inside((min, max), (least, most))
        }
        (Type::Int { min, max }, Type::Int { min: least, max: most })
        | (Type::Date { min, max }, Type::Date { min: least, max: most })
        | (Type::Timestamp { min, max }, Type::Timestamp { min: least, max: most })
        | (Type::Duration { min, max }, Type::Duration { min: least, max: most }) => {
            inside((min, max), (least, most))
        }
        (
            Type::List { of, min, max, distinct },
            Type::List { of: wider, min: least, max: most, distinct: only },
        ) => fits((min, max), (least, most)) && (*distinct || !only) && within(of, wider),
        (Type::Map { of, min, max }, Type::Map { of: wider, min: least, max: most }) => {
            fits((min, max), (least, most)) && within(of, wider)
        }
        // A part that one of them does not know would be lost when it writes the whole.
        (Type::Object { fields, .. }, Type::Object { fields: others, .. }) => {
            let same = |(one, other): (&Field, &Field)| {
                one.key == other.key && one.optional == other.optional && within(&one.ty, &other.ty)
            };
            fields.len() == others.len() && fields.iter().zip(others).all(same)
        }
        _ => false,
    }
}

/// Whether values of one type may become values of another; whether each does is asked of each.
pub(super) fn alike(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Id { of, .. }, Type::Id { of: other, .. }) => of == other,
        (
            Type::Id { .. } | Type::Text { .. } | Type::Email { .. } | Type::Url { .. } | Type::Enum { .. },
            Type::Text { .. } | Type::Email { .. } | Type::Url { .. } | Type::Enum { .. },
        )
        | (Type::Int { .. } | Type::Decimal { .. }, Type::Int { .. } | Type::Decimal { .. })
        | (Type::Bool, Type::Bool)
        | (Type::Date { .. }, Type::Date { .. })
        | (Type::Timestamp { .. }, Type::Timestamp { .. })
        | (Type::Duration { .. }, Type::Duration { .. }) => true,
        (Type::List { of, .. }, Type::List { of: other, .. })
        | (Type::Map { of, .. }, Type::Map { of: other, .. }) => alike(of, other),
        (Type::Object { fields, .. }, Type::Object { fields: others, .. }) => {
            others.iter().all(|part| former(fields, part).is_none_or(|(_, it)| alike(&it.ty, &part.ty)))
        }
        _ => false,
    }
}

/// Whether a value of one type is stored as the same text or number when it is one of the other.
pub(super) fn stored_alike(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::List { of, .. }, Type::List { of: other, .. })
        | (Type::Map { of, .. }, Type::Map { of: other, .. }) => stored_alike(of, other),
        (Type::Object { fields, .. }, Type::Object { fields: others, .. }) => {
            let same =
                |(one, other): (&Field, &Field)| one.key == other.key && stored_alike(&one.ty, &other.ty);
            fields.len() == others.len() && fields.iter().zip(others).all(same)
        }
        _ => scale(from) == scale(to),
    }
}

/// Digits after the point of a number.
pub(super) fn scale(ty: &Type) -> u8 {
    if let Type::Decimal { scale, .. } = ty { *scale } else { 0 }
}

/// A value of one type as one of another, or why it cannot be one.
pub(super) fn become_one(from: &Type, to: &Type, value: Value) -> Result<Value, String> {
    let value = carry(from, to, value)?;
    check(to, &value).map(|()| value).map_err(|wrong| wrong.reason)
}

fn carry(from: &Type, to: &Type, value: Value) -> Result<Value, String> {
    match (from, to, value) {
        (_, _, Value::Null) => Ok(Value::Null),
        (Type::Int { .. } | Type::Decimal { .. }, _, Value::Int(units)) => {
            rescaled(units, scale(from), scale(to)).map(Value::Int)
        }
        (Type::List { of, .. }, Type::List { of: other, .. }, Value::List(items)) => {
            items.into_iter().map(|item| carry(of, other, item)).collect::<Result<_, _>>().map(Value::List)
        }
        (Type::Map { of, .. }, Type::Map { of: other, .. }, Value::Map(entries)) => {
            let entry = |(key, value)| Ok((key, carry(of, other, value)?));
            entries.into_iter().map(entry).collect::<Result<_, String>>().map(Value::Map)
        }
        (Type::Object { fields, .. }, Type::Object { fields: others, .. }, Value::Object(values)) => {
            parts(fields, others, &values).map(Value::Object)
        }
        (_, _, value) => Ok(value),
    }
}

fn parts(fields: &[Field], others: &[Field], values: &[Value]) -> Result<Vec<Value>, String> {
    let kept = |at: usize| others.iter().any(|part| former(fields, part).is_some_and(|(it, _)| it == at));
    let lost = |(at, value): &(usize, &Value)| **value != Value::Null && !kept(*at);
    if let Some(lost) = values.iter().enumerate().find(lost).and_then(|(at, _)| fields.get(at)) {
        return Err(format!("holds a part `{}`, which would be lost", lost.key));
    }
    let part = |part: &Field| match former(fields, part) {
        Some((at, field)) => carry(&field.ty, &part.ty, values.get(at).cloned().unwrap_or(Value::Null)),
        None if part.optional => Ok(Value::Null),
        None => Err(format!("holds no part `{}`, and in a list or a map no `default` fills it", part.key)),
    };
    others.iter().map(part).collect()
}

/// The field that a part was: the one of its key, or of a key that it had.
fn former<'f>(fields: &'f [Field], part: &Field) -> Option<(usize, &'f Field)> {
    let find = |key: &String| fields.iter().enumerate().find(|(_, field)| field.key == *key);
    std::iter::once(&part.key).chain(&part.was).find_map(find)
}

/// Units of one scale in those of another, exactly.
fn rescaled(units: i64, from: u8, to: u8) -> Result<i64, String> {
    let power = |digits: u8| 10_i64.checked_pow(u32::from(digits));
    let too_large = || "is too large".to_owned();
    if to >= from {
        return power(to - from).and_then(|by| units.checked_mul(by)).ok_or_else(too_large);
    }
    let by = power(from - to).ok_or_else(too_large)?;
    let exact = units.checked_rem(by) == Some(0);
    exact
        .then_some(units / by.max(1))
        .ok_or_else(|| format!("has more than {} behind the point", counted(to, "digit")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{field, optional, text};

    fn decimal(scale: u8) -> Type {
        Type::Decimal { scale, min: -1_000_000, max: 1_000_000 }
    }

    fn list(of: Type) -> Type {
        Type::List { of: Box::new(of), min: 0, max: 9, distinct: false }
    }

    #[test]
    fn scales_change_exactly_or_not_at_all() {
        let become_one = |from, to, units| become_one(&decimal(from), &decimal(to), Value::Int(units));
        assert_eq!(become_one(2, 4, 1250), Ok(Value::Int(125_000)));
        assert_eq!(become_one(2, 1, 1250), Ok(Value::Int(125)));
        assert_eq!(become_one(2, 1, -1250), Ok(Value::Int(-125)));
        assert!(become_one(2, 1, 1255).unwrap_err().contains("more than 1 digit behind"));
        assert!(become_one(2, 4, 999_999).unwrap_err().starts_with("must be"));
        assert_eq!(rescaled(i64::MAX, 0, 2).unwrap_err(), "is too large");
    }

    #[test]
    fn objects_in_lists_keep_every_part() {
        let object = |fields: Vec<Field>| list(Type::Object { name: "part".to_owned(), fields });
        let of = |values: Vec<Value>| Value::List(vec![Value::Object(values)]);
        let word = |word: &str| Value::Text(word.to_owned());
        let was = Field { was: vec!["a".to_owned()], ..text("b") };
        let (old, new) = (object(vec![text("a")]), object(vec![was, optional(field("n", Type::Bool))]));
        assert!(alike(&old, &new) && !within(&old, &new) && !stored_alike(&old, &new));
        let carried = become_one(&old, &new, of(vec![word("x")]));
        assert_eq!(carried, Ok(of(vec![word("x"), Value::Null])));
        let lost = become_one(&new, &old, of(vec![word("x"), Value::Null]));
        assert!(lost.unwrap_err().contains("a part `b`, which would be lost"));
        let more = object(vec![text("a"), text("c")]);
        assert!(become_one(&old, &more, of(vec![word("x")])).unwrap_err().contains("no part `c`"));
    }

    #[test]
    fn what_is_wider_holds_all_of_the_narrower() {
        let string = |max| Type::Text { min: 1, max, pattern: None, lines: false };
        let words = |words: &[&str]| Type::Enum { values: words.iter().map(|it| (*it).to_owned()).collect() };
        for (narrow, wide) in [
            (string(5), string(9)),
            (Type::Email { max: 9 }, string(9)),
            (words(&["a"]), words(&["b", "a"])),
            (words(&["a"]), string(9)),
            (list(string(5)), list(string(9))),
        ] {
            assert!(within(&narrow, &wide) && !within(&wide, &narrow), "{narrow:?} {wide:?}");
            assert!(alike(&wide, &narrow) && stored_alike(&wide, &narrow));
        }
        assert!(
            !alike(&string(9), &Type::Bool)
                && !alike(&string(9), &Type::Id { of: "x".into(), pattern: None })
        );
    }
}
