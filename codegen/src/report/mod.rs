//! What is wrong with the specs: every fault of a run at once, each with its place and what to do.
//!
//! ```text
//! error[E0101]: unknown key `requries` in an operation
//!  --> customers.yaml:3:1
//!   |
//! 3 | requries: customers.write
//!   | ^^^^^^^^
//!   |
//!   = help: did you mean `requires`?
//! ```

pub mod codes;
pub mod explain;
pub mod render;

use crate::source::{FileId, Span};
use opwright_values::suggest::{closest, meant};
use std::collections::{BTreeMap, BTreeSet};

/// For how many faults it is looked for what was meant.
const SUGGESTED: usize = 100;

/// How many names are listed where none is near.
const LISTED_MAX: usize = 16;

/// Codes of names that are not found.
const UNKNOWN: [&str; 4] = ["E0101", "E0201", "E0204", "E0206"];

/// Codes of what may be absent, or is always there.
const PRESENCE: [&str; 2] = ["E0301", "E0302"];

/// Codes of what no declaration makes right: how an expression is written, and what does not fit what is known.
const CERTAIN: [&str; 8] = ["E0102", "E0103", "E0106", "E0110", "E0303", "E0304", "E0305", "E0308"];

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, such as `E0101`, see [`codes`]; empty for a warning.
    pub code: &'static str,
    /// What is wrong: lower case, no period.
    pub message: String,
    /// Where.
    pub span: Span,
    /// A few words at the place; may be empty.
    pub label: String,
    /// Other places that matter, and why.
    pub others: Vec<(Span, String)>,
    /// What to do.
    pub help: Vec<String>,
    /// A change that mends it: what to replace, and by what.
    pub patch: Option<(Span, String)>,
}

impl Diagnostic {
    /// A fault at a place.
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            span,
            label: String::new(),
            others: Vec::new(),
            help: Vec::new(),
            patch: None,
        }
    }

    /// Something that is no fault, but probably not meant.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self::new("", span, message)
    }

    /// Whether this is no fault.
    pub fn is_warning(&self) -> bool {
        self.code.is_empty()
    }

    /// A few words at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Another place that matters.
    #[must_use]
    pub fn other(mut self, span: Span, label: impl Into<String>) -> Self {
        self.others.push((span, label.into()));
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// A change that mends it.
    #[must_use]
    pub fn patch(mut self, place: Span, replacement: impl Into<String>) -> Self {
        self.patch = Some((place, replacement.into()));
        self
    }

    /// The same, where a change mends it.
    #[must_use]
    pub fn rewrite(self, change: Option<(Span, String)>) -> Self {
        match change {
            Some((place, replacement)) => self.patch(place, replacement),
            None => self,
        }
    }

    /// What to write at a place instead, which mends it.
    #[must_use]
    pub fn write(self, place: Span, replacement: impl Into<String>) -> Self {
        let replacement = replacement.into();
        self.help(format!("write `{replacement}`")).patch(place, replacement)
    }

    /// The same where the file may not take that change: then it is only said.
    #[must_use]
    pub fn instead(self, write: &str, change: Option<(Span, String)>) -> Self {
        match change {
            Some((place, replacement)) => self.write(place, replacement),
            None => self.help(format!("write `{write}`")),
        }
    }

    /// What was probably meant, if anything.
    #[must_use]
    pub fn meant(self, meant: Option<&str>) -> Self {
        match meant {
            Some(meant) => self.help(format!("did you mean `{meant}`?")),
            None => self,
        }
    }

    /// What was probably meant, or else what is known: all of it, if that fits a line.
    #[must_use]
    pub fn meant_of<'k>(self, meant: Option<&str>, known: impl IntoIterator<Item = &'k str>) -> Self {
        self.meant_among(meant, "known here:", known)
    }

    /// The same, where what is known is told in other words.
    #[must_use]
    pub fn meant_among<'k>(
        self,
        meant: Option<&str>,
        words: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Self {
        let known: Vec<&str> = known.into_iter().take(LISTED_MAX + 1).collect();
        match meant {
            None if (1..=LISTED_MAX).contains(&known.len()) => {
                self.help(format!("{words} {}", known.join(", ")))
            }
            meant => self.meant(meant),
        }
    }
}

/// Codes of what is missing: of one place several things may be.
const MISSING: [&str; 2] = ["E0105", "E0405"];

/// What makes a fault the same as another one.
fn key(fault: &Diagnostic) -> (Span, &'static str, String) {
    let message = if MISSING.contains(&fault.code) { fault.message.clone() } else { String::new() };
    (fault.span, fault.code, message)
}

/// What is known to be broken: what follows from it is not said.
#[derive(Debug, Clone, Default)]
struct Broken {
    /// Names whose declarations could not be understood.
    lost: BTreeSet<String>,
    /// Resources of which something is faulty, and whether that is a field that is not known at all.
    faulty: BTreeMap<String, bool>,
    /// Fields, by their resources, of which it is not known what they begin with.
    without_first: BTreeSet<(String, String)>,
    /// The files with a document of which not even the name is known.
    unread: BTreeSet<FileId>,
}

/// The faults of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    found: Vec<Diagnostic>,
    /// With the message where several may be said of one place.
    known: BTreeSet<(Span, &'static str, String)>,
    /// By place and message.
    warnings: BTreeMap<(Span, String), Diagnostic>,
    /// What is known to be broken.
    broken: Box<Broken>,
    /// How many faults were kept back, because they follow from others.
    followed: usize,
}

impl Report {
    /// Adds a fault; the same fault at the same place is said once.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        if self.known.insert(key(&diagnostic)) {
            self.found.push(diagnostic);
        }
    }

    /// Adds a fault that says better what another one of a place has said.
    pub fn add_instead(&mut self, of: (Span, &'static str), better: Diagnostic) {
        match self.found.iter_mut().find(|fault| (fault.span, fault.code) == of) {
            Some(fault) => {
                self.known.remove(&key(fault));
                self.known.insert(key(&better));
                *fault = better;
            }
            None => self.add(better),
        }
    }

    /// Adds a warning: specs with warnings only are good. The same at the same place is said once.
    pub fn warn(&mut self, warning: Diagnostic) {
        self.warnings.entry((warning.span, warning.message.clone())).or_insert(warning);
    }

    /// What is probably not meant, by file and place.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.warnings.values().cloned().collect()
    }

    /// Says that a document of a file could not be read, so that nobody knows what it declares.
    pub fn miss(&mut self, file: FileId) {
        self.broken.unread.insert(file);
    }

    /// Whether some document could not be read.
    pub fn misses(&self) -> bool {
        !self.broken.unread.is_empty()
    }

    /// Takes over what was found behind this in files that could be read, and is wrong whatever those declare that could
    /// not.
    pub fn take_certain(&mut self, behind: &Report) {
        let of_yaml = self.found.iter().filter(|fault| fault.code == "E0001").map(|fault| fault.span.file);
        let broken: BTreeSet<FileId> = of_yaml.chain(self.broken.unread.iter().copied()).collect();
        for fault in behind.found.iter().skip(self.found.len()) {
            if CERTAIN.contains(&fault.code) && !broken.contains(&fault.span.file) {
                self.add(fault.clone());
            }
        }
    }

    /// Says that what declares a name is reported already: that nothing of this name is found follows from it.
    pub fn lose(&mut self, name: &str) {
        self.broken.lost.insert(name.to_owned());
    }

    /// Whether what declares a name is reported already.
    pub fn is_lost(&self, name: &str) -> bool {
        self.broken.lost.contains(name)
    }

    /// Says that a resource could not be understood whole: of its rows nothing can be said.
    pub fn doubt(&mut self, resource: &str) {
        self.broken.faulty.insert(resource.to_owned(), true);
    }

    /// Whether a resource could not be understood whole.
    pub fn doubts(&self, resource: &str) -> bool {
        self.broken.faulty.get(resource).copied().unwrap_or(false)
    }

    /// Says that something of a resource is faulty, however little.
    pub fn suspect(&mut self, resource: &str) {
        self.broken.faulty.entry(resource.to_owned()).or_insert(false);
    }

    /// Whether something of a resource is faulty: what is wanting elsewhere may follow from it.
    pub fn suspects(&self, resource: &str) -> bool {
        self.broken.faulty.contains_key(resource)
    }

    /// Says that a field of a resource lacks what it begins with: that a row does not give it follows from that.
    pub fn excuse(&mut self, resource: &str, field: &str) {
        self.broken.without_first.insert((resource.to_owned(), field.to_owned()));
    }

    /// Whether it is not known what a field of a resource begins with.
    pub fn excuses(&self, resource: &str, field: &str) -> bool {
        self.broken.without_first.iter().any(|(of, it)| of == resource && it == field)
    }

    /// Whether something was found inside of a part.
    pub fn has_within(&self, part: Span) -> bool {
        let inside = |at: Span| at.file == part.file && part.start <= at.start && at.end <= part.end;
        self.found.iter().any(|fault| inside(fault.span))
    }

    /// Counts a fault that follows from one that is reported, and is kept back.
    pub fn follow(&mut self) {
        self.followed += 1;
    }

    /// Adds a fault about a name that is not found, unless it follows from what is reported already.
    pub fn add_unknown(&mut self, name: &str, diagnostic: Diagnostic) {
        if self.is_lost(name) {
            self.followed += 1;
        } else {
            self.add(diagnostic);
        }
    }

    /// What was probably meant by a name. Behind the first hundred faults nobody asks: to look among all names for each of
    /// ten thousand that are unknown takes minutes.
    pub fn closest<'c>(&self, written: &str, known: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        if self.found.len() < SUGGESTED { closest(written, known) } else { None }
    }

    /// The same for names that are made of words, which may be known by some of them.
    pub fn meant<'c>(&self, written: &str, known: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        if self.found.len() < SUGGESTED { meant(written, known) } else { None }
    }

    /// How far it is, for [`Self::forget_presence`].
    pub fn mark(&self) -> usize {
        self.found.len()
    }

    /// Takes back what was said behind a mark of values that may be absent: whether they are follows from what is faulty.
    pub fn forget_presence(&mut self, mark: usize) {
        let kept = self.found.split_off(mark.min(self.found.len()));
        for fault in kept {
            if PRESENCE.contains(&fault.code) {
                self.known.remove(&key(&fault));
                self.followed += 1;
            } else {
                self.found.push(fault);
            }
        }
    }

    /// Whether something was said behind a mark, and all of it is of values that may be absent.
    pub fn is_of_presence(&self, mark: usize) -> bool {
        let mut found = self.found.iter().skip(mark).peekable();
        found.peek().is_some() && found.all(|fault| PRESENCE.contains(&fault.code))
    }

    /// How many there are, with those that are kept back.
    pub fn len(&self) -> usize {
        self.found.len() + self.followed
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether one of this code was found.
    pub fn has(&self, code: &str) -> bool {
        self.found.iter().any(|fault| fault.code == code)
    }

    /// Whether some were found since there were `before`.
    pub fn failed_since(&self, before: usize) -> bool {
        self.len() > before
    }

    /// All, by file and place. A name that is not found in one file again and again is one mistake, in several places, if
    /// the same mends all of them.
    pub fn sorted(&self) -> Vec<Diagnostic> {
        let mut found = self.found.clone();
        found.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
        let mut sorted: Vec<Diagnostic> = Vec::with_capacity(found.len());
        let mut first: BTreeMap<(FileId, String, Vec<String>), usize> = BTreeMap::new();
        for fault in found {
            if !UNKNOWN.contains(&fault.code) || fault.patch.is_some() {
                sorted.push(fault);
                continue;
            }
            let known = (fault.span.file, fault.message.clone(), fault.help.clone());
            let known = first.entry(known).or_insert(sorted.len());
            match sorted.get_mut(*known) {
                Some(first) => first.others.push((fault.span, "here too".to_owned())),
                None => sorted.push(fault),
            }
        }
        sorted
    }
}
