//! Rounds of random services: generated, compiled, run, compared.

use crate::case::{Case, No};
use crate::program::{Libraries, NoProgram, Program};
use crate::random::Random;
use crate::seen::difference;
use crate::shrink::Shrink;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed.
    pub seed: u64,
    /// How many services at most.
    pub programs: usize,
    /// For how long at most.
    pub time: Duration,
    /// The address of a server of PostgreSQL, if there is one.
    pub postgres: Option<String>,
    /// Where files are kept.
    pub folder: PathBuf,
    /// For how long each difference is made small.
    pub shrink: Duration,
    /// Whether what `check` refuses is shown.
    pub verbose: bool,
}

/// How many services one program has.
const TOGETHER: usize = 24;

/// A case and its seed.
type Numbered = (u64, Case);

/// What came of it.
#[derive(Debug, Default)]
struct Counts {
    programs: usize,
    calls: usize,
    done: usize,
    refused: usize,
    differ: usize,
    /// The seeds of what differs.
    seeds: BTreeSet<u64>,
}

/// Runs rounds until there were enough; `false` if anything differs.
pub fn drive(options: &Options) -> Result<bool, String> {
    println!("seed {}", options.seed);
    let libraries = Libraries::find()?;
    let (start, mut counts, mut seeds) = (Instant::now(), Counts::default(), Random::new(options.seed));
    while counts.programs < options.programs && start.elapsed() < options.time {
        let wanted = TOGETHER.min(options.programs - counts.programs);
        let cases = cases(wanted, &mut seeds, &mut counts, options)?;
        round(&libraries, &cases, &mut counts, options)?;
    }
    println!(
        "{} programs, {} calls of which {} are done, on {}; {} specs were refused by check; {} differ; {:.0} s",
        counts.programs,
        counts.calls,
        counts.done,
        if options.postgres.is_some() { "SQLite and PostgreSQL" } else { "SQLite" },
        counts.refused,
        counts.differ,
        start.elapsed().as_secs_f64()
    );
    Ok(counts.differ == 0)
}

fn cases(
    wanted: usize,
    seeds: &mut Random,
    counts: &mut Counts,
    options: &Options,
) -> Result<Vec<Numbered>, String> {
    let mut cases = Vec::new();
    while cases.len() < wanted {
        let seed = seeds.next();
        match Case::of_seed(seed) {
            Ok(case) => cases.push((seed, case)),
            Err(No::Refused(said)) => {
                counts.refused += 1;
                if options.verbose {
                    println!("{said}");
                }
            }
            Err(No::Strange(what)) => return Err(format!("program {seed}: {what}")),
        }
        if counts.refused > 50 + 20 * (counts.programs + cases.len()) {
            return Err(
                "nearly every spec is refused: the generator does not know the language any more".to_owned()
            );
        }
    }
    Ok(cases)
}

/// Compiles cases; those that rustc refuses are said and left out.
fn compile<'c>(
    libraries: &Libraries,
    cases: &'c [Numbered],
    counts: &mut Counts,
    options: &Options,
) -> Result<(Program, Vec<&'c Numbered>), String> {
    let mut left: Vec<&Numbered> = cases.iter().collect();
    loop {
        let models: Vec<_> = left.iter().map(|(_, case)| &case.model).collect();
        match Program::compile(libraries, &options.folder, &models) {
            Ok(program) => return Ok((program, left)),
            Err(NoProgram::Failed(why)) => return Err(why),
            Err(NoProgram::Refused(guilty, said)) => {
                counts.differ += guilty.len();
                let seeds: Vec<String> =
                    guilty.iter().filter_map(|at| left.get(*at)).map(|(seed, _)| seed.to_string()).collect();
                println!("check takes, and rustc refuses, the programs {}:\n{said}", seeds.join(", "));
                if let Some((_, case)) = guilty.first().and_then(|at| left.get(*at)) {
                    small(libraries, case, None, None, options);
                }
                let mut at = 0;
                left.retain(|_| {
                    at += 1;
                    !guilty.contains(&(at - 1))
                });
            }
        }
    }
}

fn round(
    libraries: &Libraries,
    cases: &[Numbered],
    counts: &mut Counts,
    options: &Options,
) -> Result<(), String> {
    counts.programs += cases.len();
    let (program, cases) = compile(libraries, cases, counts, options)?;
    let calls: Vec<_> = cases.iter().map(|(_, case)| case.calls.as_slice()).collect();
    counts.calls += calls.iter().map(|calls| calls.len()).sum::<usize>();
    let ends = cases.iter().flat_map(|(_, case)| &case.expected.ends);
    counts.done += ends.filter(|end| end.status == 200).count();
    for database in ["sqlite"].into_iter().chain(options.postgres.as_deref()) {
        let seen = program.run(database, &calls)?;
        for ((seed, case), seen) in cases.iter().copied().zip(&seen) {
            let Some(difference) = difference(&case.calls, &case.expected, seen) else { continue };
            // What differs on both is made small once.
            let again = !counts.seeds.insert(*seed);
            counts.differ += usize::from(!again);
            let name = database.split(':').next().unwrap_or(database);
            println!("program {seed} differs on {name}: {difference}");
            let differs =
                case.expected.ends.iter().zip(&seen.ends).position(|(expected, found)| expected != found);
            small(libraries, case, differs, Some(database), options);
        }
    }
    Ok(())
}

/// Says what a case becomes when it is made small.
fn small(
    libraries: &Libraries,
    case: &Case,
    differs: Option<usize>,
    database: Option<&str>,
    options: &Options,
) {
    if options.shrink.is_zero() {
        return;
    }
    let folder = options.folder.join("small");
    let shrink = Shrink { libraries, folder: &folder, database, time: options.shrink };
    let at = differs.unwrap_or(case.asked.len());
    if let Some(case) = shrink.shrink(&case.yaml, &case.asked, at) {
        println!("made small:\n{}", case.yaml);
        for call in &case.calls {
            println!("{} {}", call.operation, call.arguments);
        }
    }
}
