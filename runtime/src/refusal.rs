//! The one form in which a call is refused.
//!
//! ```json
//! { "code": "customer_banned", "detail": "customer c_1 is banned", "fix": "ask a person to lift the ban first",
//!   "retryable": false, "node": "rules.customer_banned!customer_banned", "run": "run_01…" }
//! ```

use opwright_values::convert::ToJson;
use opwright_values::fault::Fault;
use opwright_values::json::Json;

/// What a refused call is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of refusal: a name that stays the same.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, with the values that decided; `detail` on the wire, as RFC 9457 calls it.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// Whether the same call may be answered otherwise later.
    pub retryable: bool,
    /// When, in seconds, if that is known.
    pub retry_after: Option<u32>,
    /// The single faults of the arguments.
    pub errors: Vec<Fault>,
    /// Other rules on what was sent that do not hold either.
    pub also: Vec<Refusal>,
    /// The rounds of loops in which that was, the outermost first, `item 2`; empty outside of loops.
    pub round: String,
    /// The node of the exit; empty for what happens outside of graphs.
    pub node: String,
    /// Operations that may help.
    pub next: Vec<String>,
}

impl Refusal {
    /// A refusal that is no exit of a graph.
    pub fn new(code: &str, status: u16, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            status,
            message: message.into(),
            fix: fix.into(),
            retryable: status == 503,
            retry_after: None,
            errors: Vec::new(),
            also: Vec::new(),
            round: String::new(),
            node: String::new(),
            next: Vec::new(),
        }
    }

    /// As the body of an answer: RFC 9457, with the fields of this type beside the standard ones.
    pub fn to_json(&self, run: Option<&str>) -> Json {
        let text = |text: &str| Json::text(text.to_owned());
        let texts = |texts: &[String]| Json::List(texts.iter().map(|it| text(it)).collect());
        let mut entries = vec![
            ("type", text(&format!("urn:opwright:refusal:{}", self.code))),
            ("title", text(&self.code.replace('_', " "))),
            ("status", Json::int(self.status.into())),
            ("detail", text(&self.message)),
            ("code", text(&self.code)),
            ("fix", text(&self.fix)),
            ("retryable", Json::Bool(self.retryable)),
        ];
        if let Some(seconds) = self.retry_after {
            entries.push(("retry_after", Json::int(seconds.into())));
        }
        let faults = self.errors.iter().map(ToJson::to_json);
        let errors: Vec<Json> = faults.chain(self.also.iter().map(Refusal::as_error)).collect();
        if !errors.is_empty() {
            entries.push(("errors", Json::List(errors)));
        }
        if !self.round.is_empty() {
            entries.push(("round", text(&self.round)));
        }
        if !self.node.is_empty() {
            entries.push(("node", text(&self.node)));
        }
        if let Some(run) = run {
            entries.push(("run", text(run)));
        }
        if !self.next.is_empty() {
            entries.push(("next", texts(&self.next)));
        }
        Json::object(entries)
    }

    /// Among the errors of another refusal.
    fn as_error(&self) -> Json {
        let text = |text: &str| Json::text(text.to_owned());
        Json::object([
            ("code", text(&self.code)),
            ("detail", text(&self.message)),
            ("fix", text(&self.fix)),
            ("node", text(&self.node)),
        ])
    }
}
