//! Stored runs, each read on the graph that it walked.

use crate::gateway::Gateway;
use crate::gateway::compiled::Compiled;
use crate::store::layout::Kind;
use crate::store::link::{Arg, Cell, Dialect, Fault, sql};
use crate::store::parts::{self, given_ids};
use crate::store::unit::{Work, list_arg};
use opwright_tracer::cursor::Shape;
use opwright_tracer::graph::Graph;
use opwright_tracer::run::{Changed, Mode, Refused, Run};
use opwright_tracer::trace::decode;
use opwright_tracer::walk::NotAWalk;
use opwright_values::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Gateway {
    /// The newest runs of an operation, and one more that is asked for.
    pub async fn runs(
        &self,
        operation: &Arc<Compiled>,
        limit: i64,
        also: Option<String>,
    ) -> Result<Vec<Run>, Fault> {
        let operation = Arc::clone(operation);
        self.recorder.settled().await;
        self.read(move |work| {
            let mut graphs = Older::default();
            let mut runs = recent(work, &operation, limit, &mut graphs)?;
            if let Some(also) = &also
                && !runs.iter().any(|run| &run.run == also)
            {
                runs.extend(one(work, &operation, also, &mut graphs)?);
            }
            Ok(runs)
        })
        .await
    }

    /// Recorded runs that are no walk in the graph that they walked, and why: there should be none. The newest of each
    /// operation are looked at, by code that the cursor does not share.
    pub async fn strays(&self, limit: i64) -> Result<Vec<(Run, NotAWalk)>, Fault> {
        let operations: Vec<Arc<Compiled>> = self.operations().cloned().collect();
        self.recorder.settled().await;
        self.read(move |work| {
            let mut strays = Vec::new();
            for operation in &operations {
                strays.extend(self::strays(work, operation, limit)?);
            }
            Ok(strays)
        })
        .await
    }
}

/// The newest runs of an operation.
fn recent(work: &mut Work, operation: &Compiled, limit: i64, graphs: &mut Older) -> Result<Vec<Run>, Fault> {
    let (named, name) = named(operation, work.dialect());
    let condition = format!("{named} ORDER BY \"started\" DESC, \"run\" DESC LIMIT $2");
    read(work, operation, &condition, vec![name, Arg::Int(limit)], graphs)
}

/// The runs of an operation are those of the names that it has and had. With one name, an index has them in order.
fn named(operation: &Compiled, dialect: Dialect) -> (String, Arg) {
    match operation.names.as_slice() {
        [name] => ("\"operation\" = $1".to_owned(), Arg::Text(name.clone())),
        names => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            (format!("\"operation\" {}", given_ids(dialect)), list_arg(&names, dialect))
        }
    }
}

/// One run of an operation.
fn one(work: &mut Work, operation: &Compiled, run: &str, graphs: &mut Older) -> Result<Option<Run>, Fault> {
    let (named, name) = named(operation, work.dialect());
    let args = vec![name, Arg::Text(run.to_owned())];
    Ok(read(work, operation, &format!("{named} AND \"run\" = $2"), args, graphs)?.into_iter().next())
}

fn read(
    work: &mut Work,
    operation: &Compiled,
    condition: &str,
    args: Vec<Arg>,
    graphs: &mut Older,
) -> Result<Vec<Run>, Fault> {
    let started = parts::read(&Kind::Timestamp, "started", work.dialect());
    let text = format!(
        "SELECT \"run\", \"operation\", \"spec_hash\", \"agent\", \"mode\", {started}, \"attempts\", \"steps\", \"refused\", \
         \"fault\", \"changed\" FROM \"_run\" WHERE {condition}"
    );
    let mut runs = Vec::new();
    for row in work.query(&sql(text), args)? {
        let hash = row.get(2).and_then(Cell::text).unwrap_or("");
        if hash == operation.spec_hash {
            runs.extend(run(&row, &operation.drawn.shape));
        } else if let Some((_, shape)) = graphs.of(work, hash)? {
            runs.extend(run(&row, shape));
        }
    }
    Ok(runs)
}

/// The graphs that older runs walked, each of which is kept under its hash and read once.
#[derive(Default)]
struct Older(BTreeMap<String, Option<(Graph<()>, Shape)>>);

impl Older {
    fn of(&mut self, work: &mut Work, hash: &str) -> Result<Option<&(Graph<()>, Shape)>, Fault> {
        if !self.0.contains_key(hash) {
            let text = sql("SELECT \"json\" FROM \"_graph\" WHERE \"hash\" = $1");
            let rows = work.query(&text, vec![Arg::Text(hash.to_owned())])?;
            let graph = rows.first().and_then(|row| Graph::from_json(row.first()?.text()?).ok());
            let drawn = graph.map(|graph| {
                let shape = Shape::of(&graph);
                (graph, shape)
            });
            self.0.insert(hash.to_owned(), drawn);
        }
        Ok(self.0.get(hash).and_then(Option::as_ref))
    }
}

/// The newest runs of an operation that are no walks.
fn strays(work: &mut Work, operation: &Compiled, limit: i64) -> Result<Vec<(Run, NotAWalk)>, Fault> {
    let (mut graphs, mut strays) = (Older::default(), Vec::new());
    for run in recent(work, operation, limit, &mut graphs)? {
        let walked = if run.spec_hash == operation.spec_hash {
            operation.drawn.graph.is_walk(&run)
        } else {
            graphs.of(work, &run.spec_hash)?.map_or(Ok(()), |(graph, _)| graph.is_walk(&run))
        };
        strays.extend(walked.err().map(|why| (run, why)));
    }
    Ok(strays)
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
