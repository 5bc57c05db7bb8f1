//! Types and values in words, for those who sent something else.

use crate::decimal::{UNITS_MAX, format_units};
use crate::json::Json;
use crate::schema::Type;
use crate::time::{DAYS, Date, Duration, MICROS, Timestamp};

/// The largest whole number that every JSON reader keeps exactly: 2^53 - 1.
pub const INT_MAX: i64 = 9_007_199_254_740_991;

/// How many values of an enum are said in a sentence; `allowed` of a fault lists them all.
const SAID_MAX: usize = 12;

/// A name with its article: `a customer`, `an order`.
pub fn a(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// How many of something there are, in words: `1 row`, `2 rows`. The one place that knows how a plural is made.
///
/// ```
/// use opwright_values::words::counted;
/// assert_eq!((counted(1, "row"), counted(0, "row")), ("1 row".to_owned(), "0 rows".to_owned()));
/// assert_eq!((counted(2, "index"), counted(2, "entry")), ("2 indexes".to_owned(), "2 entries".to_owned()));
/// assert_eq!((counted(2, "way to end"), counted(2, "day")), ("2 ways to end".to_owned(), "2 days".to_owned()));
/// ```
pub fn counted(count: impl TryInto<u64> + std::fmt::Display, one: &str) -> String {
    let said = count.to_string();
    let many = count.try_into().map_or(true, |count: u64| count != 1);
    format!("{said} {}", if many { plural(one) } else { one.to_owned() })
}

/// Several of what there is one of.
pub fn plural(one: &str) -> String {
    // What stands behind the noun stays: `ways to end`.
    let (noun, rest) = one.find(" to ").map_or((one, ""), |at| one.split_at(at));
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies{rest}"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es{rest}"),
        _ => format!("{noun}s{rest}"),
    }
}

/// What a type takes, in words.
///
/// ```
/// use opwright_values::{schema::Type, words::expected};
/// let price = Type::Decimal { scale: 2, min: 0, max: 9_900 };
/// assert_eq!(expected(&price), "a number with at most 2 digits after the point, from 0.00 to 99.00");
/// let weight = Type::Decimal { scale: 1, min: 0, max: 99 };
/// assert_eq!(expected(&weight), "a number with at most 1 digit after the point, from 0.0 to 9.9");
/// ```
pub fn expected(ty: &Type) -> String {
    match ty {
        Type::Id { of, pattern: Some(pattern) } => format!("the id of {} that matches {pattern}", a(of)),
        Type::Id { of, pattern: None } => format!("the id of {}", a(of)),
        Type::Text { min, max, pattern, .. } => {
            let pattern =
                pattern.as_ref().map_or_else(String::new, |pattern| format!(" that matches {pattern}"));
            format!("a text of {min} to {}{pattern}", counted(*max, "character"))
        }
        Type::Email { max } => format!("an email address of at most {max} characters"),
        Type::Url { max } => format!("an http or https address of at most {max} characters"),
        Type::Int { min, max } => ranged("a whole number", *min == -INT_MAX && *max == INT_MAX, min, max),
        Type::Decimal { scale, min, max } => {
            let all = *min == -UNITS_MAX && *max == UNITS_MAX;
            let (min, max) = (format_units(*min, *scale), format_units(*max, *scale));
            let digits = counted(*scale, "digit");
            ranged(&format!("a number with at most {digits} after the point"), all, min, max)
        }
        Type::Bool => "true or false".to_owned(),
        Type::Date { min, max } => {
            let all = min == DAYS.start() && max == DAYS.end();
            ranged("a date such as 2026-11-25", all, Date::from_days(*min), Date::from_days(*max))
        }
        Type::Timestamp { min, max } => {
            let all = min == MICROS.start() && max == MICROS.end();
            let (min, max) = (Timestamp::from_micros(*min), Timestamp::from_micros(*max));
            ranged("a point in time such as 2026-11-25T17:00:00Z", all, min, max)
        }
        Type::Duration { min, max } => {
            let all = *max == i64::MAX;
            let (min, max) = (Duration::from_micros(*min), Duration::from_micros(*max));
            ranged("a length of time such as PT30M", all, min, max)
        }
        Type::Enum { values } => {
            let said: Vec<String> = values.iter().take(SAID_MAX).map(|value| format!("'{value}'")).collect();
            let more = values.len().saturating_sub(said.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("one of {}{more}", said.join(", "))
        }
        Type::List { of, min, max, distinct } => {
            let distinct = if *distinct { ", no two alike" } else { "" };
            format!("a list of {min} to {}{distinct}, each {}", counted(*max, "element"), expected(of))
        }
        Type::Map { of, min, max } => {
            format!("an object of {min} to {}, each {}", counted(*max, "entry"), expected(of))
        }
        Type::Object { fields, .. } => {
            let keys: Vec<&str> =
                fields.iter().filter(|field| !field.hidden).map(|field| field.key.as_str()).collect();
            format!("an object with {}", keys.join(", "))
        }
    }
}

fn ranged<T: std::fmt::Display>(what: &str, all: bool, min: T, max: T) -> String {
    if all { what.to_owned() } else { format!("{what}, from {min} to {max}") }
}

/// What was sent in place of something of another kind: `a text: "10"`.
pub fn with_kind(json: &Json) -> String {
    match json {
        Json::Null => json.kind().to_owned(),
        other => format!("{}: {}", other.kind(), shortened(other)),
    }
}

/// A value that was sent, short enough for a message.
pub fn shortened(json: &Json) -> String {
    const LENGTH: usize = 80;
    let text = json.to_string();
    if text.chars().count() <= LENGTH {
        return text;
    }
    text.chars().take(LENGTH).chain(['…']).collect()
}
