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

/// The digits of a number without zeros that say nothing: `86.00`, `86.0` and `86` are alike, `-0.0` is `0`.
fn plain(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.is_empty() && fraction.is_empty() {
        return "0".to_owned();
    }
    format!("{sign}{whole}.{fraction}")
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
