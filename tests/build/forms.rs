//! A service that uses values of every type in every place that takes one, and rows in every way that leads to one:
//! what the compiler takes, rustc takes.
//!
//! ```text
//! operation: set_decimal                   operation: choose_list_of_int
//!   update: e                                 update: e
//!   set: { f_decimal: input.a, … }            set: { f_…: "input.n > 1 ? e.f_… : input.a" }
//! ```

use std::fmt::Write as _;

/// The operations that are written by hand: rows and what leads to them.
const ROWS: &str = concat!(
    include_str!("forms/rows.yaml"),
    include_str!("forms/ways.yaml"),
    include_str!("forms/picks.yaml")
);

/// A type of values.
struct Of {
    name: &'static str,
    spec: &'static str,
    /// An expression, where there is a literal.
    literal: Option<&'static str>,
    /// In data, and as a default.
    data: &'static str,
    ordered: bool,
}

const fn of(
    name: &'static str,
    spec: &'static str,
    literal: Option<&'static str>,
    data: &'static str,
    ordered: bool,
) -> Of {
    Of { name, spec, literal, data, ordered }
}

const TYPES: &[Of] = &[
    of("int", "type: int", Some("1"), "1", true),
    of("decimal", "type: decimal", Some("1.50"), "1.50", true),
    of("decimal4", "type: decimal, scale: 4", Some("1.5000"), "1.5000", true),
    of("bool", "type: bool", Some("true"), "true", false),
    of("date", "type: date", Some("date('2024-01-01')"), "2024-01-01", true),
    of(
        "timestamp",
        "type: timestamp",
        Some("timestamp('2024-01-01T00:00:00Z')"),
        "2024-01-01T00:00:00Z",
        true,
    ),
    of("duration", "type: duration", Some("duration('1d')"), "PT3H", true),
    of("enum", "type: enum, values: [a, b, 'c d']", Some("'a'"), "a", false),
    of("string", "type: string", Some("'q'"), "q", true),
    of("text", "type: text", Some("'q'"), "q", true),
    of("email", "type: email", None, "a@b.example", true),
    of("url", "type: url", None, "https://a.example/", true),
    of("code", "type: code", Some("'q'"), "q", true),
    of("amount", "type: amount", Some("1.5000"), "1.5000", true),
    of("small", "type: small", None, "{ x: 1 }", false),
    of("big", "type: big", None, "{ s: { x: 1 }, sl: [], sm: {} }", false),
    of("list_of_int", "type: list, of: int", Some("[1]"), "[1]", false),
    of("list_of_string", "type: list, of: string", Some("['a']"), "[a]", false),
    of("list_of_date", "type: list, of: date", Some("[date('2024-01-01')]"), "[2024-01-01]", false),
    of("list_of_small", "type: list, of: small", None, "[{ x: 1 }]", false),
    of("list_of_list", "type: list, of: { type: list, of: int, size: ..9 }", Some("[[1]]"), "[[1]]", false),
    of("map_of_int", "type: map, of: int", None, "{ a: 1 }", false),
    of("map_of_small", "type: map, of: small", None, "{ a: { x: 1 } }", false),
    of("map_of_list", "type: map, of: { type: list, of: int, size: ..9 }", None, "{ a: [1] }", false),
];

/// Conditions over rows: each becomes a rule and a choice.
const CONDITIONS: &[&str] = &[
    "1 < 2",
    "1 < 9007199254740991",
    "true",
    "has(p.other) && p.other.n > 1",
    "!has(p.other) || p.other.n > 1 || has(p.other.back) && p.other.back.name.orValue('') == 'x'",
    "has(p.other) && has(p.other.back) && p.other.back.kids.size() > 1",
    "has(p.other) && p.other.back.or(p.other.first).orValue(p).id == p.id",
    "has(o) && has(o.back) && o.back.must.n > 0 && o.back.kids.all(k, k.n > 0)",
    "has(p.one) && has(p.one.y) && p.one.y == 'z'",
    "p.two.s.x == 1 && p.two.so.orValue(p.two.s).x == 2",
    "has(p.three) && has(p.three.so) && p.three.so.y.orValue('') == 'x'",
    "p.kids.exists(k, has(k.w) && k.w.n > 2)",
    "p.kids.filter(k, has(k.w)).map(k, k.n).sum() > 0",
    "p.kids.map(k, has(k.w), k.w.n).sum() > 1",
    "p.kids.all(k, k.p == p && k.p.id == p.id)",
    "p.kids.sortBy(k, k.n).map(k, k.n * 2).size() > input.n.orValue(1)",
    "p.kids.all(i, k, i < 3 && k.n > 0) && p.kids.exists_one(k, k.n == 1)",
    "p.kids.map(k, [k.n]).flatten().sum() > 1",
    "p.kids.size() == 0 ? true : p.kids[0].n > 0",
    "p.must == p.other.orValue(p.must)",
    "p.tags.exists(t, t in p.more.orValue(['x']))",
    "has(p.more) && p.more.size() > 0 && p.more[0] in p.tags",
    "has(p.at) && p.at + duration('1d') < now && (now - p.at) > duration('1h')",
    "has(p.m) && 'k' in p.m && p.m['k'] > 3",
    "has(p.d) ? p.d > 1.5 : true",
    "p.st in ['a', 'b'] && [p.st, 'a'].exists(x, x == 'a') && p.st + 'x' == 'ax'",
    "has(input.n) && input.n > 1 && has(input.s) && input.s.size() == input.n",
    "(has(input.s) ? input.s : p.name.orValue('q')).matches('^a')",
    "input.s.or(p.name).orValue('z') != 'z'",
    "[p.must, p.must].exists(o2, o2.id == 'oth_2') && [p, p].map(q, q.id).distinct().size() == 1",
    "p.two.sl.all(s, s.x > 2 && s in p.two.sl) && p.two.sl == p.two.sl && p.two.sl.size() > 0",
    "p.one.orValue(p.two.s) == p.two.s",
];

/// The service in YAML.
pub fn yaml() -> String {
    let mut yaml = ROWS.to_owned();
    for (at, condition) in CONDITIONS.iter().enumerate() {
        let _ = write!(
            yaml,
            "---\noperation: condition_{at}\nsummary: S.\nrequires: all.do\ninput:\n  p: {{ type: ref, to: row_of_all }}\n  o: {{ type: ref, to: other, optional: true }}\n  n: {{ type: int, optional: true }}\n  s: {{ type: string, optional: true }}\nsteps:\n  - let: value\n    be: \"{condition}\"\n  - when: \"{condition}\"\n    as: holds\n    then:\n      - update: p\n        set: {{ name: \"'x'\" }}\n    else:\n      - update: p\n        set: {{ name: null }}\nreturns: value\n---\noperation: rule_{at}\nsummary: S.\nrequires: all.do\ninput:\n  p: {{ type: ref, to: row_of_all }}\n  o: {{ type: ref, to: other, optional: true }}\n  n: {{ type: int, optional: true }}\n  s: {{ type: string, optional: true }}\nsteps:\n  - require: \"{condition}\"\n    refuse: does_not_hold\nreturns: p.id\n"
        );
    }
    let mut fields = String::new();
    for Of { name, spec, .. } in TYPES {
        let _ = writeln!(fields, "  f_{name}: {{ {spec} }}\n  o_{name}: {{ {spec}, optional: true }}");
    }
    let _ = write!(
        yaml,
        "---\nresource: every\nsummary: A field of every type.\nfields:\n  id: {{ type: id, prefix: eve }}\n{fields}"
    );
    let _ = write!(yaml, "---\nevent: every.seen\nsummary: The same.\nfields:\n{fields}");
    let _ = write!(
        yaml,
        "---\ndata: every\nsummary: With all that may be absent, and without.\nrows:\n  every:\n"
    );
    for (id, all) in [("eve_full", true), ("eve_bare", false)] {
        let _ = writeln!(yaml, "    - id: {id}");
        for Of { name, data, .. } in TYPES {
            let _ = writeln!(yaml, "      f_{name}: {data}");
            if all {
                let _ = writeln!(yaml, "      o_{name}: {data}");
            }
        }
    }
    TYPES.iter().for_each(|of| operations(of, &mut yaml));
    yaml
}

/// One operation for every place that takes a value.
fn operations(of: &Of, yaml: &mut String) {
    let Of { name, .. } = of;
    let (f, o) = (format!("e.f_{name}"), format!("e.o_{name}"));
    let set = |value: &str, optional: &str| {
        format!("  - update: e\n    set: {{ f_{name}: \"{value}\", o_{name}: \"{optional}\" }}\n")
    };
    let mut add = |what: &str, steps: String, returns: &str| operation(of, what, &steps, returns, yaml);
    add("set", set("input.a", "input.a"), "e");
    add("set_or", format!("  - update: e\n    set: {{ o_{name}: \"input.z.or({o})\" }}\n"), "e");
    add("set_field", format!("  - update: e\n    set: {{ o_{name}: {f} }}\n"), &f);
    add(
        "set_proved",
        format!("  - require: has(input.z)\n    refuse: nothing_sent\n{}", set("input.z", "input.z")),
        &o,
    );
    let chosen = set(&format!("{o}.orValue({f})"), &format!("input.n > 1 ? {f} : input.a"));
    add("choose", chosen, &format!("e.pick(id, f_{name}, o_{name})"));
    add("clear", format!("  - update: e\n    set: {{ o_{name}: null }}\n"), &format!("{o}.orValue({f})"));
    add("show", String::new(), &format!("{{ a: {f}, b: {o}, c: input.a, d: input.z }}"));
    add("say", event(name, &f, "input.z"), "e.id");
    let kept = format!(
        "  - let: v\n    be: {f}\n  - let: w\n    be: {o}\n  - when: has(w)\n    as: there\n    then:\n      - update: e\n        set: {{ f_{name}: w, o_{name}: v }}\n    else:\n      - update: e\n        set: {{ o_{name}: v }}\n"
    );
    add("keep", kept, "v");
    add("compare", conditions(of, &f, &o), "e.id");
    let made = format!(
        "  - let: l\n    be: \"[{f}, input.a].map(x, [x, input.a]).flatten().filter(x, x == input.a)\"\n  - let: at\n    be: \"l.transformList(i, x, i)\"\n"
    );
    add("lists", made, "{ l: l, at: at }");
    let each = format!(
        "  - each: \"[{f}, input.a]\"\n    as: x\n    index: i\n    do:\n      - let: y\n        be: x\n      - when: i > 0\n        as: later\n        then:\n          - update: e\n            set: {{ f_{name}: y, o_{name}: x }}\n    gives: {{ xs: y }}\n"
    );
    add("each", each, "xs");
    if let Some(literal) = of.literal {
        add("literal", set(literal, literal) + &event(name, literal, literal), "e");
        let condition = format!("{literal} == {f} || {o}.orValue({literal}) in [{literal}, {f}]");
        add("literal_compare", format!("  - require: \"{condition}\"\n    refuse: no_literal\n"), "e.id");
    }
    if let Some(of) = of.name.strip_prefix("map_of_") {
        let condition = format!("'a' in {f} && {f}['a'] == input.a['a'] && {f}.size() > 0");
        add(&format!("read_{of}"), format!("  - require: \"{condition}\"\n    refuse: no_entry\n"), "e.id");
    }
}

/// An event with a value for one field, and another for the same field where it may be absent.
fn event(name: &str, value: &str, optional: &str) -> String {
    let mut with = String::new();
    for other in TYPES.iter().map(|of| of.name).filter(|other| *other != name) {
        let _ = write!(with, "f_{other}: e.f_{other}, ");
    }
    format!("  - emit: every.seen\n    with: {{ {with}f_{name}: \"{value}\", o_{name}: \"{optional}\" }}\n")
}

/// Rules and a search that compare values.
fn conditions(of: &Of, f: &str, o: &str) -> String {
    let name = of.name;
    let mut rules = vec![
        format!("{f} == input.a || (has({o}) && {o} != input.a)"),
        format!("input.a in [{f}, {f}] && [input.a].exists(x, x == {f}) && [{f}].map(x, x)[0] == {f}"),
        format!("input.z.orValue({f}) == {o}.orValue(input.a)"),
    ];
    if of.ordered {
        rules.push(format!("{f} < input.a || {f} >= input.a || [{f}, input.a].sortBy(x, x).size() == 2"));
        rules.push(format!("[{f}, input.a].distinct().size() > 0"));
    }
    let refused =
        |(at, rule): (usize, &String)| format!("  - require: \"{rule}\"\n    refuse: no_rule_{at}\n");
    let mut steps: String = rules.iter().enumerate().map(refused).collect();
    // What is no single column cannot be compared by the database.
    let column = of.ordered || matches!(name, "bool" | "enum");
    if column {
        let _ = write!(
            steps,
            "  - load: every\n    where: \"row.f_{name} == input.a && (!has(row.o_{name}) || row.o_{name} != input.a || row.f_{name} in [input.a]) && (!has(input.z) || row.f_{name} == input.z)\"\n    max: 9\n    as: found\n  - require: found.size() < 9\n    refuse: no_search\n"
        );
    }
    steps
}

fn operation(of: &Of, what: &str, steps: &str, returns: &str, yaml: &mut String) {
    let Of { name, spec, data, .. } = of;
    let steps = if steps.is_empty() { String::new() } else { format!("steps:\n{steps}") };
    let returns = if returns.starts_with('{') { returns.to_owned() } else { format!("\"{returns}\"") };
    let _ = write!(
        yaml,
        "---\noperation: {what}_{name}\nsummary: S.\nrequires: all.do\ninput:\n  e: {{ type: ref, to: every }}\n  n: {{ type: int, default: 1 }}\n  a: {{ {spec}, default: {data} }}\n  z: {{ {spec}, optional: true }}\n{steps}returns: {returns}\n"
    );
}
