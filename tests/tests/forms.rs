//! Values of every type in every place that takes one, and rows in every way that leads to one: what the compiler takes
//! is built without a warning, and both databases answer alike.
//!
//! ```text
//! set_decimal { "e": "eve_bare", "z": 1.50 }   200 { "id": "eve_bare", "f_decimal": 1.50, … }   on both
//! ```

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod forms {
    #![deny(warnings)]
    #![expect(
        clippy::all,
        reason = "expressions that nobody would write, one for each thing that can be said"
    )]
    include!(concat!(env!("OUT_DIR"), "/forms/mod.rs"));
}

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("every_form_works", every_form_works);
    trials.on_databases("an_empty_object_stays_what_it_is", an_empty_object_stays_what_it_is);
    trials.on_databases("a_move_can_break_a_rule", a_move_can_break_a_rule);
    trials.on_databases("what_has_no_value_is_refused_at_its_step", what_has_no_value_is_refused_at_its_step);
    trials.run()
}

/// What is sent for an argument, in two calls: with what may be absent, and without.
fn argument(name: &str, full: bool, example: &Json) -> Option<Json> {
    let row = if full { "full" } else { "bare" };
    Some(match name {
        "e" => json!(format!("eve_{row}")),
        "p" => json!(format!("row_{row}")),
        "gen" => json!("gen_1"),
        "code" => json!(if full { "x" } else { "none" }),
        "kids" => json!(if full { vec!["kid_1", "kid_2"] } else { vec![] }),
        "o" | "o1" if full => json!("oth_1"),
        "o2" if full => json!("oth_2"),
        "n" => json!(if full { 2 } else { 0 }),
        "s" if full => json!("ada"),
        "z" if full => example.clone(),
        _ => return None,
    })
}

/// A value of each type, by the name of the type.
fn examples(desk: &Desk) -> BTreeMap<&'static str, Json> {
    let shown =
        forms::SERVICE.operations.iter().filter_map(|it| Some((it.name, it.name.strip_prefix("show_")?)));
    let example = |(operation, of)| {
        let (status, body) = desk.call(operation, r#"{"e":"eve_full"}"#);
        assert_eq!(status, 200, "{operation}: {body:#}");
        (of, body["result"]["a"].clone())
    };
    shown.map(example).collect()
}

/// The ids of rows that were made, each as the number of its first appearance.
fn number_ids(json: &mut Json, known: &mut BTreeMap<String, usize>) {
    match json {
        Json::String(text) if text.split_once('_').is_some_and(|(_, random)| random.len() == 20) => {
            let next = known.len();
            *json = json!(format!("#{}", known.entry(text.clone()).or_insert(next)));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| number_ids(item, known)),
        Json::Object(entries) => entries.values_mut().for_each(|value| number_ids(value, known)),
        _ => {}
    }
}

/// Every operation, called twice: the status, and the result or the code.
fn answers(database: &Database) -> BTreeMap<String, (u16, Json)> {
    let desk = Desk::open(&forms::SERVICE, database);
    let examples = examples(&desk);
    let (mut answers, mut ids) = (BTreeMap::new(), BTreeMap::new());
    for name in forms::SERVICE.operations.iter().map(|operation| operation.name) {
        let of = examples.keys().filter(|of| name.ends_with(*of)).max_by_key(|of| of.len());
        let example = of.map_or(&Json::Null, |of| &examples[of]);
        let inputs = &desk.gateway.operation(name).unwrap().drawn.graph.head.inputs;
        for full in [true, false] {
            let sent =
                inputs.iter().filter_map(|it| Some((it.key.clone(), argument(&it.key, full, example)?)));
            let call = Json::Object(sent.collect()).to_string();
            let (status, body) = desk.call(name, &call);
            assert!(status < 500, "{name} {call}: {status} {body:#}");
            let mut said = if status == 200 { body["result"].clone() } else { body["code"].clone() };
            number_ids(&mut said, &mut ids);
            answers.insert(format!("{name} {call}"), (status, said));
        }
    }
    answers
}

fn every_form_works(database: &Database) {
    let here = answers(database);
    let elsewhere = answers(&Database::sqlite());
    let differ = here.iter().filter(|(call, answer)| elsewhere.get(*call) != Some(answer));
    let differ: Vec<String> =
        differ.map(|(call, answer)| format!("{call}\n  {answer:?}\n  {:?}", elsewhere.get(call))).collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    let done = here.values().filter(|(status, _)| *status == 200).count();
    assert!(done > here.len() / 2, "{done} of {}", here.len());
    println!("{done} of {} calls are done", here.len());
}

/// An object whose parts all may be absent is there, even if none of them is.
fn an_empty_object_stays_what_it_is(database: &Database) {
    let desk = Desk::open(&forms::SERVICE, database);
    let (status, written) = desk.call("write_objects", r#"{"p":"row_bare","loose":{}}"#);
    assert_eq!(status, 200, "{written:#}");
    assert_eq!(written["result"]["loose"], json!({}));
    let (status, read) = desk.call("follow_in_rounds", r#"{"p":"row_bare"}"#);
    assert_eq!(status, 200, "{read:#}");
    assert_eq!(read["result"]["p"], written["result"]);
}

/// A rule that reads the state of a row is asked when the state moves.
fn a_move_can_break_a_rule(database: &Database) {
    let desk = Desk::open(&forms::SERVICE, database);
    assert_eq!(desk.call("set_d", r#"{"p":"row_bare","n":1000}"#).0, 200);
    let (status, refused) = desk.call("only_move", r#"{"p":"row_bare"}"#);
    assert_eq!((status, &refused["node"]), (409, &json!("effects.end_p!ends_dear")), "{refused:#}");
    assert_eq!(desk.call("set_d", r#"{"p":"row_bare","n":1}"#).0, 200);
    assert_eq!(desk.call("only_move", r#"{"p":"row_bare"}"#).1["result"], json!("c"));
}

/// What an event carries, what a loop goes over and what an argument has to fulfil may have no value.
fn what_has_no_value_is_refused_at_its_step(database: &Database) {
    let desk = Desk::open(&forms::SERVICE, database);
    for (operation, sent, node) in [
        ("no_value_in_event", r#"{"p":"row_full","n":0}"#, "effects.emit_row_seen!cannot_compute"),
        ("no_value_in_each", r#"{"p":"row_full","n":0}"#, "effects.each_x!cannot_compute"),
        ("no_value_in_reference", r#"{"n":0,"o":"oth_1"}"#, "relations.o!cannot_compute"),
    ] {
        let (status, refused) = desk.call(operation, sent);
        assert_eq!((status, &refused["node"]), (409, &json!(node)), "{operation}: {refused:#}");
        let (status, done) = desk.call(operation, &sent.replace('0', "5"));
        assert_eq!(status, 200, "{operation}: {done:#}");
    }
}
