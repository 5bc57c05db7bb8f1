//! 20,000 calls, of which a third are abandoned at random moments: what was acknowledged is written, and what is
//! written is written whole.

use super::program::Random;
use super::shop::{CUSTOMER, all, customer, fill, numbers};
use opwright_runtime::store::batch::{End, Job};
use opwright_runtime::store::claim::Claim;
use opwright_runtime::store::facts::Event;
use opwright_runtime::store::lane::Lane;
use opwright_runtime::store::link::{Fault, Link, Target, sql};
use opwright_runtime::store::unit::{Access, Work};
use opwright_runtime::store::wanted::Wanted;
use opwright_tests::database::Database;
use opwright_values::value::Value;
use std::collections::BTreeSet;
use std::sync::mpsc::{Sender, channel};

const CALLS: u64 = 20_000;
const CLIENTS: u64 = 4;
const CUSTOMERS: u64 = 50;
const SEED: u64 = 0x5eed_20000;

/// Adds one to the credit of a customer and tells of it.
struct Raise {
    call: String,
    customer: String,
    access: Access,
    claim: Claim,
    end: Sender<End>,
}

impl Job for Raise {
    fn access(&self) -> &Access {
        &self.access
    }

    fn prefetch(&self, wanted: &mut Wanted) {
        wanted.rows.entry(CUSTOMER).or_default().insert(self.customer.clone());
    }

    fn run(&mut self, work: &mut Work, _: u32) -> Result<(), Fault> {
        work.start(&self.call, 1_000);
        let mut row = work.load(CUSTOMER, &self.customer)?.map(|row| (*row).clone()).unwrap();
        let Value::Int(credit) = row[2] else { panic!("credit is a number") };
        row[2] = Value::Int(credit + 1);
        work.put(CUSTOMER, row)?;
        let data = format!("\"{}\"", self.customer);
        work.emit(Event {
            id: self.call.clone(),
            name: "e".into(),
            at_us: 0,
            invocation: self.call.clone(),
            data,
        });
        work.settle(true)
    }

    fn begins(&self) -> bool {
        self.claim.begin()
    }

    fn answer(self: Box<Self>, end: End) {
        drop(self.end.send(end));
    }
}

/// Calls a lane some times; gives the calls that were acknowledged, and those that were taken back in time.
fn client(lane: &Lane, number: u64) -> (Vec<String>, Vec<String>) {
    let (mut random, mut acknowledged, mut withdrawn) = (Random(SEED ^ number), Vec::new(), Vec::new());
    let mut waiting = Vec::new();
    for call in 0..CALLS / CLIENTS {
        let (end, told) = channel();
        let (call, claim) = (format!("call_{number}_{call}"), Claim::default());
        let customer = format!("c{}", random.below(CUSTOMERS));
        let (access, owned) = (all(), claim.clone());
        let job = Raise { call: call.clone(), customer, access, claim: owned, end };
        assert!(lane.submit(Box::new(job)).is_ok());
        if random.below(3) == 0 {
            std::thread::sleep(std::time::Duration::from_micros(random.below(300)));
            drop(told);
            if claim.withdraw() {
                withdrawn.push(call);
            }
        } else {
            waiting.push((call, told));
        }
        if random.below(60) == 0 {
            acknowledged.extend(ended(&mut waiting));
        }
    }
    acknowledged.extend(ended(&mut waiting));
    (acknowledged, withdrawn)
}

fn ended(waiting: &mut Vec<(String, std::sync::mpsc::Receiver<End>)>) -> Vec<String> {
    let done = waiting.drain(..).map(|(call, told)| {
        assert_eq!(told.recv().unwrap(), End::Committed);
        call
    });
    done.collect()
}

pub(crate) fn nothing_that_was_acknowledged_is_lost(database: &Database) {
    println!("seed {SEED:#x}");
    let plan = fill(&database.target);
    let mut batches = super::shop::batches(&database.target, &plan, false);
    let made = super::shop::job(&[], |work, _| {
        work.start("made", 1);
        for number in 0..CUSTOMERS {
            work.insert(CUSTOMER, customer(&format!("c{number}"), None, 0))?;
        }
        work.settle(true)
    });
    assert_eq!(super::shop::run(&mut batches, vec![made]), [End::Committed]);
    batches.close();
    let lane = Lane::start(&database.target, plan, true, false).unwrap();
    let told: Vec<(Vec<String>, Vec<String>)> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let lane = &lane;
                scope.spawn(move || client(lane, number))
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    drop(lane);
    compare(&database.target, &told);
}

fn compare(target: &Target, told: &[(Vec<String>, Vec<String>)]) {
    let written = texts(target, "SELECT \"invocation\" FROM \"_event\"");
    let unique: BTreeSet<&String> = written.iter().collect();
    assert_eq!(unique.len(), written.len(), "a call was done twice");
    for (acknowledged, withdrawn) in told {
        assert!(acknowledged.iter().all(|call| unique.contains(call)), "an acknowledged call is not written");
        assert!(withdrawn.iter().all(|call| !unique.contains(call)), "a withdrawn call is written");
    }
    let history = texts(target, "SELECT \"invocation\" FROM \"customer__history\" WHERE \"kind\" = 'update'");
    let same: BTreeSet<&String> = history.iter().collect();
    assert_eq!((history.len(), same), (written.len(), unique));
    let wrong = "SELECT COUNT(*) FROM \"customer\" WHERE \"_version\" <> \"credit\" + 1";
    assert_eq!(numbers(target, wrong), [0]);
    let sum: i64 = numbers(target, "SELECT \"credit\" FROM \"customer\"").iter().sum();
    assert_eq!(usize::try_from(sum).unwrap(), written.len());
    let acknowledged: usize = told.iter().map(|(acknowledged, _)| acknowledged.len()).sum();
    let withdrawn: usize = told.iter().map(|(_, withdrawn)| withdrawn.len()).sum();
    println!("{} written, {acknowledged} acknowledged, {withdrawn} withdrawn in time", written.len());
}

fn texts(target: &Target, text: &str) -> Vec<String> {
    let mut link = Link::open(target).unwrap();
    let rows = link.fetch(&sql(text), Vec::new()).unwrap();
    link.close();
    rows.iter().flatten().filter_map(|cell| cell.text().map(str::to_owned)).collect()
}
