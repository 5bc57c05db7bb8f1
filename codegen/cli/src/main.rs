//! The `opwright` command.
//!
//! ```text
//! opwright check specs/retail            what is wrong, as rustc would say it; exit code 1 if anything is
//! opwright check specs/retail --json     the same, one JSON object a line
//! opwright check specs/retail --exits    which ways to end have no scenario
//! opwright check --explain E0401         what a code means, a mistake of its kind, and the same without it
//! opwright emit specs/retail --out DIR   the Rust that a build script makes of them
//! opwright new shop                      a service of a few files that builds, serves and tests itself
//! opwright version                       the version of the command
//! opwright reference                     the language: keys, types, functions and mistakes, as Markdown
//! opwright schema                        the JSON Schema of specs, for editors
//! opwright graph specs/retail --out DIR  every path of every operation as a page, for Graphviz, as text and as JSON
//! ```
//!
//! Each command is a file of its own that takes the arguments after its name, and an entry of `commands.rs`.

mod check;
mod commands;
mod emit;
mod exits;
mod graph;
mod meant;
mod new;
mod places;
mod print;
mod slip;
mod specs;
mod watch;

use lexopt::prelude::*;
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut parser = lexopt::Parser::from_env();
    match run(&mut parser) {
        Ok(code) => code,
        Err(error) => {
            let words: Vec<OsString> = std::env::args_os().skip(1).collect();
            let json = words.iter().any(|word| word == "--json");
            let form = if json { specs::Form::Json } else { specs::Form::Text };
            match slip::of(&error) {
                Some(slip) => specs::fail(&slip.said, &slip.fix, form),
                None => specs::fail(&error.to_string(), &meant::fix(&words), form),
            }
            // 2 says that the command was not understood: nothing was checked.
            ExitCode::from(2)
        }
    }
}

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    // Whoever asks for help is helped, wherever they ask.
    if std::env::args_os().any(|argument| argument == "--help" || argument == "-h") {
        let first = std::env::args_os().nth(1);
        let command = first.as_ref().and_then(|name| commands::command(name.to_str()?));
        print!("{}", command.map_or_else(commands::help, commands::help_of));
        return Ok(ExitCode::SUCCESS);
    }
    let Some(first) = parser.next()? else {
        eprint!("{}", commands::help());
        return Ok(ExitCode::from(2));
    };
    if matches!(first, Long("version") | Short('V')) {
        print!("{}", commands::version());
        return Ok(ExitCode::SUCCESS);
    }
    let Value(name) = first else { return Err(first.unexpected()) };
    match name.to_str().and_then(commands::command) {
        Some(command) => (command.run)(parser),
        None => Err(format!("there is no command `{}`", name.to_string_lossy()).into()),
    }
}
