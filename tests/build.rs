//! Compiles what the tests call: the services of the specs, and expressions one by one.

#[path = "build/expressions.rs"]
mod expressions;
#[path = "build/forms.rs"]
mod forms;
#[path = "build/random.rs"]
mod random;
#[path = "build/service.rs"]
mod service;
#[path = "../codegen/tests/cel/vectors.rs"]
mod vectors;
#[path = "build/world.rs"]
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    for (folder, name) in [
        ("../specs/helpdesk", "helpdesk"),
        ("../specs/retail", "retail"),
        ("specs/guards", "guards"),
        ("specs/private", "private"),
    ] {
        let end = opwright_codegen::compile_as(folder, name);
        if end != ExitCode::SUCCESS {
            return end;
        }
    }
    if let Err(error) = expressions::write() {
        println!("cargo::error=cannot write the expressions: {error}");
        return ExitCode::FAILURE;
    }
    for (name, yaml) in [("world", world::yaml()), ("forms", forms::yaml())] {
        if let Err(error) = service::write(name, yaml) {
            println!("cargo::error=the service `{name}` of the tests is not one");
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
