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

fn plan_on(stored: &Tables, wanted: &Tables) -> plan::Plan {
    plan::plan(stored, wanted, &rivals::Used::default())
}

fn plan_of(stored: &Wanted, wanted: &Wanted) -> Result<Vec<String>, Vec<String>> {
    let plan = plan_on(&stored.tables, &wanted.tables);
    if plan.refused.is_empty() {
        let acts = sql::acts(&plan.steps, &wanted.layout, &plan.after, Dialect::Postgres);
        Ok(acts.iter().map(Act::shown).collect())
    } else {
        Err(plan.refused.iter().map(ToString::to_string).collect())
    }
}

#[test]
fn what_was_filled_in_under_a_name_that_nobody_says_is_unknown() {
    let rank = |default| with_default(field("rank", Type::Int { min: 0, max: 9 }), Value::Int(default));
    let called = |name: &str, was: &[&str], default| {
        let was = was.iter().map(|it| (*it).to_owned()).collect();
        Resource { was, ..resource(name, vec![rank(default)]) }
    };
    let item = called("item", &["thing"], 2);
    let before = wanted(vec![called("thing", &[], 1)]).tables;
    let after = plan_on(&before, &wanted(vec![item.clone()]).tables).after;
    let noted = |number, tables| state::Noted { number, at_us: number, tables: Some(tables) };
    let noted = [noted(1, before), noted(2, after)];
    let rank_of = |resource: &Resource| match filled::of_resource(resource, &noted).pop() {
        Some(filled::Filled::Column { with, again: false }) => with,
        other => panic!("{other:?}"),
    };
    assert!(matches!(rank_of(&item), filled::With::OneOf(defaults) if defaults.len() == 2));
    assert_eq!(rank_of(&called("item", &[], 2)), filled::With::Anything);
}

#[test]
fn a_default_that_is_gone_is_one_of_the_new_type() {
    let one = |ty: Type, default: Option<i64>| {
        let default = default.map(|it| Default::Value(Value::Int(it)));
        wanted(vec![resource("item", vec![Field { default, ..field("price", ty) }])])
    };
    let decimal = |scale, max| Type::Decimal { scale, min: 0, max };
    for (from, to, left) in [
        (decimal(2, 999), decimal(3, 9_999), Some(1_500)),
        (decimal(2, 999), decimal(1, 99), Some(15)),
        (decimal(2, 999), Type::Int { min: 0, max: 9 }, None),
        (decimal(2, 999), decimal(2, 100), None),
        (decimal(2, 999), decimal(2, 1_000), Some(150)),
    ] {
        let plan = plan_on(&one(from, Some(150)).tables, &one(to.clone(), None).tables);
        let item = plan.after.tables.get("item").unwrap();
        let wanted = left.map(|units| Default::Value(Value::Int(units)));
        assert_eq!(item.column("price").unwrap().default, wanted, "{to:?}");
        let says = plan.steps.iter().any(|step| matches!(step, step::Step::SetDefault { .. }));
        assert_eq!(says, left != Some(150), "{to:?}");
    }
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
fn what_no_row_makes_possible_is_refused_with_its_place() {
    let customer = |fields: Vec<Field>| wanted(vec![resource("customer", fields)]);
    let mut owned = resource("customer", vec![text("email")]);
    owned.owner = Some(1);
    let cases = [
        (first(), customer(vec![field("email", Type::Bool)]), "column `email`: it holds"),
        (first(), wanted(vec![owned]), "its owner was `nobody` and would be `email`"),
    ];
    for (stored, wanted, said) in cases {
        let refused = plan_of(&stored, &wanted).unwrap_err();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].contains(said) && refused[0].contains("fix: "), "{said}: {refused:?}");
    }
    let two = customer(vec![field("email", Type::Bool)]);
    let both = customer(vec![field("email", Type::Date { min: 0, max: 9 }), field("a", Type::Bool)]);
    assert_eq!(plan_of(&two, &both).unwrap_err().len(), 1);
}

#[test]
fn whether_a_part_of_an_object_is_asked_for_depends_on_the_object() {
    let address = |parts: Vec<Field>| {
        let ty = Type::Object { name: "address".to_owned(), fields: parts };
        wanted(vec![resource("customer", vec![optional(field("address", ty))])])
    };
    let checks = |stored: &Wanted, wanted: &Wanted| -> Vec<String> {
        plan_on(&stored.tables, &wanted.tables).checks.iter().map(checks::Check::says).collect()
    };
    let with = |part: Field| address(vec![text("zip"), part]);
    let (zip, city) = (|| address(vec![text("zip")]), || with_default(text("city"), Value::Text("x".into())));
    assert_eq!(checks(&zip(), &with(text("city"))), ["no row of \"customer\" has `address`"]);
    // A default fills the objects that are there.
    assert_eq!(checks(&zip(), &with(city())), Vec::<String>::new());
    let filled = plan_of(&zip(), &with(city())).unwrap();
    assert!(
        filled[1].ends_with("SET \"address_city\" = 'x' WHERE \"address_zip\" IS NOT NULL"),
        "{filled:?}"
    );
    assert_eq!(checks(&zip(), &with(optional(text("city")))), Vec::<String>::new());
    assert_eq!(
        checks(&with(optional(text("city"))), &with(city())),
        ["every row of \"customer\" that has one of \"address_zip\" has a value in \"address_city\""]
    );
    assert_eq!(checks(&with(city()), &zip()), Vec::<String>::new());
    assert_eq!(plan_of(&zip(), &with(optional(text("city")))).unwrap().len(), 1);
}

#[test]
fn what_does_not_fit_is_named() {
    let misfits = |stored: &Wanted, used: &Wanted| {
        let found = fit::misfits(&stored.tables, &used.tables);
        found.never.into_iter().chain(found.wider).collect::<Vec<String>>()
    };
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

#[test]
fn newer_references_are_told_from_those_that_were_given_up() {
    let refers = |to: &str| Type::List {
        of: Box::new(Type::Id { of: to.to_owned(), pattern: None }),
        min: 0,
        max: 9,
        distinct: false,
    };
    let referring = |name| resource(name, vec![field("customers", refers("customer"))]);
    let (one, two) = (first(), wanted(vec![resource("customer", vec![text("email")]), referring("ticket")]));
    let noted = || resource("customer", vec![text("email"), optional(text("note"))]);
    let three = wanted(vec![noted(), referring("ticket")]);
    let last = plan_on(&two.tables, &three.tables).after;
    let before = [two.tables.clone(), one.tables.clone()];
    let may_delete = |service: &Wanted| {
        let known = newer::Unknown::of(&last, &before, &service.tables, &service.layout);
        known.allow_deletion(0, &service.layout).is_ok()
    };
    assert!(!may_delete(&one), "it has never known them");
    assert!(may_delete(&two) && may_delete(&three), "they know them");
    assert!(may_delete(&wanted(vec![noted()])), "it knew them before, and has given them up");
}
