//! History adds up: versions count from one, each change begins where the one before it ended, and the last one ends
//! with the row as it is.

use crate::schema::filled::Filled;
use crate::store::layout::Table;
use crate::store::link::{Arg, Cell, Fault, Link};
use crate::store::statements;
use crate::verify::Report;
use crate::verify::pages::{Page, Stored};
use crate::verify::told::{self, Fields};
use opwright_values::write::{Audience, write_fields};
use std::collections::{BTreeMap, BTreeSet};

/// How many rows' whole histories are read at once.
const AT_ONCE: usize = 1_000;

/// The last change of each row of a page left it as it is, or is its deletion.
pub(super) fn check_ends(
    link: &mut Link,
    table: &Table,
    deleted: bool,
    page: &Page,
    steps: &Steps,
    report: &mut Report,
) -> Result<(), Fault> {
    let ends = link.fetch(
        &statements::last_changes(table),
        vec![Arg::Text(page.first.clone()), Arg::Text(page.last.clone())],
    )?;
    let ends: BTreeMap<&str, &[Cell]> =
        ends.iter().filter_map(|row| Some((row.first()?.text()?, row.get(1..)?))).collect();
    let end = |stored: &Stored| match ends.get(stored.id.as_str()) {
        None => End::Wrong("it has no history".to_owned()),
        Some(end) => end_of(table, deleted, stored, end, steps.other.contains(&stored.id)),
    };
    let found: Vec<(&Stored, End)> = page.rows.iter().map(|stored| (stored, end(stored))).collect();
    let other = found.iter().filter(|(_, end)| matches!(end, End::Other(_)));
    let ids: Vec<&str> = other.map(|(stored, _)| stored.id.as_str()).collect();
    let known = told::told(link, table, &steps.filled, &ids)?;
    let fields = Fields { fields: &table.resource.fields, filled: &steps.filled };
    for (stored, end) in found {
        let wrong = match end {
            End::Wrong(wrong) => Some(wrong),
            End::Alike => None,
            End::Other(now) => known.get(&stored.id).and_then(|told| told.differs(fields, &now)),
        };
        if let Some(wrong) = wrong {
            report.add(table.name(), &stored.id, wrong);
        }
    }
    Ok(())
}

/// How a row stands beside the last change of its history.
enum End {
    /// It is what was written then.
    Alike,
    /// Its values are others, or the one who wrote them did not know all fields: this is what it is.
    Other(String),
    /// What is wrong.
    Wrong(String),
}

fn end_of(table: &Table, deleted: bool, stored: &Stored, end: &[Cell], all: bool) -> End {
    let [version, kind, by, before, after] = end else { return End::Alike };
    match (deleted, kind.text() == Some("delete")) {
        (true, false) => {
            return End::Wrong("it is deleted, and its history does not end with that".to_owned());
        }
        (false, true) => return End::Wrong("it is not deleted, and its history ends with that".to_owned()),
        _ => {}
    }
    let version = version.int().unwrap_or(0);
    if version != stored.version {
        return End::Wrong(format!("its version is {}, its history ends with {version}", stored.version));
    }
    let by = by.text().unwrap_or("");
    if by != stored.by {
        return End::Wrong(format!("it was written by `{}`, its history ends with `{by}`", stored.by));
    }
    let fields = &table.resource.fields;
    let now = write_fields(fields, &stored.row, Audience::Store).to_string();
    // A deletion tells what the row was.
    let end = if deleted { before } else { after };
    if !all && told::alike(fields, end.text(), Some(&now)) { End::Alike } else { End::Other(now) }
}

/// Each history is that of a row, which may be deleted, but is never gone.
pub(super) fn check_rows(link: &mut Link, table: &Table, report: &mut Report) -> Result<(), Fault> {
    for row in link.fetch(&statements::without_row(table), Vec::new())? {
        let id = row.first().and_then(Cell::text).unwrap_or("");
        report.add(table.name(), id, "it has a history, and is not there".to_owned());
    }
    Ok(())
}

/// How the changes of a table follow one another.
pub(super) struct Steps {
    /// What is wrong: the row, and why.
    wrong: Vec<(String, String)>,
    /// The rows of which some change tells something else than the one before it: what they end with is not what the
    /// last one alone tells.
    other: BTreeSet<String>,
    /// By field: what may stand there of which nothing is told.
    filled: Vec<Filled>,
}

/// Looks at the changes of a table.
pub(super) fn steps(link: &mut Link, table: &Table, filled: Vec<Filled>) -> Result<Steps, Fault> {
    let mut steps = Steps { wrong: Vec::new(), other: BTreeSet::new(), filled };
    // Where the texts are alike there is nothing to look at; most are.
    for row in link.fetch(&statements::broken_steps(table), Vec::new())? {
        let [id, version, number, before, was] = row.as_slice() else { continue };
        let (id, version, number) = (id.text().unwrap_or(""), version.int(), number.int());
        if version != number {
            let wrong =
                format!("its history has version {} in place {}", version.unwrap_or(0), number.unwrap_or(0));
            steps.wrong.push((id.to_owned(), wrong));
        } else if number == Some(1) {
            let wrong = "its history does not begin with its creation".to_owned();
            steps.wrong.push((id.to_owned(), wrong));
        } else if !told::alike(&table.resource.fields, before.text(), was.text()) {
            steps.other.insert(id.to_owned());
        }
    }
    Ok(steps)
}

/// Changes follow one another.
pub(super) fn check_steps(
    link: &mut Link,
    table: &Table,
    steps: Steps,
    report: &mut Report,
) -> Result<(), Fault> {
    let counted = link.fetch(&statements::count_changes(table), Vec::new())?;
    let count = counted.first().and_then(|row| row.first()?.int()).unwrap_or(0);
    report.changes += usize::try_from(count).unwrap_or(0);
    for (id, wrong) in steps.wrong {
        report.add(table.name(), &id, wrong);
    }
    for ids in steps.other.iter().map(String::as_str).collect::<Vec<_>>().chunks(AT_ONCE) {
        for (id, told) in told::told(link, table, &steps.filled, ids)? {
            for (version, key) in told.broken {
                let wrong = format!("version {version} does not begin as the one before ended: `{key}`");
                report.add(table.name(), &id, wrong);
            }
        }
    }
    Ok(())
}
