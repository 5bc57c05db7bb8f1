//! Whoever is refused hears of what may help, but of no operation that it may not call.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use crate::language::SERVICE;
use opwright_runtime::gateway::identity::{self, Principal};
use opwright_runtime::store::unit::{Access, Work};
use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};

pub(crate) fn trials(trials: &mut Trials) {
    trials.on_databases("nobody_hears_of_an_operation_that_it_may_not_call", unheard);
}

fn unheard(database: &Database) {
    let desk = Desk::open(&SERVICE, database);
    let few =
        Principal { name: "few".to_owned(), capabilities: ["all.do", "more.do"].map(str::to_owned).into() };
    let added = move |work: &mut Work| identity::add(work, "few", &few, 0);
    desk.gateway.write_blocking(Access::default(), added).unwrap();
    let ask = |operation: &str, arguments: Json| {
        let arguments = arguments.to_string();
        let answer = desk.gateway.execute(Some("few"), operation, arguments.as_bytes());
        let answer = desk.runtime.block_on(answer).body().to_string();
        serde_json::from_str::<Json>(&answer).unwrap()
    };
    assert_eq!(ask("copy_lines", json!({}))["code"], "not_found");
    let empty = ask("pay", json!({ "basket": "bas_3", "price": 7 }));
    assert_eq!((&empty["code"], &empty["next"]), (&json!("empty"), &json!(["count_up"])), "{empty:#}");
    assert!(!empty.to_string().contains("copy_lines"), "{empty:#}");
    // Who looks at the picture sees all of them.
    let graph = &desk.gateway.operation("pay").unwrap().drawn.graph;
    let outline = opwright_tracer::view::text::outline(graph);
    assert!(outline.contains(" (may help: copy_lines, count_up)\n"), "{outline}");
}
