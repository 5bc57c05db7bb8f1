//! Execution graphs, recorded runs, and their pictures: no YAML, no database.
//!
//! ```text
//! graph ──structure──▶ blocks ──▶ emission, pages, outlines
//!   │
//!   ├──shape──▶ cursor (watches a run) ──▶ trace ──▶ run ──walk──▶ is it a walk in the graph?
//!   └──json──▶ embedded in the service, drawn by anybody
//! ```

pub mod cursor;
pub mod graph;
pub mod json;
pub mod run;
pub mod structure;
pub mod template;
pub mod trace;
pub mod view;
pub mod walk;
