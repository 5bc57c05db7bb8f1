//! What to do, with a command that each program writes in its own way.

use std::fmt;

/// What to do about a database that a service cannot work with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    text: String,
    /// The command behind the text, without the name of the program.
    run: Option<&'static str>,
}

impl Fix {
    /// What to do, where no command is part of it.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Fix { text: text.into(), run: None }
    }

    /// The same, with a command at its end.
    pub(super) fn run(self, command: &'static str) -> Self {
        Fix { run: Some(command), ..self }
    }

    /// In words; `command` writes a command as it is to be typed.
    pub fn said(&self, command: impl FnOnce(&str) -> String) -> String {
        match self.run {
            Some(run) => format!("{} {}", self.text, command(run)),
            None => self.text.clone(),
        }
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(|command| format!("`{command}`")))
    }
}
