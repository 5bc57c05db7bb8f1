//! `cargo xtask differential`: random programs on both databases and in the interpreter, which all must do the same.

use crate::Failed;
use crate::needs::Needs;
use crate::tools::cargo;

pub(crate) const HELP: &str = "\
cargo xtask differential: random programs, compiled and interpreted, do the same

Random services are compiled together and run on SQLite and on PostgreSQL; an interpreter over plain maps says what should
have happened: results, refusals and where, the steps of each call, rows, their history and events. What differs is made
small and shown as YAML.

  --seed N       the seed (the time); the same seed makes the same programs
  --programs N   how many services at most (no limit)
  --seconds N    for how long at most (60)
  --shrink N     for how many seconds each difference is made small (60)
  --verbose      show what `check` refuses
";

/// For how long `cargo xtask test` looks for differences.
const SECONDS: u64 = 90;

/// The programs of `cargo xtask test` are always the same, so that it judges a change and not its luck. Others are drawn
/// by `cargo xtask torture`.
const SEED: u64 = 3;

/// `false` if anything differs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<bool, Failed> {
    let args = parser.raw_args().map_err(|error| error.to_string())?;
    let args: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    if args.iter().any(|arg| matches!(arg.as_str(), "--help" | "-h")) {
        print!("{HELP}");
        return Ok(true);
    }
    let needs = Needs::new().postgres();
    differential(&args, &needs)
}

/// One of the steps of `cargo xtask test`.
pub(crate) fn step(needs: &Needs) -> Result<bool, Failed> {
    for_seconds(SECONDS, Some(SEED), needs)
}

/// For some time, with a seed or that of the time.
pub(crate) fn for_seconds(seconds: u64, seed: Option<u64>, needs: &Needs) -> Result<bool, Failed> {
    let mut args = vec!["--seconds".to_owned(), seconds.to_string()];
    args.extend(seed.into_iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
    differential(&args, needs)
}

fn differential(args: &[String], needs: &Needs) -> Result<bool, Failed> {
    let mut all = vec!["run", "--quiet", "--package", "opwright-differential", "--"];
    all.extend(args.iter().map(String::as_str));
    cargo(&all, &needs.env())
}
