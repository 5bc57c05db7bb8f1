//! The commands: the one table that runs them, shows them in `help`, and knows what was meant by a slip.

use crate::{check, emit, graph, new, print};
use std::process::ExitCode;

/// A command of the program.
pub(crate) struct Command {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its options, without the dashes.
    pub(crate) options: &'static [Opt],
    /// Whether it is given a folder of specs.
    pub(crate) of_specs: bool,
    /// What `help` says of it.
    pub(crate) help: &'static str,
    /// Reads the arguments behind the name, and does it.
    pub(crate) run: fn(&mut lexopt::Parser) -> Result<ExitCode, lexopt::Error>,
}

/// An option of a command.
pub(crate) enum Opt {
    /// It is there or not.
    Flag(&'static str),
    /// A value follows it.
    Valued(&'static str),
}

impl Opt {
    /// Its name, without the dashes.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Flag(name) | Self::Valued(name) => name,
        }
    }
}

use Opt::{Flag, Valued};

/// All commands, in the order in which `help` shows them.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "check",
        options: &[Flag("json"), Flag("exits"), Flag("watch"), Valued("explain")],
        of_specs: true,
        help: "  opwright check [DIR]           say what is wrong with the specs in DIR; exit code 1 if anything is
  opwright check DIR --json      the same for programs: one JSON object a line on standard output, whatever
                                 comes of it; its `level` is error, warning, or good in the last line
  opwright check DIR --exits     say besides which exits of which operations have no scenario; exit code 1 if
                                 any has none, but for those that DIR/unseen.txt lists with the reason, one
                                 a line: `operation node!code: reason`
  opwright check --explain CODE  say what a code means, with an example and how it is mended; with --json as
                                 one object of code, title, why, example and mended
",
        run: check::run,
    },
    Command {
        name: "graph",
        options: &[Valued("out"), Flag("watch")],
        of_specs: true,
        help: "  opwright graph [DIR] --out DIR draw every path of every operation: HTML, DOT, text and JSON
",
        run: graph::run,
    },
    Command {
        name: "emit",
        options: &[Valued("out"), Flag("watch")],
        of_specs: true,
        help: "  opwright emit [DIR] --out DIR  write the Rust that a build script makes of the specs, to be read
",
        run: emit::run,
    },
    Command {
        name: "new",
        options: &[Valued("path"), Valued("runtime")],
        of_specs: false,
        help: "  opwright new NAME [--path DIR] make a service of a few files that builds, serves and tests itself;
                                 --runtime PATH takes Opwright from a folder instead of a registry
",
        run: new::run,
    },
    Command {
        name: "reference",
        options: &[],
        of_specs: false,
        help: "  opwright reference             print the reference of the language as Markdown
",
        run: |parser| print::run(parser, opwright_codegen::reference::markdown),
    },
    Command {
        name: "schema",
        options: &[],
        of_specs: false,
        help: "  opwright schema                print the JSON Schema of specs, for editors
",
        run: |parser| print::run(parser, opwright_codegen::reference::schema),
    },
    Command {
        name: "help",
        options: &[],
        of_specs: false,
        help: "  opwright help [COMMAND]        say this, or what a command does
",
        run: |parser| {
            let named = match parser.next()? {
                Some(lexopt::Arg::Value(name)) => name.to_str().and_then(command),
                _ => None,
            };
            print!("{}", named.map_or_else(help, help_of));
            Ok(ExitCode::SUCCESS)
        },
    },
    Command {
        name: "version",
        options: &[],
        of_specs: false,
        help: "  opwright version               print the version of this command
",
        run: |parser| print::run(parser, version),
    },
];

/// The command of this name.
pub(crate) fn command(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|it| it.name == name)
}

/// The version of this command.
pub(crate) fn version() -> String {
    format!("opwright {}\n", env!("CARGO_PKG_VERSION"))
}

/// What there is.
pub(crate) fn help() -> String {
    let lines: String = COMMANDS.iter().map(|it| it.help).collect();
    format!("Checks and draws specs of business operations.\n\nusage:\n{lines}\n{OF_SPECS}")
}

/// What one command does.
pub(crate) fn help_of(command: &Command) -> String {
    let more = if command.of_specs { format!("\n{OF_SPECS}") } else { String::new() };
    format!("usage:\n{}{more}", command.help)
}

/// What commands that are given a folder of specs have in common.
const OF_SPECS: &str = "\
`check`, `graph` and `emit` take --watch: the same again at every edit, until Ctrl-C. Without DIR they take
the folder `specs`, if there is one here.
";
