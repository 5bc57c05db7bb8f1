//! `scenario`: the scenarios of the specs, as `cargo test` runs them.

use crate::command::Failure;
use crate::operation::Service;
use crate::scenario::{Options, run_all, scenarios, trials};
use opwright_values::suggest::closest;
use std::process::ExitCode;

/// Runs the scenarios whose names hold a text, or all of them.
pub(super) fn run(service: &'static Service, name: Option<&str>) -> Result<ExitCode, Failure> {
    let all = scenarios(service).map_err(Failure::new)?;
    let names = || all.iter().map(|scenario| scenario.name.as_str());
    if all.is_empty() {
        return Err(Failure::new("the specs have no scenarios")
            .fix("write one: `scenario: a sentence`, with `call`, `input` and `expect`"));
    }
    let Some(name) = name else { return Ok(run_all(service, &Options::default())) };
    let name = name.trim();
    if !trials(&all).iter().any(|trial| trial.name.contains(name)) {
        let failure = Failure::new(format!("no scenario is called `{name}`, or has that in its name"));
        return Err(match closest(name, names()) {
            Some(meant) => failure.fix(&format!("did you mean `{meant}`?")),
            None => failure.fix("`scenario` without a name runs all of them, and prints their names"),
        });
    }
    Ok(run_all(service, &Options::named(name)))
}
