//! Scenarios of the specs, run through the real gateway: each on an empty database of its own, with a made-up world.
//!
//! ```text
//! harness ──▶ database ─▶ rows ─▶ first ─▶ state ─▶ call ─▶ state ──▶ compare ──▶ ok, or what differs and the path
//! ```
//!
//! ```text
//! tests/scenarios.rs, a `[[test]]` with `harness = false`:
//!
//! mod service { include!(concat!(env!("OUT_DIR"), "/service/mod.rs")); }
//! fn main() -> std::process::ExitCode { opwright_runtime::scenario::main(&service::SERVICE) }
//! ```

mod compare;
mod database;
mod harness;
mod options;
mod paste;
mod run;
mod state;

use crate::operation::Service;
use crate::store::link::Fault;
use opwright_values::scenario::Scenario;
use std::process::ExitCode;

pub(crate) use harness::{run_all, trials};
pub(crate) use options::Options;

/// The whole `main` of a test target: runs the scenarios as `cargo test` and `cargo nextest` ask for, on SQLite, and on
/// PostgreSQL where `OPWRIGHT_TEST_POSTGRES` says which server.
pub fn main(service: &'static Service) -> ExitCode {
    match Options::parse(std::env::args_os().skip(1)) {
        Ok(options) => run_all(service, &options),
        Err(error) => {
            harness::tell(format_args!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

/// The scenarios that a service embeds.
pub(crate) fn scenarios(service: &Service) -> Result<Vec<Scenario>, Fault> {
    serde_json::from_str(service.scenarios)
        .map_err(|error| Fault::Other(format!("the embedded scenarios cannot be read: {error}")))
}
