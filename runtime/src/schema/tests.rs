use super::*;
use crate::store::link::Dialect;
use crate::tests::{field, optional, resource, schema, text};
use opwright_values::schema::{Default, Field, Resource, Type};
use opwright_values::value::Value;

fn with_default(field: Field, value: Value) -> Field {
    Field { default: Some(Default::Value(value)), ..field }
}

fn wanted(resources: Vec<Resource>) -> Wanted {
    Wanted::of(&schema(resources))
}

fn first() -> Wanted {
    wanted(vec![resource("customer", vec![text("email")])])
}

/// The first service a year later: a field of each kind, a unique one, an object, a resource.
fn widened() -> Wanted {
    let int = || field("points", Type::Int { min: 0, max: 1000 });
    let address =
        Type::Object { name: "address".to_owned(), fields: vec![text("zip"), optional(text("city"))] };
    let tags = Type::List { of: Box::new(text("x").ty), min: 0, max: 9, distinct: false };
    let mut customer = resource(
        "customer",
        vec![
            text("email"),
            optional(text("phone")),
            with_default(int(), Value::Int(7)),
            with_default(text("mood"), Value::Text("it's fine".to_owned())),
            with_default(field("active", Type::Bool), Value::Bool(true)),
            Field {
                default: Some(Default::Now),
                ..field("since", Type::Timestamp { min: 0, max: i64::MAX })
            },
            Field { default: Some(Default::Now), ..field("day", Type::Date { min: 0, max: 99_999 }) },
            with_default(field("tags", tags), Value::List(Vec::new())),
            optional(field("address", address)),
        ],
    );
    customer.uniques = vec![vec![2]];
    customer.indexes = vec![vec![1]];
    wanted(vec![customer, resource("ticket", vec![text("title")])])
}

fn plan_of(stored: &Wanted, wanted: &Wanted) -> Result<Vec<String>, Vec<String>> {
    plan::plan(&stored.tables, &wanted.tables)
        .map(|plan| sql::statements(&plan.steps, &wanted.layout, Dialect::Postgres))
        .map_err(|refused| refused.iter().map(ToString::to_string).collect())
}

#[test]
fn a_plan_only_adds() {
    let statements = plan_of(&first(), &widened()).unwrap();
    let all = statements.join(";\n");
    for part in [
        "ALTER TABLE \"customer\" ADD COLUMN \"phone\" TEXT COLLATE \"C\"",
        "ADD COLUMN \"points\" BIGINT NOT NULL DEFAULT 7",
        "ADD COLUMN \"mood\" TEXT COLLATE \"C\" NOT NULL DEFAULT 'it''s fine'",
        "ADD COLUMN \"active\" BOOLEAN NOT NULL DEFAULT true",
        "ADD COLUMN \"since\" TIMESTAMPTZ NOT NULL DEFAULT now()",
        "ADD COLUMN \"tags\" TEXT COLLATE \"C\" NOT NULL DEFAULT '[]'",
        "ADD COLUMN \"address_zip\" TEXT COLLATE \"C\"",
        "CREATE UNIQUE INDEX \"customer.phone.unique\" ON \"customer\" (\"phone\") WHERE \"_deleted_at\" IS NULL",
        "CREATE INDEX \"customer.email.index\"",
        "CREATE TABLE \"ticket\"",
        "CREATE TABLE \"ticket__history\"",
    ] {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
    assert_eq!(plan_of(&widened(), &widened()), Ok(Vec::new()));
    // What is gone is kept.
    assert_eq!(plan_of(&widened(), &first()), Ok(Vec::new()));
}

#[test]
fn every_other_change_is_refused_with_its_place() {
    let customer = |fields: Vec<Field>| wanted(vec![resource("customer", fields)]);
    let mut owned = resource("customer", vec![text("email")]);
    owned.owner = Some(1);
    let mut unique = resource("customer", vec![text("email")]);
    unique.uniques = vec![vec![1]];
    let kept_unique = wanted(vec![unique.clone()]);
    let cases = [
        (first(), customer(vec![text("email"), text("phone")]), "column `phone`: it is new, required"),
        (first(), customer(vec![field("email", Type::Bool)]), "column `email`: it holds"),
        (first(), customer(vec![optional(text("email"))]), "column `email`: it holds"),
        (first(), customer(vec![field("email", Type::Email { max: 100 })]), "column `email`: it holds"),
        (first(), customer(vec![]), "column `email`: the field is gone"),
        (first(), wanted(vec![owned]), "its owner was `nobody` and would be `email`"),
        (first(), wanted(vec![unique]), "index over `email`: its values would have to be unique"),
        (kept_unique, first(), "index over `email`: its values were unique"),
    ];
    for (stored, wanted, said) in cases {
        let refused = plan_of(&stored, &wanted).unwrap_err();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].contains(said) && refused[0].contains("fix: "), "{said}: {refused:?}");
    }
    // A part of an object that may be absent is required wherever the object is.
    let address = |parts: Vec<Field>| {
        let ty = Type::Object { name: "address".to_owned(), fields: parts };
        customer(vec![optional(field("address", ty))])
    };
    let with = |part: Field| address(vec![text("zip"), part]);
    let (zip, city) = (|| address(vec![text("zip")]), || with_default(text("city"), Value::Text("x".into())));
    let cases = [
        (zip(), with(city()), "column `address_city`: it is a new required part of `address`"),
        (with(city()), zip(), "column `address_city`: the part is gone, but services that know it"),
        (with(city()), with(optional(text("city"))), "and would hold"),
    ];
    for (stored, wanted, said) in cases {
        let refused = plan_of(&stored, &wanted).unwrap_err();
        assert!(refused.len() == 1 && refused[0].contains(said), "{said}: {refused:?}");
    }
    assert_eq!(plan_of(&zip(), &with(optional(text("city")))).unwrap().len(), 1);
    let three = customer(vec![field("email", Type::Bool), text("a"), text("b")]);
    assert_eq!(plan_of(&first(), &three).unwrap_err().len(), 3);
}

#[test]
fn what_does_not_fit_is_named() {
    let misfits = |stored: &Wanted, used: &Wanted| fit::misfits(&stored.tables, &used.tables);
    assert_eq!(misfits(&widened(), &first()), Vec::<String>::new());
    let missing = misfits(&first(), &widened()).join("\n");
    for part in ["table `ticket` is missing", "column `phone` is missing", "does not keep `phone` unique"] {
        assert!(missing.contains(part), "{part}: {missing}");
    }
    let required = wanted(vec![resource("customer", vec![text("email"), text("phone")])]);
    assert!(misfits(&required, &first())[0].contains("column `phone` is required, has no default"));
    let other = wanted(vec![resource("customer", vec![field("email", Type::Bool)])]);
    assert!(misfits(&other, &first())[0].contains("column `email` holds true or false"));
    let mut unique = resource("customer", vec![text("email")]);
    unique.uniques = vec![vec![1]];
    assert!(misfits(&wanted(vec![unique]), &first())[0].contains("keeps `email` unique"));
}
