//! Recording runs: a write records its own within its transaction, all others are handed to the write lane without
//! waiting. Bounded by count and by age.

use crate::gateway::Gateway;
use crate::gateway::ask::Ask;
use crate::store::facts::RunRow;
use crate::store::lane::Lane;
use crate::store::link::{Arg, Fault, sql};
use crate::store::work::{Access, Work};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

/// The most runs that are kept.
const KEPT_MAX: i64 = 100_000;

/// How long runs are kept, in days.
const KEPT_DAYS: i64 = 30;

/// The most runs that wait to be recorded.
const WAITING_MAX: usize = 2_048;

/// After how many recorded calls the oldest runs are forgotten.
const PRUNE_EVERY: usize = 5_000;

impl Gateway {
    /// Each graph is kept once under its hash, so that an old run is shown on the graph that it walked.
    pub(super) fn store_graphs(&self) -> Result<(), Fault> {
        let graphs: Vec<[String; 3]> = self
            .operations()
            .map(|it| [it.spec_hash.clone(), it.operation.name.to_owned(), it.operation.graph.to_owned()])
            .collect();
        let insert = sql(
            "INSERT INTO \"_graph\" (\"hash\", \"operation\", \"json\") VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        );
        self.write_blocking(Access::default(), move |work| {
            for graph in &graphs {
                work.execute(&insert, graph.iter().cloned().map(Arg::Text).collect())?;
            }
            Ok(())
        })
    }

    /// Counts recorded calls, and forgets the oldest runs now and then.
    pub(super) fn prune_now_and_then(&self, now_us: i64) {
        if self.recorded.fetch_add(1, Ordering::Relaxed) % PRUNE_EVERY == PRUNE_EVERY - 1 {
            let (job, _) = Ask::new(Access::default(), move |work: &mut Work| prune(work, now_us, KEPT_MAX));
            drop(self.writes.submit(Box::new(job)));
        }
    }
}

/// Hands runs to the write lane without waiting: a crash may lose the last of them. However many there are, they take
/// one place in the queue, so that reads that are recorded never keep a write out of it.
pub(super) struct Recorder {
    lane: Weak<Lane>,
    waiting: Arc<Waiting>,
}

#[derive(Default)]
struct Waiting {
    runs: Mutex<Vec<RunRow>>,
    /// Whether a job is in the queue that will take them.
    queued: AtomicBool,
}

impl Recorder {
    pub(super) fn new(lane: &Arc<Lane>) -> Self {
        Self { lane: Arc::downgrade(lane), waiting: Arc::default() }
    }

    /// Records a run; where too many wait, it is lost, for a call never is.
    pub(super) fn record(&self, run: RunRow) {
        self.waiting.add(run);
        if self.waiting.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let (waiting, mut taken) = (Arc::clone(&self.waiting), Vec::new());
        let (job, _) = Ask::new(Access::default(), move |work: &mut Work| {
            // It may be run again: what was taken once is its own.
            taken.append(&mut waiting.take());
            taken.iter().for_each(|run: &RunRow| work.record(run.clone()));
            Ok(())
        });
        let queued = self.lane.upgrade().is_some_and(|lane| lane.submit(Box::new(job)).is_ok());
        if !queued {
            self.waiting.queued.store(false, Ordering::Release);
        }
    }
}

impl Waiting {
    fn add(&self, run: RunRow) -> bool {
        let Ok(mut runs) = self.runs.lock() else { return false };
        let fits = runs.len() < WAITING_MAX;
        if fits {
            runs.push(run);
        }
        fits
    }

    fn take(&self) -> Vec<RunRow> {
        // Before they are taken: who adds one from now on, queues a job for it.
        self.queued.store(false, Ordering::Release);
        self.runs.lock().map(|mut runs| std::mem::take(&mut *runs)).unwrap_or_default()
    }
}

/// Forgets the oldest runs. Their ids sort by time, and are what the table is kept by.
fn prune(work: &mut Work, now_us: i64, most: i64) -> Result<(), Fault> {
    let limit_ms = now_us.saturating_sub(KEPT_DAYS * 86_400_000_000) / 1_000;
    let limit = opwright_values::id::generate("run", u64::try_from(limit_ms).unwrap_or(0), 0);
    let old = sql("DELETE FROM \"_run\" WHERE \"run\" < $1");
    let too_many = sql(
        "DELETE FROM \"_run\" WHERE \"run\" <= (SELECT \"run\" FROM \"_run\" ORDER BY \"run\" DESC LIMIT 1 OFFSET $1)",
    );
    work.execute(&old, vec![Arg::Text(limit)])?;
    work.execute(&too_many, vec![Arg::Int(most)]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::layout::Layout;
    use crate::store::link::Link;
    use crate::store::work::Plan;

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let waiting = Waiting::default();
        let added = (0..WAITING_MAX + 3).filter(|_| waiting.add(RunRow::default())).count();
        assert_eq!((added, waiting.take().len(), waiting.take().len()), (WAITING_MAX, WAITING_MAX, 0));
        assert!(waiting.add(RunRow::default()));
    }

    #[test]
    fn the_oldest_runs_are_forgotten() {
        const DAY_MS: u64 = 86_400_000;
        let database = crate::tests::sqlite();
        let mut link = Link::open(&database.target).unwrap();
        for statement in crate::store::ddl::runtime(link.dialect()) {
            link.run_sql(sql(statement)).unwrap();
        }
        let plan = Plan::new(Layout::of(&crate::tests::schema(Vec::new())), link.dialect());
        let mut work = Work::new(link, plan, Access::default(), true, false);
        let id = |day: u64| opwright_values::id::generate("run", day * DAY_MS, day);
        (1..=40).for_each(|day| work.record(RunRow { run: id(day), ..RunRow::default() }));
        work.flush().unwrap();
        let mut kept = |most: i64| {
            prune(&mut work, i64::try_from(40 * DAY_MS * 1_000).unwrap(), most).unwrap();
            let rows = work.query(&sql("SELECT \"run\" FROM \"_run\" ORDER BY \"run\""), Vec::new()).unwrap();
            rows.iter().map(|row| row[0].text().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(kept(1_000), (10..=40).map(id).collect::<Vec<_>>(), "none is older than thirty days");
        assert_eq!(kept(3), (38..=40).map(id).collect::<Vec<_>>());
        assert_eq!(kept(3).len(), 3);
        work.into_link().close();
    }
}
