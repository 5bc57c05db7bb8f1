//! Why a command did not do what it was asked for: what happened, and what to do.

use std::fmt;
use std::process::ExitCode;

/// A command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    message: String,
    fix: Option<String>,
    usage: bool,
}

impl Failure {
    /// Something that happened.
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Failure { message: message.to_string(), fix: None, usage: false }
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
