//! A call in a lane: its body is run, what it did is settled, its run is recorded, and it is answered.

use crate::cx::{Cx, Refs, Walk};
use crate::gateway::answer::{Answer, DryRun};
use crate::gateway::compiled::Compiled;
use crate::operation::{Call, Stop};
use crate::refusal::Refusal;
use crate::store::batch::{End, Job, Wanted};
use crate::store::claim::Claim;
use crate::store::facts::RunRow;
use crate::store::link::Fault;
use crate::store::work::{Access, Change, Work};
use opwright_tracer::graph::Kind;
use opwright_values::json::Json;
use opwright_values::write::{Audience, write_fields};
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
    /// Where the runs of reads go; a write records its own.
    pub(super) recorder: Option<Arc<dyn Fn(RunRow) + Send + Sync>>,
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
        walk.env = walk.env.again();
        work.start(&self.run.run, walk.env.now.micros());
        let mut cx = Cx::new(walk, work);
        let result = self.call.run(&mut cx);
        let mut walk = cx.into_walk();
        let ended = ended(result, &mut walk)?;
        self.settle(ended, &walk, work, attempt)
    }

    fn begins(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| !reply.is_closed()) && self.claim.begin()
    }

    fn answer(mut self: Box<Self>, end: End) {
        let answer = match (end, self.answer.take()) {
            (End::Committed, Some(answer)) => {
                if let Some(record) = &self.recorder {
                    record(std::mem::take(&mut self.run));
                }
                answer
            }
            (End::NotBegun, _) => not_executed(),
            (End::Unknown(fault), _) => {
                tracing::error!(%fault, run = self.run.run, "nobody knows whether this call is committed");
                unavailable(
                    "outcome_unknown",
                    "the database did not say whether this was done",
                    "look at what is there before calling again",
                )
            }
            (End::Failed(fault), _) => {
                tracing::error!(%fault, operation = self.run.operation, run = self.run.run, "a call failed");
                failed(&fault)
            }
            (End::Committed, None) => failed(&Fault::Other("the call has no answer".to_owned())),
        };
        if let Some(reply) = self.reply.take() {
            // Whoever asked may be gone; what was done stays done.
            drop(reply.send(answer));
        }
    }
}

/// How a run of a body ended: a result, a refusal, or a fault of the service itself.
enum Ended {
    Done(Json),
    Refused(Box<Refusal>),
    Broken(String),
}

fn ended(result: Result<crate::operation::Reply, Stop>, walk: &mut Walk) -> Result<Ended, Fault> {
    match result {
        Ok(reply) => {
            let here = walk.here();
            let at_end = walk
                .graph()
                .graph
                .flow
                .node_weights()
                .any(|node| node.id == here && node.kind == Kind::Outcome);
            Ok(if at_end {
                Ended::Done(reply.0)
            } else {
                Ended::Broken(format!("off the graph: it ends at `{here}`"))
            })
        }
        Err(Stop::Refused(refusal)) => Ok(Ended::Refused(refusal)),
        Err(Stop::CannotCompute(why)) => {
            Ok(match walk.refusal("cannot_compute", &[("reason", why.to_string())], Vec::new()) {
                Stop::Refused(refusal) => Ended::Refused(refusal),
                Stop::OffGraph(off) => Ended::Broken(off),
                other => Ended::Broken(format!("{other:?}")),
            })
        }
        Err(Stop::OffGraph(off)) => Ok(Ended::Broken(off)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

impl CallJob {
    fn settle(&mut self, ended: Ended, walk: &Walk, work: &mut Work, attempt: u32) -> Result<(), Fault> {
        let keep = matches!(ended, Ended::Done(_)) && !self.dry_run;
        let graph = Arc::clone(walk.graph());
        let run_id = self.run.run.clone();
        self.run.steps = walk.trace().encode();
        self.run.attempts = i64::from(attempt);
        (self.run.code, self.run.refused, self.run.fault) = (None, None, None);
        let plan = (self.dry_run && matches!(ended, Ended::Done(_))).then(|| dry_run(&graph, walk, work));
        work.settle_with(keep, |changes, layout| self.run.changed = changed(changes, layout))?;
        self.answer = Some(match ended {
            Ended::Done(result) => Answer::Done { result, run: run_id, plan },
            Ended::Refused(refusal) => {
                self.run.code = Some(refusal.code.clone());
                self.run.refused = Some(refused(&refusal));
                Answer::Refused { refusal, run: Some(run_id) }
            }
            Ended::Broken(off) => {
                tracing::error!(operation = self.run.operation, run = run_id, "{off}; nothing was written");
                self.run.fault = Some(off);
                Answer::Refused { refusal: Box::new(internal()), run: Some(run_id) }
            }
        });
        if self.recorder.is_none() {
            work.record(self.run.clone());
        }
        Ok(())
    }
}

/// What a refusal was, for the stored run.
pub(super) fn refused(refusal: &Refusal) -> String {
    let text = |text: &str| Json::text(text.to_owned());
    let entries = [
        ("node", text(&refusal.node)),
        ("code", text(&refusal.code)),
        ("status", Json::int(refusal.status.into())),
        ("message", text(&refusal.message)),
        ("fix", text(&refusal.fix)),
    ];
    Json::object(entries).to_string()
}

fn changed(changes: &[Change], layout: &crate::store::layout::Layout) -> String {
    let one = |change: &Change| {
        let resource = layout.tables.get(change.table).map_or("", |table| table.name()).to_owned();
        Json::object([
            ("resource", Json::text(resource)),
            ("id", Json::text(change.id.to_string())),
            ("from_version", Json::int(change.version - 1)),
            ("to_version", Json::int(change.version)),
        ])
    };
    Json::List(changes.iter().map(one).collect()).to_string()
}

fn dry_run(graph: &Compiled, walk: &Walk, work: &Work) -> DryRun {
    let path = walk.trace().nodes().map(|node| graph.shape.id(node).to_owned()).collect();
    let layout = work.layout();
    // Several changes of one row are one: from what it was to what it would be.
    let mut rows: Vec<(&Change, &Change)> = Vec::new();
    for change in work.changes() {
        match rows.iter_mut().find(|(first, _)| first.table == change.table && first.id == change.id) {
            Some((_, last)) => *last = change,
            None => rows.push((change, change)),
        }
    }
    let changes = rows.iter().map(|(first, last)| {
        let table = layout.tables.get(first.table);
        let fields = table.map(|table| table.resource.fields.as_slice()).unwrap_or_default();
        let name = table.map_or("", |table| table.name()).to_owned();
        let before =
            first.before.as_ref().map_or(Json::Null, |row| write_fields(fields, row, Audience::Wire));
        let after = write_fields(fields, &last.after, Audience::Wire);
        let id = Json::text(first.id.to_string());
        Json::object([("resource", Json::text(name)), ("id", id), ("before", before), ("after", after)])
    });
    DryRun { path, changes: Json::List(changes.collect()) }
}

fn internal() -> Refusal {
    Refusal::new(
        "internal",
        500,
        "the service left the path that was drawn for this operation; nothing was written",
        "report the run to the people who run this service",
    )
}

fn failed(fault: &Fault) -> Answer {
    match fault {
        Fault::Conflict(_) => {
            unavailable("conflict", "other calls were in the way; nothing was written", "call again")
        }
        Fault::Lost(_) => unavailable(
            "unavailable",
            "the database does not answer; nothing was written",
            "call again later",
        ),
        Fault::NotUnique(_) | Fault::Other(_) => {
            let refusal = Refusal::new(
                "internal",
                500,
                "the service could not do this; nothing was written",
                "report it to the people who run this service",
            );
            Answer::Refused { refusal: Box::new(refusal), run: None }
        }
    }
}

/// Its time was over before it began.
pub(super) fn not_executed() -> Answer {
    unavailable("not_executed", "the service is too busy; nothing was done", "call again later")
}

/// Its time is over, and it goes on.
pub(super) fn still_running() -> Answer {
    unavailable(
        "outcome_unknown",
        "the call has begun and goes on, but it takes too long to wait for",
        "look at what is there before calling again",
    )
}

pub(super) fn unavailable(code: &str, message: &str, fix: &str) -> Answer {
    let mut refusal = Refusal::new(code, 503, message, fix);
    refusal.retry_after = Some(1);
    Answer::Refused { refusal: Box::new(refusal), run: None }
}
