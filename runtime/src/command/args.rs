//! What the command line asks for.
//!
//! ```text
//! helpdesk [serve] [--listen 127.0.0.1:7400] [--database sqlite:helpdesk.db] [--demo]
//! helpdesk migrate --plan
//! helpdesk token add ada customers.write
//! ```

use crate::command::named::{Named, variable};
use crate::command::{Failure, migrate};
use lexopt::{Arg, Parser, ValueExt};
use opwright_values::suggest::closest;
use std::ffi::OsString;
use std::path::PathBuf;

/// Where a service listens unless told otherwise.
pub(crate) const LISTEN: &str = "127.0.0.1:7400";

/// A command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    /// Where the database is.
    pub(crate) database: String,
    /// What says so.
    pub(crate) named: Named,
    /// Whether a program reads what is printed.
    pub(crate) json: bool,
    /// What to do.
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Answer calls.
    Serve(Serve),
    /// Answer calls on a database of its own, and make some.
    Demo(Serve),
    /// Widen the tables, or only print how.
    Migrate(migrate::Options),
    /// Make a token.
    TokenAdd {
        /// What it is called.
        name: String,
        /// What it allows.
        capabilities: Vec<String>,
    },
    /// Print the tokens.
    TokenList,
    /// End a token.
    TokenRevoke {
        /// What it is called.
        name: String,
    },
    /// Load a `data` document.
    DataLoad {
        /// Its name.
        name: String,
    },
    /// Load a file of rows.
    DataImport {
        /// The file.
        file: PathBuf,
    },
    /// See whether the rows are as the gateway left them.
    Verify,
    /// Run scenarios.
    Scenario {
        /// A part of their names or of the operation that they call; `None`: all.
        name: Option<String>,
    },
    /// Explain a command, or all.
    Help(Topic),
    /// Print the version.
    Version,
}

/// How to serve.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Serve {
    /// Address and port.
    pub(crate) listen: String,
    /// Whether the address may be one that other machines reach.
    pub(crate) anywhere: bool,
    /// Whether an empty database is filled with demo data, and a token made.
    pub(crate) demo: bool,
}

/// What help is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Everything.
    All,
    /// `serve`
    Serve,
    /// `demo`
    Demo,
    /// `migrate`
    Migrate,
    /// `token`
    Token,
    /// `data`
    Data,
    /// `verify`
    Verify,
    /// `scenario`
    Scenario,
}

#[derive(Default)]
struct Options {
    database: Option<String>,
    listen: Option<String>,
    anywhere: bool,
    demo: bool,
    plan: bool,
    back: bool,
    sql: bool,
    json: bool,
    help: bool,
    version: bool,
    words: Vec<String>,
}

/// Reads a command line. `env` gives environment variables, `demo` is whether `serve` fills an empty database
/// that nobody has named.
pub(crate) fn parse(
    args: impl IntoIterator<Item = OsString>,
    env: &dyn Fn(&str) -> Option<String>,
    service: &str,
    demo: bool,
) -> Result<Args, Failure> {
    let options = options(Parser::from_iter(args))?;
    let mut words = options.words.iter().map(String::as_str);
    let first = words.next().unwrap_or("serve");
    let rest: Vec<&str> = words.collect();
    let command = if options.version {
        Command::Version
    } else if options.help || first == "help" {
        Command::Help(topic(if first == "help" {
            rest.first().copied()
        } else {
            options.words.first().map(String::as_str)
        }))
    } else {
        if options.plan && first != "migrate" {
            return Err(Failure::usage("`--plan` belongs to `migrate`"));
        }
        if options.back && first != "migrate" {
            return Err(Failure::usage("`--back` belongs to `migrate`"));
        }
        if options.sql && first != "migrate" {
            return Err(Failure::usage("`--sql` belongs to `migrate`"));
        }
        if options.sql && options.json {
            return Err(Failure::usage("`--json` has the SQL in it: leave `--sql` out"));
        }
        let said = matches!((first, rest.as_slice()), ("migrate" | "verify", _) | ("token", ["list", ..]));
        if options.json && !said {
            return Err(Failure::usage("`--json` belongs to `migrate`, `token list` and `verify`"));
        }
        let serves = options.listen.is_some() || options.anywhere || options.demo;
        let of_demo = first == "demo" && !options.anywhere && !options.demo;
        if serves && first != "serve" && !of_demo {
            return Err(Failure::usage("`--listen`, `--listen-anywhere` and `--demo` belong to `serve`"));
        }
        command(first, &rest, &options, env, demo)?
    };
    let variable = variable(env);
    let named = Named::of(options.database.as_deref(), variable.as_deref());
    let database = options.database.or(variable);
    let database = database.unwrap_or_else(|| format!("sqlite:{service}.db"));
    Ok(Args { database, named, json: options.json, command })
}

fn options(mut parser: Parser) -> Result<Options, Failure> {
    const LONG: [&str; 10] =
        ["database", "listen", "listen-anywhere", "demo", "plan", "back", "sql", "json", "help", "version"];
    let usage = |error: lexopt::Error| Failure::usage(error);
    let mut options = Options::default();
    while let Some(arg) = parser.next().map_err(usage)? {
        match arg {
            Arg::Long("database") => options.database = Some(text(&mut parser)?),
            Arg::Long("listen") => options.listen = Some(text(&mut parser)?),
            Arg::Long("listen-anywhere") => options.anywhere = true,
            Arg::Long("demo") => options.demo = true,
            Arg::Long("plan") => options.plan = true,
            Arg::Long("back") => options.back = true,
            Arg::Long("sql") => options.sql = true,
            Arg::Long("json") => options.json = true,
            Arg::Long("help") | Arg::Short('h') => options.help = true,
            Arg::Long("version") | Arg::Short('V') => options.version = true,
            Arg::Value(word) => options.words.push(word.string().map_err(usage)?),
            Arg::Long(other) => {
                return Err(Failure::unknown(
                    "option",
                    &format!("--{other}"),
                    closest(other, LONG).map(|it| format!("--{it}")),
                ));
            }
            Arg::Short(other) => return Err(Failure::unknown("option", &format!("-{other}"), None)),
        }
    }
    Ok(options)
}

fn text(parser: &mut Parser) -> Result<String, Failure> {
    let value = parser.value().and_then(|value| value.string());
    value.map_err(Failure::usage)
}

fn command(
    first: &str,
    rest: &[&str],
    options: &Options,
    env: &dyn Fn(&str) -> Option<String>,
    demo: bool,
) -> Result<Command, Failure> {
    let named = options.database.is_some() || variable(env).is_some();
    match (first, rest) {
        ("serve", []) => Ok(Command::Serve(Serve {
            listen: options
                .listen
                .clone()
                .or_else(|| env("OPWRIGHT_LISTEN"))
                .unwrap_or_else(|| LISTEN.to_owned()),
            anywhere: options.anywhere,
            // A database that somebody names, or a port that others reach, is no place to try things.
            demo: options.demo || (demo && !named && !options.anywhere),
        })),
        ("demo", []) if options.database.is_some() => {
            Err(Failure::usage("`--database` is not for `demo`: it has an empty one of its own"))
        }
        ("demo", []) => Ok(Command::Demo(Serve {
            listen: options.listen.clone().unwrap_or_else(|| "127.0.0.1:0".to_owned()),
            anywhere: false,
            demo: true,
        })),
        ("migrate", []) => {
            let (plan, back, sql) = (options.plan, options.back, options.sql);
            Ok(Command::Migrate(migrate::Options { plan, back, sql }))
        }
        ("token", ["list"]) => Ok(Command::TokenList),
        ("token", ["list", word, ..]) => Err(Failure::usage(format!("`token list` takes no `{word}`"))),
        ("token", ["revoke", name]) => Ok(Command::TokenRevoke { name: (*name).to_owned() }),
        ("token", ["add", name, capabilities @ ..]) => Ok(Command::TokenAdd {
            name: (*name).to_owned(),
            capabilities: capabilities.iter().map(|&it| it.to_owned()).collect(),
        }),
        ("token", _) => {
            Err(Failure::usage("write `token add NAME CAPABILITY…`, `token list` or `token revoke NAME`"))
        }
        ("data", ["load", name]) => Ok(Command::DataLoad { name: (*name).to_owned() }),
        ("data", ["import", file]) => Ok(Command::DataImport { file: PathBuf::from(file) }),
        ("data", _) => Err(Failure::usage("write `data load NAME` or `data import FILE`")),
        ("verify", []) => Ok(Command::Verify),
        ("scenario", _) if options.database.is_some() => Err(Failure::usage(
            "`--database` is not for `scenario`: each scenario has an empty one of its own",
        )),
        ("scenario", []) => Ok(Command::Scenario { name: None }),
        // A sentence may stand in quotes or not.
        ("scenario", words) => Ok(Command::Scenario { name: Some(words.join(" ")) }),
        ("serve" | "demo" | "migrate" | "verify", [word, ..]) => {
            Err(Failure::usage(format!("`{first}` takes no `{word}`")))
        }
        (other, _) => {
            let known = ["serve", "demo", "migrate", "token", "data", "verify", "scenario", "help"];
            Err(Failure::unknown("command", other, closest(other, known).map(str::to_owned)))
        }
    }
}

fn topic(word: Option<&str>) -> Topic {
    match word {
        Some("serve") => Topic::Serve,
        Some("demo") => Topic::Demo,
        Some("migrate") => Topic::Migrate,
        Some("token") => Topic::Token,
        Some("data") => Topic::Data,
        Some("verify") => Topic::Verify,
        Some("scenario") => Topic::Scenario,
        _ => Topic::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Args, String> {
        let env = |name: &str| (name == "OPWRIGHT_LISTEN").then(|| "127.0.0.1:1".to_owned());
        let args = line.split_whitespace().map(OsString::from);
        parse(std::iter::once("shop".into()).chain(args), &env, "shop", false).map_err(|it| it.to_string())
    }

    fn command(line: &str) -> Command {
        parsed(line).unwrap().command
    }

    #[test]
    fn an_example_tries_things_only_where_nobody_names_a_place() {
        let tries = |line: &str, database: Option<&str>| {
            let env = |name: &str| database.filter(|_| name == "OPWRIGHT_DATABASE").map(str::to_owned);
            let args = std::iter::once("shop").chain(line.split_whitespace()).map(OsString::from);
            match parse(args, &env, "shop", true).unwrap().command {
                Command::Serve(serve) => serve.demo,
                other => panic!("{other:?}"),
            }
        };
        assert!(tries("", None) && tries("serve --listen 127.0.0.1:1", None));
        assert!(!tries("--database x.db", None) && !tries("", Some("x.db")));
        assert!(!tries("--listen 0.0.0.0:1 --listen-anywhere", None));
        assert!(tries("--database x.db --demo", None));
    }

    #[test]
    fn commands() {
        let serve = |listen: &str, anywhere, demo| {
            Command::Serve(Serve { listen: listen.to_owned(), anywhere, demo })
        };
        assert_eq!(command(""), serve("127.0.0.1:1", false, false));
        assert_eq!(command("serve --listen [::1]:2 --demo"), serve("[::1]:2", false, true));
        assert_eq!(command("--listen=0.0.0.0:2 --listen-anywhere"), serve("0.0.0.0:2", true, false));
        let demo =
            |listen: &str| Command::Demo(Serve { listen: listen.to_owned(), anywhere: false, demo: true });
        assert_eq!(command("demo"), demo("127.0.0.1:0"));
        assert_eq!(command("demo --listen 127.0.0.1:2"), demo("127.0.0.1:2"));
        let migrate = |plan, back, sql| Command::Migrate(migrate::Options { plan, back, sql });
        assert_eq!(command("migrate --plan"), migrate(true, false, false));
        assert_eq!(command("migrate --back"), migrate(false, true, false));
        assert_eq!(command("migrate --plan --sql"), migrate(true, false, true));
        assert_eq!(command("token list"), Command::TokenList);
        assert_eq!(command("token revoke ada"), Command::TokenRevoke { name: "ada".to_owned() });
        let token =
            Command::TokenAdd { name: "ada".to_owned(), capabilities: vec!["a".to_owned(), "b".to_owned()] };
        assert_eq!(command("token add ada a b"), token);
        assert_eq!(command("data load demo"), Command::DataLoad { name: "demo".to_owned() });
        assert_eq!(command("data import a.json"), Command::DataImport { file: "a.json".into() });
        assert_eq!(command("verify"), Command::Verify);
        assert_eq!(command("scenario"), Command::Scenario { name: None });
        assert_eq!(command("scenario a name"), Command::Scenario { name: Some("a name".to_owned()) });
        assert_eq!(command("token --help"), Command::Help(Topic::Token));
        assert_eq!(command("demo --help"), Command::Help(Topic::Demo));
        assert_eq!(command("help data"), Command::Help(Topic::Data));
        assert_eq!(command("-h"), Command::Help(Topic::All));
        assert!(parsed("token list --json").unwrap().json && !parsed("verify").unwrap().json);
        assert_eq!(parsed("").unwrap().database, "sqlite:shop.db");
        assert_eq!(parsed("migrate --database x.db").unwrap().database, "x.db");
    }

    #[test]
    fn mistakes() {
        for (line, said) in [
            ("serv", "did you mean `serve`?"),
            ("--lisen x", "did you mean `--listen`?"),
            ("token add", "token add NAME CAPABILITY…"),
            ("token revoke", "token revoke NAME"),
            ("token list --json extra", "`token list` takes no `extra`"),
            ("token add a b --json", "belongs to `migrate`"),
            ("migrate now", "takes no `now`"),
            ("verify all", "takes no `all`"),
            ("scenario --database x.db", "an empty one of its own"),
            ("scenarios", "did you mean `scenario`?"),
            ("serve --plan", "belongs to `migrate`"),
            ("serve --back", "belongs to `migrate`"),
            ("serve --sql", "belongs to `migrate`"),
            ("migrate --sql --json", "leave `--sql` out"),
            ("migrate --demo", "belong to `serve`"),
            ("demo --listen-anywhere", "belong to `serve`"),
            ("demo --database x.db", "an empty one of its own"),
            ("--listen", "--listen"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(said), "{line}: {error}");
        }
    }
}
