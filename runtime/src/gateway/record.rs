//! Recording runs: a write records its own within its transaction, all others are handed to the write lane without
//! waiting. Bounded by count and by age.

use crate::gateway::Gateway;
use crate::gateway::ask::Ask;
use crate::store::facts::RunRow;
use crate::store::lane::Lane;
use crate::store::link::{Arg, Dialect, Fault, sql};
use crate::store::work::{Access, Work};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Where runs go that no transaction of their own records.
pub(super) type Recorder = Arc<dyn Fn(RunRow) + Send + Sync>;

/// The most runs that are kept.
pub const KEPT_MAX: i64 = 100_000;

/// How long runs are kept, in days.
pub const KEPT_DAYS: i64 = 30;

/// After how many recorded calls the oldest runs are forgotten.
const PRUNE_EVERY: usize = 5_000;

impl Gateway {
    /// Each graph is kept once under its hash, so that an old run is shown on the graph that it walked.
    pub(super) fn store_graphs(&self) -> Result<(), Fault> {
        let graphs: Vec<[String; 3]> = self
            .operations()
            .map(|it| [it.spec_hash.clone(), it.operation.name.to_owned(), it.operation.graph.to_owned()])
            .collect();
        let insert = sql(
            "INSERT INTO \"_graph\" (\"hash\", \"operation\", \"json\") VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        );
        self.write_blocking(Access::default(), move |work| {
            for graph in &graphs {
                work.execute(&insert, graph.iter().cloned().map(Arg::Text).collect())?;
            }
            Ok(())
        })
    }

    /// Counts recorded calls, and forgets the oldest runs now and then.
    pub(super) fn prune_now_and_then(&self, now_us: i64) {
        if self.recorded.fetch_add(1, Ordering::Relaxed) % PRUNE_EVERY == PRUNE_EVERY - 1 {
            let (job, _) = Ask::new(Access::default(), move |work: &mut Work| prune(work, now_us));
            drop(self.writes.submit(Box::new(job)));
        }
    }
}

/// Hands runs to the write lane without waiting: a crash may lose the last of them.
pub(super) fn recorder(writes: &Arc<Lane>) -> Recorder {
    let lane = Arc::downgrade(writes);
    Arc::new(move |run: RunRow| {
        let Some(lane) = lane.upgrade() else { return };
        let (job, _) = Ask::new(Access::default(), move |work: &mut Work| {
            work.record(run.clone());
            Ok(())
        });
        // A full queue loses a recorded run, never a call.
        drop(lane.submit(Box::new(job)));
    })
}

/// Forgets the oldest runs.
fn prune(work: &mut Work, now_us: i64) -> Result<(), Fault> {
    let time = |placeholder: &str| match work.dialect() {
        Dialect::Sqlite => placeholder.to_owned(),
        Dialect::Postgres => format!("(TIMESTAMPTZ 'epoch' + {placeholder} * INTERVAL '1 microsecond')"),
    };
    let old = format!("DELETE FROM \"_run\" WHERE \"started\" < {}", time("$1"));
    let too_many = "DELETE FROM \"_run\" WHERE \"started\" < (SELECT \"started\" FROM \"_run\" ORDER BY \"started\" DESC LIMIT 1 OFFSET $1)";
    let limit_us = now_us.saturating_sub(KEPT_DAYS * 86_400_000_000);
    work.execute(&sql(old), vec![Arg::Int(limit_us)])?;
    work.execute(&sql(too_many), vec![Arg::Int(KEPT_MAX)]).map(drop)
}
