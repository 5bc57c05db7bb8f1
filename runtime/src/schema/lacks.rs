//! A version that the database has not seen is taken for a new one, but it may be an old one, of a branch that has never
//! run there. Nothing proves that: to give up a field is a change like any other. What can be said is what the version that
//! migrated last has and this one has not, and whether this one brings anything at all.
//!
//! ```text
//! stored: item { title, note }  wanted: item { title }         lacks `note`, and brings nothing: perhaps it is older
//! stored: item { title, note }  wanted: item { title, text }   lacks `note`, and brings `text`: it is new
//! ```

use crate::schema::plan::has;
use crate::schema::tables::{Column, Table, Tables, place};
use crate::schema::types::within;
use opwright_values::schema::Type;
use opwright_values::words::{counted, expected};

/// What stored tables have that those of a version have not, if this version brings nothing that they have not. Rules and
/// what is unique come and go in either direction: they are told with the rest, and say nothing by themselves.
pub(super) fn lacks(stored: &Tables, wanted: &Tables) -> Vec<String> {
    let (mut all, mut also) = (Vec::new(), Vec::new());
    for (name, table) in &wanted.tables {
        let Some(there) = stored.tables.get(name).filter(|there| !brings(there, table)) else {
            return Vec::new();
        };
        values(name, there, table, &mut all);
        rules(name, there, table, &mut also);
    }
    let unknown = stored.tables.iter().filter(|(name, it)| !it.gone && !wanted.tables.contains_key(*name));
    all.extend(unknown.map(|(name, _)| format!("table `{name}`")));
    if !all.is_empty() {
        all.append(&mut also);
    }
    all
}

/// Whether a version knows something of a table, or allows a value in it, that is not there.
fn brings(stored: &Table, wanted: &Table) -> bool {
    let column = |it: &Column| stored.column(&it.name).is_none_or(|there| !within(&it.ty, &there.ty));
    let size = |(through, most): (&String, &u32)| stored.sizes.get(through).is_some_and(|there| most > there);
    wanted.columns.iter().any(column) || wanted.sizes.iter().any(size)
}

/// Columns, values and numbers of rows.
fn values(name: &str, stored: &Table, wanted: &Table, all: &mut Vec<String>) {
    for there in stored.columns.iter().filter(|it| !it.gone) {
        let here = place(name, &there.name);
        match wanted.column(&there.name) {
            None => all.push(here),
            Some(column) => all.extend(wider(&there.ty, &column.ty).map(|what| format!("{here}: {what}"))),
        }
    }
    for (through, most) in &stored.sizes {
        if wanted.sizes.get(through).is_some_and(|size| size < most) {
            all.push(format!("table `{name}`: up to {} of one `{through}`", counted(*most, "row")));
        }
    }
}

/// What is true of every row in the one, and not in the other.
fn rules(name: &str, stored: &Table, wanted: &Table, all: &mut Vec<String>) {
    let unique = stored.uniques.iter().filter(|it| !has(&wanted.uniques, it));
    all.extend(unique.map(|it| format!("table `{name}`: that `{}` is unique", it.join("`, `"))));
    let rules = stored.rules.iter().filter(|it| !wanted.rules.contains(it));
    all.extend(rules.map(|it| format!("table `{name}`: the rule `{}`", it.code)));
    let broken = wanted.rules.iter().filter(|it| !stored.rules.contains(it));
    all.extend(broken.map(|it| format!("table `{name}`: rows that break the rule `{}`", it.code)));
    let circles = wanted.acyclic.iter().filter(|it| !stored.acyclic.contains(it));
    all.extend(circles.map(|it| format!("{}: rows that lead back to themselves", place(name, it))));
}

/// What a column may hold that it may not hold here.
fn wider(there: &Type, here: &Type) -> Option<String> {
    match (there, here) {
        (Type::Enum { values }, Type::Enum { values: known }) => {
            let more: Vec<&str> =
                values.iter().filter(|it| !known.contains(it)).map(String::as_str).collect();
            (!more.is_empty()).then(|| format!("'{}'", more.join("', '")))
        }
        _ => (!within(there, here)).then(|| expected(there)),
    }
}
