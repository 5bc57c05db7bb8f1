//! `opwright check`, as people and programs run it.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn opwright(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_opwright"));
    command.current_dir(root).args(arguments);
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
    let output = opwright(&["check", folder, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).lines().all(|line| line.starts_with("{\"code\":\"E")));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn what_is_not_understood_ends_with_code_2() {
    for arguments in
        [&[][..], &["chek"], &["check"], &["check", "specs/retail", "--jsn"], &["check", "a", "b"]]
    {
        assert_eq!(opwright(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(opwright(&["check", "no/such/folder"]).status.code(), Some(1));
    assert!(opwright(&["--help"]).status.success());
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
    until(&mut err, "── changed ──");
    until(&mut err, "did you mean `summary`?");
    write(&format!("{SPEC}---\nresource: thing\nsummary: A thing.\nfields: {{ id: id }}\n"));
    until(&mut out, "shop is good: 1 resource");
    child.kill().and_then(|()| child.wait()).unwrap_or_else(|error| panic!("{error}"));
    drop(std::fs::remove_dir_all(folder));
}

/// Reads up to a line with this in it.
fn until(lines: &mut impl Iterator<Item = std::io::Result<String>>, wanted: &str) {
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains(wanted))), "{wanted}");
}
