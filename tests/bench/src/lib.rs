//! What the generated service is measured against, and the client that measures both.
//!
//! ```text
//! load ──32 connections, HTTP/1.1──▶ baseline   axum + sqlx by hand, one statement a call
//!                                 └▶ helpdesk   generated: rules, history, event, recorded run
//! ```

pub mod connection;
pub mod requests;
pub mod times;
