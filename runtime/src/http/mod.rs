//! The service by HTTP.
//!
//! ```text
//! serve  accept loop ─▶ routes ─┬─▶ operations ─▶ gateway
//!                               ├─▶ pages      /tracer/, to this machine alone
//!                               └─▶ problem    whatever else is asked is answered with what to do
//! ```

mod patient;
mod serve;
