//! Where a field stands, which says what it may be.

/// Where a field stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place<'p> {
    /// In the resource of this name.
    Resource(&'p str),
    /// In a `type`.
    Type,
    /// In an event.
    Event,
    /// Among the arguments of an operation.
    Input,
}

impl Place<'_> {
    /// The place in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Place::Resource(_) => "a resource",
            Place::Type => "a type",
            Place::Event => "an event",
            Place::Input => "the arguments of an operation",
        }
    }
}
