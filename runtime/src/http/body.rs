//! The body of a call: JSON of at most a mebibyte, sent in time.

use crate::http::problem::Problem;
use axum::body::{Body, HttpBody};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use opwright_values::json::Json;
use std::time::Duration;

/// The most bytes of a body.
pub(crate) const BYTES_MAX: usize = 1024 * 1024;

/// Reads the arguments of a call.
pub(crate) async fn arguments(headers: &HeaderMap, body: Body, deadline: Duration) -> Result<Json, Problem> {
    if !is_json(headers) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "the body is not declared as JSON",
            "send the header `Content-Type: application/json` and a JSON object of arguments",
        )
        .closing());
    }
    // What says beforehand that it is too long is not read at all.
    if body.size_hint().lower() > u64::try_from(BYTES_MAX).unwrap_or(u64::MAX) {
        return Err(too_long());
    }
    let read = tokio::time::timeout(deadline, Limited::new(body, BYTES_MAX).collect()).await;
    let bytes = match read {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_long()),
        Ok(Err(_)) => return Err(bad_body("the body ended before its end")),
        Err(_) => return Err(late()),
    };
    Json::from_bytes(&bytes, BYTES_MAX).map_err(|error| Problem { closes: false, ..bad_body(&error.to_string()) })
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(declared)) = headers.get(CONTENT_TYPE).map(|it| it.to_str()) else { return false };
    declared.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
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

fn bad_body(said: &str) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad_json",
        format!("the body is not JSON that can be taken: {said}"),
        "send one JSON object of arguments, `{}` if there are none",
    )
    .closing()
}

fn late() -> Problem {
    Problem {
        retryable: true,
        ..Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the body did not arrive in time",
            "send the body at once, right after the head",
        )
    }
    .closing()
}
