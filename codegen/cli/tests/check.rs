//! `opwright check`, as people and programs run it.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn opwright(arguments: &[&str]) -> Output {
    opwright_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), arguments)
}

fn opwright_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opwright"));
    command.current_dir(folder).args(arguments);
    command.output().unwrap_or_else(|error| panic!("{error}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn good_specs_are_good() {
    let output = opwright(&["check", "specs/retail"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("retail is good: "), "{}", text(&output.stdout));
}

/// A code that two nodes refuse with shows none of them, until a scenario says which.
#[test]
fn exits_without_a_scenario_are_named() {
    let output = opwright(&["check", "tests/specs/scenarios", "--exits"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for line in [
        "add_item input!invalid_input: <reason>\nadd_item relations.basket!not_found: <reason>\n",
        " rules.pay_basket!wrong_state: <reason>\n",
        " effects.two.then.pay_other!wrong_state: <reason>\n",
        "\nopen_baskets input!invalid_input: <reason>\n",
    ] {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    assert!(!said.contains("!over_limit") && !said.contains("outcome.done"), "{said}");
    assert!(said.contains(" ways to end have no scenario\n  fix: write a scenario for each, or "), "{said}");
    let unclear = |place: &str| {
        format!(
            "the scenario `wrong, it is not refused` ({place}:1) expects `wrong_state`, which 2 nodes of `pay` refuse \
             with: add `node: rules.pay_basket` or `node: effects.two.then.pay_other`"
        )
    };
    let told = format!("\n  fix: {}\n", unclear("tests/specs/scenarios/wrong.yaml"));
    assert!(said.ends_with(&told) && said.matches("the scenario `").count() == 1, "{said}");
    let output = opwright(&["check", "tests/specs/scenarios", "--exits", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    let line = "{\"level\":\"error\",\"operation\":\"open_baskets\",\"exit\":\"input!invalid_input\"}\n";
    assert!(said.contains(line), "{said}");
    let help = format!("!wrong_state\",\"help\":[\"{}\"]}}\n", unclear("wrong.yaml"));
    assert_eq!(said.matches(&help).count(), 2, "{said}");
    assert!(said.lines().all(|line| line.starts_with('{') && line.contains("\"level\":\"error\"")), "{said}");
}

#[test]
fn mistakes_end_with_code_1() {
    let folder = "codegen/tests/diagnostics/0101_misspelt_key";
    let output = opwright(&["check", folder]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("error[E0101]: unknown key `requries`"),
        "{}",
        text(&output.stderr)
    );
    // A place can be opened from where the command was called; programs get it in the folder that they have named.
    assert!(text(&output.stderr).contains(&format!("--> {folder}/spec.yaml:")), "{}", text(&output.stderr));
    let output = opwright(&["check", folder, "--json"]);
    assert!(text(&output.stdout).contains("\"file\":\"spec.yaml\""), "{}", text(&output.stdout));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).lines().all(|line| line.starts_with("{\"code\":\"E")));
    assert_eq!(text(&output.stderr), "");
}

/// Whatever comes of a command with `--json`, a program that reads standard output is told.
#[test]
fn every_outcome_is_json() {
    for (arguments, code, level) in [
        (&["check", "specs/helpdesk", "--json"][..], 0, "good"),
        (&["check", "codegen/tests/diagnostics/0101_misspelt_key", "--json"], 1, "error"),
        (&["check", "no/such/folder", "--json"], 1, "error"),
        (&["check", "codegen/cli/src", "--json"], 1, "error"),
        (&["check", "specs/helpdesk", "open_ticket", "--json"], 2, "error"),
        (&["chek", "specs/helpdesk", "--json"], 2, "error"),
        (&["check", "specs/helpdesk", "--json", "--fast"], 2, "error"),
    ] {
        let output = opwright(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let said = text(&output.stdout);
        let last = said.lines().last().unwrap_or_default();
        assert!(
            last.starts_with('{') && last.contains(&format!("\"level\":\"{level}\"")),
            "{arguments:?}: {said}"
        );
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
    }
}

/// What a code means is told to programs too, wherever `--json` stands.
#[test]
fn an_explanation_is_json() {
    let prose = text(&opwright(&["check", "--explain", "E0401"]).stdout);
    assert!(prose.starts_with("E0401: "), "{prose}");
    for arguments in [["check", "--json", "--explain", "401"], ["check", "--explain", "E0401", "--json"]] {
        let output = opwright(&arguments);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.starts_with("{\"code\":\"E0401\",\"title\":\""), "{said}");
        assert!(
            ["why", "example", "mended"].iter().all(|key| said.contains(&format!(",\"{key}\":\""))),
            "{said}"
        );
    }
    let output = opwright(&["check", "--explain", "E9999", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("\"level\":\"error\""), "{}", text(&output.stdout));
}

/// What `unseen.txt` beside the specs gives a reason for is not said again, but counted.
#[test]
fn exits_that_are_listed_are_left_out() {
    let output = opwright(&["check", "specs/helpdesk", "--exits"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains(" has a scenario, or is one of ") && said.ends_with(" in unseen.txt\n"), "{said}");
    assert!(!said.contains("too_many"), "{said}");
    let said = text(&opwright(&["check", "specs/helpdesk", "--exits", "--json"]).stdout);
    assert!(!said.contains("\"exit\""), "{said}");
    let folder = std::env::temp_dir().join(format!("opwright_listed_{}", std::process::id()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/specs/scenarios");
    let made = std::fs::create_dir_all(&folder).and_then(|()| {
        for entry in std::fs::read_dir(&root)? {
            let entry = entry?;
            std::fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
        let list = "Why.\n\nopen_baskets input!invalid_input: it has no argument worth a word\npay rules.gone!gone: not any more\npay input!invalid_input of no worth\npay outcome.done: nobody can\n";
        std::fs::write(folder.join("unseen.txt"), list)
    });
    made.unwrap_or_else(|error| panic!("{error}"));
    let output = opwright(&["check", &folder.to_string_lossy(), "--exits"]);
    let unread = "error: unseen.txt:5: no `: ` stands between an end and its reason: pay input!invalid_input of no worth";
    assert!(text(&output.stderr).contains(unread), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains(" ways to end have no scenario, besides 1 that unseen.txt lists\n"), "{said}");
    assert!(!said.contains("open_baskets input!invalid_input"), "{said}");
    for stale in [
        "pay rules.gone!gone`, and no call of `pay` can end there",
        "pay outcome.done`, and a scenario shows that end",
    ] {
        let said = text(&output.stderr);
        assert!(said.contains(&format!("unseen.txt lists `{stale}\n  fix: remove the line\n")), "{said}");
    }
    std::fs::write(folder.join("unseen.txt"), "").unwrap();
    let unlisted = text(&opwright(&["check", &folder.to_string_lossy(), "--exits"]).stdout);
    let missing = unlisted.lines().filter_map(|line| line.strip_suffix(": <reason>"));
    let all: String = missing.map(|end| format!("{end}: so it is\n")).collect();
    for (more, code) in [("", 0), ("pay outcome.done: so it is\n", 1)] {
        std::fs::write(folder.join("unseen.txt"), format!("{all}{more}")).unwrap();
        let output = opwright(&["check", &folder.to_string_lossy(), "--exits"]);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    }
    drop(std::fs::remove_dir_all(folder));
}

#[test]
fn what_is_not_understood_ends_with_code_2() {
    for arguments in [&["chek"][..], &["graph"], &["check", "specs/retail", "--jsn"], &["check", "a", "b"]] {
        let output = opwright(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = text(&output.stderr);
        assert!(
            said.starts_with("error: ") && said.lines().count() == 2,
            "one line, and how to get help: {said}"
        );
    }
    // Who says nothing is told all that can be said.
    let nothing = opwright(&[]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(text(&nothing.stderr).contains("opwright check") && text(&nothing.stdout).is_empty());
    assert_eq!(opwright(&["check", "no/such/folder"]).status.code(), Some(1));
    for asked in [&["--help"][..], &["check", "--help"], &["new", "shop", "-h"], &["help"]] {
        let output = opwright(asked);
        assert!(output.status.success() && text(&output.stdout).contains("usage:"), "{asked:?}");
    }
}

/// Each fix can be done, and mends what is wrong.
#[test]
fn a_slip_is_told_what_to_write_instead() {
    for (arguments, said, fix) in [
        (&["new", "Shop-1"][..], "cannot be the name of a service", "write `opwright new shop_1`"),
        (&["new"], "say what it is called", "write `opwright new my_shop`"),
        (&["new", "match"], "means something to cargo or Rust", "choose another name, such as `my_match`"),
        (
            &["new", "shop", "--runtime", "docs"],
            "docs has no crate `runtime`",
            "name the folder of Opwright's",
        ),
        (
            &["check", "--explain", "E9999"],
            "there is no code `E9999`",
            "`opwright reference` has all of them",
        ),
        (
            &["graph", "specs/retail"],
            "say which folder to write to: `--out FOLDER`",
            "write `opwright graph specs/retail --out FOLDER`",
        ),
        (
            &["check", "specs/retail/service.yaml"],
            "is a file: specs are read together",
            "name its folder: `specs/retail`",
        ),
        (
            &["graph", "specs/retail", "--out", "Cargo.toml"],
            "cannot write to Cargo.toml",
            "name a folder that can be written: `--out DIR`",
        ),
        (
            &["emit", "specs/retail", "--out", "Cargo.toml"],
            "cannot write to Cargo.toml",
            "name a folder that can",
        ),
        (&["new", "shop", "--path", "Cargo.toml"], "cannot write ", "name another folder with `--path DIR`"),
    ] {
        let output = opwright(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let all = text(&output.stderr);
        let (first, last) = all.split_once("\n  fix: ").unwrap_or_else(|| panic!("{arguments:?}: {all}"));
        assert!(first.contains(said) && last.starts_with(fix), "{arguments:?}: {all}");
    }
}

#[test]
fn help_is_a_table_and_a_command_says_its_own_part() {
    let all = text(&opwright(&["help"]).stdout);
    let lines: Vec<&str> = all.lines().filter(|line| line.contains("opwright ")).collect();
    assert!(lines.len() > 8 && lines.iter().all(|line| line.starts_with("  opwright ")), "{all}");
    for asked in [&["graph", "--help"][..], &["help", "graph"], &["graph", "specs", "-h"]] {
        let said = text(&opwright(asked).stdout);
        assert!(said.starts_with("usage:\n  opwright graph ") && !said.contains("opwright check"), "{said}");
    }
}

#[test]
fn the_version_is_told() {
    for asked in ["version", "--version", "-V"] {
        let output = opwright(&[asked]);
        let version = format!("opwright {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), version));
    }
}

/// In the folder of a project `check` finds its specs; whoever names that folder itself is told of a file that is none,
/// and where the specs are.
#[test]
fn a_project_has_its_specs_in_a_folder() {
    const SPEC: &str = "service: shop\nsummary: A shop.\ncapabilities: { a.read: Look. }\n";
    let folder = std::env::temp_dir().join(format!("opwright_project_{}", std::process::id()));
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(&path, text)).unwrap_or_else(|error| panic!("{error}"));
    };
    write(".github/workflows/ci.yml", "name: ci\non: push\n");
    for arguments in [&["check"][..], &["check", "--json"], &["graph", "--out", "x"]] {
        let output = opwright_in(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(said.contains("there is no folder `specs` here"), "{said}");
    }
    write("specs/a.yaml", SPEC);
    for arguments in [&["check"][..], &["check", "."]] {
        let output = opwright_in(&folder, arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).starts_with("shop is good: "), "{}", text(&output.stdout));
    }
    write("docker-compose.yml", "services:\n  db: { image: postgres }\n");
    assert!(opwright_in(&folder, &["check"]).status.success());
    let output = opwright_in(&folder, &["check", "."]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("if this file is no spec, name a folder that holds only specs"), "{said}");
    assert!(!said.contains("did you mean `service`"), "a list of services is none misspelt: {said}");
    assert!(said.ends_with("name their folder: `./specs`\n"), "{said}");
    drop(std::fs::remove_dir_all(folder));
}

/// An argument that nothing uses is a warning, in text and as JSON: the specs are good, and are told so.
#[test]
fn an_unused_argument_is_a_warning() {
    const SPEC: &str = "service: shop\nsummary: A shop.\ncapabilities: { a.read: Look. }\n\
        ---\nresource: thing\nsummary: A thing.\nfields: { id: id }\n\
        ---\noperation: look\nsummary: Look.\nrequires: a.read\n\
        input:\n  thing: { type: ref, to: thing }\n  reason: string\n  other: { type: ref, to: thing }\n\
        \x20 near: { type: ref, to: thing, where: row == thing }\nreturns: thing\n";
    let folder = std::env::temp_dir().join(format!("opwright_unused_{}", std::process::id()));
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join("a.yaml"), SPEC));
    written.unwrap_or_else(|error| panic!("{error}"));
    let path = folder.to_string_lossy();
    let output = opwright(&["check", &path]);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("warning: ").count(), 2, "a reference with a `where` is a check: {said}");
    assert!(said.contains("warning: nothing uses the argument `reason`\n"), "{said}");
    assert!(said.contains("use `input.reason` in a step or in `returns`, or remove it"), "{said}");
    assert!(said.contains("nothing uses the argument `other`"), "{said}");
    let output = opwright(&["check", &path, "--json"]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains("\"level\":\"warning\"")).count(), 2, "{said}");
    drop(std::fs::remove_dir_all(folder));
}

/// An edit is answered, a mended one too, and it goes on until it is ended.
#[test]
fn watching_answers_every_edit() {
    const SPEC: &str = "service: shop\nsummary: A shop.\ncapabilities: { a.read: Look. }\n";
    let folder = std::env::temp_dir().join(format!("opwright_watch_{}", std::process::id()));
    let write = |text: &str| {
        let written =
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join("a.yaml"), text));
        written.unwrap_or_else(|error| panic!("{error}"));
    };
    write(SPEC);
    let mut command = Command::new(env!("CARGO_BIN_EXE_opwright"));
    command.args(["check", "--watch"]).arg(&folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{error}"));
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else { panic!("no pipes") };
    let (mut out, mut err) = (BufReader::new(out).lines(), BufReader::new(err).lines());
    until(&mut out, "shop is good: 0 resources");
    write(&SPEC.replace("summary", "sumary"));
    until(&mut err, "── changed: a.yaml ──");
    until(&mut err, "did you mean `summary`?");
    write(&format!("{SPEC}---\nresource: thing\nsummary: A thing.\nfields: {{ id: id }}\n"));
    until(&mut out, "shop is good: 1 resource");
    child.kill().and_then(|()| child.wait()).unwrap_or_else(|error| panic!("{error}"));
    drop(std::fs::remove_dir_all(folder));
}

/// While there are mistakes, the pictures are those from before them, and are called that.
#[test]
fn pictures_of_the_version_before_are_called_that() {
    const SPEC: &str = "service: shop\nsummary: A shop.\ncapabilities: { a.read: Look. }\n\
        ---\nresource: thing\nsummary: A thing.\nfields: { id: id }\n\
        ---\noperation: look\nsummary: Look.\nrequires: a.read\ninput:\n  thing: { type: ref, to: thing }\nreturns: thing\n";
    let folder = std::env::temp_dir().join(format!("opwright_drawn_{}", std::process::id()));
    let write = |text: &str| {
        let made =
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join("a.yaml"), text));
        made.unwrap_or_else(|error| panic!("{error}"));
    };
    write(SPEC);
    let mut command = Command::new(env!("CARGO_BIN_EXE_opwright"));
    command.args(["graph", "--watch", "--out"]).arg(folder.join("out")).arg(&folder);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{error}"));
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else { panic!("no pipes") };
    let (mut out, mut err) = (BufReader::new(out).lines(), BufReader::new(err).lines());
    until(&mut out, "drew 1 operation");
    write(&SPEC.replace("returns: thing", "returns: thin"));
    until(&mut err, "did you mean `thing`?");
    until(&mut err, "are still those of the version before");
    child.kill().and_then(|()| child.wait()).unwrap_or_else(|error| panic!("{error}"));
    drop(std::fs::remove_dir_all(folder));
}

/// Reads up to a line with this in it.
fn until(lines: &mut impl Iterator<Item = std::io::Result<String>>, wanted: &str) {
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains(wanted))), "{wanted}");
}
