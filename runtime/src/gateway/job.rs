//! A call in a lane: its body is run, what it did is settled, its run is recorded, and it is answered.

use crate::cx::{Cx, Refs, Walk};
use crate::gateway::answer::Answer;
use crate::gateway::changes::{changed, dry_run};
use crate::gateway::outcome::{Ended, ended, failed, internal, not_executed, outcome_unknown, refused, tell};
use crate::gateway::recorder::Recorder;
use crate::operation::Call;
use crate::store::batch::{End, Job};
use crate::store::claim::Claim;
use crate::store::facts::RunRow;
use crate::store::link::Fault;
use crate::store::unit::{Access, Work};
use crate::store::wanted::Wanted;
use std::sync::Arc;
use tokio::sync::oneshot;

/// How long a call may wait for its lane, in seconds.
pub(super) const WAITS_S: u64 = 30;

/// A call in a lane.
pub(super) struct CallJob {
    pub(super) call: Box<dyn Call>,
    /// As it stood when its arguments were checked; each attempt begins there.
    pub(super) walk: Walk,
    pub(super) run: RunRow,
    pub(super) dry_run: bool,
    pub(super) access: Access,
    /// Shared with who waits for the answer, and takes the call back when its time is over.
    pub(super) claim: Claim,
    pub(super) reply: Option<oneshot::Sender<Answer>>,
    pub(super) answer: Option<Answer>,
    /// Whether its transaction may write: its run is then recorded within it.
    pub(super) writes: bool,
    /// Where the runs of reads go, and of what broke: its own transaction is gone.
    pub(super) recorder: Arc<Recorder>,
}

impl Job for CallJob {
    fn access(&self) -> &Access {
        &self.access
    }

    fn prefetch(&self, wanted: &mut Wanted) {
        self.call.refs(&mut Refs::new(wanted));
    }

    fn run(&mut self, work: &mut Work, attempt: u32) -> Result<(), Fault> {
        let mut walk = self.walk.clone();
        walk.env = walk.env.clone().again();
        work.start(&self.run.run, walk.env.now.micros());
        let mut cx = Cx::new(walk, work);
        let result = self.call.run(&mut cx);
        let mut walk = cx.into_walk();
        let ended = ended(result, &mut walk);
        self.run.steps = walk.trace().encode();
        self.run.attempts = i64::from(attempt);
        self.settle(ended?, &walk, work)
    }

    fn begins(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| !reply.is_closed()) && self.claim.begin()
    }

    fn answer(mut self: Box<Self>, end: End) {
        let answer = match (end, self.answer.take()) {
            (End::Committed, Some(answer)) => {
                if !self.writes {
                    self.recorder.record(std::mem::take(&mut self.run));
                }
                answer
            }
            (End::NotBegun, _) => not_executed(),
            (End::Unknown(fault), _) => {
                tracing::error!(%fault, run = self.run.run, "nobody knows whether this call is committed");
                outcome_unknown(
                    "the database did not say whether this was done",
                    std::mem::take(&mut self.run.run),
                )
            }
            (End::Failed(fault), _) => {
                tell(&fault, &self.run.operation, &self.run.run);
                self.broken(&fault)
            }
            (End::Committed, None) => self.broken(&Fault::Other("the call has no answer".to_owned())),
        };
        if let Some(reply) = self.reply.take() {
            // Whoever asked may be gone; what was done stays done.
            drop(reply.send(answer));
        }
    }
}

impl CallJob {
    fn settle(&mut self, ended: Ended, walk: &Walk, work: &mut Work) -> Result<(), Fault> {
        let done = matches!(ended, Ended::Done(_));
        let keep = done && !self.dry_run;
        let run_id = self.run.run.clone();
        (self.run.code, self.run.refused, self.run.fault) = (None, None, None);
        "[]".clone_into(&mut self.run.changed);
        let plan = (self.dry_run && done).then(|| dry_run(walk, work));
        work.settle_with(keep, |changes, layout| {
            // What a refused call had changed is undone: it changed nothing.
            if done {
                self.run.changed = changed(changes, layout, self.dry_run);
            }
        })?;
        self.answer = Some(match ended {
            Ended::Done(reply) => Answer::Done { reply, run: run_id, plan },
            Ended::Refused(refusal) => {
                self.run.code = Some(refusal.code.clone());
                self.run.refused = Some(refused(&refusal));
                Answer::Refused { refusal, run: Some(run_id) }
            }
            Ended::Outdated(fault) => {
                tell(&fault, &self.run.operation, &run_id);
                let answer = failed(&fault, run_id);
                self.run.fault = Some(fault.to_string());
                answer
            }
            Ended::Broken(off) => {
                tracing::error!(operation = self.run.operation, run = run_id, "{off}; nothing was written");
                self.run.fault = Some(off);
                Answer::Refused { refusal: Box::new(internal()), run: Some(run_id) }
            }
        });
        if self.writes {
            work.record(self.run.clone());
        }
        Ok(())
    }

    /// Something broke: nothing is kept, but that it broke, and where.
    fn broken(&mut self, fault: &Fault) -> Answer {
        let mut run = std::mem::take(&mut self.run);
        let id = run.run.clone();
        if run.steps.is_empty() {
            run.steps = self.walk.trace().encode();
        }
        (run.code, run.refused, run.fault) = (None, None, Some(fault.to_string()));
        "[]".clone_into(&mut run.changed);
        self.recorder.record(run);
        failed(fault, id)
    }
}
