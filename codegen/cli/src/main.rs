//! A placeholder that the first commit of this crate replaces.
fn main() {}
