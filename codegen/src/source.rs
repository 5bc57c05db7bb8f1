//! Source texts and places in them.
//!
//! A [`Span`] is two byte offsets and a file: small enough to copy everywhere. Lines and columns are computed
//! only when somebody looks.

/// Index of a file in the sources of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}
