//! Tables of a service that grows: what starts beside what, and what is left alone.

use opwright_runtime::schema::{Migration, NotReady, Wanted};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Arg, Dialect, Fault, Link, sql};
use opwright_runtime::store::once::once;
use opwright_runtime::store::rules::RowRules;
use opwright_runtime::store::unit::Plan;
use opwright_tests::database::Database;
use opwright_tests::schemas::{field, optional, resource, schema, text};
use opwright_values::schema::{Default, Field, Resource, Rule, Type};
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

pub(super) fn an_older_service_starts_beside_a_widened_schema(database: &Database) {
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

pub(super) fn an_older_service_starts_on_what_a_newer_one_made(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    assert!(widened().open(&mut link).unwrap());
    assert!(!first().open(&mut link).unwrap());
    insert(&mut link, "c1");
    check_defaults(&mut link, &["c1"]);
    link.close();
}

/// What a newer version has changed is changed back by an older one only if that is meant.
pub(super) fn an_older_version_changes_nothing_back_by_itself(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    let customer = |fields: Vec<Field>| wanted(vec![resource("customer", fields)]);
    let older = || customer(vec![text("email"), text("needed")]);
    let mut unique = resource("customer", vec![text("email")]);
    unique.uniques = vec![vec![1]];
    let newer = wanted(vec![unique]);
    older().open(&mut link).unwrap();
    newer.migrate(&mut link).unwrap();
    let told = |done: Result<Migration, NotReady>| said(&done.unwrap_err());
    let planned = told(older().plan(&mut link));
    for part in [
        "a version of this service that came later has changed these tables, so nothing was done",
        "since migration 2, 20",
        "column `needed` holds a text",
        "keeps `email` unique",
        "fix: start the version that fits this database; if this version is to go on instead, since going back is meant",
        "run `migrate --back`",
    ] {
        assert!(planned.contains(part), "`{part}` is not in\n{planned}");
    }
    assert_eq!(told(older().migrate(&mut link)), planned);
    newer.open(&mut link).unwrap();
    assert!(older().back().plan(&mut link).unwrap().statements.iter().any(|it| it.contains("DROP INDEX")));
    older().back().migrate(&mut link).unwrap();
    older().open(&mut link).unwrap();
    // What was undone may be done again, and nobody takes the newer version for an older one.
    newer.migrate(&mut link).unwrap();
    newer.open(&mut link).unwrap();
    assert!(told(older().migrate(&mut link)).contains("since migration 4, 20"));
    older().back().migrate(&mut link).unwrap();
    older().open(&mut link).unwrap();
    // A version that never had just these tables is no older one.
    customer(vec![text("email"), text("needed"), optional(text("more"))]).migrate(&mut link).unwrap();
    link.close();
}

/// What happened, and what to do.
fn said(error: &NotReady) -> String {
    format!("{error}\n  fix: {}", error.fix().unwrap())
}

/// Who goes forward is never told to go back: neither behind `--back`, whoever made the tables, nor with tables as they were
/// before.
pub(super) fn a_newer_version_always_goes_forward(database: &Database) {
    let level = |max| field("level", Type::Int { min: 0, max });
    let customer = |fields: Vec<Field>| resource("customer", fields);
    let one = || wanted(vec![customer(vec![level(9)])]);
    let two = || wanted(vec![customer(vec![level(99)])]);
    let four = || {
        let mut four = customer(vec![level(99), optional(text("note"))]);
        four.uniques = vec![vec![1]];
        wanted(vec![four])
    };
    let mut link = Link::open(&database.target).unwrap();
    // The newest has made the tables, and none of the others has been there.
    four().open(&mut link).unwrap();
    assert!(!two().back().migrate(&mut link).unwrap().nothing);
    two().open(&mut link).unwrap();
    assert!(!four().migrate(&mut link).unwrap().nothing);
    four().open(&mut link).unwrap();
    // Now the database has seen them both, and knows which one is older.
    assert!(matches!(two().migrate(&mut link), Err(NotReady::Older(..))));
    two().back().migrate(&mut link).unwrap();
    four().migrate(&mut link).unwrap();
    link.close();
    // A version that nobody has seen is new, also if it takes less; but that may be a slip, and is said.
    let another = database.another();
    let mut link = Link::open(&another.target).unwrap();
    two().open(&mut link).unwrap();
    let lacks = ["table `customer`, column `level`: a whole number, from 0 to 99"];
    assert_eq!(one().plan(&mut link).unwrap().lacks, lacks);
    assert_eq!(one().migrate(&mut link).unwrap().lacks, lacks);
    let told = said(&two().migrate(&mut link).unwrap_err());
    assert!(told.contains("an older one has migrated by a slip"), "{told}");
    assert!(two().back().migrate(&mut link).unwrap().lacks.is_empty());
    two().open(&mut link).unwrap();
    // Words are a new version too: it has the tables that there were before, and is no older one.
    one().migrate(&mut link).unwrap();
    let described = || {
        let described = Field { describe: "How far.".to_owned(), ..level(99) };
        wanted(vec![customer(vec![described])])
    };
    assert!(!described().migrate(&mut link).unwrap().nothing);
    described().open(&mut link).unwrap();
    // Who has nothing to do was there as well.
    let mut again = schema(vec![customer(vec![level(99)])]);
    again.summary = "Again.".to_owned();
    let again = || Wanted::of(&again);
    assert!(again().migrate(&mut link).unwrap().nothing);
    four().migrate(&mut link).unwrap();
    assert!(matches!(again().migrate(&mut link), Err(NotReady::Older(..))));
    link.close();
}

/// The history of a field is read under all names that it had, so none of them can be that of another one.
pub(super) fn a_name_that_a_field_had_is_of_no_other(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    let customer = |fields: Vec<Field>| wanted(vec![resource("customer", fields)]);
    let phone = || optional(text("phone"));
    let mobile = || Field { was: vec!["phone".to_owned()], ..optional(text("mobile")) };
    customer(vec![text("email"), phone()]).open(&mut link).unwrap();
    customer(vec![text("email"), mobile()]).migrate(&mut link).unwrap();
    // Whether `was` was left out, as the compiler would have it, or not; also if the field has a third name by now.
    let cell = Field { was: vec!["mobile".to_owned()], ..optional(text("cell")) };
    for (other, now) in [(optional(text("mobile")), "mobile"), (mobile(), "mobile"), (cell, "cell")] {
        let told = customer(vec![text("email"), other, phone()]).plan(&mut link).unwrap_err().to_string();
        for part in [
            format!("column `phone`: `{now}` was called so, and its history is read under this name"),
            "fix: call the new field otherwise, and leave `was` with the field".to_owned(),
        ] {
            assert!(told.contains(&part), "`{part}` is not in\n{told}");
        }
    }
    // Without the field that was called so, it may be an older version, and is told what to do if it is not.
    let again = customer(vec![text("email"), phone(), optional(text("more"))]);
    let told = said(&again.plan(&mut link).unwrap_err());
    for part in
        ["column `phone`: it is called `mobile` since migration 2", "for something new take another name"]
    {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
    let back = Field { was: vec!["mobile".to_owned()], ..phone() };
    customer(vec![text("email"), back, optional(text("more"))]).migrate(&mut link).unwrap();
    link.close();
}

/// What is gone stays, and that is said once, with what may be meant.
pub(super) fn what_nobody_uses_any_more_is_told_once(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    let customer = |fields: Vec<Field>| resource("customer", fields);
    let before = wanted(vec![
        customer(vec![text("email"), optional(text("phone")), optional(field("old", Type::Bool))]),
        resource("ticket", vec![text("title")]),
    ]);
    before.open(&mut link).unwrap();
    let after = wanted(vec![customer(vec![text("email"), optional(text("mobile"))])]);
    let kept = [
        "table `customer`, column `phone`: no field of this version has it; it stays, with its values; if it is `mobile` now, say `was: phone` there before you migrate",
        "table `customer`, column `old`: no field of this version has it; it stays, with its values",
        "table `ticket`: no resource of this version has it; it stays, with its rows",
    ];
    let says = |made: &Migration, done| made.kept.iter().map(|it| it.says(done)).collect::<Vec<_>>();
    assert_eq!(says(&after.plan(&mut link).unwrap(), false), kept);
    let made = says(&after.migrate(&mut link).unwrap(), true);
    let after_it = "if it is `mobile` now, add `was: phone` there and migrate again, before a value is written under `mobile`";
    assert!(made[0].ends_with(after_it), "{made:#?}");
    assert_eq!(made[1..], kept[1..]);
    let again = wanted(vec![customer(vec![text("email"), optional(text("mobile")), optional(text("more"))])]);
    let made = again.migrate(&mut link).unwrap();
    assert_eq!((made.statements.len(), made.kept), (1, Vec::new()));
    // A field that is back is in use again.
    let back = wanted(vec![customer(vec![text("email"), optional(text("phone")), optional(text("most"))])]);
    assert_eq!(back.migrate(&mut link).unwrap().kept.len(), 2);
    assert_eq!(again.plan(&mut link).unwrap().kept.len(), 0, "it is an older one, and leaves all as it is");
    link.close();
}

/// A row that cannot be read breaks no rule: it is told of for what it is.
pub(super) fn a_new_rule_is_asked_of_what_can_be_read(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    first().open(&mut link).unwrap();
    for id in ["c1", "c2"] {
        insert(&mut link, id);
    }
    let long = "x".repeat(100_001);
    let update = format!("UPDATE \"customer\" SET \"email\" = '{long}' WHERE \"id\" = 'c1'");
    link.run_sql(sql(update)).unwrap();
    // What is new and may be absent is no reason to say less of the rest.
    let mut customer = resource("customer", vec![text("email"), optional(text("more"))]);
    customer.rules = vec![Rule { code: "never".to_owned(), holds: "false".to_owned() }];
    let rules: &[RowRules] = &[(0, |_| Ok(Some("never")))];
    let told = Wanted::with_rules(&schema(vec![customer]), rules).plan(&mut link).unwrap_err().to_string();
    for part in
        ["1 row would break one: `c2` (`never`)", "table `customer`: 1 row cannot be read: `c1` (`email` "]
    {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
    link.close();
}

pub(super) fn a_database_of_something_else_is_left_alone(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    link.run("CREATE TABLE theirs (x TEXT)").unwrap();
    assert!(matches!(first().open(&mut link), Err(NotReady::Foreign(_))));
    link.close();
    let mut link = Link::open(&database.target).unwrap();
    assert!(matches!(first().migrate(&mut link), Err(NotReady::Foreign(_))));
    link.close();
}

pub(super) fn a_refused_migration_does_nothing(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    first().open(&mut link).unwrap();
    insert(&mut link, "c1");
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

/// Whoever is about to write is not overtaken by a change that would have to wait for it: PostgreSQL keeps that out, and
/// a transaction on SQLite finds out before anything is written.
pub(super) fn who_writes_later_looks_again(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    first().open(&mut link).unwrap();
    let held = link.welcomed(first().welcome()).unwrap();
    let mut other = Link::open(&database.target).unwrap();
    let alone = wanted(vec![resource("customer", vec![text("email"), text("needed")])]);
    let made = alone.migrate(&mut other);
    let plan = Plan::new(Layout::of(&schema(Vec::new())), database.target.dialect());
    match database.target.dialect() {
        Dialect::Postgres => {
            let told = made.unwrap_err().to_string();
            assert!(told.starts_with("a service has a connection to this database"), "{told}");
            once(held, &plan, |_| Ok(())).unwrap().1.close();
            alone.migrate(&mut Link::open(&database.target).unwrap()).unwrap();
        }
        Dialect::Sqlite => {
            made.unwrap();
            let told = once(held, &plan, |_| Ok(())).map(drop).unwrap_err();
            assert!(matches!(&told, Fault::Outdated(why) if why.contains("`needed`")), "{told}");
        }
    }
    other.close();
}

/// However a change that runs alone has ended, nobody is kept out any more, though its connection is still held.
pub(super) fn a_migration_that_failed_keeps_nobody_out(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    first().open(&mut link).unwrap();
    link.run_sql(sql("CREATE TABLE \"ticket\" (\"by_hand\" BIGINT)")).unwrap();
    let alone = wanted(vec![
        resource("customer", vec![text("email"), text("needed")]),
        resource("ticket", vec![text("title")]),
    ]);
    assert!(!alone.plan(&mut link).unwrap().alone.is_empty());
    let failed = alone.migrate(&mut link);
    assert!(matches!(&failed, Err(NotReady::Fault(_))), "{failed:?}");
    Link::open(&database.target).unwrap().welcomed(first().welcome()).unwrap().close();
    let mut other = Link::open(&database.target).unwrap();
    other.run_sql(sql("DROP TABLE \"ticket\"")).unwrap();
    alone.migrate(&mut other).unwrap();
    other.close();
    link.close();
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

pub(super) fn of_services_that_start_at_once_one_makes_the_tables(database: &Database) {
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
