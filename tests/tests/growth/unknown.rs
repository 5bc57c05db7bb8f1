//! What an older service does not know of its rows: parts of their objects, and fields.

use super::{done, first, get, is_whole, ok, refused, run, serve};
use opwright_runtime::store::link::{Link, sql};
use opwright_tests::database::Database;
use opwright_tests::service::Service;
use serde_json::{Value as Json, json};

/// Whoever clears an object clears all of it: what a newer version has added to it, and what it has given up itself.
pub(super) fn clears(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let (item, other) = (json!({ "item": "first" }), json!({ "item": "other" }));
    let wrap = |service: &Service, item: &str, wrapping: &Json| {
        ok(service, "wrap_item", &json!({ "item": item, "wrapping": wrapping }));
    };
    let wrapping = |service: &Service, item: &Json| get(&ok(service, "read_item", item), "wrapping");
    {
        let newer = serve("two", database, &token);
        wrap(&newer, "first", &json!({ "paper": "red", "ribbon": "gold" }));
        wrap(&newer, "other", &json!({ "paper": "red", "ribbon": "gold" }));
    }
    {
        let older = serve("one", database, &token);
        wrap(&older, "other", &json!({ "paper": "blue" }));
        assert_eq!(get(&ok(&older, "unwrap_item", &item), "wrapping"), Json::Null);
    }
    is_whole("two", database);
    {
        let newer = serve("two", database, &token);
        assert_eq!(wrapping(&newer, &item), Json::Null);
        assert_eq!(wrapping(&newer, &other), json!({ "paper": "blue", "ribbon": "gold" }));
    }
    {
        let older = serve("one", database, &token);
        wrap(&older, "first", &json!({ "paper": "green" }));
    }
    {
        let newer = serve("two", database, &token);
        assert_eq!(wrapping(&newer, &item), json!({ "paper": "green" }));
        ok(&newer, "unwrap_item", &item);
        // A part that was left all the same is no object.
        execute(database, "UPDATE \"item\" SET \"wrapping_ribbon\" = 'left' WHERE \"id\" = 'first'");
        assert_eq!(wrapping(&newer, &item), Json::Null);
    }
    is_whole("two", database);
    done("three", database, &["migrate"]);
    let newest = serve("three", database, &token);
    ok(&newest, "unwrap_article", &json!({ "article": "other" }));
    execute(
        database,
        "UPDATE \"article\" SET \"level\" = \"level\" WHERE \"id\" = 'other' AND \"wrapping_ribbon\" IS NULL",
    );
    drop(newest);
    is_whole("three", database);
}

/// Changes one row by another way than the gateway.
pub(super) fn execute(database: &Database, text: &str) {
    let mut link = Link::open(&database.target).unwrap();
    assert_eq!(link.execute(&sql(text.to_owned()), Vec::new()).unwrap(), 1, "{text}");
    link.close();
}

/// An older service tells nothing of a field that it does not know; what was known of it before counts.
pub(super) fn history(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let newer = serve("two", database, &token);
    let add = |item: &Json| json!({ "item": get(&ok(&newer, "add_item", item), "id") });
    let noted = add(&json!({ "title": "Noted", "price": 1, "note": "n" }));
    let plain = add(&json!({ "title": "Plain", "price": 1 }));
    let noted_later = add(&json!({ "title": "Noted later", "price": 1 }));
    let shown = add(&json!({ "title": "Shown", "price": 1 }));
    drop(newer);
    {
        let older = serve("one", database, &token);
        for item in [&noted, &plain, &noted_later] {
            ok(&older, "sell_item", item);
        }
    }
    is_whole("two", database);
    {
        let newer = serve("two", database, &token);
        for item in [&noted, &noted_later] {
            ok(&newer, "change_level", &json!({ "item": get(item, "item"), "level": 5 }));
        }
    }
    is_whole("two", database);
    let set = |item: &Json, note: &str| {
        let id = get(item, "item");
        let id = id.as_str().unwrap();
        execute(database, &format!("UPDATE \"item\" SET \"note\" = {note} WHERE \"id\" = '{id}'"));
        let (_, said, _) = run("two", database, &["verify"]);
        assert!(said.contains(&format!("item `{id}`: `note` is not what its history ends with")), "{said}");
    };
    set(&noted, "'other'");
    set(&noted, "NULL");
    set(&plain, "'x'");
    set(&shown, "'y'");
    {
        let older = serve("one", database, &token);
        ok(&older, "bid", &noted);
        ok(&older, "sell_item", &shown);
    }
    // What was changed is found behind changes of the older one too.
    let (_, said, _) = run("two", database, &["verify"]);
    assert_eq!(said.matches("`note` is not what its history ends with").count(), 3, "{said}");
}

/// What a newer version has renamed is no new field of an older one.
pub(super) fn changes_back(database: &Database) {
    let (older, _) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    done("three", database, &["migrate"]);
    // A database that the newest has made says it too.
    let new = database.another();
    done("three", &new, &["migrate"]);
    for (database, version, since) in
        [(database, "one", "3"), (database, "two", "3"), (&new, "one", "1"), (&new, "two", "1")]
    {
        for words in [&["migrate"][..], &["migrate", "--plan"], &["migrate", "--back"], &["token", "list"]] {
            let told = refused(version, database, words);
            for said in [
                format!("table `item`: it is called `article` since migration {since}, 20"),
                format!("table `article`, column `title`: it is called `name` since migration {since}, 20"),
                format!("table `bid`, column `item`: it is called `article` since migration {since}, 20"),
                "fix: start the version that fits this database".to_owned(),
            ] {
                assert!(told.contains(&said), "{version} {words:?}: `{said}` is not in\n{told}");
            }
        }
        assert!(done("three", database, &["migrate", "--plan"]).is_empty());
    }
    is_whole("three", database);
}
