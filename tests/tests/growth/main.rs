//! A shop that grows, as processes: versions beside one another, and changes that no older one goes on through.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod one {
    include!(concat!(env!("OUT_DIR"), "/growth_one/mod.rs"));
}
mod three {
    include!(concat!(env!("OUT_DIR"), "/growth_three/mod.rs"));
}
mod two {
    include!(concat!(env!("OUT_DIR"), "/growth_two/mod.rs"));
}

mod told;
mod unknown;
mod wider;

use opwright_runtime::store::link::{Link, sql};
use opwright_tests::database::Database;
use opwright_tests::harness::{Need, Trials};
use opwright_tests::service::{Service, as_service, command};
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let versions = [("one", &one::SERVICE), ("two", &two::SERVICE), ("three", &three::SERVICE)];
    if let Some(served) = as_service(&versions) {
        return served;
    }
    let mut trials = Trials::new();
    trials.on_databases("an_older_service_goes_on_beside_a_widened_schema", goes_on);
    trials.on_databases("an_older_service_does_not_work_with_what_it_does_not_know", does_not_know);
    trials.on_databases(
        "what_an_older_service_would_copy_and_could_not_have_written_is_outdated",
        wider::copies,
    );
    trials.on_databases("an_older_service_changes_no_row_that_broke_its_rule_before", wider::rules);
    trials.on_databases("an_older_service_puts_nothing_below_a_circle", wider::circles);
    trials.on_databases(
        "an_older_service_clears_an_object_with_the_parts_that_it_does_not_know",
        unknown::clears,
    );
    trials.on_databases("what_an_older_service_writes_is_no_fault_of_its_history", unknown::history);
    trials.on_databases("an_older_service_deletes_nothing_that_newer_ones_refer_to", deletes);
    trials.on_databases("an_older_service_deletes_and_shows_no_more_rows_than_it_allows", deletes_many);
    trials.on_databases("what_no_service_goes_on_through_is_made_alone", made_alone);
    trials.on_databases("an_older_migrate_changes_nothing_back", unknown::changes_back);
    trials.on_databases("an_older_version_that_never_ran_here_is_told_what_it_lacks", told::lacks);
    trials.on_databases("an_older_verify_says_that_a_newer_version_has_migrated", told::verify);
    trials.on_databases("what_migrate_filled_in_is_one_of_the_defaults", told::filled);
    trials.on_databases("programs_are_told_which_rows_are_in_the_way", told::rows_in_the_way);
    trials.on_databases("what_a_file_clashes_with_is_called_the_same_everywhere", told::clash);
    trials.on_databases("who_cannot_start_is_told_once_why", told::cannot_start);
    trials.with("a_server_that_says_no_is_no_silence", Need::Postgres, |server| {
        told::says_no(&Database::postgres(server));
    });
    trials.with("a_service_that_was_cut_off_looks_again", Need::Postgres, |server| {
        looks_again(&Database::postgres(server));
    });
    trials.run()
}

/// How a command ended: whether it was done, and what it wrote to stdout and to stderr.
fn run(version: &str, database: &Database, words: &[&str]) -> (bool, String, String) {
    let done = command(version, database.url(), words).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.success(), text(&done.stdout), text(&done.stderr))
}

fn done(version: &str, database: &Database, words: &[&str]) -> String {
    let (done, said, told) = run(version, database, words);
    assert!(done, "{version} {words:?}: {said}{told}");
    said
}

/// What it says who does not do it.
fn refused(version: &str, database: &Database, words: &[&str]) -> String {
    let (done, said, told) = run(version, database, words);
    // Programs that ask for JSON are told on stdout too.
    let json = words.contains(&"--json");
    assert!(!done && said.is_empty() != json, "{version} {words:?}: {said}{told}");
    told
}

/// The first version, with its demo data and a token that the later ones know too.
fn first(database: &Database) -> (Service, String) {
    let service = Service::start(command("one", database.url(), &["serve", "--demo"]), "");
    let token = done("one", database, &["token", "add", "ada", "items.read", "items.write"]);
    (service, token.trim().to_owned())
}

fn serve(version: &str, database: &Database, token: &str) -> Service {
    Service::start(command(version, database.url(), &["serve"]), token)
}

fn ok(service: &Service, operation: &str, arguments: &Json) -> Json {
    let (status, answer) = service.call(operation, &arguments.to_string());
    assert_eq!(status, 200, "{operation} {arguments}: {answer:#}");
    answer.get("result").cloned().unwrap()
}

fn get(row: &Json, field: &str) -> Json {
    row.get(field).cloned().unwrap_or_default()
}

fn code(service: &Service, operation: &str, arguments: &Json) -> (u16, Json) {
    let (status, answer) = service.call(operation, &arguments.to_string());
    (status, get(&answer, "code"))
}

fn outdated() -> (u16, Json) {
    (503, json!("outdated"))
}

fn goes_on(database: &Database) {
    let (older, token) = first(database);
    let made = ok(&older, "add_item", &json!({ "title": "Before", "price": 2 }));
    // What is only wider is made while it serves, and it goes on.
    assert!(done("two", database, &["migrate"]).contains("\"note\""));
    ok(&older, "sell_item", &json!({ "item": get(&made, "id") }));
    let made = ok(&older, "add_item", &json!({ "title": "Beside", "price": 2 }));
    assert_eq!(ok(&older, "read_items", &json!({ "price": 2 })), json!({ "items": ["Before", "Beside"] }));
    assert!(done("two", database, &["migrate"]).is_empty(), "it is made once");
    let beside = if database.folder().is_some() {
        // One file has one service.
        let told = refused("two", database, &["serve", "--listen", "127.0.0.1:0"]);
        assert!(told.contains("another service runs on"), "{told}");
        drop(older);
        None
    } else {
        Some(older)
    };
    {
        let newer = serve("two", database, &token);
        // What either writes, the other reads.
        assert_eq!(get(&ok(&newer, "read_item", &json!({ "item": get(&made, "id") })), "title"), "Beside");
        ok(&newer, "add_item", &json!({ "title": "From the newer one", "price": 7, "note": "n" }));
    }
    let older = beside.unwrap_or_else(|| serve("one", database, &token));
    let items = ok(&older, "read_items", &json!({ "price": 7 }));
    assert_eq!(items, json!({ "items": ["From the newer one"] }));
    drop(older);
    is_whole("two", database);
}

fn is_whole(version: &str, database: &Database) {
    assert!(done(version, database, &["verify"]).contains("all as the gateway left them"));
}

/// Where a service writes its log.
fn log(database: &Database) -> PathBuf {
    let name = database.url().rsplit('/').next().unwrap_or_default();
    std::env::temp_dir().join(format!("{name}.{}.log", std::process::id()))
}

/// The second version writes what the first one could not.
fn fill(database: &Database, token: &str) {
    done("two", database, &["migrate"]);
    let newer = serve("two", database, token);
    ok(&newer, "change_level", &json!({ "item": "first", "level": 11 }));
    let many = ok(&newer, "add_item", &json!({ "title": "Many bids", "price": 3 }));
    for level in [1, 2] {
        ok(&newer, "bid", &json!({ "item": get(&many, "id"), "level": level }));
    }
    let withdrawn = ok(&newer, "add_item", &json!({ "title": "Withdrawn", "price": 4 }));
    ok(&newer, "withdraw_item", &json!({ "item": get(&withdrawn, "id") }));
    ok(&newer, "add_item", &json!({ "title": "A title of more than twenty characters", "price": 5 }));
}

fn does_not_know(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    fill(database, &token);
    let log = log(database);
    let mut command = command("one", database.url(), &["serve"]);
    command.stderr(std::fs::File::create(&log).unwrap());
    let older = Service::start(command, &token);
    // It goes on with what it knows,
    assert_eq!(get(&ok(&older, "bid", &json!({ "item": "other" })), "tens"), 30);
    // and does nothing with what it does not know: nobody has asked what comes of eleven.
    for _ in 0..2 {
        let (status, answer) = older.call("read_item", r#"{"item":"first"}"#);
        assert_eq!((status, get(&answer, "code")), outdated());
        // The same process stays as old as it is.
        assert_eq!((get(&answer, "retryable"), get(&answer, "retry_after")), (json!(false), Json::Null));
        assert_eq!(code(&older, "bid", &json!({ "item": "first" })), outdated());
    }
    for price in [1.5, 4.0, 5.0] {
        assert_eq!(code(&older, "read_items", &json!({ "price": price })), outdated(), "{price}");
    }
    let many = ok(&older, "find_item", &json!({ "title": "Many bids" }));
    assert_eq!(code(&older, "read_item", &json!({ "item": get(&many, "id") })), outdated());
    // It is no candidate either, where what is like a reference has to fulfil a condition.
    assert_eq!(code(&older, "raise_item", &json!({ "item": "firs" })), (404, json!("not_found")));
    ok(&older, "add_item", &json!({ "title": "Still", "price": 6 }));
    drop(older);
    // Why is said once for each.
    let told = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("older than its database")).collect();
    assert_eq!(lines.len(), 4, "{told}");
    for why in ["`level` of an item", "`bids` of an item", "`state` of an item", "`title` of an item"] {
        assert!(lines.iter().any(|line| line.contains(why)), "{why}: {told}");
    }
    std::fs::remove_file(&log).unwrap();
    // Its `verify` says which rows these are.
    let (_, said, _) = run("one", database, &["verify"]);
    assert!(said.contains("item `first`: `level` must be a whole number, from 1 to 10"), "{said}");
}

fn deletes(database: &Database) {
    let (older, token) = first(database);
    let add = |service: &Service| {
        let made = ok(service, "add_item", &json!({ "title": "To be deleted", "price": 2 }));
        json!({ "item": get(&made, "id") })
    };
    let made = add(&older);
    ok(&older, "delete_item", &made);
    ok(&older, "restore_item", &made);
    let (before, also) = (add(&older), add(&older));
    // From now on there may be buyers, and photos of its own, of which it knows nothing.
    done("two", database, &["migrate"]);
    for _ in 0..2 {
        assert_eq!(code(&older, "delete_item", &before), outdated());
    }
    // All else goes on, deletions of what nobody new refers to among it.
    ok(&older, "sell_item", &before);
    let lot = ok(&older, "add_lot", &json!({}));
    ok(&older, "delete_lot", &json!({ "lot": get(&lot, "id") }));
    drop(older);
    {
        let newer = serve("two", database, &token);
        ok(&newer, "buy", &before);
        assert_eq!(code(&newer, "delete_item", &before), (409, json!("in_use")));
        ok(&newer, "delete_item", &also);
    }
    let older = serve("one", database, &token);
    assert_eq!(code(&older, "delete_item", &before), outdated());
    assert_eq!(code(&older, "restore_item", &also), outdated());
    drop(older);
    is_whole("two", database);
}

fn deletes_many(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let newer = serve("two", database, &token);
    let add = |parts: usize, words: &Json| {
        let made = ok(&newer, "add_lot", &json!({ "words": words }));
        let lot = json!({ "lot": get(&made, "id") });
        for _ in 0..parts {
            ok(&newer, "add_part", &lot);
        }
        lot
    };
    let (few, many, gone) = (add(1, &json!(["A1", "b"])), add(2, &json!(["a"])), add(2, &json!(["a"])));
    ok(&newer, "delete_lot", &gone);
    drop(newer);
    let older = serve("one", database, &token);
    // How a word is written is not asked of what is read, in a list that is distinct either.
    assert_eq!(ok(&older, "read_lot", &few), json!({ "words": ["A1", "b"], "parts": 1 }));
    for lot in [&many, &gone] {
        assert_eq!(code(&older, "read_lot", lot), outdated());
    }
    assert_eq!(code(&older, "delete_lot", &many), outdated());
    ok(&older, "delete_lot", &few);
    assert_eq!(ok(&older, "read_lot", &few), json!({ "words": ["A1", "b"], "parts": 1 }));
    ok(&older, "restore_lot", &few);
    drop(older);
    is_whole("two", database);
}

fn made_alone(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let older = serve("two", database, &token);
    let who =
        if database.folder().is_some() { "a service runs on" } else { "services have 3 connections to" };
    for words in [&["migrate"][..], &["migrate", "--json"]] {
        let told = refused("three", database, words);
        for said in [
            who,
            "so nothing was done",
            "table `article`, column `price` holds",
            "fix: stop every service of this database, migrate, and start the new version",
        ] {
            assert!(told.contains(said), "`{said}` is not in\n{told}");
        }
    }
    let (_, said, _) = run("three", database, &["migrate", "--json"]);
    let said: Json = serde_json::from_str(&said).unwrap();
    assert!(get(&said, "fix").as_str().unwrap().starts_with("stop every service"), "{said}");
    assert!(!get(&said, "error").as_str().unwrap().contains("fix: "), "{said}");
    // What would be done can be looked at meanwhile, and the service goes on.
    assert!(done("three", database, &["migrate", "--plan"]).contains("RENAME TO \"article\""));
    ok(&older, "add_item", &json!({ "title": "Meanwhile", "price": 2.25 }));
    drop(older);
    assert!(done("three", database, &["migrate"]).contains("RENAME TO \"article\""));
    let told = refused("two", database, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(told.contains("does not fit this service"), "{told}");
    let newer = serve("three", database, &token);
    assert_eq!(get(&ok(&newer, "read_article", &json!({ "article": "first" })), "price"), json!(1.5));
    let made = ok(&newer, "add_article", &json!({ "name": "New", "price": 0.125 }));
    assert_eq!(get(&made, "price"), json!(0.125));
    let (status, told) = newer.call("add_item", "{}");
    let fix = get(&told, "fix");
    assert!(status == 404 && fix.to_string().contains("it is called `add_article` now"), "{told}");
    drop(newer);
    is_whole("three", database);
}

/// While a service has no connection, the tables may change beneath it.
fn looks_again(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let older = serve("two", database, &token);
    let first = json!({ "item": "first" });
    ok(&older, "read_item", &first);
    cut(database);
    // It is back, and finds all as it was.
    ok(&older, "read_item", &first);
    ok(&older, "add_item", &json!({ "title": "Back", "price": 1 }));
    // Until nothing is left that it wants to store, it comes back by itself.
    let made = (0..50).any(|_| {
        cut(database);
        let (done, _, told) = run("three", database, &["migrate"]);
        assert!(done || told.contains("to this database, and no other service can go on"), "{told}");
        done
    });
    assert!(made, "a service that was cut off fifty times still has connections");
    for _ in 0..3 {
        assert_eq!(code(&older, "read_item", &first), outdated());
        assert_eq!(code(&older, "add_item", &json!({ "title": "Wrong", "price": 1 })), outdated());
    }
    drop(older);
    let newer = serve("three", database, &token);
    assert_eq!(get(&ok(&newer, "read_article", &json!({ "article": "first" })), "price"), json!(1.5));
    drop(newer);
    is_whole("three", database);
}

/// Ends all connections to a database but its own.
fn cut(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let end = sql(format!("SELECT count(pg_terminate_backend(pid)) {others}"));
    while link.fetch(&end, Vec::new()).unwrap().first().and_then(|row| row.first()?.int()) != Some(0) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    link.close();
}
