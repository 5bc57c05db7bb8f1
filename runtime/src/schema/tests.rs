use super::*;
use crate::store::link::{Arg, Dialect, sql};
use crate::tests::{databases, field, optional, resource, schema, text};
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
        "CREATE UNIQUE INDEX \"customer_phone_unique\" ON \"customer\" (\"phone\") WHERE \"_deleted_at\" IS NULL",
        "CREATE INDEX \"customer_email_index\"",
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

#[test]
fn an_older_service_starts_beside_a_widened_schema() {
    for database in databases() {
        let mut link = Link::open(&database.target).unwrap();
        assert!(first().open(&mut link).unwrap());
        assert!(!first().open(&mut link).unwrap());
        insert(&mut link, "c1");
        assert!(matches!(widened().open(&mut link), Err(NotReady::Misfits(_))));
        let planned = widened().plan(&mut link).unwrap();
        assert_eq!(planned.statements.len(), 13, "{planned:#?}");
        assert!(matches!(widened().open(&mut link), Err(NotReady::Misfits(_))), "a plan changes nothing");
        widened().migrate(&mut link).unwrap();
        assert_eq!(widened().plan(&mut link).unwrap().statements, Vec::<String>::new());
        assert!(!widened().open(&mut link).unwrap());
        assert!(!first().open(&mut link).unwrap());
        insert(&mut link, "c2");
        check_defaults(&mut link, &["c1", "c2"]);
        assert_eq!(first().migrate(&mut link).unwrap().statements, Vec::<String>::new());
        assert!(!widened().open(&mut link).unwrap(), "an older `migrate` takes nothing away");
        link.close();
    }
}

#[test]
fn an_older_service_starts_on_what_a_newer_one_made() {
    for database in databases() {
        let mut link = Link::open(&database.target).unwrap();
        assert!(widened().open(&mut link).unwrap());
        assert!(!first().open(&mut link).unwrap());
        insert(&mut link, "c1");
        check_defaults(&mut link, &["c1"]);
        link.close();
    }
}

#[test]
fn a_database_of_something_else_is_left_alone() {
    for database in databases() {
        let mut link = Link::open(&database.target).unwrap();
        link.run("CREATE TABLE theirs (x TEXT)").unwrap();
        assert!(matches!(first().open(&mut link), Err(NotReady::Foreign(_))));
        link.close();
        let mut link = Link::open(&database.target).unwrap();
        assert!(matches!(first().migrate(&mut link), Err(NotReady::Foreign(_))));
        link.close();
    }
}

#[test]
fn a_refused_migration_does_nothing() {
    for database in databases() {
        let mut link = Link::open(&database.target).unwrap();
        first().open(&mut link).unwrap();
        let half = wanted(vec![
            resource("customer", vec![text("email"), optional(text("phone")), text("needed")]),
            resource("ticket", vec![]),
        ]);
        assert!(matches!(half.migrate(&mut link), Err(NotReady::Refused(_))));
        link.reopen().unwrap();
        assert!(!first().open(&mut link).unwrap());
        let only = |it: &Migration| it.statements.len();
        assert_eq!(widened().plan(&mut link).as_ref().map(only).unwrap(), 13);
        link.close();
    }
}

/// A row as the first service writes it.
fn insert(link: &mut Link, id: &str) {
    let insert = "INSERT INTO \"customer\" (\"id\", \"email\", \"_version\", \"_written_by\", \"_created\", \"_position\") VALUES ($1, 'a@b.c', 1, 'x', 1, 0)";
    link.execute(&sql(insert), vec![Arg::Text(id.to_owned())]).unwrap();
}

fn check_defaults(link: &mut Link, ids: &[&str]) {
    let select = "SELECT \"id\" FROM \"customer\" WHERE \"phone\" IS NULL AND \"points\" = 7 AND \"mood\" = 'it''s fine' AND \"active\" AND \"since\" IS NOT NULL AND \"day\" IS NOT NULL AND \"tags\" = '[]' AND \"address_zip\" IS NULL ORDER BY 1";
    let rows = link.fetch(&sql(select), Vec::new()).unwrap();
    let found: Vec<&str> = rows.iter().map(|row| row[0].text().unwrap()).collect();
    assert_eq!(found, ids);
}

#[test]
fn of_services_that_start_at_once_one_makes_the_tables() {
    for database in databases() {
        let made = std::thread::scope(|scope| {
            let start = || {
                let mut link = Link::open(&database.target).unwrap();
                let made = widened().open(&mut link).unwrap();
                link.close();
                made
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|made| *made).count()
        });
        assert_eq!(made, 1);
    }
}
