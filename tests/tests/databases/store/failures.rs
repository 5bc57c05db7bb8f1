//! What goes wrong, and what is done then: the table of failures.

use super::shop::{CUSTOMER, VOUCHER, batches, customer, fill, id, job, numbers, run};
use opwright_runtime::store::batch::{End, Job};
use opwright_runtime::store::facts::RunRow;
use opwright_runtime::store::lane::{Lane, NotTaken, QUEUE_MAX};
use opwright_runtime::store::link::{Arg, Fault, Target, sql};
use opwright_runtime::store::unit::Work;
use opwright_tests::database::Database;
use opwright_values::value::Value;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

pub(super) type Told = (Box<dyn Job>, Receiver<End>);

type Way = fn(&mut Work, u32) -> Result<(), Fault>;

/// Makes a customer.
fn make(name: String, email: String) -> Told {
    job(&[], move |work, _| {
        work.start(&format!("call_{name}"), 1_000);
        work.insert(CUSTOMER, customer(&name, Some(&email), 0))?;
        work.settle(true)
    })
}

fn count(database: &Database, table: &str) -> i64 {
    numbers(&database.target, &format!("SELECT COUNT(*) FROM \"{table}\""))[0]
}

pub(crate) fn of_a_batch_only_the_guilty_call_fails(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let ways: [Way; 2] = [
        |work, _| work.query(&sql("SELECT * FROM \"nowhere\""), Vec::new()).map(drop),
        |_, _| std::panic::resume_unwind(Box::new("on purpose")),
    ];
    for (round, guilty) in ways.into_iter().enumerate() {
        let innocent = |number: usize| make(format!("c{round}_{number}"), format!("m{round}_{number}"));
        let mut jobs: Vec<Told> = (0..63).map(innocent).collect();
        jobs.insert(31, job(&[], guilty));
        let ends = run(&mut batches, jobs);
        let failed: Vec<usize> =
            (0..64).filter(|at| matches!(&ends[*at], End::Failed(Fault::Other(_)))).collect();
        assert_eq!(failed, [31], "{ends:?}");
        assert!(ends.iter().filter(|end| **end == End::Committed).count() == 63, "{ends:?}");
    }
    assert_eq!(count(database, "customer"), 126);
    assert_eq!(count(database, "customer__history"), 126);
}

/// What an attempt is: a time that the call was run, together with others or alone.
pub(crate) fn attempts_are_counted(database: &Database) {
    let plan = fill(&database.target);
    for eager in [false, true] {
        let mut batches = batches(&database.target, &plan, eager);
        let (said, heard) = channel();
        let says = |name: &'static str, fails_until: u32| {
            let said = said.clone();
            job(&[], move |_, attempt| {
                said.send((name, attempt)).unwrap();
                if attempt < fails_until { Err(Fault::Conflict("on purpose".to_owned())) } else { Ok(()) }
            })
        };
        let ends = run(&mut batches, vec![says("before", 1), says("guilty", 4), says("after", 1)]);
        assert!(ends.iter().all(|end| *end == End::Committed), "{ends:?}");
        drop(said);
        let heard: Vec<(&str, u32)> = heard.iter().collect();
        let together =
            [("before", 1), ("guilty", 1), ("before", 2), ("guilty", 2), ("guilty", 3), ("guilty", 4)];
        let alone = [("before", 1), ("guilty", 1), ("guilty", 2), ("guilty", 3), ("guilty", 4)];
        let expected = if eager { alone.as_slice() } else { together.as_slice() };
        // It was not reached together with the others.
        assert_eq!(heard, [expected, [("after", 1)].as_slice()].concat());
    }
}

pub(crate) fn a_clash_is_found_where_it_happens(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    assert_eq!(run(&mut batches, vec![make("first".into(), "same".into())]), [End::Committed]);
    let (said, heard) = channel();
    let mut jobs: Vec<Told> = (0..9).map(|it| make(format!("c{it}"), format!("m{it}"))).collect();
    jobs.push(job(&[], move |work, _| {
        work.start("call", 1_000);
        work.insert(VOUCHER, vec![id("v"), Value::Int(1), Value::List(Vec::new())])?;
        let keep = match work.insert(CUSTOMER, customer("second", Some("same"), 0)) {
            Err(Fault::NotUnique(what)) => {
                said.send(work.unique_field(CUSTOMER, &what)).unwrap();
                false
            }
            other => other.map(|()| true)?,
        };
        let run = RunRow { run: "run".into(), ..RunRow::default() };
        work.settle(keep)?;
        work.record(run);
        Ok(())
    }));
    let ends = run(&mut batches, jobs);
    assert!(ends.iter().all(|end| *end == End::Committed), "{ends:?}");
    assert_eq!(heard.recv().unwrap(), "email");
    // The refused call left its run, and nothing else.
    assert_eq!(count(database, "customer"), 10);
    assert_eq!((count(database, "voucher"), count(database, "_run")), (0, 1));
}

/// A call that passes over a fault has none of its writes committed: PostgreSQL would answer to the commit that it is
/// rolled back, which is no error, and SQLite would keep the half of it.
pub(crate) fn who_passes_over_a_fault_has_done_nothing(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let passes_over = |text: &'static str| {
        job(&[], move |work, _| {
            let write = "INSERT INTO \"_graph\" VALUES ('h', 'o', '{}')";
            work.execute(&sql(write), Vec::new())?;
            assert!(work.query(&sql(text), Vec::new()).is_err());
            Ok(())
        })
    };
    let wrong = passes_over("SELECT * FROM \"nowhere\"");
    let clash = passes_over("INSERT INTO \"_graph\" VALUES ('h', 'o', '{}')");
    let ends =
        run(&mut batches, vec![make("a".into(), "a".into()), wrong, clash, make("b".into(), "b".into())]);
    assert_eq!((&ends[0], &ends[3]), (&End::Committed, &End::Committed));
    assert!(ends[1..3].iter().all(|end| matches!(end, End::Failed(Fault::Other(_)))), "{ends:?}");
    assert_eq!((count(database, "_graph"), count(database, "customer")), (0, 2));
}

pub(crate) fn what_is_refused_or_dry_leaves_its_run_alone(database: &Database) {
    let plan = fill(&database.target);
    for (round, eager) in [false, true].into_iter().enumerate() {
        let mut batches = batches(&database.target, &plan, eager);
        let dry = job(&[], move |work, _| {
            work.start("dry", 1_000);
            work.insert(CUSTOMER, customer("dry", Some("dry"), 0))?;
            work.settle(false)?;
            work.record(RunRow { run: format!("run{round}"), ..RunRow::default() });
            Ok(())
        });
        // What was left to write before the dry run's early writes stays.
        let kept = make(format!("kept{round}"), format!("kept{round}"));
        assert_eq!(run(&mut batches, vec![kept, dry]), [End::Committed, End::Committed]);
    }
    assert_eq!((count(database, "customer"), count(database, "_run")), (2, 2));
    assert_eq!(count(database, "customer__history"), 2);
}

/// A statement at whose commit a constraint is found broken.
fn broken_commit(database: &Database) -> Told {
    let mut link = opwright_runtime::store::link::Link::open(&database.target).unwrap();
    link.run_sql(sql("CREATE TABLE \"p\" (\"id\" INTEGER PRIMARY KEY)")).unwrap();
    link.run_sql(sql("CREATE TABLE \"q\" (\"p\" INTEGER REFERENCES \"p\" DEFERRABLE INITIALLY DEFERRED)"))
        .unwrap();
    link.close();
    job(&[], |work, _| work.execute(&sql("INSERT INTO \"q\" VALUES (7)"), Vec::new()).map(drop))
}

pub(crate) fn a_failed_commit_is_never_called_a_success(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let guilty = broken_commit(database);
    let ends = run(&mut batches, vec![make("a".into(), "a".into()), guilty]);
    // The database said that it is not committed, so each is run again alone.
    assert_eq!(ends[0], End::Committed);
    assert!(
        matches!(&ends[1], End::Failed(Fault::Other(said)) if said.to_lowercase().contains("foreign key"))
    );
    assert_eq!(count(database, "customer"), 1);
    assert_eq!(run(&mut batches, vec![make("b".into(), "b".into())]), [End::Committed]);
}

pub(crate) fn who_is_gone_before_the_beginning_has_no_effect(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let (end, told) = channel();
    let gone = super::shop::Body {
        body: |_: &mut Work, _| panic!("it is not begun"),
        wanted: Vec::new(),
        access: opwright_runtime::store::unit::Access::default(),
        begins: false,
        end,
    };
    let jobs: Vec<Told> = vec![(Box::new(gone), told), make("a".into(), "a".into())];
    assert_eq!(run(&mut batches, jobs), [End::NotBegun, End::Committed]);
    assert_eq!(count(database, "customer"), 1);
}

pub(crate) fn a_batch_takes_no_call_when_its_time_is_over() {
    let database = Database::sqlite();
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let (slow, slow_end) = job(&[], |_, _| {
        std::thread::sleep(Duration::from_millis(25));
        Ok(())
    });
    let (next, _) = make("a".into(), "a".into());
    assert_eq!(batches.run(vec![slow, next]).len(), 1);
    assert_eq!(slow_end.recv().unwrap(), End::Committed);
}

pub(crate) fn a_full_queue_gives_the_job_back() {
    let database = Database::sqlite();
    let plan = fill(&database.target);
    let lane = Lane::start(&database.target, plan, true, false).unwrap();
    let held = Arc::new(Mutex::new(()));
    let holding = held.lock().unwrap();
    let (begun, begins) = channel();
    let waits = Arc::clone(&held);
    let (blocker, _) = job(&[], move |_, _| {
        begun.send(()).unwrap();
        drop(waits.lock());
        Ok(())
    });
    assert!(lane.submit(blocker).is_ok());
    begins.recv().unwrap();
    let mut told = Vec::new();
    for _ in 0..QUEUE_MAX {
        let (job, end) = job(&[], |_, _| Ok(()));
        assert!(lane.submit(job).is_ok());
        told.push(end);
    }
    assert!(matches!(lane.submit(job(&[], |_, _| Ok(())).0), Err(NotTaken::Full(_))));
    drop(holding);
    assert!(told.into_iter().all(|end| end.recv().unwrap() == End::Committed));
}

/// Two processes lock two rows in opposite orders: one is told of a deadlock, and both are done in the end.
pub(crate) fn a_deadlock_is_run_again(database: &Database) {
    let plan = fill(&database.target);
    let mut first = batches(&database.target, &plan, false);
    run(&mut first, vec![make("a".into(), "a".into()), make("b".into(), "b".into())]);
    let meet = Arc::new(Barrier::new(2));
    let both = |one: &'static str, other: &'static str| {
        let (meet, target, plan) = (Arc::clone(&meet), database.target.clone(), Arc::clone(&plan));
        std::thread::spawn(move || cross(&target, &plan, &meet, one, other))
    };
    let threads = [both("a", "b"), both("b", "a")];
    for thread in threads {
        assert_eq!(thread.join().unwrap(), [End::Committed]);
    }
    assert_eq!(numbers(&database.target, "SELECT SUM(\"credit\")::bigint FROM \"customer\""), [4]);
}

fn cross(
    target: &Target,
    plan: &Arc<opwright_runtime::store::unit::Plan>,
    meet: &Arc<Barrier>,
    one: &'static str,
    other: &'static str,
) -> Vec<End> {
    let (mut batches, meet) = (batches(target, plan, false), Arc::clone(meet));
    let body = job(&[], move |work, attempt| {
        work.start(&format!("call_{one}"), 1_000);
        for name in [one, other] {
            let mut row = work.load(CUSTOMER, name)?.map(|row| (*row).clone()).unwrap();
            let Value::Int(credit) = row[2] else { panic!("credit is a number") };
            row[2] = Value::Int(credit + 1);
            work.put(CUSTOMER, row)?;
            if name == one && attempt == 1 {
                meet.wait();
            }
        }
        work.settle(true)
    });
    run(&mut batches, vec![body])
}

/// The server ends the session in the middle of a batch: all of it is run again on a new one.
pub(crate) fn a_lost_session_costs_nobody_anything(database: &Database) {
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    let target = database.target.clone();
    let killer = job(&[], move |work, attempt| {
        if attempt > 1 {
            return Ok(());
        }
        let id = work.query(&sql("SELECT pg_backend_pid()"), Vec::new())?;
        let mut other = opwright_runtime::store::link::Link::open(&target)?;
        let end = sql("SELECT pg_terminate_backend($1::bigint::int, 5000)");
        other.fetch(&end, vec![Arg::Int(id[0][0].int().unwrap())])?;
        Ok(())
    });
    let mut jobs: Vec<Told> = (0..7).map(|it| make(format!("c{it}"), format!("m{it}"))).collect();
    jobs.insert(3, killer);
    let ends = run(&mut batches, jobs);
    assert!(ends.iter().all(|end| *end == End::Committed), "{ends:?}");
    assert_eq!(count(database, "customer"), 7);
}
