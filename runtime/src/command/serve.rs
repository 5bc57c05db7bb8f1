//! `serve`: answers calls until it is told to stop.
//!
//! ```text
//! lock ─▶ listen ─▶ tables ─▶ demo data ─▶ lanes ─▶ …calls… ─▶ SIGTERM ─▶ running calls end ─▶ lanes close
//! ```

use crate::command::args::{LISTEN, Serve};
use crate::command::demo::{self, Demo};
use crate::command::named::Named;
use crate::command::play::{self, Play};
use crate::command::{Context, Failure, lock, say};
use crate::gateway::{Config, Gateway};
use crate::http::app::App;
use crate::http::routes::routes;
use crate::http::serve::{Limits, serve};
use crate::store::link::Target;
use opwright_values::words::counted;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves on a database of its own, which goes with it, and makes calls.
pub(super) fn demo(context: Context, options: &Serve) -> Result<(), Failure> {
    let play = play::choose(&context)?;
    let folder = std::env::temp_dir().join(format!("opwright_demo_{}", std::process::id()));
    let failed = |error| Failure::new(format!("cannot make the folder {}: {error}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let context =
        Context { target: Target::Sqlite(folder.join("demo.db")), named: Named::Nothing, ..context };
    let done = start(&context, options, Some(play));
    // What cannot be removed lies in the folder for such files.
    drop(std::fs::remove_dir_all(&folder));
    done
}

/// Runs the command.
pub(super) fn run(context: &Context, options: &Serve) -> Result<(), Failure> {
    start(context, options, None)
}

fn start(context: &Context, options: &Serve, play: Option<Play>) -> Result<(), Failure> {
    let address = address(options)?;
    // Kept until the lanes are closed.
    let lock = lock::lock(context)?;
    // Before anything is written: an address that is taken is a failed start.
    let (listener, address) = bind(address)?;
    let link = context.open_or_make()?;
    let demo = if options.demo {
        Some(demo::prepare(context, link)?)
    } else {
        link.close();
        None
    };
    let gateway = Gateway::start(context.service, &Config::new(context.target.clone()));
    let gateway = Arc::new(gateway.map_err(|fault| context.unreachable(&fault))?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    let stage = Stage { gateway: Arc::clone(&gateway), listener, address };
    let done = runtime.block_on(listen(context, stage, demo.as_ref(), play));
    // What still runs here only waits for lanes, or for peers that were given time enough.
    runtime.shutdown_timeout(Duration::from_secs(1));
    // The last reference: lanes finish what they have begun, and close their connections.
    drop(gateway);
    drop(lock);
    done
}

/// What calls reach.
struct Stage {
    gateway: Arc<Gateway>,
    listener: std::net::TcpListener,
    address: SocketAddr,
}

async fn listen(
    context: &Context,
    stage: Stage,
    demo: Option<&Demo>,
    play: Option<Play>,
) -> Result<(), Failure> {
    let Stage { gateway, listener, address } = stage;
    let listener = TcpListener::from_std(listener)
        .map_err(|error| Failure::new(format!("cannot listen on {address}: {error}")))?;
    let (mut terminate, mut interrupt) = signals()?;
    let (_, mut hurry) = signals()?;
    greet(context, &gateway, address, demo);
    if let (Some(play), Some(demo)) = (play, demo) {
        // The port is open already: what comes before it is served waits.
        tokio::spawn(play::play(play, address, demo.token.clone()));
    }
    let limits = Limits::default();
    let router = routes(App { gateway, body_deadline: limits.body });
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: running calls are answered first");
    };
    let again = async {
        // The first Ctrl-C reaches both; the second does not wait.
        hurry.recv().await;
        hurry.recv().await;
    };
    if serve(listener, router, limits, stop, again).await {
        tracing::info!("stopped: every call was answered");
    } else {
        tracing::warn!("stopped: some connections were cut");
    }
    Ok(())
}

fn signals() -> Result<(Signal, Signal), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("cannot wait for signals: {error}"));
    let terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok((terminate, interrupt))
}

/// Listens; gives the address with the port that was free, if any was asked for.
fn bind(address: SocketAddr) -> Result<(std::net::TcpListener, SocketAddr), Failure> {
    let bound = std::net::TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|error| {
        Failure::new(format!("cannot listen on {address}: {error}"))
            .fix("give another address with `--listen ADDR:PORT`; port 0 takes any that is free")
    })
}

/// The address to listen on; one that other machines reach has to be meant.
fn address(options: &Serve) -> Result<SocketAddr, Failure> {
    let bad = |said: &str| {
        Failure::usage(format!("`{}` is no address to listen on{said}", options.listen))
            .fix(&format!("write ADDRESS:PORT, such as {LISTEN}"))
    };
    let mut found = options.listen.to_socket_addrs().map_err(|error| bad(&format!(": {error}")))?;
    let address = found.next().ok_or_else(|| bad(""))?;
    if !address.ip().to_canonical().is_loopback() && !options.anywhere {
        return Err(Failure::usage(format!("other machines would reach {address}")).fix(
            "say `--listen-anywhere` if that is meant: tokens then cross the network, so put TLS in front",
        ));
    }
    Ok(address)
}

/// What is served, from what, and what to open.
fn greet(context: &Context, gateway: &Gateway, address: SocketAddr, demo: Option<&Demo>) {
    let count = gateway.operations().count();
    let port = address.port();
    let host = if address.ip().to_canonical().is_loopback() {
        address.to_string()
    } else {
        format!("localhost:{port}")
    };
    say(format_args!("{}: {}", context.schema.service, context.schema.summary));
    let count = counted(count, "operation");
    say(format_args!("  {count} on http://{address}, database {}", context.target.shown()));
    say(format_args!("  open  http://{host}/tracer/"));
    if let Some(demo) = demo {
        say(format_args!("  token {} (may do everything; a new one at each start)", demo.token));
    }
    match demo.and_then(|demo| demo.call.as_ref()) {
        Some(call) => say(format_args!("  call  {}", call.replace(demo::ADDRESS, &host))),
        None => say(format_args!(
            "  call  POST http://{host}/v1/operations/NAME; {} makes a token",
            context.command("token add NAME CAPABILITY…")
        )),
    }
}
