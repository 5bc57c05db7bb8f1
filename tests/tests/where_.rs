//! Conditions find the same rows by SQL as in Rust, on both databases, whatever is sent.

mod world {
    include!(concat!(env!("OUT_DIR"), "/world/mod.rs"));
}

#[test]
fn compiles() {
    let _ = &world::SERVICE;
}
