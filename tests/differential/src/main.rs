//! `differential`: random programs do the same on both databases and in the interpreter.

use opwright_differential::drive::{Options, drive};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const HELP: &str = "\
differential: random programs, compiled and run on both databases, and interpreted; all three must do the same

  --seed N       the seed (the time)
  --programs N   how many services at most (no limit)
  --seconds N    for how long at most (60)
  --program N    the one service that N makes, as a line on a difference says
  --shrink N     for how many seconds each of the first differences is made small (60)
  --coverage     show how often each thing was drawn, and met
  --verbose      show what `check` refuses

PostgreSQL is the server that OPWRIGHT_TEST_POSTGRES names; without it only SQLite is asked.
";

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match drive(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for; `None` asks for help.
fn options() -> Result<Option<Options>, lexopt::Error> {
    use lexopt::ValueExt;
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/differential");
    let postgres = std::env::var("OPWRIGHT_TEST_POSTGRES").ok().filter(|address| !address.is_empty());
    let time = Duration::from_secs(60);
    let (programs, shrink) = (usize::MAX, time);
    let mut options = Options {
        seed,
        programs,
        time,
        only: None,
        postgres,
        folder,
        shrink,
        verbose: false,
        coverage: false,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(None),
            lexopt::Arg::Long("seed") => options.seed = parser.value()?.parse()?,
            lexopt::Arg::Long("programs") => options.programs = parser.value()?.parse()?,
            lexopt::Arg::Long("program") => options.only = Some(parser.value()?.parse()?),
            lexopt::Arg::Long("seconds") => options.time = Duration::from_secs(parser.value()?.parse()?),
            lexopt::Arg::Long("shrink") => options.shrink = Duration::from_secs(parser.value()?.parse()?),
            lexopt::Arg::Long("coverage") => options.coverage = true,
            lexopt::Arg::Long("verbose") => options.verbose = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}
