//! The service by HTTP, over real connections.

mod calls;
mod connections;
mod service;
