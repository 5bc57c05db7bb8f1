//! Forms, limits and places in words.

use crate::keys::types::Limits;
use crate::keys::{Form, Spot};

/// How a value is written.
pub(super) fn form(form: Form) -> String {
    match form {
        Form::Name => "name".to_owned(),
        Form::Text => "text".to_owned(),
        Form::Template => "text with `{expression}`".to_owned(),
        Form::Expression => "expression".to_owned(),
        Form::Literal => "value".to_owned(),
        Form::Flag => "`true`, `false`".to_owned(),
        Form::Number => "whole number".to_owned(),
        Form::Bounds => "`1..9`, `..9`, `1..`".to_owned(),
        Form::Pattern => "regular expression".to_owned(),
        Form::Words(words) => super::words(words),
        Form::OneOrMore(of) => format!("{}, or a list", self::form(*of)),
        Form::List(of) => format!("list: {}", self::form(*of)),
        Form::Map(of) => format!("names: {}", self::form(*of)),
        Form::Table(table) => table.what.to_owned(),
        Form::Either(Form::Name, Form::Table(_)) => "code, or a map".to_owned(),
        Form::Either(one, other) => format!("{}, or {}", self::form(*one), inside(*other)),
        Form::TypeName => "type".to_owned(),
        Form::Field => "field".to_owned(),
        Form::Steps => "steps".to_owned(),
        Form::Returned => "expression, or a map of them".to_owned(),
        Form::Any => "anything".to_owned(),
    }
}

/// A map by the keys that it cannot do without.
fn inside(form: Form) -> String {
    let Form::Table(table) = form else { return self::form(form) };
    let keys = table.here().filter(|key| key.required).map(|key| format!("{}: …", key.name));
    format!("`{{ {} }}`", keys.collect::<Vec<_>>().join(", "))
}

/// Where a field has a key that not all have.
pub(super) fn spots(spots: &[Spot]) -> String {
    let one = |spot: &Spot| match spot {
        Spot::Resource => "resources",
        Spot::Type => "types",
        Spot::Input => "arguments",
    };
    match spots.iter().map(one).collect::<Vec<_>>().join(" and ") {
        none if none.is_empty() => none,
        some => format!(" Only in {some}."),
    }
}

/// What a value cannot pass.
pub(super) fn limits(limits: Limits) -> String {
    let range = |low: &dyn std::fmt::Display, high: &str, what: &str| format!("{low} to {high}{what}");
    match limits {
        Limits::None => String::new(),
        Limits::Int(low, high) => range(&format_args!("−{}", grouped(low)), &grouped(high), ""),
        Limits::Length(low, high) => range(&low, &grouped(i64::from(high)), " characters"),
        Limits::Size(low, high) => range(&low, &grouped(i64::from(high)), " elements"),
        Limits::Rows(high) => format!("at most {} rows", grouped(i64::from(high))),
        Limits::Scale(usual, high) => format!("`scale` {usual}, at most {high}"),
        Limits::Values(high) => format!("at most {high} values"),
        Limits::Words(words) => words.to_owned(),
    }
}

/// Digits in groups of three, without a sign.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let places = digits.len();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (places - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
