//! The accept loop: every wait on a peer has an end, and a stop lets running calls finish.
//!
//! ```text
//! accept ─▶ a place among `connections` ─▶ head within `head` ─▶ router ─▶ answer read within `write` ─┐
//!                                             ▲─────────────── keep-alive ─────────────────────────────┘
//! stop ─▶ no more accepts ─▶ idle connections close, running calls are answered ─▶ at most `drain`, then cut
//! ```
//!
//! `axum::serve` sets no timer, so a peer that never finishes its request head would hold a connection for ever.

use crate::http::patient::Patient;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// How long peers may take, and how many there may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For the head of a request; an idle connection is closed after as long.
    pub(crate) head: Duration,
    /// For the body of a request.
    pub(crate) body: Duration,
    /// For taking an answer.
    pub(crate) write: Duration,
    /// For running calls after a stop.
    pub(crate) drain: Duration,
    /// Open connections; more wait in the backlog of the kernel.
    pub(crate) connections: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            head: Duration::from_secs(30),
            body: Duration::from_secs(15),
            write: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            connections: 4096,
        }
    }
}

/// The peer of a connection, for handlers that answer to this machine alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Serves until `stop` is done and the running calls are answered, or `hurry` is done, or `drain` is over.
/// Whether every call was answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
    hurry: impl Future<Output = ()>,
) -> bool {
    let places = Arc::new(Semaphore::new(usize::try_from(limits.connections).unwrap_or(usize::MAX)));
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (place, stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            Some(next) = next(&listener, &places) => next,
            else => break,
        };
        let connection =
            Connection { peer, router: router.clone(), limits, stopped: stopped.clone(), _place: place };
        tokio::spawn(connection.run(stream));
    }
    // The port is free for a successor while this process finishes its calls.
    drop(listener);
    stopping.send_replace(true);
    let all_closed = places.acquire_many(limits.connections);
    tokio::select! {
        closed = all_closed => closed.is_ok(),
        () = tokio::time::sleep(limits.drain) => false,
        () = hurry => false,
    }
}

/// The next connection, once there is a place for it. A failed accept is the peer's, or passes when files are closed.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Some((place, stream, peer)),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

struct Connection {
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    stopped: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(mut self, stream: TcpStream) {
        // An answer is one write; waiting for more only delays it.
        let _ = stream.set_nodelay(true);
        let peer = self.peer;
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(Patient::new(stream, self.limits.write)), service);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stopped(&mut self.stopped) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(peer = %self.peer, %error, "a connection was cut");
        }
    }
}

/// Waits for the stop; a server that is gone has stopped as well.
async fn stopped(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}
