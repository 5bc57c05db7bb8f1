//! Execution graphs, recorded runs, and their pictures: no YAML, no database.

pub mod graph;
