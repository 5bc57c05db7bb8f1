//! `opwright new` makes what the compiler takes; that it builds, serves and passes is tried by `cargo xtask new`.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn opwright(arguments: &[&str]) -> (i32, String, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_opwright")).args(arguments).output();
    let Output { status, stdout, stderr } = command.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A folder that is not there yet.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("new_{name}"));
    drop(std::fs::remove_dir_all(&folder));
    folder
}

#[test]
fn its_specs_are_good() {
    let folder = folder("good");
    let (code, said, wrong) = opwright(&["new", "corner_shop", "--path", folder.to_str().unwrap()]);
    assert_eq!(code, 0, "{wrong}");
    for told in ["cargo run", "takes some minutes", "specs/operations.yaml", "opwright reference"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    // As long as no registry has the crates, what to do then stands there.
    let again = format!(
        "fix: remove the folder, and write `opwright new corner_shop --path {} --runtime ",
        folder.display()
    );
    assert!(wrong.contains("in a registry") && wrong.contains(&again), "{wrong}");
    let (code, said, wrong) = opwright(&["check", folder.join("specs").to_str().unwrap()]);
    assert_eq!((code, wrong.as_str()), (0, ""));
    assert!(said.starts_with("corner_shop is good"), "{said}");
    // What its README recommends has nothing to say of it.
    let (code, said, wrong) = opwright(&["check", folder.join("specs").to_str().unwrap(), "--exits"]);
    assert_eq!((code, wrong.as_str()), (0, ""), "{said}");
    assert!(
        said.contains("has a scenario, or is one of 1 in unseen.txt") && !said.contains("remove the line"),
        "{said}"
    );
    let cargo = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    assert!(cargo.contains("name = \"corner_shop\"") && cargo.contains("opwright-runtime = \"0."), "{cargo}");
    for spec in ["service", "operations", "scenarios"] {
        let text = std::fs::read_to_string(folder.join(format!("specs/{spec}.yaml"))).unwrap();
        assert!(text.starts_with("# yaml-language-server: $schema=../opwright.schema.json\n"), "{text}");
    }
    let editor = std::fs::read_to_string(folder.join(".vscode/settings.json")).unwrap();
    assert!(editor.contains(r#""./opwright.schema.json": ["specs/**/*.yaml""#), "{editor}");
    let schema = std::fs::read_to_string(folder.join("opwright.schema.json")).unwrap();
    assert_eq!(schema, opwright(&["schema"]).1);
    let extensions = std::fs::read_to_string(folder.join(".vscode/extensions.json")).unwrap();
    assert!(extensions.contains("redhat.vscode-yaml"), "{extensions}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn its_crates_may_be_of_a_folder() {
    let folder = folder("local");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (root, path) = (root.to_str().unwrap(), folder.to_str().unwrap());
    let (code, _, wrong) = opwright(&["new", "shop", "--path", path, "--runtime", root]);
    assert_eq!((code, wrong.as_str()), (0, ""));
    let cargo = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    assert!(cargo.contains("opwright-codegen = { path = '"), "{cargo}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_there_is_left_alone() {
    let folder = folder("there");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.txt"), "mine").unwrap();
    let (code, _, wrong) = opwright(&["new", "shop", "--path", folder.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(wrong.contains("is not empty") && wrong.contains("fix:"), "{wrong}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn names_and_folders_that_cannot_be_are_said() {
    for (arguments, said) in [
        (&["new"][..], "say what it is called"),
        (&["new", "Shop"], "cannot be the name"),
        (&["new", "My Shop"], "write `opwright new my_shop`"),
        (&["new", "My Shop", "--path", "a b"], "write `opwright new my_shop --path 'a b'`"),
        (&["new", "--path", "it's"], r"write `opwright new my_shop --path 'it'\''s'`"),
        (&["new", "match"], "choose another name"),
        (&["new", "shop", "--runtime", "nowhere"], "has no crate `runtime`"),
    ] {
        let (code, _, wrong) = opwright(arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(wrong.contains(said), "{wrong}");
    }
}
