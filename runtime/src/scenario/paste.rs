//! What was found, as `expect` takes it: a change that is meant is copied into the scenario instead of being typed.
//!
//! ```yaml
//! changed:
//!   basket:
//!     b1: { state: paid, note: null }
//! emitted:
//!   - { event: basket.paid, with: { basket: b1 } }
//! ```

use opwright_values::json::Json;
use opwright_values::scenario::{Changes, Emitted, RowChange};
use std::fmt::Write;

/// Of what a call gave back, what was expected of it.
pub(super) fn returns(expected: &Json, found: &Json) -> String {
    format!("returns: {}\n", value(&asked(expected, found)))
}

/// What was found where something was expected: objects may hold more than that.
fn asked(expected: &Json, found: &Json) -> Json {
    match (expected, found) {
        (Json::Object(entries), Json::Object(_)) => {
            let found = |key: &str| found.get(key).cloned().unwrap_or(Json::Null);
            Json::object(entries.iter().map(|(key, it)| (key.as_ref().to_owned(), asked(it, &found(key)))))
        }
        (Json::List(wanted), Json::List(are)) if wanted.len() == are.len() => {
            Json::List(wanted.iter().zip(are).map(|(it, found)| asked(it, found)).collect())
        }
        _ => found.clone(),
    }
}

/// The changes of a call.
pub(super) fn changed(changes: &Changes) -> String {
    if changes.is_empty() {
        return "changed: nothing\n".to_owned();
    }
    let mut out = "changed:\n".to_owned();
    for (resource, rows) in changes {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {resource}:");
        for (id, change) in rows {
            let change = match change {
                RowChange::Deleted => "deleted".to_owned(),
                RowChange::Fields(fields) => object(fields.iter().map(|(key, value)| (key.as_str(), value))),
            };
            let _ = writeln!(out, "    {}: {change}", text(id));
        }
    }
    out
}

/// The events of a call.
pub(super) fn emitted(events: &[Emitted]) -> String {
    if events.is_empty() {
        return "emitted: []\n".to_owned();
    }
    let lines = events.iter().map(|it| format!("  - {{ event: {}, with: {} }}\n", it.event, value(&it.with)));
    lines.fold("emitted:\n".to_owned(), |out, line| out + &line)
}

fn object<'j>(entries: impl Iterator<Item = (&'j str, &'j Json)>) -> String {
    let entries: Vec<String> = entries.map(|(key, it)| format!("{}: {}", text(key), value(it))).collect();
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

fn value(json: &Json) -> String {
    match json {
        Json::Object(entries) => object(entries.iter().map(|(key, value)| (key.as_ref(), value))),
        Json::List(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
        Json::Text(it) => text(it),
        // Numbers, flags and null are alike in both.
        other => other.to_string(),
    }
}

/// A word as it is; whatever YAML could take for something else in quotes, which are those of JSON.
fn text(text: &str) -> String {
    let word = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let means = matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if word && !means { text.to_owned() } else { Json::text(text.to_owned()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn what_yaml_would_read_otherwise_stands_in_quotes() {
        let found =
            r#"{"a":"paid","b":"no","c":"1.0","d":[1.50,null,"x: y"],"e":{},"f":"2026-01-01T00:00:00Z"}"#;
        let wanted =
            r#"{ a: paid, b: "no", c: "1.0", d: [1.50, null, "x: y"], e: {}, f: "2026-01-01T00:00:00Z" }"#;
        assert_eq!(value(&parsed(found)), wanted);
    }

    #[test]
    fn of_an_answer_that_is_copied_which_was_expected() {
        let expected = parsed(r#"{"b":[{"c":1},{"c":2}],"a":{"x":1},"l":[1]}"#);
        let found = parsed(r#"{"a":{"x":2,"y":3},"b":[{"c":1,"d":0},{"c":3,"d":0}],"l":[1,2],"z":1}"#);
        let wanted = "returns: { b: [{ c: 1 }, { c: 3 }], a: { x: 2 }, l: [1, 2] }\n";
        assert_eq!(returns(&expected, &found), wanted);
    }

    #[test]
    fn changes_and_events_are_keys_of_expect() {
        let rows = [
            ("b-1".to_owned(), RowChange::Deleted),
            ("b2".to_owned(), RowChange::Fields([("note".to_owned(), Json::Null)].into())),
        ];
        let changes = Changes::from([("basket".to_owned(), rows.into())]);
        assert_eq!(changed(&changes), "changed:\n  basket:\n    \"b-1\": deleted\n    b2: { note: null }\n");
        assert_eq!(changed(&Changes::new()) + &emitted(&[]), "changed: nothing\nemitted: []\n");
        let event = Emitted { event: "basket.paid".to_owned(), with: parsed(r#"{"basket":"b1"}"#) };
        assert_eq!(emitted(&[event]), "emitted:\n  - { event: basket.paid, with: { basket: b1 } }\n");
    }
}
