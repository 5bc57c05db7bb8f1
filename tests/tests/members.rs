//! Collections that do not hold all rows: who is in them follows every write, on each database, and sizes count all.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod members {
    #![deny(warnings)]
    #![expect(clippy::needless_question_mark, reason = "every value is given in one way")]
    include!(concat!(env!("OUT_DIR"), "/members/mod.rs"));
}

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("a_shape_shows_who_is_in", shapes);
    trials.on_databases("who_is_created_joins_or_not", created);
    trials.on_databases("who_says_other_things_moves", changed);
    trials.on_databases("sizes_count_all", sizes);
    trials.on_databases("a_loop_goes_over_who_was_in", loops);
    trials.on_databases("a_search_sees_who_is_in", searched);
    trials.on_databases("who_is_deleted_leaves_and_comes_back", deleted);
    trials.on_databases("owned_rows_are_in_or_not", owned);
    trials.on_databases("rows_in_lists_are_given_back", in_lists);
    trials.run()
}

fn done(desk: &Desk, operation: &str, arguments: &Json) -> Json {
    let (status, answer) = desk.call(operation, &arguments.to_string());
    assert_eq!(status, 200, "{operation} {arguments}: {answer:#}");
    answer["result"].clone()
}

fn refused(desk: &Desk, operation: &str, arguments: &Json) -> Json {
    let (status, answer) = desk.call(operation, &arguments.to_string());
    assert!((400..500).contains(&status), "{operation} {arguments}: {answer:#}");
    answer["node"].clone()
}

fn ids(rows: &Json) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
}

fn shapes(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let ann = done(&desk, "look", &json!({ "person": "per_ann" }));
    let wanted = json!({
        "id": "per_ann", "name": "Ann", "tickets": ["tic_1", "tic_2", "tic_3"], "open": ["tic_2", "tic_1"],
        "urgent": [],
    });
    assert_eq!(ann, wanted);
    assert_eq!(done(&desk, "look", &json!({ "person": "per_ben" }))["urgent"], json!(["tic_4"]));
}

fn created(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let added = done(&desk, "add_ticket", &json!({ "person": "per_ben", "rank": 8 }));
    let new = added["ticket"].as_str().unwrap().to_owned();
    assert_eq!((&added["before"], &added["urgent"], &added["all"]), (&json!(2), &json!(2), &json!(2)));
    assert_eq!(ids(&added["open"]), [new.as_str(), "tic_4"]);
    let closed = done(&desk, "add_ticket", &json!({ "person": "per_ben", "rank": 9, "closed": true }));
    assert_eq!((&closed["before"], &closed["urgent"], &closed["all"]), (&json!(4), &json!(2), &json!(3)));
    assert_eq!(ids(&closed["open"]), [new.as_str(), "tic_4"]);
}

fn changed(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let found = done(&desk, "change_ticket", &json!({ "ticket": "tic_1", "rank": 8 }));
    let wanted = json!({
        "urgent_before": 0, "areas_before": [], "urgent": ["tic_1"], "open": ["tic_1", "tic_2"],
        "areas": ["North"], "moved": ["tic_1", "tic_2"],
    });
    assert_eq!(found, wanted);
    let found = done(&desk, "change_ticket", &json!({ "ticket": "tic_1", "rank": 1 }));
    assert_eq!((&found["urgent_before"], &found["urgent"]), (&json!(1), &json!([])));
    let found = done(&desk, "change_ticket", &json!({ "ticket": "tic_1", "note": "now or never" }));
    assert_eq!((&found["urgent"], &found["open"]), (&json!(["tic_1"]), &json!(["tic_2", "tic_1"])));
    let found = done(&desk, "change_ticket", &json!({ "ticket": "tic_4", "person": "per_ann" }));
    assert_eq!((&found["open"], &found["moved"]), (&json!([]), &json!(["tic_2", "tic_4", "tic_1"])));
}

fn sizes(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    done(&desk, "add_ticket", &json!({ "person": "per_ann", "rank": 0 }));
    // Three are open, but there are four.
    let full = refused(&desk, "add_ticket", &json!({ "person": "per_ann", "rank": 0 }));
    assert_eq!(full, "effects.create_ticket!too_many");
    let full = refused(&desk, "buy", &json!({ "items": ["a", "b", "c", "d"], "first": 0 }));
    assert_eq!(full, "effects.each_item.create_line!too_many");
}

fn loops(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let closed = done(&desk, "close_all", &json!({ "person": "per_ann" }));
    assert_eq!(closed, json!({ "first": "tic_2", "left": [1, 0], "open": 0, "all": 3 }));
    assert_eq!(
        refused(&desk, "close_all", &json!({ "person": "per_ann" })),
        "rules.nothing_open!nothing_open"
    );
    // There was one, and there is none behind the write.
    let none = refused(&desk, "close_first", &json!({ "person": "per_ben" }));
    assert_eq!(none, "outcome.done!cannot_compute");
}

fn searched(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let found = done(&desk, "find_people", &json!({ "rank": 5 }));
    let wanted = json!({ "some": ["per_ann", "per_ben"], "only": ["per_ben"], "urgent": ["per_ben"] });
    assert_eq!(found, wanted);
    let found = done(&desk, "find_people", &json!({ "rank": 8 }));
    assert_eq!(found, json!({ "some": [], "only": [], "urgent": [] }));
}

fn deleted(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let gone = done(&desk, "drop_ticket", &json!({ "ticket": "tic_2" }));
    assert_eq!(gone, json!({ "before": 2, "open": ["tic_1"] }));
    let back = done(&desk, "bring_back", &json!({ "ticket": "tic_2" }));
    assert_eq!(back, json!({ "before": 1, "open": ["tic_2", "tic_1"] }));
    let dropped = done(&desk, "drop_order", &json!({ "order": "ord_1" }));
    let a = json!({ "item": "a", "count": 2 });
    let wanted = json!({ "id": "ord_1", "lines": [a, { "item": "b", "count": 0 }], "wanted": [a] });
    assert_eq!(dropped, json!({ "order": wanted, "wanted": 1 }));
}

fn owned(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let bought = done(&desk, "buy", &json!({ "items": ["a", "b"], "first": 0 }));
    let b = json!({ "item": "b", "count": 1 });
    assert_eq!(bought["order"]["lines"], json!([{ "item": "a", "count": 0 }, b]));
    assert_eq!((&bought["order"]["wanted"], &bought["wanted"]), (&json!([b]), &json!([b])));
    assert_eq!(bought["names"], json!(["b"]));
}

fn in_lists(database: &Database) {
    let desk = Desk::open(&members::SERVICE, database);
    let bought = done(&desk, "buy", &json!({ "items": ["c", "d"], "first": 3 }));
    let other = bought["order"]["id"].clone();
    let sent = json!({ "orders": ["ord_1", other], "homes": { "here": "per_ben" } });
    let found = done(&desk, "rows_in_lists", &sent);
    let line = |item: &str, count: i64| json!({ "item": item, "count": count });
    let wanted = json!([[line("a", 2)], [line("c", 3), line("d", 1)]]);
    let all = json!([[line("a", 2), line("b", 0)], [line("c", 3), line("d", 1)]]);
    for (name, rows) in [("lists", &wanted), ("given", &wanted), ("all", &all), ("direct", &all)] {
        assert_eq!(&found[name], rows, "{name}");
    }
    assert_eq!(found["flat"], json!([line("a", 2), line("c", 3), line("d", 1)]));
    assert_eq!(found["one"], json!([line("a", 2), line("b", 0), line("c", 3), line("d", 1)]));
    assert_eq!((&found["items"], &found["counts"]), (&json!(["a", "c", "d"]), &json!([2, 4])));
    let order = |found: &Json| (found["id"].clone(), found["lines"].as_array().unwrap().len());
    assert_eq!(order(&found["owners"][0][1]), (json!("ord_1"), 2));
    assert_eq!(order(&found["owners"][1][0]), (other.clone(), 2));
    assert_eq!(found["homes"]["here"]["name"], "Ben");
    assert_eq!(found["picked"], json!([[{ "item": "a" }], [{ "item": "c" }, { "item": "d" }]]));
    let picked = json!([
        { "id": "ord_1", "wanted": [line("a", 2)] }, { "id": other, "wanted": [line("c", 3), line("d", 1)] },
    ]);
    assert_eq!(found["orders"], picked);
    let person = done(&desk, "pick_person", &json!({ "person": "per_ann" }));
    let wanted = json!({ "name": "Ann", "open": ["tic_2", "tic_1"], "tickets": ["tic_1", "tic_2", "tic_3"] });
    assert_eq!(person, wanted);
}
