//! A private PostgreSQL: Debian's binaries, a folder of its own, a free port on loopback, ended when it is dropped.

use crate::Failed;
use crate::tools::{find, install, is_root, root};
use opwright_runtime::store::link::{Link, Target, sql};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A server.
pub(crate) struct Postgres {
    server: Child,
    port: u16,
    folder: PathBuf,
}

impl Postgres {
    /// Starts a server; `None`, with what to do, if there are no binaries and they cannot be installed.
    pub(crate) fn start() -> Result<Self, Failed> {
        let bin = match binaries() {
            Some(bin) => bin,
            None => {
                install(&["postgresql"]);
                binaries().ok_or("PostgreSQL is not here; install it: `apt-get install postgresql`")?
            }
        };
        let port = free_port()?;
        let owner = if is_root() { Some("postgres") } else { None };
        let folder = folder(owner)?;
        let data = folder.join("data");
        let init = [
            bin.join("initdb").display().to_string(),
            "-D".to_owned(),
            data.display().to_string(),
            "-A".to_owned(),
            "trust".to_owned(),
            "-U".to_owned(),
            "postgres".to_owned(),
            "--locale=C.UTF-8".to_owned(),
            "-E".to_owned(),
            "UTF8".to_owned(),
        ];
        let made = as_user(owner, &init).stdout(Stdio::null()).status();
        if !made.map_err(|error| format!("cannot run initdb: {error}"))?.success() {
            return Err("initdb failed".to_owned());
        }
        let serve = [
            bin.join("postgres").display().to_string(),
            "-D".to_owned(),
            data.display().to_string(),
            "-p".to_owned(),
            port.to_string(),
            "-c".to_owned(),
            "listen_addresses=127.0.0.1".to_owned(),
            "-c".to_owned(),
            format!("unix_socket_directories={}", folder.display()),
            "-c".to_owned(),
            "shared_buffers=256MB".to_owned(),
            "-c".to_owned(),
            "max_connections=300".to_owned(),
            "-c".to_owned(),
            "fsync=on".to_owned(),
            "-c".to_owned(),
            "synchronous_commit=on".to_owned(),
        ];
        let log = std::fs::File::create(folder.join("log"))
            .map_err(|error| format!("cannot write a log: {error}"))?;
        let mut command = as_user(owner, &serve);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let server = command.spawn().map_err(|error| format!("cannot run postgres: {error}"))?;
        let server = Self { server, port, folder };
        server.wait()?;
        Ok(server)
    }

    /// The address of a database on it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs a statement in the database `postgres`.
    pub(crate) fn run(&self, statement: &str) -> Result<(), Failed> {
        let target = Target::parse(&self.url("postgres")).map_err(|fault| fault.to_string())?;
        let mut link = Link::open(&target).map_err(|fault| fault.to_string())?;
        let done = link.run_sql(sql(statement)).map_err(|fault| format!("{statement}: {fault}"));
        link.close();
        done
    }

    fn wait(&self) -> Result<(), Failed> {
        let start = Instant::now();
        loop {
            match self.run("SELECT 1") {
                Ok(()) => return Ok(()),
                Err(error) if start.elapsed() > Duration::from_secs(30) => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is a fast shutdown; `postgres` was started by this process, perhaps through a command that changes
        // the user and passes the signal on.
        let pid = self.server.id().to_string();
        drop(Command::new("kill").args(["-INT", &pid]).status());
        let start = Instant::now();
        while matches!(self.server.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(self.server.kill());
        drop(self.server.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn binaries() -> Option<PathBuf> {
    if let Some(postgres) = find("initdb") {
        return postgres.parent().map(Path::to_path_buf);
    }
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop()
}

/// A port that nobody uses.
pub(crate) fn free_port() -> Result<u16, Failed> {
    let listener =
        TcpListener::bind("127.0.0.1:0").map_err(|error| format!("there is no free port: {error}"))?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

/// A new folder for one server. PostgreSQL does not run as root: then Debian's own user does, and the folder is that
/// user's; below the home of root that user reaches nothing, and the folder is among the temporary ones instead.
fn folder(owner: Option<&str>) -> Result<PathBuf, Failed> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("opwright-postgres-{}-{number}", std::process::id());
    for above in [root().join("target").join("xtask"), std::env::temp_dir()] {
        let folder = above.join(&name);
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let Some(user) = owner else { return Ok(folder) };
        let given = Command::new("chown").arg(user).arg(&folder).status();
        if !given.is_ok_and(|status| status.success()) {
            return Err(format!("there is no user `{user}` to run the database as"));
        }
        let touch = ["touch".to_owned(), folder.join("here").display().to_string()];
        let reached = as_user(owner, &touch).stderr(Stdio::null()).status();
        if reached.is_ok_and(|status| status.success()) {
            return Ok(folder);
        }
        drop(std::fs::remove_dir_all(&folder));
    }
    Err("the user of the database reaches no folder to work in".to_owned())
}

fn as_user(user: Option<&str>, command: &[String]) -> Command {
    match user {
        None => {
            let mut plain = Command::new(command.first().map_or("", String::as_str));
            plain.args(command.iter().skip(1));
            plain
        }
        Some(user) => {
            let mut other = Command::new("setpriv");
            other.args([
                format!("--reuid={user}"),
                format!("--regid={user}"),
                "--init-groups".to_owned(),
                "--".to_owned(),
            ]);
            other.args(command);
            other
        }
    }
}
