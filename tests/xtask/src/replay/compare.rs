//! Whether two values are the same: numbers as decimals, lists in order, objects in any.

use opwright_values::json::Json;

/// The first difference, with its place.
pub(super) fn difference(expected: &Json, found: &Json, place: &str) -> Option<String> {
    match (expected, found) {
        (Json::Number(a), Json::Number(b)) if plain(a) == plain(b) => None,
        (Json::List(a), Json::List(b)) => {
            if a.len() != b.len() {
                return Some(format!("{place}: expected {} elements, found {}", a.len(), b.len()));
            }
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| difference(a, b, &format!("{place}/{at}")))
        }
        (Json::Object(a), Json::Object(b)) => {
            let extra = b.iter().find(|(key, _)| expected.get(key).is_none());
            if let Some((key, value)) = extra {
                return Some(format!("{place}/{key}: not expected, found {value}"));
            }
            a.iter().find_map(|(key, value)| match found.get(key) {
                Some(other) => difference(value, other, &format!("{place}/{key}")),
                None => Some(format!("{place}/{key}: expected {value}, found nothing")),
            })
        }
        (a, b) if a == b => None,
        (a, b) => Some(format!("{place}: expected {a}, found {b}")),
    }
}

/// A number as its digits and the power of ten behind them, without zeros that say nothing: `86.00`, `86.0`, `86` and
/// `8.6e1` are alike, `-0.0` is `0`. Digits that could be too large for every number type stay digits.
fn plain(number: &str) -> (bool, String, i64) {
    let (minus, number) = number.strip_prefix('-').map_or((false, number), |number| (true, number));
    let (digits, power) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let power = power.parse::<i64>().unwrap_or(i64::MAX).saturating_sub(places);
    let all = format!("{whole}{fraction}");
    let all = all.trim_start_matches('0');
    let kept = all.trim_end_matches('0');
    if kept.is_empty() {
        return (false, String::new(), 0);
    }
    let zeros = i64::try_from(all.len() - kept.len()).unwrap_or(i64::MAX);
    (minus, kept.to_owned(), power.saturating_add(zeros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differs(a: &str, b: &str) -> bool {
        let (Ok(a), Ok(b)) = (Json::parse(a), Json::parse(b)) else { return true };
        difference(&a, &b, "").is_some()
    }

    #[test]
    fn numbers_are_decimals() {
        assert!(
            !differs("86.0", "86.00")
                && !differs("86", "86.0")
                && !differs("-0.0", "0")
                && !differs("0.50", "0.5")
        );
        assert!(!differs("8.6e1", "86") && !differs("1E+2", "100.0") && !differs("12e-1", "1.20"));
        assert!(differs("86.1", "86.01") && differs("-1", "1") && differs("100", "10"));
    }

    #[test]
    fn order_counts_in_lists_only() {
        assert!(!differs(r#"{"a":1,"b":[1,2]}"#, r#"{"b":[1,2],"a":1.0}"#));
        assert!(
            differs("[1,2]", "[2,1]")
                && differs(r#"{"a":1}"#, r#"{"a":1,"b":2}"#)
                && differs(r#"{"a":1}"#, "{}")
        );
        assert!(differs("1", "\"1\""));
    }
}
