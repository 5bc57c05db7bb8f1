//! `load ADDRESS TOKEN write|read SECONDS`: 32 kept connections, each sending its next call when it has its answer.
//!
//! Prints `calls`, `seconds`, `p50_us`, `p99_us`, `failed`, each with its number, on one line.

use opwright_bench::connection::Connection;
use opwright_bench::requests::{Requests, Work};
use opwright_bench::times::Times;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const CONNECTIONS: u64 = 32;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<(), String> {
    let [address, token, work, seconds] = args else {
        return Err("usage: load ADDRESS TOKEN write|read SECONDS".to_owned());
    };
    let work = match work.as_str() {
        "write" => Work::Write,
        "read" => Work::Read,
        other => return Err(format!("`{other}` is neither write nor read")),
    };
    let seconds: f64 = seconds.parse().map_err(|_| format!("`{seconds}` is no number of seconds"))?;
    // One thread: what the client takes is taken from what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(measure(address, token, work, Duration::from_secs_f64(seconds)))
}

struct Count {
    times: Times,
    failed: u64,
    first: Option<String>,
}

async fn measure(address: &str, token: &str, work: Work, length: Duration) -> Result<(), String> {
    let nonce = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_micros());
    let nonce = u64::try_from(nonce).unwrap_or(1) * CONNECTIONS;
    let mut connections = Vec::new();
    for number in 0..CONNECTIONS {
        let requests = Requests::new(work, token.to_owned(), nonce + number);
        connections.push((Connection::open(address).await?, requests));
    }
    let start = Instant::now();
    let clients: Vec<_> = connections
        .into_iter()
        .map(|(connection, requests)| tokio::spawn(client(connection, requests, start + length)))
        .collect();
    let (mut all, mut failed, mut first) = (Times::new(), 0, None);
    for client in clients {
        let count = client.await.map_err(|error| error.to_string())??;
        all.merge(&count.times);
        failed += count.failed;
        first = first.or(count.first);
    }
    if let Some(first) = first {
        eprintln!("{failed} calls failed, such as: {first}");
    }
    println!(
        "calls {} seconds {:.3} p50_us {} p99_us {} failed {failed}",
        all.total(),
        start.elapsed().as_secs_f64(),
        all.percentile(50),
        all.percentile(99)
    );
    Ok(())
}

/// Calls until the end; a call that is not answered with 200 has failed.
async fn client(mut connection: Connection, mut requests: Requests, end: Instant) -> Result<Count, String> {
    let mut count = Count { times: Times::new(), failed: 0, first: None };
    let mut request = Vec::new();
    loop {
        let sent = Instant::now();
        if sent >= end {
            return Ok(count);
        }
        requests.next(&mut request);
        if connection.call(&request).await? != 200 {
            count.failed += 1;
            count.first.get_or_insert_with(|| connection.shown());
            continue;
        }
        count.times.add(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
}
