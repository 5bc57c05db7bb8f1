//! Random calls in batches on the fast store, one by one on its slow twin, and on a model: all three see the same,
//! and the tables of the two are the same to the byte.

use super::model::Model;
use super::program::{Call, Ends, Random, Store};
use super::shop::{NAMES, batches, dump, fill, job, numbers, run};
use opwright_runtime::store::batch::{End, Job};
use opwright_runtime::store::link::{Cell, Fault, Link, Target, sql};
use opwright_runtime::store::unit::{Access, Plan, Work};
use opwright_tests::database::Database;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};

const CALLS: u64 = 1_000;

/// Another seed than the usual one may be given, for a night of them.
fn seed() -> u64 {
    std::env::var("OPWRIGHT_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x5eed_0004)
}

/// What each call saw, by its number, and whether it was alone.
type Saw = Arc<Mutex<Vec<(Vec<String>, bool)>>>;

fn as_job(call: Call, saw: &Saw) -> (Box<dyn Job>, Receiver<End>) {
    let saw = Arc::clone(saw);
    // Some of what it may need, and some that it does not.
    let mut random = Random(call.seed ^ 2);
    let names: Vec<(usize, String)> = (0..random.below(4))
        .map(|_| (usize::try_from(random.below(4)).unwrap(), format!("x{}", random.below(8))))
        .collect();
    let wanted: Vec<(usize, &str)> = names.iter().map(|(table, name)| (*table, name.as_str())).collect();
    job(&wanted, move |work: &mut Work, _| {
        work.start(&format!("call_{}", call.number), i64::try_from(1_000 + call.number).unwrap());
        let (said, keep) = match call.act(work) {
            Ok(said) => (said, matches!(call.ends, Ends::Kept | Ends::Panics)),
            Err(Fault::NotUnique(_)) => (vec!["clash".to_owned()], false),
            Err(fault) => return Err(fault),
        };
        // Among others it panics, and is run again alone.
        if call.ends == Ends::Panics && !work.writes_at_once() {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        work.settle(keep)?;
        saw.lock().unwrap()[usize::try_from(call.number).unwrap()] = (said, work.writes_at_once());
        Ok(())
    })
}

fn on_store(target: &Target, calls: &[Call], eager: bool) -> Vec<(Vec<String>, bool)> {
    let plan = fill(target);
    let mut batches = batches(target, &plan, eager);
    let saw: Saw = Arc::new(Mutex::new(vec![(Vec::new(), false); calls.len()]));
    let (mut left, mut sizes) = (calls, Random(seed() ^ 1));
    while !left.is_empty() {
        let size = usize::try_from(1 + sizes.below(24)).unwrap().min(left.len());
        let (batch, rest) = left.split_at(size);
        let ends = run(&mut batches, batch.iter().map(|call| as_job(*call, &saw)).collect());
        assert!(ends.iter().all(|end| *end == End::Committed), "{ends:?}");
        left = rest;
    }
    batches.close();
    Arc::try_unwrap(saw).unwrap().into_inner().unwrap()
}

fn on_model(calls: &[Call]) -> (Model, Vec<Vec<String>>) {
    let mut model = Model::default();
    let saw = calls.iter().map(|call| {
        let mut trial = model.clone();
        trial.begin(format!("call_{}", call.number));
        let said = call.act(&mut trial as &mut dyn Store);
        if said.is_ok() && matches!(call.ends, Ends::Kept | Ends::Panics) {
            trial.end();
            model = trial;
        }
        said.unwrap_or_else(|_| vec!["clash".to_owned()])
    });
    let saw = saw.collect();
    (model, saw)
}

pub(crate) fn the_fast_store_its_twin_and_a_model_are_alike(database: &Database) {
    println!("seed {}", seed());
    let mut random = Random(seed());
    let calls: Vec<Call> = (0..CALLS).map(|number| Call::new(number, &mut random)).collect();
    let (model, expected) = on_model(&calls);
    let twin = database.another();
    let fast = on_store(&database.target, &calls, false);
    let slow = on_store(&twin.target, &calls, true);
    for (number, expected) in expected.iter().enumerate() {
        assert_eq!(&slow[number].0, expected, "the twin, call {:?}", calls[number]);
        assert_eq!(&fast[number].0, expected, "the fast store, call {:?}", calls[number]);
    }
    // Both ways are tried: calls that ended in their batch, and calls that were run again alone.
    let in_batch = fast.iter().filter(|(_, alone)| !alone).count();
    println!("{in_batch} of {CALLS} calls in their batch");
    assert!(in_batch > calls.len() / 2 && in_batch < calls.len() * 19 / 20, "{in_batch}");
    // And rows are deleted with what they own, kept by others, and brought back.
    let saw = |words: &[&str]| {
        let all = expected.iter().flatten();
        all.filter(|said| words.iter().all(|word| said.contains(word))).count()
    };
    for words in
        [&["delete", ": [("][..], &["delete", "), ("], &["in use"], &["restore", ": [("], &["leads to"]]
    {
        assert!(saw(words) > 0, "{words:?}");
    }
    let dumped = dump(&database.target);
    assert_eq!(dumped, dump(&twin.target));
    holds(&database.target, &model, &dumped);
}

/// The rows are those of the model, and every row's history leads up to it, version by version.
fn holds(target: &Target, model: &Model, dumped: &str) {
    let plan = Plan::new(super::shop::layout(), target.dialect());
    let mut work = Work::new(Link::open(target).unwrap(), plan, Access::default(), false, false);
    for ((table, id), kept) in &model.rows {
        assert_eq!(work.load(*table, id).unwrap().as_deref(), Some(&kept.row), "{table} {id}");
        let name = NAMES[*table];
        let text = format!("SELECT \"_version\", \"_written_by\" FROM \"{name}\" WHERE \"id\" = '{id}'");
        let managed = work.query(&sql(text), Vec::new()).unwrap();
        assert_eq!(managed, [[Cell::Int(kept.version), Cell::Text(kept.by.clone())]], "{table} {id}");
    }
    for ((table, id), kept) in &model.gone {
        assert_eq!(work.load(*table, id).unwrap(), None, "{table} {id}");
        assert_eq!(work.gone(*table, id).unwrap().unwrap().row().as_ref(), &kept.row, "{table} {id}");
        let text =
            format!("SELECT \"_version\", \"_written_by\" FROM \"{}\" WHERE \"id\" = '{id}'", NAMES[*table]);
        let managed = work.query(&sql(text), Vec::new()).unwrap();
        assert_eq!(managed, [[Cell::Int(kept.version), Cell::Text(kept.by.clone())]], "{table} {id}");
    }
    let mut rows = 0;
    for name in NAMES {
        let text = format!(
            "SELECT COUNT(*) FROM \"{name}\" t WHERE \"_version\" <> (SELECT COUNT(*) FROM \"{name}__history\" h WHERE h.\"id\" = t.\"id\")"
        );
        assert_eq!(numbers(target, &text), [0], "{name}");
        rows += numbers(target, &format!("SELECT COUNT(*) FROM \"{name}\""))[0];
    }
    assert_eq!(usize::try_from(rows).unwrap(), model.rows.len() + model.gone.len());
    let events = dumped.lines().filter(|line| line.starts_with("event ")).count();
    assert_eq!(events, model.events.len());
}
