//! A service of several versions, one after another on the same rows: what their `migrate` fills in, and what `verify` says
//! of it later.

use crate::changes::Spec;
use crate::changes::rows;
use opwright_runtime::gateway::{Config, Gateway};
use opwright_runtime::schema::Wanted;
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Link, sql};
use opwright_runtime::store::unit::Access;
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;
use opwright_values::value::Value;

/// A database, and the version that is there just now.
struct Shop<'d> {
    database: &'d Database,
    version: Spec,
}

/// A version: an object `place`, a resource `item` with a number `n` and more, and rows that it makes.
fn version(place: &str, fields: &str, rows: &str) -> Spec {
    let yaml = format!(
        "type: place\nfields: {{ {place} }}\n---\n\
         resource: item\nfields: {{ id: {{ type: id }}, n: int, {fields} }}\n---\ndata: rows\nrows: {{ item: [{rows}] }}"
    );
    Spec::called(fields, &[], &yaml)
}

impl<'d> Shop<'d> {
    /// The first version, with its rows.
    fn new(database: &'d Database, version: Spec) -> Self {
        let shop = Shop { database, version };
        shop.with(|link| assert!(shop.version.wanted().open(link).unwrap()));
        rows::insert(database, &shop.version);
        shop.is_whole();
        shop
    }

    fn with<T>(&self, work: impl FnOnce(&mut Link) -> T) -> T {
        let mut link = Link::open(&self.database.target).unwrap();
        let done = work(&mut link);
        link.close();
        done
    }

    /// Another version migrates, and writes its rows.
    fn next(&mut self, version: Spec) {
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
    fn count(&self, id: &'static str, n: i64) {
        let config = Config::new(self.database.target.clone());
        let gateway = Gateway::start(self.version.service, &config).unwrap();
        let written = gateway.write_blocking(Access::default(), move |work| {
            work.start("count", 2);
            let mut row = work.load(0, id)?.unwrap().to_vec();
            row[1] = Value::Int(n);
            assert!(work.put(0, row)?);
            work.settle(true)
        });
        written.unwrap();
        self.is_whole();
    }

    /// Somebody else writes.
    fn tamper(&self, text: &str) {
        self.with(|link| assert_eq!(link.execute(&sql(text.to_owned()), Vec::new()).unwrap(), 1, "{text}"));
    }

    fn found(&self) -> Vec<String> {
        let report = self.with(|link| verify(link, &Layout::of(&self.version.schema), &[]).unwrap());
        report.findings.iter().map(ToString::to_string).collect()
    }

    fn is_whole(&self) {
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
