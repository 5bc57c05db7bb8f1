//! Whatever cannot be done is answered in one form: RFC 9457, with what to do next.
//!
//! ```json
//! {"type":"urn:opwright:not_found","title":"Not Found","status":404,"detail":"there is no page /v1",
//!  "code":"not_found","message":"there is no page /v1","fix":"…","retryable":false}
//! ```

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use opwright_values::convert::ToJson;
use opwright_values::fault::Fault;
use opwright_values::json::Json;

/// The media type of a refusal.
pub(crate) const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Why something is not done, and what to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problem {
    /// The status; 500 if it is none.
    pub(crate) status: u16,
    /// What kind of problem it is, for programs.
    pub(crate) code: String,
    /// What happened.
    pub(crate) message: String,
    /// What to do.
    pub(crate) fix: String,
    /// Whether the same call may work later.
    pub(crate) retryable: bool,
    /// In how many seconds.
    pub(crate) retry_after: Option<u32>,
    /// What is wrong with what was sent.
    pub(crate) errors: Vec<Fault>,
    /// The node of the graph at which the call ended.
    pub(crate) node: Option<String>,
    /// The recorded run.
    pub(crate) run: Option<String>,
    /// Operations that may help.
    pub(crate) next: Vec<String>,
    /// Whether the rest of the connection is of no use.
    pub(crate) closes: bool,
}

impl Problem {
    /// A problem that has nothing to do with an operation.
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Problem {
            status: status.as_u16(),
            code: code.to_owned(),
            message: message.into(),
            fix: fix.into(),
            ..Problem::default()
        }
    }

    /// The same for a request that was not read to its end.
    pub(crate) fn closing(self) -> Self {
        Problem { closes: true, ..self }
    }

    fn json(&self, status: StatusCode) -> Json {
        let text = |text: &str| Json::text(text.to_owned());
        let mut entries = vec![
            ("type", Json::text(format!("urn:opwright:{}", self.code))),
            ("title", Json::text(status.canonical_reason().unwrap_or("Refused"))),
            ("status", Json::int(status.as_u16().into())),
            ("detail", text(&self.message)),
            ("code", text(&self.code)),
            ("message", text(&self.message)),
            ("fix", text(&self.fix)),
            ("retryable", Json::Bool(self.retryable)),
        ];
        let perhaps = |value: &Option<String>| value.as_deref().map(text);
        entries.extend(self.retry_after.map(|seconds| ("retry_after", Json::int(seconds.into()))));
        if !self.errors.is_empty() {
            entries.push(("errors", Json::List(self.errors.iter().map(ToJson::to_json).collect())));
        }
        entries.extend(perhaps(&self.node).map(|node| ("node", node)));
        entries.extend(perhaps(&self.run).map(|run| ("run", run)));
        if !self.next.is_empty() {
            entries.push(("next", Json::List(self.next.iter().map(|name| text(name)).collect())));
        }
        Json::object(entries)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::new(Body::from(self.json(status).to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, PROBLEM);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.closes {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
