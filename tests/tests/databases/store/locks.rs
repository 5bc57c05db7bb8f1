//! What a scan found stays all that there is to find, whichever process writes.

use super::shop::{CUSTOMER, all, batches, customer, fill, job, numbers, run};
use opwright_runtime::store::batch::{Batches, End};
use opwright_runtime::store::link::{Dialect, Fault, Link, Patience, sql};
use opwright_runtime::store::locks::scan_locks;
use opwright_runtime::store::unit::{Access, Plan, Work};
use opwright_tests::database::Database;
use opwright_values::value::Value;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// Makes a customer if there is none.
fn unless_there_is(name: &'static str, found: Option<Sender<()>>) -> super::failures::Told {
    let (end, told) = channel();
    let body = move |work: &mut Work, _: u32| -> Result<(), Fault> {
        work.start(name, 1_000);
        let none = work.find(&sql("SELECT \"id\" FROM \"customer\""), &[CUSTOMER], Vec::new())?.is_empty();
        if let Some(found) = &found {
            found.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(100));
        }
        if none {
            work.insert(CUSTOMER, customer(name, None, 0))?;
        }
        work.settle(true)
    };
    let access = Access { scans: [CUSTOMER].into(), ..all() };
    (Box::new(super::shop::Body { body, wanted: Vec::new(), access, begins: true, end }), told)
}

pub(crate) fn of_two_who_look_first_one_writes(database: &Database) {
    let plan = fill(&database.target);
    let (found, there) = channel();
    let first = {
        let (target, plan) = (database.target.clone(), Arc::clone(&plan));
        std::thread::spawn(move || {
            run(&mut batches(&target, &plan, false), vec![unless_there_is("a", Some(found))])
        })
    };
    there.recv().unwrap();
    let second = run(&mut batches(&database.target, &plan, false), vec![unless_there_is("b", None)]);
    assert_eq!((first.join().unwrap(), second), (vec![End::Committed], vec![End::Committed]));
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer\""), [1]);
}

pub(crate) fn only_tables_that_are_scanned_are_locked() {
    let locks = |scanned: Option<Vec<usize>>, access: &Access| {
        let scanned = scanned.map(|scanned| scanned.into_iter().collect());
        scan_locks(&Plan::of_service(super::shop::layout(), Dialect::Postgres, scanned, &[]), access)
    };
    assert_eq!(locks(Some(Vec::new()), &all()), None);
    let shared = locks(Some(vec![CUSTOMER]), &all()).unwrap();
    assert!(shared.matches("lock_shared(").count() == 1 && shared.matches("lock(").count() == 0, "{shared}");
    assert_eq!(locks(None, &all()).unwrap().matches("lock_shared(").count(), 4);
    let scans = Access { scans: [CUSTOMER].into(), ..Access::default() };
    assert_eq!(locks(Some(vec![CUSTOMER]), &scans).unwrap().matches("xact_lock(").count(), 1);
}

/// A row that another process holds for longer than a statement may take is in the way; the database is not lost.
pub(crate) fn who_waits_too_long_for_a_row_tries_again(database: &Database) {
    let plan = fill(&database.target);
    let mut writer = batches(&database.target, &plan, false);
    let made = job(&[], |work, _| {
        work.start("made", 1_000);
        work.insert(CUSTOMER, customer("a", None, 0))?;
        work.settle(true)
    });
    assert_eq!(run(&mut writer, vec![made]), [End::Committed]);
    let mut other = Link::open(&database.target).unwrap();
    other.run("BEGIN; UPDATE \"customer\" SET \"credit\" = 1").unwrap();
    let patience = Patience { answers: Some(Duration::from_millis(600)), ..Patience::default() };
    let link = Link::open_with(&database.target, patience).unwrap();
    let mut batches = Batches::new(link, plan, true, false);
    let mut other = Some(other);
    let waits = job(&[], move |work, attempt| {
        if attempt > 2 {
            // It is let go between two attempts.
            if let Some(mut other) = other.take() {
                other.run("COMMIT")?;
            }
        }
        work.start("waits", 2_000);
        let row = work.load(CUSTOMER, "a")?.map(|row| (*row).clone()).unwrap();
        assert_eq!(row[2], Value::Int(1));
        work.put(CUSTOMER, customer("a", None, 2))?;
        work.settle(true)
    });
    assert_eq!(run(&mut batches, vec![waits]), [End::Committed]);
    assert_eq!(numbers(&database.target, "SELECT \"credit\" FROM \"customer\""), [2]);
}
