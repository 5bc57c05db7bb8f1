//! Types as other languages call them, and how each is written here.
//!
//! ```text
//! integer                 int
//! varchar(80)             type: string, length: ..80
//! list<text>              type: list, of: text
//! ```

use crate::keys::types::words;
use opwright_values::decimal::SCALE_MAX;
use opwright_values::suggest::closest;

/// A type that is written in another way here.
pub(crate) enum Meant {
    /// By another word.
    Word(&'static str),
    /// By this word, with more behind it: `ref` and `, to: customer`.
    Keys(&'static str, String),
    /// Not at all; what to do.
    Say(&'static str),
}

/// How a type of another language is written, `resources` being those that a reference may lead to.
pub(crate) fn ty(written: &str, resources: &[&str]) -> Option<Meant> {
    let written = written.trim();
    if let Some(inner) = written.strip_suffix('?') {
        let (word, more) = keys(inner, resources)?;
        return Some(Meant::Keys(word, format!("{more}, optional: true")));
    }
    if let Some(inner) = inside(written, &["list", "array", "set", "vec"]) {
        let inner = value(inner, resources)?;
        return Some(Meant::Keys("list", format!(", of: {inner}")));
    }
    if let Some(to) = inside(written, &["ref", "reference", "link", "fk"]) {
        let to = to.trim_start_matches("to ").trim();
        return Some(Meant::Keys("ref", format!(", to: {}", closest(to, resources.iter().copied())?)));
    }
    if let Some(length) = inside(written, &["string", "varchar", "char", "text"]) {
        let digits = !length.is_empty() && length.chars().all(|c| c.is_ascii_digit());
        return digits.then(|| Meant::Keys("string", format!(", length: ..{length}")));
    }
    if let Some(digits) = inside(written, &["decimal", "numeric"]) {
        return Some(decimal(digits));
    }
    if let Some(values) = inside(written, &["enum", "choice"]) {
        return Some(Meant::Keys("enum", format!(", values: [{values}]")));
    }
    if let Some(resource) = resources.iter().find(|resource| resource.eq_ignore_ascii_case(written)) {
        return Some(Meant::Keys("ref", format!(", to: {resource}")));
    }
    word(&written.to_ascii_lowercase())
}

/// What a type of parts is.
pub(crate) const PARTS: &str =
    "parts that belong together are a document `type: <name>` with `fields`, and the type is that name";

/// A number of so many digits, and so many of them behind the point: `10, 2`.
fn decimal(digits: &str) -> Meant {
    let scale = digits.split_once(',').map_or("0", |(_, scale)| scale.trim());
    match scale.parse::<u8>() {
        _ if digits.is_empty() => Meant::Word("decimal"),
        Ok(scale) if scale <= SCALE_MAX => Meant::Keys("decimal", format!(", scale: {scale}")),
        _ => Meant::Say(
            "write `type: decimal` with a `scale`: how many digits stand behind the point, 12 at most",
        ),
    }
}

fn word(written: &str) -> Option<Meant> {
    Some(Meant::Word(match written {
        "boolean" | "flag" | "logical" => "bool",
        "float" | "double" | "real" | "number" | "numeric" | "money" | "currency" | "float64" | "f64" => {
            "decimal"
        }
        "str" | "varchar" | "char" | "uuid" | "guid" | "character" | "word" => "string",
        "integer" | "long" | "bigint" | "smallint" | "short" | "int32" | "int64" | "i32" | "i64" | "u32"
        | "u64" | "uint" => "int",
        "datetime" | "timestamptz" | "instant" | "time" | "date_time" | "date-time" => "timestamp",
        "interval" | "timespan" | "timedelta" => "duration",
        "longtext" | "textarea" | "markdown" => "text",
        "uri" | "link" => "url",
        "array" | "set" | "vec" | "tuple" => "list",
        "dict" | "dictionary" | "hash" | "hashmap" => "map",
        "choice" | "select" | "status" => "enum",
        "reference" | "foreign_key" | "fk" | "belongs_to" | "relation" => "ref",
        "has_many" | "collection" | "one_to_many" => "many",
        "object" | "struct" | "record" | "json" | "jsonb" | "any" | "unknown" => {
            return Some(Meant::Say(PARTS));
        }
        "file" | "binary" | "bytes" | "blob" | "bytea" | "image" => {
            return Some(Meant::Say("files are kept elsewhere: keep their address as `url`"));
        }
        _ => return None,
    }))
}

/// What stands inside: of `list<text>`, `list[text]`, `list of text`, `[text]`, `text[]`.
fn inside<'t>(written: &'t str, of: &[&str]) -> Option<&'t str> {
    if of.contains(&"list") {
        let brackets = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(inner) = brackets.or_else(|| written.strip_suffix("[]")) {
            return Some(inner.trim());
        }
    }
    let length = written.find(|c: char| !c.is_ascii_alphabetic())?;
    let (word, rest) = written.split_at_checked(length)?;
    if !of.contains(&word.to_ascii_lowercase().as_str()) {
        return None;
    }
    for (open, close) in [('<', '>'), ('[', ']'), ('(', ')')] {
        if let Some(inner) = rest.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            return Some(inner.trim());
        }
    }
    rest.strip_prefix(" of ")
        .or_else(|| rest.strip_prefix(' '))
        .or_else(|| rest.strip_prefix(':'))
        .map(str::trim)
}

/// A type by its word, and what stands behind that.
fn keys(written: &str, resources: &[&str]) -> Option<(&'static str, String)> {
    if let Some(word) = words().find(|word| *word == written) {
        return Some((word, String::new()));
    }
    match ty(written, resources)? {
        Meant::Word(word) => Some((word, String::new())),
        Meant::Keys(word, more) => Some((word, more)),
        Meant::Say(_) => None,
    }
}

/// A type as the value of a key.
fn value(written: &str, resources: &[&str]) -> Option<String> {
    let (word, more) = keys(written, resources)?;
    Some(if more.is_empty() { word.to_owned() } else { format!("{{ type: {word}{more} }}") })
}
