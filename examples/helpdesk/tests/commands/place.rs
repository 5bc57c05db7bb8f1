//! A folder in which the service is run, and the service that runs there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own, in which `helpdesk` is run.
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("opwright_commands_{}_{number}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        Place(folder)
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_helpdesk"));
        command.current_dir(&self.0).args(line.split_whitespace());
        for name in ["OPWRIGHT_DATABASE", "OPWRIGHT_LISTEN", "OPWRIGHT_LOG", "RUST_LOG"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    /// Runs a command to its end: exit code, stdout, stderr.
    pub(crate) fn run(&self, line: &str) -> (i32, String, String) {
        let Output { status, stdout, stderr } = self.command(line).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap_or(-1), text(stdout), text(stderr))
    }

    /// Starts the service, and reads what it prints until it says what to call.
    pub(crate) fn serve(&self) -> Serving {
        let mut child = self
            .command("--listen 127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !said.contains("\n  call  ") {
            assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
        }
        Serving { child, said }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }
}

/// A service that runs.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) said: String,
}

impl Serving {
    pub(crate) fn word_after(&self, before: &str) -> &str {
        let (_, rest) = self.said.split_once(before).unwrap();
        rest.split_whitespace().next().unwrap()
    }

    pub(crate) fn call(&self, operation: &str, token: &str, body: &str) -> String {
        let address = self.word_after("on http://").trim_end_matches(',');
        let mut stream = TcpStream::connect(address).unwrap();
        let head =
            format!("POST /v1/operations/{operation} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        let length = body.len();
        write!(
            stream,
            "{head}Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks it to stop, and waits: exit code and stderr.
    pub(crate) fn stop(mut self) -> (i32, String) {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), said)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Only where a test has failed is it still running.
        drop(self.child.kill());
    }
}
