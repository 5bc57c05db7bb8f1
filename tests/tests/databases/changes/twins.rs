//! `was` that is said one migration too late: the new name has a column, or a table, already.

use super::cases::made;
use super::{Spec, catalog, rows};
use opwright_runtime::schema::{NotReady, Wanted};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Link, sql};
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;

pub(super) fn spec(yaml: &str) -> Spec {
    Spec::of(&made("twins", "", ""), yaml)
}

const SKU: &str = "type: box\nfields: { a: string, b: { type: string, optional: true } }\n---\nresource: item\nfields:\n  id: { type: id }\n  title: string\n  sku: { type: string, optional: true, unique: true }\n  kind: { type: string, optional: true }\n  pack: { type: box, optional: true }\n---\ndata: rows\nrows: { item: [{ id: a, title: one, sku: s1, kind: k, pack: { a: x, b: y } }, { id: b, title: two }] }";

/// The same later, with what stands in place of `sku`, `kind` and `b`, and with rows.
fn later(code: &str, kind: &str, b: &str, rows: &str) -> Spec {
    spec(&format!(
        "type: box\nfields: {{ a: string, c: {{ type: string, optional: true{b} }} }}\n---\nresource: item\nfields:\n  id: {{ type: id }}\n  title: string\n  code2: {{ type: string, optional: true, unique: true{code} }}\n  sort: {{ type: string, default: '-'{kind} }}\n  pack: {{ type: box, optional: true }}\n---\ndata: rows\nrows: {{ item: [{rows}] }}"
    ))
}

pub(super) fn is_whole(spec: &Spec, link: &mut Link) {
    let report = verify(link, &Layout::of(&spec.schema), spec.service.rules).unwrap();
    assert_eq!(report.found, 0, "{:#?}", report.findings);
}

pub(super) fn texts(link: &mut Link, text: &'static str) -> Vec<String> {
    let rows = link.fetch(&sql(text), Vec::new()).unwrap();
    rows.iter().map(|row| row[0].text().unwrap_or("-").to_owned()).collect()
}

pub(super) fn refused(wanted: &Wanted, link: &mut Link) -> String {
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
    let used = "`kind` and `sort` both have columns, so `kind` cannot become `sort` any more: 1 row has had a value in `sort`: `c`; 1 row has another value in `kind`";
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
        "column `code2`: `sku` and `code2` both have columns, so `sku` cannot become `code2` any more: 1 row has had a value in `code2`: `c`; 1 row has another value in `sku`",
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

/// Boxes, items and parts, as one version after another has them.
fn grown(of_box: &str, of_item: &str, part: &str, rows: &str) -> Spec {
    spec(&format!(
        "type: box\nfields: {{ a: string{of_box} }}\n---\nresource: item\nfields:\n  id: {{ type: id }}\n  title: string\n  pack: {{ type: box, optional: true }}\n{of_item}---\n{part}\n---\ndata: rows\nrows: {{ {rows} }}"
    ))
}

/// Several fields, a part and a resource at once: what was filled in under the old name is told apart from what was filled
/// into the column that made room.
pub(in super::super) fn what_was_filled_in_is_told_of_the_column_that_stayed(database: &Database) {
    let versions = [
        grown(
            "",
            "",
            "resource: part\nfields: { id: { type: id } }",
            "item: [{ id: a, title: one, pack: { a: x } }], part: [{ id: p }]",
        ),
        grown(
            ", b: { type: string, default: bb }",
            "  kind: { type: string, default: kk }\n  size: { type: int, default: 1 }\n",
            "resource: part\nfields: { id: { type: id }, name: { type: string, default: nn } }",
            "item: [{ id: b, title: two, kind: k, size: 7, pack: { a: x, b: y } }], part: [{ id: q, name: n }]",
        ),
        grown(
            ", c: { type: string, optional: true }",
            "  sort: { type: string, default: ss }\n  extent: { type: int, default: 2 }\n",
            "resource: piece\nfields: { id: { type: id }, label: { type: string, default: ll } }",
            "",
        ),
        grown(
            ", c: { type: string, optional: true, was: b }",
            "  sort: { type: string, default: s3, was: kind }\n  extent: { type: int, default: 3, was: size }\n",
            "resource: piece\nwas: part\nfields: { id: { type: id }, label: { type: string, default: l3, was: name } }",
            "item: [{ id: c, title: three }], piece: [{ id: r }]",
        ),
    ];
    let [first, second, third, fourth] = &versions;
    let mut link = Link::open(&database.target).unwrap();
    first.wanted().open(&mut link).unwrap();
    rows::insert(database, first);
    second.wanted().migrate(&mut link).unwrap();
    rows::insert(database, second);
    third.wanted().migrate(&mut link).unwrap();
    is_whole(third, &mut link);
    let planned = fourth.wanted().plan(&mut link).unwrap();
    assert_eq!(planned.checked.len(), 4, "{planned:#?}");
    fourth.wanted().migrate(&mut link).unwrap();
    is_whole(fourth, &mut link);
    rows::insert(database, fourth);
    is_whole(fourth, &mut link);
    let all = "SELECT \"sort\" || ' ' || \"extent\" || ' ' || COALESCE(\"pack_c\", '-') FROM \"item\" ORDER BY \"id\"";
    assert_eq!(texts(&mut link, all), ["kk 1 bb", "k 7 y", "s3 3 -"]);
    assert_eq!(texts(&mut link, "SELECT \"label\" FROM \"piece\" ORDER BY \"id\""), ["nn", "n", "l3"]);
    // What only the column that made room ever held, somebody has written by another way.
    for (row, table, column, now, written, told) in [
        ("a", "item", "sort", "'kk'", "'ss'", "it is \"ss\", and its history says nothing"),
        ("a", "item", "extent", "1", "2", "it is 2, and its history says nothing"),
        ("p", "piece", "label", "'nn'", "'ll'", "it is \"ll\", and its history says nothing"),
        ("b", "item", "sort", "'k'", "'kk'", "it is \"kk\", and its history says \"k\""),
    ] {
        let mut set = |value: &str| {
            let update = format!("UPDATE \"{table}\" SET \"{column}\" = {value} WHERE \"id\" = '{row}'");
            assert_eq!(link.execute(&sql(update), Vec::new()).unwrap(), 1);
            verify(&mut link, &Layout::of(&fourth.schema), fourth.service.rules).unwrap().findings
        };
        let found: Vec<String> = set(written).iter().map(ToString::to_string).collect();
        let wanted = format!("{table} `{row}`: `{column}` is not what its history ends with: {told}");
        assert_eq!(found, [wanted]);
        assert_eq!(set(now), []);
    }
    link.close();
}
