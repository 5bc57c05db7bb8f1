//! A program that differs, made small: calls, documents, steps and parts of expressions are left out as long as the
//! difference stays. Many trials are compiled at once, since each program costs rustc's time.

mod texts;

use crate::arguments::Asked;
use crate::case::Case;
use crate::program::{Libraries, NoProgram, Program};
use crate::seen::difference;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many trials are compiled together.
const TRIALS: usize = 24;

/// What shrinking needs.
pub(crate) struct Shrink<'s> {
    pub(crate) libraries: &'s Libraries,
    pub(crate) folder: &'s Path,
    /// Where the difference is seen: `sqlite` or an address; `None`: rustc refuses it.
    pub(crate) database: Option<&'s str>,
    /// For how long it is tried.
    pub(crate) time: Duration,
}

impl Shrink<'_> {
    /// The smallest case that is found; `at` is the number of the call that differs.
    pub(crate) fn shrink(&self, yaml: &str, asked: &[Asked], at: usize) -> Option<Case> {
        let start = Instant::now();
        let mut best = Case::of(yaml.to_owned(), asked.to_vec()).ok()?;
        // What comes behind the call that differs decides nothing, and what comes before it often nothing either.
        let alone = asked.get(at).map(|asked| vec![asked.clone()]).unwrap_or_default();
        let before: Vec<Asked> = asked.iter().take(at + 1).cloned().collect();
        let short = [alone, before].map(|asked| Case::of(called(yaml, &asked), asked).ok());
        best = self.first(short.into_iter().flatten().collect()).unwrap_or(best);
        while start.elapsed() < self.time {
            let Some(better) = self.better(&best, start) else { break };
            best = better;
        }
        Some(best)
    }

    /// A smaller case that differs too.
    fn better(&self, case: &Case, start: Instant) -> Option<Case> {
        let (mut trials, mut together) = (Vec::new(), 3);
        for trial in candidates(case) {
            let Ok(trial) = Case::of(trial.0, trial.1) else { continue };
            trials.push(trial);
            if trials.len() == together {
                together = TRIALS.min(2 * together);
                if let Some(found) = self.first(std::mem::take(&mut trials)) {
                    return Some(found);
                }
                if start.elapsed() > self.time {
                    return None;
                }
            }
        }
        self.first(trials)
    }

    /// The smallest of some trials that differs.
    fn first(&self, mut trials: Vec<Case>) -> Option<Case> {
        trials.sort_by_key(|case| case.yaml.len() + 10 * case.calls.len());
        let bad = self.bad(&trials).ok()?;
        trials.into_iter().enumerate().find(|(at, _)| bad.contains(at)).map(|(_, case)| case)
    }

    /// The numbers of the trials that differ.
    fn bad(&self, trials: &[Case]) -> Result<BTreeSet<usize>, String> {
        if trials.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut left: Vec<usize> = (0..trials.len()).collect();
        let mut refused = BTreeSet::new();
        let program = loop {
            let models: Vec<_> =
                left.iter().filter_map(|at| trials.get(*at)).map(|case| &case.model).collect();
            match Program::compile(self.libraries, self.folder, &models) {
                Ok(program) => break program,
                Err(NoProgram::Failed(why)) => return Err(why),
                Err(NoProgram::Refused(guilty, _)) => {
                    let numbers: Vec<usize> = guilty.iter().filter_map(|at| left.get(*at)).copied().collect();
                    left.retain(|at| !numbers.contains(at));
                    refused.extend(numbers);
                }
            }
            if self.database.is_none() && !refused.is_empty() {
                return Ok(refused);
            }
        };
        let Some(database) = self.database else { return Ok(refused) };
        let cases: Vec<(usize, &Case)> = left.iter().filter_map(|at| Some((*at, trials.get(*at)?))).collect();
        let calls: Vec<_> = cases.iter().map(|(_, case)| case.calls.as_slice()).collect();
        let seen = program.run(database, &calls)?;
        let differs = |((at, case), seen): (&(usize, &Case), &crate::seen::Seen)| {
            difference(&case.calls, &case.expected, seen).map(|_| *at)
        };
        Ok(cases.iter().zip(&seen).filter_map(differs).collect())
    }
}

/// Smaller cases: without calls, and operations that nobody calls any more; without blocks; with simpler expressions.
fn candidates(case: &Case) -> Vec<(String, Vec<Asked>)> {
    let mut all = Vec::new();
    let count = case.asked.len();
    let mut size = count.div_ceil(2);
    while size > 0 && count > 1 {
        for from in (0..count).step_by(size) {
            let left = case.asked.iter().enumerate().filter(|(at, _)| *at < from || *at >= from + size);
            let left: Vec<Asked> = left.map(|(_, asked)| asked.clone()).collect();
            all.push((called(&case.yaml, &left), left));
        }
        size /= 2;
    }
    for (from, to) in texts::blocks(&case.yaml) {
        all.push((texts::without(&case.yaml, from, to), case.asked.clone()));
    }
    all.extend(texts::simpler(&case.yaml).into_iter().map(|yaml| (yaml, case.asked.clone())));
    all
}

/// A spec without the operations that nobody calls.
fn called(yaml: &str, asked: &[Asked]) -> String {
    let called: BTreeSet<&str> = asked.iter().map(|asked| asked.operation.as_str()).collect();
    let kept = yaml.split("---\n").filter(|document| {
        let name = document.lines().find_map(|line| line.strip_prefix("operation: "));
        name.is_none_or(|name| called.contains(name))
    });
    kept.collect::<Vec<_>>().join("---\n")
}
