//! Source texts and places in them.
//!
//! A [`Span`] is two byte offsets and a file: small enough to copy everywhere. Lines and columns are computed
//! only when somebody looks.
//!
//! ```
//! use opwright_codegen::source::Sources;
//! let mut sources = Sources::default();
//! let file = sources.add("a.yaml", "type: zip\nis: string\n");
//! let place = sources.position(file, 14);
//! assert_eq!((place.line, place.column), (2, 5));
//! ```

use opwright_tracer::graph::Src;

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

impl Span {
    /// From the beginning of this to the end of another in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.end), ..self }
    }

    /// A part, by byte offsets from its beginning; what reaches beyond its end is cut.
    pub fn part(self, start: usize, end: usize) -> Span {
        let at = |offset: usize| {
            u32::try_from(offset).map_or(self.end, |offset| self.start.saturating_add(offset)).min(self.end)
        };
        Span { file: self.file, start: at(start), end: at(end).max(at(start)) }
    }
}

/// A place as people count it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in code points.
    pub column: u32,
}

/// The files of a run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
}

/// A file.
#[derive(Debug)]
struct File {
    name: String,
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Sources {
    /// Adds a file: its name as people shall read it, and its text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File { name: name.into(), text, lines });
        id
    }

    /// The files, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    /// The name of a file.
    pub fn name(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.name)
    }

    /// The text of a file.
    pub fn text(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.text)
    }

    /// The text at a place.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a byte.
    pub fn position(&self, id: FileId, byte: u32) -> Position {
        let Some(file) = self.file(id) else { return Position { line: 1, column: 1 } };
        let byte = (byte as usize).min(file.text.len());
        let line = file.lines.partition_point(|&start| start <= byte);
        let start = line.checked_sub(1).and_then(|line| file.lines.get(line)).copied().unwrap_or(0);
        let before = file.text.get(start..byte).map_or(0, |text| text.chars().count());
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: count(line), column: count(before + 1) }
    }

    /// A place in the form in which graphs carry it.
    pub fn src(&self, span: Span) -> Src {
        let Position { line, column } = self.position(span.file, span.start);
        Src { file: self.name(span.file).to_owned(), line, column }
    }
}
