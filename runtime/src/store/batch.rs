//! A batch: calls that have queued up, run one after another in one transaction.
//!
//! ```text
//! begin ─▶ fetch what all will need ─▶ run each ─▶ write ─▶ commit ─▶ answer all, the refused ones too
//!    any error: throw the connection away, and run each call again alone, with every write at once
//!    no database: it is looked for once, and all are told
//! ```
//!
//! Reads that need one statement at most do without a transaction: it sees one state of the database by itself.
//!
//! Nobody is answered before the commit: a refusal may rest on what an earlier call of the same batch did.

use crate::store::asked::Mark;
use crate::store::link::{Fault, Link, Patience, Target, Uncommitted, Welcome, Write};
use crate::store::locks::scan_locks;
use crate::store::unit::{Access, Plan, Work};
use crate::store::wanted::Wanted;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A call as a lane sees it.
pub trait Job: Send {
    /// Which tables it may write.
    fn access(&self) -> &Access;
    /// Fetches what it will need; a hint.
    fn prefetch(&self, wanted: &mut Wanted);
    /// Runs it; it may be run several times, and `attempt` says which it is, from one. It settles what it did.
    fn run(&mut self, work: &mut Work, attempt: u32) -> Result<(), Fault>;
    /// Asked each time before it would be run, together with others or again alone. `false`: nobody waits for it any
    /// more, or its time is over, and it is not run; nothing of an earlier time is kept. After `true` it is run to its
    /// end, whoever still waits, if there is a database.
    fn begins(&self) -> bool;
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

/// How long a batch takes calls before it is committed.
const TAKES: Duration = Duration::from_millis(20);

/// How often a call is run alone while another process is in its way, and for how long: others wait behind it.
const ATTEMPTS: u32 = 6;
const TRIES: Duration = Duration::from_secs(30);

/// How many calls in a row lose their connections before the database is taken to be away: one may be to blame itself.
const LOSE: u32 = 2;

/// For how many batches it is remembered that one statement was not enough.
const REMEMBERS: u32 = 64;

/// Runs batches on a connection.
pub struct Batches {
    target: Target,
    patience: Patience,
    welcome: Option<Welcome>,
    /// `None` after something failed, until it is needed again.
    link: Option<Link>,
    plan: Arc<Plan>,
    writes: bool,
    eager: bool,
    /// For how many batches more a transaction is begun at once: one statement was not enough.
    begins: u32,
}

impl Batches {
    /// Batches that may write, or only read; `eager` is the slow twin that tests compare with. Every connection is as
    /// patient as this one, and asked the same, but none is patient for ever.
    pub fn new(mut link: Link, plan: Arc<Plan>, writes: bool, eager: bool) -> Self {
        if let Some(answers) = link.patience().answers.or(Patience::of_lanes().answers) {
            link.give_up_after(answers);
        }
        let (target, patience, welcome) = (link.target().clone(), link.patience(), link.welcome());
        Self { target, patience, welcome, link: Some(link), plan, writes, eager, begins: 0 }
    }

    /// Closes the connection.
    pub fn close(self) {
        if let Some(link) = self.link {
            link.close();
        }
    }

    /// Runs some jobs and answers them. What there was no time for comes back.
    pub fn run(&mut self, jobs: Vec<Box<dyn Job>>) -> Vec<Box<dyn Job>> {
        let mut jobs: Vec<Tried> = jobs.into_iter().map(|job| Tried { job, attempts: 0 }).collect();
        let away = self.connect().err();
        if self.eager || away.is_some() {
            self.each_alone(jobs, away);
            return Vec::new();
        }
        // The connection of a panic is gone with it, and its transaction.
        match caught("a batch", || self.together(&mut jobs)) {
            Ok((ran, end)) => {
                let rest = jobs.split_off(ran.len().min(jobs.len()));
                for (tried, ran) in jobs.into_iter().zip(ran) {
                    answer(tried.job, if ran { end.clone() } else { End::NotBegun });
                }
                rest.into_iter().map(|tried| tried.job).collect()
            }
            Err(fault) => {
                tracing::debug!(%fault, jobs = jobs.len(), "a batch failed; each call is run alone");
                self.each_alone(jobs, None);
                Vec::new()
            }
        }
    }

    /// Each call alone, while the database is there. Whether it is away is found out once, and not by each of those who
    /// wait: nobody knows how long it takes to hear that nobody is there.
    fn each_alone(&mut self, jobs: Vec<Tried>, mut away: Option<Fault>) {
        let mut lost = 0;
        for mut tried in jobs {
            let end = match caught("the beginning of a call", || Ok(tried.job.begins())) {
                Ok(true) => {
                    away = away.or_else(|| self.connect().err());
                    away.clone().map_or_else(|| self.alone(&mut tried), End::Failed)
                }
                Ok(false) => End::NotBegun,
                Err(fault) => End::Failed(fault),
            };
            match &end {
                End::Failed(fault @ Fault::Lost(_)) | End::Unknown(fault @ Fault::Lost(_)) => {
                    lost += 1;
                    if lost >= LOSE {
                        away = Some(fault.clone());
                    }
                }
                _ => lost = 0,
            }
            answer(tried.job, end);
        }
    }

    /// Sees to it that there is a connection. One on which something failed is not used again: it is gone by now, and a
    /// new one is made.
    fn connect(&mut self) -> Result<(), Fault> {
        if self.link.is_none() {
            self.link = Some(caught("connecting", || {
                let link = Link::open_with(&self.target, self.patience)?;
                match &self.welcome {
                    Some(welcome) => link.welcomed(Arc::clone(welcome)),
                    None => Ok(link),
                }
            })?);
        }
        Ok(())
    }

    fn connected(&mut self) -> Result<Link, Fault> {
        self.connect()?;
        self.link.take().ok_or_else(|| Fault::Lost("there is no connection".to_owned()))
    }

    /// A connection inside of a transaction, and its number.
    fn begin(&mut self, access: &Access) -> Result<(Link, Option<String>), Fault> {
        let mut link = self.connected()?;
        let number = if self.writes {
            link.begin(scan_locks(&self.plan, access).as_deref())?
        } else {
            link.begin_reading().map(|()| None)?
        };
        Ok((link, number))
    }

    /// All in one transaction, as far as there is time: which of them were run, and how they ended.
    fn together(&mut self, jobs: &mut [Tried]) -> Result<(Vec<bool>, End), Fault> {
        let mut access = Access::default();
        let mut wanted = Wanted::default();
        for Tried { job, .. } in jobs.iter() {
            access.writes.extend(&job.access().writes);
            access.scans.extend(&job.access().scans);
            job.prefetch(&mut wanted);
        }
        if let Some(ran) = self.with_one_statement(jobs, &wanted, &access)? {
            return Ok((ran, End::Committed));
        }
        let (link, number) = self.begin(&access)?;
        let mut work = Work::new(link, Arc::clone(&self.plan), access, self.writes, false);
        let ran = run_all(jobs, &mut work, &wanted)?;
        self.finish(work, number).map(|end| (ran, end))
    }

    /// Without a transaction, if these are reads and one statement at most is needed; which of them were run.
    fn with_one_statement(
        &mut self,
        jobs: &mut [Tried],
        wanted: &Wanted,
        access: &Access,
    ) -> Result<Option<Vec<bool>>, Fault> {
        self.begins = self.begins.saturating_sub(1);
        if self.writes || self.begins > 0 || wanted.statements(&self.plan) > 1 {
            return Ok(None);
        }
        let mut link = self.connected()?;
        link.begin_only();
        let mut work = Work::new(link, Arc::clone(&self.plan), access.clone(), false, false);
        let ran = run_all(jobs, &mut work, wanted);
        let mut link = work.into_link();
        if !link.end_only() {
            (self.link, self.begins) = (Some(link), REMEMBERS);
            // It was no attempt: nobody was in the way.
            jobs.iter_mut().for_each(|tried| tried.attempts = 0);
            return Ok(None);
        }
        let ran = ran?;
        link.is_sound()?;
        self.link = Some(link);
        Ok(Some(ran))
    }

    fn finish(&mut self, mut work: Work, number: Option<String>) -> Result<End, Fault> {
        let wrote = work.wrote();
        let mark = number.map(Mark::Number).or_else(|| work.a_run().map(|run| Mark::Run(run.to_owned())));
        let writes = work.last_writes()?;
        let commit = AssertUnwindSafe(|| self.commit(work.into_link(), writes, mark, wrote));
        // Of a panic nobody knows whether it came before the commit or behind it.
        catch_unwind(commit).unwrap_or_else(|panic| Ok(End::Unknown(panicked("a commit", panic.as_ref()))))
    }

    /// One call in a transaction of its own, with every write at once, so that a clash is found where it happens.
    fn alone(&mut self, tried: &mut Tried) -> End {
        let (mut times, start) = (0, Instant::now());
        loop {
            times += 1;
            match caught("a call that ran alone", || self.try_alone(tried)) {
                Ok(end) => return end,
                Err(Fault::Conflict(_)) if times < ATTEMPTS && start.elapsed() < TRIES => {
                    std::thread::sleep(Duration::from_millis(u64::from(times) * 10));
                }
                Err(fault) => return End::Failed(fault),
            }
        }
    }

    fn try_alone(&mut self, tried: &mut Tried) -> Result<End, Fault> {
        let access = tried.job.access().clone();
        let (link, number) = self.begin(&access)?;
        let mut work = Work::new(link, Arc::clone(&self.plan), access, self.writes, true);
        tried.run(&mut work)?;
        self.finish(work, number)
    }

    fn commit(
        &mut self,
        mut link: Link,
        writes: Vec<Write>,
        mark: Option<Mark>,
        wrote: bool,
    ) -> Result<End, Fault> {
        let fault = match link.commit_with(writes) {
            Ok(()) => {
                self.link = Some(link);
                return Ok(End::Committed);
            }
            Err(Uncommitted::Not(fault)) => return Err(fault),
            Err(Uncommitted::Unknown(fault)) => fault,
        };
        link.drop_connection();
        if !wrote {
            return Err(fault);
        }
        // Whether it is committed is asked, never guessed; where nothing can be asked for, that is the answer.
        match mark.and_then(|mark| mark.is_committed(&self.target, self.patience)) {
            Some(true) => Ok(End::Committed),
            Some(false) => Err(fault),
            None => Ok(End::Unknown(fault)),
        }
    }
}

/// Runs jobs one after another, as far as there is time: which of them were run.
fn run_all(jobs: &mut [Tried], work: &mut Work, wanted: &Wanted) -> Result<Vec<bool>, Fault> {
    work.prefetch(wanted)?;
    let (start, mut ran) = (Instant::now(), Vec::new());
    for tried in jobs {
        let begins = tried.job.begins();
        if begins {
            tried.run(work)?;
        }
        ran.push(begins);
        if start.elapsed() > TAKES {
            break;
        }
    }
    Ok(ran)
}

/// A job, and how often it was run.
struct Tried {
    job: Box<dyn Job>,
    attempts: u32,
}

impl Tried {
    /// Runs it; a panic in it is a fault of the job, not of the lane.
    fn run(&mut self, work: &mut Work) -> Result<(), Fault> {
        self.attempts += 1;
        caught("the operation", || self.job.run(work, self.attempts))
    }
}

/// Answers a job. Whoever waits for one whose answer panics is told by the end of its channel.
fn answer(job: Box<dyn Job>, end: End) {
    // The fault is logged where it is made, and nobody else is left to be told.
    drop(caught("the answer to a call", || {
        job.answer(end);
        Ok(())
    }));
}

/// Does something in which a panic is a fault: a lane goes on for all others.
fn caught<T>(what: &str, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(what, panic.as_ref())))
}

fn panicked(what: &str, panic: &(dyn Any + Send)) -> Fault {
    let text = panic.downcast_ref::<&str>().copied();
    let said =
        text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word");
    tracing::error!("{what} panicked: {said}");
    Fault::Other(format!(
        "{what} panicked: {said}; its place is in what the service wrote to its standard error: report it"
    ))
}
