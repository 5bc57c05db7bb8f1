//! Rows among others: their order in a collection, how many it may hold, and which of them come back together.

use super::{deletes, done, ids, is_sound, is_there, open, refused};
use opwright_runtime::gateway::schema_of;
use opwright_runtime::schema::Wanted;
use opwright_runtime::store::link::Link;
use opwright_tests::database::Database;
use serde_json::{Value as Json, json};

pub(super) fn sorted(database: &Database) {
    let desk = open(database);
    for (task, title, before, after) in [
        ("tas_1", "z", ["a", "d"], ["d", "z"]),
        ("tas_4", "e", ["d", "z"], ["e", "z"]),
        ("tas_4", "zz", ["e", "z"], ["z", "zz"]),
        ("tas_1", "zz", ["z", "zz"], ["zz", "zz"]),
    ] {
        let said = done(&desk, "retitle", json!({ "person": "per_1", "task": task, "title": title }));
        assert_eq!((&said["before"], &said["after"]), (&json!(before), &json!(after)), "{task} {title}");
    }
    // One that is in another collection is in this one no more than before.
    let other = json!({ "person": "per_1", "task": "tas_2", "title": "a" });
    assert_eq!(done(&desk, "retitle", other)["after"], json!(["zz", "zz"]));
    is_sound(database);
}

/// A place is given once: what comes back stands before all that came while it was away.
pub(super) fn placed(database: &Database) {
    let desk = open(database);
    done(&desk, "delete_board", json!({ "board": "boa_1" }));
    // One that is created behind the last one that is there.
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_1", "tas_3"] }));
    let new = done(&desk, "add_task", json!({ "project": "pro_1", "title": "x" }));
    let new = ids(&new["tasks"])[1];
    let back = done(&desk, "restore_tasks", json!({ "project": "pro_1", "tasks": ["tas_3"] }));
    assert_eq!(ids(&back["project"]["tasks"]), ["tas_2", "tas_3", new]);
    // One that is moved there, and is older, where none was left.
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_4"] }));
    done(&desk, "move_task", json!({ "task": "tas_3", "project": "pro_2" }));
    let back = done(&desk, "restore_tasks", json!({ "project": "pro_2", "tasks": ["tas_4"] }));
    assert_eq!(ids(&back["project"]["tasks"]), ["tas_4", "tas_3"]);
    let moved = done(&desk, "move_task", json!({ "task": "tas_2", "project": "pro_2" }));
    assert_eq!(ids(&moved["tasks"]), ["tas_4", "tas_3", "tas_2"]);
    is_sound(database);
}

pub(super) fn smaller(database: &Database) {
    let desk = open(database);
    done(&desk, "delete_project", json!({ "project": "pro_1" }));
    let mut schema = schema_of(&deletes::SERVICE).unwrap();
    let project = schema.resources.iter_mut().find(|it| it.name == "project").unwrap();
    project.collections[0].size = 2;
    let smaller = Wanted::with_rules(&schema, deletes::SERVICE.rules);
    let mut link = Link::open(&database.target).unwrap();
    let refused = smaller.plan(&mut link).unwrap_err().to_string();
    let said = "rows of one `project_id`: there are at most 2 now, and 1 of them has more: `pro_1`";
    assert!(refused.contains(said), "{refused}");
    // One that went by itself does not come back with the others.
    done(&desk, "restore_project", json!({ "project": "pro_1" }));
    done(&desk, "delete_tasks", json!({ "tasks": ["tas_1"] }));
    done(&desk, "delete_project", json!({ "project": "pro_1" }));
    drop(desk);
    smaller.migrate(&mut link).unwrap();
    link.close();
}

pub(super) fn stays_deleted(database: &Database) {
    let desk = open(database);
    let titles = |answer: &Json| -> Vec<String> {
        let tasks = answer["project"]["tasks"].as_array().unwrap();
        tasks.iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
    };
    let went = done(&desk, "replace_tasks_and_delete", json!({ "project": "pro_1" }));
    assert_eq!((titles(&went), &went["tasks"]), (vec!["new".to_owned()], &json!(1)));
    let deleted = done(&desk, "look_at_any", json!({ "project": "pro_1" }));
    assert_eq!((titles(&deleted), &deleted["tasks"]), (vec!["new".to_owned()], &json!(1)));
    // All four would be more than the three that a project holds.
    let back = done(&desk, "restore_project", json!({ "project": "pro_1" }));
    assert_eq!((titles(&back), &back["tasks"]), (vec!["new".to_owned()], &json!(1)));
    // They come back by themselves, with what each took along, while there is room.
    done(&desk, "restore_tasks", json!({ "project": "pro_1", "tasks": ["tas_1", "tas_2"] }));
    assert!(is_there(&desk, "look_at_check", "check", "che_1"));
    let full = refused(&desk, "restore_tasks", json!({ "project": "pro_1", "tasks": ["tas_3"] }));
    assert_eq!(full.0, "too_many");
    is_sound(database);
}

/// Live values are unique, and a deleted row gives up its own.
pub(super) fn unique(database: &Database) {
    let desk = open(database);
    let ann = json!({ "person": "per_3" });
    let other = done(&desk, "replace_person", ann);
    assert_eq!((&other["name"], other["id"] == "per_3"), (&json!("Cyd"), false));
    assert_eq!(refused(&desk, "add_person", json!({ "name": "Cyd" })).0, "not_unique");
    done(&desk, "delete_person", json!({ "person": other["id"] }));
    done(&desk, "add_person", json!({ "name": "Cyd" }));
    done(&desk, "make_and_delete", json!({ "name": "Dot" }));
    assert_eq!(refused(&desk, "make_and_delete", json!({ "name": "Ann" })).0, "not_unique");
    done(&desk, "add_person", json!({ "name": "Dot" }));
    // What one row gives up another takes in the same batch: it is not thrown away, and each call run again alone.
    let passed = json!({ "person": "per_1", "name": "Eve" });
    assert_eq!(done(&desk, "rename_and_replace", passed), json!("Ann"));
    let runs = desk.runtime.block_on(desk.gateway.runs(
        desk.gateway.operation("rename_and_replace").unwrap(),
        1,
        None,
    ));
    assert_eq!(runs.unwrap()[0].attempts, 1);
    // A collection has room again.
    assert_eq!(refused(&desk, "add_task", json!({ "project": "pro_1", "title": "x" })).0, "too_many");
    let cleared = done(&desk, "clear", json!({ "project": "pro_1" }));
    assert_eq!(cleared["left"], 2);
    let ids = cleared["project"]["tasks"].as_array().unwrap().iter().map(|it| it["id"].clone());
    assert_eq!(ids.collect::<Vec<_>>(), [json!("tas_1"), json!("tas_3")]);
    let more = done(&desk, "add_task", json!({ "project": "pro_1", "title": "x" }));
    assert_eq!(more["tasks"].as_array().unwrap().len(), 3);
    is_sound(database);
}
