//! What cannot be done as it was asked for, with what to write instead: who finds it knows that best.

use std::fmt;

/// What is wrong with a command line, and what to do.
#[derive(Debug)]
pub(crate) struct Slip {
    /// What is wrong.
    pub(crate) said: String,
    /// What to do.
    pub(crate) fix: String,
}

impl Slip {
    /// What is wrong, and what to do.
    pub(crate) fn new(said: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { said: said.into(), fix: fix.into() }
    }
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl std::error::Error for Slip {}

impl From<Slip> for lexopt::Error {
    fn from(slip: Slip) -> Self {
        Self::Custom(Box::new(slip))
    }
}

/// The slip that an error is, if it is one.
pub(crate) fn of(error: &lexopt::Error) -> Option<&Slip> {
    if let lexopt::Error::Custom(error) = error { error.downcast_ref() } else { None }
}
