//! Why an interpretation stops.

/// Why an expression has no value, or a call no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Something has no value: `cannot_compute`.
    Cannot,
    /// A step refuses with a code of its own.
    Refused(String),
    /// The call has ended, and how is written down.
    Ended,
    /// This should not be: the checker proved otherwise, or the interpreter does not know the word.
    Strange(String),
}

/// What should not be.
pub(crate) fn strange<T>(what: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Strange(what.into()))
}
