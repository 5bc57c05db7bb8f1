//! What was expected beside what was found.

use crate::scenario::paste;
use crate::scenario::state::Rows;
use opwright_values::json::Json;
use opwright_values::scenario::{Changes, Emitted, Expect, RowChange};
use opwright_values::time::{Date, Timestamp};
use opwright_values::words::counted;
use std::collections::{BTreeMap, BTreeSet};

/// How a call ended, and what it left.
#[derive(Debug)]
pub(super) struct Found {
    /// The result, or the code and the node of the refusal.
    pub(super) end: Result<Json, (String, String)>,
    /// What changed.
    pub(super) changed: Changes,
    /// What rows there are afterwards.
    pub(super) rows: Rows,
    /// Which events were told.
    pub(super) emitted: Vec<Emitted>,
}

/// One difference.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Of what.
    pub(super) what: String,
    /// What was expected.
    pub(super) expected: String,
    /// What was found.
    pub(super) found: String,
}

/// All differences, and what was found instead as `expect` takes it.
pub(super) fn differences(expect: &Expect, found: &Found) -> (Vec<Difference>, String) {
    let mut all = Differences::default();
    let known = all.end(expect, found);
    let mut paste = String::new();
    // Where the end is another one, all else follows from that.
    if known {
        if let (Some(expected), Ok(result)) = (&expect.returns, &found.end) {
            let before = all.all.len();
            all.at_least("returns", expected, result);
            if all.all.len() > before {
                paste.push_str(&paste::returns(expected, result));
            }
        }
        if let Some(expected) = &expect.changed {
            let before = all.all.len();
            all.changes(expected, &found.changed, &found.rows);
            if all.all.len() > before {
                paste.push_str(&paste::changed(&found.changed));
            }
        }
        if let Some(expected) = &expect.emitted {
            let before = all.all.len();
            all.events(expected, &found.emitted);
            if all.all.len() > before {
                paste.push_str(&paste::emitted(&found.emitted));
            }
        }
    }
    (all.all, paste)
}

/// Whether a point in time or a day is part of what differs: then the time of the calls may be why.
pub(super) fn is_about_time(differences: &[Difference]) -> bool {
    let texts = |text: &str| {
        text.split('"').any(|part| part.parse::<Timestamp>().is_ok() || part.parse::<Date>().is_ok())
    };
    differences.iter().any(|it| texts(&it.expected) || texts(&it.found))
}

#[derive(Default)]
struct Differences {
    all: Vec<Difference>,
}

impl Differences {
    fn add(&mut self, what: impl Into<String>, expected: impl ToString, found: impl ToString) {
        let (expected, found) = (expected.to_string(), found.to_string());
        self.all.push(Difference { what: what.into(), expected, found });
    }

    /// Whether the call ended as was expected.
    fn end(&mut self, expect: &Expect, found: &Found) -> bool {
        let before = self.all.len();
        match (&expect.refused, &found.end) {
            (None, Ok(_)) => {}
            (None, Err((code, _))) => self.add("the call", "done", format!("refused: {code}")),
            (Some(code), Ok(_)) => self.add("the call", format!("refused: {code}"), "done"),
            (Some(expected), Err((code, node))) => {
                if expected != code {
                    self.add("refused", expected, code);
                }
                if let Some(expected) = &expect.node
                    && expected != node
                {
                    self.add("node", expected, node);
                }
            }
        }
        self.all.len() == before
    }

    /// Objects may hold more than is expected, at every depth.
    fn at_least(&mut self, what: &str, expected: &Json, found: &Json) {
        match (expected, found) {
            (Json::Object(entries), Json::Object(_)) => {
                for (key, expected) in entries {
                    let found = found.get(key).unwrap_or(&Json::Null);
                    self.at_least(&format!("{what}.{key}"), expected, found);
                }
            }
            (Json::List(expected), Json::List(found)) if expected.len() == found.len() => {
                for (at, (expected, found)) in expected.iter().zip(found).enumerate() {
                    self.at_least(&format!("{what}[{at}]"), expected, found);
                }
            }
            _ if expected == found => {}
            (Json::List(wanted), Json::List(are)) => {
                let what = format!("{what}, {} and not {}", counted(are.len(), "element"), wanted.len());
                self.add(what, expected, in_order_of(expected, found));
            }
            _ => self.add(what, expected, in_order_of(expected, found)),
        }
    }

    fn changes(&mut self, expected: &Changes, found: &Changes, rows: &Rows) {
        let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
        let none = BTreeMap::new();
        for name in names {
            let (expected, found) = (expected.get(name).unwrap_or(&none), found.get(name).unwrap_or(&none));
            let ids: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
            for id in ids {
                let row = (name.clone(), id.clone());
                let being = match (rows.new.contains(&row), rows.all.contains(&row)) {
                    (true, _) => Being::New,
                    (false, true) => Being::There,
                    (false, false) => Being::Missing,
                };
                self.row(&format!("{name} {id}"), expected.get(id), found.get(id), being);
            }
        }
    }

    fn row(&mut self, what: &str, expected: Option<&RowChange>, found: Option<&RowChange>, being: Being) {
        let nothing = BTreeMap::new();
        let (expected, found) = match (expected, found) {
            (Some(RowChange::Deleted), Some(RowChange::Deleted)) => return,
            (Some(RowChange::Deleted), found) => return self.add(what, "deleted", shown(found, being)),
            (expected, Some(RowChange::Deleted)) => {
                return self.add(what, shown(expected, Being::There), "deleted");
            }
            (Some(RowChange::Fields(fields)), None) if fields.is_empty() || being == Being::Missing => {
                // No field is said of a new row only.
                let being_of = if fields.is_empty() { Being::New } else { Being::There };
                return self.add(what, shown(expected, being_of), shown(None, being));
            }
            (None, Some(RowChange::Fields(_))) if being == Being::New => {
                return self.add(what, "(no such row)", shown(found, being));
            }
            (expected, found) => (fields(expected, &nothing), fields(found, &nothing)),
        };
        // A new row had no values that could be unchanged.
        let none = if being == Being::New { "(absent)" } else { "(unchanged)" };
        let keys: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
        for key in keys {
            let what = format!("{what}: {key}");
            match (expected.get(key), found.get(key)) {
                (Some(expected), None) => self.add(what, expected, none),
                (None, Some(found)) => self.add(what, none, found),
                (Some(expected), Some(found)) if !equal(expected, found) => {
                    self.add(what, expected, in_order_of(expected, found));
                }
                _ => {}
            }
        }
    }

    /// In any order: each that is expected takes one of those that were told. Of those that are left, one of the same name
    /// is taken for the one that was meant, the one with the fewest fields that differ first.
    fn events(&mut self, expected: &[Emitted], found: &[Emitted]) {
        let same = |a: &Emitted, b: &Emitted| a.event == b.event && equal(&a.with, &b.with);
        let mut left: Vec<&Emitted> = found.iter().collect();
        let mut missing = Vec::new();
        for event in expected {
            match left.iter().position(|found| same(event, found)) {
                Some(at) => drop(left.remove(at)),
                None => missing.push(event),
            }
        }
        for event in missing {
            let what = format!("emitted {}", event.event);
            let likes = left.iter().enumerate().filter(|(_, found)| found.event == event.event);
            match likes.min_by_key(|(_, found)| unlike(&event.with, &found.with)).map(|(at, _)| at) {
                Some(at) => self.exactly(&what, &event.with, &left.remove(at).with),
                None => self.add(what, &event.with, "(not told)"),
            }
        }
        for event in left {
            self.add(format!("emitted {}", event.event), "(not told)", &event.with);
        }
    }

    /// The fields of an event that differ.
    fn exactly(&mut self, what: &str, expected: &Json, found: &Json) {
        let (Json::Object(fields), Json::Object(others)) = (expected, found) else {
            if !equal(expected, found) {
                self.add(what, expected, in_order_of(expected, found));
            }
            return;
        };
        let more = others.iter().filter(|(key, _)| expected.get(key).is_none());
        for (key, value) in fields.iter().chain(more) {
            let what = format!("{what}: {key}");
            match (expected.get(key), found.get(key)) {
                (Some(_), Some(found)) if equal(value, found) => {}
                (Some(_), Some(found)) => self.add(what, value, in_order_of(value, found)),
                (Some(_), None) => self.add(what, value, "(absent)"),
                (None, _) => self.add(what, "(absent)", value),
            }
        }
    }
}

/// What was found with its keys in the order in which they were expected, so that the two can be compared by eye; others
/// stand behind, in the order of the answer.
fn in_order_of(expected: &Json, found: &Json) -> Json {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => {
            let place = |key: &str| expected.iter().position(|(name, _)| name == key);
            let mut entries: Vec<_> = found
                .iter()
                .map(|(key, found)| {
                    let like = place(key).and_then(|at| expected.get(at));
                    (key.clone(), like.map_or_else(|| found.clone(), |(_, like)| in_order_of(like, found)))
                })
                .collect();
            entries.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
            Json::Object(entries)
        }
        (Json::List(expected), Json::List(found)) => {
            let like = |at: usize| expected.get(at).or(expected.last());
            let items = found.iter().enumerate();
            Json::List(
                items
                    .map(|(at, item)| like(at).map_or_else(|| item.clone(), |like| in_order_of(like, item)))
                    .collect(),
            )
        }
        _ => found.clone(),
    }
}

/// How many fields of two objects differ.
fn unlike(expected: &Json, found: &Json) -> usize {
    let fields = |json: &Json| match json {
        Json::Object(entries) => entries.len(),
        _ => 0,
    };
    let alike = match expected {
        Json::Object(entries) => {
            entries.iter().filter(|(key, it)| found.get(key).is_some_and(|found| equal(it, found))).count()
        }
        _ => 0,
    };
    fields(expected).max(fields(found)) - alike
}

/// In whatever order the keys of objects stand.
fn equal(a: &Json, b: &Json) -> bool {
    a == b || a.clone().canonical() == b.clone().canonical()
}

fn fields<'c>(
    change: Option<&'c RowChange>,
    nothing: &'c BTreeMap<String, Json>,
) -> &'c BTreeMap<String, Json> {
    if let Some(RowChange::Fields(fields)) = change { fields } else { nothing }
}

/// Whether a row is there after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Being {
    /// The call has made it.
    New,
    /// It was there before.
    There,
    /// It is not.
    Missing,
}

fn shown(change: Option<&RowChange>, being: Being) -> String {
    match change {
        None if being == Being::Missing => "(no such row)".to_owned(),
        None => "(unchanged)".to_owned(),
        Some(RowChange::Deleted) => "deleted".to_owned(),
        Some(RowChange::Fields(fields)) => {
            let fields = Json::object(fields.iter().map(|(key, value)| (key.clone(), value.clone())));
            if being == Being::New { format!("created {fields}") } else { fields.to_string() }
        }
    }
}

/// The widest line of a table.
const WIDE: usize = 110;

/// Differences as a table; where they are too wide, what was found stands below what was expected.
pub(super) fn table(differences: &[Difference]) -> String {
    let width = |of: fn(&Difference) -> &str, title: &str| {
        let cells = differences.iter().map(|it| of(it).chars().count());
        cells.chain([title.len()]).max().unwrap_or(0)
    };
    let (what, expected, found) =
        (width(|it| &it.what, ""), width(|it| &it.expected, "expected"), width(|it| &it.found, "found"));
    let mut out = String::new();
    if what + expected + found + 6 <= WIDE {
        out.push_str(&format!("  {:what$}  {:expected$}  found\n", "", "expected"));
        for it in differences {
            out.push_str(&format!("  {:what$}  {:expected$}  {}\n", it.what, it.expected, it.found));
        }
        return out;
    }
    for it in differences {
        out.push_str(&format!("  {}\n    expected  {}\n    found     {}\n", it.what, it.expected, it.found));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_among_what_differs_is_seen() {
        let differs = |expected: &str, found: &str| {
            let (what, expected, found) = (String::new(), expected.to_owned(), found.to_owned());
            is_about_time(&[Difference { what, expected, found }])
        };
        assert!(differs("{\"at\":\"2026-01-01T00:00:00Z\"}", "(not told)"));
        assert!(differs("(unchanged)", "\"2026-01-01\""));
        assert!(!differs("\"paid\"", "20.26"));
    }

    #[test]
    fn an_event_that_is_nearly_the_expected_one_differs_by_its_fields() {
        let event = |with: &str| Emitted { event: "paid".to_owned(), with: Json::parse(with).unwrap() };
        let mut all = Differences::default();
        let expected = [event("{\"a\":1,\"b\":2}"), event("{\"a\":3,\"b\":4}"), event("{\"a\":9,\"b\":9}")];
        all.events(&expected, &[event("{\"b\":4,\"a\":5}"), event("{\"a\":1,\"b\":2}")]);
        let said: Vec<[&str; 3]> = all.all.iter().map(|it| [&*it.what, &*it.expected, &*it.found]).collect();
        assert_eq!(
            said,
            [["emitted paid: a", "3", "5"], ["emitted paid", "{\"a\":9,\"b\":9}", "(not told)"]]
        );
    }

    #[test]
    fn what_is_found_stands_in_the_order_of_what_is_expected() {
        let parsed = |text: &str| Json::parse(text).unwrap();
        let expected = parsed("{\"b\":1,\"a\":{\"y\":1,\"x\":2},\"c\":[{\"n\":1,\"m\":2}]}");
        let found =
            parsed("{\"z\":0,\"a\":{\"x\":3,\"y\":1},\"b\":1,\"c\":[{\"m\":2,\"n\":1},{\"m\":3,\"n\":1}]}");
        let ordered = in_order_of(&expected, &found).to_string();
        let wanted = "{\"b\":1,\"a\":{\"y\":1,\"x\":3},\"c\":[{\"n\":1,\"m\":2},{\"n\":1,\"m\":3}],\"z\":0}";
        assert_eq!(ordered.replace(' ', ""), wanted);
    }
}
