//! Several names behind one `was`, of which more than one still has a column, or a table.

use super::twins::{is_whole, refused, spec, texts};
use super::{Spec, catalog, rows};
use opwright_runtime::store::link::Link;
use opwright_tests::database::Database;

/// Items with some fields and rows.
fn items(fields: &str, rows: &str) -> Spec {
    spec(&format!(
        "type: box\nfields: {{ a: string }}\n---\nresource: item\nfields:\n  id: {{ type: id }}\n  title: string\n{fields}---\ndata: rows\nrows: {{ item: [{rows}] }}"
    ))
}

/// Whichever stands first in the list.
const ORDERS: [&str; 2] = ["sku, code", "code, sku"];
const PACKS: [&str; 2] = ["sack, case", "case, sack"];

fn named(was: &str, packs: &str, default: &str) -> Spec {
    items(
        &format!(
            "  name: {{ type: string, unique: true, optional: true, was: [{was}] }}\n  sort: {{ type: string, default: {default}, was: [kind, class] }}\n  \
             pack: {{ type: box, optional: true, was: [{packs}] }}\n"
        ),
        "{ id: z, title: last, name: n9, pack: { a: q } }",
    )
}

/// What nothing ever used makes room, whether it was the earlier or the later one.
pub(in super::super) fn of_several_names_the_one_that_was_used_is_taken(database: &Database) {
    for (at, (was, packs)) in ORDERS.iter().zip(PACKS).enumerate() {
        for first_used in [true, false] {
            let (one, two) = if first_used {
                ("{ id: a, title: one, sku: s1, kind: k, sack: { a: x } }", "")
            } else {
                ("", "{ id: b, title: two, code: s2, class: k, case: { a: x } }")
            };
            let first = items(
                "  sku: { type: string, optional: true, unique: true }\n  kind: { type: string, default: k1 }\n  sack: { type: box, optional: true }\n",
                one,
            );
            let second = items(
                "  code: { type: string, optional: true }\n  class: { type: string, default: k2 }\n  case: { type: box, optional: true }\n",
                two,
            );
            let another = database.another();
            let database = if at == 0 && first_used { database } else { &another };
            let mut link = Link::open(&database.target).unwrap();
            first.wanted().open(&mut link).unwrap();
            rows::insert(database, &first);
            second.wanted().migrate(&mut link).unwrap();
            rows::insert(database, &second);
            let third = named(was, packs, "k3");
            let planned = third.wanted().plan(&mut link).unwrap();
            let gone = if first_used { "code" } else { "sku" };
            let checked = format!("no row of \"item\" has ever had a value in \"{gone}\"");
            assert!(planned.checked.contains(&checked), "{planned:#?}");
            assert_eq!(planned.kept, [], "{planned:#?}");
            third.wanted().migrate(&mut link).unwrap();
            let names = texts(&mut link, "SELECT \"name\" FROM \"item\" ORDER BY \"id\"");
            assert_eq!(names, [if first_used { "s1" } else { "s2" }]);
            let packs = texts(&mut link, "SELECT \"pack_a\" FROM \"item\" ORDER BY \"id\"");
            assert_eq!(packs, ["x"]);
            let sorts = texts(&mut link, "SELECT \"sort\" FROM \"item\" ORDER BY \"id\"");
            assert_eq!(sorts, ["k"]);
            assert!(!third.wanted().open(&mut link).unwrap());
            assert!(third.wanted().plan(&mut link).unwrap().nothing);
            is_whole(&third, &mut link);
            rows::insert(database, &third);
            is_whole(&third, &mut link);
            catalog::compare("rivals", &mut link, &database.another(), &third);
            // In which order the names are said is no change.
            let swapped = named(ORDERS[1 - at], PACKS[1 - at], "k3");
            swapped.wanted().migrate(&mut link).unwrap();
            assert!(swapped.wanted().plan(&mut link).unwrap().nothing);
            is_whole(&swapped, &mut link);
            link.close();
        }
    }
}

/// Nobody's values stay behind without a word.
pub(in super::super) fn two_names_that_were_both_used_are_refused(database: &Database) {
    let first = items("  sku: { type: string, default: a }\n", "{ id: a, title: one, sku: SKU1 }");
    let second = items("  code: { type: string, default: b }\n", "{ id: b, title: two, code: CODE2 }");
    let third = |was: &str| {
        items(&format!("  name: {{ type: string, default: c, was: {was} }}\n"), "{ id: z, title: last }")
    };
    let mut link = Link::open(&database.target).unwrap();
    first.wanted().open(&mut link).unwrap();
    rows::insert(database, &first);
    second.wanted().migrate(&mut link).unwrap();
    rows::insert(database, &second);
    for (was, said) in [
        (
            "[sku, code]",
            "column `name`: `sku` and `code` both have columns, so only one of them can become `name`: 1 row has had a value in `code`: `b`; 1 row has had one in `sku`",
        ),
        (
            "[code, sku]",
            "column `name`: `code` and `sku` both have columns, so only one of them can become `name`: 1 row has had a value in `sku`: `a`; 1 row has had one in `code`",
        ),
    ] {
        let told = refused(&third(was).wanted(), &mut link);
        assert!(told.contains(said), "{told}");
        assert!(told.contains("fix: leave `"), "{told}");
    }
    assert_eq!(texts(&mut link, "SELECT \"code\" FROM \"item\" ORDER BY \"id\""), ["b", "CODE2"]);
    is_whole(&second, &mut link);
    // What is said there to do helps.
    let one = third("sku");
    let made = one.wanted().migrate(&mut link).unwrap();
    assert!(made.kept.iter().any(|it| it.says(true).contains("column `code`")), "{made:#?}");
    assert_eq!(texts(&mut link, "SELECT \"name\" FROM \"item\" ORDER BY \"id\""), ["SKU1", "a"]);
    is_whole(&one, &mut link);
    link.close();
}

/// The same for resources, and for what refers to them.
pub(in super::super) fn of_several_resources_the_one_that_was_used_is_taken(database: &Database) {
    let resource = |name: &str, was: &str, row: &str| {
        let part =
            "resource: part\nfields: { id: { type: id }, of: { type: ref, to: ware, optional: true } }";
        let part = if name == "ware" { part } else { "resource: part\nfields: { id: { type: id } }" };
        spec(&format!(
            "resource: {name}\n{was}fields: {{ id: {{ type: id }}, title: {{ type: string, unique: true }} }}\n---\n{part}\n---\ndata: rows\nrows: {{ {name}: [{row}] }}"
        ))
    };
    let row = |used: bool, row: &'static str| if used { row } else { "" };
    for (first_used, second_used) in [(true, true), (true, false), (false, true)] {
        let first = resource("item", "", row(first_used, "{ id: a, title: one }"));
        let second = resource("prod", "", row(second_used, "{ id: b, title: two }"));
        let another = database.another();
        let mut link = Link::open(&another.target).unwrap();
        first.wanted().open(&mut link).unwrap();
        rows::insert(&another, &first);
        second.wanted().migrate(&mut link).unwrap();
        rows::insert(&another, &second);
        for was in ["was: [item, prod]\n", "was: [prod, item]\n"] {
            let third = resource("ware", was, "{ id: z, title: last }");
            if first_used && second_used {
                let told = refused(&third.wanted(), &mut link);
                assert!(told.contains("table `ware`: `"), "{told}");
                assert!(told.contains("both have tables, so only one of them can become `ware`"), "{told}");
                assert!(told.contains("1 row has been in `"), "{told}");
                continue;
            }
            let planned = third.wanted().plan(&mut link).unwrap();
            let gone = if first_used { "prod" } else { "item" };
            assert_eq!(planned.checked, [format!("\"{gone}\" has never had a row")], "{planned:#?}");
        }
        if !(first_used && second_used) {
            let third = resource("ware", "was: [item, prod]\n", "{ id: z, title: last }");
            third.wanted().migrate(&mut link).unwrap();
            let titles = texts(&mut link, "SELECT \"title\" FROM \"ware\"");
            assert_eq!(titles, [if first_used { "one" } else { "two" }]);
            assert!(third.wanted().plan(&mut link).unwrap().nothing);
            rows::insert(&another, &third);
            is_whole(&third, &mut link);
            catalog::compare("rivals", &mut link, &database.another(), &third);
        }
        link.close();
    }
}
