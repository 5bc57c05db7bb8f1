//! What a refusal says is to be done, where the spec leaves it out.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use opwright_codegen::expr::typed::{Piece, Template};
use opwright_codegen::model::{Model, Refusal, StepKind};
use opwright_codegen::report::render;
use opwright_codegen::source::Sources;

const SPECS: &str = r"
service: shop
summary: A shop.
capabilities:
  orders.read: Look at orders.
---
type: place
fields:
  street: string
  floor:  { type: int, optional: true, sensitive: pii }
---
type: vault
fields:
  door: { type: int, hidden: true }
---
resource: line
fields:
  order: { type: ref, to: order, owner: true }
  price: { type: decimal, range: 0..1_000 }
---
resource: doubt
fields:
  order: { type: ref, to: order, owner: true }
---
resource: order
summary: What was bought.
fields:
  id:          { type: id, prefix: ord }
  customer_id: { type: ref, to: customer, as: customer }
  number:      { type: int, range: 1.., hidden: true }
  weight:      { type: int, range: 0..100 }
  risky:       { type: bool, sensitive: secret }
  token:       { type: string, optional: true, sensitive: pii }
  kept:        vault
  stage:       { type: enum, values: [new, old], default: new, hidden: true, transitions: { age: { from: new, to: old } } }
  to:          { type: place, optional: true }
  tags:        { type: list, of: string, size: ..5 }
  within:      { type: duration, default: 30min }
  placed_at:   { type: timestamp, default: now }
  lines:       { type: many, of: line, size: ..50 }
  doubts:      { type: many, of: doubt, size: ..50, hidden: true }
---
resource: customer
fields:
  id:     { type: id, prefix: cus }
  email:  { type: email, unique: true, sensitive: pii }
  orders: { type: many, of: order, size: ..500, order: row.placed_at }
---
operation: act
summary: Do something.
requires: orders.read
input:
  order:  { type: ref, to: order }
  sure:   bool
  count:  { type: int, range: 0..100 }
  most:   { type: int, range: 0..100 }
  word:   string
  note:   { type: string, optional: true }
  limit:  { type: int, optional: true }
  at:     timestamp
  place:  { type: place, flat: true }
  other:  place
  phrase: { type: string, sensitive: secret }
  phrase_of_old: { type: string, sensitive: secret, optional: true }
  lines:  { type: list, of: int, size: ..9 }
steps:
STEPS
returns: order.id
";

/// What a caller can do follows from the condition where it is short, and else names the arguments to look at.
#[test]
fn a_refusal_without_a_fix_says_what_to_choose() {
    for (condition, said) in [
        ("order.within == duration('1d')", "choose `order` so that its within is 1d"),
        (
            "!(order.weight > input.count)",
            "choose `count` so that it is at least the weight of `order`, or send another `order`",
        ),
        ("3 > order.weight", "choose `order` so that its weight is less than 3"),
        ("!!(order.weight == 3)", "choose `order` so that its weight is 3"),
        ("order.lines.size() > 0", "choose `order` so that the number of its lines is more than 0"),
        (
            "input.count <= order.lines.size()",
            "choose `count` so that it is at most the number of lines of `order`, or send another `order`",
        ),
        ("input.word.size() > 3", "choose `word` so that the number of its characters is more than 3"),
        ("input.lines.size() > 1", "choose `lines` so that the number of its elements is more than 1"),
        ("input.count <= input.most", "choose `count` so that it is at most `most`, or send another `most`"),
        (
            "input.count <= input.most + 1",
            "choose `count` so that it is at most `most` + 1, or send another `most`",
        ),
        (
            "(input.count) <= (order.weight)",
            "choose `count` so that it is at most the weight of `order`, or send another `order`",
        ),
        ("input.count < input.most * 2 + order.weight", "choose another `count` or `most` or `order`"),
        ("input.limit.orValue(10) <= 100", "choose another `limit`"),
        ("order.within.getHours() < 5", "choose another `order`"),
        ("input.word in ['a', 'b']", "choose `word` so that it is one of 'a', 'b'"),
        (
            "!(input.word in order.tags)",
            "choose `word` so that it is not one of the tags of `order`, or send another `order`",
        ),
        (
            "input.word in ['a long word', 'a longer word', 'a still longer word', 'and one more word']",
            "choose another `word`",
        ),
        ("input.word != '{a}'", "choose another `word`"),
        ("input.at > now", "choose `at` so that it is later than now"),
        ("now - duration('30d') <= input.at", "choose `at` so that it is not earlier than now - 30d"),
        (
            "order.placed_at < timestamp('2030-01-01T00:00:00Z')",
            "choose `order` so that its placed_at is earlier than 2030-01-01T00:00:00Z",
        ),
        ("input.sure", "choose `sure` so that it is true"),
        ("!input.sure", "choose `sure` so that it is false"),
        ("has(input.note)", "send `note`"),
        ("!has(input.note)", "leave out `note`"),
        ("has(input.note) || has(input.limit)", "send `note` or `limit`"),
        ("!(has(input.note) || has(input.limit))", "leave out `note` and `limit`"),
        ("!(has(input.note) && has(input.limit))", "leave out `note` or `limit`"),
        ("!has(input.note) || !has(input.limit)", "leave out `note` or `limit`"),
        (
            "has(input.note) && has(input.limit) && has(input.place.floor)",
            "send `note` and `limit` and `floor`",
        ),
        ("has(input.note) && !has(input.limit)", "choose another `note` or `limit`"),
        (
            "has(input.note) && (has(input.limit) || has(input.place.floor))",
            "choose another `note` or `limit` or `floor`",
        ),
        (
            "input.count in input.lines",
            "choose `count` so that it is one of those in `lines`, or send another `lines`",
        ),
        ("!(3 in input.lines)", "choose another `lines`"),
        ("has(order.to)", "choose `order` so that its to is present"),
        ("order.lines.all(l, l.price > 0.0)", "choose another `order`"),
        ("input.sure || input.count > 3", "choose another `sure` or `count`"),
        ("now > timestamp('2020-01-01T00:00:00Z')", "ask a person"),
    ] {
        assert_eq!(
            fixes(&format!("  - require: \"{condition}\"\n    refuse: not_so\n")),
            [said],
            "{condition}"
        );
    }
}

/// The parts of a flat argument stand among the arguments, so they are what is chosen.
#[test]
fn a_fix_names_the_parts_of_a_flat_argument() {
    for (condition, said) in [
        ("input.place.street == 'Main'", "choose `street` so that it is 'Main'"),
        (
            "input.place.street.size() > order.weight",
            "choose `street` so that the number of its characters is more than the weight of `order`, or send another `order`",
        ),
        ("has(input.place.floor)", "send `floor`"),
        ("input.place.street == 'a' || input.sure", "choose another `street` or `sure`"),
        ("input.place == input.other", "choose another `street` or `floor` or `other`"),
        ("input.other.street == 'Main'", "choose `other` so that its street is 'Main'"),
    ] {
        assert_eq!(
            fixes(&format!("  - require: \"{condition}\"\n    refuse: not_so\n")),
            [said],
            "{condition}"
        );
    }
}

/// What a step named is no word of a caller: the arguments that led to it are named instead.
#[test]
fn a_fix_names_the_arguments_that_led_to_a_name() {
    for (steps, said) in [
        (
            "  - let: doubled\n    be: input.count * 2\n  - require: doubled > 3\n    refuse: not_so\n",
            "choose another `count`",
        ),
        (
            "  - let: doubled\n    be: input.count * 2\n  - let: more\n    be: doubled + 1\n  - require: more <= order.weight\n    refuse: not_so\n",
            "choose another `count` or `order`",
        ),
        (
            "  - each: input.lines\n    as: line\n    index: at\n    do:\n      - require: line > 3 || at < 2\n        refuse: not_so\n",
            "choose another `lines`",
        ),
        (
            "  - each: order.lines\n    as: line\n    do: []\n    gives: { prices: line.price }\n  - require: prices.size() < 3\n    refuse: not_so\n",
            "choose another `order`",
        ),
        (
            "  - load: customer\n    where: row.email == input.word\n  - require: customer.orders.size() > 3\n    refuse: not_so\n",
            "choose another `word`",
        ),
        (
            "  - load: order\n    as: first\n    order: row.number\n  - require: first.weight > 3\n    refuse: not_so\n",
            "ask a person",
        ),
        (
            "  - let: fixed\n    be: 3\n  - require: fixed <= input.count\n    refuse: not_so\n",
            "choose another `count`",
        ),
    ] {
        assert_eq!(fixes(steps), [said], "{steps}");
    }
}

/// Who may call the operations of `next` finds them in the answer; a fix is for all.
#[test]
fn a_fix_names_no_operation() {
    for (condition, said) in [
        ("order.weight == 3", "choose `order` so that its weight is 3"),
        ("now > timestamp('2020-01-01T00:00:00Z')", "do first what helps, or ask a person"),
    ] {
        let step = format!("  - require: \"{condition}\"\n    refuse: {{ code: not_so, next: act }}\n");
        assert_eq!(fixes(&step), [said], "{condition}");
    }
}

/// A rule of a resource is told by operations that have no arguments, too.
#[test]
fn a_fix_of_a_rule_names_arguments_only_where_there_are_some() {
    let specs = SPECS.trim_start().replace("STEPS", "  []").replace(
        "  doubts:      { type: many, of: doubt, size: ..50, hidden: true }\n",
        "  doubts:      { type: many, of: doubt, size: ..50, hidden: true }\nrules:\n  - require: row.weight < 70\n    refuse: too_heavy\n",
    );
    let fixes: Vec<String> = checked(&specs)
        .resources
        .iter()
        .flat_map(|it| &it.rules)
        .map(|it| written(&it.refusal.fix))
        .collect();
    assert_eq!(
        fixes,
        [
            "if the arguments decide what is written, choose them so that it keeps this rule; else ask a person"
        ]
    );
}

/// Nothing is advised from what is hidden, masked or secret, whether or not a message is written that keeps it back.
#[test]
fn a_fix_says_nothing_of_what_is_not_for_all() {
    for (condition, said) in [
        ("order.number == 3", "choose another `order`"),
        ("order.number <= input.count", "choose another `order` or `count`"),
        ("order.customer.email == 'a@b.c'", "choose another `order`"),
        ("order.risky", "choose another `order`"),
        ("!(has(order.token) && order.risky)", "choose another `order`"),
        ("has(order.token)", "choose another `order`"),
        ("order.doubts.size() == 0", "choose another `order`"),
        ("input.word != input.phrase", "choose another `word` or `phrase`"),
        ("has(input.phrase_of_old)", "send `phrase_of_old`"),
        ("has(input.other.floor) && input.other.floor == 3", "choose another `other`"),
    ] {
        for refuse in ["not_so", "{ code: not_so, message: no }"] {
            let step = format!("  - require: \"{condition}\"\n    refuse: {refuse}\n");
            assert_eq!(fixes(&step), [said], "{condition}");
        }
    }
    let written = "  - require: order.weight < 70\n    refuse: { code: not_so, message: no }\n";
    assert_eq!(fixes(written), ["choose `order` so that its weight is less than 70"]);
}

/// A message that nobody wrote has no value of what is hidden; where a spec names it, it is told.
#[test]
fn a_message_shows_no_value_that_is_hidden() {
    for (refuse, condition, said) in [
        ("no", "order.number < 70", "this does not hold: order.number < 70"),
        ("no", "!(order.number == 3)", "this must not hold: order.number == 3"),
        (
            "no",
            "input.count < order.number",
            "input.count is {input.count}, it must be less than order.number",
        ),
        ("no", "order.weight < 70", "order.weight is {order.weight}, it must be less than 70"),
        (
            "no",
            "input.count < order.kept.door",
            "input.count is {input.count}, it must be less than order.kept.door",
        ),
        (
            "no",
            "order.placed_at < now",
            "order.placed_at is {order.placed_at}, it must be earlier than now, which is {now}",
        ),
        ("no", "order.stage == 'new'", "this does not hold: order.stage == 'new'"),
        // What a spec names is meant.
        ("{ code: no, message: 'not {order.number}' }", "order.number < 70", "not {order.number}"),
    ] {
        let step = format!("  - require: \"{condition}\"\n    refuse: {refuse}\n");
        assert_eq!(texts(&step, |refusal| &refusal.message), [said], "{condition}");
    }
    // A name is as what it stands for.
    for be in ["order.number", "order.number + 1", "order.doubts.size()", "order.kept.door"] {
        let steps = format!("  - let: it\n    be: {be}\n  - require: input.count < it\n    refuse: no\n");
        let said = "input.count is {input.count}, it must be less than it";
        assert_eq!(texts(&steps, |refusal| &refusal.message), [said], "{be}");
    }
}

/// Rows that come by what is hidden are that behind a name too; those that are only chosen by it are not.
#[test]
fn a_name_does_not_show_what_led_to_it() {
    for (be, condition, said) in [
        ("order.doubts", "it.size() == 0", "this does not hold: it.size() == 0"),
        (
            "order.customer.orders.filter(o, o.number > 3)",
            "it.size() == 0",
            "it.size() is {it.size()}, it must be 0",
        ),
    ] {
        let steps = format!("  - let: it\n    be: {be}\n  - require: {condition}\n    refuse: no\n");
        assert_eq!(texts(&steps, |refusal| &refusal.message), [said], "{be}");
    }
}

/// Rows are told by the names of the spec: what they say may be much.
#[test]
fn a_message_names_two_rows() {
    for (condition, said) in [
        ("other != order.customer", "other must not be order.customer"),
        ("!(other != order.customer)", "other must be order.customer"),
    ] {
        let steps =
            format!("  - let: other\n    be: order.customer\n  - require: \"{condition}\"\n    refuse: no\n");
        assert_eq!(texts(&steps, |refusal| &refusal.message), [said], "{condition}");
    }
}

/// The fixes of an operation of these steps.
fn fixes(steps: &str) -> Vec<String> {
    texts(steps, |refusal| &refusal.fix)
}

/// One of the texts of each refusal of an operation of these steps.
fn texts(steps: &str, which: fn(&Refusal) -> &Template) -> Vec<String> {
    let model = checked(&SPECS.trim_start().replace("STEPS", steps.trim_end()));
    let mut texts = Vec::new();
    for step in model.operations.iter().flat_map(|it| &it.steps) {
        let inside = if let StepKind::Each { body, .. } = &step.kind { body.as_slice() } else { &[] };
        let all = [step].into_iter().chain(inside);
        texts.extend(all.filter_map(|step| match &step.kind {
            StepKind::Require { refusal, .. } => Some(written(which(refusal))),
            _ => None,
        }));
    }
    texts
}

fn written(text: &Template) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Value(value) => format!("{{{}}}", value.text),
    };
    text.pieces.iter().map(piece).collect()
}

fn checked(specs: &str) -> Model {
    let mut sources = Sources::default();
    sources.add("shop.yaml", specs);
    opwright_codegen::check(&sources).unwrap_or_else(|report| {
        let faults = report.sorted();
        let faults: Vec<String> = faults.iter().map(|fault| render::text(fault, &sources, false)).collect();
        panic!("{specs}: {}", faults.join("\n"))
    })
}
