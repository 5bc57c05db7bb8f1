//! A compiled service does what it is asked, on a database of its own, and says what was seen.

use crate::most::passed;
use crate::seen::{Call, End, Seen};
use opwright_runtime::env::{Env, World};
use opwright_runtime::operation::Service;
use opwright_runtime::store::link::{Cell, Fault, Link, sql};
use opwright_runtime::store::unit::Work;
use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tracer::graph::{Graph, Kind, Node, Way};
use opwright_tracer::run::{Run, Visit};
use opwright_values::json::Json;
use opwright_values::time::Timestamp;
use opwright_values::write::{Audience, write_fields};
use std::cell::Cell as Once;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

thread_local! {
    /// The world of the call that this thread makes.
    static WORLD: Once<(i64, u64)> = const { Once::new((0, 0)) };
}

fn env() -> Env {
    let (now, seed) = WORLD.get();
    Env::fixed(Timestamp::from_micros(now), seed)
}

/// The `main` of a program of compiled services: `program <calls> <sqlite or an address> <what was seen>`.
#[must_use]
pub fn main(services: &[&'static Service]) -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [calls, database, seen] = args.as_slice() else { return ExitCode::from(2) };
    match run(services, calls, database)
        .and_then(|all| std::fs::write(seen, all).map_err(|it| it.to_string()))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(services: &[&'static Service], calls: &str, database: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(calls).map_err(|error| format!("{calls}: {error}"))?;
    let all: Vec<Vec<Call>> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    // To make a database takes a server longer than all that follows, so it is emptied for each service.
    let shared = (database != "sqlite").then(|| Database::postgres(database));
    if let Some(shared) = &shared {
        let name = shared.url().rsplit('/').next().unwrap_or_default();
        said(shared, format!("ALTER DATABASE \"{name}\" SET synchronous_commit TO off"))?;
    }
    let mut seen = Vec::new();
    for (service, calls) in services.iter().zip(&all) {
        seen.push(match &shared {
            None => one(service, calls, &Database::sqlite()),
            Some(shared) => {
                said(shared, "DROP SCHEMA public CASCADE")?;
                said(shared, "CREATE SCHEMA public")?;
                one(service, calls, shared)
            }
        });
    }
    serde_json::to_string(&seen).map_err(|error| error.to_string())
}

fn said(database: &Database, statement: impl Into<String>) -> Result<(), String> {
    let done = Link::open(&database.target).and_then(|mut link| {
        link.run_sql(sql(statement))?;
        link.close();
        Ok(())
    });
    done.map_err(|fault| fault.to_string())
}

/// One service; if it panics, that is what was seen.
fn one(service: &'static Service, calls: &[Call], database: &Database) -> Seen {
    match catch_unwind(AssertUnwindSafe(|| on(service, calls, database))) {
        Ok(Ok(seen)) => seen,
        Ok(Err(fault)) => Seen { broken: Some(fault.to_string()), ..Seen::default() },
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panics".to_owned());
            Seen { broken: Some(said), ..Seen::default() }
        }
    }
}

fn on(service: &'static Service, calls: &[Call], database: &Database) -> Result<Seen, Fault> {
    let desk = Desk::open_in(service, database, Some(World::each(env)));
    let mut answers: Vec<(u16, Json)> = Vec::new();
    for call in calls {
        WORLD.set((call.now_us, call.seed));
        answers.push(desk.exact(&call.operation, &with_places(&call.arguments, &answers)));
    }
    let (mut walked, broken) = walked(&desk)?;
    let mut seen = Seen { broken, ..Seen::default() };
    for (call, (status, answer)) in calls.iter().zip(answers) {
        let run = answer.get("run").and_then(Json::as_text).unwrap_or_default();
        let mut end = walked.remove(run).unwrap_or_default();
        end.status = status;
        let graph = desk.gateway.operation(&call.operation).map(|operation| &operation.drawn.graph);
        if status == 200 {
            end.result = answer.get("result").map(ToString::to_string).unwrap_or_default();
            end.more = answer.get("next").is_some();
        } else {
            let place = graph.and_then(|graph| place(graph, &answer));
            end.refused = place.unwrap_or_else(|| answer.to_string());
        }
        if let (Some(Json::List(errors)), Some(graph)) = (answer.get("errors"), graph) {
            end.also = errors.iter().filter_map(|error| place(graph, error)).collect();
        }
        seen.ends.push(end);
    }
    desk.runtime.block_on(desk.gateway.read(move |work| {
        let mut seen = seen.clone();
        tell(work, &mut seen).map(|()| seen)
    }))
}

/// Arguments with the places where lists go on: `@next:3` is what the answer to the call number 3 has.
fn with_places(arguments: &str, answers: &[(u16, Json)]) -> String {
    let mut text = arguments.to_owned();
    for (number, (_, answer)) in answers.iter().enumerate() {
        if let Some(next) = answer.get("next") {
            text = text.replace(&format!("\"@next:{number}\""), &next.to_string());
        }
    }
    text
}

/// What every run walked, by its number, and what any of them did more of than its graph says.
fn walked(desk: &Desk) -> Result<(BTreeMap<String, End>, Option<String>), Fault> {
    let (mut all, mut broken) = (BTreeMap::new(), None);
    for operation in desk.gateway.operations() {
        for run in desk.runtime.block_on(desk.gateway.runs(operation, 10_000, None))? {
            broken = broken.or_else(|| passed(&operation.drawn.graph, &run));
            let path = path(&operation.drawn.graph, &run);
            all.insert(run.run, End { path, ..End::default() });
        }
    }
    Ok((all, broken))
}

fn path(graph: &Graph<()>, run: &Run) -> Vec<String> {
    let nodes: BTreeMap<&str, &Node<()>> =
        graph.flow.node_weights().map(|node| (node.id.as_str(), node)).collect();
    let said = |visit: &Visit| nodes.get(visit.node.as_str()).and_then(|node| step(node, visit));
    run.steps.iter().filter_map(said).collect()
}

/// A visit in the words of the spec; `None` for gates and for loads that no step names.
fn step(node: &Node<()>, visit: &Visit) -> Option<String> {
    let line = node.src.as_ref().map_or(0, |src| src.line);
    let kind = match &node.kind {
        Kind::Gate(_) => return None,
        Kind::Outcome => return Some("outcome".to_owned()),
        Kind::Exit(exit) => return Some(format!("{line} exit {}", exit.code)),
        Kind::Lookup if node.src.is_none() => return None,
        Kind::Lookup => "lookup",
        Kind::Rule => "rule",
        Kind::Value => "value",
        Kind::Effect(_) => "effect",
        Kind::Event => "event",
        Kind::Branch => "branch",
        Kind::Loop => "loop",
    };
    Some(match (&node.kind, visit.way, visit.item) {
        (Kind::Branch, Way::Then, _) => format!("{line} {kind} then"),
        (Kind::Branch, Way::Else, _) => format!("{line} {kind} else"),
        (Kind::Loop, Way::Item, Some(item)) => format!("{line} {kind} item {item}"),
        (Kind::Loop, Way::Next, _) => format!("{line} {kind} next"),
        _ => format!("{line} {kind}"),
    })
}

/// The code of a refusal, and the line of the step.
fn place(graph: &Graph<()>, refusal: &Json) -> Option<String> {
    let (code, node) = (refusal.get("code")?.as_text()?, refusal.get("node")?.as_text()?);
    let exit = graph.flow.node_weights().find(|it| it.id == node)?;
    Some(format!("{code} at {}", exit.src.as_ref().map_or(0, |src| src.line)))
}

/// What there is in the end: rows, their history, events.
fn tell(work: &mut Work, seen: &mut Seen) -> Result<(), Fault> {
    let layout = work.layout().clone();
    for (at, table) in layout.tables.iter().enumerate() {
        let (name, id) =
            (table.name(), &table.resource.fields.get(table.resource.id).map_or("id", |id| &id.key));
        let ids = sql(format!("SELECT \"{id}\", \"_version\" FROM \"{name}\""));
        for cells in work.query(&ids, Vec::new())? {
            let id = text(&cells, 0);
            let (deleted, row) = match work.load(at, &id)? {
                Some(row) => ("", row),
                None => ("deleted ", work.gone(at, &id)?.map(|gone| gone.row()).unwrap_or_default()),
            };
            let row = write_fields(&table.resource.fields, &row, Audience::Store);
            seen.rows.push(format!("{name} {id} {} {deleted}{row}", int(&cells, 1)));
        }
        let history = sql(format!(
            "SELECT \"id\", \"version\", \"kind\", \"before\", \"after\" FROM \"{name}__history\""
        ));
        for cells in work.query(&history, Vec::new())? {
            let [id, kind, before, after] = [0, 2, 3, 4].map(|at| text(&cells, at));
            seen.history.push(format!("{name} {id} {} {kind} {before} -> {after}", int(&cells, 1)));
        }
    }
    for cells in work.query(&sql("SELECT \"name\", \"data\" FROM \"_event\""), Vec::new())? {
        seen.events.push(format!("{} {}", text(&cells, 0), text(&cells, 1)));
    }
    seen.rows.sort();
    seen.history.sort();
    seen.events.sort();
    Ok(())
}

fn text(cells: &[Cell], at: usize) -> String {
    cells.get(at).and_then(Cell::text).unwrap_or_default().to_owned()
}

fn int(cells: &[Cell], at: usize) -> i64 {
    cells.get(at).and_then(Cell::int).unwrap_or_default()
}
