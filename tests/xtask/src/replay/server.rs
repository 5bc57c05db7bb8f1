//! The real service on a database of its own for each case, and what it has changed there.

use crate::Failed;
use crate::postgres::{Postgres, free_port};
use crate::tools::root;
use opwright_runtime::store::link::{Cell, Link, Target, sql};
use opwright_values::json::Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A database with the rows of the shop, to be copied for each case.
pub(super) struct Database<'p> {
    postgres: Option<&'p Postgres>,
    folder: PathBuf,
    token: String,
    seeded_by: BTreeSet<String>,
}

const CAPABILITIES: &[&str] = &[
    "catalog.read",
    "users.find",
    "users.read",
    "users.write",
    "orders.read",
    "orders.cancel",
    "orders.change",
    "orders.return",
];

/// Where the rows of a resource belong in the records of the cases: the record, and the field that names its id.
const RECORDS: &[(&str, &str, &str)] = &[
    ("order", "orders", "order_id"),
    ("order_line", "orders", "order"),
    ("payment", "orders", "order"),
    ("user", "users", "user_id"),
    ("payment_method", "users", "user"),
    ("product", "products", "product_id"),
    ("variant", "products", "product"),
];

impl<'p> Database<'p> {
    /// Makes and fills the database that all cases start from.
    pub(super) fn seeded(
        kind: &str,
        folder: &Path,
        postgres: Option<&'p Postgres>,
        rows: &Path,
    ) -> Result<Self, Failed> {
        let folder = folder.join(kind);
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut database = Self { postgres, folder, token: String::new(), seeded_by: BTreeSet::new() };
        if let Some(postgres) = postgres {
            postgres.run("CREATE DATABASE \"seeded\"")?;
        }
        let url = database.url("seeded");
        output(&url, &["migrate"])?;
        output(&url, &["data", "import", &rows.display().to_string()])?;
        let mut add = vec!["token", "add", "replay"];
        add.extend(CAPABILITIES);
        let said = output(&url, &add)?;
        let token = said.split_whitespace().find(|word| word.starts_with("opw_"));
        database.token = token.ok_or_else(|| format!("no token was printed: {said}"))?.to_owned();
        database.seeded_by = history(&url)?.into_iter().map(|row| row.invocation).collect();
        Ok(database)
    }

    /// Which database this is.
    pub(super) fn kind(&self) -> &'static str {
        if self.postgres.is_some() { "postgres" } else { "sqlite" }
    }

    fn url(&self, name: &str) -> String {
        match self.postgres {
            Some(postgres) => postgres.url(name),
            None => format!("sqlite:{}", self.folder.join(format!("{name}.db")).display()),
        }
    }

    /// Starts the service on a new copy, for a case.
    pub(super) fn server(&self) -> Result<Server, Failed> {
        match self.postgres {
            Some(postgres) => {
                postgres.run("DROP DATABASE IF EXISTS \"case\" WITH (FORCE)")?;
                postgres.run("CREATE DATABASE \"case\" TEMPLATE \"seeded\" STRATEGY FILE_COPY")?;
            }
            None => {
                let file = |name: &str| self.folder.join(name);
                for left in ["case.db", "case.db-wal", "case.db-shm"] {
                    drop(std::fs::remove_file(file(left)));
                }
                std::fs::copy(file("seeded.db"), file("case.db"))
                    .map_err(|error| format!("cannot copy the database: {error}"))?;
            }
        }
        Server::start(self.url("case"), self.token.clone(), self.seeded_by.clone())
    }
}

/// A running service.
pub(super) struct Server {
    process: Child,
    port: u16,
    url: String,
    token: String,
    seeded_by: BTreeSet<String>,
    agent: ureq::Agent,
}

impl Server {
    fn start(url: String, token: String, seeded_by: BTreeSet<String>) -> Result<Self, Failed> {
        let port = free_port()?;
        let listen = format!("127.0.0.1:{port}");
        let mut command = Command::new(program());
        command.args(["serve", "--database", &url, "--listen", &listen]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(|error| format!("cannot start the shop: {error}"))?;
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        let server = Self { process, port, url, token, seeded_by, agent: config.build().into() };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Result<(), Failed> {
        let start = Instant::now();
        let url = format!("http://127.0.0.1:{}/healthz", self.port);
        loop {
            match self.agent.get(&url).call() {
                Ok(answer) if answer.status() == 200 => return Ok(()),
                _ if start.elapsed() > Duration::from_secs(20) => {
                    return Err("the shop does not answer".to_owned());
                }
                _ => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Calls an operation: status and answer.
    pub(super) fn call(&self, operation: &str, arguments: &Json) -> Result<(u16, Json), Failed> {
        let url = format!("http://127.0.0.1:{}/v1/operations/{operation}", self.port);
        let request = self.agent.post(&url).header("Authorization", format!("Bearer {}", self.token));
        let sent = request.header("Content-Type", "application/json").send(arguments.to_string());
        let mut answer = sent.map_err(|error| format!("{operation}: {error}"))?;
        let text = answer.body_mut().read_to_string().map_err(|error| format!("{operation}: {error}"))?;
        let json = Json::parse(&text).map_err(|error| format!("{operation} answered {text}: {error}"))?;
        Ok((answer.status().as_u16(), json))
    }

    /// A record as it is now, in the shape of the cases.
    pub(super) fn record(&self, kind: &str, id: &str) -> Result<Json, Failed> {
        let (operation, argument) = match kind {
            "orders" => ("get_order_details", "order_id"),
            "products" => ("get_product_details", "product_id"),
            _ => ("get_user_details", "user_id"),
        };
        let (_, answer) = self.call(operation, &Json::object([(argument, Json::text(id.to_owned()))]))?;
        super::shapes::result(operation, answer.get("result").unwrap_or(&Json::Null))
    }

    /// The records that have changed since they were seeded: kind and id.
    pub(super) fn changed(&self) -> Result<BTreeSet<(String, String)>, Failed> {
        let rows = history(&self.url)?.into_iter().filter(|row| !self.seeded_by.contains(&row.invocation));
        Ok(rows.map(|row| row.record).collect())
    }

    /// Ends the service in good order.
    pub(super) fn stop(mut self) -> Result<(), Failed> {
        drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status());
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(10) {
                return Err("the shop does not end".to_owned());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn program() -> PathBuf {
    root().join("target").join("debug").join("retail")
}

fn output(url: &str, args: &[&str]) -> Result<String, Failed> {
    let done = Command::new(program()).args(args).args(["--database", url]).output();
    let done = done.map_err(|error| format!("cannot run the shop: {error}"))?;
    if !done.status.success() {
        return Err(format!("retail {}: {}", args.join(" "), String::from_utf8_lossy(&done.stderr)));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// A row of a history table.
struct Change {
    invocation: String,
    record: (String, String),
}

/// All changes there ever were. A line or a payment belongs to its order, a payment method to its user.
fn history(url: &str) -> Result<Vec<Change>, Failed> {
    let target = Target::parse(url).map_err(|fault| fault.to_string())?;
    let mut link = Link::open(&target).map_err(|fault| fault.to_string())?;
    let mut changes = Vec::new();
    for (resource, record, key) in RECORDS {
        let text = format!("SELECT \"invocation\", \"after\" FROM \"{resource}__history\"");
        let rows = link.fetch(&sql(text), Vec::new()).map_err(|fault| fault.to_string())?;
        for row in rows {
            let text = |at: usize| row.get(at).and_then(Cell::text).unwrap_or_default();
            let after = Json::parse(text(1)).map_err(|error| error.to_string())?;
            let id = after.get(key).and_then(Json::as_text).unwrap_or_default().to_owned();
            changes.push(Change { invocation: text(0).to_owned(), record: ((*record).to_owned(), id) });
        }
    }
    link.close();
    Ok(changes)
}
