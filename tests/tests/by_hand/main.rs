//! What the runtime promises to generated code, and of it, without the compiler: operations written by hand as the
//! compiler writes them, and others as it never would, through the gateway, on each database.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod graphs;
mod model;
mod odd;
mod sample;

use opwright_runtime::gateway::identity::{self, Principal};
use opwright_runtime::generated::{Operation, Service};
use opwright_runtime::store::link::{Arg, Dialect, Link, sql};
use opwright_runtime::store::unit::Access;
use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::Trials;
use opwright_tracer::graph::Way;
use opwright_tracer::run::{Mode, Run};
use opwright_values::schema::{Field, Type};
use serde_json::{Value as Json, json};
use std::process::ExitCode;
use std::sync::OnceLock;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("what_is_done_and_what_is_refused", sample);
    trials.on_databases("a_dry_run_tells_and_keeps_nothing", dry_run);
    trials.on_databases("who_leaves_the_graph_has_written_nothing", misbehaviour);
    trials.on_databases("one_row_of_many_names", aliases);
    trials.on_databases("references_that_lead_nowhere", not_found);
    trials.on_databases("collections_follow_their_rows", collections);
    trials.on_databases("all_rules_on_what_was_sent", input_rules);
    trials.on_databases("what_somebody_may_not_call_does_not_exist", permission);
    trials.run()
}

/// The argument of a field that refers to a row.
fn id(key: &str, of: &str) -> Field {
    field(key, Type::Id { of: of.to_owned(), pattern: None })
}

fn ids(key: &str, of: &str) -> Field {
    let of = Box::new(Type::Id { of: of.to_owned(), pattern: None });
    field(key, Type::List { of, min: 0, max: 20, distinct: false })
}

fn text(key: &str) -> Field {
    field(key, Type::Text { min: 0, max: 100, pattern: None, lines: false })
}

fn field(key: &str, ty: Type) -> Field {
    Field::required(key, ty)
}

fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let operations = [
            sample::change_customer_email(),
            sample::cancel_pending_order(),
            odd::misbehave(),
            odd::top_up(),
            odd::move_order(),
            odd::check_input(),
        ];
        let operations: Vec<&'static Operation> =
            operations.into_iter().map(|it| &*Box::leak(Box::new(it))).collect();
        Service {
            schema: model::SCHEMA,
            data: model::DATA,
            scenarios: "[]",
            operations: operations.leak(),
            rules: &[],
            members: &[],
        }
    })
}

/// What operations write.
const TABLES: [&str; 9] = [
    "customer",
    "order",
    "payment",
    "method",
    "customer__history",
    "order__history",
    "payment__history",
    "method__history",
    "_event",
];

/// A service, and the database behind it.
struct Shop<'d> {
    desk: Desk,
    database: &'d Database,
}

impl<'d> Shop<'d> {
    fn open(database: &'d Database) -> Self {
        Shop { desk: Desk::open(service(), database), database }
    }

    fn call(&self, operation: &str, arguments: &Json) -> (u16, Json) {
        self.desk.call(operation, &arguments.to_string())
    }

    /// Calls, and expects a result.
    fn done(&self, operation: &str, arguments: &Json) -> Json {
        let (status, answer) = self.call(operation, arguments);
        assert_eq!(status, 200, "{operation} {arguments}: {answer}");
        answer["result"].clone()
    }

    /// Calls, and expects a refusal, and that no row has changed.
    fn refused(&self, operation: &str, arguments: &Json, status: u16, code: &str) -> Json {
        let before = self.rows();
        let (found, answer) = self.call(operation, arguments);
        assert_eq!(
            (found, answer["code"].as_str()),
            (status, Some(code)),
            "{operation} {arguments}: {answer}"
        );
        assert!(answer["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{answer}");
        assert_eq!(self.rows(), before, "{operation} {arguments}");
        answer
    }

    /// All that operations write, as text.
    fn rows(&self) -> Vec<String> {
        let mut link = Link::open(&self.database.target).unwrap();
        let whole = if link.dialect() == Dialect::Postgres { "it::text" } else { "*" };
        let mut all = Vec::new();
        for table in TABLES {
            let rows = link.fetch(&sql(format!("SELECT {whole} FROM \"{table}\" it")), Vec::<Arg>::new());
            all.extend(rows.unwrap().iter().map(|row| format!("{table} {row:?}")));
        }
        link.close();
        all.sort();
        all
    }

    /// The newest runs of an operation.
    fn runs(&self, operation: &str) -> Vec<Run> {
        let operation = self.desk.gateway.operation(operation).unwrap();
        self.desk.runtime.block_on(self.desk.gateway.runs(operation, 100, None)).unwrap()
    }

    /// The run of an answer.
    fn run(&self, operation: &str, answer: &Json) -> Run {
        let id = answer["run"].as_str().unwrap();
        self.runs(operation).into_iter().find(|run| run.run == id).unwrap()
    }
}

impl Drop for Shop<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.runs("top_up");
            let strays = self.desk.runtime.block_on(self.desk.gateway.strays(1_000)).unwrap();
            assert!(strays.is_empty(), "{strays:?}");
        }
    }
}

fn sample(database: &Database) {
    let shop = Shop::open(database);
    let order = shop.done("cancel_pending_order", &json!({"order": "W1", "reason": "no longer needed"}));
    let entry = |kind, amount: &str, method| {
        format!(r#"{{"kind":"{kind}","amount":{amount},"method_id":"{method}"}}"#)
    };
    let entries = [
        ("payment", "2.50", "gift_1"),
        ("payment", "5.00", "paypal_1"),
        ("refund", "2.50", "gift_1"),
        ("refund", "5.00", "paypal_1"),
    ];
    let entries: Vec<String> = entries.map(|(kind, amount, method)| entry(kind, amount, method)).into();
    let expected = format!(
        r#"{{"order_id":"W1","customer":"cus_ada","status":"cancelled","payment_history":[{}],"cancel_reason":"no longer needed"}}"#,
        entries.join(",")
    );
    assert_eq!(order, serde_json::from_str::<Json>(&expected).unwrap());
    let topped = shop.done("top_up", &json!({"method": "gift_1", "methods": ["gift_1"]}));
    assert_eq!(topped[0]["balance"], json!(12.52), "10.00, a refund of 2.50, and twice 0.01");

    let again = json!({"order": "W1", "reason": "no longer needed"});
    let answer = shop.refused("cancel_pending_order", &again, 409, "wrong_state");
    assert_eq!(answer["detail"], "order.status is 'cancelled'");
    assert_eq!(answer["node"], "rules.cancel_order!wrong_state");
    let run = shop.run("cancel_pending_order", &answer);
    assert_eq!(run.refused.unwrap().code, "wrong_state");
    assert_eq!(run.steps.last().unwrap().node, "rules.cancel_order!wrong_state");
    let rule = run.steps.iter().find(|visit| visit.node == "rules.cancel_order").unwrap();
    assert_eq!(rule.values, [("order.status".to_owned(), "cancelled".to_owned())]);

    let full = shop.refused("cancel_pending_order", &json!({"order": "W3", "reason": "x"}), 409, "too_many");
    assert_eq!(full["detail"], "no more than 4", "its second refund would be the fifth payment");
    assert_eq!(shop.run("cancel_pending_order", &full).changed, [], "what was changed before is undone");
    shop.refused("cancel_pending_order", &json!({"order": "W2", "reason": "x"}), 409, "out_of_range");
    // The exit of a reason that is too short is not drawn, so it cannot be left by.
    shop.refused("cancel_pending_order", &json!({"order": "W2", "reason": ""}), 500, "internal");
    email(&shop);
}

fn email(shop: &Shop<'_>) {
    let change = |customer: &str, email: &str| json!({"customer": customer, "new_email": email});
    let customer = shop.done("change_customer_email", &change("cus_ada", "new@x.example"));
    let expected =
        json!({"id": "cus_ada", "email": "new@x.example", "status": "active", "orders": ["W1", "W2"]});
    assert_eq!(customer, expected);
    let same =
        shop.refused("change_customer_email", &change("cus_ada", "new@x.example"), 409, "email_unchanged");
    assert_eq!(same["detail"], "‹email› is new@x.example");
    shop.refused("change_customer_email", &change("cus_mal", "mal2@x.example"), 409, "customer_banned");
    let taken = shop.refused("change_customer_email", &change("cus_ada", "ben@x.example"), 409, "not_unique");
    assert_eq!(taken["detail"], "email is taken");
    let events = shop.rows().iter().filter(|row| row.starts_with("_event")).count();
    assert_eq!(events, 1, "only what was done is told");
}

fn dry_run(database: &Database) {
    let shop = Shop::open(database);
    let before = shop.rows();
    let arguments = json!({"order": "W1", "reason": "r", "dry_run": true});
    let (status, answer) = shop.call("cancel_pending_order", &arguments);
    assert_eq!((status, &answer["result"]["status"]), (200, &json!("cancelled")), "{answer}");
    assert_eq!(shop.rows(), before);
    let changes = answer["changes"].as_array().unwrap();
    let changed: Vec<&str> = changes.iter().map(|it| it["resource"].as_str().unwrap()).collect();
    assert_eq!(changed, ["order", "payment", "method", "payment"]);
    assert_eq!(
        (&changes[0]["before"]["status"], &changes[0]["after"]["status"]),
        (&json!("pending"), &json!("cancelled"))
    );
    assert_eq!((&changes[1]["before"], &changes[1]["after"]["kind"]), (&Json::Null, &json!("refund")));
    let run = shop.run("cancel_pending_order", &answer);
    let path: Vec<&str> = answer["path"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert_eq!(path, run.steps.iter().map(|visit| visit.node.as_str()).collect::<Vec<_>>());
    assert_eq!((run.mode, run.changed.len()), (Mode::DryRun, 4));
    // A dry run finds what a real one would.
    let taken = json!({"customer": "cus_ada", "new_email": "ben@x.example", "dry_run": true});
    let answer = shop.refused("change_customer_email", &taken, 409, "not_unique");
    assert_eq!(shop.run("change_customer_email", &answer).mode, Mode::DryRun);
    let answer = shop.refused("check_input", &json!({"a": "x", "b": "b", "dry_run": true}), 422, "first");
    assert_eq!(shop.run("check_input", &answer).mode, Mode::DryRun);
    shop.done("cancel_pending_order", &json!({"order": "W1", "reason": "r"}));
}

fn misbehaviour(database: &Database) {
    let shop = Shop::open(database);
    for (how, status, code, fault) in [
        ("skips", 500, "internal", "no edge leads from `effects.update_customer` to `outcome.done`"),
        (
            "twice",
            500,
            "internal",
            "no edge leads from `effects.update_customer` to `effects.update_customer`",
        ),
        ("ends", 500, "internal", "it ends at `effects.update_customer`"),
        ("panics", 500, "internal", "panicked"),
        ("refuses", 500, "internal", "`effects.look!unheard_of`"),
        ("overflows_later", 500, "internal", "`effects.look!cannot_compute`"),
        ("overflows", 409, "cannot_compute", ""),
        ("refused", 409, "seen", ""),
    ] {
        let arguments = json!({"customer": "cus_ada", "how": how});
        let answer = shop.refused("misbehave", &arguments, status, code);
        let run = shop.run("misbehave", &answer);
        assert_eq!(run.changed, [], "{how}");
        match &run.fault {
            Some(found) => assert!(!fault.is_empty() && found.contains(fault), "{how}: {found}"),
            None => assert_eq!(fault, "", "{how}"),
        }
    }
    let customer = shop.done("misbehave", &json!({"customer": "cus_ada", "how": "well"}));
    assert_eq!(customer["status"], "banned");
}

fn aliases(database: &Database) {
    let shop = Shop::open(database);
    let arguments = json!({"method": "gift_1", "methods": ["gift_1", "gift_1"]});
    let (status, answer) = shop.call("top_up", &arguments);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer["result"],
        json!([{"id": "gift_1", "source": "gift_card", "balance": 10.05}, {"id": "gift_1", "source": "gift_card", "balance": 10.05}])
    );
    let run = shop.run("top_up", &answer);
    let items = |node: &str| {
        let visits = run.steps.iter().filter(|visit| visit.node == node);
        visits.map(|visit| (visit.way, visit.item)).collect::<Vec<_>>()
    };
    let round = [(Way::Item, Some(0)), (Way::Item, Some(1)), (Way::Next, None)];
    assert_eq!(items("effects.each_method"), round);
    assert_eq!(items("effects.each_method.each_other"), [round, round].concat());
    // None: a loop over nothing is left at once.
    shop.done("top_up", &json!({"method": "gift_1", "methods": []}));
    let broken =
        shop.refused("top_up", &json!({"method": "paypal_1", "methods": []}), 409, "balance_needs_gift_card");
    assert_eq!(broken["detail"], "paypal");
}

fn not_found(database: &Database) {
    let shop = Shop::open(database);
    let one = json!({"customer": "cus_adda", "new_email": "a@x.example"});
    let answer = shop.refused("change_customer_email", &one, 404, "not_found");
    let expected = json!([{"pointer": "/customer", "code": "not_found", "expected": "the id of a customer", "got": "cus_adda",
        "allowed": ["cus_ada"], "did_you_mean": "cus_ada"}]);
    assert_eq!((&answer["errors"], &answer["detail"]), (&expected, &json!("there is no cus_adda")));
    // All of a list at once. A row that the condition excludes is as if it were not there: it is not named either.
    let some = json!({"method": "gift_1", "methods": ["gift_1", "paypal_1", "gift_3"]});
    let answer = shop.refused("top_up", &some, 404, "not_found");
    let errors = answer["errors"].as_array().unwrap();
    let told: Vec<_> =
        errors.iter().map(|it| (it["pointer"].as_str().unwrap(), &it["did_you_mean"])).collect();
    assert_eq!(told, [("/methods/1", &Json::Null), ("/methods/2", &json!("gift_2"))]);
    assert_eq!(errors[1]["allowed"], json!(["gift_2", "gift_1"]));
    let (status, answer) =
        shop.call("change_customer_email", &json!({"customer": 1, "email": "x", "dry_run": 2}));
    let found: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    assert_eq!((status, found), (422, vec!["/dry_run", "/customer", "/new_email", "/email"]), "{answer}");
    assert_eq!(answer["errors"][0]["got"], "a number: 2");
    // A word of a name tells which is meant, and all that a call may hold is listed.
    let unknown = &answer["errors"][3];
    assert_eq!(unknown["did_you_mean"], "new_email", "{answer}");
    assert_eq!(unknown["allowed"], json!(["customer", "new_email", "dry_run"]), "{answer}");
    let (_, answer) = shop.call("change_customer_email", &json!({"dryrun": true}));
    assert_eq!(answer["errors"][2]["did_you_mean"], "dry_run", "{answer}");
    // What happened stands in one place.
    assert_eq!((answer.get("message"), answer["detail"].is_string()), (None, true), "{answer}");
    assert_eq!(shop.call("change_customer_email", &json!([])).0, 422);
    assert_eq!(shop.desk.call("change_customer_email", "{").0, 422);
    assert_eq!(shop.desk.call("change_customer_email", "").0, 422);
}

fn collections(database: &Database) {
    let shop = Shop::open(database);
    let moved =
        |new: &str, back: &str| json!({"order": "W1", "to": "cus_ben", "new_order": new, "back": back});
    let seen = shop.done("move_order", &moved("W8", "yes"));
    let expected = json!([["W1", "W2"], ["W2"], ["W1", "W8"], ["W1", "W2"], ["W8"], true]);
    assert_eq!(seen, expected, "as it was, moved, and moved back");
    shop.refused("move_order", &moved("W2", "no"), 409, "not_unique");
    let seen = shop.done("move_order", &moved("W9", "no"));
    assert_eq!(seen, json!([["W1", "W2"], ["W2"], ["W1", "W8", "W9"], ["W2"], ["W1", "W8", "W9"], true]));
    // What is changed back is no change.
    let (_, answer) = shop.call(
        "move_order",
        &json!({"order": "W2", "to": "cus_ben", "new_order": "W0", "back": "yes", "dry_run": true}),
    );
    let changed: Vec<_> =
        answer["changes"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(changed, ["W0"]);
}

fn input_rules(database: &Database) {
    let shop = Shop::open(database);
    assert_eq!(shop.done("check_input", &json!({"a": "a", "b": "b"})), "pay_1");
    let answer = shop.refused("check_input", &json!({"a": "x", "b": "{input.a}"}), 422, "first");
    assert_eq!(answer["detail"], "x is no a");
    let second = json!([{"code": "second", "detail": "{input.a} is no b", "fix": "do otherwise", "node": "input.second!second"}]);
    assert_eq!(answer["errors"], second);
    let run = shop.run("check_input", &answer);
    assert_eq!(run.steps.last().unwrap().node, "input.first!first");
    for (b, node) in [("overflows", "input.second!cannot_compute"), ("huge", "input.twice!cannot_compute")] {
        let answer = shop.refused("check_input", &json!({"a": "a", "b": b}), 422, "cannot_compute");
        assert_eq!(answer["node"], node);
        let answer = shop.refused("check_input", &json!({"a": "x", "b": b}), 422, "first");
        assert_eq!(answer["errors"][0]["node"], node);
    }
}

fn permission(database: &Database) {
    let shop = Shop::open(database);
    let desk = &shop.desk;
    let ask = |token: Option<&str>, operation: &str| {
        let answer = desk.runtime.block_on(desk.gateway.execute(token, operation, b"{"));
        (answer.status(), answer.body().to_string())
    };
    let nobody = Principal { name: "nobody".to_owned(), capabilities: ["less".to_owned()].into() };
    assert_eq!(ask(None, "top_up").0, 401);
    assert_eq!(ask(Some("new"), "top_up").0, 401, "it is not there yet");
    desk.gateway
        .write_blocking(Access::default(), move |work| identity::add(work, "new", &nobody, 0))
        .unwrap();
    assert_eq!(ask(Some("new"), "top_up").0, 404, "it is known at once");
    for token in [None, Some("who"), Some("new")] {
        assert_eq!(ask(token, "top_up"), ask(token, "no_such_operation"), "nothing tells the two apart");
    }
    assert!(!ask(Some("new"), "top_upp").1.contains("did you mean"), "what is hidden was not meant");
    let (status, answer) = desk.call("top_upp", "{}");
    let fix = answer["fix"].as_str().unwrap_or_default();
    assert!(status == 404 && fix.starts_with("did you mean `top_up`?"), "what may be called was: {answer}");
    assert_eq!(shop.runs("top_up"), [], "who is not let in leaves no run");
}
