//! Bounds of every kind are kept, and every way to run into one is drawn, on each database.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod guards {
    include!(concat!(env!("OUT_DIR"), "/guards/mod.rs"));
}

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("an_event_is_within_its_bounds", events);
    trials.on_databases("who_moves_finds_room", sizes);
    trials.on_databases("many_rows_join_a_collection_in_one_call", many);
    trials.on_databases("names_of_the_database_do_not_meet", names);
    trials.on_databases("of_several_clashes_the_first_is_named", clashes);
    trials.on_databases("an_id_that_is_given_may_be_taken", given_ids);
    trials.on_databases("an_int_has_53_bits", ints);
    trials.on_databases("what_is_told_may_not_be_computed", told);
    trials.on_databases("what_a_rule_proves_is_read_behind_it", proved);
    trials.run()
}

fn open(database: &Database) -> Desk {
    Desk::open(&guards::SERVICE, database)
}

/// Calls, and expects a status and what the answer says; `Null` means nothing in particular.
fn expect(desk: &Desk, operation: &str, arguments: &Json, status: u16, said: &str) -> Json {
    let (found, answer) = desk.call(operation, &arguments.to_string());
    let words = format!(
        "{} {}",
        answer["code"].as_str().unwrap_or_default(),
        answer["detail"].as_str().unwrap_or_default()
    );
    assert_eq!(found, status, "{operation} {arguments}: {answer:#}");
    assert!(status == 200 || words == said, "{operation} {arguments}: {words}");
    answer["result"].clone()
}

/// Whether the graph of an operation has an exit of this code.
fn draws(desk: &Desk, operation: &str, code: &str) -> bool {
    let operation = desk.gateway.operation(operation).unwrap();
    operation.drawn.graph.flow.node_weights().any(|node| node.id.ends_with(&format!("!{code}")))
}

fn events(database: &Database) {
    let desk = open(database);
    let refused = [
        (json!({ "text": "" }), "text must be a text of 1 to 5 characters that matches [a-z]+"),
        (json!({ "text": "abcdef" }), "text must be a text of 1 to 5 characters that matches [a-z]+"),
        (json!({ "text": "AB" }), "text must be a text of 1 to 5 characters that matches [a-z]+"),
        (json!({ "count": 10 }), "count must be a whole number, from 0 to 9"),
        (json!({ "count": -1 }), "count must be a whole number, from 0 to 9"),
        (json!({ "share": 1.1 }), ""),
        (json!({ "names": ["a", "b", "c"] }), ""),
        (json!({ "names": ["a", "a"] }), ""),
        (json!({ "books": ["boo_1", "boo_2"] }), ""),
        (json!({ "more": "long" }), ""),
    ];
    for (arguments, said) in refused {
        let (status, answer) = desk.call("tell", &arguments.to_string());
        assert_eq!((status, &answer["code"]), (409, &json!("out_of_range")), "{arguments}: {answer:#}");
        let message = answer["detail"].as_str().unwrap();
        assert!(said.is_empty() || said == message, "{message}");
    }
    expect(&desk, "tell", &json!({ "text": "abc", "share": 1, "books": ["boo_1"], "more": "abc" }), 200, "");
    expect(&desk, "tell", &json!({ "book": "boo_3", "place": "she_2" }), 200, "");
    expect(&desk, "tell", &json!({ "book": "boo_3" }), 200, "");
    let told = json!({ "title": "c", "shelf": 1 });
    assert_eq!(expect(&desk, "look_at", &json!({ "book": "boo_3" }), 200, ""), told);
    assert_eq!(expect(&desk, "look_at", &json!({}), 200, ""), json!({ "title": "none", "shelf": 0 }));
    assert!(draws(&desk, "tell", "out_of_range"));
    expect(&desk, "tell_plainly", &json!({ "count": 5, "books": ["boo_1"] }), 200, "");
    assert!(!draws(&desk, "tell_plainly", "out_of_range"));
    expect(&desk, "tell_one_of_two", &json!({ "long": false }), 200, "");
    let (status, answer) = desk.call("tell_one_of_two", r#"{"long":true}"#);
    assert_eq!((status, &answer["code"]), (409, &json!("out_of_range")), "{answer:#}");
    // Some elements of a list may be fewer than the list has at least.
    assert!(draws(&desk, "tell_some", "out_of_range"));
    expect(&desk, "tell_some", &json!({ "counts": [0, 1] }), 200, "");
    let none = "out_of_range counts must be a list of 1 to 3 elements, each a whole number";
    expect(&desk, "tell_some", &json!({ "counts": [0, -1] }), 409, none);
}

fn sizes(database: &Database) {
    let desk = open(database);
    let put = |book: &str, shelf: &str| json!({ "book": book, "shelf": shelf });
    let books = "too_many books of shelf would hold more than 2";
    expect(&desk, "put_book", &put("boo_3", "she_1"), 409, books);
    expect(&desk, "put_book", &put("boo_1", "she_1"), 200, "");
    assert_eq!(expect(&desk, "put_book", &put("boo_1", "she_2"), 200, ""), json!({ "here": 2 }));
    expect(&desk, "put_book", &put("boo_2", "she_2"), 409, books);
    expect(&desk, "put_book", &put("boo_3", "she_1"), 200, "");
    // Of two collections the full one is named.
    let give = |first: bool, one: &str, other: &str| json!({ "book": "boo_1", "first": first, "one": one, "other": other });
    expect(&desk, "give_book", &give(true, "she_1", "she_1"), 409, books);
    let spare = "too_many spare of shelf would hold more than 1";
    expect(&desk, "give_book", &give(false, "she_1", "she_2"), 409, spare);
    expect(&desk, "give_book", &give(true, "she_3", "she_2"), 200, "");
    // A reference that may be absent.
    expect(&desk, "spare_book", &json!({ "book": "boo_2" }), 200, "");
    expect(&desk, "spare_book", &json!({ "book": "boo_2", "spare": "she_3" }), 409, spare);
    expect(&desk, "spare_book", &json!({ "book": "boo_2", "spare": "she_2" }), 200, "");
    expect(&desk, "add_book", &json!({ "shelf": "she_3", "spare": "she_2" }), 409, spare);
    expect(&desk, "add_book", &json!({ "shelf": "she_3" }), 200, "");
    expect(&desk, "add_book", &json!({ "shelf": "she_3" }), 409, books);
    // What is owned.
    let note = |note: &str, shelf: &str| json!({ "note": note, "shelf": shelf });
    expect(
        &desk,
        "move_note",
        &note("not_3", "she_1"),
        409,
        "too_many notes of shelf would hold more than 2",
    );
    let moved = expect(&desk, "move_note", &note("not_1", "she_2"), 200, "");
    assert_eq!(moved["notes"], json!([{ "id": "not_3" }, { "id": "not_1" }]), "{moved}");
    expect(&desk, "move_note", &note("not_3", "she_1"), 200, "");
}

/// As many as a list may hold, each behind the ones before it, and each where its order puts it.
fn many(database: &Database) {
    let desk = open(database);
    let numbers = |from: i64, count: i64| (from..from + count).collect::<Vec<_>>();
    let called = |numbers: &[i64]| {
        expect(&desk, "add_cards", &json!({ "pile": "pil_1", "numbers": numbers }), 200, "")
    };
    called(&numbers(1, 10));
    let answer = called(&numbers(11, 1_000));
    assert_eq!(answer["cards"], json!(numbers(0, 1_011)));
    let mut heights: Vec<i64> = numbers(1, 1_010).iter().map(|number| number * number % 97).collect();
    heights.sort_by_key(|height| -height);
    assert_eq!(answer["marks"], json!(heights));
}

/// Tables and indexes of names that only look alike, and a name that leaves no room in an id.
fn names(database: &Database) {
    let desk = open(database);
    expect(&desk, "add_long", &json!({ "note": "a" }), 200, "");
    let taken = |field: &str| format!("not_unique {field} is taken by another row");
    expect(&desk, "add_long", &json!({ "note": "a" }), 409, &taken("code"));
    expect(&desk, "add_long", &json!({ "note": "b" }), 200, "");
}

fn clashes(database: &Database) {
    let desk = open(database);
    let moment = |rest: &Json| {
        let mut all = json!({ "day": "2026-01-02", "at": "1969-12-31T23:59:59.999999Z", "level": 1 });
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        all
    };
    let taken = |field: &str| format!("not_unique {field} is taken by another row");
    let add = |code: &str, name: &str| json!({ "code": code, "name": name });
    for (arguments, field) in [
        (add("c", "n"), "name"),
        (add("c", "other"), "code"),
        (moment(&add("c", "other")), "code"),
        (moment(&add("x", "other")), "day"),
        (json!({ "code": "x", "name": "x", "level": 1 }), "level"),
    ] {
        expect(&desk, "add_badge", &arguments, 409, &taken(field));
    }
    for (arguments, field) in [
        (moment(&json!({ "badge": "bad_b", "code": "c" })), "name"),
        (moment(&json!({ "badge": "bad_b", "code": "x" })), "day"),
        (json!({ "badge": "bad_b", "code": "d", "at": "1969-12-31T23:59:59.999999Z", "level": 1 }), "at"),
    ] {
        expect(&desk, "change_badge", &arguments, 409, &taken(field));
    }
    expect(&desk, "change_badge", &moment(&json!({ "badge": "bad_a", "code": "e" })), 200, "");
}

/// Where an id is not made but given, it may be taken, though no field is `unique`: at the start, and by another call.
fn given_ids(database: &Database) {
    let desk = open(database);
    assert!(draws(&desk, "add_tag", "not_unique"));
    let add = |tag: &str, dry: bool| json!({ "tag": tag, "dry_run": dry });
    for dry in [true, false] {
        expect(&desk, "add_tag", &add("new", dry), 200, "");
    }
    for (tag, dry) in [("abc", true), ("abc", false), ("new", true), ("new", false)] {
        expect(&desk, "add_tag", &add(tag, dry), 409, "not_unique tag is taken by another row");
    }
}

/// What is computed is an int only if it can be one on the wire.
fn ints(database: &Database) {
    let desk = open(database);
    const MOST: i64 = 9_007_199_254_740_991;
    let result = |a: i64, b: i64, list: &[i64]| {
        expect(&desk, "compute", &json!({ "a": a, "b": b, "list": list }), 200, "")
    };
    let most = json!({ "sum": MOST, "difference": MOST, "product": 0, "total": MOST });
    assert_eq!(result(MOST, 0, &[MOST, MOST, -MOST]), most);
    let too_large = "cannot_compute the result is too large";
    for (a, b, list) in [
        (MOST, 1, vec![]),
        (-MOST, 1, vec![]),
        (1 << 27, 1 << 27, vec![]),
        (-(1 << 27), 1 << 27, vec![]),
        (0, 0, vec![MOST, 1]),
    ] {
        expect(&desk, "compute", &json!({ "a": a, "b": b, "list": list }), 409, too_large);
    }
    assert!(draws(&desk, "compute", "cannot_compute"));
    assert!(!draws(&desk, "compute_small", "cannot_compute"));
    let small = expect(&desk, "compute_small", &json!({ "a": 1_000, "b": -1_000 }), 200, "");
    assert_eq!(small, json!({ "sum": 0, "product": -3_000_007, "turned": 1_000 }));
}

/// What a refusal tells is computed too; where it cannot be, that is an end of its own.
fn told(database: &Database) {
    let desk = open(database);
    const MOST: i64 = 9_007_199_254_740_991;
    let too_large = "cannot_compute the result is too large";
    let both = |a: i64, b: i64| json!({ "a": a, "b": b });
    for (operation, code) in [("tell_sum", "large"), ("add_duo", "large_row")] {
        let status = if operation == "tell_sum" { 422 } else { 409 };
        expect(&desk, operation, &both(100, 1), status, &format!("{code} 101 is large"));
        expect(&desk, operation, &both(MOST, MOST), 409, too_large);
    }
    // What is sent back when all is well.
    expect(&desk, "tell_sum", &both(1, MOST), 200, "");
    expect(&desk, "tell_sum", &both(-MOST, MOST), 409, too_large);
    assert_eq!(expect(&desk, "sum_up", &json!({ "a": 9 }), 200, ""), json!(18_090));
    assert!(!draws(&desk, "sum_up", "cannot_compute"));
}

/// Where a rule that reads a row proves something of what was sent, what rests on that is asked behind it, and not with
/// the arguments.
fn proved(database: &Database) {
    let desk = open(database);
    let sent = |rest: Json| {
        let mut all = json!({ "book": "boo_1", "note": "abc", "nums": [7, 8], "more": [2, 4] });
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        // What is `null` here is left out.
        all.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        all
    };
    let both = json!({ "first": 7, "both": 12 });
    assert_eq!(expect(&desk, "prove_late", &sent(json!({})), 200, ""), both);
    let eight = [1, 2, 3, 4, 5, 6, 7, 8];
    for (arguments, status, code) in [
        (json!({ "note": null }), 409, "no_note"),
        (json!({ "book": "boo_2" }), 409, "no_note"),
        (json!({ "nums": [], "more": [] }), 409, "uneven"),
        (json!({ "nums": [1] }), 409, "uneven"),
        (json!({ "note": "ab" }), 409, "short"),
        (json!({ "nums": [0, 1] }), 409, "negative"),
        (json!({ "nums": eight, "more": eight }), 409, "long"),
        (json!({ "more": [1, 2, 3, 4, 5, 6, 7, 8, 9], "note": null }), 422, "many"),
    ] {
        let (found, answer) = desk.call("prove_late", &sent(arguments).to_string());
        assert_eq!((found, answer["code"].as_str()), (status, Some(code)), "{answer:#}");
        assert!(code != "long" || answer["detail"] == "abc is long", "{answer:#}");
    }
    for (arguments, code) in
        [(json!({ "book": "boo_1" }), "no_note"), (json!({ "book": "boo_1", "note": "ab" }), "short")]
    {
        let (found, answer) = desk.call("prove_early", &arguments.to_string());
        assert_eq!((found, answer["code"].as_str()), (422, Some(code)), "{answer:#}");
    }
    // What a refusal would tell is not there where the rule before it has failed.
    let (found, answer) = desk.call("prove_early", &json!({ "book": "boo_3" }).to_string());
    assert_eq!(
        (found, answer["code"].as_str(), answer["errors"].as_array()),
        (422, Some("no_note"), None),
        "{answer:#}"
    );
    let (found, answer) = desk.call("prove_early", &json!({ "book": "boo_3", "note": "abc" }).to_string());
    assert_eq!((found, &answer["detail"]), (422, &json!("abc is of the third")), "{answer:#}");
    let told = |nums: &[i64], by: i64| {
        let (_, answer) = desk.call("prove_for_a_value", &json!({ "nums": nums, "by": by }).to_string());
        (answer["code"].clone(), answer["errors"].as_array().map(Vec::len))
    };
    assert_eq!(told(&[8], 2), (json!(null), None));
    assert_eq!(told(&[9], 2).0, json!("large"));
    assert_eq!(told(&[9], 1).0, json!("cannot_compute"));
    assert_eq!(told(&[], 2), (json!("none"), None));
}
