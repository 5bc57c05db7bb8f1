//! Faults of the drivers that were measured, and lost answers of a server: each is still there, and none has an effect.

use super::shop::{CUSTOMER, batches, customer, fill, job, numbers, run};
use opwright_runtime::store::batch::End;
use opwright_runtime::store::link::{Arg, Dialect, Fault, Link, Target, sql};
use opwright_runtime::store::unit::Work;
use opwright_tests::database::Database;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

fn create(name: &'static str) -> impl FnMut(&mut Work, u32) -> Result<(), Fault> + Send {
    move |work, _| {
        work.start(&format!("call_{name}"), 1_000);
        work.insert(CUSTOMER, customer(name, Some(name), 0))?;
        work.settle(true)
    }
}

/// SQLite ends the transaction by itself when the disk is full, and the driver does not know. The connection is not
/// used again, so the next call is none the worse.
pub(crate) fn a_full_disk_is_over_when_it_is_over() {
    let database = Database::sqlite();
    let plan = fill(&database.target);
    let mut batches = batches(&database.target, &plan, false);
    for full_for in [1, 9] {
        let first = format!("call_{full_for}");
        let full = job(&[], move |work, attempt| {
            work.start(&first, 1_000);
            work.insert(CUSTOMER, customer(&first, None, 0))?;
            if attempt <= full_for {
                // No more pages than there are.
                work.query(&sql("PRAGMA max_page_count = 1"), Vec::new())?;
                work.execute(&sql("CREATE TABLE \"x\" AS SELECT 1"), Vec::new())?;
            }
            work.settle(true)
        });
        let other = if full_for == 1 { "a" } else { "b" };
        let ends = run(&mut batches, vec![job(&[], create(other)), full]);
        assert_eq!(ends[0], End::Committed);
        assert_eq!(ends[1] == End::Committed, full_for == 1, "{ends:?}");
    }
    assert_eq!(run(&mut batches, vec![job(&[], create("c"))]), [End::Committed]);
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer\""), [4]);
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer__history\""), [4]);
}

/// A connection that is let go of within a transaction takes the transaction with it, at once: the next write on the
/// same rows neither waits for it nor becomes part of it.
pub(crate) fn a_transaction_that_is_let_go_is_gone(database: &Database) {
    let plan = fill(&database.target);
    let mut link = Link::open(&database.target).unwrap();
    let begin = if database.target.dialect() == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
    link.run(begin).unwrap();
    let mut work = Work::new(link, Arc::clone(&plan), super::shop::all(), true, true);
    work.start("lost", 1_000);
    work.insert(CUSTOMER, customer("a", Some("a"), 1)).unwrap();
    drop(work);
    let mut batches = batches(&database.target, &plan, false);
    assert_eq!(run(&mut batches, vec![job(&[], create("a"))]), [End::Committed]);
    assert_eq!(numbers(&database.target, "SELECT \"credit\" FROM \"customer\""), [0]);
}

/// A server that says nothing is gone, and so is the connection: nothing waits for ever.
pub(crate) fn who_says_nothing_is_gone(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    link.give_up_after(std::time::Duration::from_millis(50));
    let slept = link.fetch(&sql("SELECT pg_sleep(5)"), Vec::new());
    assert!(matches!(slept, Err(Fault::Lost(_))), "{slept:?}");
    link.reopen().unwrap();
    link.run("SELECT 1").unwrap();
}

/// More long statements than a connection keeps prepared, in one transaction: what was forgotten is prepared anew.
pub(crate) fn more_statements_than_are_kept_are_answered(database: &Database) {
    let mut link = Link::open(&database.target).unwrap();
    link.begin(None).unwrap();
    let padding = "x".repeat(8_000);
    for number in (0..300).chain(0..300) {
        let text = format!("SELECT CAST({number} AS BIGINT) + $1, '{padding}'");
        let rows = link.fetch(&sql(text), vec![Arg::Int(1)]).unwrap();
        assert_eq!(rows[0][0].int(), Some(number + 1));
    }
    link.commit().unwrap();
    link.close();
}

/// What a proxy does with the next COMMIT.
const FORWARD: u8 = 0;
const SWALLOW_THE_REPLY: u8 = 1;
const CUT_BEFORE: u8 = 2;

/// A lost reply to COMMIT is never guessed: PostgreSQL is asked, on another connection.
pub(crate) fn a_lost_reply_to_commit_is_asked_for(database: &Database) {
    let Target::Postgres(options) = &database.target else { panic!("this is about PostgreSQL") };
    let plan = fill(&database.target);
    let deed = Arc::new(AtomicU8::new(FORWARD));
    let port = proxy(format!("{}:{}", options.get_host(), options.get_port()), Arc::clone(&deed));
    let through = Target::Postgres(Box::new((**options).clone().host("127.0.0.1").port(port)));
    let mut batches = batches(&through, &plan, false);
    for (what, names) in [(SWALLOW_THE_REPLY, ["a", "b"]), (CUT_BEFORE, ["c", "d"]), (FORWARD, ["e", "f"])] {
        deed.store(what, Ordering::SeqCst);
        let ends = run(&mut batches, names.map(|name| job(&[], create(name))).into());
        assert_eq!(ends, [End::Committed, End::Committed], "{what}");
    }
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer\""), [6]);
    assert_eq!(numbers(&database.target, "SELECT COUNT(*) FROM \"customer__history\""), [6]);
}

/// Hands on what is sent; at a COMMIT it does its deed once.
fn proxy(server: String, deed: Arc<AtomicU8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = TcpStream::connect(&server) else { continue };
            let (to_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || hand_on(from_server, to_client));
            let deed = Arc::clone(&deed);
            std::thread::spawn(move || watch(client, server, &deed));
        }
    });
    port
}

fn hand_on(mut from: TcpStream, mut to: TcpStream) {
    drop(std::io::copy(&mut from, &mut to));
    drop(to.shutdown(Shutdown::Both));
}

fn watch(mut client: TcpStream, mut server: TcpStream, deed: &AtomicU8) {
    let mut buffer = [0; 65_536];
    while let Ok(read) = client.read(&mut buffer)
        && read > 0
    {
        let sent = &buffer[..read];
        let commits = sent.windows(7).any(|window| window == b"COMMIT\0");
        match if commits { deed.swap(FORWARD, Ordering::SeqCst) } else { FORWARD } {
            CUT_BEFORE => break,
            SWALLOW_THE_REPLY => {
                // The client hears nothing any more; the server hears this.
                drop(client.shutdown(Shutdown::Both));
                drop(server.write_all(sent));
                std::thread::sleep(std::time::Duration::from_millis(50));
                break;
            }
            _ if server.write_all(sent).is_err() => break,
            _ => {}
        }
    }
    drop(client.shutdown(Shutdown::Both));
    drop(server.shutdown(Shutdown::Both));
}
