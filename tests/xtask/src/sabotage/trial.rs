//! Tests of the copy: built, run with patience, and which of them failed.

use super::copy::Copy;
use crate::Failed;
use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// For how long tests are run: a bug may be that something does not end.
const PATIENCE: Duration = Duration::from_secs(45 * 60);

/// How tests ended.
pub(super) enum End {
    Passed,
    /// The name of one that failed, and in which target it is.
    Failed(String),
    /// What rustc says.
    NotBuilt(String),
}

/// Runs tests of the copy.
pub(super) struct Tests<'c> {
    copy: &'c Copy,
    env: Vec<(&'c str, &'c str)>,
    /// What passed without a patch.
    passed: BTreeSet<String>,
}

impl<'c> Tests<'c> {
    pub(super) fn new(copy: &'c Copy, env: Vec<(&'c str, &'c str)>) -> Self {
        Self { copy, env, passed: BTreeSet::new() }
    }

    /// Sees that tests pass without a patch, once; all if none are named.
    pub(super) fn pass(&mut self, which: &str) -> Result<(), Failed> {
        if self.passed.contains(which) {
            return Ok(());
        }
        let start = Instant::now();
        match self.run(which)? {
            End::Passed => {
                let (which, took) = (if which.is_empty() { "all" } else { which }, start.elapsed());
                println!("  {which:<38} {:>5.0} s  passed", took.as_secs_f64());
                self.passed.insert(which.to_owned());
                Ok(())
            }
            End::Failed(by) => Err(format!("without any patch {by} fails; mend that first")),
            End::NotBuilt(why) => Err(format!("without any patch the tests do not build:\n{why}")),
        }
    }

    /// Runs tests; all if none are named.
    pub(super) fn run(&self, which: &str) -> Result<End, Failed> {
        let (build, _) = which.split_once(" -- ").unwrap_or((which, ""));
        let log = self.copy.logs.join("build.log");
        let mut built = self.cargo(build, &log)?;
        built.arg("--no-run");
        if !wait(&mut built, PATIENCE)? {
            return Ok(End::NotBuilt(last_lines(&read(&log))));
        }
        let log = self.copy.logs.join("tests.log");
        if wait(&mut self.cargo(which, &log)?, PATIENCE)? {
            return Ok(End::Passed);
        }
        Ok(End::Failed(failed(&read(&log))))
    }

    /// `cargo test` in the copy. What else is built at the same time is not: that of the work tree is left alone.
    fn cargo(&self, which: &str, log: &Path) -> Result<Command, Failed> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["test", "--workspace"]).args(which.split_whitespace());
        command.current_dir(&self.copy.tree).env("CARGO_TARGET_DIR", &self.copy.built);
        command.env_remove("UPDATE_EXPECT").envs(self.env.iter().copied()).stdin(Stdio::null());
        let file = File::create(log).and_then(|file| Ok((file.try_clone()?, file)));
        let (out, err) = file.map_err(|error| format!("{}: {error}", log.display()))?;
        command.stdout(out).stderr(err);
        Ok(command)
    }
}

/// Whether a command ends well, and in time. All that it has started is ended with it.
fn wait(command: &mut Command, patience: Duration) -> Result<bool, Failed> {
    let mut child = command.process_group(0).spawn().map_err(|error| format!("cannot run cargo: {error}"))?;
    let start = Instant::now();
    loop {
        match child.try_wait().map_err(|error| format!("cannot wait for cargo: {error}"))? {
            Some(status) => return Ok(status.success()),
            None if start.elapsed() > patience => {
                end(&mut child);
                return Ok(false);
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn end(child: &mut Child) {
    let group = format!("-{}", child.id());
    drop(Command::new("kill").args(["-KILL", "--", &group]).status());
    drop(child.wait());
}

fn read(log: &Path) -> String {
    std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Which test failed, by what cargo and the harnesses say: the first one, and how many there were.
fn failed(said: &str) -> String {
    let test = |line: &str| {
        let line = line.strip_prefix("test ")?.strip_suffix("FAILED")?;
        Some(line.trim_end().trim_end_matches("...").trim().to_owned())
    };
    let failed: Vec<String> = said.lines().filter_map(test).collect();
    let mut targets =
        said.lines().filter_map(|line| Some(line.split_once("rerun pass `")?.1.trim_end_matches('`')));
    let target = targets.next_back().unwrap_or("a test that does not end");
    match failed.as_slice() {
        [] => target.to_owned(),
        [one] => format!("{one} ({target})"),
        [one, others @ ..] => format!("{one} and {} more ({target})", others.len()),
    }
}

fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim_start().starts_with("Compiling")).collect();
    let from = lines.len().saturating_sub(20);
    lines.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::failed;

    #[test]
    fn what_failed_is_named() {
        let said = "test a::b ... ok\ntest a::c ... FAILED\ntest [sqlite] d     ... FAILED\n\
                    error: test failed, to rerun pass `-p x --test y`\n";
        assert_eq!(failed(said), "a::c and 1 more (-p x --test y)");
        assert_eq!(failed("error: test failed, to rerun pass `-p x --lib`\n"), "-p x --lib");
        assert_eq!(failed(""), "a test that does not end");
    }
}
