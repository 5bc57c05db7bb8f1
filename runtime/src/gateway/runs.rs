//! Stored runs: reading them, and forgetting the oldest.

use crate::gateway::compiled::Compiled;
use crate::store::link::{Arg, Cell, Dialect, Fault, sql};
use crate::store::work::Work;
use opwright_tracer::cursor::Shape;
use opwright_tracer::graph::Graph;
use opwright_tracer::run::{Changed, Mode, Refused, Run};
use opwright_tracer::trace::decode;
use opwright_values::time::Timestamp;
use std::collections::BTreeMap;

/// The most runs that are kept.
pub const KEPT_MAX: i64 = 100_000;

/// How long runs are kept, in days.
pub const KEPT_DAYS: i64 = 30;

/// The newest runs of an operation.
pub fn recent(work: &mut Work, operation: &Compiled, limit: i64) -> Result<Vec<Run>, Fault> {
    let name = Arg::Text(operation.operation.name.to_owned());
    read(
        work,
        operation,
        "\"operation\" = $1 ORDER BY \"started\" DESC, \"run\" DESC LIMIT $2",
        vec![name, Arg::Int(limit)],
    )
}

/// One run of an operation.
pub fn one(work: &mut Work, operation: &Compiled, run: &str) -> Result<Option<Run>, Fault> {
    let args = vec![Arg::Text(operation.operation.name.to_owned()), Arg::Text(run.to_owned())];
    Ok(read(work, operation, "\"operation\" = $1 AND \"run\" = $2", args)?.into_iter().next())
}

fn read(work: &mut Work, operation: &Compiled, condition: &str, args: Vec<Arg>) -> Result<Vec<Run>, Fault> {
    let started = match work.dialect() {
        Dialect::Sqlite => "\"started\"",
        Dialect::Postgres => "(EXTRACT(EPOCH FROM \"started\") * 1000000)::bigint",
    };
    let text = format!(
        "SELECT \"run\", \"operation\", \"spec_hash\", \"agent\", \"mode\", {started}, \"attempts\", \"steps\", \"refused\", \
         \"fault\", \"changed\" FROM \"_run\" WHERE {condition}"
    );
    let rows = work.query(&sql(text), args)?;
    let mut shapes: BTreeMap<String, Option<Shape>> = BTreeMap::new();
    let mut runs = Vec::new();
    for row in rows {
        let hash = row.get(2).and_then(Cell::text).unwrap_or("").to_owned();
        if hash == operation.spec_hash {
            runs.extend(run(&row, &operation.shape));
            continue;
        }
        // It walked an older graph, which is kept under its hash.
        if !shapes.contains_key(&hash) {
            let shape = older(work, &hash)?;
            shapes.insert(hash.clone(), shape);
        }
        if let Some(Some(shape)) = shapes.get(&hash) {
            runs.extend(run(&row, shape));
        }
    }
    Ok(runs)
}

fn older(work: &mut Work, hash: &str) -> Result<Option<Shape>, Fault> {
    let rows = work.query(
        &sql("SELECT \"json\" FROM \"_graph\" WHERE \"hash\" = $1"),
        vec![Arg::Text(hash.to_owned())],
    )?;
    let graph = rows.first().and_then(|row| Graph::from_json(row.first()?.text()?).ok());
    Ok(graph.map(|graph| Shape::of(&graph)))
}

fn run(row: &[Cell], shape: &Shape) -> Option<Run> {
    let text = |at: usize| row.get(at).and_then(Cell::text);
    let int = |at: usize| row.get(at).and_then(Cell::int);
    Some(Run {
        run: text(0)?.to_owned(),
        operation: text(1)?.to_owned(),
        spec_hash: text(2)?.to_owned(),
        agent: text(3)?.to_owned(),
        mode: if text(4)? == "dry_run" { Mode::DryRun } else { Mode::Real },
        started: Timestamp::from_micros(int(5)?).to_string(),
        attempts: int(6).and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or(1),
        steps: decode(text(7)?, shape)?,
        refused: text(8).and_then(|text| serde_json::from_str::<Refused>(text).ok()),
        fault: text(9).map(str::to_owned),
        changed: serde_json::from_str::<Vec<Changed>>(text(10)?).ok()?,
    })
}

/// Forgets the oldest runs.
pub fn prune(work: &mut Work, now_us: i64) -> Result<(), Fault> {
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
