//! The help desk through its gateway, on each database: what is answered, what is kept, and that every run that was
//! recorded is a walk in the graph, by code that the cursor does not share.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use opwright_tests::helpdesk::SERVICE;
use opwright_tracer::run::{ChangedField, Run};
use serde_json::Value as Json;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("answers_are_as_the_specs_say", answers);
    trials.on_databases("a_dry_run_keeps_nothing", dry_run);
    trials.on_databases("the_service_of_the_readme_answers", readme);
    trials.on_databases("every_recorded_run_is_a_walk", walks);
    trials.on_databases("a_run_shows_what_was_found_and_made", shown);
    trials.run()
}

/// Calls one after another: what is sent, the status, and the code of a refusal.
const CALLS: &[(&str, &str, u16, &str)] = &[
    ("get_customer", r#"{"customer":"cus_ada"}"#, 200, ""),
    ("get_customer", r#"{"customer":"cus_adda"}"#, 404, "not_found"),
    ("change_customer_email", r#"{"customer":"cus_mal","new_email":"x@y.example"}"#, 409, "customer_banned"),
    ("change_customer_email", r#"{"customer":"cus_ada","new_email":"X@Y.example"}"#, 200, ""),
    ("change_customer_email", r#"{"customer":"cus_ada","new_email":"x@y.example"}"#, 409, "email_unchanged"),
    ("change_customer_email", r#"{"customer":"cus_ada","new_email":"ben@osei.example"}"#, 409, "not_unique"),
    ("change_customer_email", r#"{"customer":"cus_adda","new_email":"x"}"#, 422, "invalid_input"),
    ("find_customer_by_email", r#"{"email":"x@y.example"}"#, 200, ""),
    ("open_ticket", r#"{"customer":"cus_ada","title":"hello","text":"there"}"#, 200, ""),
    ("close_tickets", r#"{"customer":"cus_ada","tickets":["tic_1"],"text":"bye"}"#, 200, ""),
    ("close_tickets", r#"{"customer":"cus_ada","tickets":["tic_1"],"text":"bye"}"#, 409, "wrong_state"),
    ("list_open_tickets", "{}", 200, ""),
    ("lose_tickets", "{}", 404, "not_found"),
];

fn answers(database: &Database) {
    let desk = Desk::open(&SERVICE, database);
    for (operation, arguments, status, code) in CALLS {
        let (found, answer) = desk.call(operation, arguments);
        assert_eq!(found, *status, "{operation} {arguments}: {answer}");
        assert_eq!(answer["code"].as_str().unwrap_or_default(), *code, "{operation} {arguments}: {answer}");
        if *status == 200 {
            assert!(answer["run"].as_str().unwrap().starts_with("run_"), "{answer}");
        } else {
            assert!(!answer["fix"].as_str().unwrap_or_default().is_empty(), "what to do now? {answer}");
        }
    }
    let (_, answer) = desk.call("get_customer", r#"{"customer":"cus_ada"}"#);
    assert_eq!(answer["result"]["email"], "x@y.example");
    // Of several rows, the answer tells which one it was.
    let (_, opened) = desk.call("open_ticket", r#"{"customer":"cus_ada","title":"again","text":"there"}"#);
    let two = serde_json::json!({ "customer": "cus_ada", "tickets": [opened["result"]["id"], "tic_1"] });
    let (_, answer) = desk.call("close_tickets", &two.to_string());
    assert_eq!(answer["detail"], "ticket.status of tic_1 is 'closed'; close needs 'open' or 'answered'");
    assert_eq!(answer["round"], "ticket 2", "{answer}");
}

fn readme(database: &Database) {
    let desk = Desk::open(&opwright_tests::readme::SERVICE, database);
    let (status, answer) = desk.call("keep_note", r#"{"text":"Ada called."}"#);
    assert_eq!((status, answer["result"]["text"].as_str()), (200, Some("Ada called.")), "{answer}");
}

fn dry_run(database: &Database) {
    let desk = Desk::open(&SERVICE, database);
    let (_, before) = desk.call("get_customer", r#"{"customer":"cus_ada"}"#);
    let arguments = r#"{"customer":"cus_ada","new_email":"new@y.example","dry_run":true}"#;
    let (status, answer) = desk.call("change_customer_email", arguments);
    assert_eq!(status, 200, "{answer}");
    let change = &answer["changes"][0];
    assert_eq!((&change["resource"], &change["id"]), (&"customer".into(), &"cus_ada".into()), "{answer}");
    assert_ne!(change["before"]["email"], change["after"]["email"], "{answer}");
    let path: Vec<&str> = answer["path"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert!(path.contains(&"effects.update_customer"), "{path:?}");
    let (_, after) = desk.call("get_customer", r#"{"customer":"cus_ada"}"#);
    assert_eq!(before["result"], after["result"]);
}

fn walks(database: &Database) {
    let desk = Desk::open(&SERVICE, database);
    let known = CALLS.iter().filter(|(operation, ..)| *operation != "lose_tickets");
    let called = known.inspect(|(operation, arguments, ..)| drop(desk.call(operation, arguments))).count();
    let operations: Vec<_> = desk.gateway.operations().cloned().collect();
    // Runs are stored behind the answers: they arrive.
    let mut seen = 0;
    for _ in 0..500 {
        seen = 0;
        for operation in &operations {
            for run in desk.runtime.block_on(desk.gateway.runs(operation, 50, None)).unwrap() {
                seen += 1;
                let walk = operation.drawn.graph.is_walk(&run);
                assert!(walk.is_ok(), "{walk:?} {run:?}");
            }
        }
        if seen == called {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(seen, called, "every call is recorded");
}

/// What a run shows of a node: expression and value.
fn seen(desk: &Desk, operation: &str, node: &str) -> Vec<(String, String)> {
    let run = last(desk, operation);
    run.steps.into_iter().filter(|step| step.node == node).flat_map(|step| step.values).collect()
}

fn last(desk: &Desk, operation: &str) -> Run {
    let known = desk.gateway.operation(operation).unwrap().clone();
    desk.runtime.block_on(desk.gateway.runs(&known, 1, None)).unwrap().remove(0)
}

fn shown(database: &Database) {
    let desk = Desk::open(&SERVICE, database);
    let done = |operation: &str, arguments: &str| {
        let (status, answer) = desk.call(operation, arguments);
        assert_eq!(status, 200, "{operation} {arguments}: {answer}");
    };
    let value = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    done(
        "charge_subscriptions",
        r#"{"account":"acc_ada","charges":[{"subscription":"sub_ada","months":1}]}"#,
    );
    let made = seen(&desk, "charge_subscriptions", "rules.total");
    assert_eq!(made.last(), Some(&value("total", "38.00")), "{made:?}");
    let asked = seen(&desk, "charge_subscriptions", "rules.balance_too_low");
    assert_eq!(asked, [value("account.balance", "60.00"), value("total", "38.00")]);
    done("find_customer_by_email", r#"{"email":"ada@quill.example"}"#);
    let found = seen(&desk, "find_customer_by_email", "rules.customer");
    assert_eq!(found, [value("found", "1 row")], "whose address it is must not be shown");
    done("get_account", r#"{"customer":"cus_ada"}"#);
    assert_eq!(seen(&desk, "get_account", "rules.account"), [value("found", "acc_ada")]);
    done("list_open_tickets", "{}");
    assert_eq!(seen(&desk, "list_open_tickets", "rules.tickets"), [value("found", "2 rows: tic_1, tic_2")]);
    assert_eq!(desk.call("retire_plan", r#"{"plan_id":"pla_team"}"#).0, 409);
    assert_eq!(
        seen(&desk, "retire_plan", "rules.plan_in_use"),
        [value("plan.running.size()", "1")],
        "how many rows there were is a value that decided"
    );
    done("close_tickets", r#"{"customer":"cus_ada","tickets":["tic_1"]}"#);
    let sent = seen(&desk, "close_tickets", "input");
    assert_eq!(sent, [value("customer", "cus_ada"), value("tickets", "tic_1")]);
    tried(&desk);
}

/// Of what was only tried, the run shows what would have become of the fields: it stands nowhere else.
fn tried(desk: &Desk) {
    let call = r#"{"customer":"cus_ada","new_email":"new@y.example","dry_run":true}"#;
    assert_eq!(desk.call("change_customer_email", call).0, 200);
    let changed = last(desk, "change_customer_email").changed;
    let field = |name: &str, before: &str, after: &str| ChangedField {
        name: name.to_owned(),
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
    };
    assert_eq!(changed[0].fields, [field("email", "‹email›", "‹email›")], "{changed:?}");
    assert_eq!(desk.call("change_customer_email", &call.replace("true", "false")).0, 200);
    let changed = last(desk, "change_customer_email").changed;
    assert!(changed.len() == 1 && changed[0].fields.is_empty(), "history tells: {changed:?}");
}
