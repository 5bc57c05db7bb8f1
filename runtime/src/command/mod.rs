//! The commands of a service.
//!
//! ```text
//! helpdesk serve      answer calls       helpdesk token add ada customers.write
//! helpdesk migrate    widen the tables   helpdesk data load demo
//! ```

mod args;
mod data;
mod demo;
mod failure;
mod help;
mod lock;
mod migrate;
mod named;
mod paint;
mod play;
mod progress;
mod scenario;
mod serve;
mod token;
mod verify;

use crate::gateway::schema_of;
use crate::operation::Service;
use crate::schema::{NotReady, Wanted, alone};
use crate::store::link::{Fault, Link, Target};
use args::{Args, Command};
pub(crate) use failure::Failure;
use named::Named;
use opwright_values::schema::Schema;
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// What commands work with.
struct Context {
    service: &'static Service,
    schema: Schema,
    target: Target,
    named: Named,
    program: String,
    json: bool,
}

impl Context {
    /// A connection to a database with the tables of the service, which have to be there.
    fn open(&self) -> Result<Link, Failure> {
        self.is_there()?;
        self.connect(Wanted::open_made)
    }

    /// The same; the tables are made if there are none.
    fn open_or_make(&self) -> Result<Link, Failure> {
        self.connect(|wanted, link| wanted.open(link).map(drop))
    }

    fn connect(&self, ready: impl Fn(&Wanted, &mut Link) -> Result<(), NotReady>) -> Result<Link, Failure> {
        let unreachable = |fault: Fault| self.unreachable(&fault);
        let mut link = Link::open(&self.target).map_err(unreachable)?;
        alone::share(&mut link).map_err(unreachable)?;
        match ready(&self.wanted(), &mut link) {
            Ok(()) => link.welcomed(self.wanted().welcome()).map_err(unreachable),
            Err(NotReady::Empty) => {
                Err(self.who_makes(&format!("{} has no tables yet", self.target.shown()), "makes them"))
            }
            Err(error) => Err(migrate::does_not_fit(self, error)),
        }
    }

    /// Refuses a file that is not there: whoever only looks at a database, or adds to it, makes none by a slip.
    fn is_there(&self) -> Result<(), Failure> {
        match self.target.file() {
            Some(path) if !path.exists() => {
                Err(self.who_makes(&format!("there is no database {}", self.target.shown()), "makes it"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a file that could not be made: its folder is not there, or it is one itself.
    fn has_a_place(&self) -> Result<(), Failure> {
        let Some(path) = self.target.file() else { return Ok(()) };
        if path.is_dir() {
            let inside = path.join(format!("{}.db", self.schema.service));
            return Err(Failure::new(format!("{} is a folder, not a database", path.display()))
                .fix(&format!("name a file in it, such as {}", self.file(&inside.display()))));
        }
        match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                let wrong =
                    format!("the folder {} does not exist, so no database can be in it", folder.display());
                let another = self.file(&"FILE");
                Err(Failure::new(wrong).fix(&format!("make the folder, or name another file with {another}")))
            }
            _ => Ok(()),
        }
    }

    fn who_makes(&self, wrong: &str, makes: &str) -> Failure {
        let commands = self.either(&["serve", "migrate"]);
        Failure::new(wrong).fix(&format!("{commands} {makes}; {} names another database", self.named.by()))
    }

    /// A command of this program for the same database, to be copied; what may hold a password is left to the reader.
    fn command(&self, words: &str) -> String {
        self.either(&[words])
    }

    /// The same of several, each of which will do.
    fn either(&self, commands: &[&str]) -> String {
        let usual = format!("sqlite:{}.db", self.schema.service);
        let (option, behind) = match (&self.target, self.named) {
            (Target::Sqlite(_), _) if self.target.shown() == usual => (String::new(), String::new()),
            (Target::Sqlite(_), Named::Flag | Named::Nothing) => {
                (format!(" --database {}", self.target.shown()), String::new())
            }
            _ => (String::new(), format!(" with the same {}", self.named.by())),
        };
        let commands = commands.iter().map(|words| format!("`{} {words}{option}`", self.program));
        commands.collect::<Vec<_>>().join(" or ") + &behind
    }

    /// How another file is named.
    fn file(&self, name: &dyn Display) -> String {
        self.named.naming(&format!("sqlite:{name}"))
    }

    /// What the service needs of a database.
    fn wanted(&self) -> Wanted {
        Wanted::with_rules(&self.schema, self.service.rules)
    }

    fn unreachable(&self, fault: &Fault) -> Failure {
        let place = self.named.place();
        let fix = match fault {
            Fault::NotLetIn(_, fix) => format!("{fix}; the address stands {place}"),
            _ => format!("check the address {place}, and that the database runs"),
        };
        Failure::new(format!("cannot open {}: {fault}", self.target.shown())).fix(&fix)
    }
}

/// Runs the command that the command line asks for. `demo` is whether `serve` fills an empty database.
pub(crate) fn run(service: &'static Service, demo: bool) -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    match try_run(service, words.clone(), demo) {
        Ok(code) => code,
        Err(failure) => {
            if words.iter().any(|word| word == "--json")
                && let Some(json) = failure.json()
            {
                say(json);
            }
            tell(&failure);
            failure.exit_code()
        }
    }
}

fn try_run(
    service: &'static Service,
    words: Vec<std::ffi::OsString>,
    demo: bool,
) -> Result<ExitCode, Failure> {
    let schema = schema_of(service).map_err(Failure::new)?;
    let program = words.first().map(std::path::Path::new).and_then(|path| path.file_name()?.to_str());
    let program = program.unwrap_or(&schema.service).to_owned();
    let Args { database, named, json, command } =
        args::parse(words, &|name| std::env::var(name).ok(), &schema.service, demo)?;
    match &command {
        Command::Help(topic) => {
            say(help::text(*topic, &program, &schema.service, &schema.summary).trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Scenario { name } => return scenario::run(service, name.as_deref()),
        Command::Version => {
            say(format_args!("{} (opwright {})", schema.service, env!("CARGO_PKG_VERSION")));
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    log();
    let target = Target::parse(&database).map_err(Failure::usage)?;
    let context = Context { service, schema, target, named, program, json };
    // A demo has a place of its own.
    if !matches!(command, Command::Demo(_)) {
        context.has_a_place()?;
    }
    let done = match command {
        Command::Serve(serve) => serve::run(&context, &serve),
        Command::Demo(serve) => serve::demo(context, &serve),
        Command::Migrate(options) => migrate::run(&context, options),
        Command::TokenAdd { name, capabilities } => token::add(&context, &name, &capabilities),
        Command::TokenList => token::list(&context),
        Command::TokenRevoke { name } => token::revoke(&context, &name),
        Command::DataLoad { name } => data::load(&context, &name),
        Command::DataImport { file } => data::import(&context, &file),
        Command::Verify => verify::run(&context),
        Command::Scenario { .. } | Command::Help(_) | Command::Version => Ok(()),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Writes a line to stdout: what was asked for. Whoever reads it may have gone, which is no fault.
fn say(line: impl Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// Writes a line to stderr: what is good to know besides.
fn tell(line: impl Display) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// To stderr: what happens to the service, not each call.
fn log() {
    let asked = std::env::var("OPWRIGHT_LOG").or_else(|_| std::env::var("RUST_LOG"));
    let filter = asked.ok().and_then(|asked| EnvFilter::try_new(asked).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new("info,sqlx=warn"));
    let logger = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let logger = logger.with_ansi(std::io::stderr().is_terminal());
    // Whoever called `main` may have set up another one.
    drop(logger.try_init());
}
