//! References inside of what is sent and of what is kept: the rows are found, told by their places, followed and
//! written, on each database.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod inside {
    #![deny(warnings)]
    #![expect(clippy::needless_question_mark, reason = "every value is given in one way")]
    include!(concat!(env!("OUT_DIR"), "/inside/mod.rs"));
}

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("rows_of_one_object", one);
    trials.on_databases("rows_of_an_object_that_may_be_absent", absent);
    trials.on_databases("rows_of_lists_of_objects", lists);
    trials.on_databases("rows_in_a_loop_are_written", loops);
    trials.on_databases("objects_in_objects", nested);
    trials.on_databases("who_is_missing_is_told_by_its_place", missing);
    trials.on_databases("what_was_kept_refers", kept);
    trials.on_databases("a_deleted_row_inside_of_an_object", deleted);
    trials.run()
}

fn done(desk: &Desk, operation: &str, arguments: &Json) -> Json {
    let (status, answer) = desk.call(operation, &arguments.to_string());
    assert_eq!(status, 200, "{operation} {arguments}: {answer:#}");
    answer["result"].clone()
}

/// Where a call ends that is refused, and with which faults.
fn refused(desk: &Desk, operation: &str, arguments: &Json) -> (String, Vec<(String, String)>) {
    let (status, answer) = desk.call(operation, &arguments.to_string());
    assert!((400..500).contains(&status), "{operation} {arguments}: {answer:#}");
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    (text(&answer["node"]), errors.iter().map(|it| (text(&it["pointer"]), text(&it["got"]))).collect())
}

fn one(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let found = done(
        &desk,
        "look_at_leg",
        &json!({ "leg": { "flight_number": "HAT001", "with": "per_ben", "stops": ["BBB", "CCC", "BBB"] } }),
    );
    assert_eq!(found["flight"]["number"], "HAT001");
    assert_eq!(found["companion"]["id"], "per_ben");
    assert_eq!(found["stops"], "Berlin, Celle, Berlin");
    assert_eq!((&found["origin"], &found["days"]), (&json!("Aachen"), &json!(2)));
    let (node, _) = refused(&desk, "look_at_leg", &json!({ "leg": { "flight_number": "HAT003" } }));
    assert_eq!(node, "rules.not_planned!not_planned");
    let (node, _) =
        refused(&desk, "look_at_leg", &json!({ "leg": { "flight_number": "HAT002", "with": "per_ann" } }));
    assert_eq!(node, "rules.lives_elsewhere!lives_elsewhere");
    // A flat object is one in expressions.
    let flat = done(&desk, "look_at_flat_leg", &json!({ "flight_number": "HAT002" }));
    assert_eq!(flat["flight"]["number"], "HAT002");
    // The state is asked in front of the rules.
    assert_eq!(
        done(&desk, "fill_leg", &json!({ "leg": { "flight_number": "HAT002" } }))["status"],
        json!("full")
    );
    let (node, _) = refused(&desk, "fill_leg", &json!({ "leg": { "flight_number": "HAT002" } }));
    assert_eq!(node, "rules.fill_input_leg_flight!wrong_state");
}

fn absent(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let none = done(&desk, "look_at_optional_leg", &json!({}));
    assert_eq!(none, json!({ "status": "none", "seats": 0 }));
    let alone = done(&desk, "look_at_optional_leg", &json!({ "leg": { "flight_number": "HAT001" } }));
    assert_eq!((&alone["status"], &alone["seats"]), (&json!("planned"), &json!(0)));
    let both = json!({ "leg": { "flight_number": "HAT001", "with": "per_ben" } });
    assert_eq!(done(&desk, "look_at_optional_leg", &both)["seats"], 3);
    let (first, third) =
        (json!({ "flight_number": "HAT001" }), json!({ "flight_number": "HAT002", "with": "per_ann" }));
    let one = done(&desk, "look_at_either", &json!({ "first": first }));
    assert_eq!(one, json!({ "flight": "Aachen", "other": "", "seats": 3 }));
    let two = done(&desk, "look_at_either", &json!({ "first": first, "third": third }));
    assert_eq!(two, json!({ "flight": "Aachen", "other": "Ann", "seats": 5 }));
    let second = done(&desk, "look_at_either", &json!({ "first": first, "second": third }));
    assert_eq!(second, json!({ "flight": "Berlin", "other": "Ann", "seats": 4 }));
}

fn lists(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let legs = json!({ "legs": [
        { "flight_number": "HAT001", "with": "per_ben", "seats": 2, "stops": ["AAA"] },
        { "flight_number": "HAT002", "seats": 2, "stops": ["BBB", "AAA"] },
    ] });
    let found = done(&desk, "look_at_legs", &legs);
    let wanted = json!({
        "seats": 5, "origins": ["Aachen", "Berlin"], "days": 2, "first": "Aachen",
        "late": ["HAT002", "HAT001"], "stops": 3,
    });
    assert_eq!(found, wanted);
    let twice = json!({ "legs": [{ "flight_number": "HAT001" }, { "flight_number": "HAT001" }] });
    assert_eq!(refused(&desk, "look_at_legs", &twice).0, "input.a_flight_twice!a_flight_twice");
    let many = json!({ "legs": [{ "flight_number": "HAT001", "seats": 4 }] });
    assert_eq!(refused(&desk, "look_at_legs", &many).0, "rules.no_seats!no_seats");
}

fn loops(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let sent = json!({ "person": "per_ann", "legs": [
        { "flight_number": "HAT001", "seats": 1 },
        { "flight_number": "HAT002", "seats": 2 },
        { "flight_number": "HAT001", "seats": 1 },
    ] });
    let booked = done(&desk, "book_legs", &sent);
    // The same row twice: the second round sees what the first has written.
    let wanted = json!({ "names": ["Aachen", "Berlin", "Aachen"], "left": [2, 0, 1], "person": "per_ann" });
    assert_eq!(booked, wanted);
    let full = json!({ "leg": { "flight_number": "HAT002" } });
    assert_eq!(refused(&desk, "look_at_leg", &full).0, "rules.not_planned!not_planned");
    let nodes: Vec<&str> = nodes(&desk, "book_legs").collect();
    assert!(nodes.contains(&"effects.legs.flight.origin"), "{nodes:?}");
}

fn nodes<'d>(desk: &'d Desk, operation: &str) -> impl Iterator<Item = &'d str> {
    let operation = desk.gateway.operation(operation).unwrap();
    operation.drawn.graph.flow.node_weights().map(|node| node.id.as_str())
}

fn nested(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let sent = json!({ "booking": {
        "person": "per_ann", "legs": [{ "flight_number": "HAT001" }], "back": { "flight_number": "HAT002" },
    } });
    let booked = done(&desk, "book", &sent);
    assert_eq!((&booked["back"], &booked["name"]), (&json!("Berlin"), &json!("Ann")));
    assert_eq!(booked["trip"]["first"]["flight_number"], "HAT001");
    let all = json!({
        "bookings": [
            { "person": "per_ann", "legs": [{ "flight_number": "HAT001" }, { "flight_number": "HAT002" }] },
            { "person": "per_ben", "legs": [{ "flight_number": "HAT002" }] },
        ],
        "named": { "x": { "flight_number": "HAT001" } },
        "groups": [["per_ann", "per_ben"], ["per_ann"], []],
        "homes": { "y": "AAA" },
    });
    let found = done(&desk, "book_all", &all);
    let wanted = json!({ "seats": [5, 2], "names": ["Ann", "Ben"], "groups": [["Ann", "Ben"], ["Ann"], []] });
    assert_eq!(found, wanted);
    let closed = json!({ "bookings": [], "homes": { "y": "CCC" } });
    assert_eq!(refused(&desk, "book_all", &closed).0, "rules.closed!closed");
}

fn missing(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let at = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(at, id)| ((*at).to_owned(), (*id).to_owned())).collect()
    };
    let sent = json!({ "legs": [
        { "flight_number": "HAT001" }, { "flight_number": "HAT009" }, { "flight_number": "HAT009" },
    ] });
    let (node, faults) = refused(&desk, "book_legs", &json!({ "person": "per_ann", "legs": sent["legs"] }));
    assert_eq!(node, "relations.legs.flight!not_found");
    assert_eq!(faults, at(&[("/legs/1/flight_number", "HAT009"), ("/legs/2/flight_number", "HAT009")]));
    let stops = json!({ "leg": { "flight_number": "HAT001", "stops": ["AAA", "DDD"] } });
    let (node, faults) = refused(&desk, "look_at_leg", &stops);
    assert_eq!((node.as_str(), faults), ("relations.leg.stops!not_found", at(&[("/leg/stops/1", "DDD")])));
    let with = json!({ "leg": { "flight_number": "HAT001", "with": "per_tom" } });
    let (node, faults) = refused(&desk, "look_at_leg", &with);
    assert_eq!(
        (node.as_str(), faults),
        ("relations.leg.companion!not_found", at(&[("/leg/with", "per_tom")]))
    );
    // A row that does not match is as one that is not there, also among the candidates.
    let (status, answer) = desk.call("look_at_flat_leg", r#"{"flight_number":"HAT003"}"#);
    assert_eq!((status, &answer["errors"][0]["pointer"]), (404, &json!("/flight_number")), "{answer:#}");
    assert_eq!(answer["errors"][0]["allowed"], json!(["HAT002", "HAT001"]), "{answer:#}");
    let deep = json!({
        "bookings": [{ "person": "per_ann", "legs": [{ "flight_number": "HAT001", "with": "per_x" }] }],
        "named": { "a/b": { "flight_number": "HAT007" } }, "groups": [[], ["per_y"]],
    });
    let (_, faults) = refused(&desk, "book_all", &deep);
    assert_eq!(faults, at(&[("/bookings/0/legs/0/with", "per_x")]));
    let named = json!({ "bookings": [], "named": { "a/b": { "flight_number": "HAT007" } } });
    let (_, faults) = refused(&desk, "book_all", &named);
    assert_eq!(faults, at(&[("/named/a~1b/flight_number", "HAT007")]));
    let groups = json!({ "bookings": [], "groups": [[], ["per_ann", "per_y"]] });
    let (_, faults) = refused(&desk, "book_all", &groups);
    assert_eq!(faults, at(&[("/groups/1/1", "per_y")]));
}

fn kept(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let leg = |flight: &str| json!({ "flight_number": flight, "cabin": "business" });
    let sent = json!({
        "person": "per_ann", "first": leg("HAT001"), "last": { "flight_number": "HAT002", "via": "AAA", "cabin": "economy" },
        "legs": [leg("HAT002"), leg("HAT001")], "marks": { "m": leg("HAT001") },
    });
    let trip = done(&desk, "keep_trip", &sent);
    let found = done(&desk, "look_at_trip", &json!({ "trip": trip["id"] }));
    assert_eq!(found["first"], "Aachen");
    assert_eq!((&found["last"], &found["legs"]), (&json!(2), &json!(["Berlin", "Aachen"])));
    assert_eq!((&found["days"], &found["first_flight"]["number"]), (&json!([0, 2]), &json!("HAT001")));
    done(&desk, "fill_trip", &json!({ "trips": [trip["id"]] }));
    let (node, _) = refused(&desk, "look_at_trip", &json!({ "trip": trip["id"] }));
    assert_eq!(node, "rules.no_seats!no_seats");
    let alone = done(&desk, "keep_trip", &json!({ "person": "per_ann", "first": leg("HAT001") }));
    let found = done(&desk, "look_at_trip", &json!({ "trip": alone["id"] }));
    assert_eq!((&found["last"], &found["legs"]), (&json!(0), &json!([])));
}

fn deleted(database: &Database) {
    let desk = Desk::open(&inside::SERVICE, database);
    let day = json!({ "leg": { "day": "day_1" } });
    let (node, faults) = refused(&desk, "bring_back", &day);
    assert_eq!(node, "relations.leg.day!not_found");
    assert_eq!(faults[0].0, "/leg/day");
    done(&desk, "drop_day", &json!({ "day": "day_1" }));
    assert_eq!(done(&desk, "bring_back", &day)["id"], "day_1");
    let leg = json!({ "leg": { "flight_number": "HAT001" } });
    assert_eq!(done(&desk, "look_at_leg", &leg)["days"], 2);
}
