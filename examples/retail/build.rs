//! Compiles the specs.

fn main() -> std::process::ExitCode {
    opwright_codegen::compile("../../specs/retail")
}
