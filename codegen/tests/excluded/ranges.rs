//! What is known of numbers excludes `out_of_range` and `cannot_compute`.

use crate::drawn;

const SPECS: &str = "
service: desk
summary: A desk.
capabilities:
  all.do: Do all.
---
resource: loan
fields:
  id: { type: id, prefix: loa }
  renewals: { type: int, range: 0..3 }
  limit: { type: int, range: 0..3 }
  balance: { type: decimal, range: 0..1_000 }
  credit: { type: decimal, range: 0..1_000, optional: true }
  fine: { type: decimal, scale: 4, range: 0..1_000 }
  total: { type: int, range: ..9_007_199_254_740_991 }
  above: { type: ref, to: loan, optional: true }
  parts: { type: many, of: part, size: ..9 }
---
resource: part
fields:
  loan: { type: ref, to: loan, owner: true }
  n: { type: int, range: 0..9 }
---
operation: do_it
summary: Do it.
requires: all.do
max_rows: 2_000
input:
  loan: { type: ref, to: loan }
  other: { type: ref, to: loan }
  each_of: { type: list, of: { type: ref, to: loan }, size: ..9 }
  amount: { type: decimal, range: 0..10_000 }
  most: { type: decimal, range: 0..10_000, optional: true }
  count: { type: int }
  yes: bool
steps:
  - require: loan != other || input.yes || each_of.size() > 9 || input.count == 3 || input.amount < 3 || has(input.most)
    refuse: nothing
STEPS
";

/// What is drawn of a code.
fn of(code: &str, steps: &str) -> Vec<String> {
    let steps: Vec<String> = steps.trim().lines().map(|line| format!("  {}", line.trim_end())).collect();
    drawn(&SPECS.replace("STEPS", &steps.join("\n")), code)
}

/// Whether a value is drawn as out of the range of its field, behind some steps.
fn unfit(before: &str, set: &str) -> bool {
    let rules = before.replace("- require: ", "- require: \"").replacen(" ELSE", "\"\n  refuse: no", 1);
    let written = rules.replacen(" ELSE", "\"\n  refuse: no_more", 1);
    let steps = format!("{written}\n- update: loan\n  set: {{ {set} }}");
    !of("out_of_range", &steps).is_empty()
}

#[test]
fn a_number_that_a_rule_bounds_fits() {
    let renew = "renewals: loan.renewals + 1";
    let pay = "balance: loan.balance - input.amount";
    for (before, set, drawn) in [
        ("", renew, true),
        ("- require: loan.renewals < 3 ELSE", renew, false),
        ("- require: loan.renewals <= 2 ELSE", renew, false),
        ("- require: 3 > loan.renewals ELSE", renew, false),
        ("- require: loan.renewals == 2 ELSE", renew, false),
        ("- require: !(loan.renewals >= 3) ELSE", renew, false),
        ("- require: loan.renewals < 2 || loan.renewals == 0 ELSE", renew, false),
        ("- require: loan.renewals <= 3 ELSE", renew, true),
        ("- require: loan.renewals < 2 || input.yes ELSE", renew, true),
        ("- require: loan.renewals > 2 ELSE", renew, true),
        ("- require: loan.renewals != 3 ELSE", renew, true),
        ("- require: other.renewals < 3 ELSE", renew, true),
        ("- require: loan.renewals < 3 ELSE", "renewals: loan.renewals + 2", true),
        ("- require: loan.renewals < 2 ELSE", "renewals: loan.renewals + 2", false),
        ("- require: loan.renewals > 0 ELSE", "renewals: loan.renewals - 1", false),
        ("- require: loan.renewals > 0 ELSE", "renewals: 3 - loan.renewals", false),
        ("", "renewals: 3 - loan.renewals", false),
        ("", "renewals: -loan.renewals", true),
        ("", "renewals: loan.renewals % 3", false),
        ("", "renewals: loan.renewals / 2", false),
        // Two numbers, of which one is the larger one.
        ("", pay, true),
        ("- require: loan.balance >= input.amount ELSE", pay, false),
        ("- require: loan.balance > input.amount ELSE", pay, false),
        ("- require: input.amount <= loan.balance ELSE", pay, false),
        ("- require: loan.balance == input.amount ELSE", pay, false),
        ("- require: loan.balance - input.amount >= 0 ELSE", pay, false),
        ("- require: loan.balance - input.amount > 0.01 ELSE", pay, false),
        ("- require: !(loan.balance < input.amount) ELSE", pay, false),
        ("- require: loan.balance <= input.amount ELSE", pay, true),
        ("- require: loan.balance - input.amount >= -1 ELSE", pay, true),
        ("- require: other.balance >= input.amount ELSE", pay, true),
        ("- require: loan.balance >= input.amount || input.yes ELSE", pay, true),
        ("- require: loan.balance >= other.balance && other.balance >= input.amount ELSE", pay, true),
        ("- require: loan.balance <= input.amount ELSE", "balance: input.amount - loan.balance", true),
        ("- require: loan.renewals <= loan.limit ELSE", "limit: loan.limit - loan.renewals", false),
        ("- require: loan.renewals > loan.limit ELSE", "renewals: loan.renewals - loan.limit - 1", false),
        // Numbers of other scales.
        ("- require: loan.fine <= loan.balance ELSE", "fine: loan.balance - loan.fine", false),
        ("- require: loan.balance >= loan.renewals ELSE", "balance: loan.balance - loan.renewals", false),
        ("- require: loan.renewals < 2.5 ELSE", renew, true),
        ("- require: input.count >= 0 && input.count <= 1_000 ELSE", "fine: input.count", false),
        ("- require: input.count >= 0 && input.count <= 1_001 ELSE", "fine: input.count", true),
        // Where there may be none.
        (
            "- require: has(loan.credit) && loan.credit >= input.amount ELSE",
            "balance: loan.credit - input.amount",
            false,
        ),
        (
            "- require: !has(loan.credit) || loan.credit >= input.amount ELSE\n- require: has(loan.credit) ELSE",
            "balance: loan.credit - input.amount",
            false,
        ),
        ("- require: !has(loan.above) || loan.balance >= input.amount ELSE", pay, true),
        // What a name stands for.
        ("- let: rest\n  be: loan.balance - input.amount\n- require: rest >= 0 ELSE", "balance: rest", false),
        ("- let: rest\n  be: loan.balance - input.amount\n- require: rest > -1 ELSE", "balance: rest", true),
        (
            "- require: loan.balance >= input.amount ELSE\n- let: rest\n  be: loan.balance - input.amount",
            "balance: rest",
            false,
        ),
        (
            "- let: more\n  be: input.amount + 1\n- require: loan.balance >= more ELSE",
            "balance: loan.balance - more",
            false,
        ),
        // What an expression asks itself.
        ("", "balance: 'loan.balance >= input.amount ? loan.balance - input.amount : 0'", false),
        ("", "balance: 'loan.balance < input.amount ? 0 : loan.balance - input.amount'", false),
        ("", "balance: 'loan.balance > input.amount ? 0 : loan.balance - input.amount'", true),
    ] {
        assert_eq!(unfit(before, set), drawn, "{before} {set}");
    }
}

#[test]
fn a_write_forgets_what_was_known_of_a_number() {
    let rule = "- require: loan.renewals < 2\n  refuse: no\n";
    let pays = "- require: loan.balance >= other.balance\n  refuse: no\n";
    for (steps, places) in [
        // The same loan may have two names.
        (
            format!("{rule}- update: other\n  set: {{ renewals: 3 }}\n- update: loan\n  set: {{ renewals: loan.renewals + 1 }}"),
            &["effects.update_loan"][..],
        ),
        (
            format!("{rule}- update: other\n  set: {{ limit: 3 }}\n- update: loan\n  set: {{ renewals: loan.renewals + 1 }}"),
            &[],
        ),
        (
            format!("{pays}- update: other\n  set: {{ balance: 3 }}\n- update: loan\n  set: {{ balance: loan.balance - other.balance }}"),
            &["effects.update_loan"],
        ),
        (format!("{pays}- update: loan\n  set: {{ balance: loan.balance - other.balance }}"), &[]),
        (
            format!("{rule}- each: each_of\n  as: it\n  do:\n    - update: loan\n      set: {{ renewals: loan.renewals + 1 }}"),
            &["effects.each_it.update_loan"],
        ),
        (
            "- each: each_of\n  as: it\n  do:\n    - when: it.renewals < 2\n      as: may\n      then:\n        \
             - update: it\n          set: { renewals: it.renewals + 1 }"
                .to_owned(),
            &[],
        ),
        (
            "- when: loan.renewals < 3\n  as: may\n  then:\n    - update: loan\n      set: { renewals: loan.renewals + 1 }\n  \
             else:\n    - update: loan\n      set: { renewals: loan.renewals + 1 }"
                .to_owned(),
            &["effects.may.else.update_loan"],
        ),
        // What a search has found.
        (
            "- load: loan\n  where: row.renewals < 3 && row.balance >= input.amount\n  order: row.total\n  as: found\n\
             - update: found\n  set: { renewals: found.renewals + 1, balance: found.balance - input.amount }"
                .to_owned(),
            &[],
        ),
        (
            "- load: loan\n  where: row.renewals < 3\n  max: 9\n  as: found\n- each: found\n  as: it\n  do:\n    \
             - update: it\n      set: { renewals: it.renewals + 1 }"
                .to_owned(),
            &[],
        ),
        (
            "- load: loan\n  where: row.renewals < 3\n  max: 9\n  as: found\n- each: found\n  as: it\n  do:\n    \
             - update: it\n      set: { renewals: it.renewals + 1 }\n    - when: input.yes\n      as: again\n      then:\n        \
             - update: it\n          set: { renewals: it.renewals + 1 }"
                .to_owned(),
            &["effects.each_it.again.then.update_it"],
        ),
    ] {
        assert_eq!(of("out_of_range", &steps), places, "{steps}");
    }
}

#[test]
fn what_is_asked_whatever_else_holds_knows_nothing_of_numbers() {
    let most = "input.count * 9_007_199_254";
    for (steps, places) in [
        // All rules on what was sent are asked, so one of them may not hold where another one is asked.
        (format!("- require: input.count in [0, 1]\n  refuse: no\n- let: n\n  be: {most}"), &["input.n"][..]),
        (
            format!("- require: input.count >= 0 && input.count < 3\n  refuse: no\n- let: n\n  be: {most}"),
            &["input.n"],
        ),
        (
            format!(
                "- require: input.count >= 0 && input.count < 3\n  refuse: no\n- require: {most} > 3\n  refuse: few"
            ),
            &["input.few"],
        ),
        (format!("- require: input.count >= 0 && input.count < 3 && {most} > 3\n  refuse: no"), &[]),
        (format!("- require: input.count >= 0 || {most} > 3\n  refuse: no"), &["input.no"]),
        (
            format!(
                "- require: input.count >= 0 && input.count < 3\n  refuse: no\n- require: loan.total < {most}\n  refuse: few"
            ),
            &[],
        ),
        (
            format!(
                "- require: loan.total > 0 && input.count >= 0 && input.count < 3\n  refuse: no\n- let: n\n  be: {most}"
            ),
            &["input.n"],
        ),
        // What a refusal tells is computed where the condition does not hold.
        (
            format!(
                "- require: loan.total > 0 && input.count >= 0 && input.count < 3\n  refuse: {{ code: no, message: \"{{{most}}}\" }}"
            ),
            &["rules.no"],
        ),
        (
            format!(
                "- require: loan.total > 0 && (input.count < 0 || input.count > 2)\n  refuse: {{ code: no, message: \"{{{most}}}\" }}"
            ),
            &["rules.no"],
        ),
        (
            format!(
                "- require: input.count < 0 || input.count > 2\n  refuse: {{ code: no, message: \"{{{most}}}\" }}"
            ),
            &[],
        ),
        // What does not mention the row is computed before the search, whatever the search asks.
        (
            format!(
                "- load: loan\n  where: input.count >= 0 && input.count < 3 && row.total == {most}\n  max: 3\n  as: found"
            ),
            &["rules.found"],
        ),
        // What it asks by itself it knows.
        (
            format!(
                "- load: loan\n  where: \"row.total == (input.count >= 0 && input.count < 3 ? {most} : 0)\"\n  max: 3\n  as: found"
            ),
            &[],
        ),
        (
            format!(
                "- require: input.count >= 0 && input.count < 3\n  refuse: no\n- load: loan\n  where: row.total == {most}\n  \
                 max: 3\n  as: found"
            ),
            &[],
        ),
    ] {
        assert_eq!(of("cannot_compute", &steps), places, "{steps}");
    }
}

#[test]
fn a_search_finds_no_more_rows_than_it_says() {
    for (range, size, places) in [
        ("0..40", "items.size()", &[][..]),
        ("0..39", "items.size()", &["effects.emit_items_counted"][..]),
        ("1..40", "items.size()", &["effects.emit_items_counted"]),
        ("0..40", "items.filter(i, i.number > 1).size()", &[]),
        ("0..40", "items.map(i, i.number > 1 ? 1 : 0).sum()", &[]),
        ("0..40", "items.size() + 1", &["effects.emit_items_counted"]),
    ] {
        let specs = format!(
            "service: shop\nsummary: A shop.\ncapabilities: {{ all.do: Do all. }}\n---\nresource: item\nsummary: I.\n\
             fields:\n  id: {{ type: id, prefix: ite }}\n  number: int\n---\nevent: items.counted\nfields:\n  \
             n: {{ type: int, range: {range} }}\n---\noperation: count\nsummary: Count.\nrequires: all.do\nsteps:\n  \
             - load: item\n    as: items\n    max: 40\n  - emit: items.counted\n    with: {{ n: \"{size}\" }}\n"
        );
        assert_eq!(drawn(&specs, "out_of_range"), places, "{specs}");
    }
}

#[test]
fn what_a_search_asks_beside_it_proves_no_index() {
    let listed = SPECS.replace("  yes: bool\n", "  yes: bool\n  few: { type: list, of: int, size: ..9 }\n");
    for (where_, fails) in [
        // What does not mention the row is computed before the search, whatever the search asks.
        ("input.few.size() > 0 && row.renewals == input.few[0]", true),
        ("input.few.size() == 0 || row.renewals == input.few[0]", true),
        ("(input.yes && input.few.size() > 0) && (input.yes && row.renewals == input.few[0])", true),
        ("input.few.size() > 0 && (row.renewals == 0 || input.few[0] == 1)", true),
        ("input.few.size() > 0 && row.parts.exists(p, p.n == input.few[0])", true),
        ("row.parts.exists(p, input.few.size() > 0 && p.n == input.few[0])", true),
        ("row.parts.exists(p, p.n > 0 && (input.few.size() > 0 && p.n == input.few[0]))", true),
        // What it asks by itself it knows.
        ("(input.few.size() > 0 && input.few[0] == 1) || row.renewals == 0", false),
        ("input.few.size() > 0 && input.few[0] == 1 && row.renewals == 0", false),
        ("row.renewals == (input.few.size() > 0 ? input.few[0] : 0)", false),
        ("row.renewals in [input.few].filter(f, f.size() > 0 && f[0] == 1).map(f, f.size())", false),
    ] {
        let load = |before: &str| {
            let steps = format!("{before}  - load: loan\n    where: \"{where_}\"\n    max: 3\n    as: found");
            drawn(&listed.replace("STEPS", &steps), "cannot_compute")
        };
        assert_eq!(!load("").is_empty(), fails, "{where_}");
        // What is known before the search it knows too.
        assert!(load("  - require: input.few.size() > 0\n    refuse: no\n").is_empty(), "{where_}");
    }
}
