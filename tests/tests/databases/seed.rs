//! Rows from files: written in order, with history, all or nothing.

use opwright_runtime::env::Env;
use opwright_runtime::schema::Wanted;
use opwright_runtime::seed::{Clash, File, Seed, broken, read, write};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Cell, Fault, Link, sql};
use opwright_runtime::store::once::once;
use opwright_runtime::store::unit::Plan;
use opwright_tests::database::Database;
use opwright_tests::retail::SERVICE;
use opwright_tests::schemas::{field, optional, reference, resource, schema, text};
use opwright_values::json::Json;
use opwright_values::schema::{Collection, Resource, Schema, Type};
use opwright_values::time::Timestamp;

/// Customers own orders, orders own lines, and a line leads to a product.
fn shop() -> Schema {
    let owned = |of| Collection {
        name: "parts".to_owned(),
        of,
        through: 1,
        owned: true,
        size: 3,
        order: vec![],
        only: None,
    };
    let owner = |resource: Resource| Resource { owner: Some(1), ..resource };
    let mut customer = resource("customer", vec![optional(text("name"))]);
    customer.collections = vec![Collection { name: "orders".to_owned(), ..owned(1) }];
    let mut order = owner(resource("order", vec![field("customer", reference("customer"))]));
    order.collections = vec![Collection { name: "lines".to_owned(), ..owned(2) }];
    let price = Type::Decimal { scale: 2, min: 0, max: 10_000 };
    let fields = vec![
        field("order", reference("order")),
        field("product", reference("product")),
        field("price", price),
    ];
    let line = owner(resource("line", fields));
    schema(vec![customer, order, line, resource("product", vec![])])
}

fn env() -> Env {
    Env::fixed(Timestamp::from_micros(1_700_000_000_000_000), 7)
}

fn file(text: &str) -> Result<Vec<Seed>, String> {
    read(&shop(), &Json::parse(text).unwrap(), &mut env()).map_err(|bad| bad.to_string())
}

const GOOD: &str = r#"{
    "customer": [
        {"id": "c1", "orders": [
            {"id": "o2", "lines": [{"product": "p1", "price": 12.5}, {"product": "p2", "price": 1}]},
            {"id": "o1", "lines": []}]},
        {"id": "c2", "name": "Ada"}],
    "product": [{"id": "p1"}, {"id": "p2"}]
}"#;

pub(super) fn rows_are_written_as_if_each_owner_had_been_one_call(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    Wanted::of(&shop()).open(&mut link).unwrap();
    let plan = Plan::new(Layout::of(&shop()), database.target.dialect());
    let rows = file(GOOD).unwrap();
    assert_eq!(rows.len(), 8);
    let ((), mut link) = once(link, &plan, |work| write(work, &rows, "data_x", 5)).unwrap();
    let query =
        "SELECT \"id\" FROM \"order\" WHERE \"_version\" = 1 AND \"customer\" = 'c1' ORDER BY \"_position\"";
    assert_eq!(texts(&mut link, query), ["o2", "o1"]);
    let query =
        "SELECT \"product\" FROM \"line\" WHERE \"price\" > 0 AND \"order\" = 'o2' ORDER BY \"_position\"";
    assert_eq!(texts(&mut link, query), ["p1", "p2"]);
    let query = "SELECT \"id\" FROM \"customer\" WHERE \"_written_by\" = 'data_x' ORDER BY \"_created\"";
    assert_eq!(texts(&mut link, query), ["c1", "c2"]);
    let query =
        "SELECT \"id\" FROM \"customer__history\" WHERE \"kind\" = 'create' AND \"version\" = 1 ORDER BY 1";
    assert_eq!(texts(&mut link, query), ["c1", "c2"]);
    assert_eq!(texts(&mut link, "SELECT \"id\" FROM \"customer__history\" WHERE \"version\" > 1").len(), 0);
    link.close();
}

pub(super) fn what_leads_nowhere_or_is_there_already_writes_nothing(database: &Database) {
    let open = || Link::open(&database.target).unwrap();
    let mut link = open();
    Wanted::of(&shop()).open(&mut link).unwrap();
    let plan = Plan::new(Layout::of(&shop()), database.target.dialect());
    let lost =
        file(r#"{"customer": [{"id": "c1"}], "line": [{"order": "o1", "product": "p1", "price": 1}]}"#);
    let fault = once(link, &plan, |work| write(work, &lost.unwrap(), "x", 5)).map(drop).unwrap_err();
    assert!(fault.to_string().contains("`product` of line leads to the product `p1`"), "{fault}");
    assert!(fault.to_string().contains("`order` of line leads to the order `o1`"), "{fault}");
    let mut link = open();
    assert_eq!(texts(&mut link, "SELECT \"id\" FROM \"customer\"").len(), 0);
    let ((), link) = once(link, &plan, |work| write(work, &file(GOOD).unwrap(), "x", 5)).unwrap();
    // More rows for an owner that is there: it is written anew, and what it owns stands behind the others.
    let more = file(r#"{"order": [{"id": "o9", "customer": "c1"}]}"#).unwrap();
    let ((), mut link) = once(link, &plan, |work| write(work, &more, "y", 9)).unwrap();
    assert_eq!(texts(&mut link, "SELECT \"id\" FROM \"order\" ORDER BY \"_position\""), ["o2", "o1", "o9"]);
    assert_eq!(texts(&mut link, "SELECT \"id\" FROM \"customer\" WHERE \"_version\" = 2"), ["c1"]);
    let again = once(link, &plan, |work| write(work, &file(GOOD).unwrap(), "z", 10)).map(drop);
    let Err(Fault::NotUnique(what)) = again else { panic!("{again:?}") };
    let clash = Clash::of(&plan.layout, &what).unwrap();
    let mut rows = file(r#"{"customer": [{"id": "n1"}, {"id": "n2"}, {"id": "n3"}, {"id": "n4"}]}"#).unwrap();
    let mut link = open();
    assert_eq!(clash.first(&mut link, &plan.layout, &rows).unwrap(), None);
    for at in 0..=4 {
        let mut all = rows.clone();
        all.insert(at, file(r#"{"customer": [{"id": "c2"}]}"#).unwrap().remove(0));
        let first = clash.first(&mut link, &plan.layout, &all).unwrap().unwrap();
        assert_eq!((first.number, first.of, first.value.as_deref()), (at + 1, 5, Some("\"c2\"")));
    }
    rows.clear();
    assert_eq!(clash.first(&mut link, &plan.layout, &rows).unwrap(), None);
    link.close();
}

/// What the file says wrong and what the database has against it is told together, each at its place.
pub(super) fn all_faults_of_a_file_are_told_together(database: &Database) {
    let mut schema = shop();
    schema.resources[0].uniques = vec![vec![1]];
    schema.resources[0].fields[1].was = vec!["called".to_owned()];
    schema.resources[3].was = vec!["ware".to_owned()];
    let mut link = Link::open(&database.target).unwrap();
    Wanted::of(&schema).open(&mut link).unwrap();
    let plan = Plan::new(Layout::of(&schema), database.target.dialect());
    let of = |text: &str| File::of(&schema, &Json::parse(text).unwrap(), &mut env());
    let first =
        of(r#"{"customer": [{"id": "c1", "name": "Ada"}], "product": [{"id": "p1"}]}"#).sound().unwrap();
    let ((), mut link) = once(link, &plan, |work| write(work, &first, "x", 5)).unwrap();
    let mut told = |text: &str| {
        let mut file = of(text);
        file.ask(&mut link, &plan.layout, &[]).unwrap();
        file.sound().map_err(|bad| (bad.is_there, bad.to_string()))
    };
    let (there, bad) = told(
        r#"{
        "customer": [
            {"id": "c1", "name": "Bo"}, {"id": "c2", "name": "Ada"}, {"id": "c 3", "orders": [{"id": "o3"}]},
            {"id": "c4", "called": "Cy"}, {"id": "c5", "name": 5}, {"id": "c6"}],
        "order": [{"id": "o1", "customer": "c5"}, {"id": "o2", "customer": "c9"}, {"id": "o4", "customer": "c1"}],
        "line": [{"id": "l1", "order": "o2", "product": "p1", "price": 1}, {"id": "l2", "order": "o2", "product": "p2", "price": 1}],
        "ware": [], "cat": []
    }"#,
    )
    .unwrap_err();
    let said = [
        "9 faults, nothing was written",
        "  /customer/2/id: expected the id of a customer, got \"c 3\"",
        "  /customer/3/called: expected no such key: it is called `name` now, got \"Cy\"",
        "  /customer/4/name: expected a text of 0 to 100000 characters, got a number: 5",
        "  /ware: expected the name of a resource: it is called `product` now",
        "  /cat: expected the name of a resource: `customer`, `order`, `line`, `product`",
        "  /customer/0/id: expected `id` that no row has, live or deleted; the database has one with the same, got \"c1\"",
        "  /customer/1/name: expected `name` that no other row has; the database has one with the same, got \"Ada\"",
        "  /order/1/customer: expected a customer that is there, got \"c9\"",
        "  /line/1/product: expected a product that is there, got \"p2\"",
    ];
    assert_eq!(bad, said.join("\n"));
    assert!(there);
    // No id is taken there, so that nothing speaks of rows that are loaded already.
    let (there, bad) = told(r#"{"order": [{"id": "o1", "customer": "c7"}]}"#).unwrap_err();
    assert!(!there && bad.starts_with("1 fault"), "{bad}");
    assert_eq!(
        told(r#"{"customer": [{"id": "c2", "name": "Bo"}], "order": [{"id": "o1", "customer": "c1"}]}"#)
            .unwrap()
            .len(),
        2
    );
    link.close();
}

/// Rows that name their owner themselves count like those that stand within it, and like those that are there.
pub(super) fn a_collection_is_not_filled_beyond_its_size(database: &Database) {
    let open = || Link::open(&database.target).unwrap();
    let mut link = open();
    Wanted::of(&shop()).open(&mut link).unwrap();
    link.close();
    let plan = Plan::new(Layout::of(&shop()), database.target.dialect());
    let orders = |ids: &[&str]| {
        let rows = ids.iter().map(|id| format!(r#"{{"id": "{id}", "customer": "c1"}}"#));
        file(&format!(r#"{{"order": [{}]}}"#, rows.collect::<Vec<_>>().join(", "))).unwrap()
    };
    let mut rows = file(r#"{"customer": [{"id": "c1"}]}"#).unwrap();
    rows.extend(orders(&["o1", "o2", "o3", "o4"]));
    let fault = once(open(), &plan, |work| write(work, &rows, "x", 5)).map(drop).unwrap_err();
    assert_eq!(fault.to_string(), "`orders` of the customer `c1` would hold 4 rows, 3 at most");
    let mut rows = file(r#"{"customer": [{"id": "c1"}]}"#).unwrap();
    rows.extend(orders(&["o1", "o2"]));
    let ((), link) = once(open(), &plan, |work| write(work, &rows, "x", 5)).unwrap();
    link.close();
    let fault =
        once(open(), &plan, |work| write(work, &orders(&["o3", "o4"]), "y", 9)).map(drop).unwrap_err();
    assert_eq!(fault.to_string(), "`orders` of the customer `c1` would hold 4 rows, 3 at most");
    let ((), mut link) = once(open(), &plan, |work| write(work, &orders(&["o3"]), "z", 9)).unwrap();
    assert_eq!(texts(&mut link, "SELECT \"id\" FROM \"order\" ORDER BY \"_position\""), ["o1", "o2", "o3"]);
    link.close();
}

/// A rule of a resource is asked of rows from files too: no operation could have made what breaks it.
pub(super) fn rows_that_break_a_rule_are_told() {
    let schema = opwright_runtime::gateway::schema_of(&SERVICE).unwrap();
    let method = |id: &str, rest: &str| format!(r#"{{"id": "{id}", "user": "ann_lee_0001", {rest}}}"#);
    let good = method("gift_card_0000001", r#""source": "gift_card", "balance": 5"#);
    let bad = method("paypal_0000002", r#""source": "paypal", "balance": 5"#);
    let json = Json::parse(&format!(r#"{{"payment_method": [{good}, {bad}]}}"#)).unwrap();
    let rows = read(&schema, &json, &mut Env::present()).unwrap();
    assert_eq!(
        broken(SERVICE.rules, &Layout::of(&schema), &rows).unwrap(),
        ["the payment_method `paypal_0000002` breaks the rule `balance_needs_gift_card`"]
    );
}

fn texts(link: &mut Link, query: &str) -> Vec<String> {
    let rows = link.fetch(&sql(query), Vec::new()).unwrap();
    rows.iter().map(|row| row.first().and_then(Cell::text).unwrap().to_owned()).collect()
}
