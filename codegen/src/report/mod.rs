//! Diagnostics: what is wrong with a spec, where, and what to do.
//!
//! ```text
//! error[E0101]: unknown key `requries` in an operation          code, message
//!  --> operations/pending.yaml:4:1                              place
//!   |
//! 4 | requries: orders.cancel
//!   | ^^^^^^^^ no such key here                                 label
//!   = help: did you mean `requires`?                            help
//! ```
//!
//! Every phase takes a `&mut Report`, says what it finds, and goes on. Messages are lower case, have no final
//! period, and quote what was written in backticks.

mod codes;
pub mod render;

pub use codes::{Code, Entry};

use crate::source::Span;

/// One mistake.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Which kind of mistake.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to say at that place; may be empty.
    pub label: String,
    /// Other places that matter, such as the first of two definitions.
    pub secondary: Vec<(Span, String)>,
    /// What to do.
    pub help: Vec<String>,
    /// A change that mends it: the place to replace, and by what.
    pub patch: Option<(Span, String)>,
}

impl Diagnostic {
    /// A mistake at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: message.into(),
            span,
            label: String::new(),
            secondary: Vec::new(),
            help: Vec::new(),
            patch: None,
        }
    }

    /// Says something at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Points at another place too.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.secondary.push((span, label.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Says what to do, if there is something to say.
    #[must_use]
    pub fn help_if(self, help: Option<impl Into<String>>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Proposes a change.
    #[must_use]
    pub fn patch(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.patch = Some((span, replacement.into()));
        self
    }

    /// Asks whether one of the candidates was meant, if one is near to what was written.
    #[must_use]
    pub fn suggest<'c>(self, written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Self {
        match opwright_values::suggest::closest(written, candidates) {
            Some(meant) => self.help(format!("did you mean `{meant}`?")),
            None => self,
        }
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Report {
    found: Vec<Diagnostic>,
}

/// A point in time of a report, to ask later whether something failed since.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

impl Report {
    /// Adds a mistake.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Remembers where the report stands.
    pub fn mark(&self) -> Mark {
        Mark(self.found.len())
    }

    /// Whether anything was found since: sections nest, so this covers what they contain.
    pub fn failed_since(&self, mark: Mark) -> bool {
        self.found.len() > mark.0
    }

    /// Runs a section and keeps its result only if nothing was found in it.
    pub fn section<T>(&mut self, run: impl FnOnce(&mut Report) -> T) -> Option<T> {
        let mark = self.mark();
        let result = run(self);
        (!self.failed_since(mark)).then_some(result)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found, sorted by place; what two phases said alike is said once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.found.iter().collect();
        sorted.sort_by_key(|found| (found.span, found.code));
        sorted.dedup_by(|a, b| (a.span, a.code, &a.message) == (b.span, b.code, &b.message));
        sorted
    }
}
