//! What is written or read before the end of a call, which may still be forgotten.

use super::failures::Told;
use super::shop::{AS_CREATED, CUSTOMER, ORDER, batches, customer, fill, id, job, numbers, run};
use opwright_runtime::store::batch::End;
use opwright_runtime::store::layout::Row;
use opwright_runtime::store::link::{Fault, sql};
use opwright_runtime::store::unit::Work;
use opwright_tests::database::Database;
use opwright_values::value::Value;
use std::sync::mpsc::{Receiver, channel};

fn order(name: &str, of: &str) -> Row {
    vec![id(name), id(of), Value::Int(1)]
}

fn orders(work: &mut Work) -> Result<usize, Fault> {
    let all = sql("SELECT \"id\" FROM \"order\" WHERE \"_deleted_at\" IS NULL");
    Ok(work.find(&all, &[ORDER], Vec::new())?.len())
}

/// A list that is read behind an early write has that write in it, and is forgotten with it.
pub(crate) fn a_list_that_is_read_late_is_of_its_call_alone(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let (said, heard) = channel();
    let look = |refused: bool| {
        let said = said.clone();
        job(&[], move |work, attempt| {
            assert_eq!(attempt, 1, "in its batch");
            work.start("call", 1_000);
            if refused {
                work.insert(ORDER, order("o", "c"))?;
            }
            let found = orders(work)?;
            let listed = work.list(CUSTOMER, AS_CREATED, "c")?.len();
            said.send((found, listed)).unwrap();
            work.settle(!refused)
        })
    };
    assert_eq!(run(&mut batches, vec![look(true), look(false)]), [End::Committed, End::Committed]);
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [(1, 1), (0, 0)]);
}

/// What a call makes of a row that an earlier one has left is in no list of the batch, if it is forgotten.
pub(crate) fn a_list_follows_a_row_no_longer_than_its_call(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let (said, heard) = channel();
    let call = |of: Option<&'static str>, keep: bool| {
        let said = said.clone();
        job(&[], move |work, attempt| {
            assert_eq!(attempt, 1, "in its batch");
            work.start("call", 1_000);
            if let Some(of) = of {
                match work.load(ORDER, "o")? {
                    Some(_) => drop(work.put(ORDER, order("o", of))?),
                    None => work.insert(ORDER, order("o", of))?,
                }
            }
            if of != Some("c") {
                let mut sizes = Vec::new();
                for owner in ["c", "d"] {
                    sizes.push(work.list(CUSTOMER, AS_CREATED, owner)?.len());
                }
                said.send(sizes).unwrap();
            }
            work.settle(keep)
        })
    };
    let calls = vec![call(Some("c"), true), call(Some("d"), false), call(None, false), call(Some("d"), true)];
    assert!(run(&mut batches, calls).iter().all(|end| *end == End::Committed));
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [[0, 1], [1, 0], [0, 1]]);
}

/// A query writes what earlier calls left, as they left it: what the present call made of it is forgotten with it.
pub(crate) fn a_query_writes_each_call_as_it_was(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let set = |total: i64, keep: bool| {
        job(&[], move |work, _| {
            work.start("call", 1_000);
            let row = vec![id("o"), id("c"), Value::Int(total)];
            if work.load(ORDER, "o")?.is_some() {
                work.put(ORDER, row)?;
            } else {
                work.insert(ORDER, row)?;
            }
            if !keep {
                assert_eq!(orders(work)?, 1);
            }
            work.settle(keep)
        })
    };
    assert_eq!(run(&mut batches, vec![set(1, true), set(2, false)]), [End::Committed, End::Committed]);
    assert_eq!(numbers(&database.target, "SELECT \"total\" FROM \"order\""), [1]);
}

/// A customer changes emails one after another; tells whether it was refused.
fn emails(name: &'static str, emails: &'static [&'static str], keep: bool) -> (Told, Receiver<bool>) {
    let (said, heard) = channel();
    let told = job(&[], move |work, _| {
        work.start(name, 1_000);
        let mut refused = false;
        for email in emails {
            let row = customer(name, Some(email), 0);
            let done = match work.load(CUSTOMER, name)? {
                Some(_) => work.put(CUSTOMER, row).map(drop),
                None => work.insert(CUSTOMER, row),
            };
            if matches!(done, Err(Fault::NotUnique(_))) {
                refused = true;
                break;
            }
            done?;
        }
        work.settle(keep && !refused)?;
        said.send(refused).unwrap();
        Ok(())
    });
    (told, heard)
}

/// A clash is one, however short it lasts, and in a dry run too.
pub(crate) fn a_clash_for_a_while_is_a_clash(database: &Database) {
    let told = |calls: Vec<(Told, Receiver<bool>)>, batches: &mut opwright_runtime::store::batch::Batches| {
        let (jobs, heard): (Vec<_>, Vec<_>) = calls.into_iter().unzip();
        assert!(run(batches, jobs).iter().all(|end| *end == End::Committed));
        heard.into_iter().map(|heard| heard.try_iter().last().unwrap()).collect::<Vec<_>>()
    };
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let made = vec![emails("a", &["a"], true), emails("b", &["b"], true)];
    assert_eq!(told(made, &mut batches), [false, false]);
    // In one call; in one call that is forgotten; between two calls.
    assert_eq!(told(vec![emails("a", &["b", "c"], true)], &mut batches), [true]);
    assert_eq!(told(vec![emails("a", &["b"], false)], &mut batches), [true]);
    // Written at the end, in the order of their ids, these would not clash.
    let handed_on = vec![emails("b", &["a"], true), emails("a", &["d"], true), emails("b", &["a"], true)];
    assert_eq!(told(handed_on, &mut batches), [true, false, false]);
    assert_eq!(
        numbers(&database.target, "SELECT COUNT(*) FROM \"customer\" WHERE \"email\" IN ('a', 'd')"),
        [2]
    );
}
