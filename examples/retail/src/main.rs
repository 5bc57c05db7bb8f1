//! The shop: products, users and orders, served from its specs.

mod service {
    include!(concat!(env!("OUT_DIR"), "/service/mod.rs"));
}

fn main() -> std::process::ExitCode {
    opwright_runtime::main(&service::SERVICE)
}
