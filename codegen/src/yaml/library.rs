//! The only file that knows the YAML library: text in, values with byte ranges out.
//!
//! ```text
//! a: 12      RawMap [ (Text "a" at 0..1, Other at 3..5) ]      what `12` is, is in the text
//! ```

use super::{DEPTH_MAX, NODES_MAX};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, Spanned, Tagged};
use std::fmt;
use std::ops::Range;

/// A value as the library gives it.
pub(super) struct Raw {
    /// What it is.
    pub(super) value: RawValue,
    /// Which bytes it was written as; of a list or map the first one only.
    pub(super) at: Range<usize>,
    /// The tag that was written in front of it.
    pub(super) tag: Option<String>,
}

/// What a value is.
pub(super) enum RawValue {
    /// Nothing, a truth value or a number: what was written is in the file.
    Other,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Raw>),
    /// A map; a key may be there twice.
    Map(Vec<(Raw, Raw)>),
}

/// Why a file could not be read.
pub(super) struct Failure {
    /// At which byte, if known.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) kind: FailureKind,
}

/// What is wrong with a file.
pub(super) enum FailureKind {
    /// It is not YAML; in the words of the library.
    Syntax(String),
    /// Something that YAML has and specs do not.
    Unused(&'static str),
    /// Too much of something, with the limit.
    TooMany(&'static str, usize),
}

/// Enough for the deepest nesting that is allowed, in an unoptimised build: 64 levels take about 2 MiB there, which
/// is all that a thread has by default.
const STACK: usize = 16 << 20;

/// Reads all documents of a text, on a thread of its own: how much stack the caller has does not matter then.
pub(super) fn parse(text: &str) -> Result<Vec<Raw>, Failure> {
    let failed = |what: &str| Failure { at: 0, kind: FailureKind::Syntax(what.to_owned()) };
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || documents(text));
        match reader.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(read)) => read,
            Ok(Err(_)) => Err(failed("this file cannot be read: the YAML library gave up")),
            Err(error) => {
                Err(failed(&format!("this file cannot be read: no thread could be started: {error}")))
            }
        }
    })
}

fn documents(text: &str) -> Result<Vec<Raw>, Failure> {
    let documents = serde_saphyr::from_multiple_with_options::<Node>(text, options());
    documents
        .map(|all| all.into_iter().map(|node| node.raw(text)).collect())
        .map_err(|error| failure(&error, text))
}

/// YAML 1.2, and nothing that could make one text mean two things. Tags and keys that are there twice are passed
/// on, so that all of them are reported at once, with places.
fn options() -> serde_saphyr::Options {
    let budget = serde_saphyr::budget! {
        max_aliases: 0,
        max_anchors: 0,
        max_depth: DEPTH_MAX,
        max_nodes: NODES_MAX,
        max_documents: NODES_MAX,
    };
    serde_saphyr::options! {
        budget: budget,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        null_as_string: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

fn failure(error: &Error, text: &str) -> Failure {
    let at = error.location().map_or(0, |location| byte(&location, text));
    let kind = match error {
        Error::UnknownAnchor { .. } => FailureKind::Unused("an alias"),
        Error::MergeKeyNotAllowed { .. } => FailureKind::Unused("a merge key"),
        Error::Budget { breach, .. } => match breach {
            BudgetBreach::Anchors { .. } => FailureKind::Unused("an anchor"),
            BudgetBreach::Aliases { .. } => FailureKind::Unused("an alias"),
            BudgetBreach::Depth { .. } => FailureKind::TooMany("levels", DEPTH_MAX),
            _ => FailureKind::TooMany("keys and values", NODES_MAX),
        },
        other => match first_line(&other.to_string()) {
            // The scanner has a limit of its own for brackets within brackets, beyond that of specs.
            said if said == "recursion limit exceeded" => FailureKind::TooMany("levels", DEPTH_MAX),
            said => FailureKind::Syntax(said),
        },
    };
    Failure { at, kind }
}

fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or("").trim();
    line.split(" at line ").next().unwrap_or(line).to_owned()
}

fn byte(location: &Location, text: &str) -> usize {
    let known = location.span().byte_offset().and_then(|at| usize::try_from(at).ok());
    known.unwrap_or_else(|| byte_of(text, location.line(), location.column()))
}

/// The byte of a line and column that count from 1.
fn byte_of(text: &str, line: u64, column: u64) -> usize {
    let before = usize::try_from(line).unwrap_or(1).saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let column = usize::try_from(column).unwrap_or(1).saturating_sub(1);
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

/// A value while it is read: the library's wrappers give its place and its tag.
struct Node<T = Content>(Spanned<Tagged<T>>);

enum Content {
    Other,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node<String>, Node)>),
}

impl Node {
    fn raw(self, text: &str) -> Raw {
        let (content, at, tag) = self.parts(text);
        let value = match content {
            Content::Other => RawValue::Other,
            Content::Text(text) => RawValue::Text(text),
            Content::List(items) => RawValue::List(items.into_iter().map(|item| item.raw(text)).collect()),
            Content::Map(entries) => RawValue::Map(
                entries.into_iter().map(|(key, value)| (key.raw(text), value.raw(text))).collect(),
            ),
        };
        Raw { value, at, tag }
    }
}

impl Node<String> {
    fn raw(self, text: &str) -> Raw {
        let (key, at, tag) = self.parts(text);
        Raw { value: RawValue::Text(key), at, tag }
    }
}

impl<T> Node<T> {
    fn parts(self, text: &str) -> (T, Range<usize>, Option<String>) {
        let location = self.0.referenced;
        let start = byte(&location, text);
        let length = location.span().byte_len().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let Tagged(value, tag) = self.0.value;
        (value, start..start + length, tag)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Node<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Node)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Contents)
    }
}

struct Contents;

impl<'de> Visitor<'de> for Contents {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Content, E> {
        Ok(Content::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Content, E> {
        Ok(Content::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Content::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Content, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key()? {
            map.push((key, entries.next_value()?));
        }
        Ok(Content::Map(map))
    }
}
