//! `/tracer/`: every path that a call can take, and those that calls took. Open to this machine alone.
//!
//! ```text
//! /tracer/                        all operations
//! /tracer/cancel_order            its graph, with the newest runs over it; `#run=<id>&node=<node>` opens one
//! /tracer/cancel_order?run=<id>   the same, and an older run
//! /tracer/cancel_order.json       the graph for programs; `.dot` for Graphviz, `.txt` for terminals
//! ```

use crate::http::problem::{Problem, json};
use crate::http::routes::App;
use crate::http::serve::Peer;
use axum::extract::{Path, Request, State};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use opwright_values::suggest::closest;
use std::net::IpAddr;

/// Lets only this machine through. The name in `Host` has to be this machine's too: otherwise a page of somebody
/// else, whose name was made to lead here, could read what its visitor may read.
pub(crate) async fn guard(request: Request, next: Next) -> Result<Response, Problem> {
    let peer = request.extensions().get::<Peer>();
    let near = peer.is_some_and(|Peer(address)| address.ip().to_canonical().is_loopback());
    if near && is_local_name(request.headers()) {
        return Ok(next.run(request).await);
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "not_from_here",
        "the tracer is open to this machine alone",
        "open it on the machine that runs the service, as http://localhost:…/tracer/, or forward a port to it",
    ))
}

fn is_local_name(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    host.is_some_and(|host| {
        let name = host.host().trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

/// The graph of one operation, in the form that the ending of the path asks for.
pub(crate) async fn operation(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Problem> {
    let (name, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let known = app.gateway.operation(name).ok_or_else(|| unknown(&app, name))?;
    match ending {
        "json" => Ok(json(StatusCode::OK, "application/json", known.operation.graph.to_owned())),
        other => Err(unknown(&app, other)),
    }
}

fn unknown(app: &App, name: &str) -> Problem {
    let names = app.gateway.operations().map(|known| known.operation.name);
    let meant = closest(name, names).map(|meant| format!("did you mean /tracer/{meant}? "));
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_such_page",
        format!("there is no operation `{name}` to show"),
        format!("{}open /tracer/ for all of them", meant.unwrap_or_default()),
    )
}
