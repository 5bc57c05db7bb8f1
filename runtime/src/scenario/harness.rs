//! Runs scenarios as tests are run: each by name and database, side by side, with the words of Rust's own harness, so
//! that cargo and nextest understand them.

use crate::operation::Service;
use crate::scenario::database::Server;
use crate::scenario::options::Options;
use crate::scenario::{run, scenarios};
use opwright_values::scenario::Scenario;
use opwright_values::words::counted;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::mpsc;

/// What cargo takes for failed tests.
const FAILED: u8 = 101;

/// A scenario on a database.
pub(crate) struct Trial<'s> {
    pub(crate) name: String,
    scenario: &'s Scenario,
    server: Server,
}

impl Trial<'_> {
    /// Whether options ask for it, by its name or, on the command line of a service, by the operation that it calls.
    pub(crate) fn is_asked_for(&self, options: &Options) -> bool {
        options.asks_for(&self.name) || options.asks_for_operation(&self.scenario.call.operation)
    }
}

/// How one ended.
enum End {
    Passed,
    Failed(String),
    Ignored(String),
}

/// Runs what is asked for.
pub(crate) fn run_all(service: &'static Service, options: &Options) -> ExitCode {
    let scenarios = match scenarios(service) {
        Ok(scenarios) => scenarios,
        Err(fault) => {
            tell(format_args!("error: {fault}"));
            return ExitCode::FAILURE;
        }
    };
    let all: Vec<Trial<'_>> = trials(&scenarios);
    let known = all.len();
    let asked = |trial: &Trial<'_>| {
        let kind = !options.ignored || trial.server.missing().is_some();
        kind && trial.is_asked_for(options)
    };
    let trials: Vec<Trial<'_>> = all.into_iter().filter(asked).collect();
    if options.list {
        trials.iter().for_each(|trial| say(format_args!("{}: test", trial.name)));
        return ExitCode::SUCCESS;
    }
    say(format_args!("\nrunning {}", counted(trials.len(), "test")));
    let (mut failures, mut passed) = (Vec::new(), 0);
    let mut skipped = Skipped::new();
    side_by_side(service, &trials, options, |trial, end| match end {
        End::Passed => {
            passed += 1;
            say(format_args!("test {} ... ok", trial.name));
        }
        End::Ignored(why) => skipped.entry(trial.server.name()).or_insert((why, Vec::new())).1.push(trial),
        End::Failed(why) => {
            say(format_args!("test {} ... FAILED", trial.name));
            failures.push((trial, why));
        }
    });
    let ignored = tell_skipped(&skipped);
    if !failures.is_empty() {
        say("\nfailures:");
        for (trial, why) in &failures {
            say(format_args!("\n---- {} ----\n{}\n\n{}", trial.name, trial.scenario.place, why.trim_end()));
        }
    }
    say(format_args!(
        "\ntest result: {}. {passed} passed; {} failed; {ignored} ignored; 0 measured; {} filtered out\n",
        if failures.is_empty() { "ok" } else { "FAILED" },
        failures.len(),
        known - trials.len(),
    ));
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

/// What was not run: by database, why, and which.
type Skipped<'t, 's> = BTreeMap<&'static str, (String, Vec<&'t Trial<'s>>)>;

/// Says what was not run, once a database, in words that nobody takes for a pass; how many there are.
fn tell_skipped(skipped: &Skipped<'_, '_>) -> usize {
    for (server, (why, trials)) in skipped {
        match trials.as_slice() {
            [one] => say(format_args!("test {} ... ignored, {why}", one.name)),
            all => say(format_args!(
                "\nNOT RUN: {} scenarios on {server}, each named scenario::{server}::… ... ignored, {why}",
                all.len()
            )),
        }
    }
    skipped.values().map(|(_, trials)| trials.len()).sum()
}

/// Each scenario on each database.
pub(crate) fn trials(scenarios: &[Scenario]) -> Vec<Trial<'_>> {
    let servers = Server::all();
    let mut trials = Vec::with_capacity(servers.len() * scenarios.len());
    for server in servers {
        trials.extend(scenarios.iter().map(|scenario| {
            let name = format!("scenario::{}::{}", server.name(), scenario.name);
            Trial { name, scenario, server: server.clone() }
        }));
    }
    trials
}

/// Runs trials, as many at once as there are processors, and tells of each when it has ended.
fn side_by_side<'t, 's>(
    service: &'static Service,
    trials: &'t [Trial<'s>],
    options: &Options,
    mut tell: impl FnMut(&'t Trial<'s>, End),
) {
    let most = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = options.threads.unwrap_or(most).clamp(1, trials.len().max(1));
    let waiting = Mutex::new(trials.iter());
    let (ended, ends) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (waiting, ended) = (&waiting, ended.clone());
            scope.spawn(move || {
                loop {
                    let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
                    let Some(trial) = next else { break };
                    let end = end(service, trial, options);
                    if ended.send((trial, end)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(ended);
        ends.iter().for_each(|(trial, end)| tell(trial, end));
    });
}

fn end(service: &Service, trial: &Trial<'_>, options: &Options) -> End {
    match trial.server.missing() {
        // Who asks for those too is told what is missing.
        Some(why) if options.ignored || options.include_ignored => End::Failed(why),
        Some(why) => End::Ignored(why),
        None => run::run(service, trial.scenario, &trial.server).map_or_else(End::Failed, |()| End::Passed),
    }
}

fn say(line: impl Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// To stderr: what is not the result.
pub(super) fn tell(line: impl Display) {
    drop(writeln!(std::io::stderr(), "{line}"));
}
