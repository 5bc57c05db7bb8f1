//! Conditions find the same rows by SQL as in Rust, on both databases, whatever is sent. Every expression of the
//! compiler's table is computed on the way.
//!
//! ```text
//! s3: [ord_4, ord_9]      load: order / where: "row.number > input.count"
//! f3: [ord_4, ord_9]      every.filter(q, q.number > input.count)
//! ```

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod world {
    #![expect(
        clippy::all,
        reason = "expressions that nobody would write, one for each thing that can be said"
    )]
    include!(concat!(env!("OUT_DIR"), "/world/mod.rs"));
}

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("sql_finds_what_rust_finds", sql_finds_what_rust_finds);
    trials.run()
}

/// What is sent: everything once with and once without what may be absent, and a few numbers.
fn calls() -> Vec<Json> {
    let mut calls = Vec::new();
    for (number, text) in [None, Some("a"), Some("A_"), Some("b"), Some("T\u{308}")].into_iter().enumerate() {
        for (other, count) in [(None, 0), (Some("ord_3"), 3), (Some("ord_7"), 100)] {
            let mut call = json!({
                "user_id": format!("usr_{number}"), "order": format!("ord_{count}"),
                "several": ["ord_1", "ord_2"], "count": count.min(9), "price": 2.50,
                "names": ["a", "c"], "levels": ["low"], "numbers": [2, 5], "where_to": { "city": "a" },
            });
            if count == 100 {
                call["order"] = json!("ord_9");
            }
            if let Some(text) = text {
                call["text"] = json!(text);
            }
            if let Some(other) = other {
                call["other"] = json!(other);
            }
            calls.push(call);
        }
    }
    calls
}

fn sql_finds_what_rust_finds(database: &Database) {
    let desk = Desk::open(&world::SERVICE, database);
    let (mut wrong, mut found) = (Vec::new(), 0);
    for call in calls() {
        let (status, body) = desk.call("world", &call.to_string());
        assert_eq!(status, 200, "{call}\n{body:#}");
        let result = body["result"].as_object().unwrap();
        for (name, by_sql) in result.iter().filter(|(name, _)| name.starts_with('s')) {
            let in_rust = &result[&name.replacen('s', "f", 1)];
            found += by_sql.as_array().map_or(0, Vec::len);
            if by_sql != in_rust {
                wrong.push(format!("{name} for {call}:\n  SQL  {by_sql}\n  Rust {in_rust}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(found > 1_000, "only {found} rows were found");
    println!("{found} rows");
}
