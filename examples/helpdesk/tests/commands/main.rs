//! The commands of a service, run as anybody runs them.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod place;

use place::{Place, Serving};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn from_nothing_to_a_call_and_a_stop() {
    let place = Place::new();
    let service = place.serve();
    let token = service.word_after("\n  token ").to_owned();
    let answer = service.call("get_customer", &token, r#"{"customer": "cus_ada"}"#);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let refused =
        service.call("change_customer_email", &token, r#"{"customer":"cus_mal","new_email":"a@b.example"}"#);
    assert!(refused.starts_with("HTTP/1.1 409") && refused.contains("customer_banned"), "{refused}");
    let (code, said, second) = place.run("--listen 127.0.0.1:0");
    assert!(code == 1 && second.contains("another service runs on helpdesk.db"), "{said}{second}");
    let (code, said) = service.stop();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("every call was answered"), "{said}");
    // What was there stays, and the second start makes a new token.
    let again = place.serve();
    assert_ne!(again.word_after("\n  token "), token);
    assert!(again.call("get_customer", &token, r#"{"customer": "cus_ada"}"#).starts_with("HTTP/1.1 401"));
    assert!(place.0.join("helpdesk.db.lock").exists());
    again.stop();
    assert!(!place.0.join("helpdesk.db.lock").exists(), "what keeps others out is left behind");
}

/// What every command says that needs a database and makes none.
const NEED_ONE: &[&str] = &[
    "verify",
    "migrate --plan",
    "token add ada customers.read",
    "token list",
    "token revoke ada",
    "data load demo",
];

#[test]
fn a_database_that_is_not_there_is_not_made_by_a_slip() {
    let place = Place::new();
    for line in NEED_ONE {
        let (code, out, err) = place.run(line);
        assert!(code == 1 && out.is_empty(), "{line}: {out}{err}");
        for part in [
            "there is no database sqlite:helpdesk.db",
            "fix: `helpdesk serve` or `helpdesk migrate` makes it; `--database` names another database",
        ] {
            assert!(err.contains(part), "{line}: {err}");
        }
    }
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 0, "something was made");
    // One that is there and holds nothing is none either, but what would be made of it can be seen.
    place.write("helpdesk.db", "");
    for line in NEED_ONE.iter().filter(|line| **line != "migrate --plan") {
        let (code, out, err) = place.run(line);
        assert!(code == 1 && out.is_empty() && err.contains("has no tables yet"), "{line}: {out}{err}");
        assert!(err.contains("fix: `helpdesk serve` or `helpdesk migrate` makes them;"), "{line}: {err}");
    }
    assert_eq!(place.run("migrate").0, 0);
    assert_eq!(place.run("verify").0, 0);
}

#[test]
fn a_file_in_no_folder_is_told_of_before_anything_is_tried() {
    let place = Place::new();
    for line in NEED_ONE.iter().chain(&["", "migrate"]) {
        let (code, out, err) = place.run(&format!("{line} --database sqlite:nowhere/x.db"));
        assert!(code == 1 && out.is_empty(), "{line}: {out}{err}");
        assert!(
            err.contains("the folder nowhere does not exist") && err.contains("fix: make the folder"),
            "{err}"
        );
        let (code, _, err) = place.run(&format!("{line} --database ."));
        assert!(
            code == 1 && err.contains("is a folder") && err.contains("sqlite:./helpdesk.db"),
            "{line}: {err}"
        );
    }
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 0, "something was made");
}

#[test]
fn a_token_works_beside_a_running_service() {
    let place = Place::new();
    let service = place.serve();
    let (code, token, said) = place.run("token add reader customers.read");
    assert_eq!(code, 0, "{said}");
    let token = token.trim();
    assert!(service.call("get_customer", token, r#"{"customer": "cus_ada"}"#).starts_with("HTTP/1.1 200"));
    let hidden = service.call("change_customer_email", token, "{}");
    assert!(hidden.starts_with("HTTP/1.1 404"), "{hidden}");
    let (code, _, said) = place.run("token revoke readr");
    assert!(code == 1 && said.contains("did you mean `reader`?"), "{said}");
    let (code, _, said) = place.run("token add passing");
    assert!(code == 2 && said.contains("the token `passing` would allow nothing\n  fix: say"), "{said}");
    assert!(said.contains("\n    customers.read: ") && said.contains("\n    tickets."), "{said}");
    assert_eq!(place.run("token add passing customers.read").0, 0);
    let (code, _, said) = place.run("token revoke passing");
    assert!(code == 0 && said.contains("`passing` has ended"), "{said}");
    service.stop();
    let (_, list, _) = place.run("token list");
    assert!(!list.contains("passing"), "{list}");
    let line = list.lines().find(|line| line.starts_with("reader  ")).unwrap_or_default();
    assert!(line.ends_with(" UTC  customers.read") && !list.contains(token), "{list}");
    assert!(list.starts_with("name ") && list.contains(" UTC  everything\n"), "{list}");
    let stored = std::fs::read(place.0.join("helpdesk.db")).unwrap();
    assert!(
        !stored.windows(token.len()).any(|bytes| bytes == token.as_bytes()),
        "the token itself is stored"
    );
    for (line, said) in [
        ("token add reader customers.read", "already"),
        ("token add other customers.raed", "did you mean `customers.read`?"),
        ("token add other everything", "choose among"),
    ] {
        let (code, out, err) = place.run(line);
        assert!(code == 1 && out.is_empty() && err.contains(said), "{line}: {out}{err}");
    }
}

#[test]
fn a_token_that_has_ended_is_refused() {
    let place = Place::new();
    assert_eq!(place.run("migrate").0, 0);
    let (_, token, _) = place.run("token add reader customers.read");
    assert_eq!(place.run("token revoke reader").0, 0);
    let service = place.serve();
    let answer = service.call("get_customer", token.trim(), r#"{"customer": "cus_ada"}"#);
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    service.stop();
}

#[test]
fn help_names_every_option() {
    let place = Place::new();
    let (code, said, _) = place.run("help");
    assert_eq!(code, 0);
    for option in ["--listen", "--listen-anywhere", "--demo", "--database", "token revoke", "token list"] {
        assert!(said.contains(option), "{option}: {said}");
    }
}

#[test]
fn tables_and_rows() {
    let place = Place::new();
    place.write("helpdesk.db", "");
    let (code, plan, said) = place.run("migrate --plan");
    // Of an empty database is said what is made, not how.
    let first = plan.lines().next().unwrap();
    let (tables, rest) = first.split_once(" tables, ").unwrap();
    let (indexes, rest) = rest.split_once(" indexes to be made: ").unwrap();
    assert!(code == 0 && rest.starts_with("the database is empty (`--sql`"), "{plan}");
    assert!(plan.contains("\n  customer: ") && plan.contains("its history is `customer__history`"), "{plan}");
    assert!(!plan.contains("CREATE") && said.contains("nothing was changed"), "{plan}{said}");
    let (code, sql, said) = place.run("migrate --plan --sql");
    assert!(code == 0 && said.contains("nothing was changed"), "{said}");
    assert_eq!(sql.matches("CREATE TABLE \"").count().to_string(), tables, "{sql}");
    assert_eq!(sql.matches(" INDEX \"").count().to_string(), indexes, "{sql}");
    assert!(sql.contains("CREATE TABLE \"customer\""), "{sql}");
    let (code, done, _) = place.run("migrate");
    assert!(code == 0 && done.starts_with(&format!("{tables} tables, {indexes} indexes made\n")), "{done}");
    assert_eq!(done.lines().skip(1).collect::<Vec<_>>(), plan.lines().skip(1).collect::<Vec<_>>());
    assert!(place.run("migrate --plan").2.contains("nothing to do"));
    assert_eq!(place.run("data load demo").0, 0);
    let (code, _, again) = place.run("data load demo");
    assert!(code == 1 && again.contains("`id` of a customer is taken by another row, live or"), "{again}");
    assert!(
        again.contains("(row 1 of ") && again.contains(": \"cus_ada\")\n  fix: if these rows"),
        "{again}"
    );
    place.write(
        "rows.json",
        r#"{"customer": [{"id": "cus_1", "name": "Io", "email": "io@x.example"}, {"name": 7}]}"#,
    );
    let (code, _, bad) = place.run("data import rows.json");
    assert!(code == 1 && bad.contains("/customer/1/name") && bad.contains("/customer/1/email"), "{bad}");
    assert!(bad.contains("\n  fix: change these rows in the file; nothing was written"), "{bad}");
    // What nobody may see is not said.
    let rows = r#"{"customer": [{"id": "cus_0", "name": "A", "email": "a@a.example"}, {"id": "cus_1", "name": "B", "email": "ada@quill.example"}]}"#;
    place.write("taken.json", rows);
    let (code, _, taken) = place.run("data import taken.json");
    let said = "/customer/1/email: expected `email` that no other row has; the database has one with the same, got a text\n";
    assert!(code == 1 && taken.contains(said), "{taken}");
    let (code, _, said) = place.run("data import gone.json");
    assert!(
        code == 1 && said.contains("cannot read gone.json") && said.contains("fix: name a file"),
        "{said}"
    );
    place.write("broken.json", "customer: []");
    let (code, _, said) = place.run("data import broken.json");
    assert!(
        code == 1 && said.contains("is not JSON") && said.contains("fix: the file holds lists"),
        "{said}"
    );
    place.write("rows.json", r#"{"customer": [{"id": "cus_1", "name": "Io", "email": "io@x.example"}]}"#);
    let (code, _, good) = place.run("data import rows.json");
    assert!(code == 0 && good.contains("1 row written to"), "{good}");
    let service = place.serve();
    let token = service.word_after("\n  token ");
    assert!(service.call("get_customer", token, r#"{"customer": "cus_1"}"#).contains("io@x.example"));
    // The time of a reply that says none is that of loading.
    let ticket = service.call("get_ticket", token, r#"{"ticket": "tic_2"}"#);
    assert!(ticket.contains("\"at\":\"2") && !ticket.contains("1970"), "{ticket}");
    service.stop();
}

#[test]
fn a_demo_calls_itself_and_links_the_paths() {
    let place = Place::new();
    let mut child = place.command("demo").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut said, mut lines) = (String::new(), BufReader::new(child.stdout.take().unwrap()));
    while !said.contains("until Ctrl-C") {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    let demo = Serving { child, said };
    let said = &demo.said;
    for part in [
        "1. a dry run",
        "would change customer cus_ada",
        "email: ada@quill.example → ada@new.example",
        "2. the same, kept",
        "200 done",
        "3. one that a rule refuses",
        "409 ",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert_eq!(said.matches("#run=run_").count(), 3, "{said}");
    assert!(!said.contains('\u{1b}'), "a pipe gets no colours: {said}");
    assert_eq!(demo.stop().0, 0);
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 0, "it leaves nothing behind");
}

#[test]
fn programs_read_json() {
    let place = Place::new();
    assert_eq!(place.run("migrate").0, 0);
    assert_eq!(place.run("token add ada customers.read customers.write").0, 0);
    let json = |line: &str| -> serde_json::Value {
        let (code, said, wrong) = place.run(line);
        assert_eq!(code, 0, "{line}: {wrong}");
        serde_json::from_str(&said).unwrap()
    };
    let tokens = json("token list --json");
    assert_eq!(tokens[0]["name"], "ada");
    assert!(tokens[0]["made"].as_str().unwrap().starts_with("20") && tokens[0]["at"].is_null(), "{tokens}");
    assert_eq!(tokens[0]["capabilities"], serde_json::json!(["customers.read", "customers.write"]));
    let verified = json("verify --json");
    assert_eq!((&verified["found"], &verified["findings"]), (&0.into(), &serde_json::json!([])));
    let nothing = json("migrate --plan --json");
    assert_eq!((&nothing["statements"], &nothing["made"]), (&serde_json::json!([]), &serde_json::json!([])));
    // What fails says so in JSON too.
    for (line, code) in [
        ("verify --json --database sqlite:/no/such/folder/x.db", 1),
        ("token list --json --database sqlite:/no/such/folder/x.db", 1),
        ("token add ada --json", 2),
        ("migrat --json", 2),
    ] {
        let (found, said, wrong) = place.run(line);
        let said: serde_json::Value =
            serde_json::from_str(&said).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(found, code, "{line}: {wrong}");
        assert!(wrong.contains(said["error"].as_str().unwrap()), "{line}: {said} {wrong}");
    }
}

#[test]
fn scenarios_run_by_a_part_of_their_names() {
    let place = Place::new();
    let (code, said, _) = place.run("scenario sqlite::a ticket is closed once");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("test scenario::sqlite::a ticket is closed once ... ok\n"), "{said}");
    assert!(said.contains("test result: ok. 1 passed; 0 failed; 0 ignored;"), "{said}");
    let (code, _, said) = place.run("scenario a tikcet is closed once");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("did you mean `a ticket is closed once`? there are `a ticket is closed once`, `"),
        "{said}"
    );
    // So do the names of operations.
    let (code, said, _) = place.run("scenario list_open_tickets");
    assert!(code == 0 && said.contains("open tickets are listed, the oldest first ... ok\n"), "{said}");
    let (code, _, said) = place.run("scenario list_open_tikets");
    assert!(code == 1 && said.contains("did you mean `list_open_tickets`?"), "{said}");
    // Nothing is left where it was run: each has a database of its own.
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 0);
}

#[test]
fn messages_speak_of_what_named_the_database() {
    let place = Place::new();
    let said = |line: &str, database: &str| {
        let done = place.command(line).env("OPWRIGHT_DATABASE", database).output().unwrap();
        String::from_utf8(done.stderr).unwrap()
    };
    let by_variable = |told: &str, parts: &[&str]| {
        for part in parts {
            assert!(told.contains(part), "`{part}` is not in\n{told}");
        }
        assert!(!told.contains("--database"), "{told}");
    };
    let variable = "`OPWRIGHT_DATABASE`";
    let makes = [
        "or `helpdesk migrate` with the same `OPWRIGHT_DATABASE` makes it; `OPWRIGHT_DATABASE` names another",
    ];
    by_variable(&said("verify", "sqlite:x.db"), &makes);
    by_variable(&said("migrate", "sqlite:nowhere/x.db"), &["with `OPWRIGHT_DATABASE=sqlite:FILE`"]);
    by_variable(&said("migrate", "."), &["such as `OPWRIGHT_DATABASE=sqlite:./helpdesk.db`"]);
    by_variable(&said("migrate", "postgres://nobody@127.0.0.1:1/x"), &["check the address in", variable]);
    // Who names it by the option is told of that, whatever the variable says.
    let told = said("verify --database sqlite:y.db", "sqlite:x.db");
    assert!(told.contains("`helpdesk serve --database sqlite:y.db`") && !told.contains(variable), "{told}");
}

#[test]
fn a_database_of_something_else_is_refused() {
    let place = Place::new();
    place.write("helpdesk.db", "not a database, but some text that is long enough");
    for line in ["--listen 127.0.0.1:0", "migrate", "token list"] {
        let (code, out, err) = place.run(line);
        assert!(code == 1 && err.starts_with("error: cannot open") && out.is_empty(), "{line}: {out}{err}");
    }
    let (code, _, err) = place.run("--listen 0.0.0.0:0");
    assert!(code == 2 && err.contains("--listen-anywhere"), "{err}");
    assert_eq!(std::fs::metadata(place.0.join("helpdesk.db")).unwrap().len(), 49, "it was changed");
}
