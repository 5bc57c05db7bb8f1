//! `opwright check`, as people and programs run it.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use std::path::Path;
use std::process::{Command, Output};

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
