//! `cargo xtask torture`: random tests, again and again, each time with another seed.

use crate::Failed;
use crate::needs::Needs;
use crate::steps::Steps;
use crate::tools::cargo;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub(crate) const HELP: &str = "\
cargo xtask torture: random tests, again and again, each time with another seed

Random programs on the store and its slow twin, abandoned calls, random graphs and their pictures, random values and
expressions, specs with random changes, and random programs against the interpreter (`cargo xtask differential`). What fails prints its seed; the same seed makes the same fault again.

  --rounds N     how often (10)
  --minutes N    for how long, instead
  --seed N       the first seed (the time); each round takes the next one
";

/// Tests that draw what they do from a seed.
const RANDOM: &str = "test(/random|twin|abandoned|hostile|picture/) + binary(mutations)";

/// How many changes of specs each round makes: a debug build answers them well before nextest ends a test.
const MUTATIONS: &str = "2000";

/// For how many seconds each round looks for programs that differ.
const PROGRAMS_S: u64 = 180;

/// `false` if a round failed.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<bool, Failed> {
    let Some((rounds, time, seed)) = options(parser).map_err(|error| format!("{error}\n\n{HELP}"))? else {
        print!("{HELP}");
        return Ok(true);
    };
    let needs = Needs::new().postgres().dot().chromium();
    let mut steps = Steps::new();
    let start = Instant::now();
    for seed in seed..seed + rounds {
        if time.is_some_and(|time| start.elapsed() >= time) {
            break;
        }
        let text = seed.to_string();
        let mut env = needs.env();
        env.extend([("OPWRIGHT_SEED", text.as_str()), ("OPWRIGHT_TEST_SEED", text.as_str())]);
        env.push(("OPWRIGHT_MUTATIONS", MUTATIONS));
        println!("\nseed {seed}");
        steps.run("a seed", || {
            cargo(&["nextest", "run", "--workspace", "--no-fail-fast", "-E", RANDOM], &env)
        });
        steps.run("random programs", || crate::differential::for_seconds(PROGRAMS_S, seed, &needs));
    }
    for (name, why) in &needs.missing {
        steps.cannot(name, why);
    }
    Ok(steps.end())
}

/// How many rounds, for how long, and the first seed; `None` asks for help.
type Options = Option<(u64, Option<Duration>, u64)>;

fn options(parser: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    use lexopt::ValueExt;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (mut rounds, mut time, mut seed) = (10, None, now);
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(None),
            lexopt::Arg::Long("rounds") => rounds = parser.value()?.parse::<u64>()?.clamp(1, 10_000),
            lexopt::Arg::Long("minutes") => {
                let minutes = parser.value()?.parse::<u64>()?.clamp(1, 10_000);
                (rounds, time) = (10_000, Some(Duration::from_secs(60 * minutes)));
            }
            lexopt::Arg::Long("seed") => seed = parser.value()?.parse::<u64>()?.min(u64::MAX / 2),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some((rounds, time, seed)))
}
