//! Changes of what a value is, of what a row is called by and belongs to, and what deleted rows have to do with them.

use super::cases::{Case, made, one, refused};
use opwright_runtime::store::rules::RowRules;
use opwright_values::value::Value;

/// A resource with two others that it may refer to, or belong to.
macro_rules! between {
    ($to:literal, $row:literal) => {
        concat!(
            "resource: one\nfields: { id: { type: id } }\n---\nresource: two\nfields: { id: { type: id } }\n---\n",
            "resource: item\nfields: { id: { type: id }, at: { type: ref, ",
            $to,
            " } }\n---\ndata: rows\nrows: { one: [{ id: o }], two: [{ id: t }], item: [",
            $row,
            "] }"
        )
    };
}

/// A resource with objects in a list and in a map.
macro_rules! places {
    ($parts:literal, $rows:literal) => {
        concat!(
            "type: place\nfields: { ", $parts, " }\n---\nresource: item\nfields: { id: { type: id }, ",
            "places: { type: list, of: place }, named: { type: map, of: place } }\n---\ndata: rows\nrows: { item: [",
            $rows,
            "] }"
        )
    };
}

/// A resource with a rule over `low` and `high`.
macro_rules! ruled {
    ($fields:literal) => {
        concat!(
            "resource: item\nfields:\n  id: { type: id }\n",
            $fields,
            "\nrules: [{ require: row.low <= row.high, refuse: low_above_high }]"
        )
    };
}

/// What generated code would make of it: it takes for granted that both are there.
const LOW_IS_LESS: &[RowRules] = &[(0, |row| match row.as_slice() {
    [_, Value::Int(low), Value::Int(high), ..] if low <= high => Ok(None),
    _ => Ok(Some("low_above_high")),
})];

/// The same of an object that has both, and may be absent.
const SPANS: &[RowRules] = &[(0, |row| match row.get(1) {
    Some(Value::Object(parts)) => match parts.as_slice() {
        [Value::Int(low), Value::Int(high)] if low <= high => Ok(None),
        _ => Ok(Some("low_above_high")),
    },
    _ => Ok(None),
})];

const NOTES: &str = "resource: item\nfields: { id: { type: id }, x: int, notes: { type: many, of: note, size: ..9 } }\n---\nresource: note\nfields: { id: { type: id }, item: { type: ref, to: item, owner: true } }\n---\ndata: rows\nrows: { item: [{ id: a, x: 1, notes: [{ id: m }, { id: n }] }, { id: b, x: 1 }] }";

pub(super) const CASES: &[Case] = &[
    made("an email becomes text", one!("  x: email", "a": "x: a@b.example"), one!("  x: string", "c": "x: any")),
    refused(
        "text becomes an email and a list distinct, values do not fit",
        one!("  x: string\n  l: { type: list, of: int }", "a": "x: a@b.example, l: [1, 1]", "b": "x: nobody, l: [1]"),
        one!("  x: email\n  l: { type: list, of: int, distinct: true }"),
        &["column `x`: it holds", "1 row has another value: `b`", "column `l`: it holds", "1 row has another value: `a`"],
    ),
    made(
        "text becomes an email and a list distinct, all values fit",
        one!("  x: string\n  l: { type: list, of: int }", "a": "x: a@b.example, l: [1, 2]"),
        one!("  x: email\n  l: { type: list, of: int, distinct: true }", "c": "x: c@b.example, l: [1]"),
    )
    .alone(),
    refused(
        "decimal becomes int, digits would be lost",
        one!("  x: { type: decimal, range: 0..100 }", "a": "x: 1.50", "b": "x: 2.00"),
        one!("  x: { type: int, range: 0..100 }"),
        &["column `x`: it holds", "1 row has another value: `a`"],
    ),
    made(
        "decimal becomes int, no digit is lost",
        one!("  x: { type: decimal, range: 0..100 }", "a": "x: 2.00"),
        one!("  x: { type: int, range: 0..100 }", "c": "x: 7"),
    )
    .alone()
    .values(&[("a", "x", "2")]),
    refused(
        "a reference leads elsewhere",
        between!("to: one", "{ id: a, at: o }"),
        between!("to: two", ""),
        &["table `item`, column `at`: it holds", "add a field with a new name"],
    ),
    refused(
        "a row gets another owner",
        between!("to: one, owner: true", "{ id: a, at: o }"),
        between!("to: one", ""),
        &["its owner was `at` and would be `nobody`"],
    ),
    refused(
        "a row gets another id",
        one!("  x: string", "a": "x: b"),
        "resource: item\nfields: { x: { type: id } }",
        &["`item`"],
    ),
    refused(
        "values of deleted rows do not fit",
        one!("  n: int", "a": "n: 5", "b": "n: 11"),
        one!("  n: { type: int, range: 0..10 }"),
        &["column `n`: it holds a whole number, from 0 to 10 now, and 1 row has another value: `b`"],
    )
    .gone(&[("item", "b")]),
    made(
        "deleted rows clash with nothing and take no room",
        NOTES,
        "resource: item\nfields: { id: { type: id }, x: { type: int, unique: true }, notes: { type: many, of: note, size: ..1 } }\n---\nresource: note\nfields: { id: { type: id }, item: { type: ref, to: item, owner: true } }\n---\ndata: rows\nrows: { item: [{ id: c, x: 2 }] }",
    )
    .alone()
    .gone(&[("item", "b"), ("note", "n")]),
    refused(
        "acyclic added, rows lead back",
        "resource: item\nfields:\n  id: { type: id }\n  up: { type: ref, to: item, optional: true }\n---\ndata: rows\nrows: { item: [{ id: a, up: b }, { id: b, up: c }, { id: c, up: b }, { id: d, up: d }] }",
        "resource: item\nfields:\n  id: { type: id }\n  up: { type: ref, to: item, optional: true, acyclic: true }",
        &["table `item`, column `up`: it never leads back to its own row now, and 2 circles are there: `b`, `d` (b → c)"],
    ),
    made(
        "acyclic added and renamed, no row leads back",
        "resource: item\nfields:\n  id: { type: id }\n  up: { type: ref, to: item, optional: true }\n---\ndata: rows\nrows: { item: [{ id: a, up: b }, { id: b, up: c }, { id: c }] }",
        "resource: item\nfields:\n  id: { type: id }\n  above: { type: ref, to: item, optional: true, acyclic: true, was: up }\n---\ndata: rows\nrows: { item: [{ id: d, above: e }, { id: e }] }",
    )
    .renamed(&[("up", "above")])
    .alone(),
    made(
        "acyclic removed",
        "resource: item\nfields:\n  id: { type: id }\n  up: { type: ref, to: item, optional: true, acyclic: true }\n---\ndata: rows\nrows: { item: [{ id: a, up: b }, { id: b }] }",
        "resource: item\nfields:\n  id: { type: id }\n  up: { type: ref, to: item, optional: true }\n---\ndata: rows\nrows: { item: [{ id: d, up: e }, { id: e }] }",
    ),
    made(
        "an optional part added to an object in lists and maps",
        places!("city: string", "{ id: a, places: [{ city: Ulm }, { city: Bonn }], named: { home: { city: Rom } } }, { id: b, places: [], named: {} }"),
        places!("city: string, zip: { type: string, optional: true }", "{ id: c, places: [{ city: Ulm, zip: '1' }], named: {} }"),
    )
    .alone(),
    refused(
        "a required part added to an object in lists, rows have it",
        places!("city: string", "{ id: a, places: [{ city: Ulm }], named: {} }, { id: b, places: [], named: { home: { city: Rom } } }"),
        places!("city: string, zip: string", ""),
        &[
            "column `places`: it holds",
            "1 row has another value: `a` (holds no part `zip`, and in a list or a map no `default` fills it)",
            "column `named`: it holds",
            "1 row has another value: `b` (holds no part `zip`, and in a list or a map no `default` fills it)",
        ],
    ),
    made(
        "a required part with a default added to an object",
        "type: place\nfields: { city: string }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true }, x: int }\n---\ndata: rows\nrows: { item: [{ id: a, home: { city: Ulm }, x: 1 }, { id: b, x: 1 }, { id: d, home: { city: Rom }, x: 2 }] }",
        "type: place\nfields: { town: { type: string, was: city }, zip: { type: string, default: '0' } }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true }, x: { type: int, optional: true } }\n---\ndata: rows\nrows: { item: [{ id: c, home: { town: Ulm, zip: '1' }, x: 1 }, { id: e, x: 1 }] }",
    )
    .alone()
    .gone(&[("item", "d")])
    .renamed(&[("home_city", "home_town")])
    .values(&[("a", "home_zip", "\"0\""), ("d", "home_zip", "\"0\"")]),
    made(
        "a rule added over a new part with a default",
        "type: span\nfields: { low: int }\n---\nresource: item\nfields: { id: { type: id }, span: { type: span, optional: true } }\n---\ndata: rows\nrows: { item: [{ id: a, span: { low: 1 } }, { id: b }] }",
        "type: span\nfields: { low: int, high: { type: int, default: 5 } }\n---\nresource: item\nfields: { id: { type: id }, span: { type: span, optional: true } }\nrules: [{ require: '!has(row.span) || row.span.low <= row.span.high', refuse: low_above_high }]\n---\ndata: rows\nrows: { item: [{ id: c, span: { low: 1, high: 2 } }] }",
    )
    .rules(SPANS)
    .alone()
    .values(&[("a", "span_high", "5")]),
    refused(
        "a rule added over a new part with a default, a row breaks it",
        "type: span\nfields: { low: int }\n---\nresource: item\nfields: { id: { type: id }, span: { type: span, optional: true } }\n---\ndata: rows\nrows: { item: [{ id: a, span: { low: 7 } }, { id: b }] }",
        "type: span\nfields: { low: int, high: { type: int, default: 5 } }\n---\nresource: item\nfields: { id: { type: id }, span: { type: span, optional: true } }\nrules: [{ require: '!has(row.span) || row.span.low <= row.span.high', refuse: low_above_high }]",
        &["1 row would break one: `a` (`low_above_high`)", "!cannot be read"],
    )
    .rules(SPANS),
    made(
        "a required part added to an object in lists, no row has it",
        places!("city: string", "{ id: a, places: [], named: {} }"),
        places!("city: string, zip: string", "{ id: c, places: [{ city: Ulm, zip: '1' }], named: {} }"),
    )
    .alone(),
    refused(
        "a part in lists becomes required, one has none",
        places!("city: string, zip: { type: string, optional: true }", "{ id: a, places: [{ city: Ulm, zip: '1' }], named: {} }, { id: b, places: [{ city: Ulm }], named: {} }"),
        places!("city: string, zip: string", ""),
        &["column `places`: it holds", "1 row has another value: `b`"],
    ),
    made(
        "a part of an object in lists removed, no row has it",
        places!("city: string, zip: { type: string, optional: true }", "{ id: a, places: [{ city: Ulm }], named: { home: { city: Rom } } }"),
        places!("city: string", "{ id: c, places: [{ city: Ulm }], named: {} }"),
    )
    .alone(),
    refused(
        "a rule added, rows lack what it reads",
        one!("  low: { type: int, optional: true }\n  high: int", "a": "low: 1, high: 2", "b": "high: 2"),
        ruled!("  low: int\n  high: int"),
        &["column `low`: it is required now, and 1 row has no value there: `b`", "!would break"],
    )
    .rules(LOW_IS_LESS),
    refused(
        "a rule added over a new required field",
        one!("  low: int", "a": "low: 1", "b": "low: 2"),
        ruled!("  low: int\n  high: int"),
        &["column `high`: it is new and required, and 2 rows have no value for it", "!would break"],
    )
    .rules(LOW_IS_LESS),
    refused(
        "a rule added, rows do not fit and others break it",
        one!("  low: int\n  high: int", "a": "low: 3, high: 2", "b": "low: 11, high: 12", "c": "low: 11, high: 2"),
        ruled!("  low: { type: int, range: 0..10 }\n  high: int"),
        &["column `low`: it holds", "2 rows have another value: `b`, `c`", "1 row would break one: `a`"],
    )
    .rules(LOW_IS_LESS),
];
