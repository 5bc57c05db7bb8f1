//! Peers that are slow, many, or gone.

use super::service::{ALLOWED, BEGUN, ENDED, PATIENCE, post, send, start, to_end};
use crate::http::serve::Limits;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// Slow calls are counted, so those who count them take turns.
static SLOW: Mutex<()> = Mutex::const_new(());

const SOON: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_is_cut_off() {
    let service = start(Limits { head: SOON, ..Limits::default() }).await;
    for sent in ["", "GET / HT", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "] {
        let mut stream = TcpStream::connect(service.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let answer = to_end(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{sent}: {answer}");
    }
    // So is a connection that is kept alive for nothing.
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert!(to_end(&mut stream).await.starts_with("HTTP/1.1 200"));
    assert!(service.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_ends_is_answered_and_cut_off() {
    let service = start(Limits { body: SOON, ..Limits::default() }).await;
    let head = "POST /v1/operations/quick HTTP/1.1\r\nHost: localhost\r\n";
    for length in ["Content-Length: 100\r\n\r\n{\"a\"", "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\""] {
        let answer = send(service.address, &format!("{head}{ALLOWED}{length}")).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("connection: close") && answer.contains("\"code\":\"too_slow\""), "{answer}");
    }
    assert!(service.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_loses_the_place() {
    let service = start(Limits { write: SOON, connections: 1, ..Limits::default() }).await;
    let mut first = TcpStream::connect(service.address).await.unwrap();
    first.write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    // There is one place, and the second gets it only when the first is cut off.
    let answer =
        send(service.address, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(first);
    assert!(service.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_a_running_call_finish() {
    let _turn = SLOW.lock().await;
    let service = start(Limits::default()).await;
    let address = service.address;
    let idle = TcpStream::connect(address).await.unwrap();
    let begun = BEGUN.load(Ordering::SeqCst);
    let call = tokio::spawn(async move { send(address, &post("slow", ALLOWED, "{}")).await });
    until(|| BEGUN.load(Ordering::SeqCst) > begun).await;
    assert!(service.stop().await, "a connection was cut");
    let answer = call.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"result\":\"slow\""), "{answer}");
    assert!(TcpStream::connect(address).await.is_err(), "it still listens");
    drop(idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_ever() {
    let service = start(Limits { drain: SOON, ..Limits::default() }).await;
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    let half = format!(
        "POST /v1/operations/quick HTTP/1.1\r\nHost: localhost\r\n{ALLOWED}Content-Length: 9\r\n\r\n{{"
    );
    stream.write_all(half.as_bytes()).await.unwrap();
    tokio::time::sleep(SOON).await;
    assert!(!service.stop().await, "a body that never came counts as answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_has_begun_ends_without_its_caller() {
    let _turn = SLOW.lock().await;
    let service = start(Limits::default()).await;
    let (begun, ended) = (BEGUN.load(Ordering::SeqCst), ENDED.load(Ordering::SeqCst));
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    stream.write_all(post("slow", ALLOWED, "{}").as_bytes()).await.unwrap();
    until(|| BEGUN.load(Ordering::SeqCst) > begun).await;
    drop(stream);
    until(|| ENDED.load(Ordering::SeqCst) > ended).await;
    assert!(service.stop().await);
}

async fn until(holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap();
}

/// Bytes that are almost a request never break the service, and never are its fault.
#[tokio::test(flavor = "multi_thread")]
async fn noise_is_nobodys_fault() {
    let service = start(Limits { head: SOON, body: SOON, ..Limits::default() }).await;
    let seed = getrandom::u64().unwrap();
    println!("seed {seed}");
    let mut env = crate::env::Env::fixed(opwright_values::time::Timestamp::from_micros(0), seed);
    // The random part of an id, as numbers below 32.
    let mut random = move || -> Vec<usize> {
        let id = env.new_id("x");
        id.bytes().rev().take(10).map(|byte| usize::from(byte) & 31).collect()
    };
    let body = r#"{"dry_run": true, "a": [1, {"b": null}]}"#;
    for name in ["quick", "secret", "nowhere", "%2e"] {
        for _ in 0..40 {
            let mut bytes = post(name, ALLOWED, body).into_bytes();
            for _ in 0..3 {
                let numbers = random();
                let at = numbers.iter().take(2).fold(0, |at, number| at * 32 + number) % bytes.len();
                match numbers[2] % 3 {
                    0 => drop(bytes.remove(at)),
                    1 => bytes.insert(at, u8::try_from(numbers[3] * 8 + numbers[4] % 8).unwrap()),
                    _ => bytes[at] = u8::try_from(numbers[3] * 8 + numbers[4] % 8).unwrap(),
                }
            }
            let mut stream = TcpStream::connect(service.address).await.unwrap();
            drop(stream.write_all(&bytes).await);
            let answer = to_end(&mut stream).await;
            assert!(!answer.starts_with("HTTP/1.1 5"), "{}: {answer}", String::from_utf8_lossy(&bytes));
        }
    }
    assert!(send(service.address, &post("quick", ALLOWED, "{}")).await.starts_with("HTTP/1.1 200"));
    assert!(service.stop().await);
}
