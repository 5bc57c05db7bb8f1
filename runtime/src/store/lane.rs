//! A lane: one thread, one connection, one queue.
//!
//! It takes what has queued up and runs it as a batch, so that the more there is to do, the less each call costs.
//! Nothing that a caller can drop ever holds a transaction: the lane does, and a caller only waits for its answer.

use crate::store::batch::{Batches, End, Job};
use crate::store::link::{Fault, Link, Target};
use crate::store::work::Plan;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The most calls of one batch.
pub const BATCH_MAX: usize = 256;

/// The most calls that wait for a lane.
pub const QUEUE_MAX: usize = 4_096;

/// How long a batch waits for as many calls as there were in the last one: a fraction of what a commit takes. Measured
/// with 32 callers and no HTTP, against no waiting: a fifth more calls a second on SQLite, more on PostgreSQL, at the
/// same or a better p99.
const GATHERS: Duration = Duration::from_micros(300);

/// A lane. Dropping it ends it, after what is queued.
pub struct Lane {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Lane {
    /// Starts a lane.
    pub fn start(target: &Target, plan: Arc<Plan>, writes: bool, eager: bool) -> Result<Self, Fault> {
        let link = Link::open(target)?;
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let name = if writes { "write lane" } else { "read lane" };
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || serve(Batches::new(link, plan, writes, eager), &jobs))
            .map_err(|error| Fault::Other(format!("cannot start a thread: {error}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a job; gives it back if the queue is full.
    pub fn submit(&self, job: Box<dyn Job>) -> Result<(), Box<dyn Job>> {
        let Some(queue) = &self.queue else { return Err(job) };
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) | TrySendError::Disconnected(job) => job,
        })
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.queue = None;
        // The last to hold a lane may be a job within it, which cannot wait for itself.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("a lane ended by a panic");
        }
    }
}

fn serve(mut batches: Batches, queue: &Receiver<Box<dyn Job>>) {
    let (mut left, mut last): (Vec<Box<dyn Job>>, usize) = (Vec::new(), 0);
    loop {
        if left.is_empty() {
            match queue.recv() {
                Ok(job) => left.push(job),
                Err(_) => break,
            }
        }
        while left.len() < BATCH_MAX {
            match queue.try_recv() {
                Ok(job) => left.push(job),
                Err(_) => break,
            }
        }
        gather(queue, &mut left, last);
        last = left.len();
        left = batches.run(left);
    }
    left.into_iter().for_each(|job| job.answer(End::NotBegun));
    batches.close();
}

/// Those who were answered together call again together, more often than not: as many as there were in the last batch
/// are waited for, a moment. Without it, every other batch is of the one call that was quickest.
fn gather(queue: &Receiver<Box<dyn Job>>, left: &mut Vec<Box<dyn Job>>, last: usize) {
    let until = Instant::now() + GATHERS;
    while left.len() < last.min(BATCH_MAX) {
        match queue.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(job) => left.push(job),
            Err(_) => break,
        }
    }
}
