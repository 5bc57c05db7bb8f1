//! What is wrong with a value that was sent, in the form in which an agent is told.

use crate::convert::ToJson;
use crate::json::Json;
use std::fmt;

/// The most faults that are kept: somebody who sends a megabyte of mistakes gets the first hundred back.
pub const FAULTS_MAX: usize = 100;

/// One fault, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fault {
    /// Where: a JSON pointer (RFC 6901) into what was sent.
    pub pointer: String,
    /// What kind of fault: `missing`, `unknown`, `wrong_type`, `not_allowed`, `out_of_range`, `wrong_length`,
    /// `wrong_format`, `wrong_size`, `not_distinct`.
    pub code: &'static str,
    /// What belongs there, in words.
    pub expected: String,
    /// What was found, shortened; empty where nothing was.
    pub got: String,
    /// The values that may stand there, where they can be listed.
    pub allowed: Vec<String>,
    /// What was probably meant.
    pub did_you_mean: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the whole" } else { &self.pointer };
        write!(f, "{place}: expected {}", self.expected)?;
        if !self.got.is_empty() {
            write!(f, ", got {}", self.got)?;
        }
        // What is said already is not asked.
        if let Some(meant) = &self.did_you_mean
            && !self.expected.contains(&format!("`{meant}`"))
        {
            write!(f, "; did you mean `{meant}`?")?;
        }
        Ok(())
    }
}

/// As it stands in `errors` of an answer; what is empty is left out.
impl ToJson for Fault {
    fn to_json(&self) -> Json {
        let text = |text: &String| Json::text(text.clone());
        let mut entries = vec![("pointer", text(&self.pointer)), ("code", Json::text(self.code))];
        for (key, value) in [("expected", &self.expected), ("got", &self.got)] {
            if !value.is_empty() {
                entries.push((key, text(value)));
            }
        }
        if !self.allowed.is_empty() {
            entries.push(("allowed", self.allowed.to_json()));
        }
        entries.extend(self.did_you_mean.as_ref().map(|meant| ("did_you_mean", text(meant))));
        Json::object(entries)
    }
}

/// Faults as they are found, and the place where the reader is.
#[derive(Debug, Default)]
pub struct Faults {
    /// What was found, the first [`FAULTS_MAX`].
    pub found: Vec<Fault>,
    count: usize,
    pointer: Vec<String>,
}

impl Faults {
    /// Reads something inside of what is being read.
    pub fn inside<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.pointer.push(key.replace('~', "~0").replace('/', "~1"));
        let result = read(self);
        self.pointer.pop();
        result
    }

    /// Adds a fault at the place where the reader is.
    pub fn add(&mut self, fault: Fault) {
        self.add_with(|| fault);
    }

    /// The same for a fault that takes work to describe, which is done only if it is kept.
    pub fn add_with(&mut self, fault: impl FnOnce() -> Fault) {
        self.count += 1;
        if self.found.len() < FAULTS_MAX {
            let pointer = self.place();
            self.found.push(Fault { pointer, ..fault() });
        }
    }

    /// Adds a fault at a place where the reader was before.
    pub fn add_at(&mut self, pointer: String, fault: Fault) {
        self.count += 1;
        if self.found.len() < FAULTS_MAX {
            self.found.push(Fault { pointer, ..fault });
        }
    }

    /// Where the reader is.
    pub fn place(&self) -> String {
        self.pointer.iter().map(|key| format!("/{key}")).collect()
    }

    /// How many there were, kept or not.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Reads something whose values must not be repeated: of what is found within it faults say only what kind of thing it
    /// is, and `mask`. How long it is would tell something of it.
    pub(crate) fn masked<T>(&mut self, mask: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.found.len();
        let result = read(self);
        for fault in self.found.iter_mut().skip(before) {
            if Json::KINDS.contains(&fault.got.as_str()) {
                fault.got = format!("{}: {mask}", fault.got);
            } else if !fault.got.is_empty() {
                mask.clone_into(&mut fault.got);
            }
            fault.did_you_mean = None;
        }
        result
    }
}
