//! Compiles what the tests call: the services of the specs, and expressions one by one.

#[path = "build/expressions.rs"]
mod expressions;
#[path = "build/forms.rs"]
mod forms;
#[path = "build/pages.rs"]
mod pages;
#[path = "build/random.rs"]
mod random;
#[path = "build/service.rs"]
mod service;
#[path = "../codegen/tests/cel/vectors.rs"]
mod vectors;
#[path = "build/world.rs"]
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    for (folder, name) in [
        ("../specs/helpdesk", "helpdesk"),
        ("../specs/retail", "retail"),
        ("specs/guards", "guards"),
        ("specs/circles", "circles"),
        ("specs/inside", "inside"),
        ("specs/members", "members"),
        ("specs/deletes", "deletes"),
        ("specs/scenarios", "scenarios"),
        ("specs/growth/one", "growth_one"),
        ("specs/growth/two", "growth_two"),
        ("specs/growth/three", "growth_three"),
        ("specs/language", "language"),
        ("specs/rows", "rows"),
        ("specs/excluded", "excluded"),
    ] {
        let end = opwright_codegen::compile_as(folder, name);
        if end != ExitCode::SUCCESS {
            return end;
        }
    }
    if let Err(error) = readme() {
        println!("cargo::error=the spec of the README is not there: {error}");
        return ExitCode::FAILURE;
    }
    let end = opwright_codegen::compile_as(out().join("readme_specs"), "readme");
    if end != ExitCode::SUCCESS {
        return end;
    }
    if let Err(error) = expressions::write() {
        println!("cargo::error=cannot write the expressions: {error}");
        return ExitCode::FAILURE;
    }
    let made = [
        ("world", world::yaml()),
        ("forms", forms::yaml()),
        ("pages", pages::yaml()),
        ("private", private()),
    ];
    for (name, yaml) in made {
        if let Err(error) = service::write(name, yaml) {
            println!("cargo::error=the service `{name}` of the tests is not one");
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn out() -> PathBuf {
    std::env::var_os("OUT_DIR").map_or_else(PathBuf::new, PathBuf::from)
}

/// Messages that tell what is masked, to see that it is: that nobody reads it is no news here.
fn private() -> String {
    println!("cargo::rerun-if-changed=specs/private/service.yaml");
    std::fs::read_to_string("specs/private/service.yaml").unwrap_or_default()
}

/// The spec of "A service of your own", as a folder of specs.
fn readme() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=../README.md");
    let readme = std::fs::read_to_string("../README.md")?;
    let own = readme.split_once("## A service of your own").map_or("", |(_, own)| own);
    let spec =
        own.split_once("```yaml\n").and_then(|(_, rest)| rest.split_once("```")).map_or("", |(spec, _)| spec);
    let (folder, file) = (out().join("readme_specs"), out().join("readme_specs/notes.yaml"));
    std::fs::create_dir_all(folder)?;
    // Cargo goes by the time of files.
    if std::fs::read_to_string(&file).ok().as_deref() == Some(spec) {
        Ok(())
    } else {
        std::fs::write(file, spec)
    }
}
