//! The input gate and what follows it: arguments are decoded, the rules that read only them are asked, and the call
//! goes to its lane.

use crate::cx::Walk;
use crate::fields::{Fields, reason};
use crate::gateway::Gateway;
use crate::gateway::answer::Answer;
use crate::gateway::compiled::Compiled;
use crate::gateway::job::{CallJob, WAITS_S};
use crate::gateway::outcome::{internal, not_executed, outcome_unknown, refused, still_running, unavailable};
use crate::operation::Decoded;
use crate::stop::Stop;
use crate::store::claim::Claim;
use crate::store::facts::RunRow;
use crate::store::lane::NotTaken;
use opwright_values::fault::Fault;
use opwright_values::json::Json;
use opwright_values::read::is_marked;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

impl Gateway {
    /// Checks what was sent and runs the call.
    pub(super) async fn call(
        &self,
        compiled: &Arc<Compiled>,
        mut walk: Walk,
        agent: String,
        body: &[u8],
    ) -> Answer {
        let mut run = RunRow {
            run: walk.env.fact_id("run"),
            operation: compiled.operation.name.to_owned(),
            spec_hash: compiled.spec_hash.clone(),
            agent,
            mode: "real".to_owned(),
            started_us: walk.env.now.micros(),
            changed: "[]".to_owned(),
            attempts: 1,
            ..RunRow::default()
        };
        walk.env.begin();
        self.prune_now_and_then(run.started_us);
        let (call, dry_run) = match arguments(compiled, &mut walk, body) {
            Ok(decoded) => decoded,
            Err(stop) => return self.refused_input(stop, run, &walk),
        };
        if dry_run {
            "dry_run".clone_into(&mut run.mode);
        }
        let checked = call.input(&mut walk);
        if let Err(stop) = walk.input_ended(checked) {
            return self.refused_input(stop, run, &walk);
        }
        self.submit(compiled, walk, run, call, dry_run).await
    }

    async fn submit(
        &self,
        compiled: &Arc<Compiled>,
        walk: Walk,
        run: RunRow,
        call: Decoded,
        dry_run: bool,
    ) -> Answer {
        let (reply, answer) = oneshot::channel();
        let (claim, id) = (Claim::default(), run.run.clone());
        let job = CallJob {
            call,
            walk,
            run,
            dry_run,
            access: compiled.access.clone(),
            claim: claim.clone(),
            reply: Some(reply),
            answer: None,
            writes: compiled.writes,
            recorder: Arc::clone(&self.recorder),
        };
        let lane = if compiled.writes { Some(&self.writes) } else { self.read_lane() };
        match lane.map(|lane| lane.submit(Box::new(job))) {
            Some(Ok(())) => {}
            Some(Err(NotTaken::Full(_))) => {
                return unavailable("busy", "too many calls wait; nothing was done", "call again later");
            }
            Some(Err(NotTaken::Ended(_))) | None => {
                tracing::error!(
                    operation = compiled.operation.name,
                    "a lane has ended: start the service again"
                );
                let fix = "call again later; if it stays so, tell the people who run this service";
                return unavailable("unavailable", "the service is ending; nothing was done", fix);
            }
        }
        match tokio::time::timeout(Duration::from_secs(WAITS_S), answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) if claim.withdraw() => {
                unavailable("unavailable", "the service is ending", "call again later")
            }
            Ok(Err(_)) => outcome_unknown("the call had begun when the service broke", id),
            Err(_) if claim.withdraw() => not_executed(),
            Err(_) => still_running(id),
        }
    }

    /// A call that ends at the input gate is recorded too.
    fn refused_input(&self, stop: Stop, mut run: RunRow, walk: &Walk) -> Answer {
        run.steps = walk.trace().encode();
        let id = run.run.clone();
        let refusal = match stop {
            Stop::Refused(refusal) => refusal,
            other => {
                tracing::error!(
                    ?other,
                    operation = run.operation,
                    "the input of a call could not be checked"
                );
                run.fault = Some(format!("{other:?}"));
                Box::new(internal())
            }
        };
        run.code = Some(refusal.code.clone());
        run.refused = Some(refused(&refusal));
        self.recorder.record(run);
        Answer::Refused { refusal, run: Some(id) }
    }
}

/// How many arguments a run shows, and how much of each: enough to know one call from another.
const SHOWN: usize = 3;
const SHOWN_LENGTH: usize = 60;

/// Records the first arguments, as they were sent.
fn show(compiled: &Compiled, walk: &mut Walk, json: &Json) {
    for (name, field) in compiled.argument_names.iter().zip(&compiled.drawn.graph.head.inputs).take(SHOWN) {
        let text = match json.get(&field.key) {
            Some(Json::Text(text)) => text.chars().take(SHOWN_LENGTH).collect(),
            Some(value @ (Json::Number(_) | Json::Bool(_))) => value.to_string(),
            Some(Json::List(items)) => listed(items),
            _ => continue,
        };
        // A text may stand where an object with parts that are marked belongs.
        if is_marked(field) {
            walk.seen().hidden(name, &text);
        } else {
            walk.seen().read(name, &text);
        }
    }
}

/// The values of a list, as far as there is room, or how many there are.
fn listed(items: &[Json]) -> String {
    let text = |item: &Json| match item {
        Json::Text(text) => Some(text.to_string()),
        Json::Number(_) | Json::Bool(_) => Some(item.to_string()),
        _ => None,
    };
    // What stands between so many has no room by itself, so that they need not be written out to see it.
    let few = Some(items).filter(|items| items.len() <= SHOWN_LENGTH);
    let all = few.and_then(|items| items.iter().map(text).collect::<Option<Vec<_>>>());
    let all = all.map(|texts| texts.join(", "));
    let short = all.filter(|all| !all.is_empty() && all.chars().count() <= SHOWN_LENGTH);
    short.unwrap_or_else(|| format!("{} in all", items.len()))
}

/// Refuses what was sent.
fn invalid(walk: &mut Walk, faults: Vec<Fault>) -> Stop {
    walk.refusal("invalid_input", &[("reason", reason(&faults))], faults)
}

/// Decodes the arguments; everything that is wrong with them is told at once.
fn arguments(compiled: &Compiled, walk: &mut Walk, body: &[u8]) -> Result<(Decoded, bool), Stop> {
    let body = if body.is_empty() { b"{}" } else { body };
    let read = std::str::from_utf8(body).map_err(|error| error.to_string());
    let json = match read.and_then(|text| Json::parse(text).map_err(|error| error.to_string())) {
        Ok(json) => json,
        Err(error) => {
            let fault = Fault {
                code: "not_json",
                expected: "one JSON object of arguments".to_owned(),
                got: error,
                ..Fault::default()
            };
            return Err(invalid(walk, vec![fault]));
        }
    };
    show(compiled, walk, &json);
    let mut fields = match Fields::read(&compiled.drawn.graph.head.inputs, &json, walk.now()) {
        Ok(fields) => fields,
        Err(faults) => return Err(invalid(walk, faults)),
    };
    let dry_run = fields.dry_run;
    match (compiled.operation.decode)(&mut fields) {
        Some(decoded) => Ok((decoded, dry_run)),
        None => Err(Stop::OffGraph("the arguments do not fit the generated code".to_owned())),
    }
}
