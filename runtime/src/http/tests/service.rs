//! A small service, written by hand as generated code is, and a client that says byte for byte what it sends.

use crate::gateway::identity::{Principal, add};
use crate::gateway::{Config, Gateway};
use crate::http::app::App;
use crate::http::routes::routes;
use crate::http::serve::{Limits, serve};
use crate::operation::{Call, Operation, Reply, Service};
use crate::schema::Wanted;
use crate::stop::Stop;
use crate::store::link::{Link, Target};
use crate::store::unit::Access;
use crate::tests::{Database, sqlite};
use opwright_values::json::Json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// No test waits longer than this for what has to happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

macro_rules! graph {
    ($name:literal, $requires:literal) => {
        concat!(
            r#"{"schema":"tracer.graph/1","head":{"service":"small","operation":""#,
            $name,
            r#"","summary":"","description":"","requires":[""#,
            $requires,
            r#""],"access":"writes","inputs":[],"reads":[],"writes":[],"emits":[],"src":{"file":"a.yaml","line":1,"column":1}},"nodes":[
            {"id":"identity","kind":{"gate":"identity"},"phase":"identity","title":""},
            {"id":"permission","kind":{"gate":"permission"},"phase":"permission","title":""},
            {"id":"input","kind":{"gate":"input"},"phase":"input","title":""},
            {"id":"input!invalid_input","kind":{"exit":{"code":"invalid_input","status":422,"message":"the arguments do not fit: {reason}","fix":"mend them","builtin":true}},"phase":"input","title":""},
            {"id":"outcome.done","kind":"outcome","phase":"outcome","title":""}],"edges":[
            {"from":"identity","to":"permission","way":"next"},{"from":"permission","to":"input","way":"next"},
            {"from":"input","to":"input!invalid_input","way":"exit"},{"from":"input","to":"outcome.done","way":"next"}]}"#
        )
    };
}

/// How many slow calls have begun, and how many have ended.
pub(super) static BEGUN: AtomicU32 = AtomicU32::new(0);
pub(super) static ENDED: AtomicU32 = AtomicU32::new(0);

struct Quick;
struct Slow;

impl Call for Quick {
    fn run(&self, cx: &mut crate::cx::Cx<'_>) -> Result<Reply, Stop> {
        cx.at("outcome.done")?;
        Ok(Reply::new(Json::text("quick")))
    }
}

impl Call for Slow {
    fn run(&self, cx: &mut crate::cx::Cx<'_>) -> Result<Reply, Stop> {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(300));
        ENDED.fetch_add(1, Ordering::SeqCst);
        cx.at("outcome.done")?;
        Ok(Reply::new(Json::text("slow")))
    }
}

static QUICK: Operation = Operation::new("quick", graph!("quick", "a.read"), |_| Some(Box::new(Quick)));
static SLOW: Operation = Operation::new("slow", graph!("slow", "a.read"), |_| Some(Box::new(Slow)));
static SECRET: Operation = Operation::new("secret", graph!("secret", "b.write"), |_| Some(Box::new(Quick)));

static SMALL: Service = Service {
    schema: r#"{"service":"small","summary":"","capabilities":{"a.read":"","b.write":""},"resources":[],"events":[]}"#,
    data: "[]",
    scenarios: "[]",
    operations: &[&QUICK, &SLOW, &SECRET],
    rules: &[],
    members: &[],
};

/// A running service.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<bool>,
    _database: Database,
}

impl Running {
    /// Stops it; whether every call was answered.
    pub(super) async fn stop(self) -> bool {
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.served).await.unwrap().unwrap()
    }
}

/// Starts the small service. The token `t` may `a.read`.
pub(super) async fn start(limits: Limits) -> Running {
    let database = sqlite();
    let target = database.target.clone();
    let gateway = tokio::task::spawn_blocking(move || gateway(&target)).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = routes(App { gateway: Arc::new(gateway), body_deadline: limits.body })
        .route("/large", axum::routing::get(|| async { "x".repeat(64 * 1024 * 1024) }));
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(serve(
        listener,
        router,
        limits,
        async { stopped.await.unwrap_or(()) },
        std::future::pending(),
    ));
    Running { address, stop, served, _database: database }
}

fn gateway(target: &Target) -> Gateway {
    let mut link = Link::open(target).unwrap();
    Wanted::of(&crate::gateway::schema_of(&SMALL).unwrap()).open(&mut link).unwrap();
    link.close();
    let gateway = Gateway::start(&SMALL, &Config::new(target.clone())).unwrap();
    let reader = Principal { name: "reader".to_owned(), capabilities: ["a.read".to_owned()].into() };
    gateway.write_blocking(Access::default(), move |work| add(work, "t", &reader, 0)).unwrap();
    gateway
}

/// A request with a body, as bytes.
pub(super) fn post(name: &str, more: &str, body: &str) -> String {
    format!(
        "POST /v1/operations/{name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n{more}\r\n{body}",
        body.len()
    )
}

/// The headers of a call that is allowed.
pub(super) const ALLOWED: &str = "Authorization: Bearer t\r\nContent-Type: application/json\r\n";

/// Sends bytes, and reads until the service closes the connection.
pub(super) async fn send(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The service may answer and close before it has read all of it.
    drop(stream.write_all(bytes.as_bytes()).await);
    to_end(&mut stream).await
}

/// Reads until the service closes the connection.
pub(super) async fn to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is reset has ended too.
    drop(tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap());
    String::from_utf8(answer).unwrap()
}

/// An answer without what differs from second to second.
pub(super) fn without_date(answer: &str) -> String {
    answer.split_inclusive("\r\n").filter(|line| !line.starts_with("date: ")).collect()
}
