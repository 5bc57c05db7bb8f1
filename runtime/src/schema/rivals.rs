//! Several names behind one `was` of which more than one is still there: each would be the one that is renamed.
//!
//! ```text
//! stored: item(sku, code)   wanted: item(name), was code, sku
//!   no row has or ever had a `code`   ─▶ `sku` becomes `name`, and the column of `code` goes
//!   both have been used               ─▶ refused: one of the two would stay under a name that nobody reads
//! ```
//!
//! The rows are asked before there is a plan, as they choose; what goes is asked for again by the plan, under locks.

use crate::schema::ask;
use crate::schema::tables::{Column, Table, Tables};
use crate::schema::twin::Twin;
use crate::store::link::{Fault, Link};
use std::collections::BTreeSet;

/// What was used, among several that one thing may have been: tables, and columns with the table that they are in, by
/// their names before the first step.
#[derive(Debug, Default)]
pub(crate) struct Used(BTreeSet<(String, Option<String>)>);

impl Used {
    /// The one of several names that is taken over: the first that was used, as far as any was.
    pub(super) fn taken<'w>(&self, table: Option<&str>, names: &[&'w String]) -> Option<&'w String> {
        let is_used = |name: &&&String| match table {
            None => self.0.contains(&((**name).clone(), None)),
            Some(table) => self.0.contains(&(table.to_owned(), Some((**name).clone()))),
        };
        names.iter().find(is_used).or_else(|| names.first()).copied()
    }
}

/// The tables that another one may have been, and that nothing else is.
pub(super) fn tables<'w>(stored: &Tables, wanted: &'w Tables, name: &str) -> Vec<&'w String> {
    let Some(table) = wanted.tables.get(name) else { return Vec::new() };
    let there = |it: &String| stored.tables.contains_key(it);
    let is_it = |was: &&String| there(was) && !wanted.tables.contains_key(*was);
    let names: Vec<&String> = table.was.iter().filter(is_it).collect();
    let had = |it: &str| stored.tables.get(it).map(|table| table.was.as_slice());
    left(name, names, had, there)
}

/// The columns that another one may have been, and that nothing else is.
pub(super) fn columns<'w>(stored: &Table, wanted: &Table, column: &'w Column) -> Vec<&'w String> {
    let there = |it: &String| stored.column(it).is_some();
    let is_it = |was: &&String| there(was) && wanted.column(was).is_none();
    let names: Vec<&String> = column.was.iter().filter(is_it).collect();
    left(&column.name, names, |it| stored.column(it).map(|column| column.was.as_slice()), there)
}

/// Those of several names that none of the others, nor the one that they would have now, has passed over before.
fn left<'w, 's>(
    name: &str,
    mut names: Vec<&'w String>,
    had: impl Fn(&str) -> Option<&'s [String]>,
    there: impl Fn(&String) -> bool,
) -> Vec<&'w String> {
    let all: Vec<&str> = names.iter().map(|it| it.as_str()).chain([name]).collect();
    let settled = |was: &String| {
        let others = all.iter().filter(|it| **it != was);
        others.filter_map(|it| had(it)).any(|had| is_settled(had, was, &there))
    };
    names.retain(|was| !settled(was));
    names
}

/// Whether a name was given up for the one that is there already, by a migration before this one: what is still called so
/// is something else.
fn is_settled(had: &[String], was: &String, is_there: impl Fn(&String) -> bool) -> bool {
    had.contains(was) && had.iter().any(|name| !is_there(name))
}

/// Whether a table cannot be without a column.
pub(super) fn is_needed(table: &Table, column: &str) -> bool {
    table.id == column || table.owner.as_deref() == Some(column)
}

/// Asks which of several were used.
pub(super) fn used(link: &mut Link, stored: &Tables, wanted: &Tables) -> Result<Used, Fault> {
    let mut used = Used::default();
    for (name, table) in &wanted.tables {
        let names = tables(stored, wanted, name);
        for was in several(&names) {
            if let Some(there) = stored.tables.get(*was)
                && is_used(link, was, there, None)?
            {
                used.0.insert(((*was).clone(), None));
            }
        }
        for here in names.into_iter().chain([name]) {
            let Some(there) = stored.tables.get(here) else { continue };
            for column in &table.columns {
                for was in several(&columns(there, table, column)) {
                    if is_needed(there, was) || is_used(link, here, there, there.column(was))? {
                        used.0.insert((here.clone(), Some((*was).clone())));
                    }
                }
            }
        }
    }
    Ok(used)
}

fn several<'n, 'w>(names: &'n [&'w String]) -> &'n [&'w String] {
    if names.len() > 1 { names } else { &[] }
}

fn is_used(link: &mut Link, name: &str, table: &Table, column: Option<&Column>) -> Result<bool, Fault> {
    let twin = Twin {
        place: String::new(),
        table: name.to_owned(),
        id: table.id.clone(),
        was: String::new(),
        column: column.cloned(),
        both: None,
    };
    ask::any_used(link, &twin)
}
