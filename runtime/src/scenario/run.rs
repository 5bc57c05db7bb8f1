//! One scenario, on one database.

use crate::env::World;
use crate::gateway::answer::Answer;
use crate::gateway::identity::{self, Principal};
use crate::gateway::{Config, Gateway, schema_of};
use crate::operation::Service;
use crate::scenario::compare::{Found, differences, is_about_time, table};
use crate::scenario::database::Server;
use crate::scenario::state;
use crate::schema::Wanted;
use crate::seed::{self, Seed};
use crate::store::layout::Layout;
use crate::store::link::{Link, Target};
use crate::store::once::once;
use crate::store::unit::Plan;
use opwright_tracer::view::text;
use opwright_values::scenario::{AT_US, Call, Scenario};
use opwright_values::time::Timestamp;
use std::collections::BTreeSet;
use std::fmt::Display;
use tokio::runtime::{Builder, Runtime};

/// The tokens of who calls first, and of who makes the call.
const FIRST: &str = "first";
const CALL: &str = "call";

/// How long before the time of the scenario its rows were written, in microseconds.
const BEFORE_US: i64 = 3_600_000_000;

/// Runs a scenario; what differs from what is expected, and the path of the call, is why it failed.
pub(super) fn run(service: &Service, scenario: &Scenario, server: &Server) -> Result<(), String> {
    let database = server.database().map_err(|fault| cannot("make a database", &fault))?;
    fill(service, scenario, &database.target)?;
    let config = Config {
        read_lanes: 1,
        world: Some(World::at(Timestamp::from_micros(scenario.at_us))),
        ..Config::new(database.target.clone())
    };
    let gateway = Gateway::start(service, &config).map_err(|fault| cannot("start the service", &fault))?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let stage = Stage { gateway, runtime: runtime.map_err(|error| cannot("start a runtime", &error))? };
    stage.play(scenario)
}

fn cannot(what: &str, why: &dyn Display) -> String {
    format!("cannot {what}: {why}")
}

/// Makes the tables, and writes the rows and who may call.
fn fill(service: &Service, scenario: &Scenario, target: &Target) -> Result<(), String> {
    let schema = schema_of(service).map_err(|fault| cannot("read the schema", &fault))?;
    let mut link = Link::open(target).map_err(|fault| cannot("open the database", &fault))?;
    Wanted::of(&schema).open(&mut link).map_err(|error| cannot("make the tables", &error))?;
    let layout = Layout::of(&schema);
    let mut rows = rows(service, scenario)?;
    seed::settle(&schema, &mut rows, Timestamp::from_micros(scenario.at_us));
    let broken = seed::broken(service.rules, &layout, &rows);
    let broken = broken.map_err(|fault| cannot("check the rows", &fault))?;
    if !broken.is_empty() {
        return Err(cannot("write the rows", &broken.join("\n  ")));
    }
    let at_us = scenario.at_us.saturating_sub(BEFORE_US);
    let (first, call) = principals(service, scenario)?;
    let written = once(link, &Plan::new(layout, target.dialect()), |work| {
        identity::add(work, FIRST, &first, at_us)?;
        identity::add(work, CALL, &call, at_us)?;
        seed::write(work, &rows, "given", at_us)
    });
    let ((), link) = written.map_err(|fault| cannot("write the rows", &fault))?;
    link.close();
    Ok(())
}

fn rows(service: &Service, scenario: &Scenario) -> Result<Vec<Seed>, String> {
    let mut rows = Vec::new();
    if let Some(name) = &scenario.data {
        let sets = seed::sets(service).map_err(|fault| cannot("read the data", &fault))?;
        let set = sets.into_iter().find(|set| &set.name == name);
        rows = set.ok_or_else(|| format!("the specs have no `data: {name}`"))?.rows;
    }
    rows.extend(scenario.given.iter().cloned());
    Ok(rows)
}

/// Who calls first may do that too; who makes the call may do exactly what is said, or what it needs.
fn principals(service: &Service, scenario: &Scenario) -> Result<(Principal, Principal), String> {
    let requires = |call: &Call| {
        let operation = service.operations.iter().find(|it| it.name == call.operation);
        let graph = operation.map(|it| opwright_tracer::graph::Graph::from_json(it.graph));
        match graph {
            Some(Ok(graph)) => Ok(graph.head.requires),
            _ => Err(format!("there is no operation `{}`", call.operation)),
        }
    };
    let capabilities: BTreeSet<String> = match &scenario.capabilities {
        Some(said) => said.iter().cloned().collect(),
        None => requires(&scenario.call)?.into_iter().collect(),
    };
    let mut firsts = capabilities.clone();
    for call in &scenario.first {
        firsts.extend(requires(call)?);
    }
    let named = |capabilities| Principal { name: scenario.agent.clone(), capabilities };
    Ok((named(firsts), named(capabilities)))
}

/// A service that is being called.
struct Stage {
    gateway: Gateway,
    runtime: Runtime,
}

impl Stage {
    fn play(&self, scenario: &Scenario) -> Result<(), String> {
        for (at, call) in (1..).zip(&scenario.first) {
            let answer = self.call(FIRST, call);
            if matches!(answer, Answer::Refused { .. }) {
                let what = format!("call {at} of `first`, `{}`, has to succeed", call.operation);
                return Err(format!("{what}\n\n{}", self.path(&call.operation, &answer)));
            }
        }
        let before = self.state()?;
        let answer = self.call(CALL, &scenario.call);
        let after = self.state()?;
        let layout = Layout::of(self.gateway.schema());
        let found = Found {
            changed: after.changes(&before, &layout),
            rows: after.rows(&before, &layout),
            emitted: after.emitted(&before),
            end: match &answer {
                Answer::Done { reply, .. } => Ok(reply.result.clone()),
                Answer::Refused { refusal, .. } => {
                    Err((refusal.code.clone(), node(&refusal.node, &refusal.code)))
                }
            },
        };
        let (differences, paste) = differences(&scenario.expect, &found);
        if differences.is_empty() {
            return Ok(());
        }
        let mut said = table(&differences);
        if is_about_time(&differences) {
            said.push_str(&time(scenario.at_us));
        }
        if !paste.is_empty() {
            let lines: String = paste.lines().map(|line| format!("    {line}\n")).collect();
            said.push_str(&format!(
                "\n  what was found, to be copied below `expect` if it is meant:\n{lines}"
            ));
        }
        Err(format!("{said}\n{}", self.path(&scenario.call.operation, &answer)))
    }

    fn call(&self, token: &str, call: &Call) -> Answer {
        let input = call.input.to_string();
        self.runtime.block_on(self.gateway.execute(Some(token), &call.operation, input.as_bytes()))
    }

    fn state(&self) -> Result<state::State, String> {
        self.runtime
            .block_on(self.gateway.read(state::read))
            .map_err(|fault| cannot("read what is there", &fault))
    }

    /// The way that a call took, and where it ended.
    fn path(&self, operation: &str, answer: &Answer) -> String {
        let (run, ended) = match answer {
            Answer::Done { run, .. } => (Some(run), String::new()),
            Answer::Refused { refusal, run } => (
                run.as_ref(),
                format!("{} {}: {} ({})", refusal.status, refusal.code, refusal.message, refusal.fix),
            ),
        };
        let unrecorded = || format!("  `{operation}` ended before its path began: {ended}\n");
        let (Some(id), Some(compiled)) = (run, self.gateway.operation(operation)) else {
            return unrecorded();
        };
        let runs = self.runtime.block_on(self.gateway.runs(compiled, 1, Some(id.clone())));
        match runs.ok().and_then(|runs| runs.into_iter().find(|run| &run.run == id)) {
            Some(run) => {
                let lines: String =
                    text::run(&compiled.drawn.graph, &run).lines().map(|it| format!("  {it}\n")).collect();
                format!("  the path of `{operation}`:\n{lines}")
            }
            None => unrecorded(),
        }
    }
}

/// What time it is in a scenario.
fn time(at_us: i64) -> String {
    // As somebody would write it below `at`.
    let at = Timestamp::from_micros(at_us).to_string().replace(".000000Z", "Z");
    let said = if at_us == AT_US { "the time of a scenario that says no `at`" } else { "as `at` says" };
    format!("\n  it is {at} in every call, {said}\n")
}

/// The node of a refusal without its exit; gates that are alike for every operation say none.
fn node(exit: &str, code: &str) -> String {
    match (exit.split('!').next().unwrap_or(""), code) {
        ("", "unauthenticated") => "identity".to_owned(),
        ("", "not_found") => "permission".to_owned(),
        (node, _) => node.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_calls_says_where_it_comes_from() {
        assert_eq!(
            time(AT_US).trim(),
            "it is 2026-01-01T00:00:00Z in every call, the time of a scenario that says no `at`"
        );
        assert_eq!(time(0).trim(), "it is 1970-01-01T00:00:00Z in every call, as `at` says");
    }
}
