//! Whatever cannot be done is answered in one form: RFC 9457, with what to do next.
//!
//! ```json
//! {"type":"urn:opwright:refusal:not_found","title":"not found","status":404,"detail":"there is no page /v1",
//!  "code":"not_found","fix":"…","retryable":false}
//! ```

use crate::refusal::Refusal;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// A refusal, on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    refusal: Box<Refusal>,
    run: Option<String>,
    /// Whether the request was not read to its end, so that the connection is of no more use.
    closes: bool,
}

impl Problem {
    /// A problem that has nothing to do with an operation.
    pub(crate) fn new(
        status: StatusCode,
        code: &str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Problem::of(Box::new(Refusal::new(code, status.as_u16(), message, fix)), None)
    }

    /// A refused call.
    pub(crate) fn of(refusal: Box<Refusal>, run: Option<String>) -> Self {
        Problem { refusal, run, closes: false }
    }

    /// The same for a request that was not read to its end.
    pub(crate) fn closing(self) -> Self {
        Problem { closes: true, ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response =
            answer(status, "application/problem+json", self.refusal.to_json(self.run.as_deref()).to_string());
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.refusal.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.closes {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// An answer that no cache keeps and no browser takes for something else.
pub(crate) fn answer(status: StatusCode, media: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static(media)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    response.headers_mut().extend(headers);
    response
}
