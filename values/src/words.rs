//! Types and values in words, for those who sent something else.

use crate::decimal::format_units;
use crate::json::Json;
use crate::schema::Type;
use crate::time::{DAYS, Date, Duration, MICROS, Timestamp};

/// What a type takes, in words: `a number from 0.00 to 99.00`.
pub fn expected(ty: &Type) -> String {
    match ty {
        Type::Id { of, pattern: Some(pattern) } => format!("the id of a {of} that matches {pattern}"),
        Type::Id { of, pattern: None } => format!("the id of a {of}"),
        Type::Text { min, max, pattern, .. } => {
            let pattern =
                pattern.as_ref().map_or_else(String::new, |pattern| format!(" that matches {pattern}"));
            format!("a text of {min} to {max} characters{pattern}")
        }
        Type::Email { .. } => "an email address".to_owned(),
        Type::Url { .. } => "an http or https address".to_owned(),
        Type::Int { min, max } => format!("a whole number from {min} to {max}"),
        Type::Decimal { scale, min, max } => format!(
            "a number from {} to {} with at most {scale} digits after the point",
            format_units(*min, *scale),
            format_units(*max, *scale)
        ),
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
            let values: Vec<String> = values.iter().map(|value| format!("'{value}'")).collect();
            format!("one of {}", values.join(", "))
        }
        Type::List { of, min, max, distinct } => {
            let distinct = if *distinct { ", no two alike" } else { "" };
            format!("a list of {min} to {max} elements{distinct}, each {}", expected(of))
        }
        Type::Map { of, min, max } => format!("an object of {min} to {max} entries, each {}", expected(of)),
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

/// A value that was sent, short enough for a message.
pub fn shortened(json: &Json) -> String {
    const LENGTH: usize = 80;
    let text = json.to_string();
    if text.chars().count() <= LENGTH {
        return text;
    }
    text.chars().take(LENGTH).chain(['…']).collect()
}
