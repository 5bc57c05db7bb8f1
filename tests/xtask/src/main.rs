//! The chores of this repository: `cargo xtask test` runs every test, `replay` the cases of the shop.

mod bench;
mod lint;
mod postgres;
mod replay;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test                       get what the tests need, and run every test
cargo xtask lint                       look for what this repository does not want
cargo xtask replay DIR [--database sqlite|postgres|both] [--case NAME]
                                       replay the cases of the shop in DIR over HTTP, and compare
cargo xtask bench                      measure the generated service beside one that was written by hand
";

/// What a chore says when it cannot go on.
pub(crate) type Failed = String;

fn main() -> ExitCode {
    let mut parser = lexopt::Parser::from_env();
    match run(&mut parser) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `false` says that something was found wrong.
fn run(parser: &mut lexopt::Parser) -> Result<bool, Failed> {
    let first = parser.next().map_err(|error| error.to_string())?;
    let name = match first {
        Some(lexopt::Arg::Value(name)) => name.to_string_lossy().into_owned(),
        _ => "help".to_owned(),
    };
    match name.as_str() {
        "bench" => bench::run(parser),
        "test" => test::run(),
        "lint" => lint::run(),
        "replay" => replay::run(parser),
        "help" => {
            print!("{HELP}");
            Ok(true)
        }
        other => Err(format!("there is no chore `{other}`\n\n{HELP}")),
    }
}
