//! What may be a name, and which names are too alike.

use crate::report::{Diagnostic, Report};
use crate::source::Span;
use crate::yaml::Text;
use std::collections::BTreeMap;

/// The longest name, in bytes.
pub const NAME_MAX: usize = 48;

/// The longest identifier that both databases take.
pub const IDENTIFIER_MAX: usize = 63;

/// Columns that PostgreSQL gives to every table.
pub(crate) const SYSTEM_COLUMNS: &[&str] = &["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// Words that mean something by themselves in expressions.
const WORDS: &[&str] = &[
    "input", "row", "agent", "session", "event", "now", "true", "false", "null", "in", "math", "and", "or",
    "not",
];

/// The longest name that is joined by dots, in bytes.
const DOTTED_MAX: usize = 100;

/// Words of Rust that cannot be written as names even with `r#`.
const RUST: &[&str] = &["self", "super", "crate"];

/// Checks a name; `what` is what it names, such as `a field`.
pub fn check(name: &Text, what: &str, report: &mut Report) -> bool {
    let text = &name.value;
    let fault = |message: String| Diagnostic::new("E0107", name.span, message);
    if !is_plain(text) {
        // Whoever uses the name that was meant makes no mistake.
        report.lose(&text.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', ""));
        report.add(
            fault(format!("`{text}` cannot be the name of {what}"))
                .help("names are lower-case letters, digits and `_`, and begin with a letter"),
        );
    } else if text.ends_with('_') || text.contains("__") {
        // Rust warns of two of them, and tables and columns are called by names that are joined by one or two.
        report.add(
            fault(format!("`{text}` cannot be the name of {what}"))
                .help("a `_` stands between two letters or digits"),
        );
    } else if text.len() > NAME_MAX {
        report.add(
            fault(format!("this name has {} bytes", text.len()))
                .help(format!("names have at most {NAME_MAX} bytes")),
        );
    } else if WORDS.contains(&text.as_str()) {
        report.add(
            fault(format!("`{text}` means something by itself in expressions")).help("choose another name"),
        );
    } else if RUST.contains(&text.as_str()) {
        report.add(fault(format!("`{text}` cannot be a name in Rust")).help("choose another name"));
    } else {
        return true;
    }
    false
}

/// Whether a name begins with a letter, and has nothing but what names have.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Checks the name of an operation, which becomes a file beside `model.rs` and `mod.rs`.
pub fn check_file(name: &Text, report: &mut Report) -> bool {
    if ["model", "mod"].contains(&name.value.as_str()) {
        let fault = format!("generated code has a file `{}.rs` of its own", name.value);
        report.add(Diagnostic::new("E0107", name.span, fault).help("choose another name"));
        return false;
    }
    check(name, "an operation", report)
}

/// Checks the name of a resource, which becomes tables.
pub fn check_table(name: &Text, report: &mut Report) {
    // Tables of this name are the database's own.
    if name.value.starts_with("sqlite_") || name.value.starts_with("pg_") {
        let fault = format!("tables called `{}` are the database's own", name.value);
        report.add(Diagnostic::new("E0107", name.span, fault).help("choose another name"));
    }
}

/// Checks the name of an argument.
pub fn check_input(name: &Text, report: &mut Report) -> bool {
    if opwright_values::envelope::is_reserved(&name.value) {
        let fault =
            Diagnostic::new("E0107", name.span, format!("the argument `{}` is the gateway's", name.value));
        report.add(fault.help("choose another name"));
        return false;
    }
    check(name, "an argument", report)
}

/// A name with a dot of that kind.
fn example(what: &str) -> &'static str {
    if what.contains("event") { "customer.moved" } else { "customers.write" }
}

/// Checks a capability or an event: two or more names joined by dots.
pub fn check_dotted(name: &Text, what: &str, report: &mut Report) -> bool {
    let fault = |message: String| Diagnostic::new("E0107", name.span, message);
    let parts: Vec<&str> = name.value.split('.').collect();
    if parts.len() < 2 || !parts.iter().all(|part| is_plain(part)) {
        report.add(
            fault(format!("`{}` cannot be the name of {what}", name.value))
                .help(format!("write two or more names joined by dots, such as `{}`", example(what))),
        );
    } else if name.value.len() > DOTTED_MAX {
        report.add(
            fault(format!("this name has {} bytes", name.value.len()))
                .help(format!("names joined by dots have at most {DOTTED_MAX} bytes together")),
        );
    } else {
        return true;
    }
    false
}

/// A name as a Rust type, which is also how names are compared for being too alike: `order_1` and `order1` are.
pub fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for part in name.split('_') {
        let mut chars = part.chars();
        camel.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        camel.extend(chars);
    }
    camel
}

/// Names that have been given, to find two that are equal or too alike.
#[derive(Default)]
pub struct Given {
    names: BTreeMap<String, (String, Span)>,
}

impl Given {
    /// Adds a name; reports it if it, or one too alike, is there already.
    pub fn add(&mut self, name: &Text, report: &mut Report) -> bool {
        let key = camel(&name.value).to_ascii_lowercase();
        match self.names.get(&key) {
            None => {
                self.names.insert(key, (name.value.clone(), name.span));
                true
            }
            Some((other, first)) => {
                let fault = if *other == name.value {
                    Diagnostic::new("E0104", name.span, format!("`{other}` is defined twice"))
                } else {
                    Diagnostic::new(
                        "E0104",
                        name.span,
                        format!("`{}` and `{other}` are too alike", name.value),
                    )
                    .help("they would be the same name in Rust; choose another one")
                };
                report.add(fault.other(*first, "first here"));
                false
            }
        }
    }
}
