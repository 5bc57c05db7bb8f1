//! The types of the language: which keys each has besides those of every field, and its limits.

use opwright_values::decimal::SCALE_MAX;
use opwright_values::words::INT_MAX;

/// A type.
#[derive(Debug)]
pub(crate) struct TypeWord {
    /// Its word.
    pub(crate) word: &'static str,
    /// The keys that only some types have.
    pub(crate) keys: &'static [&'static str],
    /// What it is: Markdown.
    pub(crate) about: &'static str,
    /// Its limits.
    pub(crate) limits: Limits,
    /// What it is in JSON.
    pub(crate) wire: &'static str,
    /// What it is in SQLite, and in PostgreSQL where that differs.
    pub(crate) column: &'static str,
}

/// What a value cannot pass.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limits {
    /// None but those of what it is.
    None,
    /// Whole numbers, inclusive.
    Int(i64, i64),
    /// Characters, inclusive, unless `length` says otherwise.
    Length(u32, u32),
    /// Elements, inclusive, unless `size` says otherwise.
    Size(u32, u32),
    /// The most rows that `size` may say.
    Rows(u32),
    /// Digits behind the point, unless `scale` says otherwise, and the most.
    Scale(u8, u8),
    /// How many values may be listed.
    Values(usize),
    /// In words.
    Words(&'static str),
}

/// Characters of a `string`.
pub(crate) const STRING: (u32, u32) = (1, 255);
/// Characters of a `text`.
pub(crate) const TEXT: (u32, u32) = (1, 10_000);
/// Characters of an `email`.
pub(crate) const EMAIL: (u32, u32) = (1, 254);
/// Characters of a `url`.
pub(crate) const URL: (u32, u32) = (1, 2_000);
/// Elements of a `list` or `map`.
pub(crate) const ELEMENTS: (u32, u32) = (0, 100);
/// The most rows that a collection may have.
pub(crate) const ROWS_MAX: u32 = 10_000;
/// The most rows that one call writes, unless its operation says otherwise.
pub(crate) const MAX_ROWS: u32 = 100;
/// Digits behind the point of a `decimal`.
pub(crate) const SCALE: u8 = 2;
/// The most values of an `enum`.
pub(crate) const ENUM_MAX: usize = 500;

/// The types of the language, in the order of the reference.
pub(crate) static TYPES: &[TypeWord] = &[
    TypeWord {
        word: "id",
        keys: &["prefix", "pattern"],
        about: "The id of a row, in its resource. Ids are made; with `pattern` they are given.",
        limits: Limits::Words("64 of `A-Za-z0-9_.#-`; a `prefix` has 43 at most"),
        wire: "text",
        column: "TEXT, primary key",
    },
    TypeWord {
        word: "ref",
        keys: &["to", "as", "owner", "acyclic", "where", "deleted"],
        about: "A row of another resource.",
        limits: Limits::None,
        wire: "the id of the row",
        column: "TEXT, index",
    },
    TypeWord {
        word: "string",
        keys: &["length", "pattern"],
        about: "One line, in NFC, without control characters.",
        limits: Limits::Length(STRING.0, STRING.1),
        wire: "text",
        column: "TEXT",
    },
    TypeWord {
        word: "text",
        keys: &["length", "pattern"],
        about: "Lines, in NFC, without other control characters.",
        limits: Limits::Length(TEXT.0, TEXT.1),
        wire: "text",
        column: "TEXT",
    },
    TypeWord {
        word: "email",
        keys: &["length"],
        about: "An address of mail, kept in lower case.",
        limits: Limits::Length(EMAIL.0, EMAIL.1),
        wire: "text",
        column: "TEXT",
    },
    TypeWord {
        word: "url",
        keys: &["length"],
        about: "An address of the web.",
        limits: Limits::Length(URL.0, URL.1),
        wire: "text",
        column: "TEXT",
    },
    TypeWord {
        word: "int",
        keys: &["range"],
        about: "A whole number.",
        limits: Limits::Int(-INT_MAX, INT_MAX),
        wire: "number",
        column: "INTEGER / BIGINT",
    },
    TypeWord {
        word: "decimal",
        keys: &["scale", "range"],
        about: "A number with exactly `scale` digits behind the point, 15 digits in all.",
        limits: Limits::Scale(SCALE, SCALE_MAX),
        wire: "number with exactly these digits",
        column: "INTEGER / BIGINT, in units",
    },
    TypeWord {
        word: "bool",
        keys: &[],
        about: "Yes or no.",
        limits: Limits::None,
        wire: "`true`, `false`",
        column: "INTEGER / BOOLEAN",
    },
    TypeWord {
        word: "date",
        keys: &["range"],
        about: "A day.",
        limits: Limits::None,
        wire: "`2026-11-25`",
        column: "TEXT / DATE",
    },
    TypeWord {
        word: "timestamp",
        keys: &["range"],
        about: "A moment, in UTC and microseconds.",
        limits: Limits::Words("until 9999-12-30T22:00:00Z, so that every one has a local time everywhere"),
        wire: "RFC 3339: `2026-11-25T17:00:00Z`",
        column: "INTEGER µs / TIMESTAMPTZ",
    },
    TypeWord {
        word: "duration",
        keys: &["range"],
        about: "A span of time, in microseconds.",
        limits: Limits::None,
        wire: "`PT30M`",
        column: "INTEGER µs / BIGINT µs",
    },
    TypeWord {
        word: "enum",
        keys: &["values", "transitions"],
        about: "One of the `values`; with `transitions` a state machine.",
        limits: Limits::Values(ENUM_MAX),
        wire: "text",
        column: "TEXT",
    },
    TypeWord {
        word: "list",
        keys: &["of", "size", "distinct", "as"],
        about: "Values in order.",
        limits: Limits::Size(ELEMENTS.0, ELEMENTS.1),
        wire: "array",
        column: "canonical JSON",
    },
    TypeWord {
        word: "map",
        keys: &["of", "size"],
        about: "Values by keys that the data names.",
        limits: Limits::Size(ELEMENTS.0, ELEMENTS.1),
        wire: "object",
        column: "canonical JSON",
    },
    TypeWord {
        word: "many",
        keys: &["of", "size", "order", "through", "where"],
        about: "The rows of another resource that refer to this one, in a resource. `size` cannot be left out.",
        limits: Limits::Rows(ROWS_MAX),
        wire: "shapes if they are owned, else ids",
        column: "the other table's reference",
    },
];

/// The keys that fields of a `type` document have.
pub(crate) const NAMED: &[&str] = &["flat"];

/// The words of the types.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|it| it.word)
}

/// The keys that only some types have, by the word of a type; other words name a `type` document.
pub(crate) fn keys_of(word: &str) -> &'static [&'static str] {
    TYPES.iter().find(|it| it.word == word).map_or(NAMED, |it| it.keys)
}

/// Whether every field may have this key.
pub(crate) fn is_common(key: &str) -> bool {
    !NAMED.contains(&key) && !TYPES.iter().any(|it| it.keys.contains(&key))
}
