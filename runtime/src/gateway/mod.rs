//! The gateway: the only way in for calls. HTTP is an adapter that cannot reach the store.
//!
//! ```text
//! token, operation, arguments ──▶ gates of the graph, in its order ──▶ lane: relations, rules, effects ──▶ answer
//! ```

pub mod answer;
pub(crate) mod ask;
mod changes;
pub mod compiled;
pub mod identity;
mod input;
mod job;
mod outcome;
mod permission;
mod record;
mod recorder;
mod runs;

use crate::cx::Walk;
use crate::env::{Env, World};
use crate::gateway::ask::Ask;
use crate::operation::Service;
use crate::refusal::Refusal;
use crate::schema::Wanted;
use crate::store::lane::{Lane, NotTaken};
use crate::store::layout::Layout;
use crate::store::link::{Fault, Link, Patience, Target};
use crate::store::unit::{Access, Plan, Work};
use answer::Answer;
use compiled::Compiled;
use identity::{Principal, Tokens};
use opwright_tracer::graph::Gate;
use opwright_values::schema::Schema;
use outcome::internal;
use recorder::Recorder;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// How a gateway is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database.
    pub target: Target,
    /// How many lanes read.
    pub read_lanes: usize,
    /// Whether every write goes to the database at once: the slow twin that tests compare with.
    pub eager: bool,
    /// The world of every call, where it is made up: for scenarios.
    pub world: Option<World>,
}

impl Config {
    /// The usual one.
    pub fn new(target: Target) -> Self {
        Self { target, read_lanes: 2, eager: false, world: None }
    }
}

/// The gateway of a service.
pub struct Gateway {
    schema: Schema,
    operations: BTreeMap<&'static str, Arc<Compiled>>,
    // They end in this order: reads are recorded, and what is recorded is written.
    reads: Vec<Lane>,
    recorder: Arc<Recorder>,
    writes: Lane,
    next_read: AtomicUsize,
    recorded: Arc<AtomicUsize>,
    tokens: Tokens,
    world: Option<World>,
}

/// Reads the schema that a service embeds.
pub fn schema_of(service: &Service) -> Result<Schema, Fault> {
    serde_json::from_str(service.schema)
        .map_err(|error| Fault::Other(format!("the embedded schema is none: {error}")))
}

impl Gateway {
    /// Starts the lanes of a service on a database that has its tables.
    pub fn start(service: &Service, config: &Config) -> Result<Self, Fault> {
        let schema = schema_of(service)?;
        let layout = Layout::of(&schema);
        let mut operations = BTreeMap::new();
        for operation in service.operations {
            let compiled = Compiled::new(operation, &layout).map_err(Fault::Other)?;
            operations.insert(operation.name, Arc::new(compiled));
        }
        let writing = operations.values().filter(|it| it.writes);
        let scanned = writing.flat_map(|it| it.access.scans.iter().copied()).collect();
        let plan = Plan::of_service(layout, config.target.dialect(), Some(scanned), service.members);
        let welcome = Wanted::of(&schema).welcome();
        let lane = |writes, eager| {
            let link = Link::open_with(&config.target, Patience::of_lanes())?;
            Lane::start_on(link.welcomed(Arc::clone(&welcome))?, Arc::clone(&plan), writes, eager)
        };
        let writes = lane(true, config.eager)?;
        let reads = (0..config.read_lanes.max(1)).map(|_| lane(false, false));
        let reads = reads.collect::<Result<Vec<Lane>, Fault>>()?;
        let recorder = Arc::new(Recorder::start(&writes)?);
        let gateway = Self {
            schema,
            operations,
            reads,
            recorder,
            writes,
            next_read: AtomicUsize::new(0),
            recorded: Arc::new(AtomicUsize::new(0)),
            tokens: Tokens::default(),
            world: config.world.clone(),
        };
        gateway.store_graphs()?;
        Ok(gateway)
    }

    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The operations, by name.
    pub fn operations(&self) -> impl Iterator<Item = &Arc<Compiled>> {
        self.operations.values()
    }

    /// An operation.
    pub fn operation(&self, name: &str) -> Option<&Arc<Compiled>> {
        self.operations.get(name)
    }

    /// Does something in the write lane, and waits for it.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        access: Access,
        ask: impl FnMut(&mut Work) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (job, answer) = Ask::new(access, ask);
        self.writes.submit(Box::new(job)).map_err(|why| not_taken(&why))?;
        answer.blocking_recv().map_err(|_| unanswered())?
    }

    /// Reads something in a read lane.
    pub async fn read<T: Send + 'static>(
        &self,
        ask: impl FnMut(&mut Work) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (job, answer) = Ask::new(Access::default(), ask);
        let lane = self.read_lane().ok_or_else(unanswered)?;
        lane.submit(Box::new(job)).map_err(|why| not_taken(&why))?;
        answer.await.map_err(|_| unanswered())?
    }

    fn read_lane(&self) -> Option<&Lane> {
        let next = self.next_read.fetch_add(1, Ordering::Relaxed);
        self.reads.get(next.checked_rem(self.reads.len()).unwrap_or(0))
    }

    /// Calls an operation. `body` is the JSON of its arguments.
    pub async fn execute(&self, token: Option<&str>, operation: &str, body: &[u8]) -> Answer {
        let started = Instant::now();
        let env = self.world.as_ref().map_or_else(Env::present, World::env);
        let Some(compiled) = self.operation(operation) else {
            return match self.identify(token).await {
                Err(refusal) => refused(refusal),
                Ok(principal) => self.hidden(operation, Some(&principal)),
            };
        };
        let mut walk = Walk::new(Arc::clone(&compiled.drawn), env, started);
        let mut principal: Option<Arc<Principal>> = None;
        for (node, gate) in &compiled.gates {
            if let Err(stop) = walk.gate(node) {
                tracing::error!(?stop, "a gate is off the graph");
                return refused(internal());
            }
            match gate {
                Gate::Identity => match self.identify(token).await {
                    Ok(known) => principal = Some(known),
                    Err(refusal) => return refused(refusal),
                },
                Gate::Permission if permission::may_call(principal.as_deref(), compiled) => {}
                // An operation that somebody cannot reach does not exist for them.
                Gate::Permission => return self.hidden(operation, principal.as_deref()),
                // Its exit is one of the graph, so it is left there: see `call`.
                Gate::Input => {}
            }
        }
        let agent = principal.as_ref().map_or_else(String::new, |principal| principal.name.clone());
        let known = |name: &str| {
            self.operation(name).is_some_and(|it| permission::may_call(principal.as_deref(), it))
        };
        self.call(compiled, walk, agent, body).await.naming(known)
    }

    /// The answer where there is nothing that this caller can reach.
    fn hidden(&self, asked: &str, principal: Option<&Principal>) -> Answer {
        let operations = self.operations.values().map(AsRef::as_ref);
        let callable = operations.filter(|it| permission::may_call(principal, it));
        refused(permission::hidden(asked, callable))
    }
}

fn not_taken(why: &NotTaken) -> Fault {
    match why {
        NotTaken::Full(_) => Fault::Lost("too many calls wait for it already; try again later".to_owned()),
        NotTaken::Ended(_) => unanswered(),
    }
}

fn unanswered() -> Fault {
    Fault::Lost("its lane has ended; if the service is not ending, start it again".to_owned())
}

fn refused(refusal: Refusal) -> Answer {
    Answer::Refused { refusal: Box::new(refusal), run: None }
}
