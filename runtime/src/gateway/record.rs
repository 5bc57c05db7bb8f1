//! Recording runs: a write records its own within its transaction, all others are handed to the write lane without
//! waiting. Bounded by count and by age.

use crate::gateway::Gateway;
use crate::gateway::ask::Ask;
use crate::store::facts::RunRow;
use crate::store::lane::{Lane, Queue};
use crate::store::link::{Arg, Fault, sql};
use crate::store::work::{Access, Work};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tokio::sync::oneshot;

/// The most runs that are kept.
const KEPT_MAX: i64 = 100_000;

/// How long runs are kept, in days.
const KEPT_DAYS: i64 = 30;

/// The most runs that wait to be recorded.
const WAITING_MAX: usize = 2_048;

/// For how long runs are collected before they are handed on.
const COLLECTS: Duration = Duration::from_millis(10);

/// How long somebody who reads runs waits for the last of them.
const SETTLES: Duration = Duration::from_secs(2);

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

/// Hands runs to the write lane without waiting: a crash may lose the last of them. They are collected for a moment, so
/// that one commit stores many, and take one place in the queue however many they are.
pub(super) struct Recorder(SyncSender<Handed>);

/// What the recorder is handed.
enum Handed {
    Run(Box<RunRow>),
    /// Somebody wants to be told when all before it is stored.
    Asked(oneshot::Sender<()>),
}

impl Recorder {
    /// Starts a thread that collects, and ends with the last who can record.
    pub(super) fn start(lane: &Lane) -> Result<Self, Fault> {
        let ended = || Fault::Lost("the lane has ended".to_owned());
        let queue = lane.queue().ok_or_else(ended)?;
        let (recorder, runs) = sync_channel(WAITING_MAX);
        std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || collect(&runs, &queue))
            .map_err(|error| Fault::Other(format!("cannot start a thread: {error}")))?;
        Ok(Self(recorder))
    }

    /// Records a run; where too many wait, it is lost, for a call never is.
    pub(super) fn record(&self, run: RunRow) {
        if self.0.try_send(Handed::Run(Box::new(run))).is_err() {
            tracing::debug!("a run is not recorded: too many wait");
        }
    }

    /// Waits until the runs of calls that were answered before are stored, so that who was given the number of a run
    /// finds it. Not for ever, and not behind a full queue: pages are shown even while the database is slow.
    pub(super) async fn settled(&self) {
        let (ask, told) = oneshot::channel();
        if self.0.try_send(Handed::Asked(ask)).is_ok() {
            drop(tokio::time::timeout(SETTLES, told).await);
        }
    }
}

fn collect(handed: &Receiver<Handed>, queue: &Queue) {
    while let Ok(first) = handed.recv() {
        std::thread::sleep(COLLECTS);
        let (mut runs, mut asked) = (Vec::new(), Vec::new());
        for one in std::iter::once(first).chain(handed.try_iter().take(WAITING_MAX)) {
            match one {
                Handed::Run(run) => runs.push(*run),
                Handed::Asked(ask) => asked.push(ask),
            }
        }
        let (job, stored) = Ask::new(Access::default(), move |work: &mut Work| {
            runs.iter().for_each(|run: &RunRow| work.record(run.clone()));
            Ok(())
        });
        if !queue.submit_patiently(Box::new(job)) {
            break;
        }
        if !asked.is_empty() {
            drop(stored.blocking_recv());
            for ask in asked {
                // Who does not wait any longer needs no word.
                let _ = ask.send(());
            }
        }
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
    fn where_too_many_wait_a_run_is_lost_and_nobody_waits() {
        let (recorder, runs) = sync_channel(WAITING_MAX);
        let recorder = Recorder(recorder);
        (0..WAITING_MAX + 3).for_each(|_| recorder.record(RunRow::default()));
        assert_eq!(runs.try_iter().count(), WAITING_MAX);
        recorder.record(RunRow::default());
        assert_eq!(runs.try_iter().count(), 1);
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
