//! Real services as processes of their own, called over HTTP.
//!
//! A test target without cargo's harness *is* a service when it is told so: [`as_service`] comes first in its `main`.

use crate::database::must;
use opwright_runtime::generated;
use serde_json::Value as Json;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const SERVE: &str = "OPWRIGHT_TEST_SERVE";

/// Is the help desk, or one of some other services, if this process was started to; `None` if it was started to test.
pub fn as_service(others: &[(&str, &'static generated::Service)]) -> Option<ExitCode> {
    let wanted = std::env::var(SERVE).ok()?;
    if wanted == "helpdesk" {
        return Some(opwright_runtime::demo(&crate::helpdesk::SERVICE));
    }
    others.iter().find(|(name, _)| *name == wanted).map(|(_, service)| opwright_runtime::main(service))
}

/// A command of a service on a database.
///
/// # Panics
/// If this program cannot be found.
pub fn command(service: &str, database: &str, words: &[&str]) -> Command {
    let mut command = Command::new(must("find this program", std::env::current_exe()));
    command.args(words).args(["--database", database]).env(SERVE, service).env("OPWRIGHT_LOG", "warn");
    command
}

/// A service that serves.
pub struct Service {
    process: Child,
    /// `127.0.0.1:…`
    pub address: String,
    /// Who calls.
    pub token: String,
}

impl Service {
    /// Starts the help desk with its demo data on an empty database, for somebody who may do everything.
    ///
    /// # Panics
    /// If it does not start.
    pub fn helpdesk(database: &str) -> Self {
        Self::start(command("helpdesk", database, &["serve", "--demo"]), "")
    }

    /// Starts a service: `serve`, with what else it is told. One that makes no token itself is called with another.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(mut command: Command, token: &str) -> Self {
        command.args(["--listen", "127.0.0.1:0"]);
        let mut process = must("start the service", command.stdout(Stdio::piped()).spawn());
        let mut said = String::new();
        if let Some(stdout) = process.stdout.take() {
            let mut lines = BufReader::new(stdout);
            while !said.contains("\n  call  ") {
                if must("read what the service says", lines.read_line(&mut said)) == 0 {
                    break;
                }
            }
        }
        let after = |before: &str| {
            let word = said.split_once(before).and_then(|(_, rest)| rest.split_whitespace().next());
            word.map(|word| word.trim_end_matches([',', '/']).to_owned())
        };
        let address = must("start the service", after("on http://").ok_or(&said));
        Service { address, token: after("\n  token ").unwrap_or_else(|| token.to_owned()), process }
    }

    /// Calls an operation: status and answer.
    ///
    /// # Panics
    /// If the service does not answer with JSON.
    pub fn call(&self, operation: &str, arguments: &str) -> (u16, Json) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(format!("http://{}/v1/operations/{operation}", self.address));
        let request = request.header("Authorization", format!("Bearer {}", self.token));
        let mut answer = must("call", request.header("Content-Type", "application/json").send(arguments));
        let text = must("read the answer", answer.body_mut().read_to_string());
        (answer.status().as_u16(), must("read the answer", serde_json::from_str(&text)))
    }

    /// Reads a page or a file of it.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, path: &str) -> String {
        let mut answer = must("read the page", ureq::get(format!("http://{}{path}", self.address)).call());
        must("read the page", answer.body_mut().read_to_string())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status());
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
