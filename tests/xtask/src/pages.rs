//! `cargo xtask pages`: the tests that look at pages, and the pictures that they take for people.

use crate::Failed;
use crate::needs::{Needs, run_tests};

pub(crate) const HELP: &str = "\
cargo xtask pages: open the pages of a running service in a headless Chromium, and let Graphviz draw its graphs

Every page is opened light and dark, on a desk and on a phone, and searched for faults: errors of scripts, texts that are
hard to read, what sticks out of the window, nodes that are missing. The pictures are in target/pages.
";

/// `false` if something is wrong with a page.
pub(crate) fn run() -> Result<bool, Failed> {
    let needs = Needs::new().dot().chromium();
    let good = run_tests(&["pages", "pictures"], &needs.env())?;
    println!("pictures: target/pages");
    Ok(good && needs.missing.is_empty())
}
