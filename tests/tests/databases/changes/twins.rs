//! `was` that is said one migration too late: the new name has a column, or a table, already.

use super::cases::made;
use super::{Spec, catalog, rows};
use opwright_runtime::schema::{NotReady, Wanted};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Link, sql};
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;

fn spec(yaml: &str) -> Spec {
    Spec::of(&made("twins", "", ""), yaml)
}

const SKU: &str = "type: box\nfields: { a: string, b: { type: string, optional: true } }\n---\nresource: item\nfields:\n  id: { type: id }\n  title: string\n  sku: { type: string, optional: true, unique: true }\n  kind: { type: string, optional: true }\n  pack: { type: box, optional: true }\n---\ndata: rows\nrows: { item: [{ id: a, title: one, sku: s1, kind: k, pack: { a: x, b: y } }, { id: b, title: two }] }";

/// The same later, with what stands in place of `sku`, `kind` and `b`, and with rows.
fn later(code: &str, kind: &str, b: &str, rows: &str) -> Spec {
    spec(&format!(
        "type: box\nfields: {{ a: string, c: {{ type: string, optional: true{b} }} }}\n---\nresource: item\nfields:\n  id: {{ type: id }}\n  title: string\n  code2: {{ type: string, optional: true, unique: true{code} }}\n  sort: {{ type: string, default: '-'{kind} }}\n  pack: {{ type: box, optional: true }}\n---\ndata: rows\nrows: {{ item: [{rows}] }}"
    ))
}

fn is_whole(spec: &Spec, link: &mut Link) {
    let report = verify(link, &Layout::of(&spec.schema), spec.service.rules).unwrap();
    assert_eq!(report.found, 0, "{:#?}", report.findings);
}

fn texts(link: &mut Link, text: &'static str) -> Vec<String> {
    let rows = link.fetch(&sql(text), Vec::new()).unwrap();
    rows.iter().map(|row| row[0].text().unwrap_or("-").to_owned()).collect()
}

fn refused(wanted: &Wanted, link: &mut Link) -> String {
    let told = wanted.migrate(link).unwrap_err();
    assert!(matches!(told, NotReady::Refused(_)), "{told}");
    link.reopen().unwrap();
    told.to_string()
}

/// What was never used makes room, whatever was filled in.
pub(in super::super) fn a_name_that_is_said_too_late_is_still_taken(database: &Database) {
    let first = spec(SKU);
    let mut link = Link::open(&database.target).unwrap();
    first.wanted().open(&mut link).unwrap();
    rows::insert(database, &first);
    let without = later("", "", "", "");
    assert_eq!(without.wanted().migrate(&mut link).unwrap().kept.len(), 3);
    is_whole(&without, &mut link);
    // `kind` may be absent, and what it becomes may be too: then it does not fit that it is filled.
    let third =
        later(", was: sku", "", ", was: b", "{ id: c, title: three, code2: s3, pack: { a: p, c: q } }");
    let told = third.wanted().open(&mut link).unwrap_err().to_string();
    assert!(told.contains("column `code2`: it was `sku`, and `sku` is still there"), "{told}");
    let planned = third.wanted().plan(&mut link).unwrap();
    let checked = "no row of \"item\" has ever had a value in \"code2\"";
    assert!(planned.checked.iter().any(|it| it == checked), "{planned:#?}");
    assert!(!planned.alone.is_empty(), "{planned:#?}");
    third.wanted().migrate(&mut link).unwrap();
    assert_eq!(texts(&mut link, "SELECT \"code2\" FROM \"item\" ORDER BY \"id\""), ["s1", "-"]);
    assert_eq!(texts(&mut link, "SELECT \"pack_c\" FROM \"item\" ORDER BY \"id\""), ["y", "-"]);
    third.wanted().open(&mut link).unwrap();
    assert!(third.wanted().plan(&mut link).unwrap().nothing);
    is_whole(&third, &mut link);
    rows::insert(database, &third);
    is_whole(&third, &mut link);
    // A default that was filled in is no value that anybody gave.
    let fourth = later(", was: sku", ", was: kind", ", was: b", "");
    let told = refused(&fourth.wanted(), &mut link);
    let used = "`kind` and `sort` both have columns, so `kind` cannot become `sort` any more: 1 row has had a value in `sort`: `c`; 0 rows have a value only in `kind`";
    assert!(told.contains(used), "{told}");
    link.run_sql(sql("DELETE FROM \"item__history\" WHERE \"id\" = 'c'")).unwrap();
    link.run_sql(sql("DELETE FROM \"item\" WHERE \"id\" = 'c'")).unwrap();
    link.run_sql(sql("UPDATE \"item\" SET \"kind\" = 'l' WHERE \"id\" = 'b'")).unwrap();
    fourth.wanted().migrate(&mut link).unwrap();
    assert_eq!(texts(&mut link, "SELECT \"sort\" FROM \"item\" ORDER BY \"id\""), ["k", "l"]);
    fourth.wanted().open(&mut link).unwrap();
    catalog::compare("twins", &mut link, &database.another(), &fourth);
    link.close();
}

/// What was used once, also if it is empty now, is not mixed with what another name holds.
pub(in super::super) fn a_name_that_is_said_after_it_was_used_is_refused(database: &Database) {
    let first = spec(SKU);
    let mut link = Link::open(&database.target).unwrap();
    first.wanted().open(&mut link).unwrap();
    rows::insert(database, &first);
    let second = later("", "", "", "{ id: c, title: three, code2: s3, pack: { a: p, c: q } }");
    second.wanted().migrate(&mut link).unwrap();
    rows::insert(database, &second);
    let third = later(", was: sku", "", ", was: b", "");
    let used = [
        "column `code2`: `sku` and `code2` both have columns, so `sku` cannot become `code2` any more: 1 row has had a value in `code2`: `c`; 1 row has a value only in `sku`",
        "column `pack_c`: `pack_b` and `pack_c` both have columns",
        "fix: leave `was` out, so that `sku` stays with its values",
    ];
    for cleared in [false, true] {
        if cleared {
            link.run_sql(sql("UPDATE \"item\" SET \"code2\" = NULL, \"pack_c\" = NULL")).unwrap();
        }
        let told = refused(&third.wanted(), &mut link);
        for part in used {
            assert!(told.contains(part), "`{part}` is not in\n{told}");
        }
    }
    assert!(third.wanted().open(&mut link).is_err(), "it would read the history of both as one");
    second.wanted().open(&mut link).unwrap();
    link.close();
}

/// The same for a resource.
pub(in super::super) fn a_resource_whose_name_is_said_too_late_is_still_taken(database: &Database) {
    let item = |name: &str, was: &str, row: &str| {
        spec(&format!(
            "resource: {name}\n{was}fields: {{ id: {{ type: id }}, title: {{ type: string, unique: true }} }}\n---\nresource: part\nfields: {{ id: {{ type: id }}, of: {{ type: ref, to: {name}, optional: true }} }}\n---\ndata: rows\nrows: {{ {name}: [{row}] }}"
        ))
    };
    let (first, second) = (item("thing", "", "{ id: a, title: one }"), item("item", "", ""));
    let third = item("item", "was: thing\n", "{ id: b, title: two }");
    let another = database.another();
    for (database, used) in [(database, false), (&another, true)] {
        let mut link = Link::open(&database.target).unwrap();
        first.wanted().open(&mut link).unwrap();
        rows::insert(database, &first);
        // A reference to another table is another type, and has another name.
        let told = second.wanted().plan(&mut link).unwrap_err().to_string();
        assert!(told.contains("column `of`"), "{told}");
        let second = spec(
            "resource: item\nfields: { id: { type: id }, title: { type: string, unique: true } }\n---\ndata: rows\nrows: { item: [{ id: c, title: three }] }",
        );
        second.wanted().migrate(&mut link).unwrap();
        if used {
            rows::insert(database, &second);
            let told = refused(&third.wanted(), &mut link);
            let both = "table `item`: `thing` and `item` both have tables, so `thing` cannot become `item` any more: 1 row has been in `item`: `c`; 1 row stayed in `thing`";
            assert!(told.contains(both), "{told}");
        } else {
            let told = third.wanted().open(&mut link).unwrap_err().to_string();
            assert!(told.contains("table `item`: it was `thing`, and `thing` is still there"), "{told}");
            third.wanted().migrate(&mut link).unwrap();
            assert_eq!(texts(&mut link, "SELECT \"title\" FROM \"item\""), ["one"]);
            third.wanted().open(&mut link).unwrap();
            assert!(third.wanted().plan(&mut link).unwrap().nothing);
            rows::insert(database, &third);
            is_whole(&third, &mut link);
            catalog::compare("twins", &mut link, &database.another(), &third);
        }
        link.close();
    }
}
