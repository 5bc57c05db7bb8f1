//! Rows that are deleted, from outside, on each database: what goes along, who stands in the way, and what is seen of
//! them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod deletes {
    include!(concat!(env!("OUT_DIR"), "/deletes/mod.rs"));
}
mod others;
mod tampered;

use opwright_runtime::gateway::{Config, Gateway, schema_of};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::Link;
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::{Need, Trials};
use serde_json::{Value as Json, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = Trials::new();
    trials.on_databases("a_row_goes_with_what_it_owns", goes_along);
    trials.on_databases("who_is_referred_to_stays", in_use);
    trials.on_databases("what_is_deleted_is_written_no_more", written_no_more);
    trials.on_databases("a_dry_run_shows_what_would_go", dry);
    trials.on_databases("values_that_occur_once_are_free_again", others::unique);
    trials.on_databases("rows_are_deleted_one_by_one", one_by_one);
    trials.with("who_refers_to_a_row_and_who_deletes_it_take_turns", Need::Postgres, |server| {
        races(&Database::postgres(server));
    });
    trials.on_databases("a_row_comes_back_with_what_went_with_it", comes_back);
    trials.on_databases("what_went_one_by_one_before_it_stays_deleted", others::stays_deleted);
    trials.on_databases("who_has_no_place_any_more_does_not_come_back", no_place);
    trials.on_databases("deleted_rows_are_found_by_who_asks_for_them", found);
    trials.on_databases("a_deleted_row_is_in_no_list_but_that_of_its_owner", in_no_list);
    trials.on_databases("what_would_come_back_counts_where_a_collection_becomes_smaller", others::smaller);
    trials.on_databases("a_place_is_given_once", others::placed);
    trials.on_databases("a_row_takes_its_place_among_others", others::sorted);
    trials.on_databases("what_is_changed_by_another_way_is_found", tampered::is_found);
    trials.test("only_what_can_happen_is_drawn", drawn);
    trials.run()
}

fn open(database: &Database) -> Desk {
    Desk::open(&deletes::SERVICE, database)
}

fn call(desk: &Desk, operation: &str, arguments: Json) -> (u16, Json) {
    desk.call(operation, &arguments.to_string())
}

fn done(desk: &Desk, operation: &str, arguments: Json) -> Json {
    let (status, answer) = call(desk, operation, arguments);
    assert_eq!(status, 200, "{operation}: {answer:#}");
    answer["result"].clone()
}

/// A refusal: its code and message.
fn refused(desk: &Desk, operation: &str, arguments: Json) -> (String, String) {
    let (status, answer) = call(desk, operation, arguments);
    assert_ne!(status, 200, "{operation}: {answer:#}");
    let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
    (text("code"), text("detail"))
}

fn is_there(desk: &Desk, operation: &str, argument: &str, id: &str) -> bool {
    let (status, answer) = call(desk, operation, json!({ argument: id }));
    assert!(status == 200 || answer["code"] == "not_found", "{answer:#}");
    status == 200
}

fn goes_along(database: &Database) {
    let desk = open(database);
    let before = done(&desk, "look", json!({ "project": "pro_1" }));
    let went = done(&desk, "delete_project", json!({ "project": "pro_1" }));
    // What it was can still be read, with what it owned.
    assert_eq!(went["project"], before);
    assert_eq!((&went["lead"]["id"], &went["tasks"]), (&json!("per_1"), &json!(3)));
    assert_eq!(went["lead"]["tasks"], json!(["tas_4"]));
    assert!(!is_there(&desk, "look", "project", "pro_1"));
    assert!(!is_there(&desk, "look_at_check", "check", "che_1"));
    assert!(!is_there(&desk, "look_at_check", "check", "che_2"));
    assert_eq!(refused(&desk, "delete_project", json!({ "project": "pro_1" })).0, "not_found");
    assert_eq!(done(&desk, "look_at_person", json!({ "person": "per_1" }))["tasks"], json!(["tas_4"]));
    assert_eq!(done(&desk, "look_at_person", json!({ "person": "per_2" }))["tasks"], json!([]));
    // And nobody refers to them any more.
    done(&desk, "delete_person", json!({ "person": "per_2" }));
    is_sound(database);
}

fn in_no_list(database: &Database) {
    let desk = open(database);
    let went = done(&desk, "delete_step", json!({ "step": "ste_1" }));
    assert_eq!(went["step"]["before"], json!([]));
    assert_eq!(went["before"], json!([]));
    let found = |title: &str| done(&desk, "find_projects", json!({ "title": title }));
    assert_eq!(found("b"), json!({ "some": ["pro_1"], "only": [] }));
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_2"] }));
    assert_eq!(found("b"), json!({ "some": [], "only": [] }));
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_1"] }));
    assert_eq!(found("c"), json!({ "some": ["pro_1"], "only": ["pro_1"] }));
}

fn in_use(database: &Database) {
    let desk = open(database);
    let say = |user: &str, by: &str| {
        let words = format!("{user} refers to it, or what it owns, by `{by}`");
        ("in_use".to_owned(), words)
    };
    let used = |operation: &str, arguments: Json| {
        let (code, message) = refused(&desk, operation, arguments);
        (code, message.split_once(": ").unwrap().1.to_owned())
    };
    assert_eq!(used("delete_person", json!({ "person": "per_1" })), say("project pro_1", "lead"));
    assert_eq!(used("delete_person", json!({ "person": "per_2" })), say("task tas_2", "person"));
    // A list refers to what the project owns.
    assert_eq!(used("delete_project", json!({ "project": "pro_2" })), say("board boa_1", "tasks"));
    assert_eq!(used("delete_tasks", json!({ "tasks": ["tas_3", "tas_4"] })), say("board boa_1", "tasks"));
    assert_eq!(done(&desk, "look", json!({ "project": "pro_1" }))["tasks"].as_array().unwrap().len(), 3);
    done(&desk, "delete_board", json!({ "board": "boa_1" }));
    done(&desk, "delete_project", json!({ "project": "pro_2" }));
    done(&desk, "reassign", json!({ "task": "tas_2", "person": "per_3" }));
    done(&desk, "delete_person", json!({ "person": "per_2" }));
    assert_eq!(used("delete_person", json!({ "person": "per_3" })), say("task tas_2", "person"));
    is_sound(database);
}

fn written_no_more(database: &Database) {
    let desk = open(database);
    let gone = |what: &str| ("not_found".to_owned(), format!("the {what} is deleted"));
    let both = json!({ "task": "tas_1", "other": "tas_1" });
    assert_eq!(refused(&desk, "delete_and_rename", both), gone("task"));
    assert_eq!(refused(&desk, "delete_tasks", json!({ "tasks": ["tas_1", "tas_2", "tas_1"] })), gone("task"));
    let same = |gone: bool| json!({ "task": "tas_1", "other": "tas_1", "gone": gone });
    assert_eq!(refused(&desk, "perhaps_delete_and_rename", same(true)), gone("task"));
    assert_eq!(done(&desk, "perhaps_delete_and_rename", same(false)), json!("renamed"));
    let own = json!({ "project": "pro_1", "task": "tas_1" });
    assert_eq!(refused(&desk, "delete_and_refer", own), gone("task"));
    assert!(is_there(&desk, "look_at_check", "check", "che_1"));
    let renamed = done(&desk, "delete_and_rename", json!({ "task": "tas_2", "other": "tas_1" }));
    assert_eq!((&renamed["other"]["title"], &renamed["person"]), (&json!("renamed"), &json!(0)));
    let other = json!({ "project": "pro_1", "task": "tas_4" });
    assert_eq!(done(&desk, "delete_and_refer", other)["tasks"], json!(["tas_4"]));
    is_sound(database);
}

fn dry(database: &Database) {
    let desk = open(database);
    let (_, answer) = call(&desk, "delete_project", json!({ "project": "pro_1", "dry_run": true }));
    let changes = answer["changes"].as_array().unwrap();
    let mut rows: Vec<&str> = changes.iter().map(|it| it["id"].as_str().unwrap()).collect();
    rows.sort_unstable();
    assert_eq!(rows, ["che_1", "che_2", "pro_1", "tas_1", "tas_2", "tas_3"]);
    assert!(changes.iter().all(|it| it["after"].is_null() && it["before"].is_object()), "{answer:#}");
    assert!(is_there(&desk, "look", "project", "pro_1"));
    let (_, answer) = call(&desk, "make_and_delete", json!({ "name": "Dot", "dry_run": true }));
    assert_eq!(answer["changes"], json!([]));
}

fn one_by_one(database: &Database) {
    let desk = open(database);
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_3", "tas_1"] }));
    let left = done(&desk, "look", json!({ "project": "pro_1" }));
    assert_eq!(left["tasks"].as_array().unwrap().len(), 1);
    let twice = json!({ "search": false, "tasks": ["tas_2", "tas_2"] });
    assert_eq!(refused(&desk, "delete_found_or_tasks", twice).0, "not_found");
    // Rows that are deleted one by one are gone, and what refers to their owner is not in its way.
    done(&desk, "delete_project", json!({ "project": "pro_1" }));
    is_sound(database);
}

/// Nothing refers to what is not there.
fn is_sound(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    let layout = Layout::of(&schema_of(&deletes::SERVICE).unwrap());
    let report = verify(&mut link, &layout, deletes::SERVICE.rules).unwrap();
    link.close();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

fn ids(list: &Json) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it["id"].as_str().or(it.as_str()).unwrap()).collect()
}

fn comes_back(database: &Database) {
    let desk = open(database);
    let before = done(&desk, "look", json!({ "project": "pro_1" }));
    assert_eq!(refused(&desk, "restore_project", json!({ "project": "pro_1" })).0, "not_found");
    // A task that went before its project stays deleted.
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_2"] }));
    done(&desk, "delete_project", json!({ "project": "pro_1" }));
    let back = done(&desk, "restore_project", json!({ "project": "pro_1" }));
    assert_eq!((ids(&back["project"]["tasks"]), &back["tasks"]), (vec!["tas_1", "tas_3"], &json!(2)));
    assert!(is_there(&desk, "look_at_check", "check", "che_1"));
    let tasks = |id: &str| done(&desk, "look_at_person", json!({ "person": id }))["tasks"].clone();
    assert_eq!((tasks("per_1"), tasks("per_2")), (json!(["tas_1", "tas_4"]), json!([])));
    // Each takes its old place, and shows what it is written since.
    let back = done(&desk, "restore_tasks", json!({ "project": "pro_1", "tasks": ["tas_2", "tas_2"] }));
    assert_eq!((&back["before"], &back["after"]), (&json!(2), &json!(3)));
    assert_eq!(ids(&back["project"]["tasks"]), ids(&before["tasks"]));
    assert_eq!(back["project"]["tasks"][1]["title"], "back");
    let both = done(&desk, "delete_and_restore", json!({ "project": "pro_1", "person": "per_1" }));
    assert_eq!([&both["before"], &both["between"], &both["after"]], [&json!(2), &json!(1), &json!(2)]);
    assert_eq!((&both["project"]["title"], ids(&both["project"]["tasks"]).len()), (&json!("back"), 3));
    done(&desk, "delete_project", json!({ "project": "pro_1" }));
    let (_, answer) = call(&desk, "restore_project", json!({ "project": "pro_1", "dry_run": true }));
    let changes = answer["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 6, "{answer:#}");
    assert!(changes.iter().all(|it| it["before"].is_null() && it["after"].is_object()), "{answer:#}");
    assert!(!is_there(&desk, "look", "project", "pro_1"));
    is_sound(database);
}

fn no_place(database: &Database) {
    let desk = open(database);
    let gone = |what: &str| ("not_found".to_owned(), format!("the {what} is deleted"));
    // Its name is taken.
    done(&desk, "reassign", json!({ "task": "tas_2", "person": "per_3" }));
    done(&desk, "delete_person", json!({ "person": "per_2" }));
    let other = done(&desk, "add_person", json!({ "name": "Ben" }));
    assert_eq!(refused(&desk, "restore_person", json!({ "person": "per_2" })).0, "not_unique");
    done(&desk, "delete_person", json!({ "person": other["id"] }));
    done(&desk, "restore_person", json!({ "person": "per_2" }));
    // What it refers to is deleted, its owner too.
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_2"] }));
    done(&desk, "delete_person", json!({ "person": "per_3" }));
    let tasks = json!({ "project": "pro_1", "tasks": ["tas_2"] });
    assert_eq!(refused(&desk, "restore_tasks", tasks.clone()), gone("person"));
    done(&desk, "restore_person", json!({ "person": "per_3" }));
    done(&desk, "delete_project", json!({ "project": "pro_1" }));
    let elsewhere = json!({ "project": "pro_2", "tasks": ["tas_2"] });
    assert_eq!(refused(&desk, "restore_tasks", elsewhere), gone("project"));
    // Its place is taken: a person has two tasks at most, a project three.
    done(&desk, "add_task", json!({ "project": "pro_2", "person": "per_1", "title": "x" }));
    let (code, message) = refused(&desk, "restore_project", json!({ "project": "pro_1" }));
    assert_eq!((code.as_str(), message.as_str()), ("too_many", "tasks of person would hold more than 2"));
    done(&desk, "delete_board", json!({ "board": "boa_1" }));
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_4"] }));
    assert_eq!(done(&desk, "restore_project", json!({ "project": "pro_1" }))["tasks"], 2);
    is_sound(database);
}

fn found(database: &Database) {
    let desk = open(database);
    done(&desk, "delete_project", json!({ "project": "pro_1" }));
    let any = done(&desk, "look_at_any", json!({ "project": "pro_1" }));
    assert_eq!((&any["project"]["id"], &any["lead"]["id"]), (&json!("pro_1"), &json!("per_1")));
    assert_eq!((ids(&any["project"]["tasks"]).len(), &any["tasks"]), (3, &json!(3)));
    assert_eq!(done(&desk, "look_at_any", json!({ "project": "pro_2" }))["tasks"], 1);
    let looked = done(&desk, "look_at_deleted", json!({ "title": "a" }));
    assert_eq!(looked, json!({ "deleted": ["tas_1"], "all": ["tas_1"] }));
    let looked = done(&desk, "look_at_deleted", json!({ "title": "d" }));
    assert_eq!(looked, json!({ "deleted": [], "all": ["tas_4"] }));
    let copied = done(&desk, "copy_lead", json!({ "project": "pro_2", "from": "pro_1" }));
    assert_eq!(copied["lead_id"], "per_1");
    let said = refused(&desk, "restore_person", json!({ "person": "per_1" }));
    assert_eq!(said, ("not_found".to_owned(), "there is no deleted person per_1".to_owned()));
    // A deleted row may lead to one that is deleted too: it can be read, but nothing may refer to it.
    done(&desk, "delete_board", json!({ "board": "boa_1" }));
    done(&desk, "delete_project", json!({ "project": "pro_2" }));
    done(&desk, "delete_person", json!({ "person": "per_1" }));
    assert_eq!(done(&desk, "look_at_any", json!({ "project": "pro_1" }))["lead"]["name"], "Ann");
    let other = done(&desk, "add_project", json!({ "title": "Three" }));
    let copy = json!({ "project": other["id"], "from": "pro_1" });
    assert_eq!(
        refused(&desk, "copy_lead", copy),
        ("not_found".to_owned(), "the person is deleted".to_owned())
    );
    is_sound(database);
}

/// Two processes at once: how each call ended, by its code.
fn race(one: &Desk, other: &Desk, calls: [(&str, Json); 2]) -> [(String, Json); 2] {
    let [a, b] = calls;
    let ended = |desk: &Desk, (operation, arguments): (&str, Json)| {
        let (status, answer) = call(desk, operation, arguments);
        let code = if status == 200 { "done" } else { answer["code"].as_str().unwrap_or_default() };
        (code.to_owned(), answer["result"].clone())
    };
    std::thread::scope(|scope| {
        let a = scope.spawn(|| ended(one, a));
        let b = ended(other, b);
        [a.join().unwrap(), b]
    })
}

fn races(database: &Database) {
    let one = open(database);
    let gateway = Gateway::start(&deletes::SERVICE, &Config::new(database.target.clone())).unwrap();
    let other = Desk {
        gateway,
        runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
    };
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for round in 0..40 {
        let person = done(&one, "add_person", json!({ "name": format!("r{round}") }))["id"].clone();
        let project = done(&one, "add_project", json!({ "title": format!("r{round}") }));
        let task = project["tasks"][0]["id"].clone();
        let project = project["id"].clone();
        // The only rows that refer to the person, or to the task, are made at the same time.
        let [gone, made] = race(
            &one,
            &other,
            [
                ("delete_person", json!({ "person": person })),
                ("add_task", json!({ "project": project, "person": person, "title": "t" })),
            ],
        );
        let ends = (gone.0.as_str(), made.0.as_str());
        assert!([("done", "not_found"), ("in_use", "done")].contains(&ends), "{gone:?} {made:?}");
        *seen.entry(format!("person {ends:?}")).or_default() += 1;
        let [gone, made] = race(
            &one,
            &other,
            [("delete_project", json!({ "project": project })), ("add_board", json!({ "task": task }))],
        );
        let ends = (gone.0.as_str(), made.0.as_str());
        assert!([("done", "not_found"), ("in_use", "done")].contains(&ends), "{gone:?} {made:?}");
        *seen.entry(format!("board {ends:?}")).or_default() += 1;
        if ends.1 == "done" {
            done(&one, "delete_board", json!({ "board": made.1["id"] }));
        } else {
            continue;
        }
        // A row that is owned is made before, and goes along, or is not made.
        let [gone, made] = race(
            &one,
            &other,
            [
                ("delete_project", json!({ "project": project })),
                ("add_task", json!({ "project": project, "title": "t" })),
            ],
        );
        assert_eq!(gone.0, "done", "{gone:?} {made:?}");
        assert!(["done", "not_found"].contains(&made.0.as_str()), "{made:?}");
        *seen.entry(format!("owned {}", made.0)).or_default() += 1;
    }
    println!("{seen:?}");
    is_sound(database);
}

/// Exits, and what is written and read, of each operation.
fn drawn() {
    let graph = |name: &str| {
        let operation = deletes::SERVICE.operations.iter().find(|it| it.name == name).unwrap();
        opwright_tracer::graph::Graph::from_json(operation.graph).unwrap()
    };
    let exits = |name: &str| {
        let graph = graph(name);
        let nodes = graph.flow.node_weights().map(|node| node.id.clone());
        let mut exits: Vec<String> =
            nodes.filter(|id| id.starts_with("effects") && id.contains('!')).collect();
        exits.sort();
        exits
    };
    assert_eq!(exits("delete_board"), [""; 0]);
    assert_eq!(exits("delete_person"), ["effects.delete_person!in_use"]);
    // Tasks of a collection are all different, those that are sent may not be.
    assert_eq!(exits("clear"), ["effects.each_task.is_done.then.delete_task!in_use"]);
    let twice = ["effects.each_task.delete_task!in_use", "effects.each_task.delete_task!not_found"];
    assert_eq!(exits("delete_tasks"), twice);
    // A name may mean what was found in one lane, and what was sent in the other.
    let other = exits("delete_found_or_tasks");
    assert!(other.contains(&"effects.search.else.each_one.delete_one!not_found".to_owned()), "{other:?}");
    assert_eq!(exits("delete_and_rename"), ["effects.delete_task!in_use", "effects.update_other!not_found"]);
    assert_eq!(
        exits("delete_and_refer"),
        ["effects.create_board!not_found", "effects.delete_project!in_use"]
    );
    assert_eq!(exits("restore_person"), ["effects.restore_person!not_unique"]);
    let place = ["not_found", "not_unique", "too_many"].map(|code| format!("effects.restore_project!{code}"));
    assert_eq!(exits("restore_project"), place);
    // What was restored is there.
    assert!(exits("restore_tasks").iter().all(|exit| exit.starts_with("effects.each_task.restore_task!")));
    assert_eq!(exits("copy_lead"), ["effects.update_project!not_found"]);
    let head = graph("delete_project").head;
    assert_eq!(head.writes, ["check", "project", "task"]);
    assert_eq!(head.reads, ["board", "person", "project", "task"]);
    assert_eq!(head.because.as_deref(), Some("It can be restored."));
}
