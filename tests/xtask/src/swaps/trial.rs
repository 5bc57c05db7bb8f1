//! Calls of a variant on a new copy of a database: how they end, and what is written.

use crate::Failed;
use crate::postgres::free_port;
use opwright_runtime::store::link::{Cell, Link, Target, sql};
use opwright_values::json::Json;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a call ended.
#[derive(PartialEq, Eq)]
pub(super) enum End {
    /// Off the graph.
    Off { written: bool },
    /// In another way: the status, and the way it would go.
    Other { status: u16, path: String },
}

/// Databases of one service, and a token that may call one operation.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) token: String,
}

impl Place {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Calls an operation of a program on a new copy: first dry, then in earnest.
    pub(super) fn call(&self, command: Command, operation: &str, arguments: &str) -> Result<End, Failed> {
        for left in ["case.db", "case.db-wal", "case.db-shm"] {
            drop(std::fs::remove_file(self.file(left)));
        }
        let copied = std::fs::copy(self.file("seeded.db"), self.file("case.db"));
        copied.map_err(|error| format!("cannot copy the database: {error}"))?;
        let before = dump(&self.file("case.db"))?;
        let serving = Serving::start(command, &self.file("case.db"))?;
        let dry = arguments.replacen('{', "{\"dry_run\":true,", 1);
        let (_, plan) = serving.call(&self.token, operation, &dry)?;
        let (status, _) = serving.call(&self.token, operation, arguments)?;
        drop(serving);
        if off_the_graph(&self.file("case.db"))? {
            return Ok(End::Off { written: dump(&self.file("case.db"))? != before });
        }
        let path = plan.get("path").map(Json::to_string).unwrap_or_default();
        Ok(End::Other { status, path })
    }
}

/// A running program.
struct Serving {
    process: Child,
    address: String,
    agent: ureq::Agent,
}

impl Serving {
    fn start(mut command: Command, database: &Path) -> Result<Self, Failed> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let url = format!("sqlite:{}", database.display());
        command.args(["serve", "--listen", &address, "--database", &url]).env("OPWRIGHT_LOG", "off");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(|error| format!("cannot start the program: {error}"))?;
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        let mut serving = Self { process, address, agent: config.build().into() };
        let start = Instant::now();
        while serving.agent.get(format!("http://{}/healthz", serving.address)).call().is_err() {
            if let Ok(Some(status)) = serving.process.try_wait() {
                return Err(format!("the program ended with {status}"));
            }
            if start.elapsed() > Duration::from_secs(20) {
                return Err("the program does not answer".to_owned());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(serving)
    }

    fn call(&self, token: &str, operation: &str, arguments: &str) -> Result<(u16, Json), Failed> {
        let url = format!("http://{}/v1/operations/{operation}", self.address);
        let request = self.agent.post(&url).header("Authorization", format!("Bearer {token}"));
        let sent = request.header("Content-Type", "application/json").send(arguments);
        let mut answer = sent.map_err(|error| format!("{operation}: {error}"))?;
        let text = answer.body_mut().read_to_string().map_err(|error| format!("{operation}: {error}"))?;
        let json = Json::parse(&text).map_err(|error| format!("{operation} answered {text}: {error}"))?;
        Ok((answer.status().as_u16(), json))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status());
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Whether the last run in earnest was stopped off the graph.
fn off_the_graph(database: &Path) -> Result<bool, Failed> {
    let rows = rows(database, "SELECT \"fault\" FROM \"_run\" WHERE \"mode\" = 'real'")?;
    let fault = |row: &Vec<Cell>| row.first().and_then(Cell::text).unwrap_or_default().to_owned();
    Ok(rows.iter().map(fault).any(|fault| fault.starts_with("off the graph")))
}

/// Everything that an operation may write: all rows of all tables, but those of recorded runs, graphs and tokens.
fn dump(database: &Path) -> Result<Vec<Vec<Cell>>, Failed> {
    let names = rows(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")?;
    let mut all = Vec::new();
    for name in names.iter().filter_map(|row| row.first()?.text()) {
        if !["_run", "_graph", "_token", "_schema"].contains(&name) {
            all.push(vec![Cell::Text(name.to_owned())]);
            all.extend(rows(database, &format!("SELECT * FROM \"{name}\" ORDER BY 1, 2"))?);
        }
    }
    Ok(all)
}

fn rows(database: &Path, text: &str) -> Result<Vec<Vec<Cell>>, Failed> {
    let mut link = Link::open(&Target::Sqlite(database.to_path_buf())).map_err(|fault| fault.to_string())?;
    let rows = link.fetch(&sql(text.to_owned()), Vec::new()).map_err(|fault| format!("{text}: {fault}"));
    link.close();
    rows
}
