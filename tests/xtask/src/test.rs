//! `cargo xtask test`: gets what the tests need, runs every test, and says plainly what could not be run.

use crate::Failed;
use crate::needs::{Needs, run_tests};
use crate::steps::Steps;
use crate::tools::{cargo, root};

pub(crate) const HELP: &str = "\
cargo xtask test: get what the tests need, and run every test

One step after another, all of them even if one fails: format, clippy, lint, whether the patches of `sabotage` apply, the
tests (with cargo-nextest), the doc tests, swapped lines, random programs against the interpreter, the replay of the shop if
its cases are in ../shared/retail. A private PostgreSQL is started for it on a free port of this machine, and ended
afterwards. PostgreSQL, Graphviz, Chromium and cargo-nextest are installed if they are missing and this is root on Debian;
else it is said what to install, and what is not run for the lack of it.
The exit code is 1 if a step failed.
";

/// Where the cases of the shop are, if they are here.
const CASES: &str = "../shared/retail";

/// Where the vectors of CEL are, if they are here: two tests are ignored without them.
const VECTORS: &str = "../shared/vectors/cel/simple.jsonl";

/// Runs everything; `false` if anything failed.
pub(crate) fn run() -> Result<bool, Failed> {
    let needs = Needs::new().postgres().dot().chromium();
    let mut steps = Steps::new();
    steps.run("format", || cargo(&["fmt", "--all", "--check"], &[]));
    steps.run("clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])
    });
    steps.run("lint", crate::lint::run);
    steps.run("patches apply", crate::sabotage::step);
    steps.run("tests", || run_tests(&[], &needs.env()));
    steps.run("doc tests", || cargo(&["test", "--workspace", "--doc", "--quiet"], &[]));
    steps.run("swapped lines", crate::swaps::run);
    steps.run("differential", || crate::differential::step(&needs));
    let folder = root().join(CASES);
    if folder.join("db.json").is_file() {
        let databases: &[&'static str] =
            if needs.has_postgres() { &["sqlite", "postgres"] } else { &["sqlite"] };
        steps.run("replay of the shop", || crate::replay::replay(&folder, databases));
    } else {
        steps.cannot("replay of the shop", &format!("there are no cases in {CASES}"));
    }
    if !root().join(VECTORS).is_file() {
        steps.cannot("vectors of CEL", &format!("there are none in {VECTORS}"));
    }
    for (name, why) in &needs.missing {
        steps.cannot(name, why);
    }
    Ok(steps.end())
}
