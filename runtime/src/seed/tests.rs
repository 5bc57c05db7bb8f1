use super::read;
use crate::env::Env;
use crate::tests::{field, optional, reference, resource, schema, text};
use opwright_values::json::Json;
use opwright_values::schema::{Collection, Field, Resource, Schema, Type};
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
    let mut customer = resource("customer", vec![optional(text("name")), optional(text("email"))]);
    customer.uniques = vec![vec![2], vec![1, 2]];
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

fn file(text: &str) -> Result<Vec<super::Seed>, String> {
    read(&shop(), &Json::parse(text).unwrap(), &mut env()).map_err(|bad| bad.to_string())
}

#[test]
fn all_faults_are_found_at_once() {
    let bad = file(
        r#"{
        "customer": [
            {"id": "c 1", "nam": "x", "orders": [{"id": "o1", "lines": [{"price": "x"}, 7]}]},
            {"id": "c2", "orders": [{"id": "o1"}, {"id": "o3"}, {"id": "o4"}, {"id": "o5"}]}],
        "prodct": [], "product": {}
    }"#,
    )
    .unwrap_err();
    for part in [
        "faults, nothing was written",
        "/customer/0/id: expected",
        "/customer/0/nam: expected no such key, got \"x\"; did you mean `name`?",
        "/customer/0/orders/0/lines/0/product: expected",
        "/customer/0/orders/0/lines/0/price: expected",
        "/customer/0/orders/0/lines/1: expected an object: the fields of a row, got a number",
        "/customer/1/orders: expected at most 3 rows, got 4",
        "/customer/1/orders/0: expected `id` that no other row has; /customer/0/orders/0 has the same",
        "/prodct: expected the name of a resource; did you mean `product`?",
        "/product: expected a list of rows, got an object",
    ] {
        assert!(bad.contains(part), "{part} is not in\n{bad}");
    }
    assert!(file("[]").unwrap_err().contains("an object"));
}

#[test]
fn a_row_below_its_owner_does_not_name_another() {
    for owner in ["c1", "c2"] {
        let bad = file(&format!(
            r#"{{"customer": [{{"id": "c1"}}, {{"id": "c2", "orders": [{{"id": "o1", "customer": "{owner}"}}]}}]}}"#
        ))
        .unwrap_err();
        let said = "1 fault, nothing was written\n  /customer/1/orders/0/customer: expected no `customer`, since the row stands \
                    below its owner already; leave it out, got a text";
        assert_eq!(bad, said);
    }
    let good = r#"{"customer": [{"id": "c2", "orders": [{"id": "o1"}]}], "order": [{"id": "o2", "customer": "c2"}]}"#;
    assert!(file(good).is_ok());
}

#[test]
fn of_two_rows_with_the_same_unique_value_both_are_named() {
    let with = |second: &str| {
        file(&format!(
            r#"{{"customer": [
                {{"id": "c1", "name": "a", "email": "x"}}, {{"id": "c2", "name": "b"}},
                {{"id": "c3", "name": "b"}}, {{"id": "c4", {second}}}]}}"#
        ))
    };
    assert!(with(r#""name": "a", "email": "y""#).is_ok(), "what is absent equals nothing");
    let bad = with(r#""name": "b", "email": "x""#).unwrap_err();
    let said = "/customer/3: expected `email` that no other row has; /customer/0 has the same";
    assert!(bad.contains(said), "{bad}");
    assert!(!bad.contains("`name` and `email`"), "{bad}");
    let bad = with(r#""name": "a", "email": "x""#).unwrap_err();
    assert!(bad.contains("/customer/3: expected `name` and `email` that no other row has"), "{bad}");
}

#[test]
fn what_is_personal_is_not_told() {
    let private = |field: Field| Field { pii: true, ..field };
    let address = Type::Object { name: "address".to_owned(), fields: vec![text("city")] };
    let short = Type::Text { min: 0, max: 3, pattern: None, lines: false };
    let fields =
        vec![private(field("name", short.clone())), private(field("home", address)), field("note", short)];
    let schema = schema(vec![resource("customer", fields)]);
    let text =
        r#"{"customer": [{"id": "c1", "name": "Ada Lovelace", "home": {"city": 12815}, "note": "loud"}]}"#;
    let bad = read(&schema, &Json::parse(text).unwrap(), &mut Env::present()).unwrap_err().to_string();
    for place in ["/customer/0/name", "/customer/0/home/city", "/customer/0/note"] {
        assert!(bad.contains(place), "{bad}");
    }
    assert!(!bad.contains("Ada") && !bad.contains("12815") && bad.contains("loud"), "{bad}");
}
