//! The end of a call: what it is answered, and what is kept of it.

use crate::cx::Walk;
use crate::gateway::answer::Answer;
use crate::operation::Reply;
use crate::refusal::Refusal;
use crate::stop::Stop;
use crate::store::link::Fault;
use opwright_values::json::Json;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// How a run of a body ended: a result, a refusal, or a fault of the service itself.
pub(super) enum Ended {
    Done(Reply),
    Refused(Box<Refusal>),
    Broken(String),
    /// It has met what a newer version of the service wrote.
    Outdated(Fault),
}

pub(super) fn ended(result: Result<Reply, Stop>, walk: &mut Walk) -> Result<Ended, Fault> {
    match result {
        Ok(reply) => Ok(if walk.is_done() {
            Ended::Done(reply)
        } else {
            Ended::Broken(format!("off the graph: it ends at `{}`", walk.here()))
        }),
        Err(Stop::Refused(refusal)) => Ok(Ended::Refused(refusal)),
        Err(Stop::CannotCompute(why)) => {
            Ok(match walk.refusal("cannot_compute", &[("reason", why.to_string())], Vec::new()) {
                Stop::Refused(refusal) => Ended::Refused(refusal),
                Stop::OffGraph(off) => Ended::Broken(off),
                other => Ended::Broken(format!("{other:?}")),
            })
        }
        Err(Stop::OffGraph(off)) => Ok(Ended::Broken(off)),
        Err(Stop::Fault(fault @ Fault::Outdated(_))) => Ok(Ended::Outdated(fault)),
        Err(Stop::Fault(fault)) => Err(fault),
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
        ("errors", Json::List(errors(refusal))),
    ];
    Json::object(entries).to_string()
}

/// What is wrong with single arguments. What was sent under a key that is not known, or as a whole, is not kept: nobody
/// has said whether it may be shown.
fn errors(refusal: &Refusal) -> Vec<Json> {
    let text = |text: &str| Json::text(text.to_owned());
    let faults = refusal.errors.iter().map(|fault| {
        let shown = fault.code != "unknown" && !fault.pointer.is_empty();
        Json::object([
            ("pointer", text(&fault.pointer)),
            ("code", text(fault.code)),
            ("expected", text(&fault.expected)),
            ("got", text(if shown { &fault.got } else { "" })),
            ("meant", text(fault.did_you_mean.as_deref().unwrap_or_default())),
        ])
    });
    let rules = refusal
        .also
        .iter()
        .map(|it| Json::object([("code", text(&it.code)), ("expected", text(&it.message))]));
    faults.chain(rules).collect()
}

pub(super) fn internal() -> Refusal {
    Refusal::new(
        "internal",
        500,
        "the service left the path that was drawn for this operation; nothing was written",
        "report the run to the people who run this service",
    )
}

/// What becomes of the same call if it is made again.
enum Again {
    /// It may be done in a second.
    Later,
    /// It fails as it did.
    InVain,
}

/// How each fault of the database ends a call: all that is answered stands in one table.
pub(super) fn failed(fault: &Fault, run: String) -> Answer {
    let (code, status, again, message, fix) = match fault {
        Fault::Conflict(_) => {
            ("conflict", 503, Again::Later, "other calls were in the way; nothing was written", "call again")
        }
        Fault::Lost(_) => (
            "unavailable",
            503,
            Again::Later,
            "the database does not answer; nothing was written",
            "call again later",
        ),
        Fault::Outdated(_) => (
            "outdated",
            503,
            // The same process stays as old as it is.
            Again::InVain,
            "this version of the service is older than what is in its database; nothing was written",
            "ask the people who run this service to start its newest version; until then this call fails again",
        ),
        Fault::NotUnique(_) | Fault::NotLetIn(..) | Fault::Other(_) => (
            "internal",
            500,
            Again::InVain,
            "the service could not do this; nothing was written",
            "report the run to the people who run this service",
        ),
    };
    let mut refusal = Refusal::new(code, status, message, fix);
    (refusal.retryable, refusal.retry_after) = match again {
        Again::Later => (true, Some(1)),
        Again::InVain => (false, None),
    };
    Answer::Refused { refusal: Box::new(refusal), run: Some(run) }
}

/// Logs why a call failed; what is so until the service is started anew is said once.
pub(super) fn tell(fault: &Fault, operation: &str, run: &str) {
    static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if let Fault::Outdated(why) = fault {
        let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        if told.contains(why) || told.len() >= TOLD_MAX {
            return;
        }
        told.insert(why.clone());
    }
    tracing::error!(%fault, operation, run, "a call failed");
}

/// How much of that is said at most.
const TOLD_MAX: usize = 100;

/// Its time was over before it began.
pub(super) fn not_executed() -> Answer {
    unavailable("not_executed", "the service is too busy; nothing was done", "call again later")
}

/// Its time is over, and it goes on.
pub(super) fn still_running(run: String) -> Answer {
    outcome_unknown("the call has begun and goes on, but it takes too long to wait for", run)
}

/// It may be done: whoever called the same again might do it twice, so nothing invites to that. Its run is stored with
/// what it did, so whether there is one says how it ended.
pub(super) fn outcome_unknown(message: &str, run: String) -> Answer {
    let fix = "look whether this run is recorded, or at what is there, before calling again";
    let mut refusal = Refusal::new("outcome_unknown", 503, message, fix);
    refusal.retryable = false;
    Answer::Refused { refusal: Box::new(refusal), run: Some(run) }
}

pub(super) fn unavailable(code: &str, message: &str, fix: &str) -> Answer {
    let mut refusal = Refusal::new(code, 503, message, fix);
    refusal.retry_after = Some(1);
    Answer::Refused { refusal: Box::new(refusal), run: None }
}
