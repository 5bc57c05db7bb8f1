//! The body of a call: JSON of at most a mebibyte, sent in time.

use crate::http::problem::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;

/// The most bytes of a body.
pub(crate) const BYTES_MAX: usize = 1024 * 1024;

/// Reads the body of a call. An empty one needs no media type: it is a call without arguments.
pub(crate) async fn read(headers: &HeaderMap, body: Body, deadline: Duration) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if !is_json(headers) {
        return Err(not_json());
    }
    // What says beforehand that it is too long is not read at all.
    if body.size_hint().lower() > u64::try_from(BYTES_MAX).unwrap_or(u64::MAX) {
        return Err(too_long());
    }
    match tokio::time::timeout(deadline, Limited::new(body, BYTES_MAX).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(broken()),
        Err(_) => Err(late()),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(declared)) = headers.get(CONTENT_TYPE).map(|it| it.to_str()) else { return false };
    declared.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

fn not_json() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        "the body is not declared as JSON",
        "send the header `Content-Type: application/json`, and one JSON object of arguments",
    )
    .closing()
}

fn too_long() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_long",
        format!("the body is longer than {BYTES_MAX} bytes"),
        "send less at a time",
    )
    .closing()
}

fn broken() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "broken_body",
        "the body ended before its end",
        "send as many bytes as `Content-Length` says, or chunks as HTTP asks for",
    )
    .closing()
}

fn late() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "too_slow",
        "the body did not arrive in time; nothing was done",
        "send the body at once, right after the head",
    )
    .closing()
}
