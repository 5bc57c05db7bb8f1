//! A panic at any moment of a call: it ends no lane, and is no fault of others.

use super::shop::{CUSTOMER, all, customer, fill, job, numbers};
use opwright_runtime::store::batch::{End, Job};
use opwright_runtime::store::lane::Lane;
use opwright_runtime::store::link::Fault;
use opwright_runtime::store::unit::{Access, Work};
use opwright_runtime::store::wanted::Wanted;
use opwright_tests::database::Database;
use std::sync::mpsc::{Receiver, RecvError, Sender, channel};

/// When a job panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Prefetch,
    Begins,
    Run,
    Answer,
}

/// Makes a customer, and panics at a moment.
struct Panics {
    name: String,
    at: Moment,
    access: Access,
    end: Sender<End>,
}

impl Panics {
    fn at(&self, now: Moment) {
        if self.at == now {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
    }
}

impl Job for Panics {
    fn access(&self) -> &Access {
        &self.access
    }

    fn prefetch(&self, _: &mut Wanted) {
        self.at(Moment::Prefetch);
    }

    fn run(&mut self, work: &mut Work, _: u32) -> Result<(), Fault> {
        work.start(&self.name, 1_000);
        work.insert(CUSTOMER, customer(&self.name, None, 0))?;
        self.at(Moment::Run);
        work.settle(true)
    }

    fn begins(&self) -> bool {
        self.at(Moment::Begins);
        true
    }

    fn answer(self: Box<Self>, end: End) {
        self.at(Moment::Answer);
        self.end.send(end).unwrap();
    }
}

fn make(lane: &Lane, name: String) -> Receiver<End> {
    let (job, told) = job(&[], move |work, _| {
        work.start(&name, 1_000);
        work.insert(CUSTOMER, customer(&name, None, 0))?;
        work.settle(true)
    });
    assert!(lane.submit(job).is_ok());
    told
}

pub(crate) fn a_panic_ends_no_lane(database: &Database) {
    let plan = fill(&database.target);
    let lane = Lane::start(&database.target, plan, true, false).unwrap();
    for at in [Moment::Prefetch, Moment::Begins, Moment::Run, Moment::Answer] {
        // They wait behind a slow one, so that they are one batch.
        let (slow, _) = job(&[], |_, _| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            Ok(())
        });
        assert!(lane.submit(slow).is_ok());
        let before = make(&lane, format!("before {at:?}"));
        let (end, told) = channel();
        assert!(lane.submit(Box::new(Panics { name: format!("{at:?}"), at, access: all(), end })).is_ok());
        let after = make(&lane, format!("after {at:?}"));
        assert_eq!((before.recv(), after.recv()), (Ok(End::Committed), Ok(End::Committed)), "{at:?}");
        match at {
            // What is fetched early is a hint: the call does without.
            Moment::Prefetch => assert_eq!(told.recv(), Ok(End::Committed)),
            Moment::Begins | Moment::Run => {
                let end = told.recv().unwrap();
                assert!(
                    matches!(&end, End::Failed(Fault::Other(said)) if said.contains("on purpose")),
                    "{end:?}"
                );
            }
            // Who waited for it hears that there is none.
            Moment::Answer => assert_eq!(told.recv(), Err(RecvError)),
        }
    }
    drop(lane);
    // Two beside each, the one that did without a hint, and the one whose answer alone was lost.
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer\""), [10]);
}
