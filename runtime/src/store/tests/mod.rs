//! Tests of the store as a whole: programs on the fast store, on its slow twin and on a model; and what goes wrong.

mod abandoned;
mod early;
mod failures;
mod locks;
mod model;
mod program;
mod shop;
mod traps;
mod twin;
