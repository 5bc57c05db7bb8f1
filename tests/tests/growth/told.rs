//! What commands say where versions, rows or files are in the way of one another.

use super::unknown::execute;
use super::{done, fill, first, get, is_whole, ok, refused, run, serve};
use opwright_tests::database::Database;
use opwright_tests::service::command;
use serde_json::{Value as Json, json};

/// What a newer version may have written is no fault that somebody else has made.
pub(super) fn verify(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    let by_another_way = "fix: somebody wrote to the database by another way";
    let newer = "fix: a newer version of this service has migrated this database";
    execute(database, "UPDATE \"item\" SET \"title\" = 'x' WHERE \"id\" = 'other'");
    let (_, _, told) = run("one", database, &["verify"]);
    assert!(told.contains(by_another_way), "{told}");
    fill(database, &token);
    let (_, _, told) = run("one", database, &["verify"]);
    assert!(told.contains(newer) && told.contains("run the `verify` of the newest"), "{told}");
    let (_, _, told) = run("two", database, &["verify"]);
    assert!(told.contains(by_another_way), "{told}");
    for (version, newer) in [("one", true), ("two", false)] {
        let (_, said, _) = run(version, database, &["verify", "--json"]);
        let said: Json = serde_json::from_str(&said).unwrap();
        assert_eq!(get(&said, "newer_version_migrated"), json!(newer), "{said}");
    }
}

/// What `migrate` filled in stands in no history, but the defaults that a field ever had are noted.
pub(super) fn filled(database: &Database) {
    let (older, _) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    is_whole("two", database);
    let set = |database: &Database, what: &str| {
        execute(database, &format!("UPDATE \"item\" SET {what} WHERE \"id\" = 'first'"));
    };
    let found = |database: &Database, wrong: &str| {
        let (good, said, _) = run("two", database, &["verify"]);
        assert!(!good && said.contains(wrong) && !said.contains("item `other`"), "{said}");
    };
    set(database, "\"rank\" = 7");
    found(database, "item `first`: `rank` is not what its history ends with");
    set(database, "\"rank\" = 1");
    is_whole("two", database);
    // Which moment was filled in is noted nowhere.
    set(database, "\"since\" = (SELECT MIN(\"at\") FROM \"_schema\")");
    is_whole("two", database);
    // Another default is for what is new: what has the earlier one keeps it.
    done("three", database, &["migrate"]);
    is_whole("three", database);
    // What was changed in between is found behind the next write too.
    let another = database.another();
    let (older, token) = first(&another);
    drop(older);
    done("two", &another, &["migrate"]);
    set(&another, "\"rank\" = 7");
    let newer = serve("two", &another, &token);
    for item in ["first", "other"] {
        ok(&newer, "change_level", &json!({ "item": item, "level": 50 }));
    }
    drop(newer);
    found(&another, "item `first`: version 2 does not begin as the one before ended: `rank`");
}

/// Nobody can know that a version which the database has not seen is an older one; what it lacks can be said.
pub(super) fn lacks(database: &Database) {
    done("two", database, &["migrate"]);
    let lacks = [
        "table `card`, column `code`: a text of 1 to 20 characters",
        "table `item`, column `note`",
        "table `item`, column `state`: 'withdrawn'",
        "table `bid`: up to 5 rows of one `item`",
        "table `photo`",
        "table `item`: that `note` is unique",
        "table `card`: rows that break the rule `upside_down`",
        "table `card`, column `above`: rows that lead back to themselves",
    ];
    let older = |then: &str| format!("if this is an older version than the one that migrated last, {then}");
    let (start, back) =
        (older("start that one instead"), older("the `migrate --back` of that one changes this back"));
    let told = refused("one", database, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(told.contains(&start), "{told}");
    for (words, then) in [(&["migrate", "--plan"][..], &start), (&["migrate"], &back)] {
        let (_, said, told) = run("one", database, words);
        assert!(!said.contains("column `note`"), "it is SQL: {said}");
        let brings = "this version brings no table, field or value that is not there, and lacks what the version that migrated last has:";
        for line in lacks.iter().chain([&brings, &then.as_str()]) {
            assert!(told.lines().any(|told| told.trim() == *line), "`{line}` is not in\n{told}");
        }
    }
    done("two", database, &["migrate", "--back"]);
    // A newer one is told nothing of the kind.
    let (_, _, told) = run("two", database, &["migrate"]);
    assert!(!told.contains("lacks"), "{told}");
}

/// Programs get apart what happened, what to do, and of which rows.
pub(super) fn rows_in_the_way(database: &Database) {
    let (older, _) = first(database);
    drop(older);
    let new = database.another();
    done("two", &new, &["migrate"]);
    let rows = json!({ "item": [{ "id": "high", "title": "High", "price": 1, "level": 11 }] });
    import("two", &new, &rows, true);
    for words in [&["migrate", "--json"][..], &["migrate", "--plan", "--json"]] {
        let (done, said, told) = run("one", &new, words);
        assert!(!done && told.contains("fix: "), "{said}{told}");
        let said: Json = serde_json::from_str(&said).unwrap();
        let error = get(&said, "error").as_str().unwrap().to_owned();
        assert!(
            error.contains("table `item`, column `level`: it holds") && !error.contains("fix: "),
            "{error}"
        );
        assert!(get(&said, "fix").as_str().unwrap().contains("change these values"), "{said}");
        let way = json!([{ "table": "item", "columns": ["level"], "count": 1, "ids": ["high"] }]);
        assert_eq!(get(&said, "rows_in_the_way"), way);
    }
    // What is refused for another reason says what to do as well.
    done("two", database, &["migrate"]);
    done("three", database, &["migrate"]);
    let (_, said, _) = run("one", database, &["migrate", "--json"]);
    let said: Json = serde_json::from_str(&said).unwrap();
    assert!(get(&said, "fix").as_str().unwrap().starts_with("start the version that fits"), "{said}");
    assert_eq!(get(&said, "rows_in_the_way"), json!([]));
}

/// A deleted row keeps its id, and what says so names neither an index nor a constraint.
pub(super) fn clash(database: &Database) {
    let (older, _) = first(database);
    let lot = ok(&older, "add_lot", &json!({}));
    ok(&older, "delete_lot", &json!({ "lot": get(&lot, "id") }));
    drop(older);
    let told = import("one", database, &json!({ "lot": [{ "id": get(&lot, "id") }] }), false);
    let said = format!(
        "/lot/0/id: expected `id` that no row has, live or deleted; the database has one with the same, got {}\n",
        get(&lot, "id")
    );
    assert!(told.contains(&said) && told.contains("a deleted row keeps its id"), "{told}");
}

fn import(version: &str, database: &Database, rows: &Json, good: bool) -> String {
    let name = database.url().rsplit('/').next().unwrap_or_default();
    let file = std::env::temp_dir().join(format!("{name}.{}.json", std::process::id()));
    std::fs::write(&file, rows.to_string()).unwrap();
    let words = ["data", "import", file.to_str().unwrap()];
    let told = if good { done(version, database, &words) } else { refused(version, database, &words) };
    std::fs::remove_file(&file).unwrap();
    told
}

/// What does not fit is said once, whatever has changed it, with commands as they are typed; nothing was to be done.
pub(super) fn cannot_start(database: &Database) {
    let (older, _) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let planned = done("three", database, &["migrate", "--plan"]);
    let comment = planned.lines().find(|line| line.starts_with("-- \"") && line.contains("is written anew"));
    let rewrites = planned.contains("DROP TABLE");
    assert_eq!(comment.is_some_and(|it| !it.ends_with(';')), rewrites, "{planned}");
    done("three", database, &["migrate"]);
    for version in ["one", "two"] {
        let told = refused(version, database, &["serve", "--listen", "127.0.0.1:0"]);
        let mut lines: Vec<&str> = told.lines().map(str::trim).collect();
        let all = lines.len();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), all, "{told}");
        assert!(told.contains("the database does not fit this service"), "{told}");
        assert!(!told.contains("nothing was done") && !told.contains("`migrate --back`"), "{told}");
    }
}

/// A server that answers is not called silent.
pub(super) fn says_no(database: &Database) {
    let (server, name) = database.url().rsplit_once('/').unwrap();
    let none = format!("{server}/nope_nope");
    let done = command("one", &none, &["migrate"]).output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    for part in ["there is no database `nope_nope` on this server", "`createdb nope_nope`"] {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
    assert!(!told.contains("does not answer") && !told.contains("at line"), "{told}");
    let host = server.rsplit_once('@').map_or(server, |(_, host)| host);
    let done =
        command("one", &format!("postgres://nobody_nope@{host}/{name}"), &["migrate"]).output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    let part = "the server does not let the user `nobody_nope` in: ";
    assert!(told.contains(part) && told.contains("check the user and the password"), "{told}");
    assert!(told.contains("the address stands after `--database`"), "{told}");
    assert!(!told.contains("at line"), "{told}");
}
