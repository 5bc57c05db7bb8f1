//! The chores of this repository: `cargo xtask test` runs every test, `replay` the cases of the shop.

mod bench;
mod differential;
mod fresh;
mod lint;
mod needs;
mod pages;
mod postgres;
mod replay;
mod sabotage;
mod scale;
mod steps;
mod swaps;
mod test;
mod tools;
mod torture;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test          get what the tests need, and run every test
cargo xtask new           build, test and serve what `opwright new` makes
cargo xtask lint          look for what this repository does not want
cargo xtask replay DIR    replay the cases of the shop in DIR over HTTP, and compare
cargo xtask pages         look at the pages of a service in a browser
cargo xtask bench         measure the generated service beside one that was written by hand
cargo xtask scale         measure the compiler with 1,000 and 10,000 operations
cargo xtask sabotage      plant plausible bugs: a test has to find each of them
cargo xtask swaps         swap lines of generated code: rustc or the graph has to notice
cargo xtask differential  random programs, compiled and interpreted, do the same
cargo xtask torture       random tests, again and again

`cargo xtask CHORE --help` says more.
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
        "replay" => replay::run(parser),
        "sabotage" => sabotage::run(parser),
        "differential" => differential::run(parser),
        "torture" => torture::run(parser),
        "test" => plain(parser, test::HELP, test::run),
        "scale" => plain(parser, scale::HELP, scale::run),
        "lint" => plain(parser, lint::HELP, lint::run),
        "new" => plain(parser, fresh::HELP, fresh::run),
        "swaps" => plain(parser, swaps::HELP, swaps::run),
        "pages" => plain(parser, pages::HELP, pages::run),
        "help" => {
            print!("{HELP}");
            Ok(true)
        }
        other => Err(format!("there is no chore `{other}`\n\n{HELP}")),
    }
}

/// A chore without options.
fn plain(
    parser: &mut lexopt::Parser,
    help: &str,
    chore: fn() -> Result<bool, Failed>,
) -> Result<bool, Failed> {
    match parser.next().map_err(|error| error.to_string())? {
        None => chore(),
        Some(lexopt::Arg::Long("help") | lexopt::Arg::Short('h')) => {
            print!("{help}");
            Ok(true)
        }
        Some(other) => Err(format!("{}\n\n{help}", other.unexpected())),
    }
}
