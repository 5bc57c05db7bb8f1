//! What is changed by another way than the gateway is found.

use opwright_runtime::gateway::schema_of;
use opwright_runtime::seed::{read, write};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Link, sql};
use opwright_runtime::store::once::once;
use opwright_runtime::store::unit::Plan;
use opwright_runtime::verify::{Report, verify};
use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::{helpdesk, retail};
use opwright_values::json::Json;

/// What somebody does to the help desk, and what is found.
const TAMPERED: &[(&str, &[&str])] = &[
    (
        "UPDATE \"customer\" SET \"status\" = 'gone' WHERE \"id\" = 'cus_mal'",
        &[
            "customer `cus_mal`: `status` must be",
            "customer `cus_mal`: `status` is not what its history ends with: it is \"gone\", and its history says \"",
        ],
    ),
    (
        "UPDATE \"plan\" SET \"seats\" = 0 WHERE \"id\" = 'pla_solo'",
        &[
            "plan `pla_solo`: `seats` must be a whole number, from 1 to 1000",
            "plan `pla_solo`: `seats` is not what its history ends with: it is 0, and its history says ",
        ],
    ),
    (
        // Nobody looks behind an empty text who does not mean to.
        "UPDATE \"meeting\" SET \"id\" = '' WHERE \"id\" = (SELECT MIN(\"id\") FROM \"meeting\")",
        &[
            "meeting ``: `id` must be the id of a meeting",
            "meeting ``: it has no history",
            "meeting `mee_1`: it has a history, and is not there",
        ],
    ),
    (
        "UPDATE \"customer\" SET \"name\" = 'x' WHERE \"id\" = 'cus_mal'",
        // What is sensitive is not shown.
        &["customer `cus_mal`: `name` is not what its history ends with$"],
    ),
    (
        "UPDATE \"ticket\" SET \"customer\" = 'cus_none' WHERE \"id\" = 'tic_1'",
        &[
            "ticket `tic_1`: `customer` leads to the customer `cus_none`, which is not there",
            "ticket `tic_1`: `customer` is not what its history ends with",
        ],
    ),
    (
        "UPDATE \"customer\" SET \"_version\" = 9 WHERE \"id\" = 'cus_mal'",
        &["customer `cus_mal`: its version is 9, its history ends with 1"],
    ),
    (
        "DELETE FROM \"customer__history\" WHERE \"id\" = 'cus_mal'",
        &["customer `cus_mal`: it has no history"],
    ),
    (
        "UPDATE \"customer\" SET \"_deleted_at\" = (SELECT MIN(\"opened_at\") FROM \"ticket\") WHERE \"id\" = 'cus_mal'",
        &["customer `cus_mal`: it is deleted, and its history does not end with that"],
    ),
    (
        "UPDATE \"customer__history\" SET \"version\" = 4 WHERE \"id\" = 'cus_ada' AND \"version\" = 2",
        &[
            "customer `cus_ada`: its version is 2, its history ends with 4",
            "customer `cus_ada`: its history has version 4 in place 2",
        ],
    ),
    (
        "UPDATE \"customer__history\" SET \"before\" = replace(\"before\", 'ada@quill.example', 'x@quill.example') WHERE \"version\" = 2",
        &["customer `cus_ada`: version 2 does not begin as the one before ended: `email`"],
    ),
];

fn looked(database: &Database, service: &'static opwright_runtime::operation::Service) -> Report {
    let mut link = Link::open(&database.target).unwrap();
    let report = verify(&mut link, &Layout::of(&schema_of(service).unwrap()), service.rules).unwrap();
    link.close();
    report
}

fn tamper(database: &Database, text: &str) {
    let mut link = Link::open(&database.target).unwrap();
    assert_eq!(link.execute(&sql(text.to_owned()), Vec::new()).unwrap(), 1, "{text}");
    link.close();
}

fn said(report: &Report) -> Vec<String> {
    assert_eq!(report.found, report.findings.len());
    report.findings.iter().map(ToString::to_string).collect()
}

pub(super) fn what_is_changed_by_another_way_is_found(server: &Database) {
    for (text, wanted) in TAMPERED {
        let database = server.another();
        let desk = Desk::open(&helpdesk::SERVICE, &database);
        let arguments = r#"{"customer":"cus_ada","new_email":"new@quill.example"}"#;
        assert_eq!(desk.call("change_customer_email", arguments).0, 200);
        drop(desk);
        let report = looked(&database, &helpdesk::SERVICE);
        assert_eq!(said(&report), Vec::<String>::new());
        assert!(report.rows >= 7 && report.changes > report.rows, "{report:?}");
        tamper(&database, text);
        let said = said(&looked(&database, &helpdesk::SERVICE));
        assert_eq!(said.len(), wanted.len(), "{said:?}");
        for (said, wanted) in said.iter().zip(*wanted) {
            match wanted.strip_suffix('$') {
                Some(all) => assert_eq!(said, all),
                None => assert!(said.starts_with(wanted), "{said}"),
            }
        }
    }
}

pub(super) fn a_rule_that_is_broken_by_another_way_is_found(database: &Database) {
    let schema = schema_of(&retail::SERVICE).unwrap();
    let mut link = Link::open(&database.target).unwrap();
    opwright_runtime::schema::Wanted::of(&schema).open(&mut link).unwrap();
    let address =
        r#"{"address1": "1", "address2": "", "city": "c", "country": "USA", "state": "TX", "zip": "12345"}"#;
    let method = r#"{"id": "gift_card_0000001", "source": "gift_card", "balance": 5}"#;
    let user = format!(
        r#"{{"user": [{{"user_id": "ann_lee_0001", "name": {{"first_name": "Ann", "last_name": "Lee"}}, "email": "a@b.example", "address": {address}, "payment_methods": [{method}]}}]}}"#
    );
    let mut env = opwright_runtime::env::Env::present();
    let rows = read(&schema, &Json::parse(&user).unwrap(), &mut env).unwrap();
    let plan = Plan::new(Layout::of(&schema), database.target.dialect());
    let ((), link) = once(link, &plan, |work| write(work, &rows, "data", 1)).unwrap();
    link.close();
    assert_eq!(said(&looked(database, &retail::SERVICE)), Vec::<String>::new());
    tamper(database, "UPDATE \"payment_method\" SET \"balance\" = NULL");
    let wanted = [
        "payment_method `gift_card_0000001`: it breaks the rule `balance_needs_gift_card`",
        "payment_method `gift_card_0000001`: `balance` is not what its history ends with: it is absent, and its history says 5.00",
    ];
    assert_eq!(said(&looked(database, &retail::SERVICE)), wanted);
}
