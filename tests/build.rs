//! Compiles the specs that the tests call.

use std::process::ExitCode;

fn main() -> ExitCode {
    for name in ["helpdesk", "retail"] {
        let end = opwright_codegen::compile_as(format!("../specs/{name}"), name);
        if end != ExitCode::SUCCESS {
            return end;
        }
    }
    ExitCode::SUCCESS
}
