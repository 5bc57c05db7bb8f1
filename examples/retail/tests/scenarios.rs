//! The scenarios of the shop, each a test on each database.

mod service {
    include!(concat!(env!("OUT_DIR"), "/service/mod.rs"));
}

fn main() -> std::process::ExitCode {
    opwright_runtime::scenario::main(&service::SERVICE)
}
