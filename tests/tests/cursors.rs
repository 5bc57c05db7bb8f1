//! Lists that go on behind cursors: answer after answer they give what one list of all gives, which is in the order that
//! Rust says, on both databases. What is no cursor of a list is told from what is.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod pages {
    #![deny(warnings)]
    include!(concat!(env!("OUT_DIR"), "/pages/mod.rs"));
}

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::{Need, Trials};
use opwright_values::time::Timestamp;
use serde_json::{Value as Json, json};
use std::cmp::Ordering;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("answer_after_answer_gives_all", answer_after_answer_gives_all);
    trials.with("the_language_of_a_database_orders_nothing", Need::Postgres, |server| {
        answer_after_answer_gives_all(&Database::postgres_of(server, "en"));
    });
    trials.on_databases("only_cursors_of_the_list_are_taken", only_cursors_of_the_list_are_taken);
    trials.run()
}

fn call(desk: &Desk, operation: &str, arguments: &Json) -> Json {
    let (status, body) = desk.call(operation, &arguments.to_string());
    assert_eq!(status, 200, "{operation} {arguments}: {body:#}");
    body
}

/// All pages of a list, one behind the other, and the list of all.
fn walked(desk: &Desk, operation: &str, arguments: &Json) -> (Vec<Json>, Json) {
    let (mut arguments, mut rows) = (arguments.clone(), Vec::new());
    loop {
        assert!(rows.len() < 100, "{operation} {arguments} has no end");
        let answer = call(desk, operation, &arguments);
        let page = answer["result"]["page"].as_array().unwrap();
        assert!(page.len() == 13 || answer.get("next").is_none(), "{operation}: {answer:#}");
        rows.extend(page.iter().cloned());
        match answer.get("next") {
            None => return (rows, answer["result"].clone()),
            Some(next) => arguments["cursor"] = next.clone(),
        }
    }
}

fn answer_after_answer_gives_all(database: &Database) {
    let desk = Desk::open(&pages::SERVICE, database);
    let mut seen = 0;
    for operation in pages::SERVICE.operations {
        let order = desk.gateway.operation(operation.name).unwrap().drawn.graph.head.summary.clone();
        let calls = [json!({}), json!({ "least": 100, "open": true })];
        let calls = if operation.name.starts_with("thing") { &calls[..] } else { &calls[..1] };
        for arguments in calls {
            let (rows, result) = walked(&desk, operation.name, arguments);
            assert_eq!(json!(rows), result["all"], "{} {arguments}", operation.name);
            let few: Vec<Json> = rows.iter().take(3).cloned().collect();
            assert_eq!(json!(few), result["few"], "{} {arguments}", operation.name);
            seen += rows.len();
            is_sorted(result["rows"].as_array().unwrap(), order.trim_start_matches("by "));
        }
    }
    assert!(seen > 5_000, "only {seen} rows");
}

/// Rows are in the order of the spec, absent values in front, and in that of their ids where nothing else decides.
fn is_sorted(rows: &[Json], order: &str) {
    let mut keys: Vec<(String, bool)> = order
        .split(", ")
        .filter(|key| !key.is_empty())
        .map(|key| {
            (key.trim_start_matches("row.").trim_end_matches(" desc").to_owned(), key.ends_with(" desc"))
        })
        .collect();
    keys.push(("id".to_owned(), false));
    for pair in rows.windows(2) {
        let compared = keys.iter().map(|(key, down)| {
            let by = compare(&pair[0][key], &pair[1][key]);
            if *down { by.reverse() } else { by }
        });
        let by = compared.fold(Ordering::Equal, Ordering::then);
        // Rows without ids are as they were created, which only their numbers tell here.
        assert!(by != Ordering::Greater, "{order}: {:#} {:#}", pair[0], pair[1]);
    }
}

fn compare(a: &Json, b: &Json) -> Ordering {
    let time = |json: &Json| json.as_str()?.parse::<Timestamp>().ok();
    match (a, b) {
        (Json::Null, Json::Null) => Ordering::Equal,
        (Json::Null, _) => Ordering::Less,
        (_, Json::Null) => Ordering::Greater,
        (Json::Bool(a), Json::Bool(b)) => a.cmp(b),
        (Json::Number(a), Json::Number(b)) => a.as_f64().unwrap().total_cmp(&b.as_f64().unwrap()),
        _ => match (time(a), time(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.as_str().cmp(&b.as_str()),
        },
    }
}

fn only_cursors_of_the_list_are_taken(database: &Database) {
    let desk = Desk::open(&pages::SERVICE, database);
    let cursor = call(&desk, "thing_1", &json!({}))["next"].as_str().unwrap().to_owned();
    let other = call(&desk, "thing_2", &json!({}))["next"].as_str().unwrap().to_owned();
    let mut cut = cursor.clone();
    cut.pop();
    let swapped: String = cursor.chars().rev().collect();
    let made =
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, "........[\"thi_1\"]");
    for wrong in [other.as_str(), &cut, &swapped, &made, "x", "null", &format!("{cursor}=")] {
        let (status, body) = desk.call("thing_1", &json!({ "cursor": wrong }).to_string());
        assert_eq!((status, &body["code"]), (422, &json!("invalid_input")), "{wrong}: {body:#}");
        assert_eq!(body["errors"][0]["pointer"], "/cursor", "{body:#}");
        assert!(body["node"].as_str().unwrap().ends_with("page!invalid_input"), "{body:#}");
    }
    // What a list is narrowed to may change on the way: a cursor is a place, and no search.
    let there = call(&desk, "thing_1", &json!({ "cursor": cursor, "least": 1_000 }));
    assert_eq!(there["result"]["page"], json!([]), "{there:#}");
}
