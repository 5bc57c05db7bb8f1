//! Where a value may be out of the range of a field, a way out is drawn; where its type excludes that, none is.

use opwright_codegen::report::render;
use opwright_codegen::source::Sources;
use opwright_tracer::graph::Kind;

const SPECS: &str = "
service: shop
summary: A shop.
capabilities:
  all.do: Do all.
---
event: it.told
fields:
  it: { INTO }
---
operation: tell
summary: Tell of it.
requires: all.do
input:
  of: { FROM }
steps:
  - emit: it.told
    with: { it: \"VALUE\" }
";

#[test]
fn what_fits_by_its_type_has_no_way_out() {
    for (from, value, into, fits) in [
        ("type: string, length: 2..5", "input.of", "type: string, length: 1..20", true),
        ("type: string, length: 2..5", "input.of", "type: string, length: 1..4", false),
        ("type: string, length: 0..5", "input.of", "type: string, length: 1..5", false),
        ("type: string, length: 2..5", "input.of", "type: text, length: 2..5", true),
        ("type: text, length: 2..5", "input.of", "type: string, length: 2..5", false),
        ("type: string, pattern: '[a-z]+'", "input.of", "type: string", true),
        ("type: string, pattern: '[a-z]+'", "input.of", "type: string, pattern: '[a-z]+'", true),
        ("type: string", "input.of", "type: string, pattern: '[a-z]+'", false),
        ("type: email", "input.of", "type: string", true),
        ("type: email", "input.of", "type: string, length: 1..200", false),
        ("type: email, length: ..99", "input.of", "type: email", true),
        ("type: string", "input.of", "type: email", false),
        ("type: url, length: ..99", "input.of", "type: text, length: ..99", true),
        (
            "type: list, of: { type: string, length: 1..5 }, size: ..3",
            "input.of",
            "type: list, of: string, size: ..9",
            true,
        ),
        (
            "type: map, of: { type: int, range: 0..5 }, size: ..3",
            "input.of",
            "type: map, of: int, size: ..9",
            true,
        ),
        ("type: map, of: int, size: ..10", "input.of", "type: map, of: int, size: ..9", false),
        ("type: list, of: int, size: 1..3", "input.of.size()", "type: int, range: 1..3", true),
        (
            "type: list, of: int, size: 1..3",
            "input.of.filter(n, n > 3).size()",
            "type: int, range: 1..3",
            false,
        ),
        ("type: list, of: int, size: ..3", "input.of.size()", "type: int, range: 1..3", false),
        ("type: list, of: int, size: 1..3", "input.of.sort()", "type: list, of: int, size: 1..3", true),
        ("type: list, of: int, size: 1..3", "input.of.sort()", "type: list, of: int, size: 2..3", false),
        ("type: list, of: int, size: ..3", "input.of.sortBy(n, -n)", "type: list, of: int, size: ..9", true),
        (
            "type: list, of: int, size: 1..3",
            "input.of.filter(n, n > 3)",
            "type: list, of: int, size: ..3",
            true,
        ),
        (
            "type: list, of: int, size: 1..3",
            "input.of.filter(n, n > 3)",
            "type: list, of: int, size: 1..3",
            false,
        ),
        ("type: string, length: 2..5", "input.of.size()", "type: int, range: 0..5", true),
        ("type: int", "now", "type: timestamp", true),
        ("type: int", "now + duration('28d')", "type: timestamp", true),
        (
            "type: int",
            "now + duration('2d')",
            "type: timestamp, range: 1970-01-01T00:00:00Z..2199-12-31T23:59:59Z",
            false,
        ),
        ("type: int", "date(now)", "type: date", true),
        ("type: int", "date(now + duration('28d'))", "type: date", true),
        ("type: int", "date(now)", "type: date, range: 2020-01-01..2030-01-01", false),
        ("type: int", "date(now)", "type: date, range: 1970-01-01..", true),
        ("type: int", "date(now)", "type: date, range: 1970-01-02..", false),
        ("type: duration", "date(now + input.of)", "type: date", false),
        ("type: timestamp", "date(input.of)", "type: date", false),
        ("type: timestamp", "input.of", "type: timestamp, range: ..2199-12-31T23:59:59Z", false),
        ("type: string, length: 2..5", "input.of + 'a'", "type: string, length: ..20", false),
        ("type: string, length: 2..5", "input.of.trim()", "type: string, length: 2..5", false),
    ] {
        let specs = SPECS.trim_start().replace("FROM", from).replace("VALUE", value).replace("INTO", into);
        let mut sources = Sources::default();
        sources.add("shop.yaml", &specs);
        let model = opwright_codegen::check(&sources).unwrap_or_else(|report| {
            let faults = report.sorted();
            let faults: Vec<String> = faults.iter().map(|it| render::text(it, &sources, false)).collect();
            panic!("{}", faults.join("\n"))
        });
        let drawn = model.operations.iter().any(|operation| {
            let graph = opwright_codegen::lower::lower(&model, operation);
            graph
                .flow
                .node_weights()
                .any(|it| matches!(&it.kind, Kind::Exit(exit) if exit.code == "out_of_range"))
        });
        assert_eq!(!drawn, fits, "{from} -> {value} -> {into}");
    }
}

const WRITES: &str = "
service: shop
summary: A shop.
capabilities:
  all.do: Do all.
---
resource: user
fields:
  id: { type: id, prefix: usr }
  email: { type: email, unique: true }
  phone: { type: string, optional: true, unique: true }
  boss: { type: ref, to: user, optional: true }
---
operation: change
summary: Change it.
requires: all.do
input:
  user: { type: ref, to: user }
  other: { type: ref, to: user }
steps:
  - update: user
    set: { SET }
";

#[test]
fn what_stays_as_it_is_clashes_with_nothing() {
    for (set, drawn) in [
        ("email: user.email", false),
        ("phone: user.phone", false),
        ("email: other.email", true),
        ("phone: other.phone", true),
        ("email: user.email, phone: other.phone", true),
    ] {
        let specs = WRITES.trim_start().replace("SET", set);
        let specs = if set.contains("other") {
            specs
        } else {
            specs.replace("  other: { type: ref, to: user }\n", "")
        };
        let mut sources = Sources::default();
        sources.add("shop.yaml", &specs);
        let model = opwright_codegen::check(&sources).unwrap_or_else(|report| {
            let faults = report.sorted();
            let faults: Vec<String> = faults.iter().map(|it| render::text(it, &sources, false)).collect();
            panic!("{}", faults.join("\n"))
        });
        let found = model.operations.iter().any(|operation| {
            let graph = opwright_codegen::lower::lower(&model, operation);
            let mut nodes = graph.flow.node_weights();
            nodes.any(|it| matches!(&it.kind, Kind::Exit(exit) if exit.code == "not_unique"))
        });
        assert_eq!(found, drawn, "{set}");
    }
}
