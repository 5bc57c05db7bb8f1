//! A lane: one thread, one connection, one queue.
//!
//! It takes what has queued up and runs it as a batch, so that the more there is to do, the less each call costs.
//! Nothing that a caller can drop ever holds a transaction: the lane does, and a caller only waits for its answer.

use crate::store::batch::{Batches, Job};
use crate::store::link::{Fault, Link, Patience, Target};
use crate::store::unit::Plan;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The most calls of one batch.
pub const BATCH_MAX: usize = 256;

/// The most calls that wait for a lane.
pub const QUEUE_MAX: usize = 4_096;

/// The longest that a batch waits for as many calls as there were in the last one; it is half of what that one took, if
/// that is less. Measured with 32 callers over HTTP: an eighth more calls a second on SQLite than with a fifth of that.
const GATHERS_MAX: Duration = Duration::from_millis(2);

/// How long a batch sleeps between two looks at the queue while it gathers. To be woken for each call would cost its
/// callers more than that: a sixteenth of the calls a second.
const NAPS: Duration = Duration::from_micros(30);

/// The queue of a lane.
#[derive(Clone)]
pub struct Queue(SyncSender<Box<dyn Job>>);

impl Queue {
    /// Queues a job, and waits for a place if the queue is full; `false` if the lane has ended.
    pub fn submit_patiently(&self, job: Box<dyn Job>) -> bool {
        self.0.send(job).is_ok()
    }
}

/// Why a lane has not taken a job, which comes back.
pub enum NotTaken {
    /// Too many wait already: later there may be a place.
    Full(Box<dyn Job>),
    /// The lane has ended, and takes none any more.
    Ended(Box<dyn Job>),
}

/// A lane. Dropping it ends it, after what is queued, and waits for those who hold its queue.
pub struct Lane {
    queue: Option<Queue>,
    thread: Option<JoinHandle<()>>,
}

impl Lane {
    /// Starts a lane.
    pub fn start(target: &Target, plan: Arc<Plan>, writes: bool, eager: bool) -> Result<Self, Fault> {
        Self::start_on(Link::open_with(target, Patience::of_lanes())?, plan, writes, eager)
    }

    /// Starts a lane on a connection; those that replace it are as patient.
    pub fn start_on(link: Link, plan: Arc<Plan>, writes: bool, eager: bool) -> Result<Self, Fault> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let name = if writes { "write lane" } else { "read lane" };
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || serve(Batches::new(link, plan, writes, eager), &jobs))
            .map_err(|error| Fault::Other(format!("cannot start a thread: {error}")))?;
        Ok(Self { queue: Some(Queue(queue)), thread: Some(thread) })
    }

    /// Queues a job; gives it back if the queue is full, or the lane has ended.
    pub fn submit(&self, job: Box<dyn Job>) -> Result<(), NotTaken> {
        let Some(queue) = &self.queue else { return Err(NotTaken::Ended(job)) };
        queue.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) => NotTaken::Full(job),
            TrySendError::Disconnected(job) => NotTaken::Ended(job),
        })
    }

    /// Its queue, for somebody who queues from a thread of his own.
    pub fn queue(&self) -> Option<Queue> {
        self.queue.clone()
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
    let (mut left, mut last, mut took): (Vec<Box<dyn Job>>, usize, Duration) =
        (Vec::new(), 0, Duration::ZERO);
    loop {
        if left.is_empty() {
            match queue.recv() {
                Ok(job) => left.push(job),
                Err(_) => break,
            }
        }
        left.extend(queue.try_iter().take(BATCH_MAX.saturating_sub(left.len())));
        gather(queue, &mut left, last, GATHERS_MAX.min(took / 2));
        last = left.len();
        let began = Instant::now();
        left = batches.run(left);
        took = began.elapsed();
    }
    batches.close();
}

/// Those who were answered together call again together, more often than not: as many as there were in the last batch
/// are waited for, a moment. Without it, every other batch is of the one call that was quickest.
fn gather(queue: &Receiver<Box<dyn Job>>, left: &mut Vec<Box<dyn Job>>, last: usize, most: Duration) {
    let until = Instant::now() + most;
    while left.len() < last.min(BATCH_MAX) && Instant::now() < until {
        std::thread::sleep(NAPS);
        left.extend(queue.try_iter().take(BATCH_MAX.saturating_sub(left.len())));
    }
}
