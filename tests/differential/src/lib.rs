//! The differential test: random programs are compiled and run on both databases, and by an interpreter that shares no
//! code with either; all three must do the same.

mod arguments;
mod case;
mod coverage;
pub mod drive;
pub mod execute;
mod expected;
mod generate;
mod interpret;
mod most;
mod program;
mod random;
pub mod seen;
mod shrink;
