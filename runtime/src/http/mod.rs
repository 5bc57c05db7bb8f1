//! The service by HTTP.
//!
//! ```text
//! serve  accept loop ─▶ routes ─┬─▶ operations ─▶ gateway
//!                               ├─▶ pages      /tracer/, to this machine alone
//!                               └─▶ problem    whatever else is asked is answered with what to do
//! ```

pub(crate) mod app;
mod body;
mod pages;
mod patient;
mod problem;
pub(crate) mod routes;
pub(crate) mod serve;
#[cfg(test)]
mod tests;
