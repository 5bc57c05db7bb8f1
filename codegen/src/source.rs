//! Source texts and places in them.
//!
//! A [`Span`] is two byte offsets and a file: small enough to copy everywhere. Lines and columns are computed
//! only when somebody looks.

use opwright_tracer::graph::Src;
use std::path::{Path, PathBuf};

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
    /// From this to the end of another.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A file of a run.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name, as diagnostics and generated code show it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Where each line begins: places are asked for often, and files may be long.
    lines: Vec<usize>,
}

/// The files of a run.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<File>,
    /// Where people find them: it stands in front of the names of files in what they read.
    folder: PathBuf,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let text = text.into();
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        self.files.push(File { name: name.into(), text, lines });
        id
    }

    /// The same, found in a folder by whoever reads reports. Names stay as they are, in generated code and for programs.
    #[must_use]
    pub fn found_in(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// The name of a file as people find it.
    pub fn shown(&self, name: &str) -> String {
        if self.folder == Path::new(".") {
            name.to_owned()
        } else {
            self.folder.join(name).display().to_string()
        }
    }

    /// The files with their ids.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &File)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// A file.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(usize::try_from(id.0).ok()?)
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        let range = usize::try_from(span.start).unwrap_or(0)..usize::try_from(span.end).unwrap_or(0);
        self.file(span.file).and_then(|file| file.text.get(range)).unwrap_or("")
    }

    /// The file, line and column of the start of a span.
    pub fn place(&self, span: Span) -> Src {
        let Some(file) = self.file(span.file) else {
            return Src { file: String::new(), line: 1, column: 1 };
        };
        let at = usize::try_from(span.start).unwrap_or(0).min(file.text.len());
        let line = file.lines.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| file.lines.get(line)).copied().unwrap_or(0);
        let column = file.text.get(start..at).map_or(0, |before| before.chars().count()) + 1;
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Src { file: file.name.clone(), line: small(line), column: small(column) }
    }
}
