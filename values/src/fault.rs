//! What is wrong with a value that was sent, in the form in which an agent is told.

use std::fmt;

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
        if let Some(meant) = &self.did_you_mean {
            write!(f, "; did you mean `{meant}`?")?;
        }
        Ok(())
    }
}

/// Faults as they are found, and the place where the reader is.
#[derive(Debug, Default)]
pub struct Faults {
    /// What was found.
    pub found: Vec<Fault>,
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
        let pointer = self.pointer.iter().map(|key| format!("/{key}")).collect();
        self.found.push(Fault { pointer, ..fault });
    }
}
