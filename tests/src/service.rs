//! A real service as a process of its own, called over HTTP.
//!
//! A test target without cargo's harness *is* the service when it is told so: [`as_service`] comes first in its `main`.

use crate::database::must;
use serde_json::Value as Json;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const SERVE: &str = "OPWRIGHT_TEST_SERVE";

/// Serves the help desk if this process was started to; `None` if it was started to test.
pub fn as_service() -> Option<ExitCode> {
    match std::env::var(SERVE).ok()?.as_str() {
        "helpdesk" => Some(opwright_runtime::demo(&crate::helpdesk::SERVICE)),
        _ => None,
    }
}

/// A help desk with its demo data.
pub struct Service {
    process: Child,
    /// `127.0.0.1:…`
    pub address: String,
    /// May do everything.
    pub token: String,
}

impl Service {
    /// Starts it on an empty database.
    ///
    /// # Panics
    /// If it does not start.
    pub fn helpdesk(database: &str) -> Self {
        let program = must("find this program", std::env::current_exe());
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", database]).env(SERVE, "helpdesk");
        let mut process =
            must("start the service", command.env("OPWRIGHT_LOG", "warn").stdout(Stdio::piped()).spawn());
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
            must("start the service", word.ok_or(&said)).trim_end_matches([',', '/']).to_owned()
        };
        Service { address: after("on http://"), token: after("\n  token "), process }
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
