//! What a test runner may ask for: the words of Rust's own harness, as far as they mean something here.

use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Parts of names; none: all.
    filters: Vec<String>,
    /// Whether parts are looked for in the names of operations too. Test runners mean names of tests only.
    operations: bool,
    /// Parts of names that are left out.
    skip: Vec<String>,
    /// Whether parts are whole names.
    exact: bool,
    /// Whether names are only printed.
    pub(super) list: bool,
    /// Whether only those are asked for that cannot run.
    pub(super) ignored: bool,
    /// Whether those are asked for too.
    pub(super) include_ignored: bool,
    /// How many run at once.
    pub(super) threads: Option<usize>,
}

impl Options {
    /// Those that hold a text in their names, or in that of the operation that they call.
    pub(crate) fn named(part: &str) -> Self {
        Options { filters: vec![part.to_owned()], operations: true, ..Options::default() }
    }

    /// Reads the arguments, without the name of the program.
    pub(super) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut parser = Parser::from_args(args);
        let mut options = Options::default();
        while let Some(arg) = parser.next()? {
            match arg {
                Arg::Long("list") => options.list = true,
                Arg::Long("exact") => options.exact = true,
                Arg::Long("ignored") => options.ignored = true,
                Arg::Long("include-ignored") => options.include_ignored = true,
                Arg::Long("skip") => options.skip.push(parser.value()?.string()?),
                Arg::Long("test-threads") => options.threads = Some(parser.value()?.parse()?),
                // How it looks is the same whatever is asked for.
                Arg::Long("nocapture" | "no-capture" | "show-output" | "quiet" | "test" | "bench")
                | Arg::Short('q') => {}
                Arg::Long("format" | "color" | "logfile") | Arg::Short('Z') => drop(parser.value()?),
                Arg::Value(filter) => options.filters.push(filter.string()?),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }

    /// Whether scenarios that call an operation are asked for.
    pub(super) fn asks_for_operation(&self, operation: &str) -> bool {
        self.operations && self.filters.iter().any(|part| operation.contains(part.as_str()))
    }

    /// Whether something of this name is asked for.
    pub(super) fn asks_for(&self, name: &str) -> bool {
        let fits = |part: &String| if self.exact { part == name } else { name.contains(part.as_str()) };
        (self.filters.is_empty() || self.filters.iter().any(fits)) && !self.skip.iter().any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Options, String> {
        Options::parse(words.iter().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_test_runners_ask_for() {
        let listed = parsed(&["--list", "--format", "terse", "--ignored"]).unwrap();
        assert!(listed.list && listed.ignored && listed.asks_for("whatever"));
        let one = parsed(&["scenario::sqlite::a b", "--exact", "--nocapture"]).unwrap();
        assert!(one.asks_for("scenario::sqlite::a b") && !one.asks_for("scenario::sqlite::a b c"));
        let some = parsed(&["a", "--skip", "b", "--test-threads=3", "-q", "-Z", "unstable-options"]).unwrap();
        assert!(some.asks_for("a c") && !some.asks_for("a b") && some.threads == Some(3));
        assert!(Options::named("pay").asks_for_operation("pay_in") && !one.asks_for_operation("a b"));
        assert!(parsed(&["--lisst"]).unwrap_err().contains("lisst"));
    }
}
