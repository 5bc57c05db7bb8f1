//! What the page of the language promises and no scenario can show: what is exactly on the wire, what is told, what is
//! drawn, and what is in the tables.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod service {
    include!(concat!(env!("OUT_DIR"), "/language/mod.rs"));
}

use opwright_runtime::store::link::{Cell, Link, sql};
use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};

pub(crate) use service::SERVICE;

pub(crate) fn trials(trials: &mut Trials) {
    trials.on_databases("values_are_on_the_wire_as_the_page_says", wire);
    trials.on_databases("a_row_is_answered_as_its_shape", shape);
    trials.on_databases("ids_are_made_in_the_order_of_time", ids);
    trials.on_databases("a_write_to_an_owned_row_is_one_to_its_owner", touched);
    trials.on_databases("what_is_the_same_already_is_not_written", unchanged);
    trials.on_databases("a_table_has_a_column_for_each_part", tables);
    trials.on_databases("what_is_written_where_no_mark_is_is_shown", shown);
    trials.on_databases("it_is_the_same_time_in_all_of_a_call", clock);
    trials.on_databases("runs_are_found_under_every_name", renamed);
    trials.on_databases("parts_are_picked_by_their_last_keys", picked);
    trials.test("what_is_followed_is_drawn_and_what_is_compared_is_not", followed);
    trials.on_databases("what_a_rule_has_read_stays_true", contended);
    trials.test("nodes_and_exits_are_those_that_can_be", drawn);
}

pub(crate) fn open(database: &Database) -> Desk {
    Desk::open(&SERVICE, database)
}

pub(crate) fn done(desk: &Desk, operation: &str, arguments: Json) -> Json {
    let (status, answer) = desk.call(operation, &arguments.to_string());
    assert_eq!(status, 200, "{operation} {arguments}: {answer:#}");
    answer["result"].clone()
}

pub(crate) fn refused(desk: &Desk, operation: &str, arguments: Json, status: u16, code: &str) -> Json {
    let (found, answer) = desk.call(operation, &arguments.to_string());
    assert_eq!((found, &answer["code"]), (status, &json!(code)), "{operation} {arguments}: {answer:#}");
    answer
}

/// What is sent, and what comes back, digit by digit.
const WIRE: &[(&str, &str)] = &[
    (r#"{"price":1.5}"#, r#""price":1.50,"#),
    (r#"{"price":1}"#, r#""price":1.00,"#),
    (r#"{"price":1.500}"#, r#""price":1.50,"#),
    (r#"{"price":0.1}"#, r#""price":0.10,"#),
    (r#"{"rate":99999999999.1234}"#, r#""rate":99999999999.1234,"#),
    (r#"{"number":3}"#, r#""number":3,"#),
    (r#"{"takes":"PT90S"}"#, r#""takes":"PT1M30S""#),
    (r#"{"takes":"PT1H0.5S"}"#, r#""takes":"PT1H0.5S""#),
    (r#"{"day":"2024-02-29"}"#, r#""day":"2024-02-29""#),
    (r#"{"at":"2026-01-02T03:04:05.120+01:00"}"#, r#""at":"2026-01-02T02:04:05.120000Z""#),
    (r#"{"at":"2026-01-02T03:04:05.1234560Z"}"#, r#""at":"2026-01-02T03:04:05.123456Z""#),
    (r#"{"at":"9999-12-30T22:00:00Z"}"#, r#""at":"9999-12-30T22:00:00.000000Z""#),
    ("{\"name\":\"e\u{301}\"}", "\"name\":\"\u{e9}\""),
    (r#"{"name":"a\u00e9b"}"#, "\"name\":\"a\u{e9}b\""),
    (r#"{"mail":"A@B.Example"}"#, r#""mail":"a@b.example""#),
    (r#"{"labels":{"b":"x","a":"y"}}"#, r#""labels":{"a":"y","b":"x"}"#),
    (r#"{"home":{"city":"Ulm"}}"#, r#""home":{"city":"Ulm"}"#),
    (r#"{"sure":false}"#, r#""sure":false"#),
    (r#"{"lines":"a\nb"}"#, r#""lines":"a\nb""#),
];

/// What is sent, and refused.
const NOT_SENT: &[&str] = &[
    r#"{"price":1.001}"#,
    r#"{"price":"1.50"}"#,
    r#"{"number":"3"}"#,
    r#"{"number":1.5}"#,
    r#"{"takes":"90s"}"#,
    r#"{"day":"2026-02-29"}"#,
    r#"{"at":"2026-01-02T03:04:05.1234567Z"}"#,
    r#"{"at":"2026-01-02T03:04:60Z"}"#,
    r#"{"at":"2026-01-02T03:04:05"}"#,
    r#"{"at":"9999-12-30T22:00:00.000001Z"}"#,
    r#"{"name":"a\u0007"}"#,
    r#"{"lines":"a\u0007"}"#,
    r#"{"lines":"a\tb"}"#,
    r#"{"home":{"line":"x"}}"#,
    r#"{"home":{"city":"Ulm","zip":"1"}}"#,
    r#"{"sure":1}"#,
    r#"{"nothing":1}"#,
    r#"{"name":"a","name":"b"}"#,
];

fn wire(database: &Database) {
    let desk = open(database);
    for (sent, wanted) in WIRE {
        let (status, body) = desk.exact("keep", sent);
        let body = body.to_string();
        assert!(status == 200 && body.contains(wanted), "{sent}: {body}, and not {wanted}");
        assert!(!body.contains("null"), "{sent}: what is absent is left out: {body}");
    }
    for sent in NOT_SENT {
        let (status, answer) = desk.call("keep", sent);
        assert_eq!((status, &answer["code"]), (422, &json!("invalid_input")), "{sent}: {answer}");
    }
}

fn shape(database: &Database) {
    let desk = open(database);
    let result = |basket: &str| {
        let (_, body) = desk.exact("look", &json!({ "basket": basket }).to_string());
        body.to_string()
    };
    // Fields in order, owned rows nested without their owner, others as ids; nothing hidden, nothing absent.
    let one = r#""result":{"lines":[{"item":"tea","count":2},{"item":"cup","count":1}],"id":"bas_1","name":"one","note":"a note","number":3,"price":12.50,"day":"2026-01-02","at":"2026-01-02T03:04:05.000000Z","takes":"PT30M","labels":{},"words":["a"],"mood":"good","status":"open","holder_id":"ada","marks":["mar_2","mar_3","mar_1"]}"#;
    let found = result("bas_1");
    assert!(found.contains(one), "{found}");
    done(&desk, "pay", json!({ "basket": "bas_1", "price": 1 }));
    assert!(result("bas_1").contains(r#""holder_id":"ada","payer_id":"ada""#));
}

fn ids(database: &Database) {
    let desk = open(database);
    let made = |_| done(&desk, "keep", json!({}))["basket"]["id"].as_str().unwrap().to_owned();
    let ids: Vec<String> = (0..3).map(made).collect();
    for id in &ids {
        let random = id.strip_prefix("bas_").unwrap();
        assert!(
            random.len() == 20 && random.bytes().all(|it| b"0123456789abcdefghjkmnpqrstvwxyz".contains(&it)),
            "{id}"
        );
    }
    let times: Vec<&str> = ids.iter().filter_map(|id| id.get(4..14)).collect();
    assert!(times.len() == 3 && times.is_sorted(), "{ids:?}");
}

fn rows(database: &Database, query: &str) -> Vec<Vec<Cell>> {
    let mut link = Link::open(&database.target).unwrap();
    let rows = link.fetch(&sql(query.to_owned()), Vec::new());
    link.close();
    rows.unwrap()
}

fn texts(database: &Database, query: &str) -> Vec<String> {
    rows(database, query).iter().map(|row| row[0].text().unwrap_or("NULL").to_owned()).collect()
}

fn int(database: &Database, query: &str) -> i64 {
    rows(database, query)[0][0].int().unwrap()
}

fn touched(database: &Database) {
    let desk = open(database);
    let version = "SELECT \"_version\" FROM \"basket\" WHERE \"id\" = 'bas_1'";
    let before = int(database, version);
    done(&desk, "copy_lines", json!({ "basket": "bas_1" }));
    assert_eq!(int(database, version), before + 1, "once a call");
    let last = "FROM \"basket__history\" WHERE \"id\" = 'bas_1' ORDER BY \"version\" DESC LIMIT 1";
    assert_eq!(texts(database, &format!("SELECT \"kind\" {last}")), ["touch"]);
    let [before, after] = ["before", "after"].map(|it| texts(database, &format!("SELECT \"{it}\" {last}")));
    assert!(before == after && before[0].contains("bas_1"), "{before:?} {after:?}");
    // Owned rows are in the order in which they were made.
    let lines = "SELECT \"item\" FROM \"line\" WHERE \"basket\" = 'bas_1' ORDER BY \"_position\"";
    assert_eq!(texts(database, lines), ["tea", "cup", "tea!", "cup!"]);
    // What is not owned is no write to what it refers to.
    let before = int(database, version);
    done(&desk, "add_mark", json!({ "basket": "bas_1", "height": 5 }));
    assert_eq!(int(database, version), before);
}

fn unchanged(database: &Database) {
    let desk = open(database);
    let version = "SELECT \"_version\" FROM \"basket\" WHERE \"id\" = 'bas_1'";
    let history = "SELECT count(*) FROM \"basket__history\" WHERE \"id\" = 'bas_1'";
    let before = (int(database, version), int(database, history));
    done(&desk, "write_note", json!({ "basket": "bas_1", "note": "a note" }));
    assert_eq!((int(database, version), int(database, history)), before);
    done(&desk, "write_note", json!({ "basket": "bas_1", "note": "another" }));
    assert_eq!((int(database, version), int(database, history)), (before.0 + 1, before.1 + 1));
}

fn tables(database: &Database) {
    let desk = open(database);
    done(&desk, "place_basket", json!({ "basket": "bas_1", "city": "Ulm" }));
    // By their keys on the wire, the parts of objects by both names; in units of the scale.
    let basket = "SELECT \"home_city\", \"holder_id\", \"price\", \"labels\", \"words\", \"_version\", \"_deleted_at\", \"_written_by\", \"_created\" FROM \"basket\" WHERE \"id\" = 'bas_1'";
    let found = rows(database, basket).remove(0);
    assert_eq!((found[0].text(), found[1].text(), found[2].int()), (Some("Ulm"), Some("ada"), Some(1250)));
    assert_eq!((found[3].text(), found[4].text()), (Some("{}"), Some(r#"["a"]"#)));
    let lines = "SELECT \"_id\" FROM \"line\" WHERE \"basket\" = 'bas_1' ORDER BY \"_position\"";
    assert_eq!(rows(database, lines).len(), 2);
    let history = "SELECT \"kind\" FROM \"basket__history\" WHERE \"id\" = 'bas_1' ORDER BY \"version\"";
    assert_eq!(texts(database, history).last().unwrap(), "update");
    done(&desk, "remove_basket", json!({ "basket": "bas_3" }));
    let deleted = "SELECT \"id\" FROM \"basket\" WHERE \"_deleted_at\" IS NOT NULL";
    assert_eq!(texts(database, deleted), ["bas_3"]);
}

fn shown(database: &Database) {
    let desk = open(database);
    done(&desk, "show_alias", json!({ "person": "ada" }));
    done(&desk, "look_open", json!({ "person": "ada" }));
    let run = |operation: &str| {
        let operation = desk.gateway.operation(operation).unwrap();
        let runs = desk.runtime.block_on(desk.gateway.runs(operation, 1, None)).unwrap();
        format!("{:?}", runs[0].steps)
    };
    assert!(!run("show_alias").contains("countess"), "{}", run("show_alias"));
    assert!(run("look_open").contains("countess"), "{}", run("look_open"));
}

fn clock(database: &Database) {
    let desk = open(database);
    let times = done(&desk, "clock", json!({}));
    assert!(times["a"] == times["b"] && times["b"] == times["c"], "{times}");
}

fn renamed(database: &Database) {
    let desk = open(database);
    for _ in 0..3 {
        done(&desk, "look", json!({ "basket": "bas_1" }));
    }
    let operation = desk.gateway.operation("look").unwrap();
    let runs = || desk.runtime.block_on(desk.gateway.runs(operation, 9, None)).unwrap();
    let names = ["look", "look_at", "see"];
    for (run, name) in runs().iter().zip(names) {
        let mut link = Link::open(&database.target).unwrap();
        let update = format!("UPDATE \"_run\" SET \"operation\" = '{name}' WHERE \"run\" = '{}'", run.run);
        assert_eq!(link.execute(&sql(update), Vec::new()).unwrap(), 1);
        link.close();
    }
    assert_eq!(runs().len(), 3);
}

fn picked(database: &Database) {
    let desk = open(database);
    let (_, body) = desk.exact("pick_parts", r#"{"basket":"bas_1"}"#);
    let body = body.to_string();
    let wanted = r#"{"one":{"number":3,"id":"bas_1","holder_id":"ada"},"marks":[{"height":3,"name":"one"},{"height":2,"name":"one"},{"height":1,"name":"one"}],"lines":[{"item":"tea"},{"item":"cup"}]}"#;
    assert!(body.contains(wanted), "{body}");
}

/// Many call at once, on PostgreSQL through two processes: what each rule has read is so until its commit.
fn contended(database: &Database) {
    let one = open(database);
    // A file has one service at a time.
    let other = (!database.url().starts_with("sqlite")).then(|| Desk::beside(&SERVICE, database));
    let desks = [&one, other.as_ref().unwrap_or(&one)];
    let all = |operation: &str, arguments: Json| {
        let call = |at: usize| desks[at % 2].call(operation, &arguments.to_string()).0;
        std::thread::scope(|scope| {
            let calls: Vec<_> = (0..12).map(|at| scope.spawn(move || call(at))).collect();
            let ends: Vec<u16> = calls.into_iter().map(|it| it.join().unwrap()).collect();
            assert!(ends.iter().all(|status| [200, 409].contains(status)), "{ends:?}");
            ends.iter().filter(|status| **status == 200).count()
        })
    };
    // From 3 to 9.
    assert_eq!(all("bump", json!({ "basket": "bas_1" })), 6);
    assert_eq!(done(&one, "look", json!({ "basket": "bas_1" }))["number"], 9);
    assert_eq!(all("take_name", json!({ "name": "once" })), 1);
}

/// The nodes of an operation behind the gates that all have.
fn nodes(name: &str) -> Vec<String> {
    let operation = SERVICE.operations.iter().find(|it| it.name == name).unwrap();
    let graph = opwright_tracer::graph::Graph::from_json(operation.graph).unwrap();
    let mut nodes: Vec<String> = graph.flow.node_weights().map(|node| node.id.clone()).collect();
    nodes.retain(|id| !id.starts_with("identity") && !id.starts_with("permission"));
    nodes.sort();
    nodes
}

fn followed() {
    let loads = |name: &str| nodes(name).iter().any(|id| id == "relations.mark.basket");
    assert!(!loads("compare_marks") && loads("follow_mark"));
}

/// Every node of some operations, in order: which phase it is of, and which ways out there are.
fn drawn() {
    assert_eq!(
        nodes("pay"),
        [
            "effects.emit_basket_paid",
            "effects.high",
            "effects.high.then.update_basket",
            "effects.high.then.update_basket!out_of_range",
            "effects.high.then.update_basket!seven_is_sent",
            "effects.pay_basket",
            "effects.pay_basket!seven_is_sent",
            "input",
            "input!invalid_input",
            "input.too_dear",
            "input.too_dear!too_dear",
            "input.unlucky",
            "input.unlucky!unlucky",
            "outcome.done",
            "relations.basket",
            "relations.basket!not_found",
            "relations.basket.lines",
            "rules.empty",
            "rules.empty!empty",
            "rules.pay_basket",
            "rules.pay_basket!wrong_state",
        ]
    );
    // A number that may be too large, and one that its argument bounds.
    assert!(nodes("count_up").contains(&"effects.update_same!out_of_range".to_owned()));
    let set = nodes("set_number");
    assert!(!set.iter().any(|id| id.ends_with("!out_of_range")), "{set:?}");
    assert!(set.contains(&"effects.update_basket!seven_is_sent".to_owned()), "{set:?}");
    assert!(set.contains(&"effects.sends.then.send_basket!wrong_state".to_owned()), "{set:?}");
    // What is absent clashes with nothing, and what is left out is as its default says: no rule of a basket asks that.
    let nothing = nodes("keep_nothing");
    assert!(!nothing.iter().any(|id| id.starts_with("effects.create_basket!")), "{nothing:?}");
    assert!(nodes("keep").contains(&"effects.create_basket!not_unique".to_owned()));
}
