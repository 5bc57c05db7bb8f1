//! What a change may have been meant as, and what is said of who runs beside it.

use super::Spec;
use super::cases::made;
use super::rows;
use opwright_runtime::schema::NotReady;
use opwright_runtime::store::link::Link;
use opwright_tests::database::Database;

/// Customers with a field.
fn customers(field: &str) -> Spec {
    let yaml = format!(
        "resource: customer\nfields:\n  id: {{ type: id }}\n  {field}\n---\ndata: rows\nrows: {{ customer: [{{ id: a, phone: '1' }}, {{ id: b, phone: '2' }}] }}"
    );
    Spec::of(&made("meant", "", ""), &yaml)
}

fn other(field: &str) -> Spec {
    let yaml = format!("resource: customer\nfields:\n  id: {{ type: id }}\n  {field}");
    Spec::of(&made("meant", "", ""), &yaml)
}

fn contains(told: &str, parts: &[&str]) {
    for part in parts {
        let (part, there) = part.strip_prefix('!').map_or((*part, true), |part| (part, false));
        assert_eq!(told.contains(part), there, "`{part}` {there}\n{told}");
    }
}

/// A required field that is new may be one that is there, and a name behind `was` may be a slip.
pub(in super::super) fn a_new_field_may_be_one_that_is_there(database: &Database) {
    let first = customers("phone: string");
    let mut link = Link::open(&database.target).unwrap();
    first.wanted().open(&mut link).unwrap();
    rows::insert(database, &first);
    let like = "     or: if it is what `phone` was until now, say `was: phone` there";
    let slip = "     or: mend its former name, `was: fone`: the database has no such column";
    for (field, parts) in [
        ("telephone: string", &[like, "!fone"][..]),
        ("telephone: { type: string, was: fone }", &[like, slip]),
        ("telephone: { type: int, was: fone }", &[slip, "!if it is what"]),
    ] {
        contains(&other(field).wanted().plan(&mut link).unwrap_err().to_string(), parts);
    }
    let yaml = "resource: customer\nfields:\n  id: { type: id }\n  phone: string\n  fax: { type: string, optional: true, was: fone }\n---\nresource: item\nwas: [thing, part]\nfields: { id: { type: id } }";
    let slips = Spec::of(&made("meant", "", ""), yaml);
    let unknown = [
        "table `item`: `was: thing, part`: the database has no such table",
        "table `customer`, column `fax`: `was: fone`: the database has no such column",
    ];
    assert_eq!(slips.wanted().plan(&mut link).unwrap().unknown, unknown);
    assert_eq!(slips.wanted().migrate(&mut link).unwrap().unknown, unknown);
    assert!(slips.wanted().plan(&mut link).unwrap().unknown.is_empty());
    link.close();
}

/// Who goes back to a name is told the line for it, and nobody is called older who may be newer.
pub(in super::super) fn what_is_said_is_true_in_either_direction(database: &Database) {
    let first = other("phone: { type: string, optional: true }");
    let required = other("phone: string");
    let renamed = other("telephone: { type: string, was: phone }");
    let mut link = Link::open(&database.target).unwrap();
    first.wanted().open(&mut link).unwrap();
    let alone = required.wanted().migrate(&mut link).unwrap().alone;
    assert_eq!(
        alone,
        [
            "a service of another version may leave table `customer`, column `phone` empty, which is not allowed any more"
        ]
    );
    let alone = first.wanted().back().migrate(&mut link).unwrap().alone;
    assert_eq!(
        alone,
        [
            "table `customer`, column `phone` may be empty, and a service of another version takes it that there is a value"
        ]
    );
    rows::insert(database, &customers("phone: { type: string, optional: true }"));
    link.run("UPDATE \"customer\" SET \"phone\" = NULL WHERE \"id\" = 'a'").unwrap();
    let told = required.wanted().plan(&mut link).unwrap_err().to_string();
    contains(&told, &["give them a value with an operation of the version that fits this database now"]);
    link.run("UPDATE \"customer\" SET \"phone\" = '1'").unwrap();
    renamed.wanted().migrate(&mut link).unwrap();
    let told = first.wanted().plan(&mut link).unwrap_err();
    assert!(matches!(told, NotReady::Older(..)), "{told}");
    contains(&told.fix().unwrap().to_string(), &["say `phone: { …, was: telephone }`; for something new"]);
    link.close();
    // So with an object around it, and a resource.
    let spec = |yaml: &str| Spec::of(&made("meant", "", ""), yaml);
    let before = spec(
        "type: place\nfields: { city: string, zip: string }\n---\nresource: item\nfields: { id: { type: id }, home: { type: place, optional: true } }",
    );
    let after = spec(
        "type: place\nfields: { city: string, zip: string }\n---\nresource: thing\nwas: item\nfields: { id: { type: id }, address: { type: place, optional: true, was: home } }",
    );
    let another = database.another();
    let mut link = Link::open(&another.target).unwrap();
    before.wanted().open(&mut link).unwrap();
    after.wanted().migrate(&mut link).unwrap();
    let told = before.wanted().plan(&mut link).unwrap_err();
    contains(
        &told.fix().unwrap().to_string(),
        &["say `was: thing` below `resource: item` and `home: { …, was: address }`; for"],
    );
    link.close();
}
