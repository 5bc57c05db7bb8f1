//! What a refused call is told: what happened, where, and what to do.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use crate::language::{done, open, refused};
use opwright_tests::database::Database;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};

pub(crate) fn trials(trials: &mut Trials) {
    trials.on_databases("who_is_not_there_is_refused_alike", not_there);
    trials.on_databases("all_faults_of_what_was_sent_are_told", together);
    trials.on_databases("a_refusal_says_what_happened_and_what_to_do", told);
}

fn not_there(database: &Database) {
    let desk = open(database);
    for code in ["adb", "adc", "add", "ade"] {
        done(&desk, "add_person", json!({ "code": code, "name": code }));
    }
    done(&desk, "remove_person", json!({ "person": "adb" }));
    let answer = |operation: &str, arguments: Json, of: &str| {
        let answer = refused(&desk, operation, arguments, 404, "not_found");
        let error = answer["errors"][0].clone();
        let place = (json!(format!("/{of}")), json!(format!("relations.{of}!not_found")));
        assert_eq!((&error["pointer"], &answer["node"]), (&place.0, &place.1));
        let got = error["got"].as_str().unwrap().to_owned();
        assert_eq!(answer["detail"], format!("there is no {of} {got}"));
        (got, error["allowed"].as_array().unwrap().clone())
    };
    // Missing and deleted: the same, with three candidates of the four that are there.
    for code in ["adx", "adb"] {
        let (got, allowed) = answer("remove_person", json!({ "person": code }), "person");
        assert_eq!((got.as_str(), allowed.len()), (code, 3), "{allowed:?}");
        assert!(!allowed.contains(&json!("adb")), "{allowed:?}");
    }
    // Not matching: of those that match, one is there.
    let (got, allowed) = answer("take_from", json!({ "person": "ada", "basket": "bas_2" }), "basket");
    assert_eq!((got.as_str(), allowed), ("bas_2", vec![json!("bas_1")]));
}

fn together(database: &Database) {
    let desk = open(database);
    // The rows are looked for afterwards: this basket is not there.
    let answer = refused(&desk, "pay", json!({ "basket": "bas_9", "price": 13, "most": 5 }), 422, "too_dear");
    assert_eq!(answer["node"], "input.too_dear!too_dear");
    assert_eq!(
        (&answer["errors"][0]["code"], answer["errors"].as_array().unwrap().len()),
        (&json!("unlucky"), 1)
    );
    let faults = refused(
        &desk,
        "keep",
        json!({ "number": 9, "name": "", "words": ["a", "a"], "unheard": 1, "home": { "city": 5 } }),
        422,
        "invalid_input",
    );
    let pointers: Vec<&str> =
        faults["errors"].as_array().unwrap().iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    for wanted in ["/number", "/name", "/words", "/unheard", "/city"] {
        assert!(pointers.iter().any(|at| at.ends_with(wanted)), "{pointers:?}");
    }
    // Rules are asked of arguments that fit.
    let unfit = json!({ "basket": "bas_1", "price": 13, "most": "5" });
    let unfit = refused(&desk, "pay", unfit, 422, "invalid_input");
    assert_eq!(unfit["errors"].as_array().unwrap().len(), 1, "{unfit:#}");
    assert_eq!(unfit["errors"][0]["pointer"], "/most");
}

fn told(database: &Database) {
    let desk = open(database);
    let said = |answer: &Json| {
        let text = |key: &str| answer[key].as_str().unwrap().to_owned();
        (text("detail"), text("fix"))
    };
    // Left out: the condition with its values, and the arguments that it reads.
    let dear = refused(&desk, "pay", json!({ "basket": "bas_1", "price": 7, "most": 5 }), 422, "too_dear");
    let (message, fix) = said(&dear);
    assert!(
        message.contains("input.price") && message.contains("7.00") && message.contains("5.00"),
        "{message}"
    );
    assert!(fix.contains("price") && fix.contains("most"), "{fix}");
    let empty = refused(&desk, "pay", json!({ "basket": "bas_3", "price": 7 }), 409, "empty");
    assert_eq!(empty["next"], json!(["copy_lines", "count_up"]));
    assert!(said(&empty).1.contains("basket"), "{empty:#}");
    let state = refused(&desk, "pay", json!({ "basket": "bas_2", "price": 7 }), 409, "wrong_state");
    assert_eq!(state["detail"], "basket.status of bas_2 is 'paid'; pay needs 'open'");
    // Written: with values filled in, and braces that are braces.
    let seven = json!({ "basket": "bas_1", "number": 7, "send": true });
    let seven = refused(&desk, "set_number", seven, 409, "seven_is_sent");
    assert_eq!(said(&seven), ("{basket} bas_1 stays".to_owned(), "take another number".to_owned()));
    // What leads to where a transition begins: nothing to `open`.
    assert_eq!(state["next"], Json::Null, "{state:#}");
}
