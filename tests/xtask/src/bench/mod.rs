//! `cargo xtask bench`: the generated service beside one that was written by hand, in one run.
//!
//! ```text
//! for each database, for writes and reads:
//!   which pool is best for the hand-written one?   1 2 4 8 16
//!   by hand ─ generated ─ by hand ─ generated ─ …  five rounds each, medians, their ratio
//! ```

mod judge;
mod load;
mod services;

use crate::Failed;
use crate::postgres::Postgres;
use crate::tools::{cargo, scratch};
use judge::Pair;
use load::load;
use services::Place;

pub(crate) const HELP: &str = "\
cargo xtask bench: the generated service beside one that was written by hand

Both are called over HTTP by the same client, in a process of its own with 32 kept connections, and write to 10,000
customers at random. The generated one runs its rules and writes history, an event and a recorded run; the one by hand
(axum, sqlx) does one prepared UPDATE, or reads one row, in the pool that measured best. The exit code is 1 if a ratio of
medians is lower than asked: writes 3 x on SQLite and 0.8 x on PostgreSQL, reads 1 x on both.

  --seconds N                        how long a round takes (10)
  --rounds N                         how many rounds (5)
  --database sqlite|postgres|both    (both)
  --work write|read|both             (both)
";

/// Pools that are tried.
const POOLS: [u32; 5] = [1, 2, 4, 8, 16];

struct Options {
    seconds: f64,
    rounds: u32,
    databases: Vec<&'static str>,
    works: Vec<&'static str>,
}

/// Measures; `false` if a ratio is too low.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<bool, Failed> {
    let Some(options) = options(parser).map_err(|error| format!("{error}\n\n{HELP}"))? else {
        print!("{HELP}");
        return Ok(true);
    };
    println!("building both services and the client for release");
    if !cargo(
        &["build", "--release", "--quiet", "--package", "helpdesk", "--package", "opwright-bench"],
        &[],
    )? {
        return Err("the services do not build".to_owned());
    }
    let folder = scratch("bench")?;
    let mut pairs = Vec::new();
    for database in &options.databases {
        let postgres = if *database == "postgres" { Some(Postgres::start()?) } else { None };
        let folder = folder.join(database);
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let (place, token) = Place::prepare(&folder, postgres.as_ref())?;
        for work in &options.works {
            pairs.push(measure(&place, &token, database, work, &options)?);
        }
    }
    println!(
        "\nmedians          by hand, pool         p50    p99      generated      p50    p99        ratio"
    );
    for pair in &pairs {
        println!("{}  (pool {})", pair.shown(), pair.pool);
    }
    Ok(pairs.iter().all(Pair::good))
}

/// Finds the best pool, then lets the two take turns.
fn measure(
    place: &Place<'_>,
    token: &str,
    database: &'static str,
    work: &'static str,
    options: &Options,
) -> Result<Pair, Failed> {
    println!("\n{database}, {work}");
    let pool = best_pool(place, token, work, options.seconds.min(2.0))?;
    let (baseline, generated) = (place.baseline(pool)?, place.generated()?);
    let mut pair = Pair { database, work, pool, baseline: Vec::new(), generated: Vec::new() };
    // The first calls prepare statements and fill caches on both.
    for service in [&baseline, &generated] {
        load(&service.address, token, work, options.seconds.min(1.0))?;
    }
    for round in 1..=options.rounds {
        place.settle()?;
        pair.baseline.push(load(&baseline.address, token, work, options.seconds)?);
        place.settle()?;
        pair.generated.push(load(&generated.address, token, work, options.seconds)?);
        if let (Some(hand), Some(made)) = (pair.baseline.last(), pair.generated.last()) {
            println!("  round {round}: by hand {:.0}/s, generated {:.0}/s", hand.rate, made.rate);
        }
    }
    Ok(pair)
}

fn best_pool(place: &Place<'_>, token: &str, work: &str, seconds: f64) -> Result<u32, Failed> {
    let mut best = (1, 0.0);
    for pool in POOLS {
        let service = place.baseline(pool)?;
        place.settle()?;
        let rate = load(&service.address, token, work, seconds)?.rate;
        println!("  by hand with a pool of {pool:>2}: {rate:.0}/s");
        if rate > best.1 {
            best = (pool, rate);
        }
    }
    Ok(best.0)
}

/// `None` asks for help.
fn options(parser: &mut lexopt::Parser) -> Result<Option<Options>, lexopt::Error> {
    use lexopt::ValueExt;
    let mut options = Options {
        seconds: 10.0,
        rounds: 5,
        databases: vec!["sqlite", "postgres"],
        works: vec!["write", "read"],
    };
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(None),
            lexopt::Arg::Long("seconds") => {
                options.seconds = parser.value()?.parse::<f64>()?.clamp(0.1, 600.0)
            }
            lexopt::Arg::Long("rounds") => options.rounds = parser.value()?.parse::<u32>()?.clamp(1, 100),
            lexopt::Arg::Long("database") => {
                options.databases = among(&parser.value()?.string()?, &["sqlite", "postgres"])?;
            }
            lexopt::Arg::Long("work") => {
                options.works = among(&parser.value()?.string()?, &["write", "read"])?
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

fn among(named: &str, all: &[&'static str]) -> Result<Vec<&'static str>, lexopt::Error> {
    if named == "both" {
        return Ok(all.to_vec());
    }
    let found: Vec<&str> = all.iter().copied().filter(|name| *name == named).collect();
    if found.is_empty() {
        return Err(format!("`{named}` is none of {}, both", all.join(", ")).into());
    }
    Ok(found)
}
