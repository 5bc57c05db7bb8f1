//! Who refers to a row keeps it, in whatever form it does.

use super::shop::{batches, id, job, run};
use opwright_runtime::store::batch::{Batches, End};
use opwright_runtime::store::ddl;
use opwright_runtime::store::deleting::Deleting;
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Arg, Cell, Dialect, Fault, Link, sql};
use opwright_runtime::store::unit::{Deletion, InUse, Plan, Work};
use opwright_tests::database::Database;
use opwright_tests::schemas::{field, optional, reference, resource, schema, text};
use opwright_values::schema::{Collection, Field, Type};
use opwright_values::value::Value;
use std::sync::mpsc::channel;

const FLIGHT: usize = 0;
const TRIP: usize = 1;

fn list(of: Type) -> Type {
    Type::List { of: Box::new(of), min: 0, max: 9, distinct: false }
}

fn map(of: Type) -> Type {
    Type::Map { of: Box::new(of), min: 0, max: 9 }
}

fn leg() -> Type {
    Type::Object {
        name: "leg".to_owned(),
        fields: vec![optional(text("seat")), optional(field("flight", reference("flight")))],
    }
}

/// A trip refers to flights in every form that there is.
fn fields() -> Vec<Field> {
    vec![
        optional(field("first", reference("flight"))),
        optional(field("leg", leg())),
        field("all", list(reference("flight"))),
        field("by_day", map(reference("flight"))),
        field("legs", list(leg())),
        field("nested", map(list(list(reference("flight"))))),
        field("note", list(Type::Text { min: 0, max: 99, pattern: None, lines: false })),
    ]
}

fn nothing() -> Vec<Value> {
    let none = || Value::List(Vec::new());
    vec![
        id("t"),
        Value::Null,
        Value::Null,
        none(),
        Value::Map([].into()),
        none(),
        Value::Map([].into()),
        Value::List(vec![id("f"), id("it's \"f\"")]),
    ]
}

/// Each way to refer to a flight: the field, and its value.
fn ways() -> Vec<(usize, Value)> {
    let leg = |flight: Value| Value::Object(vec![Value::Null, flight]);
    let one = |value: Value| Value::Map([("it's \"it\"".to_owned(), value)].into());
    vec![
        (1, id("f")),
        (2, leg(id("f"))),
        (3, Value::List(vec![id("g"), id("f")])),
        (4, one(id("f"))),
        (5, Value::List(vec![Value::Object(vec![id("f"), Value::Null]), leg(id("f"))])),
        (6, one(Value::List(vec![Value::List(Vec::new()), Value::List(vec![id("f")])]))),
    ]
}

/// Does it in one call; tells how it ended.
fn done(
    batches: &mut Batches,
    body: impl Fn(&mut Work) -> Result<Deletion, Fault> + Send + 'static,
) -> String {
    let (said, heard) = channel();
    let told = job(&[], move |work, _| {
        work.start("call", 1_000);
        let deletion = body(work)?;
        said.send(format!("{deletion:?}")).unwrap();
        work.settle(matches!(deletion, Deletion::Done(_)))
    });
    assert_eq!(run(batches, vec![told]), [End::Committed]);
    heard.try_iter().last().unwrap()
}

fn deleted(rows: &[(usize, &str)]) -> String {
    format!("{:?}", Deletion::Done(rows.iter().map(|(table, id)| (*table, (*id).into())).collect()))
}

pub(crate) fn whoever_refers_to_a_row_keeps_it(database: &Database) {
    let layout =
        Layout::of(&schema(vec![resource("flight", vec![text("name")]), resource("trip", fields())]));
    let mut link = Link::open(&database.target).unwrap();
    for statement in ddl::create(&layout, database.target.dialect()) {
        link.run_sql(sql(statement)).unwrap();
    }
    link.close();
    let plan = Plan::new(layout, database.target.dialect());
    let mut batches = batches(&database.target, &plan, false);
    let begun = done(&mut batches, |work| {
        work.insert(FLIGHT, vec![id("f"), id("F")])?;
        work.insert(FLIGHT, vec![id("g"), id("G")])?;
        work.insert(TRIP, nothing())?;
        Ok(Deletion::Done(Vec::new()))
    });
    assert_eq!(begun, deleted(&[]));
    for (field, value) in ways() {
        let used = format!("{:?}", Deletion::InUse(InUse { table: TRIP, field, id: "t".to_owned() }));
        let mut row = nothing();
        row[field] = value;
        // Where the batch has not written it, and where it has.
        let same = row.clone();
        let unwritten = done(&mut batches, move |work| {
            work.put(TRIP, same.clone())?;
            work.delete(FLIGHT, "f")
        });
        assert_eq!(unwritten, used, "{row:?}");
        done(&mut batches, move |work| {
            work.put(TRIP, row.clone())?;
            Ok(Deletion::Done(Vec::new()))
        });
        assert_eq!(done(&mut batches, |work| work.delete(FLIGHT, "f")), used);
        done(&mut batches, move |work| {
            work.put(TRIP, nothing())?;
            Ok(Deletion::Done(Vec::new()))
        });
    }
    // A text that looks like the id is none.
    assert_eq!(done(&mut batches, |work| work.delete(FLIGHT, "f")), deleted(&[(FLIGHT, "f")]));
}

/// A unique reference has two indexes: the one that keeps it unique holds no deleted row, and is not used on PostgreSQL where
/// those are looked for that refer to a row.
pub(crate) fn a_unique_reference_is_found_by_an_index_of_all_rows(database: &Database) {
    let mut trip = resource("trip", vec![field("flight", reference("flight"))]);
    (trip.owner, trip.uniques, trip.indexes) = (Some(1), vec![vec![1]], vec![vec![1]]);
    let mut flight = resource("flight", vec![]);
    flight.collections = vec![Collection {
        name: "trips".to_owned(),
        of: 1,
        through: 1,
        owned: true,
        size: 9,
        order: vec![],
        only: None,
    }];
    let layout = Layout::of(&schema(vec![flight, trip]));
    let mut link = Link::open(&database.target).unwrap();
    let dialect = link.dialect();
    for statement in ddl::create(&layout, dialect) {
        link.run_sql(sql(statement)).unwrap();
    }
    if dialect == Dialect::Postgres {
        link.run("SET enable_seqscan = off").unwrap();
    }
    let ids = |ids: &[&str]| match dialect {
        Dialect::Sqlite => Arg::Text(serde_json::to_string(ids).unwrap()),
        Dialect::Postgres => Arg::Texts(ids.iter().map(|id| Some((*id).to_owned())).collect()),
    };
    let deleting = Deleting::of(layout.table(FLIGHT).unwrap(), &layout, dialect);
    let came_along = (&deleting.came_along.first().unwrap().1, vec![Arg::Text("f".to_owned())]);
    let referring = (&deleting.referring.first().unwrap().text, vec![ids(&["f"]), ids(&[])]);
    let asked = if dialect == Dialect::Sqlite { vec![came_along] } else { vec![came_along, referring] };
    for (text, args) in asked {
        let explain = if dialect == Dialect::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
        let lines = link.fetch(&sql(format!("{explain} {}", text.as_str())), args).unwrap();
        let lines: Vec<&str> = lines.iter().flatten().filter_map(Cell::text).collect();
        assert!(lines.join("\n").contains("trip.flight.index"), "{}\n{}", text.as_str(), lines.join("\n"));
    }
    link.close();
}
