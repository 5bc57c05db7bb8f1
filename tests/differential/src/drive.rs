//! Rounds of random services: generated, compiled, run, compared. As many rounds at once as there are cores.

use crate::case::{Case, No};
use crate::coverage::Coverage;
use crate::generate::ALIKE;
use crate::program::{Libraries, NoProgram, Program};
use crate::random::Random;
use crate::seen::difference;
use crate::shrink::Shrink;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
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
    /// The one service that is wanted, by its own seed.
    pub only: Option<u64>,
    /// The address of a server of PostgreSQL, if there is one.
    pub postgres: Option<String>,
    /// Where files are kept.
    pub folder: PathBuf,
    /// For how long a difference is made small.
    pub shrink: Duration,
    /// Whether what `check` refuses is shown.
    pub verbose: bool,
    /// Whether it is shown how often each thing was drawn, and met.
    pub coverage: bool,
}

/// How many services with the same resources there are in a program, times how many resources.
const GROUPS: usize = 8;

/// How many differences are made small: what breaks one service often breaks many.
const SMALL: usize = 3;

/// A case and its seed.
type Numbered = (u64, Case);

/// What came of it.
#[derive(Debug, Default)]
struct Counts {
    programs: usize,
    calls: usize,
    done: usize,
    refused: usize,
    /// The seeds of what differs.
    differ: BTreeSet<u64>,
}

/// What all workers share.
struct Shared<'o> {
    options: &'o Options,
    libraries: Libraries,
    start: Instant,
    state: Mutex<State>,
}

struct State {
    seeds: Random,
    begun: usize,
    counts: Counts,
    coverage: Coverage,
    failed: Option<String>,
}

/// Runs rounds until there were enough; `false` if anything differs.
pub fn drive(options: &Options) -> Result<bool, String> {
    if options.only.is_none() {
        println!("seed {}", options.seed);
    }
    let state = State {
        seeds: Random::new(options.seed),
        begun: 0,
        counts: Counts::default(),
        coverage: Coverage::default(),
        failed: None,
    };
    let (libraries, start) = (Libraries::find()?, Instant::now());
    let shared = Shared { options, libraries, start, state: Mutex::new(state) };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if options.only.is_some() { 1 } else { cores };
    std::thread::scope(|scope| {
        for number in 0..workers {
            let (shared, folder) = (&shared, options.folder.join(format!("w{number}")));
            scope.spawn(move || shared.work(&folder));
        }
    });
    let state = shared.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(why) = state.failed {
        return Err(why);
    }
    if options.coverage {
        print!("{}", state.coverage.table());
    }
    let counts = state.counts;
    println!(
        "{} programs, {} calls of which {} are done, on {}; {} specs were refused by check; {} differ; {:.0} s",
        counts.programs,
        counts.calls,
        counts.done,
        if options.postgres.is_some() { "SQLite and PostgreSQL" } else { "SQLite" },
        counts.refused,
        counts.differ.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(counts.differ.is_empty())
}

impl Shared<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panics has only counted.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One round after another.
    fn work(&self, folder: &Path) {
        while let Some(seeds) = self.seeds() {
            // What brings all of this down is one of these.
            let begun = std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(folder.join("seeds"), format!("{seeds:?}\n")));
            let begun = begun.map_err(|error| format!("{}: {error}", folder.display()));
            if let Err(why) =
                begun.and_then(|()| self.cases(&seeds)).and_then(|cases| self.round(folder, &cases))
            {
                self.state().failed.get_or_insert(why);
            }
        }
    }

    /// The seeds of the next round; `None` if there were enough.
    fn seeds(&self) -> Option<Vec<u64>> {
        let mut state = self.state();
        let enough = state.begun >= self.options.programs || self.start.elapsed() >= self.options.time;
        if enough || state.failed.is_some() {
            return None;
        }
        if let Some(only) = self.options.only {
            state.begun = usize::MAX;
            return Some(vec![only]);
        }
        let groups: Vec<u64> = (0..GROUPS).map(|_| state.seeds.next() / ALIKE * ALIKE).collect();
        let seeds = groups.into_iter().flat_map(|group| group..group + ALIKE);
        let seeds: Vec<u64> = seeds.take(self.options.programs - state.begun).collect();
        state.begun += seeds.len();
        Some(seeds)
    }

    fn cases(&self, seeds: &[u64]) -> Result<Vec<Numbered>, String> {
        let mut cases = Vec::new();
        for seed in seeds.iter().copied() {
            match Case::of_seed(seed) {
                Ok(case) => cases.push((seed, case)),
                Err(No::Refused(said)) => {
                    self.state().counts.refused += 1;
                    if self.options.verbose {
                        println!("program {seed}:\n{said}");
                    }
                }
                Err(No::Strange(what)) => return Err(format!("program {seed}: {what}")),
            }
        }
        if seeds.len() > 9 && cases.len() < seeds.len() / 9 {
            return Err(
                "nearly every spec is refused: the generator does not know the language any more".to_owned()
            );
        }
        Ok(cases)
    }

    /// Compiles cases; those that rustc refuses are said and left out.
    fn compile<'c>(
        &self,
        folder: &Path,
        cases: &'c [Numbered],
    ) -> Result<(Program, Vec<&'c Numbered>), String> {
        let mut left: Vec<&Numbered> = cases.iter().collect();
        loop {
            let models: Vec<_> = left.iter().map(|(_, case)| &case.model).collect();
            match Program::compile(&self.libraries, folder, &models) {
                Ok(program) => return Ok((program, left)),
                Err(NoProgram::Failed(why)) => return Err(why),
                Err(NoProgram::Refused(guilty, said)) => {
                    let seeds: Vec<u64> =
                        guilty.iter().filter_map(|at| left.get(*at)).map(|(seed, _)| *seed).collect();
                    let names: Vec<String> = seeds.iter().map(u64::to_string).collect();
                    println!("check takes, and rustc refuses, the programs {}:\n{said}", names.join(", "));
                    if let Some(case) = guilty.first().and_then(|at| left.get(*at)) {
                        self.differs(folder, case, None, None);
                    }
                    self.state().counts.differ.extend(seeds);
                    let mut at = 0;
                    left.retain(|_| {
                        at += 1;
                        !guilty.contains(&(at - 1))
                    });
                }
            }
        }
    }

    fn round(&self, folder: &Path, cases: &[Numbered]) -> Result<(), String> {
        let (program, cases) = self.compile(folder, cases)?;
        if self.options.coverage {
            let mut coverage = Coverage::default();
            cases.iter().for_each(|(_, case)| coverage.add(case));
            self.state().coverage.join(coverage);
        }
        let calls: Vec<_> = cases.iter().map(|(_, case)| case.calls.as_slice()).collect();
        let ends = cases.iter().flat_map(|(_, case)| &case.expected.ends);
        {
            let counts = &mut self.state().counts;
            counts.programs += cases.len();
            counts.calls += calls.iter().map(|calls| calls.len()).sum::<usize>();
            counts.done += ends.filter(|end| end.status == 200).count();
        }
        for database in ["sqlite"].into_iter().chain(self.options.postgres.as_deref()) {
            let seen = program.run(database, &calls)?;
            for (numbered, seen) in cases.iter().copied().zip(&seen) {
                let (seed, case) = numbered;
                let Some(difference) = difference(&case.calls, &case.expected, seen) else { continue };
                let name = database.split(':').next().unwrap_or(database);
                println!("program {seed} differs on {name}: {difference}");
                let at =
                    case.expected.ends.iter().zip(&seen.ends).position(|(expected, found)| expected != found);
                self.differs(folder, numbered, at, Some(database));
            }
        }
        Ok(())
    }

    /// Counts a case that differs, and says what it becomes when it is made small: once, and only the first of many.
    fn differs(&self, folder: &Path, (seed, case): &Numbered, at: Option<usize>, database: Option<&str>) {
        let (new, many) = {
            let differ = &mut self.state().counts.differ;
            (differ.insert(*seed), differ.len() > SMALL)
        };
        if !new {
            return;
        }
        println!("the same again: cargo xtask differential --program {seed}");
        if many || self.options.shrink.is_zero() {
            return;
        }
        let folder = folder.join("small");
        let shrink =
            Shrink { libraries: &self.libraries, folder: &folder, database, time: self.options.shrink };
        if let Some(case) = shrink.shrink(&case.yaml, &case.asked, at.unwrap_or(case.asked.len())) {
            let calls = case.calls.iter().map(|call| format!("{} {}\n", call.operation, call.arguments));
            println!("program {seed} made small:\n{}\n{}", case.yaml, calls.collect::<String>());
        }
    }
}
