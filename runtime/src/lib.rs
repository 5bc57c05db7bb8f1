//! What a generated Opwright service runs on.
//!
//! ```text
//! adapters (HTTP, commands) ──▶ gateway ──▶ generated operation ──▶ cx ──▶ store ──▶ SQLite, PostgreSQL
//! ```

mod command;
pub mod cx;
mod digest;
pub mod drawn;
pub mod env;
pub mod fields;
pub mod gateway;
pub mod generated;
mod http;
pub mod operation;
pub mod refusal;
pub mod scenario;
pub mod schema;
pub mod seed;
pub mod stop;
pub mod store;
#[cfg(test)]
mod tests;
pub mod verify;

use operation::Service;
use std::process::ExitCode;

/// What one thread allocates another frees, for a call goes through three: the allocator of glibc pays for that.
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The whole `main` of a service: does what the command line asks for.
pub fn main(service: &'static Service) -> ExitCode {
    command::run(service, false)
}

/// The same for a start: where nobody names a database, `serve` fills an empty one with the `data` document, makes a token,
/// and prints a call that works. Elsewhere it does that with `--demo` only.
pub fn demo(service: &'static Service) -> ExitCode {
    command::run(service, true)
}
