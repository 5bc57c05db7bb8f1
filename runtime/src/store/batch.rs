//! A batch: calls that have queued up, run one after another in one transaction.
//!
//! ```text
//! begin ─▶ fetch what all will need ─▶ run each ─▶ write ─▶ commit ─▶ answer all, the refused ones too
//!    any error: throw the connection away, and run each call again alone, with every write at once
//! ```
//!
//! Nobody is answered before the commit: a refusal may rest on what an earlier call of the same batch did.

use crate::store::link::{Arg, Dialect, Fault, Link, sql};
use crate::store::work::{Access, Plan, Work};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A call as a lane sees it.
pub trait Job: Send {
    /// Which tables it may write.
    fn access(&self) -> &Access;
    /// Fetches what it will need; a hint.
    fn prefetch(&self, wanted: &mut Wanted);
    /// Runs it; it may be run several times. It settles what it did.
    fn run(&mut self, work: &mut Work<'_>, attempt: u32) -> Result<(), Fault>;
    /// Whether nobody waits for it any more, or its time is over: it is then not begun.
    fn is_over(&self) -> bool;
    /// Answers, after the commit.
    fn answer(self: Box<Self>, end: End);
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It is committed.
    Committed,
    /// It was not begun.
    NotBegun,
    /// It broke, and nothing of it is kept.
    Failed(Fault),
    /// The database did not say whether it is committed.
    Unknown(Fault),
}

/// Rows and collections that a batch will need.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Table and id.
    pub rows: std::collections::BTreeMap<usize, std::collections::BTreeSet<String>>,
    /// Owner's table and collection, and the owner.
    pub lists: std::collections::BTreeMap<(usize, usize), std::collections::BTreeSet<String>>,
}

/// How long a batch takes calls before it is committed.
const TAKES: Duration = Duration::from_millis(20);

/// How often a call is run again because another process was in its way.
const ATTEMPTS: u32 = 6;

/// Runs batches on a connection.
pub struct Batches {
    link: Link,
    plan: Arc<Plan>,
    writes: bool,
    eager: bool,
}

impl Batches {
    /// Batches that may write, or only read; `eager` is the slow twin that tests compare with.
    pub fn new(link: Link, plan: Arc<Plan>, writes: bool, eager: bool) -> Self {
        Self { link, plan, writes, eager }
    }

    /// Closes the connection.
    pub fn close(self) {
        self.link.close();
    }

    /// Runs some jobs and answers them. What there was no time for comes back.
    pub fn run(&mut self, jobs: Vec<Box<dyn Job>>) -> Vec<Box<dyn Job>> {
        let (over, mut jobs): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| job.is_over());
        over.into_iter().for_each(|job| job.answer(End::NotBegun));
        if jobs.is_empty() {
            return jobs;
        }
        if self.eager {
            jobs.into_iter().for_each(|job| self.alone(job));
            return Vec::new();
        }
        match self.together(&mut jobs) {
            Ok((done, end)) => {
                let rest = jobs.split_off(done.min(jobs.len()));
                jobs.into_iter().for_each(|job| job.answer(end.clone()));
                rest
            }
            Err(fault) => {
                tracing::debug!(%fault, jobs = jobs.len(), "a batch failed; each call is run alone");
                jobs.into_iter().for_each(|job| self.alone(job));
                Vec::new()
            }
        }
    }

    fn begin(&mut self) -> Result<(), Fault> {
        let text = match (self.link.dialect(), self.writes) {
            (Dialect::Sqlite, true) => "BEGIN IMMEDIATE",
            (Dialect::Sqlite, false) | (Dialect::Postgres, true) => "BEGIN",
            (Dialect::Postgres, false) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.link.run(text)
    }

    /// All in one transaction: how many were run, and how they ended. On an error the connection is new.
    fn together(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(usize, End), Fault> {
        let result = self.try_together(jobs);
        if result.is_err() {
            self.replace_connection();
        }
        result
    }

    fn try_together(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(usize, End), Fault> {
        self.begin()?;
        let mut access = Access::default();
        let mut wanted = Wanted::default();
        for job in jobs.iter() {
            access.writes.extend(&job.access().writes);
            job.prefetch(&mut wanted);
        }
        let mut work = Work::new(&mut self.link, Arc::clone(&self.plan), access, self.writes, false);
        prefetch(&mut work, &wanted)?;
        let (start, mut done) = (Instant::now(), 0);
        for job in jobs {
            guarded(job.as_mut(), &mut work, 1)?;
            done += 1;
            if start.elapsed() > TAKES {
                break;
            }
        }
        let wrote = work.wrote();
        work.flush()?;
        self.commit(wrote).map(|end| (done, end))
    }

    /// One call in a transaction of its own, with every write at once, so that a clash is found where it happens.
    fn alone(&mut self, mut job: Box<dyn Job>) {
        let mut attempt = 1;
        let end = loop {
            attempt += 1;
            match self.try_alone(job.as_mut(), attempt) {
                Ok(end) => break end,
                Err(fault) => {
                    self.replace_connection();
                    if !(matches!(fault, Fault::Conflict(_)) && attempt <= ATTEMPTS) {
                        break End::Failed(fault);
                    }
                    std::thread::sleep(Duration::from_millis(u64::from(attempt) * 5));
                }
            }
        };
        job.answer(end);
    }

    fn try_alone(&mut self, job: &mut dyn Job, attempt: u32) -> Result<End, Fault> {
        self.begin()?;
        let access = job.access().clone();
        let mut work = Work::new(&mut self.link, Arc::clone(&self.plan), access, self.writes, true);
        guarded(job, &mut work, attempt)?;
        if work.broken {
            // The transaction cannot go on; what is left to write is the run that says why.
            work.begin_again()?;
        }
        let wrote = work.wrote();
        work.flush()?;
        self.commit(wrote)
    }

    fn commit(&mut self, wrote: bool) -> Result<End, Fault> {
        let transaction = if wrote && self.link.dialect() == Dialect::Postgres {
            let id = self.link.fetch(&sql("SELECT pg_current_xact_id()::text"), Vec::new())?;
            id.into_iter().next().and_then(|row| row.into_iter().next()?.text().map(str::to_owned))
        } else {
            None
        };
        let Err(fault) = self.link.run("COMMIT") else { return Ok(End::Committed) };
        if !wrote {
            return Err(fault);
        }
        // Whether it is committed is asked, never guessed; where nobody can be asked, that is the answer.
        self.replace_connection();
        match (transaction, &fault) {
            (Some(id), Fault::Lost(_)) => self.ask(&id, fault),
            (Some(_), _) => Err(fault),
            (None, _) => Ok(End::Unknown(fault)),
        }
    }

    fn ask(&mut self, id: &str, fault: Fault) -> Result<End, Fault> {
        for _ in 0..50 {
            let asked = sql("SELECT pg_xact_status($1::text::xid8)");
            match self.link.fetch(&asked, vec![Arg::Text(id.to_owned())]) {
                Ok(rows) => match rows.first().and_then(|row| row.first()).and_then(|cell| cell.text()) {
                    Some("committed") => return Ok(End::Committed),
                    Some("aborted") => return Err(fault),
                    _ => std::thread::sleep(Duration::from_millis(20)),
                },
                Err(_) => {
                    std::thread::sleep(Duration::from_millis(100));
                    self.replace_connection();
                }
            }
        }
        Ok(End::Unknown(fault))
    }

    /// A connection on which something failed is not used again.
    fn replace_connection(&mut self) {
        if let Err(error) = self.link.reopen() {
            tracing::warn!(%error, "cannot connect to the database again");
        }
    }
}

/// Runs a job; a panic in it is a fault of the job, not of the lane.
fn guarded(job: &mut dyn Job, work: &mut Work<'_>, attempt: u32) -> Result<(), Fault> {
    match catch_unwind(AssertUnwindSafe(|| job.run(work, attempt))) {
        Ok(result) => result,
        Err(_) => Err(Fault::Other("the operation panicked".to_owned())),
    }
}

fn prefetch(work: &mut Work<'_>, wanted: &Wanted) -> Result<(), Fault> {
    for (table, ids) in &wanted.rows {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        work.load_many(*table, &ids)?;
    }
    for ((table, collection), owners) in &wanted.lists {
        let owners: Vec<&str> = owners.iter().map(String::as_str).collect();
        work.load_lists(*table, *collection, &owners)?;
        work.load_listed(*table, *collection, &owners)?;
    }
    Ok(())
}
