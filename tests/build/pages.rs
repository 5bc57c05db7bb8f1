//! A service whose lists go on behind cursors: in the order of each type, of what may be absent, of several keys, up and
//! down, and of rows that have no id to show.

use crate::random::Random;
use std::fmt::Write as _;

/// A type that rows are sorted by, and values of it; few, so that many rows are alike.
const TYPES: &[(&str, &str, &[&str])] = &[
    ("int", "{ type: int }", &["-5", "0", "3", "12"]),
    ("decimal", "{ type: decimal, scale: 3 }", &["-1.500", "0.000", "0.250", "10.000"]),
    ("bool", "{ type: bool }", &["true", "false"]),
    ("string", "{ type: string, length: 0..255 }", &["'a'", "'B'", "'é'", "'z \"quoted\"'", "'😀'", "''"]),
    ("email", "{ type: email }", &["a@x.example", "b@x.example"]),
    ("date", "{ type: date }", &["1969-12-31", "2026-01-01", "2026-01-02"]),
    (
        "timestamp",
        "{ type: timestamp }",
        &["1969-12-31T23:59:59.5Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z"],
    ),
    ("duration", "{ type: duration }", &["PT1H", "PT2H", "PT3H"]),
    ("enum", "{ type: enum, values: [low, high, \"it's\"] }", &["low", "high", "\"it's\""]),
    ("ref", "{ type: ref, to: place }", &["pla_1", "pla_2", "pla_3"]),
];

/// The orders of lists.
fn orders() -> Vec<Vec<String>> {
    let mut orders =
        vec![vec![], vec!["row.id desc".to_owned()], vec!["row.f_int".to_owned(), "row.id desc".to_owned()]];
    let mut random = Random(0x00c0_ffee);
    for (name, ..) in TYPES {
        for key in [format!("f_{name}"), format!("o_{name}")] {
            for down in ["", " desc"] {
                let mut order = vec![format!("row.{key}{down}")];
                orders.push(order.clone());
                for _ in 0..2 {
                    let other = random.pick(&["int", "string", "bool", "timestamp", "date"]);
                    let (kind, down) = (random.pick(&["f", "o"]), random.pick(&["", " desc"]));
                    let other = format!("row.{kind}_{other}");
                    if !order.iter().any(|key| key.split(' ').next() == Some(&other)) {
                        order.push(other + down);
                    }
                }
                orders.push(order);
            }
        }
    }
    orders
}

/// The service in YAML.
pub fn yaml() -> String {
    let mut yaml = "service: pages\nsummary: Lists that go on.\ncapabilities: { all.do: Everything. }\n---\nresource: place\nfields:\n  id: { type: id, prefix: pla }\n---\nresource: nameless\nfields:\n  number: int\n---\nresource: thing\nfields:\n  id: { type: id, prefix: thi }\n".to_owned();
    for (name, ty, _) in TYPES {
        let optional = ty.replace(" }", ", optional: true }");
        let _ = write!(yaml, "  f_{name}: {ty}\n  o_{name}: {optional}\n");
    }
    for (number, order) in orders().iter().enumerate() {
        operation(&mut yaml, "thing", number, order);
    }
    operation(&mut yaml, "nameless", 0, &[]);
    operation(&mut yaml, "nameless", 1, &["row.number".to_owned()]);
    operation(&mut yaml, "nameless", 2, &["row.number desc".to_owned()]);
    data(&mut yaml);
    yaml
}

/// A page of thirteen, all, and the first three. Its summary says the order, for the test.
fn operation(yaml: &mut String, of: &str, number: usize, order: &[String]) {
    let summary = format!("by {}", order.join(", "));
    let order = if order.is_empty() { String::new() } else { format!("    order: [{}]\n", order.join(", ")) };
    let things = of == "thing";
    let filter = if things {
        "    where: \"row.f_int >= input.least || (has(input.open) && has(row.o_bool) && row.o_bool == input.open)\"\n"
    } else {
        ""
    };
    let arguments = if things {
        "  least: { type: int, default: -5 }\n  open: { type: bool, optional: true }\n"
    } else {
        ""
    };
    let value = if things { "id" } else { "number" };
    let _ = write!(
        yaml,
        "---\noperation: {of}_{number}\nsummary: \"{summary}\"\nrequires: all.do\ninput:\n  cursor: {{ type: text, length: ..100_000, optional: true }}\n{arguments}steps:\n"
    );
    for (bound, name) in
        [("limit: 13\n    after: input.cursor", "page"), ("max: 1_000", "all"), ("limit: 3", "few")]
    {
        let _ = write!(yaml, "  - load: {of}\n{filter}{order}    {bound}\n    as: {name}\n");
    }
    yaml.push_str("returns:\n  rows: all\n");
    for name in ["page", "all", "few"] {
        let _ = writeln!(yaml, "  {name}: \"{name}.map(x, x.{value})\"");
    }
}

fn data(yaml: &mut String) {
    let mut random = Random(0x5eed_0f00);
    yaml.push_str("---\ndata: some\nsummary: Random rows.\nrows:\n  place: [{ id: pla_1 }, { id: pla_2 }, { id: pla_3 }]\n  nameless:\n");
    for number in 0..30 {
        let _ = writeln!(yaml, "    - {{ number: {} }}", if number % 2 == 0 { number } else { 7 });
    }
    yaml.push_str("  thing:\n");
    for number in 0..60 {
        let _ = writeln!(yaml, "    - id: thi_{}", number * 7 % 60);
        for (name, _, values) in TYPES {
            let _ = writeln!(yaml, "      f_{name}: {}", random.pick(values));
            if random.below(3) > 0 {
                let _ = writeln!(yaml, "      o_{name}: {}", random.pick(values));
            }
        }
    }
}
