//! History adds up: versions count from one, each change begins where the one before it ended, and the last one ends
//! with the row as it is.

use crate::store::layout::Table;
use crate::store::link::{Arg, Cell, Fault, Link};
use crate::store::statements;
use crate::verify::Report;
use crate::verify::pages::{Page, Stored};
use opwright_values::json::Json;
use opwright_values::schema::{Field, Type};
use opwright_values::write::{Audience, write_fields};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The last change of each row of a page left it as it is, or is its deletion.
pub(super) fn check_ends(
    link: &mut Link,
    table: &Table,
    deleted: bool,
    page: &Page,
    report: &mut Report,
) -> Result<(), Fault> {
    let ends = link.fetch(
        &statements::last_changes(table),
        vec![Arg::Text(page.first.clone()), Arg::Text(page.last.clone())],
    )?;
    let ends: BTreeMap<&str, &[Cell]> =
        ends.iter().filter_map(|row| Some((row.first()?.text()?, row.get(1..)?))).collect();
    for stored in &page.rows {
        let wrong = match ends.get(stored.id.as_str()) {
            None => Some("it has no history".to_owned()),
            Some(end) => end_of(table, deleted, stored, end),
        };
        if let Some(wrong) = wrong {
            report.add(table.name(), &stored.id, wrong);
        }
    }
    Ok(())
}

/// What is wrong with a row, by the last change of its history.
fn end_of(table: &Table, deleted: bool, stored: &Stored, end: &[Cell]) -> Option<String> {
    let [version, kind, by, before, after] = end else { return None };
    match (deleted, kind.text() == Some("delete")) {
        (true, false) => return Some("it is deleted, and its history does not end with that".to_owned()),
        (false, true) => return Some("it is not deleted, and its history ends with that".to_owned()),
        _ => {}
    }
    let version = version.int().unwrap_or(0);
    if version != stored.version {
        return Some(format!("its version is {}, its history ends with {version}", stored.version));
    }
    let by = by.text().unwrap_or("");
    if by != stored.by {
        return Some(format!("it was written by `{}`, its history ends with `{by}`", stored.by));
    }
    let fields = &table.resource.fields;
    let now = write_fields(fields, &stored.row, Audience::Store).to_string();
    // A deletion tells what the row was.
    let end = if deleted { before } else { after };
    let key = difference(fields, end.text(), Some(&now))?;
    Some(format!("`{key}` is not what its history ends with"))
}

/// Each history is that of a row, which may be deleted, but is never gone.
pub(super) fn check_rows(link: &mut Link, table: &Table, report: &mut Report) -> Result<(), Fault> {
    for row in link.fetch(&statements::without_row(table), Vec::new())? {
        let id = row.first().and_then(Cell::text).unwrap_or("");
        report.add(table.name(), id, "it has a history, and is not there".to_owned());
    }
    Ok(())
}

/// Changes follow one another.
pub(super) fn check_steps(link: &mut Link, table: &Table, report: &mut Report) -> Result<(), Fault> {
    let counted = link.fetch(&statements::count_changes(table), Vec::new())?;
    let count = counted.first().and_then(|row| row.first()?.int()).unwrap_or(0);
    report.changes += usize::try_from(count).unwrap_or(0);
    // Where the texts are alike there is nothing to look at; most are.
    for row in link.fetch(&statements::broken_steps(table), Vec::new())? {
        let [id, version, number, before, was] = row.as_slice() else { continue };
        let (id, version, number) = (id.text().unwrap_or(""), version.int(), number.int());
        if version != number {
            let wrong =
                format!("its history has version {} in place {}", version.unwrap_or(0), number.unwrap_or(0));
            report.add(table.name(), id, wrong);
            continue;
        }
        if number == Some(1) {
            report.add(table.name(), id, "its history does not begin with its creation".to_owned());
            continue;
        }
        if let Some(key) = difference(&table.resource.fields, before.text(), was.text()) {
            let wrong =
                format!("version {} does not begin as the one before ended: `{key}`", version.unwrap_or(0));
            report.add(table.name(), id, wrong);
        }
    }
    Ok(())
}

/// The first field of which two states of a row say something else. What was said before a migration is read as it was
/// meant then: under the names that fields had, with the digits that numbers had.
fn difference(fields: &[Field], one: Option<&str>, other: Option<&str>) -> Option<String> {
    let read = |text: Option<&str>| text.and_then(|text| Json::parse(text).ok());
    let (Some(one), Some(other)) = (read(one), read(other)) else { return Some("all of it".to_owned()) };
    fields.iter().find(|field| !alike(field, &one, &other)).map(|field| field.key.clone())
}

/// Whether two objects say the same of a field. One with a default may have been added in between: the rows that were
/// there have it, their history has not.
fn alike(field: &Field, one: &Json, other: &Json) -> bool {
    match (said(field, one), said(field, other)) {
        (Some(one), Some(other)) => same(&field.ty, one, other),
        (None, None) => true,
        _ => field.default.is_some(),
    }
}

/// What an object says of a field, by the key that it has or had.
fn said<'j>(field: &Field, object: &'j Json) -> Option<&'j Json> {
    std::iter::once(&field.key).chain(&field.was).find_map(|key| object.get(key))
}

fn same(ty: &Type, one: &Json, other: &Json) -> bool {
    match (ty, one, other) {
        (Type::Object { fields, .. }, Json::Object(_), Json::Object(_)) => {
            fields.iter().all(|part| alike(part, one, other))
        }
        (Type::List { of, .. }, Json::List(ones), Json::List(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| same(of, one, other))
        }
        (Type::Map { of, .. }, Json::Object(ones), Json::Object(others)) => {
            let there =
                |(key, one): &(Cow<'static, str>, Json)| other.get(key).is_some_and(|it| same(of, one, it));
            ones.len() == others.len() && ones.iter().all(there)
        }
        (Type::Int { .. } | Type::Decimal { .. }, Json::Number(one), Json::Number(other)) => {
            digits(one) == digits(other)
        }
        _ => one == other,
    }
}

/// A number without zeros that only say its scale.
fn digits(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}
