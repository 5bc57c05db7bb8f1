//! Promises, tested from outside: what the tests of this folder share.

pub mod browser;
pub mod database;
pub mod desk;
pub mod harness;
pub mod schemas;
pub mod service;

/// The help desk.
pub mod helpdesk {
    include!(concat!(env!("OUT_DIR"), "/helpdesk/mod.rs"));
}

/// A service whose values must not be shown.
pub mod private {
    include!(concat!(env!("OUT_DIR"), "/private/mod.rs"));
}

/// The service that the README shows.
pub mod readme {
    include!(concat!(env!("OUT_DIR"), "/readme/mod.rs"));
}

/// The shop.
pub mod retail {
    include!(concat!(env!("OUT_DIR"), "/retail/mod.rs"));
}
