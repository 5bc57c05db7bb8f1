//! Recording runs: a write records its own within its transaction; all others are handed to the write lane without
//! waiting.
//!
//! ```text
//! runs ─▶ collected for a moment ─▶ one job of the write lane ─┬─ stored
//!                                                             └─ failed ─▶ handed on once more, after a pause ─▶ logged
//! ```

use crate::gateway::ask::Ask;
use crate::store::facts::RunRow;
use crate::store::lane::{Lane, Queue};
use crate::store::link::Fault;
use crate::store::unit::{Access, Work};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use tokio::sync::oneshot::{self, error::TryRecvError};

/// The most runs that wait to be recorded.
const WAITING_MAX: usize = 2_048;

/// For how long runs are collected before they are handed on.
const COLLECTS: Duration = Duration::from_millis(10);

/// How long somebody who reads runs waits for the last of them.
const SETTLES: Duration = Duration::from_secs(2);

/// After how long runs that could not be stored are handed on once more: a database that restarts is back by then.
const PAUSES: Duration = Duration::from_secs(3);

/// How often is looked at what became of runs, while there are no others.
const LOOKS: Duration = Duration::from_secs(1);

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
        let queue = lane.queue().ok_or_else(ended)?;
        let (recorder, runs) = sync_channel(WAITING_MAX);
        std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || collect(&runs, &queue))
            .map_err(|error| Fault::Other(format!("cannot start the thread that records runs: {error}")))?;
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
    let mut batches: Vec<Batch> = Vec::new();
    loop {
        let first = if batches.is_empty() {
            handed.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            handed.recv_timeout(LOOKS)
        };
        match first {
            Ok(first) => {
                std::thread::sleep(COLLECTS);
                let (mut runs, mut asked) = (Vec::new(), Vec::new());
                for one in std::iter::once(first).chain(handed.try_iter().take(WAITING_MAX)) {
                    match one {
                        Handed::Run(run) => runs.push(*run),
                        Handed::Asked(ask) => asked.push(ask),
                    }
                }
                if !runs.is_empty() {
                    batches.push(Batch::hand_on(Arc::new(runs), queue, true));
                }
                if !asked.is_empty() {
                    wait(std::mem::take(&mut batches), queue);
                    for ask in asked {
                        // Who does not wait any longer needs no word.
                        let _ = ask.send(());
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        batches = batches.into_iter().filter_map(|batch| batch.look(queue)).collect();
    }
    wait(batches, queue);
}

/// Waits until all are stored, or lost. Those that failed are handed on together: one batch finds out for all of them that
/// the database is away.
fn wait(batches: Vec<Batch>, queue: &Queue) {
    let failed: Vec<Batch> = batches.into_iter().filter_map(Batch::wait).collect();
    let again: Vec<Batch> = failed.into_iter().map(|it| Batch::hand_on(it.runs, queue, false)).collect();
    // Of a second failure nothing is left.
    again.into_iter().filter_map(Batch::wait).for_each(drop);
}

/// Runs that are handed on together.
struct Batch {
    runs: Arc<Vec<RunRow>>,
    stored: oneshot::Receiver<Result<(), Fault>>,
    /// Whether they may be handed on once more.
    again: bool,
    /// Since when they wait for that.
    failed: Option<Instant>,
}

impl Batch {
    fn hand_on(runs: Arc<Vec<RunRow>>, queue: &Queue, again: bool) -> Self {
        let all = Arc::clone(&runs);
        let (job, stored) = Ask::new(Access::default(), move |work: &mut Work| {
            all.iter().for_each(|run: &RunRow| work.record(run.clone()));
            Ok(())
        });
        // Of a lane that has ended the end of `stored` tells.
        queue.submit_patiently(Box::new(job));
        Self { runs, stored, again, failed: None }
    }

    /// What is left to be done, without waiting for it.
    fn look(mut self, queue: &Queue) -> Option<Self> {
        match self.failed {
            Some(since) if since.elapsed() >= PAUSES => Some(Self::hand_on(self.runs, queue, false)),
            Some(_) => Some(self),
            None => match self.stored.try_recv() {
                Err(TryRecvError::Empty) => Some(self),
                Err(TryRecvError::Closed) => self.ended(Err(ended())),
                Ok(stored) => self.ended(stored),
            },
        }
    }

    /// Waits for the answer; what is left to be done then.
    fn wait(mut self) -> Option<Self> {
        if self.failed.is_some() {
            return Some(self);
        }
        let (_, none) = oneshot::channel();
        let stored = std::mem::replace(&mut self.stored, none).blocking_recv();
        self.ended(stored.unwrap_or_else(|_| Err(ended())))
    }

    /// What is left to be done after an answer.
    fn ended(mut self, stored: Result<(), Fault>) -> Option<Self> {
        match stored {
            // They are there already: the answer to the first time was lost.
            Ok(()) | Err(Fault::NotUnique(_)) => None,
            Err(fault) if self.again => {
                tracing::warn!(%fault, runs = self.runs.len(), "runs could not be recorded; it is tried once more");
                self.failed = Some(Instant::now());
                Some(self)
            }
            Err(fault) => {
                tracing::error!(%fault, runs = self.runs.len(), "runs are lost: they could not be recorded twice");
                None
            }
        }
    }
}

fn ended() -> Fault {
    Fault::Lost("the lane that writes has ended".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::layout::Layout;
    use crate::store::link::{Link, sql};
    use crate::store::unit::Plan;

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
    fn runs_that_cannot_be_stored_are_tried_once_more() {
        let database = crate::tests::sqlite();
        let mut link = Link::open(&database.target).unwrap();
        for statement in crate::store::ddl::runtime(link.dialect()) {
            link.run_sql(sql(statement)).unwrap();
        }
        let plan = Plan::new(Layout::of(&crate::tests::schema(Vec::new())), link.dialect());
        let lane = Lane::start(&database.target, plan, true, false).unwrap();
        let queue = lane.queue().unwrap();
        let run = |id: &str| Arc::new(vec![RunRow { run: id.to_owned(), ..RunRow::default() }]);
        let (away, back) =
            ("ALTER TABLE \"_run\" RENAME TO \"away\"", "ALTER TABLE \"away\" RENAME TO \"_run\"");

        // It fails, and is there when its table is.
        link.run(away).unwrap();
        let mut batch = Batch::hand_on(run("a"), &queue, true);
        while batch.failed.is_none() {
            std::thread::sleep(Duration::from_millis(1));
            batch = batch.look(&queue).unwrap();
        }
        link.run(back).unwrap();
        wait(vec![batch], &queue);
        // A second failure is the last.
        link.run(away).unwrap();
        wait(vec![Batch::hand_on(run("b"), &queue, true)], &queue);
        link.run(back).unwrap();
        // What is there already is no failure, and what comes later is none the worse.
        wait(["a", "c"].map(|id| Batch::hand_on(run(id), &queue, true)).into(), &queue);
        let rows = link.fetch(&sql("SELECT \"run\" FROM \"_run\" ORDER BY \"run\""), Vec::new()).unwrap();
        let stored: Vec<&str> = rows.iter().filter_map(|row| row[0].text()).collect();
        assert_eq!(stored, ["a", "c"]);
        drop((queue, lane));
        link.close();
    }
}
