//! The `opwright` command.
//!
//! ```text
//! opwright check specs/retail            what is wrong, as rustc would say it; exit code 1 if anything is
//! opwright check specs/retail --json     the same, one JSON object a line
//! opwright check specs/retail --exits    which ways to end have no scenario
//! opwright check --explain E0401         what a code means, a mistake of its kind, and the same without it
//! opwright emit specs/retail --out DIR   the Rust that a build script makes of them
//! opwright new shop                      a service of a few files that builds, serves and tests itself
//! opwright reference                     the language: keys, types, functions and mistakes, as Markdown
//! opwright schema                        the JSON Schema of specs, for editors
//! opwright graph specs/retail --out DIR  every path of every operation as a page, for Graphviz, as text and as JSON
//! ```
//!
//! Each command is a file of its own that takes the arguments after its name.

mod check;
mod emit;
mod exits;
mod graph;
mod meant;
mod new;
mod places;
mod print;
mod specs;
mod watch;

use lexopt::prelude::*;
use std::ffi::OsString;
use std::process::ExitCode;

const HELP: &str = "\
Checks and draws specs of business operations.

usage:
  opwright check DIR             say what is wrong with the specs in DIR; exit code 1 if anything is
  opwright check DIR --json      the same for programs: one JSON object a line on standard output, whatever
                                 comes of it; its `level` is error, warning, or good in the last line
  opwright check DIR --exits     say besides which exits of which operations have no scenario; exit code 1 if
                                 any has none, but for those that DIR/unseen.txt lists with the reason, one
                                 a line: `operation node!code: reason`
  opwright check --explain CODE  say what a code means, with an example and how it is mended
  opwright graph DIR --out DIR   draw every path of every operation: HTML, DOT, text and JSON
  opwright emit DIR --out DIR    write the Rust that a build script makes of the specs, to be read
  opwright new NAME [--path DIR] make a service of a few files that builds, serves and tests itself;
                                 --runtime PATH takes Opwright from a folder instead of a registry
  opwright reference             print the reference of the language as Markdown
  opwright schema                print the JSON Schema of specs, for editors
  opwright help                  say this

`check`, `graph` and `emit` take --watch: the same again at every edit, until Ctrl-C.
";

fn main() -> ExitCode {
    let mut parser = lexopt::Parser::from_env();
    match run(&mut parser) {
        Ok(code) => code,
        Err(error) => {
            let words: Vec<OsString> = std::env::args_os().skip(1).collect();
            let json = words.iter().any(|word| word == "--json");
            specs::fail(
                &error.to_string(),
                &meant::fix(&words),
                if json { specs::Form::Json } else { specs::Form::Text },
            );
            // 2 says that the command was not understood: nothing was checked.
            ExitCode::from(2)
        }
    }
}

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    // Whoever asks for help is helped, wherever they ask.
    if std::env::args_os().any(|argument| argument == "--help" || argument == "-h") {
        return Ok(help());
    }
    let Some(first) = parser.next()? else { return Err("say what to do".into()) };
    match first {
        Value(name) if name == "check" => check::run(parser),
        Value(name) if name == "emit" => emit::run(parser),
        Value(name) if name == "graph" => graph::run(parser),
        Value(name) if name == "new" => new::run(parser),
        Value(name) if name == "reference" => print::run(parser, opwright_codegen::reference::markdown),
        Value(name) if name == "schema" => print::run(parser, opwright_codegen::reference::schema),
        Value(name) if name == "help" => Ok(help()),
        Value(name) => Err(format!("there is no command `{}`", name.to_string_lossy()).into()),
        other => Err(other.unexpected()),
    }
}

fn help() -> ExitCode {
    print!("{HELP}");
    ExitCode::SUCCESS
}
