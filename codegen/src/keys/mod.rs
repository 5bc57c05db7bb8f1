//! The keys of the language, each declared once: the decoder knows them from here, and the reference and the JSON Schema
//! are made from here.
//!
//! ```text
//! documents::RESOURCE ─┬─▶ yaml            what a slip in the value of a key was meant as
//!                      ├─▶ decode::Map     which keys are known, which are to come
//!                      ├─▶ reference       what each means
//!                      └─▶ schema          what an editor completes and underlines
//! ```
//!
//! A key that is not declared here is never given to the reader that asks for it, and a key that no reader asks for is
//! refused as unknown: neither can be forgotten. A new key is one line in the table of its map.

pub(crate) mod common;
pub(crate) mod documents;
pub(crate) mod fields;
pub(crate) mod scenarios;
pub(crate) mod steps;
pub(crate) mod types;

use std::sync::LazyLock;

/// The keys of a map.
#[derive(Debug)]
pub(crate) struct Table {
    /// What the map is, for messages: `a resource`.
    pub(crate) what: &'static str,
    /// What it is for: Markdown.
    pub(crate) about: &'static str,
    /// Its keys. Those of documents and steps begin with the one that says which it is.
    pub(crate) keys: &'static [Key],
}

impl Table {
    /// The keys that are understood.
    pub(crate) fn here(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().filter(|key| !key.to_come)
    }

    /// The keys that belong here one day.
    pub(crate) fn to_come(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().filter(|key| key.to_come)
    }

    /// The first key, which says what the map is.
    pub(crate) fn kind(&self) -> &'static str {
        self.keys.first().map_or("", |key| key.name)
    }
}

/// A key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// The key.
    pub(crate) name: &'static str,
    /// How its value is written.
    pub(crate) form: Form,
    /// What it means.
    pub(crate) meaning: &'static str,
    /// What counts where it is left out: Markdown, or empty.
    pub(crate) default: &'static str,
    /// Whether it cannot be left out.
    pub(crate) required: bool,
    /// Whether nothing enforces it yet, so that it is refused.
    pub(crate) to_come: bool,
    /// Where the field stands that it is a key of; empty means everywhere.
    pub(crate) spots: &'static [Spot],
}

impl Key {
    /// A key that may be left out.
    const fn new(name: &'static str, form: Form, meaning: &'static str) -> Self {
        Self { name, form, meaning, default: "", required: false, to_come: false, spots: &[] }
    }

    /// A key that cannot be left out.
    const fn required(name: &'static str, form: Form, meaning: &'static str) -> Self {
        Self { required: true, ..Self::new(name, form, meaning) }
    }

    /// A key that is refused until something enforces it.
    const fn to_come(name: &'static str) -> Self {
        Self { to_come: true, ..Self::new(name, Form::Any, "") }
    }

    /// The same with what counts where it is left out.
    const fn or(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// The same, for fields that stand there.
    const fn only(self, spots: &'static [Spot]) -> Self {
        Self { spots, ..self }
    }
}

/// Where a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// In a resource.
    Resource,
    /// In a `type`.
    Type,
    /// Among the arguments of an operation.
    Input,
}

/// All maps of keys: those of documents and steps, a field, and what stands inside of them.
pub(crate) fn tables() -> Vec<&'static Table> {
    let mut tables: Vec<&Table> = documents::DOCUMENTS.iter().chain(steps::STEPS).copied().collect();
    tables.push(&fields::FIELD);
    let mut at = 0;
    while let Some(table) = tables.get(at) {
        table.keys.iter().for_each(|key| inside(key.form, &mut tables));
        at += 1;
    }
    tables
}

fn inside(form: Form, tables: &mut Vec<&'static Table>) {
    match form {
        Form::OneOrMore(of) | Form::List(of) | Form::Map(of) => inside(*of, tables),
        Form::Either(one, other) => [one, other].into_iter().for_each(|of| inside(*of, tables)),
        Form::Table(table) if !tables.iter().any(|known| std::ptr::eq(*known, table)) => tables.push(table),
        _ => {}
    }
}

/// Whether this is a key whose value is written so: for those who do not know in which map it stands.
pub(crate) fn takes(name: &str, form: fn(Form) -> bool) -> bool {
    static KEYS: LazyLock<Vec<Key>> =
        LazyLock::new(|| tables().into_iter().flat_map(Table::here).copied().collect());
    KEYS.iter().any(|key| key.name == name && form(key.form))
}

/// How the value of a key is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// A name that this document declares, or that another one has.
    Name,
    /// A text for people.
    Text,
    /// A text in which `{expression}` is filled in.
    Template,
    /// An expression.
    Expression,
    /// A value that is written out.
    Literal,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// `1..120`, `..20`, `0..`
    Bounds,
    /// A pattern of RE2 that the whole value matches.
    Pattern,
    /// One of these words.
    Words(&'static [&'static str]),
    /// One, or a list of them.
    OneOrMore(&'static Form),
    /// A list.
    List(&'static Form),
    /// Names, each with a value.
    Map(&'static Form),
    /// A map of these keys.
    Table(&'static Table),
    /// Either of two.
    Either(&'static Form, &'static Form),
    /// The word of a type, or the name of a `type` document.
    TypeName,
    /// A field: the word of its type, or a map.
    Field,
    /// A list of steps.
    Steps,
    /// An expression, or names, each with the same.
    Returned,
    /// Anything.
    Any,
}

#[cfg(test)]
mod tests;
