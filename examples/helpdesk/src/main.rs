//! The help desk: customers and tickets, served from its specs, with demo data in an empty database.

mod service {
    include!(concat!(env!("OUT_DIR"), "/service/mod.rs"));
}

fn main() -> std::process::ExitCode {
    opwright_runtime::demo(&service::SERVICE)
}
