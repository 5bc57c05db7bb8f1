//! `was` that is said one migration too late, where calls have written the rows meanwhile.

use crate::versions::{Shop, version};
use opwright_runtime::store::link::sql;
use opwright_tests::database::Database;
use opwright_values::value::Value;

const ROWS: &str = "{ id: a, n: 1, credit: 50 }, { id: b, n: 1, credit: 5 }, { id: c, n: 1 }";

/// A shop whose `credit` is called `balance` since, which nobody has said.
fn renamed<'d>(database: &'d Database, default: &str) -> Shop<'d> {
    let mut shop = Shop::new(database, version("x: int", "credit: { type: int, default: 0 }", ROWS));
    shop.next(version("x: int", &format!("balance: {{ type: int{default} }}"), ""));
    shop
}

/// A rename is told as one, with the field, before anything is done.
pub(super) fn a_rename_is_told_with_its_field(database: &Database) {
    let first = version("x: int", "phone: { type: string, unique: true }", "{ id: a, n: 1, phone: p }");
    let shop = Shop::new(database, first);
    let late = version("x: int", "telephone: { type: string, unique: true, was: phone }", "");
    let (told, planned) = shop
        .with(|link| (late.wanted().open(link).unwrap_err().to_string(), late.wanted().plan(link).unwrap()));
    let said = "the database does not fit this service\n  table `item`, column `telephone`: the database calls it `phone`; \
                `was` says that it has another name now, and `migrate` renames it";
    assert_eq!(told, said);
    assert_eq!(planned.alone, ["`item.phone` is called `telephone` from now on"]);
}

/// The rows of the history that tell of a field.
fn told(shop: &Shop<'_>, key: &str) -> usize {
    let text = format!(
        "SELECT \"id\" FROM \"item__history\" WHERE \"before\" LIKE '%\"{key}\"%' OR \"after\" LIKE '%\"{key}\"%'"
    );
    shop.with(|link| link.fetch(&sql(text), Vec::new()).unwrap().len())
}

/// A call that writes another field knows this one, and tells of it; that makes nobody's value somebody's.
pub(super) fn a_default_that_calls_only_left_is_nobodys(server: &Database) {
    for (default, again, last) in [
        (", default: 0", ", default: 0", ", default: 0"),
        (", default: 0", ", default: 3", ", default: 4"),
        (", optional: true", ", optional: true", ", optional: true"),
        (", optional: true, default: 7", ", optional: true, default: 8", ""),
    ] {
        let database = server.another();
        let mut shop = renamed(&database, default);
        shop.count("a", 2);
        shop.count("a", 3);
        shop.write(|work| work.delete(0, "b").map(drop));
        // The default is another one since, and what was filled in is still the one of then.
        shop.next(version("x: int", &format!("balance: {{ type: int{again} }}"), ""));
        shop.count("c", 4);
        shop.next(version("x: int", &format!("balance: {{ type: int{last}, was: credit }}"), ""));
        assert_eq!(shop.numbers("balance"), [50, 5, 0].map(Some));
        assert_eq!(told(&shop, "balance"), 0, "it tells of what this field never had");
        shop.count("a", 9);
        shop.put("c", 2, Value::Int(1));
        assert_eq!(shop.numbers("balance"), [50, 5, 1].map(Some));
        shop.tamper("UPDATE \"item\" SET \"balance\" = 2 WHERE \"id\" = 'b'");
        let whole = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| shop.is_whole()));
        assert!(whole.is_err(), "what was written by another way is found");
    }
}

/// A part of an object that is always there has its default as a field has.
pub(super) fn a_default_that_is_in_an_object_is_nobodys_either(database: &Database) {
    let home = "home: { type: place }";
    let mut shop = Shop::new(
        database,
        version(
            "x: int, \"y\": { type: string, default: \"it's\" }",
            home,
            "{ id: a, n: 1, home: { x: 1, y: why } }",
        ),
    );
    shop.next(version("x: int, z: { type: string, default: \"that's \\\"so\\\"\" }", home, ""));
    shop.count("a", 2);
    shop.next(version("x: int, z: { type: string, default: that, was: \"y\" }", home, ""));
    let z = shop.with(|link| {
        let rows = link.fetch(&sql("SELECT \"home_z\" FROM \"item\""), Vec::new()).unwrap();
        rows[0][0].text().map(str::to_owned)
    });
    assert_eq!(z.as_deref(), Some("why"));
    assert_eq!(told(&shop, "z"), 0);
    shop.count("a", 3);
}

/// The same of two names behind one `was`, whichever is said first.
pub(super) fn of_several_names_one_that_calls_only_left_is_not_taken(server: &Database) {
    for was in ["[credit, balance]", "[balance, credit]"] {
        let database = server.another();
        let mut shop = renamed(&database, ", default: 0");
        shop.count("a", 2);
        shop.next(version("x: int", &format!("purse: {{ type: int, default: 0, was: {was} }}"), ""));
        assert_eq!(shop.numbers("purse"), [50, 5, 0].map(Some));
        shop.count("a", 3);
    }
}

/// What a call has put there, if it was the default, may be what somebody said.
pub(super) fn what_somebody_may_have_given_is_not_lost(server: &Database) {
    let late = version("x: int", "balance: { type: int, default: 0, was: credit }", "");
    let refused = |write: &dyn Fn(&Shop<'_>), row: &str, others: &str| {
        let database = server.another();
        let shop = renamed(&database, ", default: 0");
        write(&shop);
        let told = shop.refused(&late);
        let said = format!(
            "`credit` and `balance` both have columns, so `credit` cannot become `balance` any more: 1 row has had a value in `balance`: `{row}`; {others} in `credit`"
        );
        assert!(told.contains(&said), "{told}");
    };
    // A row that was made since.
    let made = |shop: &Shop<'_>| shop.insert(vec![Value::Text("d".to_owned()), Value::Int(1), Value::Int(0)]);
    refused(&made, "d", "2 rows have another value");
    // Another value, and the default again.
    let back = |shop: &Shop<'_>| {
        shop.put("b", 2, Value::Int(7));
        shop.put("b", 2, Value::Int(0));
    };
    refused(&back, "b", "2 rows have another value");
    let changed = |shop: &Shop<'_>| shop.put("a", 2, Value::Int(50));
    refused(&changed, "a", "1 row has another value");
    // One that was a default, but is not what was filled in there.
    let database = server.another();
    let mut shop = renamed(&database, ", default: 0");
    shop.next(version("x: int", "balance: { type: int, default: 3 }", ""));
    shop.put("b", 2, Value::Int(3));
    assert!(shop.refused(&late).contains("1 row has had a value in `balance`: `b`"));
}

/// Which moment `now` was, and what an object got, is not noted.
pub(super) fn what_no_note_tells_of_counts_as_given(server: &Database) {
    for (place, fields, late_place, late, column) in [
        (
            "x: int",
            ", at: { type: timestamp, default: now }",
            "x: int",
            ", at: { type: timestamp, default: now, was: since }",
            "at",
        ),
        (
            "x: int, z: { type: int, default: 2 }",
            "",
            "x: int, z: { type: int, default: 2, was: \"y\" }",
            "",
            "home_z",
        ),
    ] {
        let database = server.another();
        let home = "home: { type: place, optional: true }";
        let first = version(
            "x: int, \"y\": { type: int, default: 1 }",
            &format!("{home}, since: {{ type: timestamp, default: now }}"),
            "{ id: a, n: 1, home: { x: 1 } }",
        );
        let mut shop = Shop::new(&database, first);
        shop.next(version(place, &format!("{home}{fields}"), ""));
        let told = shop.refused(&version(late_place, &format!("{home}{late}"), ""));
        assert!(told.contains(&format!("1 row has had a value in `{column}`: `a`")), "{told}");
    }
}
