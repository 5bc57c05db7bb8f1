//! What is declared is read, and what is read is declared.

use super::documents::DOCUMENTS;
use super::steps::STEPS;
use super::{Form, Table, fields, types};
use crate::report::{Report, render};
use crate::source::Sources;
use std::collections::BTreeSet;

/// A map with every key of a table, in YAML's flow style; fields and steps are nested this deep.
fn every_key(table: &Table, depth: usize) -> String {
    let entries = table.here().map(|key| format!("{}: {}", key.name, sample(key.form, depth)));
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

fn sample(form: Form, depth: usize) -> String {
    match form {
        Form::Flag => "true".to_owned(),
        Form::Number => "2".to_owned(),
        Form::Bounds => "1..2".to_owned(),
        Form::Words(words) => words.join(""),
        Form::OneOrMore(of) | Form::List(of) => format!("[{}]", sample(*of, depth)),
        Form::Map(of) => format!("{{ name: {} }}", sample(*of, depth)),
        Form::Table(table) => every_key(table, depth),
        Form::Either(_, of) => sample(*of, depth),
        Form::Field if depth > 0 => every_key(&fields::FIELD, depth - 1),
        Form::Steps if depth > 0 => {
            let steps = STEPS.iter().map(|table| every_key(table, depth - 1));
            format!("[{}]", steps.collect::<Vec<_>>().join(", "))
        }
        Form::Steps => "[]".to_owned(),
        _ => "word".to_owned(),
    }
}

#[test]
fn every_key_that_is_declared_is_read() {
    for table in DOCUMENTS {
        let (mut sources, mut report) = (Sources::default(), Report::default());
        sources.add("all.yaml", every_key(table, 2));
        crate::decl::read(&sources, &mut report);
        let unread: Vec<String> = report
            .sorted()
            .iter()
            .filter(|fault| fault.code == "E0101")
            .map(|fault| render::text(fault, &sources, false))
            .collect();
        assert!(unread.is_empty(), "{}: {}", table.what, unread.join("\n"));
    }
}

#[test]
fn keys_are_declared_once_and_explained() {
    let all = DOCUMENTS.iter().chain(STEPS).copied().chain([&fields::FIELD]);
    for table in all {
        let mut names = BTreeSet::new();
        for key in table.keys {
            assert!(names.insert(key.name), "{}: `{}` twice", table.what, key.name);
        }
        assert!(table.about.ends_with(['.', '`']), "{}", table.what);
        for key in table.here() {
            assert!(key.meaning.ends_with(['.', '`']), "{}: {}", table.what, key.name);
        }
    }
}

#[test]
fn types_have_only_keys_of_fields() {
    for key in types::TYPES.iter().flat_map(|it| it.keys).chain(types::NAMED) {
        assert!(fields::FIELD.here().any(|known| known.name == *key), "{key}");
    }
}
