//! The two services, each with 10,000 customers of its own.

use crate::Failed;
use crate::postgres::{Postgres, free_port};
use crate::tools::root;
use opwright_values::json::Json;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// As many as the client knows.
const CUSTOMERS: u64 = 10_000;

/// A database for each service: files in a folder, or databases of a server.
pub(super) struct Place<'p> {
    folder: PathBuf,
    postgres: Option<&'p Postgres>,
}

impl<'p> Place<'p> {
    /// Makes the databases, and fills the one of the generated service; with it comes a token to call it with.
    pub(super) fn prepare(folder: &Path, postgres: Option<&'p Postgres>) -> Result<(Self, String), Failed> {
        let place = Self { folder: folder.to_path_buf(), postgres };
        if let Some(postgres) = postgres {
            for name in ["baseline", "generated"] {
                postgres.run(&format!("CREATE DATABASE \"{name}\""))?;
            }
        }
        let rows = folder.join("rows.json");
        std::fs::write(&rows, customers().to_string())
            .map_err(|error| format!("cannot write {}: {error}", rows.display()))?;
        let url = place.url("generated");
        said(&["migrate", "--database", &url])?;
        said(&["data", "import", &rows.display().to_string(), "--database", &url])?;
        let add = ["token", "add", "bench", "customers.read", "customers.write", "--database", &url];
        let printed = said(&add)?;
        let token = printed.split_whitespace().find(|word| word.starts_with("opw_"));
        let token = token.ok_or_else(|| format!("no token was printed: {printed}"))?.to_owned();
        Ok((place, token))
    }

    fn url(&self, name: &str) -> String {
        match self.postgres {
            Some(postgres) => postgres.url(name),
            None => format!("sqlite:{}", self.folder.join(format!("{name}.db")).display()),
        }
    }

    /// Starts the hand-written service with a pool of so many connections.
    pub(super) fn baseline(&self, pool: u32) -> Result<Running, Failed> {
        let mut command = Command::new(program("baseline"));
        command.args(["--database", &self.url("baseline"), "--pool", &pool.to_string()]);
        Running::start(command)
    }

    /// Starts the generated service.
    pub(super) fn generated(&self) -> Result<Running, Failed> {
        let mut command = Command::new(program("helpdesk"));
        command.args(["serve", "--database", &self.url("generated")]).env("OPWRIGHT_LOG", "warn");
        Running::start(command)
    }

    /// What a round before has left to be written is not paid for by the next one.
    pub(super) fn settle(&self) -> Result<(), Failed> {
        self.postgres.map_or(Ok(()), |postgres| postgres.run("CHECKPOINT"))
    }
}

/// A service that answers.
pub(super) struct Running {
    process: Child,
    /// Where it answers.
    pub(super) address: String,
}

impl Running {
    fn start(mut command: Command) -> Result<Self, Failed> {
        let address = format!("127.0.0.1:{}", free_port()?);
        command.args(["--listen", &address]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.spawn().map_err(|error| format!("cannot start {command:?}: {error}"))?;
        let mut running = Self { process, address };
        let start = Instant::now();
        while TcpStream::connect(&running.address).is_err() {
            if let Ok(Some(status)) = running.process.try_wait() {
                return Err(format!("{command:?} ended with {status}"));
            }
            if start.elapsed() > Duration::from_secs(30) {
                return Err(format!("{command:?} does not answer"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status());
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn customers() -> Json {
    let one = |number: u64| {
        Json::object([
            ("id", Json::text(format!("cus_{number:08}"))),
            ("name", Json::text(format!("Customer {number}"))),
            ("email", Json::text(format!("c{number}@bench.example"))),
        ])
    };
    Json::object([("customer", Json::List((0..CUSTOMERS).map(one).collect()))])
}

fn program(name: &str) -> PathBuf {
    root().join("target").join("release").join(name)
}

fn said(args: &[&str]) -> Result<String, Failed> {
    let done = Command::new(program("helpdesk")).args(args).output();
    let done = done.map_err(|error| format!("cannot run the help desk: {error}"))?;
    if !done.status.success() {
        return Err(format!("helpdesk {}: {}", args.join(" "), String::from_utf8_lossy(&done.stderr)));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
