//! Colours for people: on a terminal, unless `NO_COLOR` is set; a pipe gets the plain words.

use std::fmt::Display;
use std::io::{IsTerminal, stdout};

/// A colour, as terminals number it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Colour {
    /// It went well.
    Green,
    /// It was refused.
    Red,
    /// Something to open or to copy.
    Blue,
}

/// Words in a colour, if standard output is for a person.
pub(super) fn paint(colour: Colour, words: impl Display) -> String {
    painted(stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(), colour, words)
}

fn painted(coloured: bool, colour: Colour, words: impl Display) -> String {
    let number = match colour {
        Colour::Green => 32,
        Colour::Red => 31,
        Colour::Blue => 34,
    };
    if coloured { format!("\u{1b}[{number}m{words}\u{1b}[0m") } else { words.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_gets_plain_words() {
        assert_eq!(painted(false, Colour::Red, "409"), "409");
        assert_eq!(painted(true, Colour::Red, "409"), "\u{1b}[31m409\u{1b}[0m");
    }
}
