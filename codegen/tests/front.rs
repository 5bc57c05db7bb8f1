//! What the specs of a small service become: fields, relations, machines, rows of data.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use opwright_codegen::expr::typed::Piece;
use opwright_codegen::model::{Model, Step, StepKind};
use opwright_codegen::report::render;
use opwright_codegen::source::Sources;
use opwright_values::schema::{Default, Part, Resource, Type};
use opwright_values::value::Value;

const SPECS: &str = "
service: shop
summary: A small shop.
capabilities: { orders.read: Look at orders. }
---
type: address
fields:
  street: string
  city:   { type: string, length: 1..80, sensitive: pii }
---
type: tags
is: { type: list, of: { type: string, length: ..20 }, size: ..5, distinct: true }
---
resource: line
fields:
  order: { type: ref, to: order, owner: true }
  item:  string
  price: { type: decimal, range: 0..1_000, scale: 3 }
---
resource: order
summary: What was bought.
fields:
  lines:       { type: many, of: line, size: ..50 }
  id:          { type: id, prefix: ord }
  customer_id: { type: ref, to: customer, as: customer }
  number:      { type: int, range: 1.., unique: { per: customer }, hidden: true }
  to:          { type: address, optional: true }
  tags:        { type: tags, default: [] }
  within:      { type: duration, default: 30min }
  placed_at:   { type: timestamp, default: now }
  status:
    type: enum
    values: [open, sent]
    default: open
    transitions: { send: { from: open, to: sent } }
---
resource: customer
fields:
  id:     { type: id, pattern: '[a-z]+' }
  email:  { type: email, unique: true, sensitive: pii }
  orders: { type: many, of: order, size: ..500, order: [row.number desc] }
---
event: order.sent
summary: An order left the house.
fields:
  order: { type: ref, to: order }
---
data: demo
rows:
  order:
    - id: ord_1
      customer_id: ada
      number: 1
      to: { street: Main Street 1, city: London }
      lines: [{ item: lamp, price: 10.5 }, { item: cable, price: 2 }]
    - { customer_id: ada, number: 2, status: sent, within: P7D }
  customer:
    - { id: ada, email: Ada@Analytical.org }
";

fn model() -> Model {
    let mut sources = Sources::default();
    sources.add("shop.yaml", SPECS);
    opwright_codegen::check(&sources).unwrap_or_else(|report| {
        let texts: Vec<String> =
            report.sorted().iter().map(|fault| render::text(fault, &sources, false)).collect();
        panic!("{}", texts.join("\n\n"))
    })
}

fn resource<'m>(model: &'m Model, name: &str) -> &'m Resource {
    let found = model.schema.resources.iter().find(|resource| resource.name == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

fn keys(resource: &Resource) -> Vec<&str> {
    resource.fields.iter().map(|field| field.key.as_str()).collect()
}

#[test]
fn fields_have_their_types_and_bounds() {
    let model = model();
    let order = resource(&model, "order");
    assert_eq!(keys(order), ["id", "customer_id", "number", "to", "tags", "within", "placed_at", "status"]);
    let ty = |key: &str| order.fields.iter().find(|field| field.key == key).map(|field| &field.ty);
    assert_eq!(ty("customer_id"), Some(&Type::Id { of: "customer".to_owned(), pattern: None }));
    assert_eq!(ty("number"), Some(&Type::Int { min: 1, max: 9_007_199_254_740_991 }));
    let Some(Type::List { of, min: 0, max: 5, distinct: true }) = ty("tags") else {
        panic!("{:?}", ty("tags"))
    };
    assert_eq!(**of, Type::Text { min: 0, max: 20, pattern: None, lines: false });
    let Some(Type::Object { name, fields }) = ty("to") else { panic!("{:?}", ty("to")) };
    assert_eq!((name.as_str(), fields.len(), fields[0].pii, fields[1].pii), ("address", 2, false, true));
    let line = resource(&model, "line");
    assert_eq!(line.fields[3].ty, Type::Decimal { scale: 3, min: 0, max: 1_000_000 });
    let default =
        |key: &str| order.fields.iter().find(|field| field.key == key).and_then(|it| it.default.clone());
    assert_eq!(default("placed_at"), Some(Default::Now));
    assert_eq!(default("within"), Some(Default::Value(Value::Int(30 * 60 * 1_000_000))));
    assert_eq!(default("tags"), Some(Default::Value(Value::List(Vec::new()))));
}

#[test]
fn a_reference_has_two_names_and_a_row_without_id_a_hidden_one() {
    let model = model();
    let order = resource(&model, "order");
    assert_eq!((order.fields[1].name.as_str(), order.fields[1].key.as_str()), ("customer", "customer_id"));
    let line = resource(&model, "line");
    assert_eq!(keys(line), ["_id", "order", "item", "price"]);
    assert_eq!((line.id, line.owner, line.fields[0].hidden), (0, Some(1), true));
    assert_eq!(line.id_prefix.as_deref(), Some("line"));
    assert_eq!(order.id_prefix.as_deref(), Some("ord"));
    assert_eq!(resource(&model, "customer").id_prefix, None);
}

#[test]
fn collections_are_the_other_side_of_references() {
    let model = model();
    let (order, customer) = (resource(&model, "order"), resource(&model, "customer"));
    let lines = &order.collections[0];
    assert_eq!((lines.of, lines.through, lines.owned, lines.size, lines.order.len()), (0, 1, true, 50, 0));
    let orders = &customer.collections[0];
    assert_eq!((orders.of, orders.through, orders.owned, orders.size), (1, 1, false, 500));
    assert_eq!((orders.order[0].field, orders.order[0].descending), (2, true));
    assert_eq!(order.uniques, [vec![1, 2]]);
    assert_eq!(order.indexes, [vec![1]]);
    assert_eq!(order.shape[..3], [Part::Collection(0), Part::Field(0), Part::Field(1)]);
}

/// What is said first of specs that do not hold together.
fn refused(specs: &str) -> String {
    let mut sources = Sources::default();
    sources.add("shop.yaml", specs);
    let Err(report) = opwright_codegen::check(&sources) else { panic!("it is taken: {specs}") };
    report.sorted().first().map_or_else(String::new, |fault| format!("{} {}", fault.code, fault.message))
}

#[test]
fn a_service_is_needed() {
    assert_eq!(refused("resource: thing\nfields: { id: id }\n"), "E0105 there is no service");
}

/// What a query looks up by value, and what it sorts by.
#[test]
fn indexes_are_made_for_what_is_looked_up() {
    let load = "---\noperation: find\nsummary: Find.\nrequires: orders.read\ninput: { number: int }\nsteps:\n  - load: order\n    \
                where: row.number == input.number && row.status == 'open'\n    order: [row.placed_at, row.number desc]\n    max: 9\n    as: \
                found\nreturns: found\n";
    let mut sources = Sources::default();
    sources.add("shop.yaml", format!("{SPECS}{load}"));
    let Ok(model) = opwright_codegen::check(&sources) else { panic!("it is refused") };
    let mut indexes = resource(&model, "order").indexes.clone();
    indexes.sort();
    assert_eq!(indexes, [vec![1], vec![2], vec![6, 2], vec![7]]);
}

#[test]
fn a_type_has_fields_or_a_value() {
    let with = |of: &str| {
        format!("service: shop\nsummary: A shop.\ncapabilities: {{ a.b: Do. }}\n---\ntype: thing\n{of}")
    };
    assert_eq!(refused(&with("")), "E0105 type `thing` needs `fields` or `is`");
    let both = "fields: { a: int }\nis: int\n";
    assert_eq!(refused(&with(both)), "E0105 type `thing` needs `fields` or `is`");
}

/// Words that other languages use for ids and for nothing are names like all others where a spec gives them.
#[test]
fn words_of_other_languages_may_be_names() {
    let with = |documents: &str| {
        let mut sources = Sources::default();
        let service = "service: shop\nsummary: A shop.\ncapabilities: { a.b: Do. }\n---\n";
        sources.add("shop.yaml", format!("{service}{documents}"));
        match opwright_codegen::check(&sources) {
            Ok(_) => String::new(),
            Err(report) => report.sorted().iter().map(|it| render::text(it, &sources, false)).collect(),
        }
    };
    let ty = "type: uuid\nis: { type: string, length: 36..36 }\n";
    // The type may be declared behind what uses it; without it, it is no id where there is one, but unknown.
    let thing = "resource: thing\nfields: { key: id, mark: uuid }\n";
    assert_eq!(with(&format!("{thing}---\n{ty}")), "");
    assert_eq!(with(&format!("resource: thing\nfields: {{ mark: {{ type: uuid }} }}\n---\n{ty}")), "");
    let unknown = with(thing);
    assert!(
        unknown.starts_with("error[E0204]: there is no type `uuid`") && !unknown.contains("E0104"),
        "{unknown}"
    );

    let act = |steps: &str| {
        format!(
            "operation: act\nsummary: Act.\nrequires: a.b\ninput:\n  nil: int\n  some: {{ type: int, optional: true }}\n\
             steps:\n{steps}returns: input.nil\n"
        )
    };
    let asked = |named: &str, condition: &str| {
        with(&act(&format!("  - let: {named}\n    be: 5\n  - require: {condition}\n    refuse: not_so\n")))
    };
    for word in ["nil", "undefined"] {
        assert_eq!(asked(word, &format!("input.nil == {word}")), "");
        assert_eq!(asked(word, &format!("{word} != input.nil")), "");
        let refused = asked("other", &format!("input.some != {word}"));
        assert!(refused.contains("nothing is `null`") && refused.contains("has(input.some)"), "{refused}");
    }
}

#[test]
fn machines_and_events_are_there() {
    let model = model();
    let machine = &model.resources[1].machines[0];
    assert_eq!((machine.field, machine.transitions[0].name.as_str()), (7, "send"));
    assert_eq!(model.schema.events[0].name, "order.sent");
    assert_eq!(model.schema.capabilities.keys().collect::<Vec<_>>(), ["orders.read"]);
}

#[test]
fn rows_of_data_are_typed_and_owners_come_first() {
    let model = model();
    let data = &model.data[0];
    assert_eq!(data.rows.iter().map(|(resource, _)| *resource).collect::<Vec<_>>(), [1, 1, 2, 0, 0]);
    let text = |value: &str| Value::Text(value.to_owned());
    assert_eq!(data.rows[2].1, [text("ada"), text("ada@analytical.org")]);
    assert_eq!(data.rows[0].1[3], Value::Object(vec![text("Main Street 1"), text("London")]));
    assert_eq!(data.rows[0].1[7], text("open"));
    assert_eq!(data.rows[1].1[7], text("sent"));
    assert_eq!(data.rows[3].1[1..], [text("ord_1"), text("lamp"), Value::Int(10_500)]);
    // Ids that are not given are made, and the same in every run.
    let Value::Text(id) = &data.rows[1].1[0] else { panic!("{:?}", data.rows[1]) };
    assert!(id.starts_with("ord_") && id.len() == 24, "{id}");
    assert_eq!(self::model().data[0].rows, data.rows);
}

#[test]
fn a_long_chain_of_alternatives_is_read_once() {
    let chain = ".or(input.name)".repeat(60);
    let operation = format!(
        "---\noperation: name_of\nsummary: A name.\nrequires: orders.read\ninput:\n  name: {{ type: string, optional: true }}\nreturns: input.name{chain}.orValue('')\n"
    );
    let mut sources = Sources::default();
    sources.add("shop.yaml", format!("{SPECS}{operation}"));
    assert!(opwright_codegen::check(&sources).is_ok(), "each link doubles nothing");
}

/// What a refusal says where the spec says nothing: good English, the negated conditions too.
#[test]
fn a_refusal_that_says_nothing_says_the_condition() {
    for (condition, said) in [
        ("input.sure", "input.sure must be true"),
        ("!input.sure", "input.sure is true, it must be false"),
        ("!(input.count > 3)", "input.count is {input.count}, it must be at most 3"),
        ("!(input.word == 'a')", "input.word is '{input.word}', it must not be 'a'"),
        ("!(input.word in ['a', 'b'])", "input.word is '{input.word}', it must not be one of ['a', 'b']"),
        ("!input.word.startsWith('a')", "input.word.startsWith('a') is true, it must be false"),
        ("!has(input.note)", "input.note must be absent"),
        // A name that only the spec knows says nothing to who calls.
        ("!has(current)", "there is already an order"),
        ("has(current)", "there is no order"),
        // There may be one that another row does not refer to.
        ("!has(earlier)", "earlier must be absent"),
        ("has(earlier)", "earlier is absent"),
        ("has(that)", "that is absent"),
        ("!(input.sure && input.count > 3)", "this must not hold: input.sure && input.count > 3"),
    ] {
        let operation = format!(
            "operation: act\nsummary: Do.\nrequires: orders.read\ninput:\n  sure: bool\n  count: int\n  word: string\n  \
             note: {{ type: string, optional: true }}\n  that: {{ type: ref, to: order, optional: true }}\nsteps:\n  \
             - load: order\n    as: current\n    where: row.status == 'open'\n    order: row.placed_at\n    \
             optional: true\n  - let: earlier\n    be: that\n  - require: \"{condition}\"\n    refuse: not_so\nreturns: input.count\n"
        );
        let specs = format!("{}---\n{operation}", SPECS.trim_start());
        let mut sources = Sources::default();
        sources.add("shop.yaml", &specs);
        let Ok(model) = opwright_codegen::check(&sources) else { panic!("{condition}: {}", refused(&specs)) };
        let messages: Vec<String> =
            model.operations.iter().flat_map(|it| &it.steps).filter_map(message).collect();
        assert_eq!(messages, [said], "{condition}");
    }
}

/// A search that finds nothing says of what, whether it has a code of its own or not.
#[test]
fn a_search_that_finds_nothing_says_of_what() {
    for (refuse, exit) in [("", "!not_found"), ("    refuse: none_open\n", "!none_open")] {
        let operation = format!(
            "operation: act\nsummary: Do.\nrequires: orders.read\nsteps:\n  - load: order\n    as: current\n    \
             where: row.status == 'open'\n    order: row.placed_at\n{refuse}returns: current\n"
        );
        let specs = format!("{}---\n{operation}", SPECS.trim_start());
        let mut sources = Sources::default();
        sources.add("shop.yaml", &specs);
        let Ok(model) = opwright_codegen::check(&sources) else { panic!("{exit}: {}", refused(&specs)) };
        let graph = opwright_codegen::lower::lower(&model, &model.operations[0]).drawn();
        let said = graph.flow.node_weights().find(|node| node.id == format!("rules.current{exit}"));
        assert!(format!("{said:?}").contains("\"no order matches\""), "{said:?}");
    }
}

/// A person reads how many of which rows a search finds.
#[test]
fn a_search_of_several_rows_is_called_by_their_plural() {
    for (step, title) in [
        (
            "load: order\n    as: overdue\n    order: row.placed_at\n    limit: 50",
            "find the first 50 orders as overdue",
        ),
        ("load: order\n    as: orders\n    order: row.placed_at\n    limit: 2", "find the first 2 orders"),
        (
            "load: order\n    as: oldest\n    order: row.placed_at\n    limit: 1",
            "find the first order as oldest",
        ),
        (
            "load: order\n    as: gone\n    deleted: only\n    limit: 9",
            "find the first 9 deleted orders as gone",
        ),
    ] {
        let operation = format!(
            "operation: act\nsummary: Do.\nrequires: orders.read\nsteps:\n  - {step}\nreturns: now\n"
        );
        let specs = format!("{}---\n{operation}", SPECS.trim_start());
        let mut sources = Sources::default();
        sources.add("shop.yaml", &specs);
        let Ok(model) = opwright_codegen::check(&sources) else { panic!("{title}: {}", refused(&specs)) };
        let graph = opwright_codegen::lower::lower(&model, &model.operations[0]).drawn();
        let outline = opwright_tracer::view::text::outline(&graph);
        assert!(outline.contains(&format!("  {title} (lookup")), "{title}:\n{outline}");
    }
}

fn message(step: &Step) -> Option<String> {
    let StepKind::Require { refusal, .. } = &step.kind else { return None };
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Value(value) => format!("{{{}}}", value.text),
    };
    Some(refusal.message.pieces.iter().map(piece).collect())
}
