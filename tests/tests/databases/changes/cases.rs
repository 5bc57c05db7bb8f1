//! The changes: a spec with rows, the spec afterwards with rows that are written then, and what has to happen.

use opwright_runtime::store::rules::RowRules;
use opwright_values::value::Value;

/// A change.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) before: &'static str,
    pub(super) after: &'static str,
    pub(super) end: End,
    /// Whether an older service may start, and so go on, beside what is made.
    pub(super) older: bool,
    /// What generated code would ask of a row.
    pub(super) rules: &'static [RowRules],
    /// Whether there are no rows before.
    pub(super) empty: bool,
    /// Rows that are deleted before: resource and id.
    pub(super) gone: &'static [(&'static str, &'static str)],
}

/// What has to happen.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// It is made. All values stay as they are but for these (id, column, JSON), under these new names.
    Made {
        values: &'static [(&'static str, &'static str, &'static str)],
        renamed: &'static [(&'static str, &'static str)],
    },
    /// It is refused, with all of this said; not with what stands behind a `!`.
    Refused(&'static [&'static str]),
}

pub(super) const fn made(name: &'static str, before: &'static str, after: &'static str) -> Case {
    let end = End::Made { values: &[], renamed: &[] };
    Case { name, before, after, end, older: true, rules: &[], empty: false, gone: &[] }
}

pub(super) const fn refused(
    name: &'static str,
    before: &'static str,
    after: &'static str,
    said: &'static [&'static str],
) -> Case {
    Case { end: End::Refused(said), ..made(name, before, after) }
}

impl Case {
    /// It is made while no older service runs.
    pub(super) const fn alone(self) -> Self {
        Case { older: false, ..self }
    }

    pub(super) const fn values(self, values: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        let End::Made { renamed, .. } = self.end else { return self };
        Case { end: End::Made { values, renamed }, ..self }
    }

    pub(super) const fn renamed(self, renamed: &'static [(&'static str, &'static str)]) -> Self {
        let End::Made { values, .. } = self.end else { return self };
        Case { end: End::Made { values, renamed }, ..self }
    }

    pub(super) const fn rules(self, rules: &'static [RowRules]) -> Self {
        Case { rules, ..self }
    }

    const fn empty(self) -> Self {
        Case { empty: true, ..self }
    }

    pub(super) const fn gone(self, gone: &'static [(&'static str, &'static str)]) -> Self {
        Case { gone, ..self }
    }
}

/// What generated code would make of `row.low <= row.high`, with the fields `id`, `low` and `high`.
const LOW_AND_HIGH: &[RowRules] = &[(0, |row| match row.as_slice() {
    [_, Value::Int(low), Value::Int(high), ..] if low > high => Ok(Some("low_above_high")),
    _ => Ok(None),
})];

pub(super) const SERVICE: &str = "service: shop\nsummary: A shop.\ncapabilities: { shop.use: Use it. }";

/// A resource with one field besides its id, and rows `{ id: a, x: … }`.
macro_rules! one {
    ($field:literal $(, $id:literal: $row:literal)*) => {
        concat!(
            "resource: item\nfields:\n  id: { type: id }\n", $field, "\n---\ndata: rows\nrows:\n  item:",
            " [", $("{ id: ", $id, ", ", $row, " }, ",)* "]"
        )
    };
}

pub(super) use one;

pub(super) const CASES: &[Case] = &[
    made(
        "a new resource",
        one!("  x: int", "a": "x: 1"),
        "resource: item\nfields: { id: { type: id }, x: int }\n---\nresource: note\nfields: { id: { type: id }, item: { type: ref, to: item }, text: text }\n---\ndata: rows\nrows: { item: [{ id: c, x: 2 }], note: [{ id: n, item: c, text: new }] }",
    ),
    made(
        "a new optional field",
        one!("  x: int", "a": "x: 1", "b": "x: 2"),
        one!("  x: int\n  y: { type: string, optional: true, unique: true }", "c": "x: 1, y: why"),
    )
    .values(&[("a", "y", "null"), ("b", "y", "null")]),
    made(
        "new fields with defaults",
        one!("  x: int", "a": "x: 1"),
        one!(
            "  x: int\n  n: { type: int, default: 7 }\n  s: { type: string, default: it's }\n  l: { type: list, of: int, default: [] }\n  d: { type: date, default: now }\n  t: { type: timestamp, default: now }\n  p: { type: decimal, default: 1.50 }",
            "c": "x: 1"
        ),
    )
    .values(&[("a", "n", "7"), ("a", "s", "\"it's\""), ("a", "l", "\"[]\""), ("a", "p", "150")]),
    refused(
        "a new required field and rows",
        one!("  x: int", "a": "x: 1", "b": "x: 1", "c": "x: 1", "d": "x: 1", "e": "x: 1"),
        one!("  x: int\n  y: int"),
        &["table `item`, column `y`: it is new and required, and 5 rows have no value for it: `a`, `b`, `c` and 2 more\n    fix: give it a `default` now: these rows get it; one that is added later fills nothing\n     or: make it `optional: true`\n     or: make it `optional: true` for one version, in which"],
    ),
    made("a new required field and no rows", one!("  x: int"), one!("  x: int\n  y: int", "c": "x: 1, y: 2"))
        .alone()
        .empty(),
    made(
        "a field renamed",
        one!("  phone: { type: string, unique: true }", "a": "phone: one", "b": "phone: two"),
        one!("  mobile: { type: string, unique: true, was: phone }", "c": "mobile: three"),
    )
    .alone()
    .renamed(&[("phone", "mobile")]),
    made(
        "a field renamed and narrowed, its index renamed",
        one!("  phone: { type: string, unique: true }\n  n: { type: decimal }", "a": "phone: one, n: 1.50"),
        one!("  mobile: { type: string, unique: true, was: [cell, phone], length: ..5 }\n  m: { type: decimal, scale: 3, was: n }", "c": "mobile: three, m: 1.005"),
    )
    .alone()
    .renamed(&[("phone", "mobile"), ("n", "m")])
    .values(&[("a", "n", "1500")]),
    made(
        "an object and a part of it renamed",
        "type: place\nfields: { city: string, zip: { type: string, optional: true } }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true }, others: { type: list, of: place } }\n---\ndata: rows\nrows: { item: [{ id: a, home: { city: Ulm, zip: '1' }, others: [{ city: Bonn }] }, { id: b, others: [] }] }",
        "type: place\nfields: { town: { type: string, was: city }, zip: { type: string, optional: true } }\n---\nresource: item\nfields: { id: { type: id }, address: { type: place, optional: true, was: home }, others: { type: list, of: place } }\n---\ndata: rows\nrows: { item: [{ id: c, address: { town: Rom }, others: [{ town: Pisa, zip: '2' }] }] }",
    )
    .alone()
    .renamed(&[("home_city", "address_town"), ("home_zip", "address_zip")])
    .values(&[("a", "others", "\"[{\\\"town\\\":\\\"Bonn\\\"}]\"")]),
    made(
        "a resource renamed",
        "resource: customer\nfields: { id: { type: id }, email: { type: email, unique: true }, notes: { type: many, of: note, size: ..9 } }\n---\nresource: note\nfields: { id: { type: id }, customer: { type: ref, to: customer, owner: true }, text: text }\n---\ndata: rows\nrows: { customer: [{ id: a, email: a@b.example, notes: [{ id: m, text: hello }] }] }",
        "resource: client\nwas: customer\nfields: { id: { type: id }, email: { type: email, unique: true }, notes: { type: many, of: note, size: ..9 } }\n---\nresource: note\nfields: { id: { type: id }, client: { type: ref, to: client, owner: true, was: customer }, text: text }\n---\ndata: rows\nrows: { client: [{ id: b, email: b@b.example, notes: [{ id: n, text: hello }] }] }",
    )
    .alone()
    .renamed(&[("customer", "client")]),
    made(
        "required becomes optional",
        one!("  x: int\n  y: { type: int, default: 5 }", "a": "x: 1"),
        one!("  x: { type: int, optional: true }\n  y: { type: int, optional: true }", "c": "y: 1"),
    )
    .alone(),
    refused(
        "optional becomes required, values are missing",
        one!("  x: { type: int, optional: true }", "a": "x: 1", "b": "", "c": ""),
        one!("  x: int"),
        &["column `x`: it is required now, and 2 rows have no value there: `b`, `c`\n    fix: give them a value with an operation of the version that fits this database now, and migrate again\n     or: leave it `optional: true`; a `default` would not fill it"],
    ),
    made(
        "optional becomes required, all values are there",
        one!("  x: { type: int, optional: true }\n  y: string", "a": "x: 1, y: why"),
        one!("  x: int\n  y: string", "c": "x: 2, y: why"),
    )
    .alone(),
    refused(
        "range, length, pattern and size narrowed, values do not fit",
        one!(
            "  n: int\n  s: string\n  p: string\n  l: { type: list, of: int }",
            "a": "n: 5, s: abc, p: abc, l: [1]",
            "b": "n: 11, s: abcdef, p: ABC, l: [1, 2, 3]"
        ),
        one!(
            "  n: { type: int, range: 0..10 }\n  s: { type: string, length: 1..5 }\n  p: { type: string, pattern: '[a-z]+' }\n  l: { type: list, of: int, size: ..2 }"
        ),
        &[
            "column `n`: it holds a whole number, from 0 to 10 now, and 1 row has another value: `b`",
            "column `s`: it holds",
            "column `p`: it holds",
            "column `l`: it holds",
        ],
    ),
    made(
        "range, length, pattern and size narrowed, all values fit",
        one!("  n: int\n  s: string\n  p: string\n  l: { type: list, of: int }", "a": "n: 5, s: abc, p: abc, l: [1]"),
        one!(
            "  n: { type: int, range: 0..10 }\n  s: { type: string, length: 1..5 }\n  p: { type: string, pattern: '[a-z]+' }\n  l: { type: list, of: int, size: ..2 }",
            "c": "n: 10, s: abcde, p: abc, l: [1, 2]"
        ),
    )
    .alone(),
    made(
        "range, length, pattern and size widened",
        one!(
            "  n: { type: int, range: 0..10 }\n  s: { type: string, length: 1..5 }\n  p: { type: string, pattern: '[a-z]+' }\n  l: { type: list, of: int, size: ..2 }",
            "a": "n: 5, s: abc, p: abc, l: [1]"
        ),
        one!("  n: int\n  s: text\n  p: string\n  l: { type: list, of: int }", "c": "n: 11, s: abcdef, p: ABC, l: [1, 2, 3]"),
    ),
    made(
        "scale raised",
        one!("  x: { type: decimal, scale: 2, range: 0..1000 }\n  y: { type: decimal, optional: true, unique: true }\n  l: { type: list, of: { type: decimal } }", "a": "x: 12.50, l: [1.50, 2.25]", "b": "x: 0.01, y: 1.00, l: []"),
        one!("  x: { type: decimal, scale: 4, range: 0..1000 }\n  y: { type: decimal, scale: 3, optional: true, unique: true }\n  l: { type: list, of: { type: decimal, scale: 3 } }", "c": "x: 0.0001, l: [0.001]"),
    )
    .alone()
    .values(&[("a", "x", "125000"), ("b", "x", "100"), ("b", "y", "1000"), ("a", "l", "\"[1.500,2.250]\"")]),
    refused(
        "scale lowered, digits would be lost",
        one!("  x: { type: decimal, scale: 3 }", "a": "x: 12.500", "b": "x: 0.001"),
        one!("  x: { type: decimal, scale: 2 }"),
        &["column `x`: it holds", "1 row has another value: `b` (has more than 2 digits behind the point)"],
    ),
    made(
        "scale lowered, no digit is lost",
        one!("  x: { type: decimal, scale: 3 }", "a": "x: 12.500", "b": "x: -0.010"),
        one!("  x: { type: decimal, scale: 2 }", "c": "x: 0.01"),
    )
    .alone()
    .values(&[("a", "x", "1250"), ("b", "x", "-1")]),
    made(
        "scale raised and lowered where each new value is an old one of another row",
        one!(
            "  x: { type: int, unique: true }\n  y: { type: decimal, scale: 1, unique: { per: x } }\n  z: { type: decimal, scale: 1, unique: true }\n  d: { type: int, default: 1 }",
            "a": "x: 1, y: 0.1, z: 1.0", "b": "x: 10, y: 0.1, z: 10.0", "c": "x: 100, y: 0.1, z: 100.0", "d": "x: -1, y: 0.1, z: 1000.0"
        ),
        one!(
            "  x: { type: decimal, scale: 1, unique: true }\n  y: { type: decimal, scale: 2, unique: { per: x } }\n  z: { type: int, unique: true }\n  d: { type: int, default: 2 }",
            "e": "x: 0.1, y: 0.01, z: 3"
        ),
    )
    .alone()
    .values(&[
        ("a", "x", "10"), ("b", "x", "100"), ("c", "x", "1000"), ("d", "x", "-10"),
        ("a", "y", "10"), ("b", "y", "10"), ("c", "y", "10"), ("d", "y", "10"),
        ("a", "z", "1"), ("b", "z", "10"), ("c", "z", "100"), ("d", "z", "1000"),
    ]),
    made(
        "scale raised where values are unique and nothing else changes",
        one!("  x: { type: int, unique: true }", "a": "x: 1", "b": "x: 10", "c": "x: 100"),
        one!("  x: { type: decimal, scale: 1, unique: true }", "e": "x: 0.1"),
    )
    .alone()
    .values(&[("a", "x", "10"), ("b", "x", "100"), ("c", "x", "1000")]),
    made("int becomes decimal", one!("  x: { type: int, range: 0..100 }", "a": "x: 12"), one!("  x: { type: decimal }", "c": "x: 0.01"))
        .alone()
        .values(&[("a", "x", "1200")]),
    made(
        "a value added to an enum, a state to a machine",
        one!(
            "  x: { type: enum, values: [red, blue] }\n  s: { type: enum, values: [open, shut], default: open, transitions: { close: { from: open, to: shut } } }",
            "a": "x: red"
        ),
        one!(
            "  x: { type: enum, values: [red, green, blue] }\n  s: { type: enum, values: [open, shut, sealed], default: open, transitions: { close: { from: open, to: shut }, seal: { from: shut, to: sealed } } }",
            "c": "x: green"
        ),
    ),
    refused(
        "a value removed from an enum, rows have it",
        one!("  x: { type: enum, values: [red, green, blue] }", "a": "x: red", "b": "x: green", "c": "x: green", "d": "x: green", "e": "x: green"),
        one!("  x: { type: enum, values: [red, blue] }"),
        &["column `x`: it holds", "4 rows have another value: `b`, `c`, `d` and 1 more (must be"],
    ),
    made(
        "a value removed from an enum, no row has it",
        one!("  x: { type: enum, values: [red, green, blue] }", "a": "x: red"),
        one!("  x: { type: enum, values: [red, blue] }", "c": "x: blue"),
    )
    .alone(),
    refused(
        "unique added, rows clash",
        one!("  x: int\n  y: int", "a": "x: 1, y: 1", "b": "x: 2, y: 1", "c": "x: 2, y: 1", "d": "x: 3, y: 2"),
        one!("  x: { type: int, unique: true }\n  y: { type: int, unique: { per: x } }"),
        &[
            "index over `x`: its values are unique now, and 2 rows have a value that another has too: `b`, `c`",
            "2 rows have a value that another has too: `b`, `c`",
        ],
    ),
    made(
        "unique added, no rows clash",
        one!("  x: int\n  y: { type: int, optional: true }", "a": "x: 1", "b": "x: 2"),
        one!("  x: { type: int, unique: true }\n  y: { type: int, optional: true, unique: true }", "c": "x: 3"),
    )
    .alone(),
    refused(
        "a new unique field whose default all rows would have",
        one!("  x: int", "a": "x: 1", "b": "x: 1"),
        one!("  x: int\n  y: { type: int, default: 1, unique: true }"),
        &["index over `y`: its values are unique now, and 2 rows have"],
    ),
    made(
        "unique removed",
        one!("  x: { type: int, unique: true }", "a": "x: 1", "b": "x: 2"),
        one!("  x: int", "c": "x: 2"),
    )
    .alone(),
    made(
        "a default changed, added and removed",
        one!("  x: { type: int, default: 1 }\n  y: int\n  z: { type: int, default: 1, optional: true }", "a": "y: 1, z: 3"),
        one!("  x: { type: int, default: 2 }\n  y: { type: int, default: 3 }\n  z: { type: int, optional: true }", "c": "x: 5"),
    ),
    refused(
        "a rule added, rows break it",
        one!("  low: int\n  high: int", "a": "low: 1, high: 2", "b": "low: 3, high: 2"),
        "resource: item\nfields:\n  id: { type: id }\n  low: int\n  high: int\nrules: [{ require: row.low <= row.high, refuse: low_above_high }]",
        &["table `item`, rules `low_above_high`: 1 row would break one: `b` (`low_above_high`)"],
    )
    .rules(LOW_AND_HIGH),
    made(
        "a rule added, all rows keep it",
        one!("  low: int\n  high: { type: decimal }", "a": "low: 1, high: 2.00"),
        "resource: item\nfields:\n  id: { type: id }\n  low: { type: decimal }\n  high: { type: decimal }\nrules: [{ require: row.low <= row.high, refuse: low_above_high }]",
    )
    .rules(LOW_AND_HIGH)
    .alone()
    .values(&[("a", "low", "100")]),
    made(
        "a rule removed",
        "resource: item\nfields:\n  id: { type: id }\n  low: int\n  high: int\nrules: [{ require: row.low <= row.high, refuse: low_above_high }]\n---\ndata: rows\nrows: { item: [{ id: a, low: 1, high: 2 }] }",
        one!("  low: int\n  high: int", "c": "low: 3, high: 2"),
    )
    .rules(LOW_AND_HIGH),
    made(
        "required fields removed",
        one!("  x: int\n  y: string\n  u: { type: int, unique: true, default: 1 }", "a": "x: 1, y: kept"),
        one!("  x: int", "c": "x: 2", "d": "x: 2"),
    )
    .alone(),
    made(
        "fields removed that may be left out",
        one!("  x: int\n  y: { type: string, optional: true }\n  z: { type: int, default: 4 }", "a": "x: 1, y: kept"),
        one!("  x: int", "c": "x: 2"),
    ),
    made(
        "a resource removed",
        "resource: item\nfields: { id: { type: id }, x: int }\n---\nresource: note\nfields: { id: { type: id }, item: { type: ref, to: item }, text: text }\n---\ndata: rows\nrows: { item: [{ id: a, x: 1 }], note: [{ id: n, item: a, text: kept }] }",
        one!("  x: int", "c": "x: 2"),
    ),
    refused(
        "the size of a collection narrowed, there are more rows",
        "resource: item\nfields: { id: { type: id }, notes: { type: many, of: note, size: ..9 } }\n---\nresource: note\nfields: { item: { type: ref, to: item, owner: true }, text: text }\n---\ndata: rows\nrows: { item: [{ id: a, notes: [{ text: one }, { text: two }] }, { id: b }] }",
        "resource: item\nfields: { id: { type: id }, notes: { type: many, of: note, size: ..1 } }\n---\nresource: note\nfields: { item: { type: ref, to: item, owner: true }, text: text }",
        &["rows of one `item`: there are at most 1 now, and 1 of them has more: `a`"],
    ),
    made(
        "the size of a collection narrowed, all rows have room",
        "resource: item\nfields: { id: { type: id }, notes: { type: many, of: note, size: ..9 } }\n---\nresource: note\nfields: { item: { type: ref, to: item, owner: true }, text: text }\n---\ndata: rows\nrows: { item: [{ id: a, notes: [{ text: one }, { text: two }] }, { id: b }] }",
        "resource: item\nfields: { id: { type: id }, notes: { type: many, of: note, size: ..2 } }\n---\nresource: note\nfields: { item: { type: ref, to: item, owner: true }, text: text }",
    )
    .alone(),
    made(
        "the size of a collection widened",
        "resource: item\nfields: { id: { type: id }, notes: { type: many, of: note, size: ..2 } }\n---\nresource: note\nfields: { item: { type: ref, to: item, owner: true }, text: text }\n---\ndata: rows\nrows: { item: [{ id: a, notes: [{ text: one }, { text: two }] }] }",
        "resource: item\nfields: { id: { type: id }, notes: { type: many, of: note, size: ..9 } }\n---\nresource: note\nfields: { item: { type: ref, to: item, owner: true }, text: text }",
    ),
    made(
        "only an index",
        one!("  x: int", "a": "x: 1"),
        "resource: item\nfields:\n  id: { type: id }\n  x: int\n---\noperation: find\nsummary: Find some.\nrequires: shop.use\ninput: { x: int }\nsteps: [{ load: item, where: row.x == input.x, max: 9, as: found }]\nreturns: found",
    ),
    made(
        "an optional part added to an object",
        "type: place\nfields: { city: string }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true }, work: place }\n---\ndata: rows\nrows: { item: [{ id: a, home: { city: Ulm }, work: { city: Bonn } }, { id: b, work: { city: Rom } }] }",
        "type: place\nfields: { city: string, zip: { type: string, optional: true } }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true }, work: place }\n---\ndata: rows\nrows: { item: [{ id: c, home: { city: Ulm, zip: '1' }, work: { city: Bonn, zip: '2' } }] }",
    ),
    refused(
        "a required part added to an object, rows have it",
        "type: place\nfields: { city: string }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true } }\n---\ndata: rows\nrows: { item: [{ id: a, home: { city: Ulm } }, { id: b }] }",
        "type: place\nfields: { city: string, zip: string }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true } }",
        &["column `home_zip`: it is a new required part of `home`, and 1 row has one without it: `a`"],
    ),
    made(
        "a required part added to an object, no row has it",
        "type: place\nfields: { city: string }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true } }\n---\ndata: rows\nrows: { item: [{ id: a }, { id: b }] }",
        "type: place\nfields: { city: string, zip: string }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true } }\n---\ndata: rows\nrows: { item: [{ id: c, home: { city: Ulm, zip: '1' } }] }",
    )
    .alone(),
    refused(
        "a part of an object in lists removed, rows have it",
        "type: place\nfields: { city: string, zip: { type: string, optional: true } }\n---\nresource: item\nfields: { id: { type: id }, places: { type: list, of: place } }\n---\ndata: rows\nrows: { item: [{ id: a, places: [{ city: Ulm }] }, { id: b, places: [{ city: Ulm, zip: '1' }] }] }",
        "type: place\nfields: { city: string }\n---\nresource: item\nfields: { id: { type: id }, places: { type: list, of: place } }",
        &["column `places`: it holds", "1 row has another value: `b` (holds a part `zip`, which would be lost)"],
    ),
    refused(
        "text becomes a number",
        one!("  x: string", "a": "x: one"),
        one!("  x: int"),
        &["column `x`: it holds a text", "and would hold a whole number", "add a field with a new name"],
    ),
    made("an enum becomes text", one!("  x: { type: enum, values: [red, blue] }", "a": "x: red"), one!("  x: string", "c": "x: any")),
];
