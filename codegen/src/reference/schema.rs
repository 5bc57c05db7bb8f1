//! The JSON Schema of a document of specs, from the tables of keys: what an editor completes, explains and underlines.
//!
//! ```text
//! documents::DOCUMENTS ─▶ anyOf ─▶ definitions: one for each map of keys; a field has one for each place where it stands
//! ```
//!
//! It is draft 7, which every editor knows. It says which keys there are and how values are written; what names mean is
//! said by `opwright check`. What the compiler takes it takes too, so scalars are loose where YAML types them by itself:
//! the expression `12` is a number to an editor.

use crate::keys::documents::DOCUMENTS;
use crate::keys::fields::FIELD;
use crate::keys::steps::STEPS;
use crate::keys::types::{TYPES, is_common, words};
use crate::keys::{Form, Key, Spot, Table};
use serde_json::{Map, Value as Json, json};

/// The schema, as text.
pub fn schema() -> String {
    let mut definitions = Definitions::default();
    let documents = DOCUMENTS.iter().map(|table| definitions.table(table, spot_of(table)));
    let mut documents: Vec<Json> = documents.collect();
    // What stands between two lines of `---` may be nothing.
    documents.push(json!({ "type": "null" }));
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A document of Opwright specs",
        "anyOf": documents,
        "definitions": definitions.0,
    });
    format!("{schema:#}\n")
}

/// Where the fields of a document stand.
fn spot_of(table: &Table) -> Option<Spot> {
    match table.kind() {
        "resource" => Some(Spot::Resource),
        "type" => Some(Spot::Type),
        "operation" => Some(Spot::Input),
        _ => None,
    }
}

/// Definitions by name, each made when it is first referred to.
#[derive(Default)]
struct Definitions(Map<String, Json>);

impl Definitions {
    /// A reference to a definition, which `make` gives unless it is there.
    fn refer(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Json) -> Json {
        if !self.0.contains_key(name) {
            // It is there from now on, so that what it holds may refer to it.
            self.0.insert(name.to_owned(), Json::Null);
            let made = make(self);
            self.0.insert(name.to_owned(), made);
        }
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    /// A map of keys.
    fn table(&mut self, table: &'static Table, spot: Option<Spot>) -> Json {
        let name = match table.what {
            "a step" => format!("step_{}", table.kind()),
            what => what.trim_start_matches("an ").trim_start_matches("a ").replace([' ', '`'], "_"),
        };
        self.refer(&name, |all| {
            let keys: Vec<&Key> = table.here().collect();
            let mut made = all.map(&keys, spot);
            made.insert("description".to_owned(), plain(table.about).into());
            made.into()
        })
    }

    /// A map of these keys and no others.
    fn map(&mut self, keys: &[&Key], spot: Option<Spot>) -> Map<String, Json> {
        let properties: Map<String, Json> =
            keys.iter().map(|key| (key.name.to_owned(), self.key(key, spot))).collect();
        let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        let mut made = Map::new();
        made.insert("type".to_owned(), "object".into());
        made.insert("properties".to_owned(), properties.into());
        if !required.is_empty() {
            made.insert("required".to_owned(), required.into());
        }
        made.insert("additionalProperties".to_owned(), false.into());
        made
    }

    /// The value of a key. A reference stands in a list of one: beside it draft 7 does not read what else is said.
    fn key(&mut self, key: &Key, spot: Option<Spot>) -> Json {
        let left_out = match key.default {
            "" => String::new(),
            default => format!(" If left out: {}.", plain(default)),
        };
        let description = format!("{}{left_out}", plain(key.meaning));
        match self.form(key.form, spot) {
            Json::Object(mut made) if !made.contains_key("$ref") => {
                made.insert("description".to_owned(), description.into());
                made.into()
            }
            made => json!({ "description": description, "allOf": [made] }),
        }
    }

    fn form(&mut self, form: Form, spot: Option<Spot>) -> Json {
        match form {
            Form::Name | Form::Pattern => json!({ "type": "string" }),
            Form::Text | Form::Template | Form::Expression | Form::Literal => scalar(),
            Form::Flag => json!({ "type": "boolean" }),
            Form::Number => json!({ "type": ["integer", "string"], "pattern": "^[0-9][0-9_]*$" }),
            Form::Bounds => json!({ "type": "string", "pattern": "\\.\\." }),
            Form::Words(words) => json!({ "enum": words }),
            Form::OneOrMore(of) => {
                let of = self.form(*of, spot);
                json!({ "anyOf": [of, { "type": "array", "items": of }] })
            }
            Form::List(of) => json!({ "type": "array", "items": self.form(*of, spot) }),
            Form::Map(of) => json!({ "type": "object", "additionalProperties": self.form(*of, spot) }),
            Form::Table(table) => self.table(table, spot),
            Form::Either(one, other) => {
                json!({ "anyOf": [self.form(*one, spot), self.form(*other, spot)] })
            }
            Form::TypeName => type_words(),
            Form::Field => self.field(spot),
            Form::Steps => json!({ "type": "array", "items": self.step(spot) }),
            Form::Returned => self.returned(),
            Form::Any => json!({}),
        }
    }

    fn step(&mut self, spot: Option<Spot>) -> Json {
        self.refer("step", |all| {
            let steps: Vec<Json> = STEPS.iter().map(|table| all.table(table, spot)).collect();
            json!({ "anyOf": steps })
        })
    }

    /// An expression, a list of them, or a map.
    fn returned(&mut self) -> Json {
        self.refer("value", |all| {
            let of = all.returned();
            let list = json!({ "type": "array", "items": of });
            json!({ "anyOf": [scalar(), list, { "type": "object", "additionalProperties": of }] })
        })
    }

    /// A field where it stands: the word of a type, or a map with the keys of its type.
    fn field(&mut self, spot: Option<Spot>) -> Json {
        let name = match spot {
            Some(Spot::Resource) => "field_of_a_resource",
            Some(Spot::Type) => "field_of_a_type",
            Some(Spot::Input) => "argument",
            None => "field_of_an_event",
        };
        self.refer(name, |all| {
            let here = |key: &&Key| key.spots.is_empty() || spot.is_some_and(|it| key.spots.contains(&it));
            let keys: Vec<&Key> = FIELD.here().filter(here).collect();
            let mut made = all.map(&keys, spot);
            made.insert("allOf".to_owned(), TYPES.iter().map(|ty| only(ty.word, ty.keys)).collect());
            json!({ "anyOf": [type_words(), made] })
        })
    }
}

/// A field of this type has no keys but those of every field and those of its type.
fn only(word: &str, special: &[&str]) -> Json {
    let common = FIELD.here().map(|key| key.name).filter(|key| is_common(key));
    let keys: Vec<&str> = common.chain(special.iter().copied()).collect();
    json!({
        "if": { "properties": { "type": { "const": word } }, "required": ["type"] },
        "then": { "propertyNames": { "enum": keys } },
    })
}

/// The words of the types, for completion; other names are those of `type` documents.
fn type_words() -> Json {
    json!({ "anyOf": [{ "enum": words().collect::<Vec<_>>() }, { "type": "string" }] })
}

/// What is one text to the compiler, whatever YAML makes of it.
fn scalar() -> Json {
    json!({ "type": ["string", "number", "boolean", "null"] })
}

/// Editors show descriptions as they are.
fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}
