//! A network that swallows everything, without a word: nothing hangs, and what comes after it is none the worse.

use super::shop::{CUSTOMER, customer, fill, job, numbers, run};
use opwright_runtime::store::batch::{Batches, End};
use opwright_runtime::store::lane::Lane;
use opwright_runtime::store::link::{Fault, Link, Patience, Target};
use opwright_runtime::store::unit::Work;
use opwright_tests::database::Database;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PATIENCE: Patience =
    Patience { connects: Duration::from_millis(400), answers: Some(Duration::from_millis(600)) };

/// Far longer than anything here takes; who waits so long hangs.
const HANGS: Duration = Duration::from_secs(60);

/// A way to a server that can go silent: all that is sent is taken, and nothing arrives.
#[derive(Clone, Default)]
struct Network {
    silent: Arc<AtomicBool>,
    /// How many connections were begun.
    connections: Arc<AtomicU32>,
}

impl Network {
    fn is_silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// The address of a server by this way.
    fn to(&self, target: &Target) -> Target {
        let Target::Postgres(options) = target else { panic!("this is about PostgreSQL") };
        let server = format!("{}:{}", options.get_host(), options.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (silent, connections) = (Arc::clone(&self.silent), Arc::clone(&self.connections));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                connections.fetch_add(1, Ordering::SeqCst);
                let Ok(server) = TcpStream::connect(&server) else { continue };
                // What has missed a word once never hears a whole one again.
                let dead = Arc::new(AtomicBool::new(false));
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let (silent, dead) = (Arc::clone(&silent), Arc::clone(&dead));
                    std::thread::spawn(move || hand_on(from, to, &silent, &dead));
                }
            }
        });
        Target::Postgres(Box::new((**options).clone().host("127.0.0.1").port(port)))
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream, silent: &AtomicBool, dead: &AtomicBool) {
    let mut buffer = [0; 65_536];
    while let Ok(read) = from.read(&mut buffer)
        && read > 0
    {
        if silent.load(Ordering::SeqCst) {
            dead.store(true, Ordering::SeqCst);
        }
        if !dead.load(Ordering::SeqCst) && to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    if !dead.load(Ordering::SeqCst) {
        drop(to.shutdown(Shutdown::Both));
    }
}

fn make(lane: &Lane, name: &'static str, first: impl Fn() + Send + 'static) -> Receiver<End> {
    let (job, told) = job(&[], move |work: &mut Work, _| {
        work.start(&format!("call_{name}"), 1_000);
        first();
        work.insert(CUSTOMER, customer(name, None, 0))?;
        // Asks the database, within the call.
        work.load(CUSTOMER, "nobody")?;
        work.settle(true)
    });
    assert!(lane.submit(job).is_ok());
    told
}

fn is_lost(told: &Receiver<End>) {
    let end = told.recv_timeout(HANGS).unwrap();
    assert!(matches!(end, End::Failed(Fault::Lost(_))), "{end:?}");
}

fn is_done(told: &Receiver<End>) {
    assert_eq!(told.recv_timeout(HANGS).unwrap(), End::Committed);
}

pub(crate) fn a_network_that_swallows_everything_keeps_nobody(database: &Database) {
    let plan = fill(&database.target);
    let network = Network::default();
    let through = network.to(&database.target);
    let start = || {
        let link = Link::open_with(&through, PATIENCE).unwrap();
        Lane::start_on(link, Arc::clone(&plan), true, false).unwrap()
    };
    let lane = start();
    is_done(&make(&lane, "a", || ()));

    // Between two calls: the transaction cannot begin.
    network.is_silent(true);
    let told: Vec<_> = ["b", "c", "d"].into_iter().map(|name| make(&lane, name, || ())).collect();
    told.iter().for_each(is_lost);
    network.is_silent(false);
    is_done(&make(&lane, "e", || ()));

    // Within a call.
    let falls = network.clone();
    is_lost(&make(&lane, "f", move || falls.is_silent(true)));
    network.is_silent(false);
    is_done(&make(&lane, "g", || ()));

    // A lane ends even then: with a call to run, and with nothing to do.
    let idle = start();
    network.is_silent(true);
    let last = make(&lane, "h", || ());
    let (end, ended) = channel();
    std::thread::spawn(move || {
        drop((lane, idle));
        end.send(()).unwrap();
    });
    ended.recv_timeout(HANGS).unwrap();
    is_lost(&last);
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer\""), [3]);
}

/// Of many calls that wait together one finds out that the database is away.
pub(crate) fn a_database_that_is_away_is_looked_for_once(database: &Database) {
    let plan = fill(&database.target);
    let network = Network::default();
    let through = network.to(&database.target);
    let link = Link::open_with(&through, PATIENCE).unwrap();
    let mut batches = Batches::new(link, plan, true, false);
    let made = |round: u32| {
        let one = move |number: u32| {
            let name = format!("c{round}_{number}");
            job(&[], move |work: &mut Work, _| {
                work.start(&name, 1_000);
                work.insert(CUSTOMER, customer(&name, None, 0))?;
                work.settle(true)
            })
        };
        (0..40).map(one).collect::<Vec<_>>()
    };
    network.is_silent(true);
    // The first batch had a connection; the second has none from the beginning.
    for round in 0..2 {
        let before = network.connections.load(Ordering::SeqCst);
        let ends = run(&mut batches, made(round));
        assert!(ends.iter().all(|end| matches!(end, End::Failed(Fault::Lost(_)))), "{ends:?}");
        assert_eq!(network.connections.load(Ordering::SeqCst) - before, 1);
    }
    network.is_silent(false);
    assert!(run(&mut batches, made(2)).iter().all(|end| *end == End::Committed));
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer\""), [40]);
}
