//! What is marked `sensitive: pii` is in no recorded run and no refusal, whatever is computed from it: each secret is a
//! text that occurs nowhere else, and the runs of all calls are searched for it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use opwright_tests::private::SERVICE;
use serde_json::{Value as Json, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("what_is_private_is_nowhere", nowhere);
    trials.run()
}

/// What must be seen by nobody, in any case of its letters.
const SECRETS: [&str; 8] = ["quixada", "uixad", "zobel", "wumpus", "gnarl", "per_secret", "hushhush", "psst"];

/// Calls, and the status and message that each is answered.
const CALLS: &[(&str, &str, u16, &str)] = &[
    (
        "add_person",
        r#"{"first":"Zobel","last":"Zobel","alias":"Wumpus","kind":"mail","at":"gnarl"}"#,
        422,
        "input.first is '‹first›', it must not be input.last, which is '‹last›'",
    ),
    (
        "add_person",
        r#"{"first":"Zobel","last":"","alias":"Wumpus","kind":"mail","at":"gnarl"}"#,
        422,
        "argument",
    ),
    (
        "add_person",
        r#"{"first":"Quixada","last":"Nobody","alias":"Wumpus","kind":"mail","at":"gnarl"}"#,
        409,
        "‹masked› is nobody",
    ),
    (
        "add_person",
        r#"{"first":"Q","last":"Z","alias":"Smith","kind":"mail","at":"gnarl"}"#,
        422,
        "‹both› is common, and so is ‹masked›",
    ),
    ("find_person", r#"{"last":"Zobel"}"#, 200, ""),
    ("find_person", r#"{"last":"Wumpus"}"#, 404, "no ‹wanted›, so no ‹last›"),
    ("came", r#"{"who":"Zobel","size":5000}"#, 422, "input.who.size() is ‹masked›"),
    ("came", r#"{"who":"Zobel","size":1}"#, 200, ""),
    ("add_note", r#"{"person":"per_secret"}"#, 404, "‹person›"),
    (
        "confirm",
        r#"{"mail":"Zobel","again":"Wumpus","labels":{"gnarl":1},"key":"gnarl"}"#,
        422,
        "input.mail is '‹mail›', it must be input.again, which is '‹again›'",
    ),
    (
        "confirm",
        r#"{"mail":"Zobel","again":"Zobel","labels":{"gnarl":1},"key":"psst"}"#,
        422,
        "there is no ‹key›",
    ),
];

fn nowhere(database: &Database) {
    let desk = Desk::open(&SERVICE, database);
    let added = r#"{"first":"Quixada","last":"Zobel","alias":"Wumpus","kind":"mail","at":"gnarl"}"#;
    let (status, answer) = desk.call("add_person", added);
    assert_eq!(status, 200, "{answer}");
    let person = answer["result"].as_str().unwrap().to_owned();
    for (operation, arguments, status, message) in CALLS {
        let (found, answer) = desk.call(operation, arguments);
        assert_eq!(found, *status, "{operation} {arguments}: {answer}");
        if *status != 200 {
            assert!(answer.to_string().contains(message), "{operation} {arguments}: {answer}");
            hides(&answer.to_string());
        }
    }
    let (status, answer) = desk.call("greet", &format!(r#"{{"person":"{person}","title":"shown"}}"#));
    assert_eq!(status, 409, "{answer}");
    assert_eq!(answer["detail"], "it is ‹list›, not shown", "{answer}");
    let guess = |first: &str, last: &str| {
        json!({ "person": person, "guess": last, "guesses": [first], "part": "uixad" }).to_string()
    };
    for (first, last, code) in [("Quixada!", "Zobel", "wrong_first"), ("Quixada", "Zobel?", "wrong_last")] {
        let (status, answer) = desk.call("guess", &guess(first, last));
        assert_eq!((status, answer["code"].as_str()), (409, Some(code)), "{answer}");
        hides(&answer.to_string());
    }
    // What is sent under a name that nobody knows may be anything.
    let (status, _) = desk.call("find_person", r#"{"lsat":"Zobel","last":["Quixada"]}"#);
    assert_eq!(status, 422);
    let calls = secrets(&desk) + references(&desk, &person);
    let mut seen = 0;
    for operation in &desk.gateway.operations().cloned().collect::<Vec<_>>() {
        for run in desk.runtime.block_on(desk.gateway.runs(operation, 50, None)).unwrap() {
            hides(&format!("{run:?}"));
            seen += 1;
        }
    }
    assert_eq!(seen, CALLS.len() + 5 + calls, "every call is recorded");
    narrated(&desk);
}

/// A reference that is marked is not told by what it leads to, nor is an id that is marked by what refers to it; how
/// many calls say so.
fn references(desk: &Desk, person: &str) -> usize {
    let done = |operation: &str, arguments: Json| {
        let (status, answer) = desk.call(operation, &arguments.to_string());
        assert_eq!(status, 200, "{operation} {arguments}: {answer}");
        answer["result"].as_str().unwrap_or_default().to_owned()
    };
    let note = done("add_note", json!({ "person": person }));
    done("read_note", json!({ "note": note }));
    let known = desk.gateway.operation("read_note").unwrap().clone();
    let run = desk.runtime.block_on(desk.gateway.runs(&known, 1, None)).unwrap().remove(0);
    let values: Vec<&(String, String)> = run.steps.iter().flat_map(|step| &step.values).collect();
    assert!(!format!("{run:?}").contains(person), "{run:?}");
    let found = |text: &str| values.iter().filter(|(name, value)| name == "found" && value == text).count();
    assert_eq!(found("1 row"), 3, "how many is told: {values:?}");
    done("calm", json!({ "note": note }));
    let (status, answer) = desk.call("calm", &json!({ "note": note }).to_string());
    let calm = "note.person.mood of ‹id› is 'calm'; calm needs 'wild'";
    assert_eq!((status, &answer["detail"]), (409, &json!(calm)), "{answer}");
    assert!(!answer.to_string().contains(person), "{answer}");
    let card = done("add_member", json!({ "number": "gnarl_one" }));
    done("add_member", json!({ "number": "gnarl_two" }));
    done("give_card", json!({ "card": card, "member": "gnarl_two", "dry_run": true }));
    done("give_card", json!({ "card": card, "member": "gnarl_two" }));
    8
}

/// What was done is told with what may be shown; of what was refused nothing is told.
fn narrated(desk: &Desk) {
    let told = |operation: &str| -> Vec<Option<String>> {
        let operation = desk.gateway.operations().find(|it| it.operation.name == operation).cloned().unwrap();
        let runs = desk.runtime.block_on(desk.gateway.runs(&operation, 50, None)).unwrap();
        runs.iter().rev().map(|run| operation.drawn.graph.narrated(run)).collect()
    };
    let added = "added ‹first› as ‹masked›, of ‹masked› {name}, by mail, seen 0 times";
    assert_eq!(told("add_person"), [Some(added.to_owned()), None, None, None, None]);
    assert_eq!(told("came"), [None, Some("‹who› came, ‹size› tall".to_owned())]);
    assert_eq!(told("find_person"), [None, None, None], "nothing is told where nothing is written for it");
    let tried =
        r#"{"first":"Quixada","last":"Zobel","alias":"Dry","kind":"mail","at":"gnarl","dry_run":true}"#;
    assert_eq!(desk.call("add_person", tried).0, 200);
    assert_eq!(told("add_person").last(), Some(&None), "nothing is told of what was only tried");
}

fn hides(text: &str) {
    let lower = text.to_lowercase();
    for secret in SECRETS {
        assert!(!lower.contains(secret), "{secret} is in {text}");
    }
}

/// What is secret is compared and kept, and is in no answer either; how many calls say so.
fn secrets(desk: &Desk) -> usize {
    let call = |operation: &str, arguments: Json, status: u16| {
        let (found, answer) = desk.call(operation, &arguments.to_string());
        assert_eq!(found, status, "{operation} {arguments}: {answer}");
        hides(&answer.to_string());
        answer
    };
    let opened = call("open_account", json!({ "name": "Ada", "token": "hushhush" }), 200);
    let account = &opened["result"]["id"];
    assert_eq!(opened["result"], json!({ "id": account, "name": "Ada" }));
    call("open_account", json!({ "name": "Eve", "token": "hushhush" }), 409);
    call("open_account", json!({ "name": "Eve", "token": ["hushhush"] }), 422);
    let wrong = call("log_in", json!({ "account": account, "token": "psst" }), 409);
    assert_eq!(wrong["code"], "wrong_token", "{wrong}");
    let plan = call("log_in", json!({ "account": account, "token": "hushhush", "dry_run": true }), 200);
    assert!(plan.get("changes").is_some(), "{plan}");
    let right = call("log_in", json!({ "account": account, "token": "hushhush" }), 200);
    assert_eq!(right["result"]["right"], json!(true), "{right}");
    let again = call("log_in", json!({ "account": account, "token": "hushhush!", "strict": false }), 200);
    assert_eq!(
        (&again["result"]["right"], &again["result"]["same"]),
        (&json!(true), &json!(false)),
        "{again}"
    );
    7
}
