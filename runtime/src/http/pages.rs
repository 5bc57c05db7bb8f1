//! `/tracer/`: every path that a call can take, and those that calls took. Open to this machine alone.
//!
//! ```text
//! /tracer/                        all operations
//! /tracer/cancel_order            its graph, with the newest runs over it; `#run=<id>&node=<node>` opens one
//! /tracer/cancel_order?run=<id>   the same, and an older run
//! /tracer/cancel_order.json       the graph for programs; `.dot` for Graphviz, `.txt` for terminals
//! ```

use crate::gateway::compiled::Compiled;
use crate::http::app::App;
use crate::http::problem::{Problem, answer};
use crate::http::serve::Peer;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use opwright_tracer::run::Run;
use opwright_tracer::view;
use opwright_values::suggest;
use std::net::IpAddr;
use std::sync::Arc;

/// How many runs a page shows.
const RUNS: i64 = 50;

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

/// All operations of the service.
pub(crate) async fn index(State(app): State<App>) -> Response {
    let schema = app.gateway.schema();
    let graphs: Vec<_> = app.gateway.operations().map(|known| &known.drawn.graph).collect();
    page(HTML, view::index::page(&schema.service, &schema.summary, &graphs, ""))
}

/// One operation, in the form that the ending of the path asks for.
pub(crate) async fn operation(
    State(app): State<App>,
    name: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Ok(Path(name)) = name else {
        // A name that is no text is the name of no operation; the path shows how it was sent.
        return Ok(unknown(&app, uri.path().trim_start_matches("/tracer/"), &headers));
    };
    let (name, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let Some(known) = app.gateway.operation(name) else { return Ok(unknown(&app, name, &headers)) };
    Ok(match ending {
        "" => {
            let runs = runs(&app, known, RUNS, asked_run(&uri)).await?;
            page(HTML, view::html::page(&known.drawn.graph, &runs))
        }
        "json" => page("application/json", known.operation.graph.to_owned()),
        "txt" => page("text/plain; charset=utf-8", view::text::outline(&known.drawn.graph)),
        "dot" => {
            let asked = asked_run(&uri);
            let runs = if asked.is_some() { runs(&app, known, 0, asked).await? } else { Vec::new() };
            page("text/vnd.graphviz; charset=utf-8", view::dot::dot(&known.drawn.graph, runs.first()))
        }
        _ => unknown(&app, &format!("{name}.{ending}"), &headers),
    })
}

async fn runs(
    app: &App,
    known: &Arc<Compiled>,
    most: i64,
    also: Option<String>,
) -> Result<Vec<Run>, Problem> {
    app.gateway.runs(known, most, also).await.map_err(|fault| {
        tracing::error!(%fault, "the recorded runs cannot be read");
        let fix = "try again; the log of the service says more";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the runs cannot be read", fix)
    })
}

/// `?run=…`: a run that may be older than those that are shown. Ids need no decoding.
fn asked_run(uri: &Uri) -> Option<String> {
    uri.query()?.split('&').find_map(|part| part.strip_prefix("run=")).map(str::to_owned)
}

const HTML: &str = "text/html; charset=utf-8";

fn page(media: &'static str, body: String) -> Response {
    framed(answer(StatusCode::OK, media, body))
}

/// The pages say themselves, in their own policy, that they load nothing; that nobody may frame them can only be
/// said in a header.
fn framed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'none'"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Nothing is there: a page for a browser, and a problem for a program.
fn unknown(app: &App, name: &str, headers: &HeaderMap) -> Response {
    let names = app.gateway.operations().map(|known| known.operation.name);
    let meant = suggest::meant(name, names);
    let said = format!("there is no operation `{name}` to show");
    if reads_html(headers) {
        let body = view::missing::page(&app.gateway.schema().service, &said, meant);
        return framed(answer(StatusCode::NOT_FOUND, HTML, body));
    }
    let meant = meant.map(|meant| format!("did you mean /tracer/{meant}? ")).unwrap_or_default();
    let fix = format!("{meant}open /tracer/ for all of them");
    Problem::new(StatusCode::NOT_FOUND, "no_such_page", said, fix).into_response()
}

/// Whether it is a browser that asks: it says so, and programs that take anything do not.
fn reads_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().any(|it| it.to_str().is_ok_and(|it| it.contains("text/html")))
}
