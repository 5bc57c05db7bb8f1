//! What is kept of calls: the graphs that they walked, and their runs, bounded by count and by age.

use crate::gateway::ask::Ask;
use crate::gateway::{Gateway, not_taken};
use crate::store::link::{Arg, Fault, sql};
use crate::store::unit::{Access, Work};
use std::sync::atomic::Ordering;

/// The most runs that are kept.
const KEPT_MAX: i64 = 100_000;

/// How long runs are kept, in days.
const KEPT_DAYS: i64 = 30;

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
            let (job, _) = Ask::new(Access::default(), move |work: &mut Work| prune(work, now_us, KEPT_MAX));
            // Whether it is done nobody waits for; that it failed is logged where it is answered.
            if let Err(why) = self.writes.submit(Box::new(job)) {
                let fault = not_taken(&why);
                tracing::warn!(%fault, "the oldest runs are not forgotten this time");
            }
        }
    }
}

/// Forgets the oldest runs. Their ids sort by time, and are what the table is kept by.
fn prune(work: &mut Work, now_us: i64, most: i64) -> Result<(), Fault> {
    let limit_ms = now_us.saturating_sub(KEPT_DAYS * 86_400_000_000) / 1_000;
    let limit = opwright_values::id::generate("run", u64::try_from(limit_ms).unwrap_or(0), 0);
    let old = sql("DELETE FROM \"_run\" WHERE \"run\" < $1");
    let too_many = sql(
        "DELETE FROM \"_run\" WHERE \"run\" <= (SELECT \"run\" FROM \"_run\" ORDER BY \"run\" DESC LIMIT 1 OFFSET $1)",
    );
    work.execute(&old, vec![Arg::Text(limit)])?;
    work.execute(&too_many, vec![Arg::Int(most)]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::facts::RunRow;
    use crate::store::layout::Layout;
    use crate::store::link::Link;
    use crate::store::unit::Plan;

    #[test]
    fn the_oldest_runs_are_forgotten() {
        const DAY_MS: u64 = 86_400_000;
        let database = crate::tests::sqlite();
        let mut link = Link::open(&database.target).unwrap();
        for statement in crate::store::ddl::runtime(link.dialect()) {
            link.run_sql(sql(statement)).unwrap();
        }
        let plan = Plan::new(Layout::of(&crate::tests::schema(Vec::new())), link.dialect());
        let mut work = Work::new(link, plan, Access::default(), true, false);
        let id = |day: u64| opwright_values::id::generate("run", day * DAY_MS, day);
        (1..=40).for_each(|day| work.record(RunRow { run: id(day), ..RunRow::default() }));
        work.flush().unwrap();
        let mut kept = |most: i64| {
            prune(&mut work, i64::try_from(40 * DAY_MS * 1_000).unwrap(), most).unwrap();
            let rows = work.query(&sql("SELECT \"run\" FROM \"_run\" ORDER BY \"run\""), Vec::new()).unwrap();
            rows.iter().map(|row| row[0].text().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(kept(1_000), (10..=40).map(id).collect::<Vec<_>>(), "none is older than thirty days");
        assert_eq!(kept(3), (38..=40).map(id).collect::<Vec<_>>());
        assert_eq!(kept(3).len(), 3);
        work.into_link().close();
    }
}
