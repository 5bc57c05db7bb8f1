//! What is declared is read, and what is read is declared.

use super::documents::DOCUMENTS;
use super::steps::STEPS;
use super::{Form, Key, Table, fields, tables, types};
use crate::report::{Report, render};
use crate::source::Sources;
use std::collections::BTreeSet;

/// A map with every key of a table, in YAML's flow style; fields and steps are nested this deep.
fn every_key(table: &Table, depth: usize) -> String {
    every_key_but(table, depth, None)
}

/// The same without one key, wherever its table is nested.
fn every_key_but(table: &Table, depth: usize, left_out: Option<&Key>) -> String {
    let here = table.here().filter(|key| !left_out.is_some_and(|left_out| std::ptr::eq(left_out, *key)));
    let entries = here.map(|key| format!("{}: {}", key.name, sample(key.form, depth, left_out)));
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

fn sample(form: Form, depth: usize, left_out: Option<&Key>) -> String {
    match form {
        Form::Flag => "true".to_owned(),
        Form::Number => "2".to_owned(),
        Form::Bounds => "1..2".to_owned(),
        Form::Words(words) => words.join(""),
        Form::OneOrMore(of) | Form::List(of) => format!("[{}]", sample(*of, depth, left_out)),
        Form::Map(of) => format!("{{ name: {} }}", sample(*of, depth, left_out)),
        Form::Table(table) => every_key_but(table, depth, left_out),
        Form::Either(_, of) => sample(*of, depth, left_out),
        Form::Field if depth > 0 => every_key_but(&fields::FIELD, depth - 1, left_out),
        Form::Steps if depth > 0 => {
            let steps = STEPS.iter().map(|table| every_key_but(table, depth - 1, left_out));
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
fn what_is_required_cannot_be_left_out() {
    let is_kind = |key: &Key| {
        DOCUMENTS
            .iter()
            .chain(STEPS)
            .any(|table| table.keys.first().is_some_and(|kind| std::ptr::eq(kind, key)))
    };
    let keys: Vec<&Key> =
        tables().into_iter().flat_map(Table::here).filter(|key| key.required && !is_kind(key)).collect();
    let mut missed = Vec::new();
    for key in &keys {
        let said = DOCUMENTS.iter().any(|table| {
            let (mut sources, mut report) = (Sources::default(), Report::default());
            sources.add("all.yaml", every_key_but(table, 2, Some(key)));
            crate::decl::read(&sources, &mut report);
            report.sorted().iter().any(|fault| {
                let needs =
                    fault.code == "E0105" && fault.message.ends_with(&format!("needs `{}`", key.name));
                needs || fault.code == "E0402"
            })
        });
        if !said {
            missed.push(key.name);
        }
    }
    assert!(missed.is_empty() && keys.len() > 15, "{missed:?} of {} may be left out", keys.len());
}

#[test]
fn keys_are_declared_once_and_explained() {
    for table in tables() {
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
