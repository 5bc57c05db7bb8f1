//! `scenario`: the scenarios of the specs, as `cargo test` runs them.

use crate::command::Failure;
use crate::operation::Service;
use crate::scenario::{Options, run_all, scenarios, trials};
use opwright_values::scenario::Scenario;
use opwright_values::suggest::nearest;
use std::collections::BTreeSet;
use std::process::ExitCode;

/// How many names are said where none fits.
const SAID_MAX: usize = 10;

/// Runs the scenarios whose names or operations hold a text, or all of them.
pub(super) fn run(service: &'static Service, name: Option<&str>) -> Result<ExitCode, Failure> {
    let all = scenarios(service).map_err(Failure::new)?;
    if all.is_empty() {
        return Err(Failure::new("the specs have no scenarios")
            .fix("write one: `scenario: a sentence`, with `call`, `input` and `expect`"));
    }
    let Some(name) = name else { return Ok(run_all(service, &Options::default())) };
    let name = name.trim();
    let options = Options::named(name);
    if !trials(&all).iter().any(|trial| trial.is_asked_for(&options)) {
        let wrong =
            format!("no scenario is called `{name}`, calls an operation of that name, or has it in its name");
        return Err(Failure::new(wrong).fix(&there_are(name, &all)));
    }
    Ok(run_all(service, &options))
}

/// Which names there are, the nearest first: of scenarios, and of the operations that they call.
fn there_are(name: &str, all: &[Scenario]) -> String {
    let operations: BTreeSet<&str> = all.iter().map(|it| it.call.operation.as_str()).collect();
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).chain(operations.iter().copied()).collect();
    let mut said = nearest(name, names.iter().copied(), SAID_MAX);
    let meant = said.first().map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    // Who mistypes one word of a sentence has the others right.
    let words: BTreeSet<&str> = name.split_whitespace().collect();
    let alike = |it: &&str| {
        it.split(|c: char| c.is_whitespace() || c == ',').filter(|word| words.contains(word)).count()
    };
    let mut others: Vec<&str> = names.into_iter().filter(|it| !said.contains(it)).collect();
    others.sort_by_key(|it| std::cmp::Reverse(alike(it)));
    let count = others.len() + said.len();
    said.extend(others);
    said.truncate(SAID_MAX);
    let more = match count - said.len() {
        0 => String::new(),
        more => {
            format!(" and {more} more; `scenario` without a name runs all of them, and prints their names")
        }
    };
    format!("{meant}there are `{}`{more}", said.join("`, `"))
}
