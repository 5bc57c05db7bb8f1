//! `opwright reference`, `opwright schema`: what is known of the language, for people and editors.

use std::io::Write;
use std::process::ExitCode;

/// Prints a text that needs no specs.
pub(crate) fn run(parser: &mut lexopt::Parser, text: fn() -> String) -> Result<ExitCode, lexopt::Error> {
    if let Some(argument) = parser.next()? {
        return Err(argument.unexpected());
    }
    // Whoever reads it may have gone, as `less` does: that is no fault.
    drop(std::io::stdout().write_all(text().as_bytes()));
    Ok(ExitCode::SUCCESS)
}
