//! What a new row is given excludes that it breaks a rule of its resource.

use crate::drawn;

const RULES: &str = "
service: desk
summary: A desk.
capabilities:
  all.do: Do all.
---
type: place
fields:
  city: string
---
resource: card
fields:
  id: { type: id, prefix: car }
  kind: { type: enum, values: [plain, gift, staff], default: plain }
  name: { type: string, optional: true }
  state: { type: enum, values: [new, used], optional: true }
  least: { type: decimal, default: 0.50 }
  most: { type: decimal, scale: 4, optional: true }
  count: { type: int, range: 0..20, default: 3 }
  fast: { type: bool, default: false }
  day: { type: date, optional: true }
  at: { type: timestamp, default: now }
  place: { type: place, optional: true }
  tags: { type: list, of: string, default: [] }
  above: { type: ref, to: card, optional: true }
rules:
  - require: \"RULE\"
    refuse: broken
---
operation: make
summary: Make one.
requires: all.do
input:
  kind: { type: enum, values: [plain, gift], default: gift }
  name: { type: string, optional: true }
  count: { type: int, range: 0..20, default: 2 }
  fast: { type: bool, default: true }
  other: { type: ref, to: card, optional: true }
steps:
  - require: input.kind == 'plain' || has(input.name) || input.count > 1 || input.fast || has(other)
    refuse: nothing
  - create: card
    set: { SET }
";

/// Whether the rule is drawn where a row is made so.
fn asks(rule: &str, set: &str) -> bool {
    let specs = RULES.replace("RULE", rule).replace("set: { SET }", &format!("set: {{ {set} }}"));
    !drawn(&specs.replace("    set: {  }\n", ""), "broken").is_empty()
}

#[test]
fn a_rule_that_a_new_row_surely_keeps_is_not_drawn() {
    for (rule, set, asked) in [
        // What is written out, what a default gives, and what is left out.
        ("row.kind == 'gift'", "kind: gift", false),
        ("row.kind == 'gift'", "kind: input.kind", true),
        ("row.kind == 'plain'", "", false),
        ("row.kind != 'staff'", "kind: input.kind", true),
        ("row.kind in ['plain', 'gift']", "", false),
        ("row.kind in ['staff', 'gift']", "kind: gift", false),
        ("!(row.kind in ['staff', 'gift'])", "", false),
        ("!(row.kind in ['staff', 'gift'])", "kind: input.kind", true),
        ("!has(row.name)", "", false),
        ("!has(row.name)", "name: null", false),
        ("!has(row.name)", "name: input.name", true),
        ("has(row.name)", "name: \"'a'\"", false),
        ("has(row.name)", "name: input.name", true),
        ("has(row.name)", "name: \"input.name.orValue('b')\"", false),
        ("has(row.state) || row.fast", "state: used", false),
        ("has(row.place)", "place: { city: \"'Ulm'\" }", false),
        ("!has(row.place)", "", false),
        ("!has(row.above)", "", false),
        ("!has(row.above)", "above: other", true),
        ("!has(row.above) || row.above != row", "above: null", false),
        // Comparisons of every kind of value.
        ("row.count > 2", "", false),
        ("row.count > 2", "count: 3", false),
        ("row.count >= 4", "count: 4", false),
        ("row.count < 4", "", false),
        ("row.count <= 3", "", false),
        ("row.count != 4", "", false),
        ("row.count == 3", "count: input.count", true),
        ("row.count in [1, 3]", "", false),
        ("row.least == 0.5", "", false),
        ("row.least < row.count", "", false),
        ("row.least < 1", "least: 0.99", false),
        ("!has(row.most) || row.most >= row.least", "most: 0.5", false),
        ("!has(row.most) || row.most >= row.least", "most: 0.5001", false),
        ("!has(row.most) || row.most >= row.least", "least: 1", false),
        ("has(row.name) && row.name == 'ab'", "name: \"'ab'\"", false),
        ("has(row.name) && row.name > 'a'", "name: \"'ab'\"", false),
        ("has(row.name) && row.name != 'é'", "name: \"'é'\"", true),
        ("has(row.name) && row.name.contains('a')", "name: \"'ab'\"", true),
        ("!row.fast", "", false),
        ("row.fast == true", "fast: true", false),
        ("row.fast || row.count > 2", "fast: input.fast", false),
        ("row.fast && row.count > 2", "fast: input.fast", true),
        ("has(row.day) && row.day > date('2024-01-01')", "day: \"date('2024-02-29')\"", false),
        ("row.at > timestamp('2024-01-01T00:00:00Z')", "", true),
        // What one side decides alone.
        ("row.kind != 'gift' || has(row.name)", "", false),
        ("row.kind != 'gift' || has(row.name)", "kind: gift, name: input.name", true),
        ("row.kind != 'gift' || has(row.name)", "kind: input.kind, name: \"'a'\"", false),
        // What is always broken stays, for that is what a call is told.
        ("row.kind == 'gift'", "", true),
        ("row.kind != 'gift' || has(row.name)", "kind: gift", true),
        ("has(row.name) && row.name == 'a'", "", true),
        ("row.count > 3", "", true),
        ("!has(row.most) || row.most >= row.least", "most: 0.4999", true),
        ("row.fast && row.count > 2", "", true),
    ] {
        assert_eq!(asks(rule, set), asked, "{rule} of {{ {set} }}");
    }
}
