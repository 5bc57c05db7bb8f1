//! Compiles what the tests call: the services of the specs, and expressions one by one.

#[path = "build/expressions.rs"]
mod expressions;
#[path = "build/random.rs"]
mod random;
#[path = "../codegen/tests/cel/vectors.rs"]
mod vectors;
#[path = "build/world.rs"]
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    for (folder, name) in
        [("../specs/helpdesk", "helpdesk"), ("../specs/retail", "retail"), ("specs/guards", "guards")]
    {
        let end = opwright_codegen::compile_as(folder, name);
        if end != ExitCode::SUCCESS {
            return end;
        }
    }
    if let Err(error) = expressions::write() {
        println!("cargo::error=cannot write the expressions: {error}");
        return ExitCode::FAILURE;
    }
    if let Err(error) = world::write() {
        println!("cargo::error=the world of the expressions is not as the table says");
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
