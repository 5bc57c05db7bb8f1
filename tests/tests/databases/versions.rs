//! A service of several versions, one after another on the same rows: what their `migrate` fills in, and what `verify` says
//! of it later.

use crate::changes::Spec;
use crate::changes::rows;
use opwright_runtime::gateway::{Config, Gateway};
use opwright_runtime::schema::Wanted;
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Fault, Link, sql};
use opwright_runtime::store::rules::RowRules;
use opwright_runtime::store::unit::{Access, Work};
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;
use opwright_values::value::Value;

/// A database, and the version that is there just now.
pub(super) struct Shop<'d> {
    database: &'d Database,
    version: Spec,
}

/// A version: an object `place`, a resource `item` with a number `n` and more, and rows that it makes.
pub(super) fn version(place: &str, fields: &str, rows: &str) -> Spec {
    ruled("[]", place, fields, rows)
}

/// The same with rules.
fn ruled(rules: &str, place: &str, fields: &str, rows: &str) -> Spec {
    let yaml = format!(
        "type: place\nfields: {{ {place} }}\n---\nresource: item\nfields: {{ id: {{ type: id }}, n: int, {fields} }}\n\
         rules: {rules}\n---\ndata: rows\nrows: {{ item: [{rows}] }}"
    );
    Spec::called(fields, S_IS_HIGH, &yaml)
}

/// What generated code would make of `row.s > 7`, with the fields `id`, `n`, `home` and `s`.
const S_IS_HIGH: &[RowRules] = &[(0, |row| match row.as_slice() {
    [_, _, _, Value::Int(s), ..] if *s <= 7 => Ok(Some("too_low")),
    _ => Ok(None),
})];

impl<'d> Shop<'d> {
    /// The first version, with its rows.
    pub(super) fn new(database: &'d Database, version: Spec) -> Self {
        let shop = Shop { database, version };
        shop.with(|link| assert!(shop.version.wanted().open(link).unwrap()));
        rows::insert(database, &shop.version);
        shop.is_whole();
        shop
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Link) -> T) -> T {
        let mut link = Link::open(&self.database.target).unwrap();
        let done = work(&mut link);
        link.close();
        done
    }

    /// Another version migrates, and writes its rows.
    pub(super) fn next(&mut self, version: Spec) {
        self.goes(version, |wanted| wanted);
    }

    fn goes(&mut self, version: Spec, how: impl FnOnce(Wanted) -> Wanted) {
        self.with(|link| how(version.wanted()).migrate(link).map(drop).unwrap());
        self.version = version;
        self.is_whole();
        rows::insert(self.database, &self.version);
        self.is_whole();
    }

    /// The gateway writes another number to a row.
    pub(super) fn count(&self, id: &'static str, n: i64) {
        self.put(id, 1, Value::Int(n));
    }

    /// The gateway writes another value to a field of a row.
    pub(super) fn put(&self, id: &'static str, field: usize, value: Value) {
        self.write(move |work| {
            let mut row = work.load(0, id)?.unwrap().to_vec();
            row[field].clone_from(&value);
            assert!(work.put(0, row)?);
            Ok(())
        });
    }

    /// The gateway adds a row.
    pub(super) fn insert(&self, row: Vec<Value>) {
        self.write(move |work| work.insert(0, row.clone()));
    }

    pub(super) fn write(&self, writes: impl Fn(&mut Work) -> Result<(), Fault> + Send + 'static) {
        let config = Config::new(self.database.target.clone());
        let gateway = Gateway::start(self.version.service, &config).unwrap();
        let written = gateway.write_blocking(Access::default(), move |work| {
            work.start("count", 2);
            writes(work)?;
            work.settle(true)
        });
        written.unwrap();
        self.is_whole();
    }

    /// Somebody else writes.
    pub(super) fn tamper(&self, text: &str) {
        self.with(|link| assert_eq!(link.execute(&sql(text.to_owned()), Vec::new()).unwrap(), 1, "{text}"));
    }

    fn found(&self) -> Vec<String> {
        let report = self.with(|link| verify(link, &Layout::of(&self.version.schema), &[]).unwrap());
        // Which values these are is tested elsewhere.
        let words = |text: String| text.split(": it is ").next().unwrap_or_default().to_owned();
        report.findings.iter().map(|finding| words(finding.to_string())).collect()
    }

    /// What stands in a column of numbers, by id.
    pub(super) fn numbers(&self, column: &str) -> Vec<Option<i64>> {
        let text = sql(format!("SELECT \"{column}\" FROM \"item\" ORDER BY \"id\""));
        let rows = self.with(|link| link.fetch(&text, Vec::new()).unwrap());
        rows.iter().map(|row| row[0].int()).collect()
    }

    /// Why another version does not migrate.
    pub(super) fn refused(&self, version: &Spec) -> String {
        self.with(|link| version.wanted().plan(link).unwrap_err().to_string())
    }

    pub(super) fn is_whole(&self) {
        assert_eq!(self.found(), Vec::<String>::new());
    }
}

pub(super) fn what_was_filled_in_is_right_though_its_default_is_gone(server: &Database) {
    // Each time with a write by the version that has filled in, or without.
    for writes in [false, true] {
        let database = server.another();
        let home = "home: { type: place, optional: true }, work: { type: place, optional: true }";
        let mut shop =
            Shop::new(&database, version("x: int", home, "{ id: a, n: 1, home: { x: 1 } }, { id: b, n: 1 }"));
        shop.next(version(
            "x: int, y: { type: int, default: 9 }",
            &format!("{home}, at: {{ type: timestamp, default: now }}, m: {{ type: int, default: 5 }}"),
            "{ id: c, n: 1, home: { x: 1, y: 2 } }",
        ));
        if writes {
            shop.count("a", 2);
            shop.count("b", 2);
        }
        shop.next(version(
            "x: int, y: { type: int, optional: true }",
            &format!("{home}, at: {{ type: timestamp, optional: true }}, m: {{ type: int, optional: true }}"),
            "{ id: d, n: 1, home: { x: 1 } }",
        ));
        for id in ["a", "b", "c", "d"] {
            shop.count(id, 3);
        }
        shop.tamper("UPDATE \"item\" SET \"m\" = 6 WHERE \"id\" = 'a'");
        assert_eq!(shop.found(), ["item `a`: `m` is not what its history ends with"]);
        shop.tamper("UPDATE \"item\" SET \"m\" = 5, \"home_y\" = 8 WHERE \"id\" = 'a'");
        assert_eq!(shop.found(), ["item `a`: `home` is not what its history ends with"]);
    }
}

pub(super) fn what_never_had_a_default_was_not_filled_in(database: &Database) {
    let home = "home: { type: place, optional: true }";
    let mut shop =
        Shop::new(database, version("x: int", home, "{ id: a, n: 1, home: { x: 1 } }, { id: b, n: 1 }"));
    let more =
        format!("{home}, m: {{ type: int, optional: true }}, other: {{ type: place, optional: true }}");
    shop.next(version("x: int, y: { type: int, optional: true }", &more, "{ id: c, n: 1, home: { x: 1 } }"));
    for (set, found) in [
        ("\"home_y\" = 8", "`home` is not what its history ends with"),
        ("\"home_y\" = NULL, \"m\" = 4", "`m` is not what its history ends with"),
        ("\"m\" = NULL, \"other_x\" = 4", "`other` is not what its history ends with"),
    ] {
        shop.tamper(&format!("UPDATE \"item\" SET {set} WHERE \"id\" = 'a'"));
        assert_eq!(shop.found(), [format!("item `a`: {found}")]);
    }
}

/// A service that does not know a field may have made the row, or a migration filled it: nobody writes that down.
pub(super) fn of_what_no_history_tells_each_default_is_right(database: &Database) {
    let of = |default: i64| format!("m: {{ type: int, optional: true, default: {default} }}");
    let mut shop = Shop::new(database, version("x: int", &of(5), "{ id: b, n: 1 }"));
    shop.insert(vec![Value::Text("a".to_owned()), Value::Int(1), Value::Null]);
    shop.count("a", 2);
    shop.next(version("x: int", &of(6), "{ id: c, n: 1 }"));
    let set = |id: &str, m: &str| {
        shop.tamper(&format!("UPDATE \"item\" SET \"m\" = {m} WHERE \"id\" = '{id}'"));
    };
    for m in ["5", "6", "NULL"] {
        set("a", m);
        shop.is_whole();
    }
    set("a", "7");
    assert_eq!(shop.found(), ["item `a`: `m` is not what its history ends with"]);
    set("a", "5");
    // From then on it is told.
    shop.count("a", 3);
    for (id, m) in [("a", "6"), ("b", "6"), ("c", "NULL")] {
        set(id, m);
    }
    assert_eq!(shop.found().len(), 3);
}

pub(super) fn what_was_given_up_comes_back_with_its_default(database: &Database) {
    let home = "home: { type: place, optional: true }";
    let older =
        |rows| version("x: int", &format!("{home}, s: int, t: {{ type: int, optional: true }}"), rows);
    let newer = |rows| version("x: int, y: { type: int, default: 9 }", home, rows);
    let mut shop = Shop::new(
        database,
        older("{ id: a, n: 1, home: { x: 1 }, s: 1, t: 1 }, { id: b, n: 1, s: 1, t: 1 }"),
    );
    // It is told that there is none.
    shop.put("b", 4, Value::Null);
    shop.next(newer(""));
    shop.goes(older("{ id: c, n: 1, home: { x: 1 }, s: 1 }"), Wanted::back);
    shop.next(newer("{ id: d, n: 1, home: { x: 1, y: 2 } }, { id: e, n: 1 }"));
    let none = None;
    // The object that was made meanwhile gets its part, and no other row does.
    assert_eq!(shop.numbers("home_y"), [Some(9), none, Some(9), Some(2), none]);
    // The newer version can give no row an `s`.
    let told = shop.with(|link| older("").wanted().back().plan(link).unwrap_err().to_string());
    assert!(
        told.contains("column `s`: it is required now, and 2 rows have no value there: `d`, `e`"),
        "{told}"
    );
    assert!(told.contains("fix: give it a `default`: these rows get it"), "{told}");
    let fields = format!("{home}, s: {{ type: int, default: 7 }}, t: {{ type: int, default: 8 }}");
    shop.next(version("x: int", &fields, "{ id: f, n: 1, home: { x: 1 } }"));
    assert_eq!(shop.numbers("s"), [1, 1, 1, 7, 7, 7].map(Some));
    assert_eq!(shop.numbers("t"), [1, 8, 8, 8, 8, 8].map(Some));
    shop.goes(newer("{ id: g, n: 1, home: { x: 1, y: 3 } }"), Wanted::back);
    assert_eq!(shop.numbers("home_y"), [Some(9), none, Some(9), Some(2), none, Some(9), Some(3)]);
    for id in ["a", "b", "c", "d", "e", "f", "g"] {
        shop.count(id, 4);
    }
    shop.tamper("UPDATE \"item\" SET \"home_y\" = 8 WHERE \"id\" = 'f'");
    assert_eq!(shop.found(), ["item `f`: `home` is not what its history ends with"]);
}

pub(super) fn what_was_given_up_and_has_no_default_says_what_to_do(database: &Database) {
    let home = "home: { type: place, optional: true }";
    let mut shop = Shop::new(
        database,
        version("x: int, y: int", &format!("{home}, s: int"), "{ id: a, n: 1, home: { x: 1, y: 2 }, s: 1 }"),
    );
    shop.next(version("x: int", home, "{ id: b, n: 1, home: { x: 1 } }, { id: c, n: 1 }"));
    let told = shop.refused(&version(
        "x: int, y: { type: int, optional: true }",
        &format!("{home}, s: int, m: int"),
        "",
    ));
    for part in [
        "column `s`: it is required now, and 2 rows have no value there: `b`, `c`\n    fix: give it a `default`: these rows get it",
        "column `m`: it is new",
    ] {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
    let told = shop.refused(&version("x: int, y: int, z: { type: int, optional: true }", home, ""));
    assert!(
        told.contains("column `home_y`: it is required now, and 1 row has no value there: `b`"),
        "{told}"
    );
    assert!(told.contains("fix: give it a `default`"), "{told}");
    let unique = "s: { type: int, default: 7, unique: true }";
    let told = shop.refused(&version("x: int", &format!("{home}, {unique}"), ""));
    assert!(
        told.contains("fix: make it `optional: true`: the version that migrated last did not know it"),
        "{told}"
    );
    // Rules are asked of what rows will have.
    let rules = "[{ require: row.s > 7, refuse: too_low }]";
    let told = shop.refused(&ruled(rules, "x: int", &format!("{home}, s: {{ type: int, default: 7 }}"), ""));
    assert!(told.contains("3 rows would break one: `a`, `b`, `c` (`too_low`)"), "{told}");
    assert!(!told.contains("no value"), "{told}");
    // An object of which only one part tells is there where that is.
    shop.next(version("x: int", "s: { type: int, optional: true }", "{ id: d, n: 1 }"));
    shop.goes(version("x: int", home, "{ id: e, n: 1, home: { x: 2 } }"), Wanted::back);
    let none = None;
    assert_eq!(shop.numbers("home_x"), [Some(1), Some(1), none, none, Some(2)]);
    // What the version before knows it can give a value.
    shop.next(version("x: int", &format!("{home}, t: {{ type: int, optional: true }}"), "{ id: f, n: 1 }"));
    let told = shop.refused(&version("x: int", &format!("{home}, t: {{ type: int, default: 1 }}"), ""));
    assert!(
        told.contains("fix: give them a value with an operation of the version that fits this database now"),
        "{told}"
    );
}
