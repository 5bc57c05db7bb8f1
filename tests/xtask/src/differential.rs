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
  --program N    the one service that N makes, as a line on a difference says
  --shrink N     for how many seconds each of the first differences is made small (60)
  --coverage     show how often each thing was drawn, and met
  --verbose      show what `check` refuses
";

/// How many services `cargo xtask test` compares, and for how long it does so at most.
const PROGRAMS: u64 = 2_016;
const SECONDS: u64 = 300;

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
    let numbers = [("--programs", PROGRAMS), ("--seconds", SECONDS), ("--seed", SEED)];
    let args: Vec<String> =
        numbers.iter().flat_map(|(key, value)| [(*key).to_owned(), value.to_string()]).collect();
    differential(&args, needs)
}

/// For some time, with a seed.
pub(crate) fn for_seconds(seconds: u64, seed: u64, needs: &Needs) -> Result<bool, Failed> {
    differential(&["--seconds".to_owned(), seconds.to_string(), "--seed".to_owned(), seed.to_string()], needs)
}

fn differential(args: &[String], needs: &Needs) -> Result<bool, Failed> {
    let mut all = vec!["run", "--quiet", "--package", "opwright-differential", "--"];
    all.extend(args.iter().map(String::as_str));
    cargo(&all, &needs.env())
}
