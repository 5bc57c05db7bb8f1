//! What is changed by another way than the gateway is found, in rows that are deleted too.

use super::{deletes, done, is_sound, open};
use opwright_runtime::gateway::schema_of;
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Dialect, Link};
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;
use serde_json::json;

/// What somebody does to rows behind the back of the gateway, and what is found, in order.
const TAMPERED: &[(&[&str], &[&str])] = &[
    (
        &["UPDATE \"task\" SET \"project_id\" = 'pro_1' WHERE \"id\" = 'tas_4'"],
        &[
            "project `pro_1`: `tasks` has 4 rows, at most 3 are allowed",
            "task `tas_4`: `project_id` is not what its history ends with: it is \"pro_1\", and its history says \"pro_2\"",
        ],
    ),
    (
        &["UPDATE \"task\" SET \"project_id\" = 'pro_0' WHERE \"id\" = 'tas_4'"],
        &[
            "task `tas_4`: `project` leads to the project `pro_0`, which is not there",
            "task `tas_4`: `project_id` is not what its history ends with: it is \"pro_0\", and its history says \"pro_2\"",
        ],
    ),
    // A deleted owner.
    (
        &["UPDATE \"task\" SET \"project_id\" = 'pro_9' WHERE \"id\" = 'tas_4'"],
        &[
            "task `tas_4`: `project` leads to the project `pro_9`, which is not there",
            "task `tas_4`: `project_id` is not what its history ends with: it is \"pro_9\", and its history says \"pro_2\"",
        ],
    ),
    (
        &[
            "DROP INDEX \"person.name.unique\"",
            "UPDATE \"person\" SET \"name\" = 'Ann' WHERE \"id\" = 'per_3'",
        ],
        &[
            "person `per_3`: `name` is not what its history ends with: it is \"Ann\", and its history says \"Cyd\"",
            "person `per_1`: another row has the same `name`",
            "person `per_3`: another row has the same `name`",
        ],
    ),
    (
        &[
            "DROP INDEX \"check.task_id.text.unique\"",
            "UPDATE \"check\" SET \"text\" = 'x' WHERE \"id\" = 'che_2'",
        ],
        &[
            "check `che_2`: `text` is not what its history ends with: it is \"x\", and its history says \"y\"",
            "check `che_1`: another row has the same `task_id` and `text`",
            "check `che_2`: another row has the same `task_id` and `text`",
        ],
    ),
    (
        &["UPDATE \"task\" SET \"_position\" = -1 WHERE \"id\" = 'tas_1'"],
        &["task `tas_1`: its place is -1, which nothing has"],
    ),
    (
        &["UPDATE \"task\" SET \"_version\" = 7 WHERE \"id\" = 'tas_1'"],
        &["task `tas_1`: its version is 7, its history ends with 1"],
    ),
    (
        &["UPDATE \"task\" SET \"_written_by\" = 'somebody' WHERE \"id\" = 'tas_1'"],
        &["task `tas_1`: it was written by `somebody`, its history ends with `seed`"],
    ),
    // A row that is gone without a word.
    (
        &["DELETE FROM \"check\" WHERE \"id\" = 'che_2'"],
        &["check `che_2`: it has a history, and is not there"],
    ),
    (
        &["UPDATE \"task__history\" SET \"before\" = '{}' WHERE \"id\" = 'tas_1'"],
        &["task `tas_1`: its history does not begin with its creation"],
    ),
    (
        &["UPDATE \"task__history\" SET \"kind\" = 'touch' WHERE \"id\" = 'tas_1'"],
        &["task `tas_1`: its history does not begin with its creation"],
    ),
    // What is deleted may come back, so it has to be sound as well.
    (
        &["UPDATE \"task\" SET \"title\" = 'other' WHERE \"id\" = 'tas_9'"],
        &[
            "task `tas_9`: `title` is not what its history ends with: it is \"other\", and its history says \"n\"",
        ],
    ),
    (
        &["UPDATE \"task\" SET \"person_id\" = 'per_0' WHERE \"id\" = 'tas_9'"],
        &[
            "task `tas_9`: `person` leads to the person `per_0`, which is not there",
            "task `tas_9`: `person_id` is not what its history ends with: it is \"per_0\", and its history says nothing",
        ],
    ),
    (
        &["UPDATE \"task\" SET \"_deleted_at\" = NULL WHERE \"id\" = 'tas_9'"],
        &[
            "task `tas_9`: `project` leads to the project `pro_9`, which is not there",
            "task `tas_9`: it is not deleted, and its history ends with that",
        ],
    ),
    (
        &[NULLABLE, "UPDATE \"task\" SET \"title\" = NULL WHERE \"id\" = 'tas_1'"],
        &[
            "task `tas_1`: `title` is missing",
            "task `tas_1`: `title` is not what its history ends with: it is absent, and its history says \"a\"",
        ],
    ),
];

/// Takes the constraint away that would be in the way.
const NULLABLE: &str = "nullable";

pub(super) fn is_found(server: &Database) {
    for (texts, wanted) in TAMPERED {
        let database = server.another();
        let desk = open(&database);
        let gone = json!({ "project": "pro_9" });
        done(&desk, "delete_project", gone);
        drop(desk);
        is_sound(&database);
        let mut link = Link::open(&database.target).unwrap();
        for text in *texts {
            match (*text, database.target.dialect()) {
                (NULLABLE, Dialect::Postgres) => {
                    link.run("ALTER TABLE \"task\" ALTER COLUMN \"title\" DROP NOT NULL").unwrap();
                }
                (NULLABLE, Dialect::Sqlite) => link
                    .run("CREATE TABLE x AS SELECT * FROM \"task\"; DROP TABLE \"task\"; ALTER TABLE x RENAME TO \"task\"")
                    .unwrap(),
                (text, _) => link.run(text).unwrap(),
            }
        }
        let layout = Layout::of(&schema_of(&deletes::SERVICE).unwrap());
        let report = verify(&mut link, &layout, deletes::SERVICE.rules).unwrap();
        link.close();
        let said: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        assert_eq!(said, *wanted, "{texts:?}");
    }
}
