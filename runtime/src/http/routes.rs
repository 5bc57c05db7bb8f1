//! What is answered where.
//!
//! ```text
//! POST /v1/operations/{name}          one call; the body is its arguments, the answer is JSON or a problem
//! GET  /tracer/  /tracer/{operation}  what can happen, and what did: to this machine alone
//! GET  /healthz                       whether the process answers
//! ```

use crate::gateway::answer::Answer;
use crate::http::app::App;
use crate::http::problem::{Problem, answer};
use crate::http::{body, pages};
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use opwright_values::json::write_text;

/// All routes of a service.
pub(crate) fn routes(app: App) -> Router {
    let tracer = Router::new()
        .route("/tracer/", get(pages::index))
        .route("/tracer/{name}", get(pages::operation))
        .layer(axum::middleware::from_fn(pages::guard));
    Router::new()
        .route("/v1/operations/{name}", post(call))
        .merge(tracer)
        .route("/tracer", get(to_tracer))
        .route("/", get(to_tracer))
        .route("/healthz", get(health))
        .fallback(no_page)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
}

async fn call(
    State(app): State<App>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    // A name that is no text is the name of no operation.
    let Path(name) = name.unwrap_or_else(|_| Path(String::new()));
    let (head, body) = request.into_parts();
    let body = body::read(&head.headers, body, app.body_deadline).await?;
    // The call runs in a lane: if this connection ends, only the answer is lost.
    Ok(respond(app.gateway.execute(bearer(&head.headers), &name, &body).await))
}

/// The token of the one `Authorization` header. Of two, nobody knows which one a proxy has checked.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (Some(only), None) = (sent.next(), sent.next()) else { return None };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn respond(ended: Answer) -> Response {
    match ended {
        Answer::Refused { refusal, run } => Problem::of(refusal, run).into_response(),
        // The usual answer is written as it is, without building a value around it.
        Answer::Done { reply, run, plan: None } => {
            let mut body = String::with_capacity(512);
            body.push_str("{\"result\":");
            reply.result.write(&mut body);
            if let Some(next) = &reply.next {
                body.push_str(",\"next\":");
                write_text(next, &mut body);
            }
            body.push_str(",\"run\":");
            write_text(&run, &mut body);
            body.push('}');
            answer(StatusCode::OK, "application/json", body)
        }
        planned => answer(StatusCode::OK, "application/json", planned.body().to_string()),
    }
}

async fn health() -> Response {
    answer(StatusCode::OK, "application/json", "{\"status\":\"ok\"}".to_owned())
}

async fn to_tracer() -> Redirect {
    Redirect::temporary("/tracer/")
}

async fn no_page(method: Method, uri: Uri) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_such_page",
        format!("nothing is served at {method} {}", uri.path()),
        "call an operation with POST /v1/operations/{name}, or open /tracer/ in a browser on this machine",
    )
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let (fix, calls) =
        ("the header `Allow` says which methods there are", uri.path().starts_with("/v1/operations/"));
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        format!("{} does not answer {method}", uri.path()),
        if calls { "call operations with POST, reading ones too" } else { fix },
    )
}
