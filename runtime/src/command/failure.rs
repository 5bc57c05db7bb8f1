//! Why a command did not do what it was asked for: what happened, and what to do.

use opwright_values::json::Json;
use std::fmt;
use std::process::ExitCode;

/// A command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    message: String,
    fix: Option<String>,
    usage: bool,
    /// Whether what was found has been written as JSON already.
    written: bool,
    /// What programs are told, if that is more.
    json: Option<Json>,
}

impl Failure {
    /// Something that happened.
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Failure { message: message.to_string(), fix: None, usage: false, written: false, json: None }
    }

    /// A command line that says nothing that can be done.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Failure { usage: true, ..Failure::new(message) }.fix("`--help` shows what there is")
    }

    /// A word that is not known.
    pub(crate) fn unknown(what: &str, word: &str, meant: Option<String>) -> Self {
        let failure = Failure::usage(format!("there is no {what} `{word}`"));
        match meant {
            Some(meant) => failure.fix(&format!("did you mean `{meant}`?")),
            None => failure,
        }
    }

    /// What to do.
    pub(crate) fn fix(self, fix: &str) -> Self {
        Failure { fix: Some(fix.to_owned()), ..self }
    }

    /// The same, where a program has been told already what was found.
    pub(crate) fn written(self) -> Self {
        Failure { written: true, ..self }
    }

    /// The same, where programs are told more than what happened and what to do.
    pub(crate) fn with_json(self, json: Json) -> Self {
        Failure { json: Some(json), ..self }
    }

    /// The failure for programs, unless they have been told: `{ "error": …, "fix": … }`.
    pub(crate) fn json(&self) -> Option<Json> {
        if let Some(json) = self.json.as_ref().filter(|_| !self.written) {
            return Some(json.clone());
        }
        let text = |text: &str| Json::text(text.to_owned());
        let fix = self.fix.as_deref().map_or(Json::Null, text);
        (!self.written).then(|| Json::present([("error", text(&self.message)), ("fix", fix)]))
    }

    /// 2 for a bad command line, 1 for all else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.fix {
            Some(fix) => write!(f, "\n  fix: {fix}"),
            None => Ok(()),
        }
    }
}
